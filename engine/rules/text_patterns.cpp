// SPDX-License-Identifier: MIT
#include "engine/rules/text_patterns.h"

#include <QHash>
#include <QVarLengthArray>

#include <algorithm>

namespace engine::rules
{

namespace
{

constexpr qsizetype kUsualPathLength = 256;

bool isWildcard(QChar c)
{
    return c == u'*' || c == u'?';
}

qsizetype firstWildcard(const QString &text)
{
    return std::find_if(text.begin(), text.end(), isWildcard) - text.begin();
}

QString backwards(QString text)
{
    std::reverse(text.begin(), text.end());
    return text;
}

/// How an entry is found.
enum class Way { Exactly, Forwards, Backwards };

Way wayOf(const QString &entry)
{
    const qsizetype wildcard = firstWildcard(entry);
    if (wildcard == entry.size())
        return Way::Exactly;
    return wildcard == 0 ? Way::Backwards : Way::Forwards;
}

Entries<QString> entriesFor(Way way, const Entries<QString> &entries)
{
    Entries<QString> some;
    for (const Entry<QString> &entry : entries) {
        if (wayOf(entry.key) == way)
            some.push_back({way == Way::Backwards ? backwards(entry.key) : entry.key, entry.rule});
    }
    return some;
}

TextStart startOf(const QString &pattern)
{
    return {pattern.first(firstWildcard(pattern))};
}

} // namespace

bool hasWildcards(QStringView text)
{
    return std::any_of(text.begin(), text.end(), isWildcard);
}

bool matchesWildcards(QStringView pattern, QStringView text)
{
    qsizetype at = 0;
    qsizetype star = -1;      // the last one passed
    qsizetype behindStar = 0; // where the text goes on behind what the star stands for
    for (qsizetype i = 0; i < text.size();) {
        if (at < pattern.size() && pattern[at] == u'*') {
            star = at++;
            behindStar = i;
        } else if (at < pattern.size() && (pattern[at] == u'?' || pattern[at] == text[i])) {
            ++at;
            ++i;
        } else if (star >= 0) {
            at = star + 1;
            i = ++behindStar;
        } else {
            return false;
        }
    }
    const QStringView rest = pattern.sliced(at);
    return std::all_of(rest.begin(), rest.end(), [](QChar c) { return c == u'*'; });
}

WildcardIndex::WildcardIndex(const Entries<QString> &patterns, std::size_t ruleCount)
{
    QHash<QString, std::size_t> known;
    std::vector<RuleGroups::Group> groups;
    std::vector<TextStart> starts;
    for (const Entry<QString> &entry : patterns) {
        if (!known.contains(entry.key)) {
            known.insert(entry.key, m_patterns.size());
            m_patterns.push_back(entry.key);
            starts.push_back(startOf(entry.key));
            groups.emplace_back();
            addFirstCharacter(starts.back().start);
        }
        appendOnce(groups[known.value(entry.key)], entry.rule);
    }
    m_rulesOf = RuleGroups(groups, ruleCount);
    m_starts = NestedSets<TextStart>(std::move(starts));
    m_patternsOf.resize(m_starts.size());
    for (std::size_t i = 0; i < m_patterns.size(); ++i)
        m_patternsOf[m_starts.indexOf(startOf(m_patterns[i]))].push_back(static_cast<std::uint32_t>(i));
}

void WildcardIndex::addFirstCharacter(const QString &start)
{
    if (start.isEmpty())
        m_beginsWithWildcard = true;
    else if (!m_firstCharacters.contains(start.front()))
        m_firstCharacters.append(start.front());
}

void WildcardIndex::collect(QStringView text, RuleBits &bits) const
{
    m_starts.visitAround(text, [&](std::size_t start) {
        for (const std::uint32_t pattern : m_patternsOf[start]) {
            if (matchesWildcards(m_patterns[pattern], text))
                m_rulesOf.collect(pattern, bits);
        }
    });
}

TextPatterns::TextPatterns(const Entries<QString> &entries, std::size_t ruleCount)
    : m_texts(entriesFor(Way::Exactly, entries), ruleCount)
    , m_forwards(entriesFor(Way::Forwards, entries), ruleCount)
    , m_backwards(entriesFor(Way::Backwards, entries), ruleCount)
{
}

void TextPatterns::collect(const QString &text, RuleBits &bits) const
{
    if (text.isEmpty())
        return;
    m_texts.collect(text, bits);
    collectPatterns(text, bits);
}

void TextPatterns::collectPatterns(const QString &text, RuleBits &bits) const
{
    if (text.isEmpty())
        return;
    if (m_forwards.mayMatchAfter(text.front()))
        m_forwards.collect(text, bits);
    if (!m_backwards.mayMatchAfter(text.back()))
        return;
    QVarLengthArray<QChar, kUsualPathLength> reversed(text.size());
    std::reverse_copy(text.begin(), text.end(), reversed.begin());
    m_backwards.collect(QStringView(reversed.constData(), reversed.size()), bits);
}

} // namespace engine::rules
