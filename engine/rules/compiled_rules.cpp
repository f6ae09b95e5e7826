// SPDX-License-Identifier: MIT
#include "engine/rules/compiled_rules.h"

namespace engine::rules
{

namespace
{

template <typename Visit> void visitEnabled(const QList<RuleProfile> &rules, Visit visit)
{
    for (qsizetype i = 0; i < rules.size(); ++i) {
        if (rules[i].enabled)
            visit(rules[i], static_cast<RuleIndex>(i));
    }
}

/// The entries of one list of the enabled rules, each made into a key.
template <typename Key, typename List, typename ToKey>
Entries<Key> entriesOf(const QList<RuleProfile> &rules, List RuleProfile::*list, ToKey toKey)
{
    Entries<Key> entries;
    visitEnabled(rules, [&](const RuleProfile &rule, RuleIndex index) {
        for (const auto &entry : rule.*list)
            entries.push_back({toKey(entry), index});
    });
    return entries;
}

Entries<ProgramPattern> programEntries(const QList<RuleProfile> &rules)
{
    Entries<ProgramPattern> entries;
    visitEnabled(rules, [&](const RuleProfile &rule, RuleIndex index) {
        for (const QString &application : rule.applications)
            entries.push_back({{application, rule.tree}, index});
    });
    return entries;
}

bool asksFor(const RuleProfile &rule, RuleCondition condition)
{
    switch (condition) {
    case RuleCondition::ByUser:
        return !rule.users.isEmpty();
    case RuleCondition::ByClient:
        return !rule.clients.isEmpty();
    case RuleCondition::ByHost:
        return !rule.hosts.isEmpty();
    case RuleCondition::ByPort:
        return !rule.ports.isEmpty();
    case RuleCondition::ByTransport:
        return rule.transports != Transports();
    case RuleCondition::ByApplication:
        return !rule.applications.isEmpty();
    }
    Q_UNREACHABLE();
    return false;
}

/// The enabled rules for which it is so.
template <typename Predicate> RuleBits rulesWhere(const QList<RuleProfile> &rules, Predicate isSo)
{
    RuleBits bits(static_cast<std::size_t>(rules.size()));
    visitEnabled(rules, [&](const RuleProfile &rule, RuleIndex index) {
        if (isSo(rule))
            bits.insert(index);
    });
    return bits;
}

RuleBits rulesThat(const QList<RuleProfile> &rules, bool ask, RuleCondition condition)
{
    return rulesWhere(rules, [=](const RuleProfile &rule) { return asksFor(rule, condition) == ask; });
}

RuleBits rulesOn(Transport transport, const QList<RuleProfile> &rules)
{
    return rulesWhere(rules, [=](const RuleProfile &rule) { return rule.transports.testFlag(transport); });
}

Matches notAsking(const QList<RuleProfile> &rules)
{
    Matches matches;
    for (const RuleCondition condition : kRuleConditions)
        matches.of(condition) = rulesThat(rules, false, condition);
    return matches;
}

std::size_t count(const QList<RuleProfile> &rules)
{
    return static_cast<std::size_t>(rules.size());
}

} // namespace

CompiledRules::CompiledRules(const QList<RuleProfile> &rules)
    : m_notAsking(notAsking(rules))
    , m_askingForApplications(rulesThat(rules, true, RuleCondition::ByApplication))
    , m_users(entriesOf<QString>(rules, &RuleProfile::users, [](const QString &user) { return user; }),
              count(rules))
    , m_clients(entriesOf<AddressBlock>(rules, &RuleProfile::clients, AddressBlock::fromRange), count(rules))
    , m_hosts(entriesOf<HostPattern>(rules, &RuleProfile::hosts, HostPattern::fromText), count(rules))
    , m_ports(entriesOf<Block>(rules, &RuleProfile::ports, portBlock), count(rules))
    , m_onTcp(rulesOn(Transport::Tcp, rules))
    , m_onUdp(rulesOn(Transport::Udp, rules))
    , m_programs(programEntries(rules), count(rules))
{
}

Matches CompiledRules::match(const RuleQuery &query) const
{
    Matches matches = m_notAsking;
    for (const RuleCondition condition : kRuleConditions)
        collect(condition, query, matches.of(condition));
    return matches;
}

void CompiledRules::collect(RuleCondition condition, const RuleQuery &query, RuleBits &bits) const
{
    switch (condition) {
    case RuleCondition::ByUser:
        m_users.collect(query.user, bits);
        return;
    case RuleCondition::ByClient:
        m_clients.collect(query.client, bits);
        return;
    case RuleCondition::ByHost:
        m_hosts.collect(AskedHost(query.destination, query.resolved), bits);
        return;
    case RuleCondition::ByPort:
        m_ports.collect(portKey(query.destination.port), bits);
        return;
    case RuleCondition::ByTransport:
        bits.insert(query.transport == Transport::Tcp ? m_onTcp : m_onUdp);
        return;
    case RuleCondition::ByApplication:
        if (const Application *application = askedApplication(query))
            m_programs.collect(*application, bits);
        return;
    }
    Q_UNREACHABLE();
}

Verdict CompiledRules::judge(const Matches &matches, const RuleQuery &query, bool judgesUnidentified) const
{
    const bool isUnidentified = query.isLocal && query.application == nullptr;
    if (judgesUnidentified && isUnidentified) {
        const int rule = matches.firstForAnyApplication();
        if (rule >= 0 && m_askingForApplications.contains(static_cast<RuleIndex>(rule)))
            return {rule, true};
    }
    return {matches.first(), false};
}

Matches CompiledRules::withAnyAddress(Matches matches) const
{
    matches.of(RuleCondition::ByHost).insert(m_hosts.onAddresses());
    return matches;
}

bool CompiledRules::asksForApplications() const
{
    return !m_askingForApplications.isEmpty();
}

} // namespace engine::rules
