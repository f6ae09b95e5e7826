// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/pace.h"
#include "tests/support/rawsocket.h"

#include <QCoreApplication>
#include <QProcess>
#include <QString>
#include <QTest>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

// A test function that begins again where it has a network of its own: Linux, where a process may have one.
namespace test
{

inline constexpr char kInOwnNetwork[] = "HOSIER_TEST_IN_OWN_NETWORK";
inline constexpr const char *kNoOwnNetwork =
    "a network of its own takes unshare, ip and the right to make one";

/// A network with so few ports to connect from, and no address of IPv6.
inline constexpr std::size_t kPortsToConnectFrom = 2;
inline constexpr std::uint16_t kPortOutsideOfThem = 50'000;
inline const QString kMakeNetworkOfFewPorts =
    QStringLiteral("ip link set lo up && echo 60000 60001 >/proc/sys/net/ipv4/ip_local_port_range && "
                   "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6");

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

/// Connections that take all ports of that network, as seen from there.
[[nodiscard]] inline std::vector<RawSocket> takePortsTowards(const RawListener &listener)
{
    std::vector<RawSocket> taken;
    while (taken.size() < kPortsToConnectFrom) {
        RawSocket socket = RawSocket::connectTo(listener.endpoint());
        if (!socket.isOpen())
            break;
        taken.push_back(std::move(socket));
    }
    return taken;
}

} // namespace test
