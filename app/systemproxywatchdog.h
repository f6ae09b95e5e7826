// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>

#include <cstdint>

class QProcess;

namespace app
{

/// A second, small process of the same program that waits for the end of this one, and puts the system's
/// proxy settings back if they are still Hosier's then. It holds nothing of this process but the end of a
/// pipe, which the system closes however this one dies.
class SystemProxyWatchdog : public QObject
{
    Q_OBJECT

public:
    /// `program` is started with kOption and this process's number.
    explicit SystemProxyWatchdog(const QString &program, QObject *parent = nullptr);
    ~SystemProxyWatchdog() override;

    static const QString kOption;

    /// Unless it runs already. One that ends too early is started anew.
    void start();
    /// Ends it: nothing is Hosier's any more. stopped() follows, in any case and within a bounded time.
    void stop();
    /// Leaves it to put the settings back when this program cannot: it tries for a while, also after this
    /// program's end.
    void leaveBehind();

Q_SIGNALS:
    void stopped();

private:
    void takeEnd();

    QString m_program;
    QProcess *m_process = nullptr;
    int m_starts = 0;
    bool m_isWanted = false;
};

/// The watchdog itself: waits for the end of its standard input, which is the end of the process `watched`.
/// The process's exit code.
[[nodiscard]] int runSystemProxyWatchdog(int &argc, char **argv, std::int64_t watched);

/// Lets go of what was inherited, so that nothing but this process's own end keeps it from its work. In
/// systemproxywatchdog_posix.cpp and _windows.cpp.
void isolateWatchdog();
/// Blocks until the parent says that all is well, or can say nothing any more. Whether it died.
[[nodiscard]] bool waitForDeath();

/// `--restore-system-proxy`. The process's exit code.
[[nodiscard]] int runRestoreSystemProxy();

} // namespace app
