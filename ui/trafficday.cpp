// SPDX-License-Identifier: MIT
#include "ui/trafficday.h"

#include <QDateTime>
#include <QSettings>

#include <algorithm>
#include <utility>

namespace ui
{

namespace
{

const QString kDaysKey = QStringLiteral("traffic/days");
const QString kDateKey = QStringLiteral("date");
const QString kDownKey = QStringLiteral("down");
const QString kUpKey = QStringLiteral("up");

} // namespace

TrafficDay::TrafficDay(Clock clock)
    : m_clock(std::move(clock))
    , m_savedAtMs(m_clock.monotonic())
{
    load();
}

TrafficDay::~TrafficDay()
{
    save();
}

void TrafficDay::add(const engine::Totals &totals)
{
    const TrafficSum now{totals.bytesDown, totals.bytesUp};
    const TrafficSum before = std::exchange(m_session, now);
    // Sums that fell are another engine's: they begin at zero.
    const std::uint64_t down = now.down - (now.down < before.down ? 0 : before.down);
    const std::uint64_t up = now.up - (now.up < before.up ? 0 : before.up);
    if (down + up > 0) {
        TrafficSum &sum = dayOf(date()).sum;
        sum.down += down;
        sum.up += up;
        m_isSaved = false;
    }
    if (m_clock.monotonic() - m_savedAtMs >= std::chrono::milliseconds(kDaySaveInterval).count())
        save();
}

TrafficSum TrafficDay::today() const
{
    const QDate now = date();
    const auto found =
        std::find_if(m_days.cbegin(), m_days.cend(), [now](const Day &day) { return day.date == now; });
    return found == m_days.cend() ? TrafficSum() : found->sum;
}

/// QSettings puts a whole new file in the place of the old one: it is never half of either.
void TrafficDay::save()
{
    m_savedAtMs = m_clock.monotonic();
    if (std::exchange(m_isSaved, true))
        return;
    QSettings settings;
    settings.beginWriteArray(kDaysKey, static_cast<int>(m_days.size()));
    for (int at = 0; at < m_days.size(); ++at) {
        settings.setArrayIndex(at);
        settings.setValue(kDateKey, m_days.at(at).date.toString(Qt::ISODate));
        settings.setValue(kDownKey, static_cast<qulonglong>(m_days.at(at).sum.down));
        settings.setValue(kUpKey, static_cast<qulonglong>(m_days.at(at).sum.up));
    }
    settings.endArray();
}

/// What does not read as a day is left out.
void TrafficDay::load()
{
    QSettings settings;
    const int count = std::min(settings.beginReadArray(kDaysKey), kRememberedDays);
    for (int at = 0; at < count; ++at) {
        settings.setArrayIndex(at);
        const QDate date = QDate::fromString(settings.value(kDateKey).toString(), Qt::ISODate);
        if (date.isValid())
            m_days.append(
                {date, {settings.value(kDownKey).toULongLong(), settings.value(kUpKey).toULongLong()}});
    }
    settings.endArray();
}

QDate TrafficDay::date() const
{
    return QDateTime::fromMSecsSinceEpoch(m_clock.wall()).date();
}

TrafficDay::Day &TrafficDay::dayOf(QDate date)
{
    const auto found =
        std::find_if(m_days.begin(), m_days.end(), [date](const Day &day) { return day.date == date; });
    if (found != m_days.end()) {
        std::rotate(found, std::next(found), m_days.end());
        return m_days.last();
    }
    if (m_days.size() >= kRememberedDays)
        m_days.removeFirst();
    m_days.append({date, {}});
    return m_days.last();
}

} // namespace ui
