// SPDX-License-Identifier: MIT
#include "app/systemproxywatchdog.h"

#include "app/platform.h"
#include "app/systemproxykeeper.h"

#include <chrono>
#include <cstdlib>

#include <QCoreApplication>
#include <QProcess>
#include <QThread>
#include <QTimer>

using namespace Qt::StringLiterals;
using ui::SystemProxyProblem;

namespace app
{

namespace
{

/// It has nothing to wait for once its input has ended and the journal is gone.
constexpr std::chrono::milliseconds kStopPatience{3'000};
/// Whoever kills it again and again means it.
constexpr int kMaximumStarts = 5;
/// A session that ends, or a bus that is busy, may refuse for a moment.
constexpr int kAttempts = 10;
constexpr std::chrono::milliseconds kAttemptDelay{1'000};

/// Goes on when the program that has started it ends.
class Survivor : public QProcess
{
public:
    using QProcess::QProcess;

    /// Its end is no longer waited for, and it is not ended with this object; it sees its input end.
    void letGo()
    {
        closeWriteChannel();
        setProcessState(NotRunning);
    }
};

} // namespace

const QString SystemProxyWatchdog::kOption = u"system-proxy-watchdog"_s;

SystemProxyWatchdog::SystemProxyWatchdog(const QString &program, QObject *parent)
    : QObject(parent)
    , m_program(program)
{
}

SystemProxyWatchdog::~SystemProxyWatchdog()
{
    // QProcess kills what still runs and waits for it.
    if (m_process != nullptr)
        m_process->disconnect(this);
}

void SystemProxyWatchdog::start()
{
    m_isWanted = true;
    if (m_process != nullptr || m_starts >= kMaximumStarts)
        return;
    ++m_starts;
    m_process = new Survivor(this);
    // It must not keep anybody waiting who reads what this process prints.
    m_process->setStandardOutputFile(QProcess::nullDevice());
    m_process->setStandardErrorFile(QProcess::nullDevice());
    connect(m_process, &QProcess::finished, this, &SystemProxyWatchdog::takeEnd);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            takeEnd();
    });
    m_process->start(m_program, {u"--%1=%2"_s.arg(kOption).arg(QCoreApplication::applicationPid())});
}

void SystemProxyWatchdog::stop()
{
    m_isWanted = false;
    m_starts = 0;
    if (m_process == nullptr) {
        QMetaObject::invokeMethod(this, &SystemProxyWatchdog::stopped, Qt::QueuedConnection);
        return;
    }
    m_process->write(".");
    m_process->closeWriteChannel(); // once that is written
    QTimer::singleShot(kStopPatience, m_process, &QProcess::kill);
}

void SystemProxyWatchdog::leaveBehind()
{
    m_isWanted = false;
    if (m_process == nullptr)
        return;
    m_process->disconnect(this);
    static_cast<Survivor *>(m_process)->letGo();
}

void SystemProxyWatchdog::takeEnd()
{
    if (m_process == nullptr)
        return;
    m_process->disconnect(this);
    m_process->deleteLater();
    m_process = nullptr;
    if (m_isWanted)
        start();
    else
        Q_EMIT stopped();
}

int runSystemProxyWatchdog(int &argc, char **argv, std::int64_t watched)
{
    isolateWatchdog();
    const QCoreApplication application(argc, argv);
    if (!waitForDeath())
        return EXIT_SUCCESS;
    SystemProxyKeeper keeper = makeRestoringKeeper();
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        // The dead may keep its lock until its own parent has taken notice of its death.
        const bool isDeadOnes = keeper.holder() == watched;
        const auto outcome = isDeadOnes ? keeper.restoreByForce() : keeper.restore();
        giveWayToOthers(outcome);
        if (!isUnfinished(outcome.problem))
            return EXIT_SUCCESS;
        QThread::msleep(static_cast<unsigned long>(kAttemptDelay.count()));
    }
    return EXIT_FAILURE; // The journal stays for the next start.
}

int runRestoreSystemProxy()
{
    if (!SystemProxyJournal(systemProxyDirectory()).exists()) {
        printLine(stdout, u"the system proxy is not Hosier's: nothing to restore"_s);
        return EXIT_SUCCESS;
    }
    SystemProxyKeeper keeper = makeRestoringKeeper();
    const auto outcome = keeper.restoreByForce();
    giveWayToOthers(outcome);
    switch (outcome.problem) {
    case SystemProxyProblem::None:
        printLine(stdout, u"system proxy restored"_s);
        return EXIT_SUCCESS;
    case SystemProxyProblem::ChangedByOthers:
        printLine(stdout, u"system proxy restored, except what somebody else has changed: "_s +
                              outcome.detail.toEnglish());
        return EXIT_SUCCESS;
    default:
        printLine(stderr, u"hosier: "_s + ui::systemProxyProblemText(outcome.problem, outcome.detail));
        return EXIT_FAILURE;
    }
}

} // namespace app
