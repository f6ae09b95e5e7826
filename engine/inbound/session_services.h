// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/login_verifier.h"
#include "engine/outbound/connector.h"
#include "engine/owner/owner_lookup.h"
#include "engine/profile.h"
#include "engine/relay/live_connection.h"
#include "engine/relay/tcp_relay.h"
#include "engine/relay/udp_association.h"
#include "engine/rules/rule_set.h"

namespace engine
{

/// A client whose request asks for something other than a connection to a target, as its session leaves it.
struct ClientRequest {
    RelayEnd client;
    QByteArray early; ///< what the client sent behind its request
    Destination destination;
    Action action;
    bool isSocks4 = false;
};

/// Takes a session's connection over once both ends are open.
class SessionHost : public ConnectionHost
{
public:
    /// The session has sent its reply and is done; it lives on until control is back in the event loop.
    virtual void startRelay(LiveConnection &session, Registry::Record &record, RelayEnd client,
                            RelayEnd target, QByteArray early) = 0;
    /// The same for BIND, which has not been answered yet.
    virtual void startBind(LiveConnection &session, Registry::Record &record, ClientRequest request) = 0;
    /// The same for UDP ASSOCIATE.
    virtual void startAssociation(LiveConnection &session, Registry::Record &record,
                                  UdpAssociationRequest request) = 0;
    /// The same with an HTTP client whose requests are forwarded; `input` begins with the first of them.
    virtual void startForward(LiveConnection &session, Registry::Record &record, RelayEnd client,
                              RelayEnd target, QByteArray input) = 0;
    /// The profile in force.
    [[nodiscard]] virtual const Profile &profile() const = 0;
    /// Its rules, and which these are: each time there are others, the number is higher. Never 0.
    [[nodiscard]] virtual const RuleSet &rules() const = 0;
    [[nodiscard]] virtual std::uint64_t rulesNumber() const = 0;
    /// Why the rules that have come since the decision do not let stay what was dialled by it; None: they do,
    /// or it takes a while to find out, which a review has begun.
    [[nodiscard]] virtual Error whyNotAllowedNow(const Registry::Record &record) const = 0;
    /// What becomes of a connection's request has been decided.
    virtual void decided(const Registry::Record &record) = 0;
    /// Asks them. No hit is counted.
    [[nodiscard]] virtual Ruling decide(const RuleQuery &query) const = 0;
    /// What UDP meets whatever it is sent to: None when that depends.
    [[nodiscard]] virtual Error whyNoUdp() const = 0;

protected:
    ~SessionHost() = default;
};

/// What every session shares.
struct SessionServices {
    net::Poller &poller;
    net::DeadlineQueue &deadlines;
    Registry &registry;
    TunnelServices &connecting;
    LoginVerifier &logins;
    OwnerLookup &owners;
    SessionHost &host;
};

} // namespace engine
