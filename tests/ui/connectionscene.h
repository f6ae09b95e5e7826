// SPDX-License-Identifier: MIT
#pragma once

#include "ui/connectionmodel.h"

#include <QAbstractItemModelTester>

#include <chrono>
#include <memory>
#include <utility>

inline engine::Connection connection(engine::ConnectionId id,
                                     const QString &host = QStringLiteral("example.org"))
{
    engine::Connection made;
    made.id = id;
    made.state = engine::ConnectionState::Open;
    made.protocol = engine::ClientProtocol::Socks5;
    made.client = {engine::Address::fromV4(0x7f000001), static_cast<std::uint16_t>(40'000 + id)};
    made.targetHost = host;
    made.targetPort = 443;
    made.openedAt = 1'000'000 + static_cast<std::int64_t>(id) * 1'000;
    return made;
}

/// One of curl's attempts that was refused.
inline engine::Connection failure(engine::ConnectionId id)
{
    engine::Connection made = connection(id);
    made.application = QStringLiteral("curl");
    made.processId = static_cast<std::int64_t>(4'242);
    made.bytesUp = 10;
    made.state = engine::ConnectionState::Failed;
    made.error.code = engine::ErrorCode::ConnectionRefused;
    return made;
}

inline engine::Delta added(const QList<engine::Connection> &connections)
{
    engine::Delta delta;
    delta.added = connections;
    return delta;
}

inline engine::Delta whole(const QList<engine::Connection> &connections)
{
    engine::Delta delta = added(connections);
    delta.whole = true;
    return delta;
}

inline engine::Delta changed(const QList<engine::ConnectionChange> &changes)
{
    engine::Delta delta;
    delta.changed = changes;
    return delta;
}

inline engine::Delta removed(const QList<engine::Connection> &connections)
{
    engine::Delta delta;
    delta.removed = connections;
    return delta;
}

/// A model of connections with a clock that goes when told, watched by a tester.
class ConnectionScene
{
protected:
    void begin()
    {
        m_now = 1'000;
        const auto wall = [this] {
            return 1'000'000 + m_now;
        };
        m_model = std::make_unique<ui::ConnectionModel>(ui::Clock{wall,
                                                                  [this] {
                                                                      return m_now;
                                                                  }},
                                                        nullptr);
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    }

    void end()
    {
        m_tester.reset();
        m_model.reset();
    }

    void apply(engine::Delta delta)
    {
        delta.elapsedMs = m_now;
        m_model->applyDelta(delta);
    }
    void pass(std::chrono::milliseconds time) { m_now += time.count(); }
    [[nodiscard]] QString text(int row, ui::ConnectionColumn column) const
    {
        return m_model->index(row, static_cast<int>(column)).data().toString();
    }
    [[nodiscard]] QList<engine::ConnectionId> ids() const
    {
        QList<engine::ConnectionId> all;
        for (int row = 0; row < m_model->rowCount(); ++row)
            all << m_model->recordAt(row).connection.id;
        return all;
    }

    std::int64_t m_now = 1'000;
    std::unique_ptr<ui::ConnectionModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};
