// SPDX-License-Identifier: MIT
#pragma once

#include "engine/outbound/dialer.h"
#include "engine/outbound/handshake.h"
#include "engine/outbound/loop_watch.h"
#include "engine/outbound/router.h"
#include "engine/outbound/tls_bridge.h"

#include <QPointer>

namespace engine
{

/// What reaching a target by way of servers takes.
struct TunnelServices {
    DialServices &dialing;
    Router &router;
    TlsBridges &tls;
    LoopWatch *loops = nullptr; ///< where there are listeners that a server could lead back to
};

/// One connection through the servers of one path: dials the first, then asks each for the next, and the last
/// for the target. Destroying it gives up without a callback.
class Tunnel final : private net::PollHandler, private net::Deadline
{
public:
    struct Failure {
        Error error;
        bool mayGoElsewhere = false; ///< another path may do better
    };
    using Callback = std::function<void(Expected<Dialed, Failure>)>;
    /// What was reached of the last server. SOCKS4 and HTTP log in with the request.
    enum class Stage : std::uint8_t { Connected, Secured, LoggedIn };
    using Observer = std::function<void(Stage)>;

    Tunnel(TunnelServices &services, Path path, Callback callback);
    ~Tunnel();
    Q_DISABLE_COPY_MOVE(Tunnel)

    /// Tells how it goes on. Before open().
    void observe(Observer observer) { m_observer = std::move(observer); }
    /// There is another path: a last server that says nothing for so long has failed, even where it may be
    /// the target that it waits for. Before open().
    void failOnSilence(std::chrono::milliseconds patience);
    /// Once per tunnel, as probe(). The callback may come from within this call and may destroy the tunnel.
    void open(socks5::Command command, const Destination &destination);
    /// Finds out whether the path's last server works, without a target: SOCKS5 is not asked for anything
    /// behind the login; the others are asked for something that does not exist, and any answer will do. What
    /// came of it the router knows; the callback gets a failure or what was reached.
    void probe();
    [[nodiscard]] bool isResolving() const { return m_lookup != 0 || (m_dialer && m_dialer->isResolving()); }

private:
    enum class Blame : std::uint8_t {
        Target, ///< no path does better
        Route,  ///< another path may do better
        Server, ///< the same, and it is the server at hand that does not work
    };

    void onReady(net::Descriptor descriptor, net::ReadyFlags ready) override;
    void onDeadline() override;
    void start();
    void dialed(Expected<Dialed, Error> result);
    void beginHop();
    void wrapInTls();
    void takeSocket(net::Socket socket);
    void ask();
    void resolveNext();
    void handshake();
    [[nodiscard]] bool look();
    [[nodiscard]] bool follow(const HandshakeStep &step);
    [[nodiscard]] bool send(const QByteArray &message);
    void awaitTarget();
    void awaitRest();
    void passProbe();
    void reached(Stage stage) const;
    void hopDone(const HandshakeStep &step);
    void finish(const Destination &bound);
    void refusedBy(const Error &error);
    [[nodiscard]] bool leadsBack() const;
    void failBeyond(const Error &error);
    void fail(const Error &error, Blame blame);
    void dropSocket();
    [[nodiscard]] Upstream &server() const { return *m_path[m_hop]; }
    [[nodiscard]] bool isLastHop() const { return m_hop + 1 == m_path.size(); }
    /// What is awaited now depends on the target alone, or on the next server.
    [[nodiscard]] bool isBeyond() const { return m_handshake && m_handshake->awaitsTarget(); }

    TunnelServices &m_services;
    Path m_path;
    Callback m_callback;
    Observer m_observer;
    std::unique_ptr<Dialer> m_dialer;
    std::unique_ptr<Handshake> m_handshake;
    QPointer<TlsBridge> m_opening; ///< the TLS handshake under way
    net::Socket m_socket;
    Endpoint m_peer; ///< of the first server
    Destination m_target;
    Destination m_next;                 ///< what the server at hand is asked for
    std::vector<std::uint8_t> m_answer; ///< the part of it that was read and is not the whole
    LoopWatch::Errand m_errand;         ///< at the server at hand
    LookupId m_lookup = 0;
    std::size_t m_hop = 0;
    net::ReadyFlags m_ready; ///< reported and not used up
    std::chrono::milliseconds m_patience;
    Use m_use;
    socks5::Command m_command = socks5::Command::Connect;
    bool m_silenceFails = false;
    bool m_hasAnswered = false; ///< the server at hand has said something
};

} // namespace engine
