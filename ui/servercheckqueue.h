// SPDX-License-Identifier: MIT
#pragma once

#include "engine/server_check.h"

#include <QList>
#include <QObject>
#include <QSet>

namespace engine
{
class Engine;
}

namespace ui
{

/// Checks the profile's servers a few at a time: the engine refuses too many at once, and their times would
/// tell of the crowd.
class ServerCheckQueue : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype kMaximumAtOnce = 8;

    explicit ServerCheckQueue(engine::Engine &engine, QObject *parent = nullptr);

    /// A check of the same server that still waits is replaced; one that is under way is enough.
    void add(const engine::CheckRequest &request);

private:
    void finish(const engine::ServerCheck &check);
    void startNext();
    void clear();

    engine::Engine &m_engine;
    QList<engine::CheckRequest> m_waiting;
    QSet<QString> m_running; ///< ids of servers
};

} // namespace ui
