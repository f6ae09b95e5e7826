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

void Identification::opened(const Registry::Record &record)
{
    if (!record.info.isLocal || record.isIdentified || m_askedForLog >= kIdentificationsForLog)
        return;
    ++m_askedForLog;
    // Some systems know a socket only once it was used: then another look is worth it.
    ask(record, false);
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
        ask(*record, true);
        ++asked;
    }
}

void Identification::ask(const Registry::Record &record, bool isLast)
{
    const ConnectionId id = record.info.id;
    m_asked[id] = m_owners.find(Transport::Tcp, record.info.client, record.reachedAt,
                                [this, id, isLast](const std::optional<Application> &application) {
                                    m_asked.erase(id);
                                    answered(id, application, isLast);
                                });
}

void Identification::answered(ConnectionId id, const std::optional<Application> &application, bool isLast)
{
    if (application)
        m_registry.events().identify(id, std::make_shared<const Application>(*application));
    Registry::Record *live = m_registry.find(id);
    if (live && !live->isIdentified && (application || isLast))
        m_registry.setApplication(*live, application);
}

} // namespace engine
