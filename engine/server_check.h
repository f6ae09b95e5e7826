// SPDX-License-Identifier: MIT
#pragma once

#include "engine/error.h"
#include "engine/profile.h"

#include <QByteArray>
#include <QMetaType>

#include <chrono>
#include <optional>

namespace engine
{

/// What a server is tried out with.
struct CheckRequest {
    ServerProfile server; ///< need not be in the profile
    QByteArray password;
    QString targetHost = QStringLiteral("example.com"); ///< asked for by TCP
    std::uint16_t targetPort = 80;
    QString nameServer = QStringLiteral("1.1.1.1"); ///< asked by UDP for the target's address
    std::uint16_t nameServerPort = 53;

    bool operator==(const CheckRequest &) const = default;
};

/// What came of it. A time that is missing was not reached, or does not apply.
struct ServerCheck {
    using Time = std::optional<std::chrono::milliseconds>;

    QString serverId;
    Time connected;      ///< TCP to the server
    Time secured;        ///< TLS to it
    Time loggedIn;       ///< ready for a request; SOCKS4 and HTTP log in with the request
    Time answered;       ///< the target is connected
    Time udpAnswered;    ///< the name server's answer came back; only SOCKS5 carries UDP
    Error error;         ///< of TCP, and None when all went well
    Error udpError;      ///< of UDP, likewise
    std::int64_t at = 0; ///< when it ended: milliseconds since the epoch (UTC)
};

/// How a server of the profile fares, in use and, as a member of a group, when it is probed.
struct ServerHealth {
    QString serverId;
    bool isDown = false;
    Error lastError;              ///< the latest failure, while it is down
    int probesPassed = 0;         ///< in a row, of the kProbesUntilUp that bring it back
    std::int64_t nextProbeAt = 0; ///< milliseconds since the epoch (UTC); 0: it is not going to be probed
};

} // namespace engine

Q_DECLARE_METATYPE(engine::ServerCheck)
Q_DECLARE_METATYPE(engine::ServerHealth)
