// SPDX-License-Identifier: MIT
#include "engine/owner/socket_owner.h"

#include "engine/owner/socket_diagnosis_linux.h"
#include "engine/owner/socket_holders_linux.h"

namespace engine
{

struct SocketOwnerFinder::State {
    SocketDiagnosis diagnosis;
    SocketHolders holders;
};

SocketOwnerFinder::SocketOwnerFinder()
    : m_state(std::make_unique<State>())
{
}

SocketOwnerFinder::~SocketOwnerFinder() = default;

std::optional<ProcessIdentity> SocketOwnerFinder::find(Transport transport, const Endpoint &client,
                                                       const Endpoint &server)
{
    const auto socket = m_state->diagnosis.find(transport, client, server);
    if (!socket)
        return std::nullopt;
    if (const auto process = m_state->holders.findAmongKnown(socket->inode, socket->user))
        return process;
    // Looking at every process is worth it only for a socket that has not been closed meanwhile.
    const auto again = m_state->diagnosis.find(transport, client, server);
    if (!again)
        return std::nullopt;
    return m_state->holders.findAmongAll(again->inode, again->user);
}

void SocketOwnerFinder::settle()
{
    m_state->holders.settle();
}

} // namespace engine
