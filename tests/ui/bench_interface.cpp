// SPDX-License-Identifier: MIT

// What the interface costs: 10,000 live connections that all move, of which 1000 close and 1000 open every
// second, in a real main window. Measures the longest time the event loop did not turn, and the processor
// time of the interface's thread.
//
//   bench_interface [seconds] [longest stall in ms] [CPU percent visible] [CPU percent hidden] [sort column]
//   [filter]

#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "synthetic.h"
#include "ui/connectionmodel.h"
#include "ui/mainwindow.h"
#include "ui/models.h"
#include "ui/proxystatus.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QTableView>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace
{

constexpr int kLive = 10'000;
constexpr int kChurn = 200; ///< closed and opened per delta: 1000 a second
constexpr int kDeltasPerSecond = 5;
/// Deltas are made before the clock runs, and used again and again would not do: ids are never reused.
constexpr int kWarmUpDeltas = 25;

double threadSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Result {
    double longestMs = 0;
    double cpuPercent = 0;
};

/// Runs the event loop while deltas come in at their pace, and watches how long it does not turn.
class Measurement : public QObject
{
public:
    Measurement(ui::MainWindow &window, QList<engine::Delta> deltas, int intervalMs)
        : m_window(window)
        , m_deltas(std::move(deltas))
    {
        m_feed.setTimerType(Qt::PreciseTimer);
        connect(&m_feed, &QTimer::timeout, this, &Measurement::feed);
        m_heartbeat.setTimerType(Qt::PreciseTimer);
        connect(&m_heartbeat, &QTimer::timeout, this, &Measurement::beat);
        m_feed.setInterval(intervalMs);
    }

    Result run(bool heartbeat)
    {
        m_feed.start();
        // The heart itself costs a little: it beats only where stalls are measured.
        if (heartbeat)
            m_heartbeat.start(2);
        m_sinceBeat.start();
        QElapsedTimer wall;
        wall.start();
        const double cpu = threadSeconds();
        QApplication::exec();
        const double seconds = static_cast<double>(wall.nsecsElapsed()) / 1e9;
        return {m_longestMs, (threadSeconds() - cpu) / seconds * 100.0};
    }

private:
    void feed()
    {
        if (m_next == m_deltas.size()) {
            m_feed.stop();
            m_heartbeat.stop();
            // quit() would ask the window, which would rather hide.
            QApplication::exit();
            return;
        }
        m_window.applyDelta(m_deltas.at(m_next++));
    }

    void beat()
    {
        m_longestMs = std::max(m_longestMs, static_cast<double>(m_sinceBeat.nsecsElapsed()) / 1e6);
        m_sinceBeat.start();
    }

    ui::MainWindow &m_window;
    QList<engine::Delta> m_deltas;
    qsizetype m_next = 0;
    QTimer m_feed;
    QTimer m_heartbeat;
    QElapsedTimer m_sinceBeat;
    double m_longestMs = 0;
};

double argument(int index, double fallback)
{
    const QStringList arguments = QApplication::arguments();
    return index < arguments.size() ? arguments.at(index).toDouble() : fallback;
}

QList<engine::Delta> visibleDeltas(SyntheticLoad &load, int count)
{
    QList<engine::Delta> deltas;
    for (int i = 0; i < count; ++i)
        deltas << load.next();
    return deltas;
}

/// Sorted, filtered and with everything selected, as the arguments want it.
void prepare(ui::MainWindow &window)
{
    auto *view = window.findChild<QTableView *>(QStringLiteral("connectionsView"));
    if (const int column = static_cast<int>(argument(5, -1)); column >= 0)
        view->sortByColumn(column, Qt::DescendingOrder);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() > 6)
        window.findChild<QLineEdit *>(QStringLiteral("filterEdit"))->setText(arguments.at(6));
    if (arguments.contains(QStringLiteral("all")))
        view->selectAll();
}

bool within(const char *what, double value, double limit, const char *unit)
{
    const bool good = value <= limit;
    std::printf("%-28s %8.2f %-3s (limit %.1f)%s\n", what, value, unit, limit, good ? "" : "  TOO MUCH");
    return good;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("hosier-bench"));
    QApplication::setApplicationName(QStringLiteral("hosier-bench"));
    QApplication::setQuitOnLastWindowClosed(false);
    const int seconds = static_cast<int>(argument(1, 20));

    engine::Engine engine;
    ui::ProxyStatus status({});
    FakeProfileStore store;
    ui::Models models(engine, store);
    ui::MainWindow window(engine, status, store, models);
    window.resize(1'200, 800);
    window.show();
    SyntheticLoad load(kLive, kChurn);
    const engine::Delta whole = load.whole();
    QElapsedTimer first;
    first.start();
    window.applyDelta(whole);
    const double firstMs = static_cast<double>(first.nsecsElapsed()) / 1e6;
    prepare(window);

    const int interval = 1'000 / kDeltasPerSecond;
    Measurement(window, visibleDeltas(load, kWarmUpDeltas), interval).run(false);
    const int deltas = seconds * kDeltasPerSecond;
    const Result stalls = Measurement(window, visibleDeltas(load, deltas), interval).run(true);
    const Result visible = Measurement(window, visibleDeltas(load, deltas), interval).run(false);
    window.hide();
    QList<engine::Delta> totals;
    for (int i = 0; i < seconds; ++i)
        totals << load.totals();
    const Result hidden = Measurement(window, std::move(totals), 1'000).run(false);

    std::printf("%d live connections, %d closed and opened a second, %d s each\n", kLive,
                kChurn * kDeltasPerSecond, seconds);
    bool good = within("all of them at once", firstMs, argument(2, 50), "ms");
    good = within("longest stall, visible", stalls.longestMs, argument(2, 50), "ms") && good;
    good = within("CPU of a core, visible", visible.cpuPercent, argument(3, 25), "%") && good;
    good = within("CPU of a core, hidden", hidden.cpuPercent, argument(4, 0.5), "%") && good;
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
