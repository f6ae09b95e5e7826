// SPDX-License-Identifier: MIT
#include "engine/inbound/client_census.h"

#include "engine/net/socket.h"
#include "engine/owner/descriptor_share.h"

#include <algorithm>
#include <climits>

namespace engine
{

namespace
{

/// A relay needs two descriptors; beyond what the system grants, a client is turned away rather than half
/// served.
int clientsTheSystemAllows()
{
    return std::max(1, (net::descriptorLimit() - kReservedDescriptors - descriptorsForOwners()) / 2);
}

} // namespace

ErrorCode ClientCensus::enter(const Address &client, const Limits &limits)
{
    const int cap = limits.maximumClients > 0 ? limits.maximumClients : INT_MAX;
    if (m_total >= cap)
        return ErrorCode::TooManyClients;
    if (m_total >= clientsTheSystemAllows())
        return ErrorCode::TooManyOpenFiles;
    int &count = m_byAddress[client];
    if (limits.maximumClientsPerAddress > 0 && count >= limits.maximumClientsPerAddress)
        return ErrorCode::TooManyClientsFromAddress;
    ++count;
    ++m_total;
    return ErrorCode::None;
}

void ClientCensus::leave(const Address &client)
{
    --m_total;
    const auto found = m_byAddress.find(client);
    if (found != m_byAddress.end() && --found.value() == 0)
        m_byAddress.erase(found);
}

} // namespace engine
