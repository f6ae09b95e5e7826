// SPDX-License-Identifier: MIT
#include "engine/inbound/identification.h"

#include "engine/limits.h"

namespace engine
{

Identification::~Identification()
{
    for (const auto &[id, question] : m_asked)
        m_owners.cancel(question.lookup);
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
        if (!record || record->isIdentified || !record->info.isLocal)
            continue;
        if (const auto found = m_asked.find(id); found != m_asked.end()) {
            found->second.isShown = true;
            continue;
        }
        ask(*record, true);
        ++asked;
    }
}

void Identification::ask(const Registry::Record &record, bool isLast)
{
    const ConnectionId id = record.info.id;
    const OwnerLookupId lookup = m_owners.find(
        Transport::Tcp, record.info.client, record.reachedAt,
        [this, id](const std::optional<Application> &application) { answered(id, application); });
    m_asked[id] = {lookup, isLast};
}

void Identification::answered(ConnectionId id, const std::optional<Application> &application)
{
    const Question question = m_asked.extract(id).mapped();
    if (application)
        m_registry.events().identify(id, std::make_shared<const Application>(*application));
    Registry::Record *live = m_registry.find(id);
    if (!live || live->isIdentified)
        return;
    if (application || question.isLast)
        m_registry.setApplication(*live, application);
    else if (question.isShown)
        m_waiting.push_back(id); // once more, with the next delta
}

} // namespace engine
