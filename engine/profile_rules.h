// SPDX-License-Identifier: MIT
#pragma once

#include "engine/json_reader.h"
#include "engine/profile.h"

#include <QJsonObject>

#include <functional>

namespace engine
{

/// What an action may name, and whether it carries UDP.
struct RouteReferences {
    std::function<bool(const QString &id)> isKnown;
    std::function<bool(const QString &id)> carriesUdp;
};

/// What is said of a text (%1) that is no action.
inline constexpr const char *kNoAction =
    QT_TRANSLATE_NOOP("engine::Message", "%1 is none of \"direct\", \"block\", \"proxy:ID\"");

/// Reads "direct", "block" or "proxy:ID". Nothing when it is absent, and when it is wrong.
[[nodiscard]] std::optional<Action> readAction(const json::Node &node, const RouteReferences &references,
                                               const char *noAction = kNoAction);
[[nodiscard]] QString actionToText(const Action &action);

/// Reads the list of rules.
[[nodiscard]] QList<RuleProfile> readRules(const json::Node &node, const RouteReferences &references);
[[nodiscard]] QJsonObject ruleToJson(const RuleProfile &rule);

} // namespace engine
