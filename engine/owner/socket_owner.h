// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/owner/process.h"
#include "engine/profile.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace engine
{

/// A socket by its addresses, as SocketOwnerFinder::find() takes them.
struct SocketQuestion {
    Transport transport;
    Endpoint client;
    Endpoint server;
};

/// Asks the system whose a socket of this machine is. Keeps what it learns on the way, so that most questions
/// take microseconds; a first one may take the time of looking at every open descriptor. One thread only, and
/// neither the engine's nor the interface's.
class SocketOwnerFinder
{
public:
    SocketOwnerFinder();
    ~SocketOwnerFinder();
    Q_DISABLE_COPY_MOVE(SocketOwnerFinder)

    /// The process with the socket whose own endpoint is `client` and whose peer is `server`. Of UDP sockets
    /// that are not connected the peer does not count, and they may be bound to every address. Nothing when
    /// there is no such socket, nobody holds it any more, or the system does not tell. A socket that was
    /// inherited is the ancestor's that still has it open.
    [[nodiscard]] std::optional<ProcessIdentity> find(Transport transport, const Endpoint &client,
                                                      const Endpoint &server);
    /// The same for many at once, as far as it can be told without looking for it: of those processes that
    /// had sockets last; on Windows of all. One place in the answer for each question; nothing: find() may
    /// know more.
    [[nodiscard]] std::vector<std::optional<ProcessIdentity>>
    recall(std::span<const SocketQuestion> questions);
    /// Does what find() has put off, which takes a fraction of a millisecond; for when nobody waits.
    void settle();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace engine
