// SPDX-License-Identifier: MIT
#pragma once

#include "engine/rules/rule_bits.h"

#include <QByteArray>
#include <QHash>
#include <QString>

#include <functional>
#include <string_view>

namespace engine::rules
{

/// What one rule lists.
template <typename Key> struct Entry {
    Key key;
    RuleIndex rule = 0;
};
/// In the order of their rules.
template <typename Key> using Entries = std::vector<Entry<Key>>;

/// A text in a table. It is hashed by the standard library, which takes a third of what Qt's function takes
/// for texts as short as names and paths, and looking them up is most of a decision. No seed: the keys are
/// the profile's own.
template <typename Text> struct TableKey {
    Text text;

    bool operator==(const TableKey &) const = default;
};

inline std::size_t qHash(const TableKey<QByteArray> &key, std::size_t /*seed*/) noexcept
{
    return std::hash<std::string_view>()({key.text.constData(), static_cast<std::size_t>(key.text.size())});
}

inline std::size_t qHash(const TableKey<QString> &key, std::size_t /*seed*/) noexcept
{
    return std::hash<std::u16string_view>()(
        {QStringView(key.text).utf16(), static_cast<std::size_t>(key.text.size())});
}

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
            const auto known = m_groupOf.constFind({entry.key});
            const std::uint32_t group = known == m_groupOf.cend() ? next : *known;
            if (group == next) {
                m_groupOf.insert({entry.key}, next);
                groups.emplace_back();
            }
            appendOnce(groups[group], entry.rule);
        }
        m_groups = RuleGroups(groups, ruleCount);
    }

    [[nodiscard]] bool isEmpty() const { return m_groupOf.isEmpty(); }

    void collect(const Key &key, RuleBits &bits) const
    {
        const auto found = m_groupOf.constFind({key});
        if (found != m_groupOf.cend())
            m_groups.collect(*found, bits);
    }

private:
    QHash<TableKey<Key>, std::uint32_t> m_groupOf;
    RuleGroups m_groups;
};

} // namespace engine::rules
