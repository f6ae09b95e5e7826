// SPDX-License-Identifier: MIT
#include "engine/time_since_boot.h"
#include "tests/support/pumps.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace engine;
using std::chrono::milliseconds;
using test::StreamEnd;

namespace
{

/// Timers of the coarse kind may fire this much early.
constexpr milliseconds kShortestInterval = kDeltaInterval * 3 / 4;

qsizetype countEvents(const QList<Event> &events, EventCode code)
{
    return std::count_if(events.begin(), events.end(),
                         [code](const Event &event) { return event.code == code; });
}

/// So that the engine has seen both ends when this returns, however slow it is.
void endBothWays(test::RelayedPair &pair)
{
    pair.client.shutdownWrite();
    QCOMPARE(pair.target.waitForEnd(), StreamEnd::Fin);
    pair.target.close();
    QCOMPARE(pair.client.waitForEnd(), StreamEnd::Fin);
}

} // namespace

class TestEngineState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beginsWithAWholeDelta();
    void sendsFiveDeltasASecondAtMost();
    void keepsItsIntervalAfterALateAcknowledge();
    void waitsForTheAcknowledge();
    void mergesWhatHappensMeanwhile();
    void tellsEverythingAgainWhenConnectionsAreWanted();
    void tellsTotalsOnlyWhenNoMoreIsWanted();
    void tellsNothingWhenNothingIsWanted();
    void tellsOfBriefConnectionsAsFarAsAPersonReads();
    void foldsEventsThatRepeat();
    void makesNoEventsBelowTheLevel();
    void closesExactlyTheConnectionsNamed();
    void closesAllConnections();
    void namesTheStatesAConnectionGoesThrough();
};

void TestEngineState::beginsWithAWholeDelta()
{
    const std::int64_t before = timeSinceBootMs();
    test::TestEngine engine;
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() >= 3; }));
    QVERIFY(engine.deltas()[0].whole);
    QVERIFY(!engine.deltas()[1].whole);
    // The interface compares them with its own look at the clock.
    QVERIFY(engine.deltas()[0].elapsedMs >= before);
    QVERIFY(engine.deltas()[2].elapsedMs <= timeSinceBootMs());
    for (qsizetype i = 1; i < engine.deltas().size(); ++i) {
        QCOMPARE(engine.deltas()[i].seq, engine.deltas()[i - 1].seq + 1);
        QVERIFY(engine.deltas()[i].elapsedMs > engine.deltas()[i - 1].elapsedMs);
    }
    QVERIFY(engine.hasEvent(EventCode::EngineStarted));
    QVERIFY(engine.hasEvent(EventCode::ListenerOpened));
}

void TestEngineState::sendsFiveDeltasASecondAtMost()
{
    test::TestEngine engine;
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    constexpr qsizetype kFewest = 3;
    QElapsedTimer time;
    time.start();
    // There is always something new to tell.
    while (test::passed(time) < milliseconds{1'000} ||
           (engine.deltas().size() < kFewest && test::passed(time) < test::kPatience)) {
        pair.client.send("x");
        QCOMPARE(pair.target.receive(1), QByteArray("x"));
        engine.waitFor([] { return false; }, milliseconds{5});
    }
    QVERIFY(engine.deltas().size() >= kFewest);
    for (qsizetype i = 1; i < engine.deltas().size(); ++i) {
        const milliseconds gap{engine.deltas()[i].elapsedMs - engine.deltas()[i - 1].elapsedMs};
        QVERIFY2(gap >= kShortestInterval, QByteArray::number(qlonglong(gap.count())).constData());
    }
}

/// A window that takes its time with one delta is not to be hurried with the next.
void TestEngineState::keepsItsIntervalAfterALateAcknowledge()
{
    test::TestEngine engine;
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() >= 2; }));
    for (int i = 0; i < 2; ++i) {
        const qsizetype before = engine.deltas().size();
        engine.setAcknowledging(false);
        QVERIFY(engine.waitFor([&] { return engine.deltas().size() == before + 1; }));
        // Just before the timer's next round but one.
        engine.waitFor([] { return false; }, kDeltaInterval * 2 - milliseconds{20});
        engine.setAcknowledging(true);
        engine.engine().acknowledge(engine.deltas().last().seq);
        QVERIFY(engine.waitFor([&] { return engine.deltas().size() >= before + 3; }));
        const QList<Delta> &deltas = engine.deltas();
        const milliseconds gap{deltas[before + 2].elapsedMs - deltas[before + 1].elapsedMs};
        QVERIFY2(gap >= kShortestInterval, QByteArray::number(qlonglong(gap.count())).constData());
    }
}

