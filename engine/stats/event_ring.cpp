// SPDX-License-Identifier: MIT
#include "engine/stats/event_ring.h"

#include <QDateTime>

#include <utility>

namespace engine
{

namespace
{

/// Only what one client can repeat at will; the port it comes from differs every time.
bool saysTheSame(const Event &a, const Event &b)
{
    const bool repeatable = a.code == EventCode::ClientRefused || a.code == EventCode::LoginFailed ||
                            a.code == EventCode::ConnectionFailed ||
                            a.code == EventCode::DescriptorsExhausted;
    return repeatable && a.code == b.code && a.error == b.error && a.client.address == b.client.address &&
           a.processId == b.processId && a.application == b.application && a.target == b.target &&
           a.user == b.user && a.rule == b.rule && a.route == b.route;
}

} // namespace

void EventRing::add(Event event)
{
    if (!wants(event.level))
        return;
    if (!m_events.empty() && saysTheSame(m_events.back(), event)) {
        ++m_events.back().repeated;
        return;
    }
    event.at = QDateTime::currentMSecsSinceEpoch();
    if (m_events.size() >= static_cast<std::size_t>(kMaximumPendingEvents)) {
        m_events.pop_front();
        ++m_dropped;
    }
    m_events.push_back(std::move(event));
}

void EventRing::identify(ConnectionId connection, const std::shared_ptr<const Application> &application)
{
    for (Event &event : m_events) {
        if (event.connection != connection || event.identity)
            continue;
        event.identity = application;
        event.application = application->program.name;
        event.processId = application->program.processId;
    }
}

QList<Event> EventRing::take(std::uint64_t &dropped)
{
    dropped = std::exchange(m_dropped, 0);
    QList<Event> events(std::make_move_iterator(m_events.begin()), std::make_move_iterator(m_events.end()));
    m_events.clear();
    return events;
}

} // namespace engine
