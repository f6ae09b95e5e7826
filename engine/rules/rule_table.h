// SPDX-License-Identifier: MIT
#pragma once

#include "engine/rules/rule_bits.h"

#include <QHash>

namespace engine::rules
{

/// What one rule lists.
template <typename Key> struct Entry {
    Key key;
    RuleIndex rule = 0;
};
/// In the order of their rules.
template <typename Key> using Entries = std::vector<Entry<Key>>;

/// Which rules list a key, found by hash.
template <typename Key> class RuleTable
{
public:
    RuleTable() = default;
    RuleTable(const Entries<Key> &entries, std::size_t ruleCount)
    {
        std::vector<RuleGroups::Group> groups;
        m_groupOf.reserve(static_cast<qsizetype>(entries.size()));
        for (const Entry<Key> &entry : entries) {
            const auto next = static_cast<std::uint32_t>(groups.size());
            const auto known = m_groupOf.constFind(entry.key);
            const std::uint32_t group = known == m_groupOf.cend() ? next : *known;
            if (group == next) {
                m_groupOf.insert(entry.key, next);
                groups.emplace_back();
            }
            appendOnce(groups[group], entry.rule);
        }
        m_groups = RuleGroups(groups, ruleCount);
    }

    [[nodiscard]] bool isEmpty() const { return m_groupOf.isEmpty(); }

    void collect(const Key &key, RuleBits &bits) const
    {
        const auto found = m_groupOf.constFind(key);
        if (found != m_groupOf.cend())
            m_groups.collect(*found, bits);
    }

private:
    QHash<Key, std::uint32_t> m_groupOf;
    RuleGroups m_groups;
};

} // namespace engine::rules
