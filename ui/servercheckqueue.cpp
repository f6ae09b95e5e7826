// SPDX-License-Identifier: MIT
#include "ui/servercheckqueue.h"

#include "engine/engine.h"

namespace ui
{

ServerCheckQueue::ServerCheckQueue(engine::Engine &engine, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
{
    connect(&m_engine, &engine::Engine::serverChecked, this, &ServerCheckQueue::finish);
    connect(&m_engine, &engine::Engine::stopped, this, &ServerCheckQueue::clear);
}

void ServerCheckQueue::add(const engine::CheckRequest &request)
{
    if (m_running.contains(request.server.id))
        return;
    m_waiting.removeIf(
        [&request](const engine::CheckRequest &other) { return other.server.id == request.server.id; });
    m_waiting.append(request);
    startNext();
}

void ServerCheckQueue::finish(const engine::ServerCheck &check)
{
    if (m_running.remove(check.serverId))
        startNext();
}

void ServerCheckQueue::startNext()
{
    while (!m_waiting.isEmpty() && m_running.size() < kMaximumAtOnce) {
        const engine::CheckRequest request = m_waiting.takeFirst();
        m_running.insert(request.server.id);
        m_engine.checkServer(request);
    }
}

void ServerCheckQueue::clear()
{
    m_waiting.clear();
    m_running.clear();
}

} // namespace ui
