// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/session_services.h"
#include "engine/proto/parsed.h"

namespace engine
{

/// A client that asked for BIND: listens, says where, waits for the one peer and says who came (RFC 1928
/// sections 4 and 6; SOCKS4.protocol, "BIND"), or lets a server do so. Then both sockets go to a relay.
class BindSession final : public LiveConnection, private net::PollHandler, private net::Deadline
{
public:
    BindSession(SessionServices &services, Registry::Record &record, ClientRequest request);
    ~BindSession() override;

    /// To be called once, after construction; may end the session.
    void start();
    void close(const Error &reason) override;

private:
    enum class State : std::uint8_t {
        Resolving,
        Waiting, ///< the first reply was sent
        Refused, ///< the refusal was sent; waiting for the client to hang up
        Done,
    };

    void onReady(net::Descriptor descriptor, net::ReadyFlags ready) override;
    void onDeadline() override;

    void resolve();
    void waitForPeer(const QList<Address> &peers);
    [[nodiscard]] Expected<Address, Error> reachableAddress() const;
    void askServer();
    void serverListens(Expected<Dialed, Error> result);
    void readServer();
    void acceptPeers();
    [[nodiscard]] bool isExpected(const Address &peer) const;
    [[nodiscard]] bool isAllowed(const Destination &peer);
    void peerCame(net::Accepted peer);
    void relay(net::Socket peer, const Endpoint &endpoint);
    void readClient();

    bool sendReply(const Error &error, const Endpoint &endpoint);
    bool send(Bytes bytes);
    void refuse(const Error &error);
    void end(const Error &error, bool reset);
    void closeListener();

    SessionServices &m_services;
    net::Socket m_client;
    net::Socket m_listener;
    net::Socket m_server; ///< instead of it, when a server listens for us
    std::unique_ptr<Connector> m_connector;
    Action m_action;
    QByteArray m_answer; ///< the part of its second reply that was read
    QByteArray m_early;  ///< sent by the client for the peer that has yet to come
    Destination m_destination;
    QList<Address> m_peers; ///< who may come; empty: anybody
    Error m_refusal;
    LookupId m_lookup = 0;
    net::ReadyFlags m_ready; ///< of the client: reported and not used up
    State m_state = State::Resolving;
    bool m_isSocks4 = false;
    bool m_clientEnded = false;
};

} // namespace engine
