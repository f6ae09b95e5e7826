// SPDX-License-Identifier: MIT
#include "engine/stats/event_ring.h"

#include "engine/limits.h"
#include "engine/stats/registry.h"

#include "tests/support/rawsocket.h"

#include <QTest>

#include <algorithm>
#include <functional>

using namespace engine;
using Change = std::function<void(Event &)>;
Q_DECLARE_METATYPE(Change)

namespace
{

Event makeEvent(EventCode code, EventLevel level = EventLevel::Info)
{
    Event made;
    made.code = code;
    made.level = level;
    made.client = test::endpoint("192.0.2.1", 40'000);
    return made;
}

QList<Event> takeFrom(EventRing &ring)
{
    std::uint64_t dropped = 0;
    return ring.take(dropped);
}

} // namespace

class TestEventRing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsEventsInOrder();
    void travelsInDeltas_data();
    void travelsInDeltas();
    void foldsEqualEvents_data();
    void foldsEqualEvents();
    void takesWhichProgramItWas();
    void foldsOnlyNeighbours();
    void dropsTheOldestEventsAndCountsThem();
    void filtersByLevel_data();
    void filtersByLevel();
};

void TestEventRing::keepsEventsInOrder()
{
    EventRing ring;
    for (const EventCode code :
         {EventCode::EngineStarted, EventCode::ListenerOpened, EventCode::EngineStopped})
        ring.add(makeEvent(code));
    const QList<Event> events = takeFrom(ring);
    QCOMPARE(events.size(), 3);
    QCOMPARE(events[0].code, EventCode::EngineStarted);
    QCOMPARE(events[1].code, EventCode::ListenerOpened);
    QCOMPARE(events[2].code, EventCode::EngineStopped);
    QVERIFY(std::all_of(events.begin(), events.end(),
                        [](const Event &e) { return e.at > 0 && e.repeated == 0; }));
    QVERIFY(takeFrom(ring).isEmpty());
}

/// And the registry's deltas with them, however little else is asked for.
void TestEventRing::travelsInDeltas_data()
{
    QTest::addColumn<Detail>("detail");
    QTest::newRow("none") << Detail::None;
    QTest::newRow("totals") << Detail::Totals;
    QTest::newRow("connections") << Detail::Connections;
}

void TestEventRing::travelsInDeltas()
{
    QFETCH(const Detail, detail);
    Registry registry;
    registry.events().add(makeEvent(EventCode::EngineStarted));
    registry.setDetail(detail);
    for (int i = 0; i < kMaximumPendingEvents; ++i)
        registry.events().add(makeEvent(EventCode::ConnectionOpened));
    const Delta delta = registry.takeDelta();
    QCOMPARE(delta.events.size(), kMaximumPendingEvents);
    QCOMPARE(delta.droppedEvents, 1U);
    const Delta next = registry.takeDelta();
    QVERIFY(next.events.isEmpty());
    QCOMPARE(next.droppedEvents, 0U);
}

