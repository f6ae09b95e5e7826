// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <deque>

namespace engine
{

/// Events waiting for the log: bounded, the oldest give way and are counted. Engine thread only.
class EventRing
{
public:
    /// Events below the level are not wanted; ask before making one.
    [[nodiscard]] bool wants(EventLevel level) const { return level >= m_level; }
    void setLevel(EventLevel level) { m_level = level; }
    /// Stamps and keeps an event. One that says the same as the event before it is folded into that one.
    void add(Event event);
    /// Says which program the events of a connection are about that do not know it yet.
    void identify(ConnectionId connection, const std::shared_ptr<const Application> &application);
    /// Takes all events and how many were dropped since the last call.
    [[nodiscard]] QList<Event> take(std::uint64_t &dropped);

private:
    std::deque<Event> m_events;
    std::uint64_t m_dropped = 0;
    EventLevel m_level = EventLevel::Info;
};

} // namespace engine
