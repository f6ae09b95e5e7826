// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/datagram.h"
#include "engine/outbound/tunnel.h"
#include "engine/relay/udp_route.h"

namespace engine
{

/// UDP by way of SOCKS5 servers: an association with each server of a path, each reached through the servers
/// before it, and a header for each around every datagram (RFC 1928 section 7).
class UdpTunnel final : public UdpRoute, private net::PollHandler
{
public:
    /// What went wrong, for the log.
    using Failed = std::function<void(const Error &)>;

    /// `id` is a server or route; `host` is what its groups choose a member by.
    UdpTunnel(TunnelServices &services, net::DatagramBatch &batch, QString id, QString host,
              Received received, Failed failed);
    ~UdpTunnel() override;
    Q_DISABLE_COPY_MOVE(UdpTunnel)

    [[nodiscard]] const QStringList &servers() const override { return m_servers; }
    bool send(const Destination &destination, Bytes payload) override;

private:
    enum class State : std::uint8_t { Closed, Opening, Open };
    struct Waiting {
        Destination destination;
        QByteArray payload;
    };

    void onReady(net::Descriptor descriptor, net::ReadyFlags ready) override;
    void associateNext();
    void associated(Expected<Dialed, Tunnel::Failure> result);
    [[nodiscard]] Destination relayOf(const Dialed &dialed) const;
    void open();
    void sendNow(const Destination &destination, Bytes payload);
    void receive();
    void watchControl(const net::Socket &control);
    void fail(const Error &error);
    void closeAll();

    TunnelServices &m_services;
    net::DatagramBatch &m_batch;
    QString m_id;
    QString m_host;
    Received m_received;
    Failed m_failed;
    Path m_path;
    QStringList m_servers;               ///< names of those of the path
    std::unique_ptr<Tunnel> m_tunnel;    ///< the association being made
    std::vector<net::Socket> m_controls; ///< one for each server, in order
    std::vector<Destination> m_relays;   ///< where each takes datagrams
    net::Socket m_socket;
    std::vector<Waiting> m_waiting; ///< datagrams until it is open
    LoopWatch::Errand m_errand;     ///< what the first of them asks for
    std::size_t m_chatter = 0;      ///< bytes that the servers have said beside it
    net::TimePoint m_retryAt;
    State m_state = State::Closed;
    bool m_isAsking = false; ///< m_tunnel is at work
};

} // namespace engine
