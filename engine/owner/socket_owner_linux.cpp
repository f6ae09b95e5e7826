// SPDX-License-Identifier: MIT
#include "engine/owner/socket_owner.h"

#include "engine/owner/recent_holders_linux.h"
#include "engine/owner/socket_diagnosis_linux.h"
#include "engine/owner/socket_holders_linux.h"

namespace engine
{

struct SocketOwnerFinder::State {
    SocketDiagnosis diagnosis;
    RecentHolders recent;
    SocketHolders holders;

    ProcessIdentity conclude(const HeldSocket &socket)
    {
        recent.remember(socket);
        return socket.opener;
    }
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
    if (const auto held = m_state->holders.findAmongKnown(socket->inode, socket->user))
        return m_state->conclude(*held);
    // Looking at every process is worth it only for a socket that has not been closed meanwhile.
    const auto again = m_state->diagnosis.find(transport, client, server);
    if (!again)
        return std::nullopt;
    const auto held = m_state->holders.findAmongAll(again->inode, again->user);
    return held ? std::optional(m_state->conclude(*held)) : std::nullopt;
}

std::vector<std::optional<ProcessIdentity>>
SocketOwnerFinder::recall(std::span<const SocketQuestion> questions)
{
    std::vector<std::uint64_t> inodes;
    inodes.reserve(questions.size());
    for (const auto &socket : m_state->diagnosis.findPairs(questions))
        inodes.push_back(socket ? socket->inode : 0);
    std::vector<std::optional<ProcessIdentity>> owners;
    owners.reserve(questions.size());
    const auto held = m_state->recent.find(inodes);
    for (std::size_t i = 0; i < held.size(); ++i) {
        owners.push_back(held[i] ? std::optional(held[i]->opener) : std::nullopt);
        if (held[i])
            m_state->holders.note(inodes[i], *held[i]);
    }
    return owners;
}

void SocketOwnerFinder::settle()
{
    m_state->holders.settle();
}

} // namespace engine