void TestEngineState::waitsForTheAcknowledge()
{
    test::TestEngine engine;
    engine.setAcknowledging(false);
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() == 1; }));
    const std::uint64_t seq = engine.deltas().last().seq;
    engine.engine().acknowledge(seq + 1);
    engine.engine().acknowledge(seq - 1);
    QVERIFY(!engine.waitFor([&] { return engine.deltas().size() > 1; }, kDeltaInterval * 4));
    engine.engine().acknowledge(seq);
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() == 2; }));
    QVERIFY(!engine.waitFor([&] { return engine.deltas().size() > 2; }, kDeltaInterval * 2));
}

void TestEngineState::mergesWhatHappensMeanwhile()
{
    test::TestEngine engine;
    const test::RawListener listener;
    test::RelayedPair known = test::openRelay(engine.listener(), listener);
    test::RelayedPair leaving = test::openRelay(engine.listener(), listener);
    QVERIFY(engine.waitForCounts(2, 2));
    QVERIFY(
        engine.waitFor([&] { return engine.liveOf(leaving.client.local()).state == ConnectionState::Open; }));
    // Being found is a change as well, and may come so late that it is among the others. Who is not found by
    // then is not found at all.
    const auto isFound = [&engine](const test::RelayedPair &pair) {
        return engine.liveOf(pair.client.local()).processId != 0;
    };
    engine.waitFor([&] { return isFound(known) && isFound(leaving); }, kOwnerLookupTimeout * 5);
    const ConnectionId knownId = engine.liveOf(known.client.local()).id;
    const ConnectionId leavingId = engine.liveOf(leaving.client.local()).id;

    // From here on nothing is taken until everything has happened.
    engine.setAcknowledging(false);
    const qsizetype before = engine.deltas().size();
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() == before + 1; }));
    for (int i = 0; i < 10; ++i) {
        known.client.send("1234567890");
        QCOMPARE(known.target.receive(10).size(), 10);
    }
    endBothWays(leaving);
    const test::RelayedPair coming = test::openRelay(engine.listener(), listener);
    test::RelayedPair brief = test::openRelay(engine.listener(), listener);
    const Endpoint briefClient = brief.client.local();
    endBothWays(brief);
    engine.waitFor([] { return false; }, kDeltaInterval);

    engine.engine().acknowledge(engine.deltas().last().seq);
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() == before + 2; }));
    const Delta &merged = engine.deltas().last();
    QCOMPARE(merged.changed.size(), 1);
    QCOMPARE(merged.changed.front().id, knownId);
    QCOMPARE(merged.changed.front().bytesUp, std::uint64_t(100));
    QCOMPARE(merged.added.size(), 1);
    QCOMPARE(merged.added.front().client, coming.client.local());
    QCOMPARE(merged.added.front().state, ConnectionState::Open);
    QCOMPARE(merged.removed.size(), 2);
    QCOMPARE(merged.removed[0].id, leavingId);
    QCOMPARE(merged.removed[1].client, briefClient);
    QCOMPARE(merged.totals.live, 2U);
    QCOMPARE(merged.totals.accepted, std::uint64_t(4));
}

void TestEngineState::tellsEverythingAgainWhenConnectionsAreWanted()
{
    test::TestEngine engine;
    const test::RawListener listener;
    const test::RelayedPair first = test::openRelay(engine.listener(), listener);
    QVERIFY(engine.waitForCounts(1, 1));
    engine.engine().setDetail(Detail::Totals);
    const test::RelayedPair second = test::openRelay(engine.listener(), listener);
    QVERIFY(engine.waitForCounts(2, 2));
    QCOMPARE(engine.live().size(), 1);

    const qsizetype before = engine.deltas().size();
    engine.engine().setDetail(Detail::Connections);
    QVERIFY(engine.waitFor([&] { return engine.live().size() == 2; }));
    const auto isWhole = [](const Delta &delta) {
        return delta.whole;
    };
    const auto whole = std::find_if(engine.deltas().begin() + before, engine.deltas().end(), isWhole);
    QVERIFY(whole != engine.deltas().end());
    QCOMPARE(whole->added.size(), 2);
    QVERIFY(whole->removed.isEmpty());
    QCOMPARE(engine.liveOf(second.client.local()).state, ConnectionState::Open);
}

