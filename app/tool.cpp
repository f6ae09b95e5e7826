// SPDX-License-Identifier: MIT
#include "app/tool.h"

#include <QProcess>

#include <chrono>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Unexpected;

namespace app
{

namespace
{

/// Such tools take some milliseconds, unless the session's bus hangs.
constexpr std::chrono::milliseconds kPatience{5'000};

} // namespace

Expected<QByteArray, QString> runTool(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(program, arguments);
    if (!process.waitForFinished(static_cast<int>(kPatience.count()))) {
        const QString problem = process.error() == QProcess::FailedToStart
                                    ? process.errorString()
                                    : u"no answer within %1 s"_s.arg(kPatience / std::chrono::seconds(1));
        process.kill();
        process.waitForFinished(static_cast<int>(kPatience.count()));
        return Unexpected{u"%1: %2"_s.arg(program, problem)};
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        const QString text = QString::fromLocal8Bit(process.readAllStandardError()).simplified();
        return Unexpected{
            u"%1: %2"_s.arg(program, text.isEmpty() ? u"failed (%1)"_s.arg(process.exitCode()) : text)};
    }
    return process.readAllStandardOutput();
}

} // namespace app
