// SPDX-License-Identifier: MIT
#pragma once

#include "engine/server_check.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <optional>

// Servers, routes and checks as text for people, in the program's language. No widgets.

namespace ui
{

/// How a server or route fares, as far as checks and real use have shown.
enum class ServerState : std::uint8_t {
    Unknown,
    Checking,
    Works,
    Limited, ///< a server without its UDP, a group with members that are down
    Down,
};

/// What is known of a server.
struct ServerKnowledge {
    ServerState state = ServerState::Unknown;
    engine::Error error;
    std::optional<engine::ServerCheck> check;
    engine::ServerHealth health; ///< as the engine sees it, which may take it for dead
};

/// "SOCKS5", "HTTP over TLS"
[[nodiscard]] QString serverProtocolText(const engine::ServerProfile &server);
/// The same, and whether a certificate is pinned: "HTTP over TLS, pinned"
[[nodiscard]] QString shownProtocolText(const engine::ServerProfile &server);
/// The same, and below it what a pinned certificate means and its fingerprint.
[[nodiscard]] QString protocolExplanation(const engine::ServerProfile &server);
/// "proxy.example.org:1080", "[2001:db8::1]:1080"
[[nodiscard]] QString serverAddressText(const engine::ServerProfile &server);
/// "Chain"
[[nodiscard]] QString routeKindText(engine::RouteKind kind);
/// What a route of that kind does, in a sentence.
[[nodiscard]] QString routeKindExplanation(engine::RouteKind kind);
/// "34 ms"
[[nodiscard]] QString millisecondsText(std::chrono::milliseconds duration);

/// "Works", "Down: connection refused"
[[nodiscard]] QString healthText(const ServerKnowledge &known);
/// Milliseconds until a target answered, or that none did; empty before the first check.
[[nodiscard]] QString tcpText(const ServerKnowledge &known);
/// The same of a datagram; a dash where the protocol has no UDP.
[[nodiscard]] QString udpText(const engine::ServerProfile &server, const ServerKnowledge &known);
/// When the last check was: the time alone when that was today. Empty before the first one.
[[nodiscard]] QString lastCheckText(const ServerKnowledge &known);

/// One step of a check: how long it alone took, or why it failed.
struct CheckStep {
    QString name;
    std::optional<std::chrono::milliseconds> took;
    QString problem; ///< empty when the step went well

    bool operator==(const CheckStep &) const = default;
};

/// The steps of a check in their order, up to the one that failed, and UDP where the protocol has it.
[[nodiscard]] QList<CheckStep> checkSteps(const engine::CheckRequest &request,
                                          const engine::ServerCheck &check);

/// What becomes of a server that is down as a member of groups; `now` is milliseconds since the epoch (UTC).
[[nodiscard]] QStringList probeLines(const engine::ServerHealth &health, std::int64_t now);
/// All that checks and use have shown; no lines when nothing has.
[[nodiscard]] QStringList knowledgeLines(const engine::ServerProfile &server, const ServerKnowledge &known,
                                         std::int64_t now);
/// Why a server without UDP has none, in a sentence.
[[nodiscard]] QString noUdpText(const engine::ServerProfile &server);

} // namespace ui
