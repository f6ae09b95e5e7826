// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/socket.h"

#include <QFlags>

namespace engine::net
{

enum class Ready : std::uint8_t {
    Readable = 1,
    Writable = 2,
    PeerClosed = 4, ///< a FIN has come: a short read does not mean that nothing is left
    Broken = 8,     ///< reset, or closed both ways
    Urgent = 16,    ///< urgent data has come: reads may stop at its mark
};
Q_DECLARE_FLAGS(ReadyFlags, Ready)
Q_DECLARE_OPERATORS_FOR_FLAGS(ReadyFlags)

class PollHandler
{
public:
    virtual void onReady(Descriptor descriptor, ReadyFlags ready) = 0;

protected:
    ~PollHandler() = default;
};

/// Tells when sockets become readable or writable. Engine thread only.
///
/// Edge-triggered on every platform: what was reported is not reported again until the handler has met
/// WouldBlock (or a short read) and called rearm(). A handler may add and remove any descriptor while it is
/// being called.
class Poller
{
public:
    virtual ~Poller() = default;
    Poller() = default;
    Q_DISABLE_COPY_MOVE(Poller)

    /// Watches a descriptor both ways. False when the system has no room for it.
    [[nodiscard]] virtual bool add(Descriptor descriptor, PollHandler &handler) = 0;
    /// Gives the descriptor to another handler; readiness already reported is not repeated.
    virtual void setHandler(Descriptor descriptor, PollHandler &handler) = 0;
    /// To be called before the descriptor is closed.
    virtual void remove(Descriptor descriptor) = 0;
    /// Instead of remove(), when the descriptor stays open and is somebody else's to watch.
    virtual void release(Descriptor descriptor) = 0;
    virtual void rearm(Descriptor descriptor, ReadyFlags what) = 0;
    /// Reports `what` again after the other descriptors had their turn: how a busy flow stays fair.
    virtual void continueLater(Descriptor descriptor, ReadyFlags what) = 0;
};

} // namespace engine::net
