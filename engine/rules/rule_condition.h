// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace engine
{

/// What a rule can ask for, in the order in which a trace looks. The application comes last: whether an
/// unidentified one matters shows only when everything else matches.
enum class RuleCondition : std::uint8_t { ByUser, ByClient, ByHost, ByPort, ByTransport, ByApplication };

inline constexpr std::array<RuleCondition, 6> kRuleConditions{
    RuleCondition::ByUser, RuleCondition::ByClient,    RuleCondition::ByHost,
    RuleCondition::ByPort, RuleCondition::ByTransport, RuleCondition::ByApplication};

} // namespace engine
