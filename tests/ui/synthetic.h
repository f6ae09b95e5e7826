// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QDateTime>

#include <cstdint>
#include <deque>

/// Connections that never were: deltas as the engine makes them, with a steady number of live connections of
/// which some end and as many open in every delta.
class SyntheticLoad
{
public:
    SyntheticLoad(int live, int churn, std::uint64_t applications = 40, std::uint64_t hosts = 5'000)
        : m_churn(churn)
        , m_applications(applications)
        , m_hosts(hosts)
    {
        for (int i = 0; i < live; ++i)
            m_live.push_back(open());
    }

    /// What a window that has just become visible gets.
    engine::Delta whole()
    {
        engine::Delta delta = next();
        delta.whole = true;
        delta.added = QList<engine::Connection>(m_live.begin(), m_live.end());
        delta.changed.clear();
        delta.removed.clear();
        return delta;
    }

    engine::Delta next()
    {
        engine::Delta delta;
        delta.seq = ++m_seq;
        delta.elapsedMs = static_cast<std::int64_t>(m_seq) * 200;
        for (int i = 0; i < m_churn; ++i) {
            end(delta);
            m_live.push_back(open());
            delta.added << m_live.back();
            delta.events << event(m_live.back(), engine::EventCode::ConnectionOpened);
        }
        for (engine::Connection &connection : m_live) {
            connection.bytesDown += connection.id % 7 * 1'000;
            connection.bytesUp += connection.id % 3 * 100;
            delta.totals.bytesDown = m_down += connection.id % 7 * 1'000;
            if (connection.state != engine::ConnectionState::Open && connection.id % 4 != m_seq % 4)
                connection.state = engine::ConnectionState::Open;
            delta.changed << engine::ConnectionChange{connection.id, connection.state, connection.bytesUp,
                                                      connection.bytesDown};
        }
        delta.totals.bytesUp = m_down / 20;
        delta.totals.live = static_cast<std::uint32_t>(m_live.size());
        return delta;
    }

    /// The same while no window is visible: totals and events only, five deltas' worth.
    engine::Delta totals()
    {
        engine::Delta sum;
        for (int i = 0; i < 5; ++i) {
            engine::Delta delta = next();
            sum.seq = delta.seq;
            sum.elapsedMs = delta.elapsedMs;
            sum.totals = delta.totals;
            sum.events << delta.events;
        }
        return sum;
    }

private:
    engine::Connection open()
    {
        engine::Connection connection;
        connection.id = ++m_id;
        connection.state = engine::ConnectionState::Connecting;
        connection.protocol = engine::ClientProtocol::Socks5;
        connection.client = {engine::Address::fromV4(0x7f000001),
                             static_cast<std::uint16_t>(1'024 + m_id % 60'000)};
        connection.targetHost = QStringLiteral("host-%1.example.org").arg(m_id * 7'919 % m_hosts);
        connection.targetPort = 443;
        connection.application = QStringLiteral("application-%1").arg(m_id % m_applications);
        connection.processId = static_cast<std::int64_t>(1'000 + m_id % m_applications);
        connection.route =
            m_id % 3 == 0 ? QString() : QStringLiteral("route-%1").arg(m_id % m_applications % 64);
        connection.openedAt = QDateTime::currentMSecsSinceEpoch();
        return connection;
    }

    void end(engine::Delta &delta)
    {
        if (m_live.empty())
            return;
        engine::Connection connection = m_live.front();
        m_live.pop_front();
        const bool failed = connection.id % 10 == 0;
        connection.state = failed ? engine::ConnectionState::Failed : engine::ConnectionState::Closed;
        connection.error.code = failed ? engine::ErrorCode::ConnectionRefused : engine::ErrorCode::None;
        connection.closedAt = QDateTime::currentMSecsSinceEpoch();
        delta.events << event(connection, failed ? engine::EventCode::ConnectionFailed
                                                 : engine::EventCode::ConnectionClosed);
        delta.removed << connection;
    }

    static engine::Event event(const engine::Connection &connection, engine::EventCode code)
    {
        engine::Event event;
        event.at = QDateTime::currentMSecsSinceEpoch();
        event.code = code;
        event.connection = connection.id;
        event.client = connection.client;
        event.target = connection.target();
        event.application = connection.application;
        event.route = connection.route;
        event.processId = connection.processId;
        event.bytesDown = connection.bytesDown;
        event.bytesUp = connection.bytesUp;
        event.error = connection.error;
        return event;
    }

    std::deque<engine::Connection> m_live;
    int m_churn;
    std::uint64_t m_applications;
    std::uint64_t m_hosts;
    std::uint64_t m_id = 0;
    std::uint64_t m_seq = 0;
    std::uint64_t m_down = 0;
};
