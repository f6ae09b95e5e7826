// SPDX-License-Identifier: MIT
#pragma once

#include "engine/outbound/udp_tunnel.h"
#include "engine/server_check.h"

namespace engine
{

/// Tries one server out: a connection through it to a target, and, of SOCKS5, a question to a name server by
/// UDP. Leaves the health of the profile's servers alone. Destroying it gives up without a callback.
class ServerChecker final : private net::Deadline
{
public:
    using Callback = std::function<void(const ServerChecker &, const ServerCheck &)>;

    ServerChecker(const net::Clock &clock, DialServices &dialing, TlsBridges &tls, net::DatagramBatch &batch,
                  CheckRequest request, Callback callback);
    ~ServerChecker();
    Q_DISABLE_COPY_MOVE(ServerChecker)

    /// Once per checker. The callback comes within kCheckTimeout for each transport, may come from within
    /// this call, and must not destroy the checker.
    void start();

private:
    void onDeadline() override;
    void stage(Tunnel::Stage stage);
    void tcpDone(const Error &error);
    void checkUdp();
    void udpDone(const Error &error);
    void finish();
    [[nodiscard]] std::chrono::milliseconds elapsed() const;

    const net::Clock &m_clock;
    DialServices &m_dialing;
    Router m_router; ///< of its own, with nothing but this server
    TunnelServices m_services;
    net::DatagramBatch &m_batch;
    CheckRequest m_request;
    Callback m_callback;
    std::unique_ptr<Tunnel> m_tunnel;
    std::unique_ptr<UdpTunnel> m_udp;
    ServerCheck m_check;
    net::TimePoint m_begin; ///< of the transport at hand
    bool m_isUdp = false;
};

} // namespace engine
