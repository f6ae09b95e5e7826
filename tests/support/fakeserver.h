// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/proto/destination.h"

#include "tests/support/rawsocket.h"

#include <QList>

// Servers that connections are sent by way of, played by a test: message for message from the specifications
// and independent of the engine's own code.
namespace test
{

/// One of the ways to be asked.
struct Dialect {
    const char *title;
    engine::ServerProtocol protocol;
    bool login; ///< as bob, with "sec:ret"

    [[nodiscard]] bool takesNames() const { return protocol != engine::ServerProtocol::Socks4; }
};
inline constexpr Dialect kDialects[] = {
    {"socks4", engine::ServerProtocol::Socks4, false},
    {"socks4a", engine::ServerProtocol::Socks4a, false},
    {"socks5", engine::ServerProtocol::Socks5, false},
    {"socks5 with a login", engine::ServerProtocol::Socks5, true},
    {"http", engine::ServerProtocol::Http, false},
    {"http with a login", engine::ServerProtocol::Http, true},
};
inline constexpr const char *kServerPassword = "sec:ret";

/// What the server is sent, and what it answers when all is well.
struct Exchange {
    QByteArray request;
    QByteArray answer;
};
using Exchanges = QList<Exchange>;

/// All of them, for CONNECT.
[[nodiscard]] Exchanges exchanges(const Dialect &dialect, const engine::Destination &target);
/// A target that each of them can be asked for as it is, and that nobody could look up.
[[nodiscard]] engine::Destination targetFor(const Dialect &dialect);

[[nodiscard]] engine::ServerProfile serverProfile(const char *id, const Dialect &dialect,
                                                  const engine::Endpoint &endpoint);

enum class Pace { Whole, ByteByByte };

/// Reads these requests and answers them. False when something else was asked for. `early` comes with the
/// last answer, in one segment when that goes out whole.
[[nodiscard]] bool play(RawSocket &server, const Exchanges &exchanges, Pace pace = Pace::Whole,
                        const QByteArray &early = {});
/// Plays up to the request at `stage`, which stays unanswered.
[[nodiscard]] bool playUntil(RawSocket &server, const Exchanges &exchanges, qsizetype stage);

} // namespace test

Q_DECLARE_METATYPE(const test::Dialect *)
