// SPDX-License-Identifier: MIT
#include "engine/stats/registry.h"

#include "engine/limits.h"

#include "tests/support/pace.h"
#include "tests/support/process.h"
#include "tests/support/rawsocket.h"

#include <QSet>
#include <QTest>

using namespace engine;
using Record = Registry::Record;

namespace
{

Record &openOne(Registry &registry, int port = 40'000)
{
    return registry.open(test::endpoint("192.0.2.1", port), QStringLiteral("Local"), 5);
}

/// A registry in view, with nothing left to tell.
Registry inView(int connections = 0)
{
    Registry registry;
    registry.setDetail(Detail::Connections);
    for (int i = 0; i < connections; ++i)
        openOne(registry);
    (void)registry.takeDelta();
    return registry;
}

bool isEmpty(const Delta &delta)
{
    return !delta.whole && delta.added.isEmpty() && delta.changed.isEmpty() && delta.removed.isEmpty() &&
           delta.briefOmitted == 0 && delta.events.isEmpty() && delta.droppedEvents == 0;
}

QSet<ConnectionId> idsOf(const QList<Connection> &connections)
{
    QSet<ConnectionId> ids;
    for (const Connection &connection : connections)
        ids.insert(connection.id);
    return ids;
}

} // namespace

class TestRegistry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesEachConnectionAnIdOfItsOwn();
    void tellsANewConnectionWhole();
    void tellsEachChangeOnce();
    void tellsInfoBeforeCounters();
    void saysNothingWhenNothingChanged();
    void tellsTheEndWithTheLastValues();
    void tellsABriefConnectionOnlyAsEnded();
    void omitsAndCountsBriefConnectionsBeyondTheCap();
    void takesBackEveryConnectionThatWasTold();
    void tellsEverythingWhenTheDetailGrows();
    void forgetsWhatWasToBeToldWhenTheDetailShrinks();
    void tellsOnlyTotalsOfAHiddenWindow_data();
    void tellsOnlyTotalsOfAHiddenWindow();
    void keepsTotalsAtEveryDetail_data();
    void keepsTotalsAtEveryDetail();
    void survivesManyConnectionsWithoutDeltas();
};

void TestRegistry::givesEachConnectionAnIdOfItsOwn()
{
    QSet<ConnectionId> ids{0};
    ConnectionId last = 0;
    for (int engine = 0; engine < 3; ++engine) {
        Registry registry;
        for (int i = 0; i < 100; ++i) {
            const Record &record = openOne(registry);
            QVERIFY(record.info.id > last);
            last = record.info.id;
            ids.insert(last);
        }
        QCOMPARE(registry.liveCount(), 100U);
    }
    QCOMPARE(ids.size(), 301);
}

