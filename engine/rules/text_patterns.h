// SPDX-License-Identifier: MIT
#pragma once

#include "engine/rules/nested_sets.h"
#include "engine/rules/rule_table.h"

#include <QString>

namespace engine::rules
{

/// Whether a text is a pattern, as matchesWildcards() reads it.
[[nodiscard]] bool hasWildcards(QStringView text);

/// Whether the whole text matches a pattern, in which "*" stands for any number of characters, "/" among
/// them, and "?" for any one.
[[nodiscard]] bool matchesWildcards(QStringView pattern, QStringView text);

/// All texts that begin with one.
struct TextStart {
    QString start;

    [[nodiscard]] bool contains(QStringView text) const { return text.startsWith(start); }
    [[nodiscard]] bool contains(const TextStart &other) const { return other.start.startsWith(start); }
    [[nodiscard]] bool beginsAfter(QStringView text) const { return text < start; }
    bool operator==(const TextStart &) const = default;
    bool operator<(const TextStart &other) const { return start < other.start; }
};

/// Which rules list a pattern that matches a text, for patterns with wildcards. Only those are tried whose
/// text before the first wildcard is the beginning of the text.
class WildcardIndex
{
public:
    WildcardIndex() = default;
    WildcardIndex(const Entries<QString> &patterns, std::size_t ruleCount);

    [[nodiscard]] bool isEmpty() const { return m_patterns.empty(); }
    /// Whether a pattern may match a text that begins with a character: told without a look at the rest, and
    /// of most texts the answer is no.
    [[nodiscard]] bool mayMatchAfter(QChar first) const
    {
        return m_beginsWithWildcard || m_firstCharacters.contains(first);
    }
    void collect(QStringView text, RuleBits &bits) const;

private:
    void addFirstCharacter(const QString &start);

    bool m_beginsWithWildcard = false; ///< one of the patterns
    QString m_firstCharacters;         ///< of the others, each once
    std::vector<QString> m_patterns;
    RuleGroups m_rulesOf; ///< a pattern
    NestedSets<TextStart> m_starts;
    std::vector<std::vector<std::uint32_t>> m_patternsOf; ///< a start
};

/// Which rules list a text or a pattern that matches it.
class TextPatterns
{
public:
    TextPatterns(const Entries<QString> &entries, std::size_t ruleCount);

    [[nodiscard]] bool isEmpty() const
    {
        return m_texts.isEmpty() && m_forwards.isEmpty() && m_backwards.isEmpty();
    }
    void collect(const QString &text, RuleBits &bits) const;
    /// Only those that list a pattern.
    void collectPatterns(const QString &text, RuleBits &bits) const;

private:
    RuleTable<QString> m_texts;
    WildcardIndex m_forwards;
    WildcardIndex m_backwards; ///< patterns that begin with a wildcard, written backwards
};

} // namespace engine::rules
