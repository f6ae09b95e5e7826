// SPDX-License-Identifier: MIT
#include "ui/seenapplications.h"

#include <algorithm>
#include <vector>

namespace ui
{

namespace
{

/// As many as a menu can offer.
constexpr qsizetype kKept = 100;

} // namespace

void SeenApplications::note(const QString &application)
{
    if (application.isEmpty())
        return;
    m_lastSeen[application] = ++m_count;
    if (m_lastSeen.size() > 2 * kKept)
        forgetOldest();
}

QStringList SeenApplications::names() const
{
    QStringList names = m_lastSeen.keys();
    std::sort(names.begin(), names.end(),
              [](const QString &a, const QString &b) { return a.compare(b, Qt::CaseInsensitive) < 0; });
    return names;
}

void SeenApplications::forgetOldest()
{
    std::vector<quint64> times(m_lastSeen.begin(), m_lastSeen.end());
    const auto oldestKept = times.end() - kKept;
    std::nth_element(times.begin(), oldestKept, times.end());
    m_lastSeen.removeIf([limit = *oldestKept](const auto &seen) { return seen.value() < limit; });
}

} // namespace ui