void TestRegistry::tellsANewConnectionWhole()
{
    Registry registry = inView();
    Record &record = openOne(registry, 40'001);
    record.info.user = QStringLiteral("alice");
    const Delta delta = registry.takeDelta();
    QVERIFY(!delta.whole);
    QCOMPARE(delta.added.size(), 1);
    const Connection &told = delta.added.front();
    QCOMPARE(told.id, record.info.id);
    QCOMPARE(told.client, test::endpoint("192.0.2.1", 40'001));
    QCOMPARE(told.listener, QStringLiteral("Local"));
    QCOMPARE(told.user, QStringLiteral("alice"));
    QCOMPARE(told.state, ConnectionState::Handshake);
    QVERIFY(told.openedAt > 0);
    QCOMPARE(told.closedAt, 0);
    QCOMPARE(record.openedMs, 5);
    QVERIFY(delta.changed.isEmpty() && delta.removed.isEmpty());
}

void TestRegistry::tellsEachChangeOnce()
{
    Registry registry = inView();
    Record &first = openOne(registry);
    Record &second = openOne(registry);
    (void)registry.takeDelta();
    for (int i = 0; i < 100; ++i) {
        registry.addBytes(first, 3, 5);
        registry.addBytes(second, 1, 0);
    }
    registry.setState(first, ConnectionState::Connecting);
    registry.setState(first, ConnectionState::Open);
    const Delta delta = registry.takeDelta();
    QVERIFY(delta.added.isEmpty());
    QCOMPARE(delta.changed.size(), 2);
    QCOMPARE(delta.changed[0].id, first.info.id);
    QCOMPARE(delta.changed[0].state, ConnectionState::Open);
    QCOMPARE(delta.changed[0].bytesUp, 300U);
    QCOMPARE(delta.changed[0].bytesDown, 500U);
    QCOMPARE(delta.changed[1].id, second.info.id);
    QCOMPARE(delta.changed[1].bytesUp, 100U);
    QVERIFY(isEmpty(registry.takeDelta()));
    registry.addBytes(first, 1, 0);
    QCOMPARE(registry.takeDelta().changed.size(), 1);
}

/// What is sent whole has the counters in it; it is not sent as a change besides.
void TestRegistry::tellsInfoBeforeCounters()
{
    Registry registry = inView();
    Record &record = openOne(registry);
    registry.addBytes(record, 1, 2);
    QCOMPARE(registry.takeDelta().added.size(), 1);

    registry.addBytes(record, 10, 20);
    record.info.targetHost = QStringLiteral("example.org");
    registry.markChanged(record);
    registry.setState(record, ConnectionState::Open);
    registry.markChanged(record);
    const Delta delta = registry.takeDelta();
    QVERIFY(delta.changed.isEmpty());
    QCOMPARE(delta.added.size(), 1);
    QCOMPARE(delta.added.front().targetHost, QStringLiteral("example.org"));
    QCOMPARE(delta.added.front().bytesUp, 11U);
    QCOMPARE(delta.added.front().bytesDown, 22U);
    QCOMPARE(delta.added.front().state, ConnectionState::Open);
    QVERIFY(isEmpty(registry.takeDelta()));
}

void TestRegistry::saysNothingWhenNothingChanged()
{
    Registry registry = inView(3);
    QVERIFY(isEmpty(registry.takeDelta()));
    Record &record = openOne(registry);
    (void)registry.takeDelta();
    registry.setState(record, record.info.state);
    QVERIFY(isEmpty(registry.takeDelta()));
}

void TestRegistry::tellsTheEndWithTheLastValues()
{
    Registry registry = inView();
    Record &closed = openOne(registry);
    Record &failed = openOne(registry);
    (void)registry.takeDelta();
    registry.addBytes(closed, 7, 9);
    const ConnectionId closedId = closed.info.id;
    registry.close(closed, {});
    registry.close(failed, {ErrorCode::ConnectionRefused, Message::verbatim(QStringLiteral("detail"))});
    const Delta delta = registry.takeDelta();
    QVERIFY(delta.added.isEmpty() && delta.changed.isEmpty());
    QCOMPARE(delta.removed.size(), 2);
    QCOMPARE(delta.removed[0].id, closedId);
    QCOMPARE(delta.removed[0].state, ConnectionState::Closed);
    QCOMPARE(delta.removed[0].bytesUp, 7U);
    QCOMPARE(delta.removed[0].bytesDown, 9U);
    QVERIFY(delta.removed[0].closedAt >= delta.removed[0].openedAt);
    QVERIFY(!delta.removed[0].error.isError());
    QCOMPARE(delta.removed[1].state, ConnectionState::Failed);
    QCOMPARE(delta.removed[1].error.code, ErrorCode::ConnectionRefused);
    QCOMPARE(delta.totals.failed, 1U);
    QCOMPARE(delta.totals.live, 0U);
    QCOMPARE(registry.liveCount(), 0U);
    QVERIFY(isEmpty(registry.takeDelta()));
}

void TestRegistry::tellsABriefConnectionOnlyAsEnded()
{
    Registry registry = inView();
    Record &record = openOne(registry);
    registry.addBytes(record, 7, 9);
    registry.close(record, {});
    const Delta delta = registry.takeDelta();
    QVERIFY(delta.added.isEmpty() && delta.changed.isEmpty());
    QCOMPARE(delta.removed.size(), 1);
    QCOMPARE(delta.removed.front().bytesUp, 7U);
}

void TestRegistry::omitsAndCountsBriefConnectionsBeyondTheCap()
{
    Registry registry = inView();
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < kMaximumBriefConnections + 5; ++i)
            registry.close(openOne(registry), {});
        const Delta delta = registry.takeDelta();
        QCOMPARE(delta.removed.size(), kMaximumBriefConnections);
        QCOMPARE(delta.briefOmitted, 5U);
    }
    QCOMPARE(registry.totals().accepted, 2U * (kMaximumBriefConnections + 5));
    QVERIFY(isEmpty(registry.takeDelta()));
}

/// However many they are: somebody shows them as open.
void TestRegistry::takesBackEveryConnectionThatWasTold()
{
    constexpr int kKnown = kMaximumBriefConnections + 100;
    Registry registry = inView();
    QList<Record *> known;
    for (int i = 0; i < kKnown; ++i)
        known.append(&openOne(registry));
    const QSet<ConnectionId> told = idsOf(registry.takeDelta().added);
    QCOMPARE(told.size(), kKnown);
    for (int i = 0; i < kMaximumBriefConnections + 1; ++i)
        registry.close(openOne(registry), {});
    for (Record *record : std::as_const(known))
        registry.close(*record, {});
    const Delta delta = registry.takeDelta();
    QCOMPARE(delta.briefOmitted, 1U);
    QCOMPARE(delta.removed.size(), kKnown + kMaximumBriefConnections);
    QVERIFY(idsOf(delta.removed).contains(told));
}

void TestRegistry::tellsEverythingWhenTheDetailGrows()
{
    Registry registry;
    registry.setDetail(Detail::Totals);
    Record &first = openOne(registry);
    Record &second = openOne(registry);
    registry.close(openOne(registry), {});
    registry.addBytes(first, 1, 2);
    (void)registry.takeDelta();
    // Asked for again, it is told again: somebody new may look.
    for (int i = 0; i < 2; ++i) {
        registry.setDetail(Detail::Connections);
        registry.addBytes(second, 1, 0);
        const Delta delta = registry.takeDelta();
        QVERIFY(delta.whole);
        QCOMPARE(idsOf(delta.added), (QSet<ConnectionId>{first.info.id, second.info.id}));
        QCOMPARE(delta.added.size(), 2);
        QVERIFY(delta.changed.isEmpty() && delta.removed.isEmpty());
        QVERIFY(isEmpty(registry.takeDelta()));
    }
    // With nothing live too, so that what was shown before goes.
    registry.close(first, {});
    registry.close(second, {});
    registry.setDetail(Detail::Connections);
    const Delta delta = registry.takeDelta();
    QVERIFY(delta.whole && delta.added.isEmpty() && delta.removed.isEmpty());
}

void TestRegistry::forgetsWhatWasToBeToldWhenTheDetailShrinks()
{
    Registry registry = inView();
    Record &known = openOne(registry);
    (void)registry.takeDelta();
    for (int i = 0; i < kMaximumBriefConnections + 5; ++i)
        registry.close(openOne(registry), {});
    registry.addBytes(known, 1, 1);
    openOne(registry);
    registry.setDetail(Detail::Totals);
    QVERIFY(isEmpty(registry.takeDelta()));
    QCOMPARE(registry.detail(), Detail::Totals);
}

void TestRegistry::tellsOnlyTotalsOfAHiddenWindow_data()
{
    QTest::addColumn<Detail>("detail");
    QTest::newRow("none") << Detail::None;
    QTest::newRow("totals") << Detail::Totals;
}

void TestRegistry::tellsOnlyTotalsOfAHiddenWindow()
{
    QFETCH(const Detail, detail);
    Registry registry;
    registry.setDetail(detail);
    Record &record = openOne(registry);
    registry.addBytes(record, 7, 9);
    registry.setState(record, ConnectionState::Open);
    registry.markChanged(record);
    for (int i = 0; i < kMaximumBriefConnections + 5; ++i)
        registry.close(openOne(registry), {});
    const Delta delta = registry.takeDelta();
    QVERIFY(isEmpty(delta));
    QCOMPARE(delta.totals.bytesUp, 7U);
    QCOMPARE(delta.totals.live, 1U);
}

void TestRegistry::keepsTotalsAtEveryDetail_data()
{
    tellsOnlyTotalsOfAHiddenWindow_data();
    QTest::newRow("connections") << Detail::Connections;
}

void TestRegistry::keepsTotalsAtEveryDetail()
{
    QFETCH(const Detail, detail);
    Registry registry;
    registry.setDetail(detail);
    Record &first = openOne(registry);
    Record &second = openOne(registry);
    Record &third = openOne(registry);
    registry.addBytes(first, 1, 10);
    registry.addBytes(second, 2, 20);
    registry.close(second, {ErrorCode::ConnectionReset, {}});
    registry.addBytes(third, 4, 40);
    registry.countDropped(third, 3);
    registry.countDropped(first, 1);
    registry.close(third, {});
    registry.countRefused();
    registry.countRefused();
    for (int i = 0; i < 2; ++i) {
        const Totals totals = registry.takeDelta().totals;
        QCOMPARE(totals.bytesUp, 7U);
        QCOMPARE(totals.bytesDown, 70U);
        QCOMPARE(totals.accepted, 3U);
        QCOMPARE(totals.failed, 1U);
        QCOMPARE(totals.refused, 2U);
        QCOMPARE(totals.datagramsDropped, 4U);
        QCOMPARE(totals.live, 1U);
    }
    QCOMPARE(first.info.datagramsDropped, 1U);
}

/// While nobody takes deltas, connections come and go; the ones still there are told in the end.
void TestRegistry::survivesManyConnectionsWithoutDeltas()
{
    constexpr int kBrief = test::rounds(400 * kMaximumBriefConnections);
    Registry registry = inView();
    QSet<ConnectionId> live;
    Record *changing = &openOne(registry);
    live.insert(changing->info.id);
    const long memory = test::residentKiB();
    for (int i = 0; i < kBrief; ++i) {
        registry.addBytes(*changing, 1, 0);
        registry.close(openOne(registry), {});
        if (i % (100 * kMaximumBriefConnections) == 0)
            live.insert(openOne(registry).info.id);
    }
    // Eight bytes for each that ever was would be three times as much. A sanitizer keeps what was freed.
    const long grown = test::residentKiB() - memory;
    QVERIFY2(test::kSlowness > 1 || grown < 1'024, QByteArray::number(qlonglong(grown)).constData());
    const Delta delta = registry.takeDelta();
    QCOMPARE(idsOf(delta.added), live);
    QCOMPARE(delta.added.size(), live.size());
    QCOMPARE(delta.removed.size(), kMaximumBriefConnections);
    QCOMPARE(delta.briefOmitted, static_cast<std::uint64_t>(kBrief - kMaximumBriefConnections));
    QVERIFY(isEmpty(registry.takeDelta()));
}

QTEST_GUILESS_MAIN(TestRegistry)
#include "tst_registry.moc"
