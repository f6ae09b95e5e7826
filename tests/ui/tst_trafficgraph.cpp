// SPDX-License-Identifier: MIT
#include "ui/proxystatus.h"
#include "ui/trafficgraph.h"

#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>

using ui::TrafficHistory;

namespace
{

engine::Delta delta(std::int64_t elapsedMs, std::uint64_t down, std::uint64_t up)
{
    engine::Delta made;
    made.elapsedMs = elapsedMs;
    made.totals.bytesDown = down;
    made.totals.bytesUp = up;
    return made;
}

/// Counts how often it is drawn.
class CountedGraph : public ui::TrafficGraph
{
public:
    using TrafficGraph::TrafficGraph;
    int painted = 0;

protected:
    void paintEvent(QPaintEvent *event) override
    {
        ++painted;
        TrafficGraph::paintEvent(event);
    }
};

/// The event itself: what the system makes of a moved pointer comes when it likes.
void moveMouse(QWidget &widget, QPoint position)
{
    QMouseEvent event(QEvent::MouseMove, position, widget.mapToGlobal(position), Qt::NoButton, {}, {});
    QCoreApplication::sendEvent(&widget, &event);
}

} // namespace

class TestTrafficGraph : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void historyMakesRatesFromTotals();
    void historyAveragesOverAboutASecond();
    void historyIsBounded();
    void historySpreadsWhatAGapHides();
    void knowsHowLongTheMachineSlept();
    void historySurvivesAnotherEngine();
    void isNotFlatOnceAnythingMoves_data();
    void isNotFlatOnceAnythingMoves();
    void axisStandsAtRoundNumbers_data();
    void axisStandsAtRoundNumbers();
    void drawsWhatGoesDown();
    void drawsNothingWhileHidden();
    void tellsRatesToScreenReaders();
    void tellsTheValuesUnderTheMouse();
    void leadsThroughTimeByKeyboard();
    void tellsWhereNothingIsKnown();
    void showsTheRatesOfOne();
};

