// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QString>
#include <QStringList>

#include <optional>

// Rules as people read and write them.

namespace ui
{

/// Its name, or its place: "#3".
[[nodiscard]] QString ruleName(const engine::RuleProfile &rule, int index);
/// "Direct", "Block", or the server's or route's name.
[[nodiscard]] QString actionText(const engine::Action &action, const engine::Profile &profile);
/// "Rules", "Everything", "Direct"
[[nodiscard]] QString modeText(engine::RoutingMode mode);

/// Who it is for: applications, and where given users and clients. Empty: anybody.
[[nodiscard]] QString ruleSources(const engine::RuleProfile &rule);
/// Empty: any host.
[[nodiscard]] QString ruleHosts(const engine::RuleProfile &rule);
/// Ports and transport. Empty: any.
[[nodiscard]] QString rulePorts(const engine::RuleProfile &rule);
/// Everything about it, one fact a line.
[[nodiscard]] QString ruleToolTip(const engine::RuleProfile &rule, const engine::Profile &profile);

/// "443", "8000-8100"
[[nodiscard]] QString portRangeText(const engine::PortRange &ports);
[[nodiscard]] std::optional<engine::PortRange> parsePortRange(const QString &text);

/// The patterns for all of a host's domain: "api.example.org" gives "example.org" and "*.example.org". Empty
/// for addresses, for names without a dot, and for patterns, blocks and ranges.
[[nodiscard]] QStringList domainPatterns(const QString &host);

} // namespace ui
