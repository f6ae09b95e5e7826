// SPDX-License-Identifier: MIT
#include "ui/trafficday.h"

#include <QDateTime>
#include <QLockFile>
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
const QString kLockSuffix = QStringLiteral(".traffic.lock");
/// Whoever has the lock needs it for a moment. Only the last time is worth waiting for it.
constexpr std::chrono::milliseconds kLockPatience{500};

} // namespace

TrafficDay::TrafficDay(Clock clock)
    : m_clock(std::move(clock))
    , m_savedAtMs(m_clock.monotonic())
{
    QSettings settings;
    m_days = readDays(settings);
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
    const TrafficSum more{now.down - (now.down < before.down ? 0 : before.down),
                          now.up - (now.up < before.up ? 0 : before.up)};
    if (more != TrafficSum()) {
        addTo(m_days, {date(), more});
        addTo(m_unsaved, {date(), more});
    }
    if (m_clock.monotonic() - m_savedAtMs >= std::chrono::milliseconds(kDaySaveInterval).count())
        save(Patience::None);
}

TrafficSum TrafficDay::today() const
{
    const QDate now = date();
    const auto found =
        std::find_if(m_days.cbegin(), m_days.cend(), [now](const Day &day) { return day.date == now; });
    return found == m_days.cend() ? TrafficSum() : found->sum;
}

void TrafficDay::save()
{
    save(Patience::Some);
}

/// QSettings puts a whole new file in the place of the old one: it is never half of either. Another session
/// may write at the same time, with another profile, so reading and writing are one step.
void TrafficDay::save(Patience patience)
{
    m_savedAtMs = m_clock.monotonic();
    if (m_unsaved.isEmpty())
        return;
    QSettings settings;
    // Not QSettings' own, which it takes for a moment in every sync().
    QLockFile lock(settings.fileName() + kLockSuffix);
    const bool hasLock =
        lock.tryLock(patience == Patience::Some ? kLockPatience : std::chrono::milliseconds(0));
    // Next time, then. A folder in which there can be no lock is written all the same, and so is the last
    // time, when what is not written is lost.
    if (!hasLock && lock.error() == QLockFile::LockFailedError && patience == Patience::None)
        return;
    settings.sync();
    m_days = readDays(settings);
    for (const Day &day : std::as_const(m_unsaved))
        addTo(m_days, day);
    m_unsaved.clear();
    writeDays(settings, m_days);
    settings.sync();
}

/// What does not read as a day is left out.
QList<TrafficDay::Day> TrafficDay::readDays(QSettings &settings)
{
    QList<Day> days;
    const int count = std::min(settings.beginReadArray(kDaysKey), kRememberedDays);
    for (int at = 0; at < count; ++at) {
        settings.setArrayIndex(at);
        const QDate date = QDate::fromString(settings.value(kDateKey).toString(), Qt::ISODate);
        if (date.isValid())
            days.append(
                {date, {settings.value(kDownKey).toULongLong(), settings.value(kUpKey).toULongLong()}});
    }
    settings.endArray();
    return days;
}

void TrafficDay::writeDays(QSettings &settings, const QList<Day> &days)
{
    settings.beginWriteArray(kDaysKey, static_cast<int>(days.size()));
    for (int at = 0; at < days.size(); ++at) {
        settings.setArrayIndex(at);
        settings.setValue(kDateKey, days.at(at).date.toString(Qt::ISODate));
        settings.setValue(kDownKey, static_cast<qulonglong>(days.at(at).sum.down));
        settings.setValue(kUpKey, static_cast<qulonglong>(days.at(at).sum.up));
    }
    settings.endArray();
}

QDate TrafficDay::date() const
{
    return QDateTime::fromMSecsSinceEpoch(m_clock.wall()).date();
}

void TrafficDay::addTo(QList<Day> &days, const Day &more)
{
    Day sum = more;
    const auto found =
        std::find_if(days.begin(), days.end(), [&more](const Day &day) { return day.date == more.date; });
    if (found != days.end()) {
        sum.sum.down += found->sum.down;
        sum.sum.up += found->sum.up;
        days.erase(found);
    } else if (days.size() >= kRememberedDays) {
        days.removeFirst();
    }
    days.append(sum);
}

} // namespace ui
