// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/owner_lookup.h"
#include "engine/stats/registry.h"

#include <deque>
#include <unordered_map>

namespace engine
{

/// Finds out which programs the shown connections belong to, where no rule has asked already: a few at a
/// time, so that thousands of short connections cost nothing worth mentioning. Engine thread only.
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

    /// These are shown now. To be called with every delta, also an empty one.
    void shown(const QList<Connection> &connections);

private:
    void ask(ConnectionId id, const Registry::Record &record);

    Registry &m_registry;
    OwnerLookup &m_owners;
    std::deque<ConnectionId> m_waiting;
    std::unordered_map<ConnectionId, OwnerLookupId> m_asked;
};

} // namespace engine
