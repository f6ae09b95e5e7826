// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/parsed.h"
#include "engine/relay/udp_services.h"

#include <QByteArray>

#include <vector>

namespace engine
{

/// Which program an association's datagrams come from. Who opened the association is known by then, but its
/// datagrams may be another's. It is found out at the first of them where rules ask for programs, and the
/// first ones wait for it.
class UdpSender
{
public:
    /// Nothing when it could not be found out; then who opened the association stands for it.
    using Callback =
        std::function<void(const std::optional<Application> &, const std::vector<QByteArray> &waited)>;

    UdpSender(UdpServices &services, const Registry::Record &record, Callback callback);
    ~UdpSender() { stop(); }
    Q_DISABLE_COPY_MOVE(UdpSender)

    /// Whether a datagram has to wait that came to `relay`. To be asked for each, in order.
    [[nodiscard]] bool isWaitedFor(const Endpoint &sender, const net::Socket &relay)
    {
        if (m_rules != m_services.rules)
            askIfWanted(sender, relay);
        return m_lookup != 0;
    }
    /// Keeps one that has to wait; false when there is no room.
    [[nodiscard]] bool wait(Bytes datagram);
    /// Neither asks nor answers any more.
    void stop();

private:
    void askIfWanted(const Endpoint &sender, const net::Socket &relay);
    void found(const std::optional<Application> &application);

    UdpServices &m_services;
    const Registry::Record &m_record;
    Callback m_callback;
    std::vector<QByteArray> m_waiting;
    std::uint64_t m_rules = 0; ///< number of those that were asked last whether they want to know
    std::uint64_t m_lookup = 0;
    bool m_wasAsked = false;
};

} // namespace engine
