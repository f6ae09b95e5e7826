// SPDX-License-Identifier: MIT
#include "engine/rules/rule_bits.h"

#include <bit>
#include <map>

namespace engine::rules
{

void RuleBits::insert(std::span<const Word> words)
{
    Q_ASSERT(static_cast<qsizetype>(words.size()) == m_words.size());
    Word *mine = m_words.data();
    for (const Word word : words)
        *mine++ |= word;
}

int RuleBits::firstInAll(std::span<const RuleBits> sets)
{
    for (qsizetype i = 0; i < sets.front().m_words.size(); ++i) {
        Word common = ~Word{0};
        for (const RuleBits &set : sets)
            common &= set.m_words[i];
        if (common != 0)
            return static_cast<int>(i) * static_cast<int>(kBitsPerWord) + std::countr_zero(common);
    }
    return -1;
}

RuleGroups::RuleGroups(const std::vector<Group> &groups, std::size_t ruleCount)
{
    std::map<Group, std::uint32_t> known;
    m_membersOf.reserve(groups.size());
    for (const Group &group : groups) {
        const auto [at, isNew] = known.try_emplace(group, static_cast<std::uint32_t>(m_members.size()));
        if (isNew)
            m_members.push_back(makeMembers(group, ruleCount));
        m_membersOf.push_back(at->second);
    }
}

RuleGroups::Members RuleGroups::makeMembers(const Group &group, std::size_t ruleCount)
{
    const std::size_t words = RuleBits::wordsFor(ruleCount);
    if (group.size() * sizeof(RuleIndex) <= words * sizeof(RuleBits::Word))
        return {group, {}};
    RuleBits bits(ruleCount);
    for (const RuleIndex rule : group)
        bits.insert(rule);
    return {{}, {bits.words().begin(), bits.words().end()}};
}

void RuleGroups::collect(std::size_t group, RuleBits &bits) const
{
    const Members &members = m_members[m_membersOf[group]];
    for (const RuleIndex rule : members.few)
        bits.insert(rule);
    if (!members.many.empty())
        bits.insert(members.many);
}

void appendOnce(RuleGroups::Group &group, RuleIndex rule)
{
    if (group.empty() || group.back() != rule)
        group.push_back(rule);
}

} // namespace engine::rules
