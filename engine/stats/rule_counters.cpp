// SPDX-License-Identifier: MIT
#include "engine/stats/rule_counters.h"

#include <QDateTime>
#include <QMultiHash>

#include <algorithm>
#include <utility>

namespace engine
{

namespace
{

bool isSame(const RuleProfile &a, const RuleProfile &b)
{
    if (a.enabled == b.enabled)
        return a == b;
    RuleProfile switched = a;
    switched.enabled = b.enabled;
    return switched == b;
}

/// Of what tells most rules apart, and costs the same however long their lists are.
std::size_t keyOf(const RuleProfile &rule)
{
    return qHashMulti(std::size_t{0}, rule.name, rule.applications.value(0), rule.hosts.value(0),
                      rule.hosts.size(), rule.action.proxy);
}

} // namespace

std::vector<int> sameRules(const QList<RuleProfile> &before, const QList<RuleProfile> &after)
{
    std::vector<int> same(static_cast<std::size_t>(after.size()), -1);
    // Most changes leave most rules in their places.
    const qsizetype shorter = std::min(before.size(), after.size());
    qsizetype first = 0;
    for (; first < shorter && isSame(before[first], after[first]); ++first)
        same[static_cast<std::size_t>(first)] = static_cast<int>(first);
    QMultiHash<std::size_t, int> left;
    // The hash gives out last what came in first.
    for (auto i = before.size() - 1; i >= first; --i)
        left.insert(keyOf(before[i]), static_cast<int>(i));
    for (qsizetype i = first; i < after.size(); ++i) {
        const std::size_t key = keyOf(after[i]);
        const auto [begin, end] = left.equal_range(key);
        const auto found =
            std::find_if(begin, end, [&](int candidate) { return isSame(before[candidate], after[i]); });
        if (found == end)
            continue;
        same[static_cast<std::size_t>(i)] = *found;
        left.erase(found);
    }
    return same;
}

RuleCounters::RuleCounters()
    : m_default(std::make_shared<RuleCounter>())
{
}

void RuleCounters::setProfile(const Profile &profile)
{
    const std::vector<int> same = sameRules(m_rules, profile.rules);
    std::vector<RuleCounterPointer> before = std::exchange(m_counters, {});
    for (std::size_t i = 0; i < same.size(); ++i) {
        m_counters.push_back(same[i] < 0 ? std::make_shared<RuleCounter>()
                                         : std::move(before[static_cast<std::size_t>(same[i])]));
        m_counters.back()->use.rule = static_cast<int>(i);
    }
    if (!(profile.defaultAction == m_defaultAction)) {
        before.push_back(std::exchange(m_default, std::make_shared<RuleCounter>()));
        m_defaultAction = profile.defaultAction;
    }
    for (const RuleCounterPointer &gone : before) {
        if (gone)
            gone->isInForce = false;
    }
    m_rules = profile.rules;
    setTelling(m_isTelling);
}

const RuleCounterPointer &RuleCounters::of(int rule) const
{
    return rule == RuleUse::kDefaultRule ? m_default : m_counters.at(static_cast<std::size_t>(rule));
}

void RuleCounters::countHit(const RuleCounterPointer &counter)
{
    ++counter->use.hits;
    counter->use.lastHitAt = QDateTime::currentMSecsSinceEpoch();
    markChanged(counter);
}

void RuleCounters::addBytes(const RuleCounterPointer &counter, std::uint64_t up, std::uint64_t down)
{
    counter->use.bytesUp += up;
    counter->use.bytesDown += down;
    markChanged(counter);
}

void RuleCounters::markChanged(const RuleCounterPointer &counter)
{
    if (m_isTelling && counter->isInForce && !std::exchange(counter->isChanged, true))
        m_changed.push_back(counter);
}

void RuleCounters::setTelling(bool on)
{
    m_isTelling = on;
    m_wholeDue = on;
    for (const RuleCounterPointer &counter : m_changed)
        counter->isChanged = false;
    m_changed.clear();
    if (!on)
        return;
    // Bytes without a hit come from an association that another rule once decided about.
    const auto isUsed = [](const RuleUse &use) {
        return use.hits > 0 || use.bytesUp > 0 || use.bytesDown > 0;
    };
    for (const RuleCounterPointer &counter : m_counters) {
        if (isUsed(counter->use))
            markChanged(counter);
    }
    if (isUsed(m_default->use))
        markChanged(m_default);
}

RuleUses RuleCounters::take()
{
    if (!m_isTelling)
        return {};
    RuleUses uses{std::exchange(m_wholeDue, false), m_rules, {}};
    uses.uses.reserve(static_cast<qsizetype>(m_changed.size()));
    for (const RuleCounterPointer &counter : m_changed) {
        counter->isChanged = false;
        uses.uses.append(counter->use);
    }
    m_changed.clear();
    return uses;
}

} // namespace engine
