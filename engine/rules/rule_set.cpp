// SPDX-License-Identifier: MIT
#include "engine/rules/rule_set.h"

#include "engine/rules/compiled_rules.h"
#include "engine/rules/trace.h"

namespace engine
{

RuleSet::RuleSet(const Profile &profile)
    : m_rules(profile.mode == RoutingMode::Rules ? profile.rules : QList<RuleProfile>())
    , m_otherwise(profile.mode == RoutingMode::Direct ? Action::direct() : profile.defaultAction)
    , m_unidentified(profile.unidentifiedApplications)
    , m_asksRules(profile.mode == RoutingMode::Rules)
    , m_resolves(profile.resolveForRules)
    , m_compiled(std::make_unique<rules::CompiledRules>(m_rules))
{
}

RuleSet::~RuleSet() = default;

Decision RuleSet::decide(const RuleQuery &query) const
{
    if (!m_asksRules)
        return {m_otherwise, Decision::kModeRule};
    const rules::Matches matches = m_compiled->match(query);
    return decisionFor(matches, query, m_compiled->judge(matches, query, m_unidentified.has_value()));
}

Trace RuleSet::explain(const RuleQuery &query) const
{
    if (!m_asksRules)
        return {{m_otherwise, Decision::kModeRule}, {}};
    const rules::Matches matches = m_compiled->match(query);
    const rules::Verdict verdict = m_compiled->judge(matches, query, m_unidentified.has_value());
    Trace trace{decisionFor(matches, query, verdict), {}};
    const qsizetype tried = verdict.rule < 0 ? m_rules.size() : verdict.rule + 1;
    for (qsizetype i = 0; i < tried; ++i)
        trace.steps.append(makeTraceStep(m_rules[i], static_cast<int>(i), matches, query));
    if (verdict.unidentified)
        trace.steps.last().outcome = TraceStep::Outcome::Unidentified;
    return trace;
}

/// What a verdict means in this profile.
Decision RuleSet::decisionFor(const rules::Matches &matches, const RuleQuery &query,
                              const rules::Verdict &verdict) const
{
    const bool isOpen = needsAddress(matches, query, verdict);
    if (verdict.unidentified)
        return {*m_unidentified, Decision::kUnidentifiedRule, isOpen};
    if (verdict.rule < 0)
        return {m_otherwise, Decision::kDefaultRule, isOpen};
    return {m_rules[verdict.rule].action, verdict.rule, isOpen};
}

/// An address can only add rules that match. Where the verdict is the same with all of them, it is the same
/// with any.
bool RuleSet::needsAddress(const rules::Matches &matches, const RuleQuery &query,
                           const rules::Verdict &verdict) const
{
    if (!asksForAddresses() || query.resolved || query.destination.literal())
        return false;
    return m_compiled->judge(m_compiled->withAnyAddress(matches), query, m_unidentified.has_value()) !=
           verdict;
}

bool RuleSet::asksForApplications() const
{
    return m_compiled->asksForApplications();
}

bool RuleSet::asksForHosts() const
{
    return m_compiled->asksForHosts();
}

bool RuleSet::asksForAddresses() const
{
    return m_resolves && m_compiled->asksForHostAddresses();
}

} // namespace engine