void TestTrafficGraph::historyMakesRatesFromTotals()
{
    TrafficHistory history;
    history.add(1'000, 5'000, 50);
    QVERIFY(history.samples().empty());
    history.add(1'200, 5'200, 60);
    history.add(1'200, 9'999, 99); // no time has passed
    QCOMPARE(history.samples().size(), std::size_t{1});
    QCOMPARE(history.samples().front().down, 1'000.0);
    QCOMPARE(history.samples().front().up, 50.0);
}

void TestTrafficGraph::historyAveragesOverAboutASecond()
{
    TrafficHistory history;
    for (std::int64_t i = 0; i <= 20; ++i)
        history.add(
            i * 200,
            i % 2 == 0 ? static_cast<std::uint64_t>(i) * 200 : static_cast<std::uint64_t>(i - 1) * 200, 0);
    QVERIFY(history.current().down > 700 && history.current().down < 1'300);
}

void TestTrafficGraph::historyIsBounded()
{
    TrafficHistory history;
    // Two hours and a half of deltas.
    for (std::int64_t i = 0; i < 45'000; ++i)
        history.add(i * 200, static_cast<std::uint64_t>(i) * 20, 0);
    for (const ui::TrafficRange &range : ui::kTrafficRanges) {
        const TrafficHistory::Samples &samples = history.samples(range.span);
        QVERIFY2(samples.size() <= 365, QByteArray::number(samples.size()));
        QVERIFY(history.lastMs() - samples.front().atMs >= std::chrono::milliseconds(range.span).count());
        QVERIFY(history.lastMs() - samples.back().atMs < std::max<std::int64_t>(range.step.count(), 200));
        QCOMPARE(samples.front().down, 100.0);
        QCOMPARE(samples.back().down, 100.0);
    }
}

/// Nobody was told for ten minutes: what moved meanwhile moved evenly, and the time before stays as it was.
void TestTrafficGraph::historySpreadsWhatAGapHides()
{
    TrafficHistory history;
    history.add(0, 0, 0);
    history.add(10'000, 0, 0);
    history.add(610'000, 600'000, 0);
    const TrafficHistory::Samples &samples = history.samples(std::chrono::hours(1));
    QCOMPARE(samples.size(), std::size_t{3});
    QCOMPARE(samples[0].down, 0.0);
    QCOMPARE(samples[1].atMs, 20'000);
    QCOMPARE(samples[1].down, 1'000.0);
    QCOMPARE(samples[2].atMs, 610'000);
    QCOMPARE(samples[2].down, 1'000.0);
}

/// The engine's clock has gone on meanwhile: what moved before is not what moved a minute ago.
void TestTrafficGraph::knowsHowLongTheMachineSlept()
{
    std::int64_t now = 0;
    ui::ProxyStatus status({}, [&now] { return now; });
    ui::TrafficGraph graph(status);
    graph.show();
    constexpr std::uint64_t kPerSecond = 10'240;
    for (std::uint64_t second = 0; second <= 60; ++second) {
        now = static_cast<std::int64_t>(second) * 1'000;
        status.applyDelta(delta(now, second * kPerSecond, 0));
    }
    QCOMPARE(status.rates().down, static_cast<double>(kPerSecond));
    now += std::chrono::milliseconds(std::chrono::hours(8)).count();
    QCOMPARE(status.nowMs(), now);
    QCOMPARE(status.rates().down, 0.0);
    status.applyDelta(delta(now, 60 * kPerSecond, 0));
    QTest::keyClick(&graph, Qt::Key_Home);
    QCOMPARE(graph.accessibleDescription(), QStringLiteral("1 min ago: 0 B/s down, 0 B/s up"));
}

void TestTrafficGraph::historySurvivesAnotherEngine()
{
    TrafficHistory history;
    history.add(10'000, 1'000, 0);
    history.add(11'000, 2'000, 0);
    history.add(5, 0, 0);
    QVERIFY(history.samples().empty());
    history.add(1'005, 100, 0);
    QCOMPARE(history.current().down, 100.0);
}

void TestTrafficGraph::isNotFlatOnceAnythingMoves_data()
{
    QTest::addColumn<std::chrono::seconds>("range");
    for (const ui::TrafficRange &range : ui::kTrafficRanges)
        QTest::addRow("%d s", static_cast<int>(range.span.count())) << range.span;
}

/// Also before the first sample of a long range is complete, and until the range has passed.
void TestTrafficGraph::isNotFlatOnceAnythingMoves()
{
    QFETCH(const std::chrono::seconds, range);
    std::int64_t now = 1'000;
    ui::ProxyStatus status({}, [&now] { return now; });
    ui::TrafficGraph graph(status);
    graph.setRange(range);
    QVERIFY(graph.isFlat());
    status.applyDelta(delta(now, 5'000, 50)); // what moved before anybody looked
    QVERIFY(graph.isFlat());
    now += 200;
    status.applyDelta(delta(now, 5'000, 60));
    QVERIFY(!graph.isFlat());
    now += 200;
    status.applyDelta(delta(now, 5'000, 60));
    QVERIFY(!graph.isFlat());
    now += 2 * std::chrono::milliseconds(range).count();
    QVERIFY(graph.isFlat());
}

void TestTrafficGraph::axisStandsAtRoundNumbers_data()
{
    QTest::addColumn<double>("peak");
    QTest::addColumn<double>("maximum");
    QTest::addColumn<int>("divisions");
    QTest::newRow("nothing") << 0.0 << 1'024.0 << 4;
    QTest::newRow("below three quarters") << 1'400.0 << 1'536.0 << 3;
    QTest::newRow("above three quarters") << 1'600.0 << 2'048.0 << 4;
    QTest::newRow("room above the peak") << 2'048.0 << 3'072.0 << 3;
    QTest::newRow("10 Gbit/s") << 1.25e9 << 1'610'612'736.0 << 3;
}

void TestTrafficGraph::axisStandsAtRoundNumbers()
{
    QFETCH(const double, peak);
    const ui::TrafficAxis axis = ui::trafficAxis(peak);
    QTEST(axis.maximum, "maximum");
    QTEST(axis.divisions, "divisions");
}

void TestTrafficGraph::drawsWhatGoesDown()
{
    ui::ProxyStatus status({});
    ui::TrafficGraph graph(status);
    graph.resize(400, 200);
    const QImage empty = graph.grab().toImage();
    for (std::int64_t i = 1; i <= 100; ++i)
        status.applyDelta(delta(i * 200, static_cast<std::uint64_t>(i * i) * 1'000, 0));
    const QImage drawn = graph.grab().toImage();
    QVERIFY(drawn != empty);
    graph.setRange(std::chrono::minutes(10));
    QVERIFY(graph.grab().toImage() != drawn);
    graph.resize(40, 20); // too small for anything but must not fail
    graph.grab();
}

void TestTrafficGraph::drawsNothingWhileHidden()
{
    ui::ProxyStatus status({});
    CountedGraph graph(status);
    status.applyDelta(delta(200, 1'000, 0));
    graph.refresh();
    QTest::qWait(20);
    QCOMPARE(graph.painted, 0);
    graph.show();
    QTRY_VERIFY(graph.painted > 0);
}

void TestTrafficGraph::tellsRatesToScreenReaders()
{
    ui::ProxyStatus status({});
    ui::TrafficGraph graph(status);
    graph.show();
    status.applyDelta(delta(1'000, 0, 0));
    status.applyDelta(delta(2'000, 30'720, 1'024));
    graph.refresh();
    QCOMPARE(graph.accessibleDescription(), QStringLiteral("Now 30 KiB/s down, 1.0 KiB/s up"));
    QVERIFY(!graph.accessibleName().isEmpty());
}

void TestTrafficGraph::tellsTheValuesUnderTheMouse()
{
    ui::ProxyStatus status({});
    ui::TrafficGraph graph(status);
    graph.resize(500, 200);
    graph.show();
    // A minute of nothing but a second of 10 KiB, 30 seconds ago.
    for (std::int64_t second = 0; second <= 60; ++second)
        status.applyDelta(delta(second * 1'000, second >= 30 ? 10'240 : 0, 0));
    const QImage before = graph.grab().toImage();
    QStringList told;
    for (int x = 0; x < graph.width(); ++x) {
        moveMouse(graph, QPoint(x, 100));
        told << graph.accessibleDescription();
    }
    QVERIFY(told.contains(QStringLiteral("30 s ago: 10 KiB/s down, 0 B/s up")));
    QVERIFY(told.contains(QStringLiteral("1 min ago: 0 B/s down, 0 B/s up")));
    QVERIFY(told.contains(QStringLiteral("now: 0 B/s down, 0 B/s up")));
    moveMouse(graph, QPoint(graph.width() / 2, 100));
    QVERIFY(graph.grab().toImage() != before);
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(&graph, &leave);
    QVERIFY(graph.accessibleDescription().startsWith(QStringLiteral("Now ")));
}

void TestTrafficGraph::leadsThroughTimeByKeyboard()
{
    ui::ProxyStatus status({});
    ui::TrafficGraph graph(status);
    graph.setRange(std::chrono::minutes(10));
    graph.show();
    for (std::int64_t second = 0; second <= 600; ++second)
        status.applyDelta(delta(second * 1'000, static_cast<std::uint64_t>(second) * 1'024, 0));
    const auto told = [&graph](Qt::Key key) {
        QTest::keyClick(&graph, key);
        return graph.accessibleDescription();
    };
    QVERIFY(graph.focusPolicy() & Qt::TabFocus);
    QCOMPARE(told(Qt::Key_Left), QStringLiteral("now: 1.0 KiB/s down, 0 B/s up"));
    QCOMPARE(told(Qt::Key_Left), QStringLiteral("10 s ago: 1.0 KiB/s down, 0 B/s up"));
    QCOMPARE(told(Qt::Key_Home), QStringLiteral("10 min ago: 1.0 KiB/s down, 0 B/s up"));
    QCOMPARE(told(Qt::Key_Right), QStringLiteral("9 min 50 s ago: 1.0 KiB/s down, 0 B/s up"));
    QCOMPARE(told(Qt::Key_End), QStringLiteral("now: 1.0 KiB/s down, 0 B/s up"));
    QVERIFY(told(Qt::Key_Escape).startsWith(QStringLiteral("Now ")));
}

void TestTrafficGraph::tellsWhereNothingIsKnown()
{
    ui::ProxyStatus status({});
    ui::TrafficGraph graph(status);
    graph.show();
    for (std::int64_t second = 0; second <= 10; ++second)
        status.applyDelta(delta(second * 1'000, 0, 0));
    QTest::keyClick(&graph, Qt::Key_Home);
    QCOMPARE(graph.accessibleDescription(), QStringLiteral("1 min ago\nNothing is known"));
    QTest::keyClick(&graph, Qt::Key_End);
    QCOMPARE(graph.accessibleDescription(), QStringLiteral("now: 0 B/s down, 0 B/s up"));
}

void TestTrafficGraph::showsTheRatesOfOne()
{
    ui::ProxyStatus status({});
    ui::TrafficGraph graph(status);
    graph.show();
    TrafficHistory one;
    for (std::int64_t second = 0; second <= 10; ++second) {
        status.applyDelta(delta(second * 1'000, static_cast<std::uint64_t>(second) * 10'240, 0));
        one.add(second * 1'000, static_cast<std::uint64_t>(second) * 2'048, 0);
    }
    graph.refresh();
    QCOMPARE(graph.accessibleDescription(), QStringLiteral("Now 10 KiB/s down, 0 B/s up"));
    graph.setHistory(&one);
    QCOMPARE(graph.accessibleDescription(), QStringLiteral("Now 2.0 KiB/s down, 0 B/s up"));
    graph.setHistory(nullptr);
    QCOMPARE(graph.accessibleDescription(), QStringLiteral("Now 10 KiB/s down, 0 B/s up"));
}

QTEST_MAIN(TestTrafficGraph)
#include "tst_trafficgraph.moc"