void TestEventRing::foldsEqualEvents_data()
{
    QTest::addColumn<EventCode>("code");
    QTest::addColumn<Change>("change");
    QTest::addColumn<bool>("folded");
    const auto row = [](const char *name, EventCode code, bool folded, const Change &change) {
        QTest::newRow(name) << code << change << folded;
    };
    const auto nothing = [](Event &) {
    };
    row("refused clients", EventCode::ClientRefused, true, nothing);
    row("failed logins", EventCode::LoginFailed, true, nothing);
    row("failed connections", EventCode::ConnectionFailed, true, nothing);
    row("no descriptors", EventCode::DescriptorsExhausted, true, nothing);
    row("opened connections", EventCode::ConnectionOpened, false, nothing);
    row("profiles", EventCode::ProfileApplied, false, nothing);
    const EventCode code = EventCode::ConnectionFailed;
    row("another port of the client", code, true, [](Event &e) { e.client.port = 40'001; });
    row("another connection", code, true, [](Event &e) { e.connection = 9; });
    row("another client", code, false, [](Event &e) { e.client.address = test::address("192.0.2.2"); });
    row("another target", code, false, [](Event &e) { e.target = QStringLiteral("example.org:80"); });
    row("another user", code, false, [](Event &e) { e.user = QStringLiteral("alice"); });
    row("another program", code, false, [](Event &e) { e.processId = 4'243; });
    row("another rule", code, false, [](Event &e) { e.rule = QStringLiteral("Work"); });
    row("another route", code, false, [](Event &e) { e.route = QStringLiteral("Office"); });
    row("another error", code, false, [](Event &e) { e.error.code = ErrorCode::HostUnreachable; });
    row("another event", code, false, [](Event &e) { e.code = EventCode::LoginFailed; });
}

void TestEventRing::foldsEqualEvents()
{
    QFETCH(const EventCode, code);
    QFETCH(const Change, change);
    QFETCH(const bool, folded);
    EventRing ring;
    const Event first = makeEvent(code);
    Event second = first;
    change(second);
    ring.add(first);
    ring.add(second);
    const QList<Event> events = takeFrom(ring);
    QCOMPARE(events.size(), folded ? 1 : 2);
    QCOMPARE(events.front().repeated, folded ? 1U : 0U);
    // What was taken is not there any more to fold into.
    ring.add(second);
    QCOMPARE(takeFrom(ring).front().repeated, 0U);
}

/// That was found out about a connection after it had ended.
void TestEventRing::takesWhichProgramItWas()
{
    EventRing ring;
    Event event = makeEvent(EventCode::ConnectionOpened);
    event.connection = 7;
    ring.add(event);
    event.connection = 8;
    ring.add(event);
    auto curl = std::make_shared<Application>();
    curl->program.name = QStringLiteral("curl");
    curl->program.processId = 4'242;
    ring.identify(7, curl);
    const QList<Event> events = takeFrom(ring);
    QCOMPARE(events[0].identity, curl);
    QCOMPARE(events[0].application, curl->program.name);
    QCOMPARE(events[0].processId, curl->program.processId);
    QVERIFY(!events[1].identity);
}

void TestEventRing::foldsOnlyNeighbours()
{
    EventRing ring;
    for (const EventCode code : {EventCode::LoginFailed, EventCode::LoginFailed, EventCode::LoginFailed,
                                 EventCode::ClientRefused, EventCode::LoginFailed})
        ring.add(makeEvent(code));
    const QList<Event> events = takeFrom(ring);
    QCOMPARE(events.size(), 3);
    QCOMPARE(events[0].repeated, 2U);
    QCOMPARE(events[1].repeated, 0U);
    QCOMPARE(events[2].repeated, 0U);
}

void TestEventRing::dropsTheOldestEventsAndCountsThem()
{
    EventRing ring;
    for (int i = 0; i < kMaximumPendingEvents + 7; ++i) {
        Event numbered = makeEvent(EventCode::ConnectionOpened);
        numbered.connection = static_cast<ConnectionId>(i);
        ring.add(numbered);
    }
    std::uint64_t dropped = 0;
    const QList<Event> events = ring.take(dropped);
    QCOMPARE(dropped, 7U);
    QCOMPARE(events.size(), kMaximumPendingEvents);
    QCOMPARE(events.front().connection, 7U);
    QCOMPARE(events.back().connection, static_cast<ConnectionId>(kMaximumPendingEvents + 6));
    QVERIFY(ring.take(dropped).isEmpty());
    QCOMPARE(dropped, 0U);
}

void TestEventRing::filtersByLevel_data()
{
    QTest::addColumn<EventLevel>("level");
    QTest::addColumn<int>("kept");
    QTest::newRow("debug") << EventLevel::Debug << 4;
    QTest::newRow("info") << EventLevel::Info << 3;
    QTest::newRow("warning") << EventLevel::Warning << 2;
    QTest::newRow("error") << EventLevel::Error << 1;
}

void TestEventRing::filtersByLevel()
{
    QFETCH(const EventLevel, level);
    QFETCH(const int, kept);
    EventRing ring;
    QVERIFY2(!ring.wants(EventLevel::Debug) && ring.wants(EventLevel::Info), "Info unless told otherwise");
    ring.setLevel(level);
    for (const EventLevel each :
         {EventLevel::Debug, EventLevel::Info, EventLevel::Warning, EventLevel::Error}) {
        QCOMPARE(ring.wants(each), each >= level);
        ring.add(makeEvent(EventCode::ListenerOpened, each));
    }
    std::uint64_t dropped = 0;
    const QList<Event> events = ring.take(dropped);
    QCOMPARE(events.size(), kept);
    QCOMPARE(dropped, 0U);
    QVERIFY(std::all_of(events.begin(), events.end(), [&](const Event &e) { return e.level >= level; }));
}

QTEST_GUILESS_MAIN(TestEventRing)
#include "tst_eventring.moc"
