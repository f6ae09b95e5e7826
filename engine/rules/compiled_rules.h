// SPDX-License-Identifier: MIT
#pragma once

#include "engine/rules/host_index.h"
#include "engine/rules/program_index.h"
#include "engine/rules/rule_condition.h"
#include "engine/rules/rule_set.h"

#include <array>

namespace engine::rules
{

/// Of each condition, the enabled rules that a query fulfils it for, those that do not ask for it included.
class Matches
{
public:
    [[nodiscard]] RuleBits &of(RuleCondition condition) { return m_fulfilled[at(condition)]; }
    [[nodiscard]] const RuleBits &of(RuleCondition condition) const { return m_fulfilled[at(condition)]; }
    /// The first rule for which all conditions are fulfilled; -1 when there is none.
    [[nodiscard]] int first() const { return RuleBits::firstInAll(m_fulfilled); }
    /// The first for which all are, whatever the application.
    [[nodiscard]] int firstForAnyApplication() const
    {
        static_assert(kRuleConditions.back() == RuleCondition::ByApplication);
        return RuleBits::firstInAll(std::span(m_fulfilled).first<kRuleConditions.size() - 1>());
    }

private:
    static std::size_t at(RuleCondition condition) { return static_cast<std::size_t>(condition); }

    std::array<RuleBits, kRuleConditions.size()> m_fulfilled;
};

/// The rule that decides, and how it came to that.
struct Verdict {
    int rule = -1;             ///< none
    bool unidentified = false; ///< all but the application matches, which is not known

    bool operator==(const Verdict &) const = default;
};

/// Looks entries up for all rules at once, instead of asking rule by rule: what a decision costs depends on
/// the entries that match, hardly on how many there are.
class CompiledRules
{
public:
    explicit CompiledRules(const QList<RuleProfile> &rules);

    [[nodiscard]] Matches match(const RuleQuery &query) const;
    /// `judgesUnidentified`: a rule on applications decides about one that is not identified.
    [[nodiscard]] Verdict judge(const Matches &matches, const RuleQuery &query,
                                bool judgesUnidentified) const;
    /// The matches, were the host in every block of addresses that a rule lists.
    [[nodiscard]] Matches withAnyAddress(Matches matches) const;

    [[nodiscard]] bool asksForApplications() const;
    [[nodiscard]] bool asksForHosts() const { return !m_hosts.isEmpty(); }
    [[nodiscard]] bool asksForHostAddresses() const { return m_hosts.hasAddresses(); }

private:
    void collect(RuleCondition condition, const RuleQuery &query, RuleBits &bits) const;

    Matches m_notAsking; ///< enabled rules that do not ask for a condition
    RuleBits m_askingForApplications;
    RuleTable<QString> m_users;
    AddressIndex m_clients;
    HostIndex m_hosts;
    BlockIndex m_ports;
    RuleBits m_onTcp;
    RuleBits m_onUdp;
    ProgramIndex m_programs;
};

/// Who is asked about: rules on applications are for clients on this machine.
[[nodiscard]] inline const Application *askedApplication(const RuleQuery &query)
{
    return query.isLocal ? query.application : nullptr;
}

} // namespace engine::rules
