// SPDX-License-Identifier: MIT
#pragma once

#include "engine/server_check.h"

#include <QHash>
#include <QObject>
#include <QStringList>

#include <optional>

namespace engine
{
class Engine;
}

namespace ui
{

class ProfileStore;

/// Checks the profile's servers a few at a time: the engine refuses too many at once, and their times would
/// tell of the crowd. What it tells is of the settings that are saved by then: a server that has changed
/// meanwhile is checked again.
class ServerCheckQueue : public QObject
{
    Q_OBJECT

public:
    static constexpr qsizetype kMaximumAtOnce = 8;

    /// Both must outlive it.
    ServerCheckQueue(engine::Engine &engine, const ProfileStore &store, QObject *parent = nullptr);

    /// A check of the same settings that waits or is under way is enough.
    void add(const QString &serverId);

Q_SIGNALS:
    void checking(const QString &serverId);
    void checked(const engine::ServerCheck &check);

private:
    struct Running {
        engine::CheckRequest request; ///< as the profile has it; the engine is told the token as the id
        bool isWanted = true;         ///< no other check has taken its place
    };

    [[nodiscard]] std::optional<engine::CheckRequest> requestFor(const QString &serverId) const;
    void finish(const engine::ServerCheck &check);
    void startNext();
    void clear();

    engine::Engine &m_engine;
    const ProfileStore &m_store;
    QStringList m_waiting;             ///< ids of servers
    QHash<QString, Running> m_running; ///< by a token of its own
};

} // namespace ui
