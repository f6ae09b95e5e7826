// SPDX-License-Identifier: MIT
#include "ui/traffichistory.h"

#include <algorithm>

namespace ui
{

namespace
{

/// Nothing was reported for so long: what moved meanwhile is spread over all of it.
constexpr std::int64_t kGapMs = 3'000;

} // namespace

void TrafficHistory::add(std::int64_t elapsedMs, std::uint64_t bytesDown, std::uint64_t bytesUp)
{
    if (m_started && elapsedMs == m_lastMs)
        return;
    if (m_started && elapsedMs < m_lastMs)
        m_tiers = {};
    // Totals never fall; if they do, something else is counted from now on and there is no rate to tell yet.
    if (!m_started || elapsedMs < m_lastMs || bytesDown < m_lastDown || bytesUp < m_lastUp) {
        begin(elapsedMs, bytesDown, bytesUp);
        return;
    }
    for (std::size_t at = 0; at < m_tiers.size(); ++at)
        addTo(m_tiers.at(at), kTrafficRanges.at(at), elapsedMs, bytesDown, bytesUp);
    m_lastMs = elapsedMs;
    m_lastDown = bytesDown;
    m_lastUp = bytesUp;
}

void TrafficHistory::begin(std::int64_t elapsedMs, std::uint64_t bytesDown, std::uint64_t bytesUp)
{
    m_started = true;
    m_lastMs = elapsedMs;
    m_lastDown = bytesDown;
    m_lastUp = bytesUp;
    for (Tier &tier : m_tiers) {
        tier.fromMs = elapsedMs;
        tier.fromDown = bytesDown;
        tier.fromUp = bytesUp;
    }
}

void TrafficHistory::addTo(Tier &tier, const TrafficRange &range, std::int64_t nowMs, std::uint64_t bytesDown,
                           std::uint64_t bytesUp)
{
    const std::int64_t length = nowMs - tier.fromMs;
    if (length < range.step.count())
        return;
    const TrafficSample sample = sampleSince(tier, nowMs, bytesDown, bytesUp);
    // A line from before a gap to its end would tell of traffic that slowly grew or fell.
    const std::int64_t step = std::max<std::int64_t>(range.step.count(), 1);
    if (length > std::max(kGapMs, 2 * step))
        tier.samples.push_back({tier.fromMs + step, sample.down, sample.up});
    tier.samples.push_back(sample);
    tier.fromMs = nowMs;
    tier.fromDown = bytesDown;
    tier.fromUp = bytesUp;
    const std::int64_t oldest = nowMs - std::chrono::milliseconds(range.span).count();
    // One sample beyond the edge stays, so that the line reaches it.
    while (tier.samples.size() > 1 && tier.samples[1].atMs < oldest)
        tier.samples.pop_front();
}

/// No time has passed: no rate.
TrafficSample TrafficHistory::sampleSince(const Tier &tier, std::int64_t nowMs, std::uint64_t bytesDown,
                                          std::uint64_t bytesUp)
{
    if (nowMs <= tier.fromMs)
        return {nowMs, 0, 0};
    const double seconds = static_cast<double>(nowMs - tier.fromMs) / 1'000.0;
    return {nowMs, static_cast<double>(bytesDown - tier.fromDown) / seconds,
            static_cast<double>(bytesUp - tier.fromUp) / seconds};
}

const TrafficHistory::Samples &TrafficHistory::samples(std::chrono::seconds span) const
{
    return tier(span).samples;
}

TrafficSample TrafficHistory::unfinished(std::chrono::seconds span) const
{
    return sampleSince(tier(span), m_lastMs, m_lastDown, m_lastUp);
}

const TrafficHistory::Tier &TrafficHistory::tier(std::chrono::seconds span) const
{
    const auto range = std::find_if(kTrafficRanges.begin(), kTrafficRanges.end(),
                                    [span](const TrafficRange &one) { return one.span >= span; });
    const auto at = range == kTrafficRanges.end() ? m_tiers.size() - 1
                                                  : static_cast<std::size_t>(range - kTrafficRanges.begin());
    return m_tiers.at(at);
}

TrafficRates TrafficHistory::current() const
{
    const Samples &samples = m_tiers.front().samples;
    TrafficRates sum;
    double seconds = 0;
    std::int64_t until = m_lastMs;
    for (std::size_t at = samples.size(); at > 0; --at) {
        const std::int64_t since = at > 1 ? samples[at - 2].atMs : until - kRateWindow.count();
        const double length = static_cast<double>(std::max<std::int64_t>(until - since, 1)) / 1'000.0;
        sum.down += samples[at - 1].down * length;
        sum.up += samples[at - 1].up * length;
        seconds += length;
        until = since;
        if (m_lastMs - until >= kRateWindow.count())
            break;
    }
    if (seconds > 0) {
        sum.down /= seconds;
        sum.up /= seconds;
    }
    return sum;
}

} // namespace ui
