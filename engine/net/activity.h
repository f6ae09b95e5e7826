// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/deadline_queue.h"

#include <chrono>
#include <utility>

namespace engine::net
{

/// How long nothing has moved. Looked at now and then only, which spares every event a look at the clock.
class Activity
{
public:
    /// When to look again: a timeout strikes at most this fraction of itself late.
    [[nodiscard]] static std::chrono::milliseconds checkInterval(std::chrono::milliseconds timeout)
    {
        constexpr int kChecks = 8;
        return timeout / kChecks;
    }

    void begin(TimePoint now)
    {
        m_last = now;
        m_moved = false;
    }
    /// Something moved.
    void note() { m_moved = true; }
    /// Whether nothing has moved for so long, as far as it was looked at.
    [[nodiscard]] bool isIdle(TimePoint now, std::chrono::milliseconds timeout)
    {
        if (std::exchange(m_moved, false))
            m_last = now;
        return m_last + timeout <= now;
    }

private:
    TimePoint m_last; ///< as last looked at
    bool m_moved = false;
};

} // namespace engine::net
