// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/owner_lookup.h"
#include "engine/stats/registry.h"

#include <deque>
#include <unordered_map>

namespace engine
{

/// Finds out which programs connections belong to that are shown or have a line in the log, where no rule has
/// asked already: a few at a time, so that thousands of short connections cost nothing worth mentioning.
/// Engine thread only.
class Identification
{
public:
    Identification(Registry &registry, OwnerLookup &owners)
        : m_registry(registry)
        , m_owners(owners)
    {
    }
    ~Identification();
    Q_DISABLE_COPY_MOVE(Identification)

    /// A client has come whose connection will have lines in the log. Short ones are gone by the next delta.
    void opened(const Registry::Record &record);
    /// These are shown now.
    void shown(const QList<Connection> &connections);
    /// A delta is told: as many programs may be looked for again.
    void renew() { m_askedForLog = 0; }

private:
    struct Question {
        OwnerLookupId lookup = 0;
        bool isLast = false;  ///< who is not found now counts as not identified
        bool isShown = false; ///< it was shown meanwhile
    };

    void ask(const Registry::Record &record, bool isLast);
    void answered(ConnectionId id, const std::optional<Application> &application);

    Registry &m_registry;
    OwnerLookup &m_owners;
    std::deque<ConnectionId> m_waiting;
    int m_askedForLog = 0; ///< since the last delta
    std::unordered_map<ConnectionId, Question> m_asked;
};

} // namespace engine
