// SPDX-License-Identifier: MIT
#pragma once

#include "engine/server_check.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

// Servers, routes and checks as text for people, in the program's language. No widgets.

namespace ui
{

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

} // namespace ui
