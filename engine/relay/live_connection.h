// SPDX-License-Identifier: MIT
#pragma once

#include "engine/stats/registry.h"

namespace engine
{

/// What serves one client connection at a given time: a session during the handshake, then a relay.
class LiveConnection
{
public:
    explicit LiveConnection(Registry::Record &record)
        : m_record(record)
    {
    }
    virtual ~LiveConnection() = default;
    Q_DISABLE_COPY_MOVE(LiveConnection)

    /// Ends it now, with a reset. The object lives on until control is back in the event loop.
    virtual void close(const Error &reason) = 0;
    /// The rules have changed, or what they are asked about: what was decided earlier and is not bound to the
    /// connection as a whole is void.
    virtual void forgetDecisions() {}

    /// Limits and timeouts have changed: an open connection on which nothing moves ends when they say so.
    /// What is being shaken hands on or dialled has the time that it began with.
    virtual void followLimits() {}

    [[nodiscard]] ConnectionId id() const { return m_record.info.id; }
    [[nodiscard]] const Connection &info() const { return m_record.info; }

protected:
    Registry::Record &m_record; ///< not to be touched after the connection was handed over or ended
};

/// Keeps the live connections.
class ConnectionHost
{
public:
    /// The last word of a connection: it was closed for this reason. Reports it and releases the object
    /// later.
    virtual void connectionEnded(LiveConnection &connection, Registry::Record &record,
                                 const Error &reason) = 0;

protected:
    ~ConnectionHost() = default;
};

} // namespace engine
