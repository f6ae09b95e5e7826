// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/deadline_queue.h"
#include "engine/proto/destination.h"
#include "engine/proto/parsed.h"
#include "engine/relay/udp_services.h"

#include <QHash>

#include <optional>

namespace engine
{

/// The names one association sends to: their addresses for a while, and the datagrams that wait for one.
class UdpNames
{
public:
    struct Waiting {
        Destination destination;
        QByteArray payload;
    };
    /// Datagrams that waited, and the address of their name; none when it has none.
    using Callback = std::function<void(const std::optional<Address> &, const std::vector<Waiting> &)>;

    UdpNames(UdpServices &services, Callback callback);
    ~UdpNames();
    Q_DISABLE_COPY_MOVE(UdpNames)

    /// The address of a name that is known by now.
    [[nodiscard]] std::optional<Address> find(const QByteArray &name);
    /// The one that was found last, which may be older than what is still sent to.
    [[nodiscard]] std::optional<Address> findLast(const QByteArray &name) const;
    /// Whether a name was looked up in vain, a short time ago.
    [[nodiscard]] bool isUnknown(const QByteArray &name) const;
    /// Keeps a datagram until its name is known; false when there is no room.
    [[nodiscard]] bool wait(const Destination &destination, Bytes payload);
    /// Neither asks nor answers any more.
    void stop();

private:
    struct Known {
        std::optional<Address> address; ///< the last that was found
        bool isUnknown = false;         ///< looked up in vain since
        net::TimePoint expires;
    };
    struct Pending {
        std::uint64_t lookup = 0;
        std::vector<Waiting> datagrams;
    };

    [[nodiscard]] const Known *recall(const QByteArray &name) const;
    void found(const QByteArray &name, const Expected<QList<Address>, Error> &result);
    void remember(const QByteArray &name, const std::optional<Address> &address, net::TimePoint expires);

    UdpServices &m_services;
    Callback m_callback;
    QHash<QByteArray, Known> m_known;
    QHash<QByteArray, Pending> m_pending;
    std::size_t m_waiting = 0;
};

} // namespace engine
