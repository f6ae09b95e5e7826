// SPDX-License-Identifier: MIT
#include "app/tool.h"

#include <QProcess>

#include <chrono>

using engine::Expected;
using engine::Message;
using engine::Unexpected;

namespace app
{

namespace
{

/// Such tools take some milliseconds, unless the session's bus hangs.
constexpr std::chrono::milliseconds kPatience{5'000};

} // namespace

Expected<QByteArray, Message> runTool(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
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
