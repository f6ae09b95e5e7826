// SPDX-License-Identifier: MIT

// Whether the interface grows: as many hours of deltas as wanted, as fast as they go, through a real main
// window that is hidden every other hour. Connections come from ever other programs and go to ever other
// hosts, by ever other routes. Memory in use is compared with that after the first hour, when everything that
// has a limit has reached it.
//
//   bench_day [hours] [growth in KiB]

#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "synthetic.h"
#include "ui/mainwindow.h"
#include "ui/models.h"
#include "ui/proxystatus.h"

#include <QApplication>
#include <QStandardPaths>

#include <cstdio>
#include <cstdlib>

#include <malloc.h>

namespace
{

constexpr int kLive = 200;
constexpr int kChurn = 10; ///< closed and opened per delta
constexpr int kDeltasPerSecond = 5;
/// More of each than the interface remembers.
constexpr std::uint64_t kApplications = 50'000;
constexpr std::uint64_t kHosts = 1'000'000;
/// The window gets to draw after so many deltas.
constexpr int kDeltasBetweenTurns = 25;

/// The heap of the main thread, of the connections that the load itself holds a steady number.
double usedKiB()
{
    malloc_trim(0);
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd) / 1'024.0;
}

double argument(int index, double fallback)
{
    const QStringList arguments = QApplication::arguments();
    return index < arguments.size() ? arguments.at(index).toDouble() : fallback;
}

/// So many seconds of what the engine tells a window that is shown, or one that is not.
void live(ui::MainWindow &window, SyntheticLoad &load, int seconds, bool shown)
{
    window.setVisible(shown);
    QCoreApplication::processEvents();
    if (shown)
        window.applyDelta(load.whole());
    for (int second = 0; second < seconds; ++second) {
        if (!shown)
            window.applyDelta(load.totals());
        for (int delta = 0; shown && delta < kDeltasPerSecond; ++delta)
            window.applyDelta(load.next());
        if (second % (kDeltasBetweenTurns / kDeltasPerSecond) == 0)
            QCoreApplication::processEvents();
    }
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    QApplication::setOrganizationName(QStringLiteral("hosier-bench"));
    QApplication::setApplicationName(QStringLiteral("hosier-bench"));
    QApplication::setQuitOnLastWindowClosed(false);
    const double hours = argument(1, 24);
    const double limit = argument(2, 2'048);

    engine::Engine engine;
    ui::ProxyStatus status({});
    FakeProfileStore store;
    ui::Models models(engine, store);
    ui::MainWindow window(engine, status, store, models);
    window.resize(1'200, 800);
    SyntheticLoad load(kLive, kChurn, kApplications, kHosts);
    // Half of each hour is seen.
    const int half = static_cast<int>(std::min(hours, 1.0) * 1'800);
    const int rounds = std::max(static_cast<int>(hours), 2);
    double before = 0;
    double after = 0;
    for (int round = 0; round < rounds; ++round) {
        live(window, load, half, true);
        live(window, load, half, false);
        after = usedKiB();
        if (round == 0)
            before = after;
        std::printf("%6.1f h  %9.0f KiB in use\n", (round + 1) * half / 1'800.0, after);
        std::fflush(stdout);
    }
    const bool good = after - before <= limit;
    std::printf("grown by %.0f KiB (limit %.0f)%s\n", after - before, limit, good ? "" : "  TOO MUCH");
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
