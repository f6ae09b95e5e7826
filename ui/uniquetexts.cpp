// SPDX-License-Identifier: MIT
#include "ui/uniquetexts.h"

#include "ui/ppxentries.h"

#include <utility>

namespace ui
{

namespace
{

/// What a number after a name may take.
constexpr qsizetype kNumberLength = 8;

} // namespace

UniqueTexts::UniqueTexts(QChar separator, std::function<bool(const QString &)> isTaken)
    : m_separator(separator)
    , m_isTaken(std::move(isTaken))
{
}

QString UniqueTexts::take(const QString &wanted)
{
    int &number = m_numbers[wanted.toLower()];
    QString text = ++number == 1 ? wanted : numbered(wanted, number);
    while (!isFree(text))
        text = numbered(wanted, ++number);
    m_given.insert(text.toLower());
    return text;
}

bool UniqueTexts::isFree(const QString &text) const
{
    return !m_given.contains(text.toLower()) && !m_isTaken(text);
}

QString UniqueTexts::numbered(const QString &wanted, int number) const
{
    return fittedPpxText(wanted, kMaximumPpxText - kNumberLength) + m_separator + QString::number(number);
}

} // namespace ui
