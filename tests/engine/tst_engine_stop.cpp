// SPDX-License-Identifier: MIT
#include "tests/support/process.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace engine;
using std::chrono::milliseconds;
using test::StreamEnd;

class TestEngineStop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void letsOpenConnectionsFinish();
    void abortsWhatDoesNotFinishInTime();
    void stopsAtOnceWhenNothingIsOpen();
    void tellsTheLastOfItBeforeStopped();
    void endsWithTheObjectInEveryState();
    void leavesNothingBehind();
    void startsAgain();
    void neverUsesAnIdTwice();
    void takesCallsAtAnyTime();
};

void TestEngineStop::letsOpenConnectionsFinish()
{
    Profile profile = test::openProfile();
    profile.limits.drainTimeout = test::scaled(milliseconds{20'000});
    test::TestEngine engine(profile);
    QSignalSpy stopped(&engine.engine(), &Engine::stopped);
    const Endpoint proxy = engine.listener();
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(proxy, listener);
    QVERIFY(pair.isOpen());

    engine.engine().stop();
    QVERIFY(!engine.engine().isRunning());
    QVERIFY(engine.waitForState(ListenerState::Closed));
    QVERIFY(!test::RawSocket::connectTo(proxy).isOpen());
    QVERIFY(pair.client.send("last words"));
    QCOMPARE(pair.target.receive(10), QByteArray("last words"));
    QCOMPARE(stopped.count(), 0);
    pair.client.close();
    pair.target.close();
    QVERIFY(engine.waitFor([&] { return stopped.count() == 1; }));
}

void TestEngineStop::abortsWhatDoesNotFinishInTime()
{
    Profile profile = test::openProfile();
    profile.limits.drainTimeout = test::scaled(milliseconds{200});
    test::TestEngine engine(profile);
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    test::RawSocket greeted = test::RawSocket::connectTo(engine.listener());
    greeted.send(test::socks5Greeting());
    QCOMPARE(greeted.receive(2), QByteArray::fromHex("0500"));
    QElapsedTimer time;
    time.start();
    QVERIFY(engine.stop());
    QVERIFY(test::passed(time) >= profile.limits.drainTimeout * 3 / 4);
    QCOMPARE(pair.client.waitForEnd(), StreamEnd::Reset);
    QCOMPARE(pair.target.waitForEnd(), StreamEnd::Reset);
    QCOMPARE(greeted.waitForEnd(), StreamEnd::Reset);
}

void TestEngineStop::stopsAtOnceWhenNothingIsOpen()
{
    Profile profile = test::openProfile();
    profile.limits.drainTimeout = std::chrono::minutes{10};
    test::TestEngine engine(profile);
    QVERIFY(!engine.listener().isNull());
    QVERIFY(engine.stop());
    QCOMPARE(engine.status().state, ListenerState::Closed);
}

/// Or the log would never say that the engine stopped, nor the window that its connections are gone.
void TestEngineStop::tellsTheLastOfItBeforeStopped()
{
    Profile profile = test::openProfile();
    profile.limits.drainTimeout = milliseconds{0};
    test::TestEngine engine(profile);
    const test::RawListener listener;
    const test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    const Endpoint client = pair.client.local();
    QVERIFY(engine.waitFor([&] { return engine.liveOf(client).id != 0; }));
    QVERIFY(engine.stop());
    QVERIFY(engine.live().isEmpty());
    QVERIFY(engine.hasEvent(EventCode::EngineStopped));
    QVERIFY(engine.hasEvent(EventCode::ConnectionFailed, ErrorCode::EngineStopped));
    QCOMPARE(engine.totals().live, 0U);
}

void TestEngineStop::endsWithTheObjectInEveryState()
{
    const test::SilentEndpoint silent;
    const test::RawListener listener;
    for (int i = 0; i < test::rounds(12); ++i) {
        Profile profile = test::openProfile();
        ListenerProfile locked = test::passwordListener();
        locked.address = test::address("127.0.0.2");
        profile.listeners << locked;
        profile.users = {test::user("alice", "secret", 20'000)};
        auto engine = std::make_unique<Engine>();
        QSignalSpy listeners(engine.get(), &Engine::listenersChanged);
        engine->setDetail(Detail::Connections);
        engine->start(profile);
        QTRY_VERIFY_WITH_TIMEOUT(engine->listeners().size() == 2 &&
                                     engine->listeners()[1].state == ListenerState::Listening,
                                 int(test::kPatience.count()));
        const Endpoint open = engine->listeners()[0].endpoint;
        test::RelayedPair pair = test::openRelay(open, listener);
        QVERIFY(pair.isOpen());
        test::RawSocket silentClient = test::RawSocket::connectTo(open);
        test::RawSocket dialling = test::RawSocket::connectTo(open);
        dialling.send(test::socks5Greeting() + test::socks5Request(silent.endpoint()));
        test::RawSocket resolving = test::RawSocket::connectTo(open);
        resolving.send(test::socks5Greeting() + test::socks5Request("localhost", 9));
        test::RawSocket verifying = test::RawSocket::connectTo(engine->listeners()[1].endpoint);
        verifying.send(test::socks5Greeting("\x02") + test::socks5Login("alice", "wrong"));
        QCOMPARE(dialling.receive(2), QByteArray::fromHex("0500"));
        QCOMPARE(verifying.receive(2), QByteArray::fromHex("0502"));
        engine.reset();
        QCOMPARE(pair.client.waitForEnd(), StreamEnd::Reset);
        QVERIFY(silentClient.waitForEnd() != StreamEnd::Open);
        QVERIFY(dialling.waitForEnd() != StreamEnd::Open);
        QVERIFY(verifying.waitForEnd() != StreamEnd::Open);
    }
}

void TestEngineStop::leavesNothingBehind()
{
    if (test::openDescriptors() < 0)
        QSKIP("This system does not tell a process's descriptors");
    const auto cycle = [](int i) {
        Engine engine;
        engine.setDetail(Detail::Connections);
        Profile profile = test::openProfile();
        profile.relayPump = i % 2 == 0 ? RelayPump::Native : RelayPump::Portable;
        engine.start(profile);
        if (i % 4 == 3) // at once
            return true;
        const bool listened = QTest::qWaitFor(
            [&] {
                return !engine.listeners().isEmpty() &&
                       engine.listeners()[0].state == ListenerState::Listening;
            },
            int(test::kPatience.count()));
        if (i % 4 == 2) // without stop()
            return listened;
        QSignalSpy stopped(&engine, &Engine::stopped);
        engine.stop();
        return listened &&
               QTest::qWaitFor([&] { return stopped.count() == 1; }, int(test::kPatience.count()));
    };
    // The first ones make what Qt keeps for good.
    for (int i = 0; i < 4; ++i)
        QVERIFY(cycle(i));
    const int descriptors = test::openDescriptors();
    const int threads = test::runningThreads();
    for (int i = 0; i < test::rounds(200); ++i)
        QVERIFY(cycle(i));
    QCOMPARE(test::openDescriptors(), descriptors);
    // Fewer is fine: a thread that once looked up a name leaves when it has been idle for a while.
    QTRY_VERIFY2(test::runningThreads() <= threads, QByteArray::number(test::runningThreads()).constData());
}

void TestEngineStop::startsAgain()
{
    Engine engine;
    QSignalSpy stopped(&engine, &Engine::stopped);
    const test::RawListener listener;
    for (int i = 0; i < 3; ++i) {
        engine.start(test::openProfile());
        QVERIFY(engine.isRunning());
        QVERIFY(engine.isAccepting());
        QTRY_VERIFY(!engine.listeners().isEmpty() && engine.listeners()[0].state == ListenerState::Listening);
        QVERIFY(test::openRelay(engine.listeners()[0].endpoint, listener).isOpen());
        engine.stop();
        QTRY_COMPARE(stopped.count(), i + 1);
        QVERIFY(!engine.isRunning());
    }
}

/// A window may still show the ones of before.
void TestEngineStop::neverUsesAnIdTwice()
{
    Engine engine;
    QSignalSpy stopped(&engine, &Engine::stopped);
    QList<ConnectionId> ids;
    connect(&engine, &Engine::delta, this, [&](const Delta &delta) {
        for (const Connection &connection : delta.removed)
            ids.append(connection.id);
        engine.acknowledge(delta.seq);
    });
    engine.setDetail(Detail::Connections);
    const test::RawListener listener;
    for (int i = 0; i < 3; ++i) {
        engine.start(test::openProfile());
        QTRY_VERIFY(!engine.listeners().isEmpty() && engine.listeners()[0].state == ListenerState::Listening);
        QVERIFY(test::openRelay(engine.listeners()[0].endpoint, listener).isOpen());
        QTRY_COMPARE(ids.size(), i + 1);
        engine.stop();
        QTRY_COMPARE(stopped.count(), i + 1);
    }
    QCOMPARE(QSet<ConnectionId>(ids.begin(), ids.end()).size(), ids.size());
}

void TestEngineStop::takesCallsAtAnyTime()
{
    Engine engine;
    QSignalSpy stopped(&engine, &Engine::stopped);
    const auto callEverything = [&engine] {
        engine.applyProfile(test::openProfile());
        engine.setAccepting(true);
        engine.retryListeners();
        engine.closeConnections({1, 2});
        engine.closeAllConnections();
        engine.setDetail(Detail::Connections);
        engine.setEventLevel(EventLevel::Debug);
        engine.acknowledge(1);
    };
    callEverything();
    engine.stop();
    engine.start(test::openProfile());
    callEverything();
    engine.stop();
    engine.stop();
    callEverything();
    QTRY_COMPARE(stopped.count(), 1);
    callEverything();
    engine.stop();
    QCOMPARE(stopped.count(), 1);
}

QTEST_GUILESS_MAIN(TestEngineStop)
#include "tst_engine_stop.moc"
