// SPDX-License-Identifier: MIT
#include "ui/traffichistory.h"

#include <algorithm>

namespace ui
{

void TrafficHistory::add(std::int64_t elapsedMs, std::uint64_t bytesDown, std::uint64_t bytesUp)
{
    // Totals never fall; if they do, another engine has begun and there is no rate to tell yet.
    if (m_started && elapsedMs > m_lastMs && bytesDown >= m_lastDown && bytesUp >= m_lastUp) {
        const double seconds = static_cast<double>(elapsedMs - m_lastMs) / 1'000.0;
        m_samples.push_back({elapsedMs, static_cast<double>(bytesDown - m_lastDown) / seconds,
                             static_cast<double>(bytesUp - m_lastUp) / seconds});
    } else if (m_started && elapsedMs < m_lastMs) {
        m_samples.clear();
    } else if (m_started && elapsedMs == m_lastMs) {
        return;
    }
    m_started = true;
    m_lastMs = elapsedMs;
    m_lastDown = bytesDown;
    m_lastUp = bytesUp;
    const std::int64_t oldest = elapsedMs - std::chrono::milliseconds(kTrafficHistory).count();
    // One sample beyond the edge stays, so that the line reaches it.
    while (m_samples.size() > 1 && m_samples[1].atMs < oldest)
        m_samples.pop_front();
}

TrafficRates TrafficHistory::current() const
{
    TrafficRates sum;
    double seconds = 0;
    std::int64_t until = m_lastMs;
    for (std::size_t at = m_samples.size(); at > 0; --at) {
        const std::int64_t since = at > 1 ? m_samples[at - 2].atMs : until - kRateWindow.count();
        const double length = static_cast<double>(std::max<std::int64_t>(until - since, 1)) / 1'000.0;
        sum.down += m_samples[at - 1].down * length;
        sum.up += m_samples[at - 1].up * length;
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
