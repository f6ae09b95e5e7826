// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/activity.h"
#include "engine/proto/udp.h"
#include "engine/relay/live_connection.h"
#include "engine/relay/tcp_relay.h"
#include "engine/relay/udp_decisions.h"
#include "engine/relay/udp_names.h"
#include "engine/relay/udp_peers.h"
#include "engine/relay/udp_reassembly.h"
#include "engine/relay/udp_sender.h"
#include "engine/relay/udp_services.h"

#include <map>

namespace engine
{

/// What a session hands over for UDP ASSOCIATE.
struct UdpAssociationRequest {
    RelayEnd client;            ///< the control connection
    net::Socket relay;          ///< bound to where the client reached us
    std::uint16_t declaredPort; ///< the client's, 0 when it did not say
    UdpFiltering filtering;
};

/// One UDP ASSOCIATE (RFC 1928 section 7): datagrams between a client and whomever it sends to, until the
/// control connection ends or nothing has moved for too long.
class UdpAssociation final : public LiveConnection, private net::PollHandler, private net::Deadline
{
public:
    UdpAssociation(UdpServices &services, Registry::Record &record, UdpAssociationRequest request);
    ~UdpAssociation() override;

    /// To be called once, after construction: sends the reply; may end the association.
    void start();
    void close(const Error &reason) override;
    /// Peers and routes that the rules allow no more have no more part in it.
    void forgetDecisions() override;
    void followLimits() override { scheduleDeadline(); }

private:
    struct Route {
        std::unique_ptr<UdpRoute> way;
        RuleCounterPointer rule; ///< that has sent something this way last: what comes back counts for it
    };

    /// In `m_sockets`.
    [[nodiscard]] static std::size_t familyIndex(const Address &address) { return address.isV6() ? 1 : 0; }
    /// Whether a server takes a name as it is, so that one without an address is the far end's to look up.
    [[nodiscard]] static bool isForFarEnd(const Ruling &byName)
    {
        return byName.action.kind == Action::Kind::Proxy && !byName.looksUpNames;
    }

    void onReady(net::Descriptor descriptor, net::ReadyFlags ready) override;
    void onDeadline() override;

    void readControl();
    /// Moves what waits, in batches, and leaves the rest for the next turn.
    void drain(const net::Socket &socket, void (UdpAssociation::*take)());
    void takeClientBatch();
    void takeTargetBatch();

    void takeFromClient(const net::ReceivedDatagram &datagram);
    void senderFound(const std::optional<Application> &sender, const std::vector<QByteArray> &datagrams);
    void passOn(const socks5::UdpHeader &header, Bytes payload);
    [[nodiscard]] bool isFromClient(const Endpoint &source) const;
    void forward(const Destination &destination, Bytes payload);
    void follow(const Destination &destination, const std::optional<Address> &resolved, Bytes payload);
    [[nodiscard]] bool followByName(const Destination &destination, Bytes payload);
    void forwardTo(const Endpoint &target, Bytes payload);
    void sendByRoute(const QString &id, const QString &host, const Destination &destination, Bytes payload);
    void nameFound(const std::optional<Address> &address, const std::vector<UdpNames::Waiting> &datagrams);
    void sendUp();
    void takeFromRoute(const Route &route, const Endpoint &source, Bytes payload);
    void sendDown(std::span<const net::OutgoingDatagram> datagrams, std::size_t headers,
                  const RuleCounterPointer &rule);
    [[nodiscard]] const net::Socket *socketFor(const Address &target);
    void show(const Destination &destination, const Ruling &ruling, const std::optional<Address> &resolved);
    std::optional<Address> notePeer(const Destination &destination, const std::optional<Address> &resolved,
                                    const RuleCounterPointer &rule);
    void closeSocket(net::Socket &socket);
    void drop(std::size_t datagrams = 1);
    void scheduleDeadline();
    void end(const Error &error, bool reset);

    UdpServices &m_services;
    net::Socket m_control;
    net::Socket m_relay;
    std::array<net::Socket, 2> m_sockets; ///< towards targets by family, opened when needed
    Endpoint m_client;                    ///< port 0 until it has sent
    UdpPeers m_peers;
    UdpSender m_sender;
    UdpNames m_names;
    UdpReassembly m_reassembly;
    std::map<QString, Route> m_routes; ///< by id
    UdpDecisions m_decisions;
    Destination m_shown;         ///< as told in the record
    RuleCounterPointer m_ruling; ///< the same: whose bytes flow
    net::Activity m_activity;
    net::ReadyFlags m_controlReady;
    bool m_controlEnded = false;
};

} // namespace engine