void TestEngineState::tellsTotalsOnlyWhenNoMoreIsWanted()
{
    test::TestEngine engine;
    QVERIFY(!engine.listener().isNull());
    QVERIFY(engine.waitFor([&] { return !engine.deltas().isEmpty(); }));
    // One more may have been on its way.
    const qsizetype withConnections = engine.deltas().size() + 1;
    engine.engine().setDetail(Detail::Totals);
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() > withConnections; }));
    const qsizetype before = engine.deltas().size();
    const test::RawListener listener;
    for (int i = 0; i < 3; ++i) {
        test::RelayedPair pair = test::openRelay(engine.listener(), listener);
        pair.client.send("12345");
        QCOMPARE(pair.target.receive(5), QByteArray("12345"));
    }
    QVERIFY(engine.waitForCounts(3, 0));
    QVERIFY(engine.waitFor([&] {
        return engine.deltas().size() >= before + 2 &&
               countEvents(engine.events(), EventCode::ConnectionClosed) == 3;
    }));
    QCOMPARE(engine.totals().bytesUp, std::uint64_t(15));
    const QList<Delta> &deltas = engine.deltas();
    for (qsizetype i = before; i < deltas.size(); ++i) {
        QVERIFY(deltas[i].added.isEmpty() && deltas[i].changed.isEmpty() && deltas[i].removed.isEmpty());
        QVERIFY(!deltas[i].whole);
    }
    const milliseconds gap{deltas.last().elapsedMs - deltas[deltas.size() - 2].elapsedMs};
    QVERIFY(gap >= kTotalsInterval * 3 / 4);
}

void TestEngineState::tellsNothingWhenNothingIsWanted()
{
    test::TestEngine engine;
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() >= 2; }));
    engine.engine().setDetail(Detail::None);
    // One may have been on its way.
    engine.waitFor([] { return false; }, kDeltaInterval);
    const qsizetype before = engine.deltas().size();
    const test::RawListener listener;
    QVERIFY(test::openRelay(engine.listener(), listener).isOpen());
    QVERIFY(!engine.waitFor([&] { return engine.deltas().size() > before; }, kDeltaInterval * 3));
    engine.engine().setDetail(Detail::Connections);
    QVERIFY(engine.waitForCounts(1, 0));
}

/// A scanner opens and closes thousands between two deltas: they are counted, but not listed one by one.
void TestEngineState::tellsOfBriefConnectionsAsFarAsAPersonReads()
{
    test::TestEngine engine;
    const test::RawListener listener;
    engine.setAcknowledging(false);
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() == 1; }));
    const qsizetype eventsBefore = engine.events().size();
    constexpr int kBrief = 2'200;
    for (int i = 0; i < kBrief; ++i) {
        const test::RelayedPair pair = test::openRelay(engine.listener(), listener);
        QVERIFY(pair.isOpen());
    }
    engine.setAcknowledging(true);
    engine.engine().acknowledge(engine.deltas().last().seq);
    QVERIFY(engine.waitForCounts(kBrief, 0));
    QCOMPARE(engine.live().size(), 0);
    std::uint64_t omitted = 0;
    std::uint64_t dropped = 0;
    for (const Delta &delta : engine.deltas()) {
        QVERIFY(delta.removed.size() <= kMaximumBriefConnections);
        QVERIFY(delta.events.size() <= kMaximumPendingEvents);
        omitted += delta.briefOmitted;
        dropped += delta.droppedEvents;
    }
    QVERIFY(engine.ended().size() >= kMaximumBriefConnections);
    QCOMPARE(static_cast<std::uint64_t>(engine.ended().size()) + omitted, std::uint64_t(kBrief));
    // Opened and closed, each of them; and what the start had to tell, as far as the first delta came before
    // it.
    const auto events = static_cast<std::uint64_t>(engine.events().size() - eventsBefore) + dropped;
    QVERIFY(dropped > 0);
    QVERIFY(events >= 2 * kBrief && events <= 2 * kBrief + 4);
}

void TestEngineState::foldsEventsThatRepeat()
{
    Profile profile = test::openProfile();
    profile.listeners.front().clients = {test::range("127.0.0.1/32")};
    test::TestEngine engine(profile);
    test::RawSocket::Options options;
    options.bindTo = test::address("127.0.0.2");
    for (int i = 0; i < 50; ++i)
        QVERIFY(test::RawSocket::connectTo(engine.listener(), options).waitForEnd() != StreamEnd::Open);
    QVERIFY(engine.waitFor([&] { return engine.totals().refused == 50; }));
    std::uint32_t told = 0;
    for (const Event &event : engine.events()) {
        if (event.code == EventCode::ClientRefused)
            told += 1 + event.repeated;
    }
    QCOMPARE(told, 50U);
    QVERIFY(countEvents(engine.events(), EventCode::ClientRefused) <= 5);
}

