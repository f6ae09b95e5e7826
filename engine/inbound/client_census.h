// SPDX-License-Identifier: MIT
#pragma once

#include "engine/error.h"
#include "engine/limits.h"

#include "engine/endpoint.h"

#include <QHash>

namespace engine
{

/// Counts clients, in all and by source address, against the profile's caps. Engine thread only.
class ClientCensus
{
public:
    /// Admits a client or says why not. Each one admitted must leave() later.
    [[nodiscard]] ErrorCode enter(const Address &client, const Limits &limits);
    void leave(const Address &client);

private:
    QHash<Address, int> m_byAddress;
    int m_total = 0;
};

} // namespace engine
