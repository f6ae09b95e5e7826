// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/pace.h"

#include <QCoreApplication>
#include <QProcess>
#include <QString>
#include <QTest>

#include <optional>

// A test function that begins again where it has a network of its own: Linux, where a process may have one.
namespace test
{

inline constexpr char kInOwnNetwork[] = "HOSIER_TEST_IN_OWN_NETWORK";
inline constexpr const char *kNoOwnNetwork =
    "a network of its own takes unshare, ip and the right to make one";

[[nodiscard]] inline bool isInOwnNetwork()
{
    return qEnvironmentVariableIsSet(kInOwnNetwork);
}

/// Runs the current test function once more, in a network that these commands of a shell have made. Its exit
/// code; nothing where none can be made.
[[nodiscard]] inline std::optional<int> runInOwnNetwork(const QString &commands)
{
    const QString unshare = QStringLiteral("unshare");
    const QStringList shell{QStringLiteral("-rn"), QStringLiteral("sh"), QStringLiteral("-c")};
    if (QProcess::execute(unshare, shell + QStringList{commands}) != 0)
        return std::nullopt;
    QProcess again;
    again.setProcessChannelMode(QProcess::ForwardedChannels);
    const QString start =
        commands + QStringLiteral(" && export %1=1 && exec \"$0\" \"$1\"").arg(QLatin1String(kInOwnNetwork));
    again.start(unshare, shell + QStringList{start, QCoreApplication::applicationFilePath(),
                                             QString::fromLatin1(QTest::currentTestFunction())});
    return again.waitForFinished(static_cast<int>(kPatience.count())) ? again.exitCode() : -1;
}

} // namespace test
