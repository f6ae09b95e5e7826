// SPDX-License-Identifier: MIT
#pragma once

#include <QVarLengthArray>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace engine::rules
{

/// Position of a rule in the profile, disabled ones included.
using RuleIndex = std::uint32_t;

/// A set of rules of one profile: one bit for each.
class RuleBits
{
public:
    using Word = std::uint64_t;
    static constexpr std::size_t kBitsPerWord = 64;
    static constexpr std::size_t wordsFor(std::size_t ruleCount)
    {
        return (ruleCount + kBitsPerWord - 1) / kBitsPerWord;
    }

    RuleBits() = default;
    explicit RuleBits(std::size_t ruleCount)
        : m_words(static_cast<qsizetype>(wordsFor(ruleCount)), Word{0})
    {
    }

    void insert(RuleIndex rule) { m_words[wordOf(rule)] |= bitOf(rule); }
    void insert(std::span<const Word> words);
    void insert(const RuleBits &other) { insert(other.words()); }

    [[nodiscard]] bool contains(RuleIndex rule) const { return (m_words[wordOf(rule)] & bitOf(rule)) != 0; }
    [[nodiscard]] bool isEmpty() const { return firstInAll({this, 1}) < 0; }
    /// The lowest rule that is in every set, all of them of the same profile; -1 when there is none.
    [[nodiscard]] static int firstInAll(std::span<const RuleBits> sets);
    [[nodiscard]] std::span<const Word> words() const
    {
        return {m_words.data(), static_cast<std::size_t>(m_words.size())};
    }

private:
    // The largest profile (10,000 rules) fits without a heap block, since sets are made for every decision.
    static constexpr qsizetype kInlineWords = 160;

    static qsizetype wordOf(RuleIndex rule) { return static_cast<qsizetype>(rule / kBitsPerWord); }
    static Word bitOf(RuleIndex rule) { return Word{1} << (rule % kBitsPerWord); }

    QVarLengthArray<Word, kInlineWords> m_words;
};

/// Which rules an entry belongs to, for many entries. Most entries share their rules with others, and the
/// set is kept once.
class RuleGroups
{
public:
    using Group = std::vector<RuleIndex>; ///< in ascending order

    RuleGroups() = default;
    RuleGroups(const std::vector<Group> &groups, std::size_t ruleCount);

    /// Adds the rules of a group, named by its position in what the constructor was given.
    void collect(std::size_t group, RuleBits &bits) const;

private:
    /// Positions or a bitmap, whichever is smaller: neither takes long to add then.
    struct Members {
        Group few;
        std::vector<RuleBits::Word> many;
    };
    static Members makeMembers(const Group &group, std::size_t ruleCount);

    std::vector<std::uint32_t> m_membersOf;
    std::vector<Members> m_members;
};

/// Appends a rule to a group that is filled rule by rule.
void appendOnce(RuleGroups::Group &group, RuleIndex rule);

} // namespace engine::rules
