// SPDX-License-Identifier: MIT
#include "ui/servercheckqueue.h"

#include "engine/engine.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"

namespace ui
{

namespace
{

/// No server can have it, since it holds a space.
QString nextToken()
{
    static quint64 number = 0;
    return QStringLiteral("saved %1").arg(++number);
}

/// The name has no part in what comes of it.
bool isSameCheck(const engine::CheckRequest &one, engine::CheckRequest other)
{
    other.server.name = one.server.name;
    return one == other;
}

} // namespace

ServerCheckQueue::ServerCheckQueue(engine::Engine &engine, const ProfileStore &store, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_store(store)
{
    connect(&m_engine, &engine::Engine::serverChecked, this, &ServerCheckQueue::finish);
    connect(&m_engine, &engine::Engine::stopped, this, &ServerCheckQueue::clear);
}

void ServerCheckQueue::add(const QString &serverId)
{
    const std::optional<engine::CheckRequest> request = requestFor(serverId);
    if (!request)
        return;
    Q_EMIT checking(serverId);
    for (Running &running : m_running) {
        if (running.request.server.id != serverId || !running.isWanted)
            continue;
        if (isSameCheck(running.request, *request))
            return;
        running.isWanted = false;
    }
    if (!m_waiting.contains(serverId))
        m_waiting.append(serverId);
    startNext();
}

/// With the settings that are saved now.
std::optional<engine::CheckRequest> ServerCheckQueue::requestFor(const QString &serverId) const
{
    const engine::ServerProfile *server = findServer(m_store.profile(), serverId);
    if (server == nullptr)
        return std::nullopt;
    engine::CheckRequest request;
    request.server = *server;
    request.password = m_store.password(serverId);
    return request;
}

void ServerCheckQueue::finish(const engine::ServerCheck &check)
{
    if (!m_running.contains(check.serverId))
        return;
    const Running done = m_running.take(check.serverId);
    const QString &serverId = done.request.server.id;
    const std::optional<engine::CheckRequest> current = requestFor(serverId);
    if (done.isWanted && current && isSameCheck(done.request, *current)) {
        engine::ServerCheck told = check;
        told.serverId = serverId;
        Q_EMIT checked(told);
    } else if (done.isWanted) {
        add(serverId); // it has changed, and what was asked is how it fares
    }
    startNext();
}

void ServerCheckQueue::startNext()
{
    while (!m_waiting.isEmpty() && m_running.size() < kMaximumAtOnce) {
        std::optional<engine::CheckRequest> request = requestFor(m_waiting.takeFirst());
        if (!request)
            continue;
        Q_EMIT checking(request->server.id);
        const QString token = nextToken();
        m_running.insert(token, {*request, true});
        request->server.id = token;
        m_engine.checkServer(*request);
    }
}

void ServerCheckQueue::clear()
{
    m_waiting.clear();
    m_running.clear();
}

} // namespace ui
