// SPDX-License-Identifier: MIT
#include "engine/inbound/identification.h"

#include "engine/limits.h"

namespace engine
{

Identification::~Identification()
{
    for (const auto &[id, lookup] : m_asked)
        m_owners.cancel(lookup);
}

void Identification::shown(const QList<Connection> &connections)
{
    for (const Connection &connection : connections) {
        if (connection.processId == 0 && m_waiting.size() < kMaximumUnidentified)
            m_waiting.push_back(connection.id);
    }
    for (int asked = 0; asked < kIdentificationsPerDelta && !m_waiting.empty();) {
        const ConnectionId id = m_waiting.front();
        m_waiting.pop_front();
        const Registry::Record *record = m_registry.find(id);
        if (!record || record->isIdentified || !record->info.isLocal || m_asked.contains(id))
            continue;
        ask(id, *record);
        ++asked;
    }
}

void Identification::ask(ConnectionId id, const Registry::Record &record)
{
    m_asked[id] = m_owners.find(Transport::Tcp, record.info.client, record.reachedAt,
                                [this, id](const std::optional<Application> &application) {
                                    m_asked.erase(id);
                                    Registry::Record *live = m_registry.find(id);
                                    if (live && !live->isIdentified)
                                        m_registry.setApplication(*live, application);
                                });
}

} // namespace engine
