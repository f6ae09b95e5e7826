// SPDX-License-Identifier: MIT
#include "ui/proxystatus.h"
#include "ui/trafficgraph.h"

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

} // namespace

class TestTrafficGraph : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void historyMakesRatesFromTotals();
    void historyAveragesOverAboutASecond();
    void historyIsBounded();
    void historySurvivesAnotherEngine();
    void axisStandsAtRoundNumbers_data();
    void axisStandsAtRoundNumbers();
    void drawsWhatGoesDown();
    void drawsNothingWhileHidden();
    void tellsRatesToScreenReaders();
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
    for (std::int64_t i = 0; i < 10'000; ++i)
        history.add(i * 200, static_cast<std::uint64_t>(i), 0);
    QVERIFY(history.samples().size() <= 1'502);
    QVERIFY(history.lastMs() - history.samples().front().atMs >=
            std::chrono::milliseconds(ui::kTrafficHistory).count());
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
    graph.setRange(ui::kTrafficHistory);
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

QTEST_MAIN(TestTrafficGraph)
#include "tst_trafficgraph.moc"
