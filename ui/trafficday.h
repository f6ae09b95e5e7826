// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"
#include "ui/clock.h"

#include <QDate>
#include <QList>

#include <chrono>
#include <cstdint>

class QSettings;

namespace ui
{

/// Bytes both ways.
struct TrafficSum {
    std::uint64_t down = 0;
    std::uint64_t up = 0;

    bool operator==(const TrafficSum &) const = default;
};

/// How often the day's traffic is written down while it grows: so much of it may be lost when the machine
/// fails.
inline constexpr std::chrono::minutes kDaySaveInterval{1};
/// Days that are remembered: a clock that is set wrong and right again finds its day as it was.
inline constexpr int kRememberedDays = 4;

/// What moved today, by the calendar of this machine, whichever session of the program moved it. A new day
/// begins at zero; what moved since the delta before counts for the day on which it is told.
class TrafficDay
{
public:
    explicit TrafficDay(Clock clock);
    /// Writes down what has not been.
    ~TrafficDay();
    Q_DISABLE_COPY_MOVE(TrafficDay)

    /// Sums of this session so far.
    void add(const engine::Totals &totals);
    /// Of the day that it is now: of this session, and of the others as far as they had written it down when
    /// this one last did.
    [[nodiscard]] TrafficSum today() const;
    /// Adds what is not written down yet to what the program's settings say by now. Waits a little for
    /// another session that does: for the program's end.
    void save();

private:
    enum class Patience : std::uint8_t { None, Some };

    void save(Patience patience);

    struct Day {
        QDate date;
        TrafficSum sum;
    };

    [[nodiscard]] static QList<Day> readDays(QSettings &settings);
    static void writeDays(QSettings &settings, const QList<Day> &days);
    static void addTo(QList<Day> &days, const Day &more);
    [[nodiscard]] QDate date() const;

    Clock m_clock;
    QList<Day> m_days;    ///< the one that grew last is last
    QList<Day> m_unsaved; ///< the part of them that is not written down yet
    TrafficSum m_session;
    std::int64_t m_savedAtMs = 0; ///< monotonic
};

} // namespace ui