void TestEngineState::makesNoEventsBelowTheLevel()
{
    test::TestEngine engine;
    QVERIFY(engine.waitFor([&] { return engine.hasEvent(EventCode::ListenerOpened); }));
    engine.engine().setEventLevel(EventLevel::Warning);
    const test::RawListener listener;
    QVERIFY(test::openRelay(engine.listener(), listener).isOpen());
    QVERIFY(engine.waitForCounts(1, 0));
    QVERIFY(!engine.hasEvent(EventCode::ConnectionOpened));
    QVERIFY(!engine.hasEvent(EventCode::ConnectionClosed));
    engine.engine().setEventLevel(EventLevel::Info);
    QVERIFY(test::openRelay(engine.listener(), listener).isOpen());
    QVERIFY(engine.waitFor([&] { return engine.hasEvent(EventCode::ConnectionClosed); }));
}

void TestEngineState::closesExactlyTheConnectionsNamed()
{
    test::TestEngine engine;
    const test::RawListener listener;
    std::vector<test::RelayedPair> pairs;
    for (int i = 0; i < 5; ++i)
        pairs.push_back(test::openRelay(engine.listener(), listener));
    QVERIFY(engine.waitForCounts(5, 5));
    const auto idOf = [&](std::size_t index) {
        return engine.liveOf(pairs[index].client.local()).id;
    };
    // A connection that is not there, twice the same, and one that never was.
    engine.engine().closeConnections({idOf(1), idOf(3), idOf(3), 0, 1'000'000});
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (i == 1 || i == 3) {
            const Endpoint client = pairs[i].client.local();
            QCOMPARE(pairs[i].client.waitForEnd(), StreamEnd::Reset);
            QCOMPARE(pairs[i].target.waitForEnd(), StreamEnd::Reset);
            QCOMPARE(engine.endedOf(client).error.code, ErrorCode::ClosedByUser);
        } else {
            QVERIFY(pairs[i].client.send("still there"));
            QCOMPARE(pairs[i].target.receive(11), QByteArray("still there"));
        }
    }
    QCOMPARE(engine.totals().live, 3U);
}

void TestEngineState::closesAllConnections()
{
    test::TestEngine engine;
    const test::RawListener listener;
    test::RelayedPair relay = test::openRelay(engine.listener(), listener);
    test::RawSocket greeted = test::RawSocket::connectTo(engine.listener());
    greeted.send(test::socks5Greeting());
    QCOMPARE(greeted.receive(2), QByteArray::fromHex("0500"));
    engine.engine().closeAllConnections();
    QCOMPARE(relay.client.waitForEnd(), StreamEnd::Reset);
    QCOMPARE(relay.target.waitForEnd(), StreamEnd::Reset);
    QCOMPARE(greeted.waitForEnd(), StreamEnd::Reset);
    QVERIFY(engine.waitForCounts(2, 0));
    // The proxy is still on.
    QVERIFY(test::openRelay(engine.listener(), listener).isOpen());
}

void TestEngineState::namesTheStatesAConnectionGoesThrough()
{
    const test::SilentEndpoint silent;
    if (!silent.isSilent())
        QSKIP("On this system a listener with a full queue answers");
    Profile profile = test::passwordProfile();
    // So many that a fast machine, too, is still at it when the next delta comes.
    profile.users = {test::user("alice", "secret", 500'000)};
    test::TestEngine engine(profile);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const auto state = [&] {
        return engine.liveOf(client.local()).state;
    };
    QVERIFY(engine.waitFor([&] { return engine.liveOf(client.local()).id != 0; }));
    QCOMPARE(state(), ConnectionState::Handshake);
    QVERIFY(engine.liveOf(client.local()).target().isEmpty());
    client.send(test::socks5Greeting("\x02") + test::socks5Login("alice", "secret"));
    QVERIFY(engine.waitFor([&] { return state() == ConnectionState::Authenticating; }));
    QCOMPARE(client.receive(4), QByteArray::fromHex("05020100"));
    client.send(test::socks5Request(silent.endpoint()));
    QVERIFY(engine.waitFor([&] { return state() == ConnectionState::Connecting; }));
    QCOMPARE(engine.liveOf(client.local()).user, QStringLiteral("alice"));
    QCOMPARE(engine.liveOf(client.local()).target(), silent.endpoint().toString());
    QVERIFY(engine.liveOf(client.local()).dialed.isNull());
}

QTEST_GUILESS_MAIN(TestEngineState)
#include "tst_engine_state.moc"
