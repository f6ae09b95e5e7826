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
    const rules::Verdict verdict =
        m_compiled->judge(m_compiled->match(query), query, m_unidentified.has_value());
    return decisionFor(verdict.rule, verdict.unidentified);
}

Trace RuleSet::explain(const RuleQuery &query) const
{
    if (!m_asksRules)
        return {{m_otherwise, Decision::kModeRule}, {}};
    const rules::Matches matches = m_compiled->match(query);
    const rules::Verdict verdict = m_compiled->judge(matches, query, m_unidentified.has_value());
    Trace trace{decisionFor(verdict.rule, verdict.unidentified), {}};
    const qsizetype tried = verdict.rule < 0 ? m_rules.size() : verdict.rule + 1;
    for (qsizetype i = 0; i < tried; ++i)
        trace.steps.append(makeTraceStep(m_rules[i], static_cast<int>(i), matches, query));
    if (verdict.unidentified)
        trace.steps.last().outcome = TraceStep::Outcome::Unidentified;
    return trace;
}

Decision RuleSet::decisionFor(int rule, bool unidentified) const
{
    if (unidentified)
        return {*m_unidentified, Decision::kUnidentifiedRule};
    if (rule < 0)
        return {m_otherwise, Decision::kDefaultRule};
    return {m_rules[rule].action, rule};
}

bool RuleSet::asksForApplications() const
{
    return m_compiled->asksForApplications();
}

bool RuleSet::asksForAddresses() const
{
    return m_resolves && m_compiled->asksForHostAddresses();
}

} // namespace engine
