// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <chrono>
#include <cstdint>
#include <deque>

namespace ui
{

/// How much of the past the graph can show.
inline constexpr std::chrono::seconds kTrafficHistory{300};
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

/// Rates of the last minutes, made from the running totals.
class TrafficHistory
{
public:
    void add(std::int64_t elapsedMs, std::uint64_t bytesDown, std::uint64_t bytesUp);
    /// Oldest first.
    [[nodiscard]] const std::deque<TrafficSample> &samples() const { return m_samples; }
    /// Averages over kRateWindow before the last sample.
    [[nodiscard]] TrafficRates current() const;
    [[nodiscard]] std::int64_t lastMs() const { return m_lastMs; }

private:
    std::deque<TrafficSample> m_samples;
    std::int64_t m_lastMs = 0;
    std::uint64_t m_lastDown = 0;
    std::uint64_t m_lastUp = 0;
    bool m_started = false;
};

} // namespace ui
