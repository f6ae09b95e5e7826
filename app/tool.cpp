// SPDX-License-Identifier: MIT
#include "app/tool.h"

#include <QProcess>

#include <chrono>
#include <csignal>
#include <cstdlib>

#include <sys/prctl.h>
#include <unistd.h>

using engine::Expected;
using engine::Message;
using engine::Unexpected;

namespace app
{

namespace
{

/// Such tools take some milliseconds, unless the session's bus hangs.
constexpr std::chrono::milliseconds kPatience{5'000};

/// A tool does not outlive whoever runs it: it would write after the watchdog has put everything back. The
/// system sends the signal when the thread ends that started the tool. That thread waits for the tool until
/// it is gone, so that only the end of the whole process comes before.
void endWithThisProcess(QProcess &process)
{
    // Between fork() and exec(): nothing but system calls.
    process.setChildProcessModifier([starter = ::getpid()] {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != starter) // which was killed before that
            ::_exit(EXIT_FAILURE);
    });
}

} // namespace

Expected<QByteArray, Message> runTool(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    endWithThisProcess(process);
    process.start(program, arguments);
    if (!process.waitForFinished(static_cast<int>(kPatience.count()))) {
        const Message problem = process.error() == QProcess::FailedToStart
                                    ? Message::verbatim(process.errorString())
                                    : Message(QT_TRANSLATE_NOOP("engine::Message", "no answer within %1 s"),
                                              kPatience / std::chrono::seconds(1));
        process.kill();
        process.waitForFinished(static_cast<int>(kPatience.count()));
        return Unexpected{withContext(program, problem)};
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        const QString text = QString::fromLocal8Bit(process.readAllStandardError()).simplified();
        return Unexpected{withContext(
            program, text.isEmpty()
                         ? Message(QT_TRANSLATE_NOOP("engine::Message", "failed (%1)"), process.exitCode())
                         : Message::verbatim(text))};
    }
    return process.readAllStandardOutput();
}

} // namespace app
