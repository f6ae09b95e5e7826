// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>

namespace ui
{

/// How far back the graph can look, and how closely: two samples are at least this far apart.
struct TrafficRange {
    std::chrono::seconds span;
    std::chrono::milliseconds step;
};
inline constexpr std::array kTrafficRanges{
    TrafficRange{std::chrono::minutes(1), std::chrono::milliseconds(0)}, // each delta
    TrafficRange{std::chrono::minutes(10), std::chrono::seconds(2)},
    TrafficRange{std::chrono::hours(1), std::chrono::seconds(10)},
};
/// Current rates are averages over about this long.
inline constexpr std::chrono::milliseconds kRateWindow{1'000};

struct TrafficRates {
    double down = 0; ///< bytes per second
    double up = 0;
};

/// Average rates between the sample before and `atMs`, on the engine's monotonic clock.
struct TrafficSample {
    std::int64_t atMs = 0;
    double down = 0;
    double up = 0;
};

/// Rates of the last hour, made from running totals: the closer to now, the finer.
class TrafficHistory
{
public:
    using Samples = std::deque<TrafficSample>;

    void add(std::int64_t elapsedMs, std::uint64_t bytesDown, std::uint64_t bytesUp);
    /// Oldest first, as fine as a graph of so long needs them.
    [[nodiscard]] const Samples &samples(std::chrono::seconds span = kTrafficRanges.front().span) const;
    /// What moved since the last of these samples: the one that is not finished yet.
    [[nodiscard]] TrafficSample unfinished(std::chrono::seconds span = kTrafficRanges.front().span) const;
    /// Averages over kRateWindow before the last sample.
    [[nodiscard]] TrafficRates current() const;
    [[nodiscard]] std::int64_t lastMs() const { return m_lastMs; }

private:
    struct Tier {
        Samples samples;
        std::int64_t fromMs = 0; ///< the next sample begins here, with these totals
        std::uint64_t fromDown = 0;
        std::uint64_t fromUp = 0;
    };

    [[nodiscard]] const Tier &tier(std::chrono::seconds span) const;
    [[nodiscard]] static TrafficSample sampleSince(const Tier &tier, std::int64_t nowMs,
                                                   std::uint64_t bytesDown, std::uint64_t bytesUp);
    void begin(std::int64_t elapsedMs, std::uint64_t bytesDown, std::uint64_t bytesUp);
    static void addTo(Tier &tier, const TrafficRange &range, std::int64_t nowMs, std::uint64_t bytesDown,
                      std::uint64_t bytesUp);

    std::array<Tier, kTrafficRanges.size()> m_tiers;
    std::int64_t m_lastMs = 0;
    std::uint64_t m_lastDown = 0;
    std::uint64_t m_lastUp = 0;
    bool m_started = false;
};

} // namespace ui
