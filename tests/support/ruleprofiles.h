// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/profiles.h"

namespace test
{

[[nodiscard]] inline engine::RuleProfile hostRule(const char *name, const char *host,
                                                  const engine::Action &action = engine::Action::direct())
{
    engine::RuleProfile rule;
    rule.name = QString::fromLatin1(name);
    rule.hosts << QString::fromLatin1(host);
    rule.action = action;
    return rule;
}

[[nodiscard]] inline engine::RuleProfile applicationRule(const QString &application,
                                                         const engine::Action &action)
{
    engine::RuleProfile rule;
    rule.name = application;
    rule.applications << application;
    rule.action = action;
    return rule;
}

/// One listener for all protocols, and these rules.
[[nodiscard]] inline engine::Profile ruleProfile(const QList<engine::RuleProfile> &rules)
{
    engine::Profile profile = openProfile();
    profile.listeners.front().protocols |= engine::Protocol::Http;
    profile.rules = rules;
    return profile;
}

} // namespace test
