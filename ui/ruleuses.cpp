// SPDX-License-Identifier: MIT
#include "ui/ruleuses.h"

#include "ui/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <utility>

namespace ui
{

using engine::RuleProfile;
using engine::RuleUse;

namespace
{

struct RuleUseText {
    Q_DECLARE_TR_FUNCTIONS(ui::RuleUseText)
};

/// A rule that was only switched on or off is the one it was.
bool isSame(const RuleProfile &a, const RuleProfile &b)
{
    if (a.name != b.name || a.hosts != b.hosts || a.applications != b.applications)
        return false;
    if (a.enabled == b.enabled)
        return a == b;
    RuleProfile switched = b;
    switched.enabled = a.enabled;
    return a == switched;
}

/// Looks from `likely` on, then from the start: rules that moved mostly moved together.
qsizetype placeOf(const RuleProfile &rule, qsizetype likely, const QList<RuleProfile> &rules)
{
    for (qsizetype i = likely; i < rules.size(); ++i) {
        if (isSame(rule, rules.at(i)))
            return i;
    }
    for (qsizetype i = 0; i < std::min(likely, rules.size()); ++i) {
        if (isSame(rule, rules.at(i)))
            return i;
    }
    return -1;
}

} // namespace

bool RuleUseTable::take(const engine::RuleUses &uses)
{
    if (!uses.whole && uses.uses.isEmpty())
        return false;
    if (uses.whole) {
        m_uses.assign(static_cast<std::size_t>(uses.rules.size()), {});
        m_default = {};
        m_told = uses.rules;
        findPlaces();
    }
    for (const RuleUse &use : uses.uses) {
        if (use.rule == RuleUse::kDefaultRule)
            m_default = use;
        else if (static_cast<std::size_t>(use.rule) < m_uses.size())
            m_uses[static_cast<std::size_t>(use.rule)] = use;
    }
    return true;
}

void RuleUseTable::setShown(const QList<RuleProfile> &rules)
{
    m_shown = rules;
    findPlaces();
}

const RuleUse &RuleUseTable::of(int row) const
{
    static const RuleUse none;
    const auto shown = static_cast<std::size_t>(row);
    if (shown == m_places.size())
        return m_default;
    const qsizetype place = shown < m_places.size() ? m_places[shown] : -1;
    return place < 0 ? none : m_uses[static_cast<std::size_t>(place)];
}

void RuleUseTable::findPlaces()
{
    m_places.clear();
    qsizetype likely = 0;
    for (const RuleProfile &rule : std::as_const(m_shown)) {
        const qsizetype place = placeOf(rule, likely, m_told);
        m_places.push_back(place);
        if (place >= 0)
            likely = place + 1;
    }
}

QString trafficText(const RuleUse &use)
{
    return bytesText(use.bytesDown + use.bytesUp);
}

QString lastHitText(const RuleUse &use)
{
    if (use.lastHitAt == 0)
        return RuleUseText::tr("never", "last time that a rule decided");
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(use.lastHitAt);
    return when.date() == QDate::currentDate() ? QLocale().toString(when.time(), QStringLiteral("HH:mm:ss"))
                                               : QLocale().toString(when, QLocale::ShortFormat);
}

QString useToolTip(const RuleUse &use)
{
    return QStringList{
        RuleUseText::tr("Hits: %1").arg(countText(use.hits)),
        RuleUseText::tr("Traffic: %1 down, %2 up").arg(bytesText(use.bytesDown), bytesText(use.bytesUp)),
        RuleUseText::tr("Last hit: %1").arg(lastHitText(use))}
        .join(u'\n');
}

} // namespace ui
