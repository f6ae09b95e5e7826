// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/error.h"
#include "engine/profile.h"
#include "engine/trace_step.h"

#include <QList>
#include <QString>

namespace engine
{

/// A request, real or imagined, that is to be explained.
struct ExplainRequest {
    Application application; ///< of a local client; an empty name and path: not identified
    QString host;            ///< a name or an address
    std::uint16_t port = 0;
    Transport transport = Transport::Tcp;
    bool isBind = false;       ///< it asks for a connection from there
    QString user;              ///< who logged in; empty: nobody
    Address client;            ///< where from; null: this machine
    bool isLocal = false;      ///< from this machine though `client` is one of its own addresses in a network
    Address resolved;          ///< of a name that was resolved here for the rules; null: it was not
    bool isUnresolved = false; ///< that was tried in vain
    QStringList deadServers;   ///< ids of those that are taken for dead (ServerHealth::isDown)

    bool operator==(const ExplainRequest &) const = default;
};

/// What keeps a text that a person writes from being the host of a request: empty for an address, and for a
/// name that programs ask for. Clients may ask for stranger ones.
[[nodiscard]] Message faultOfAskedHost(const QString &host);

/// One rule that was tried.
struct ExplainedRule {
    TraceStep step; ///< why it did not match: the first condition that failed, with what was compared
    bool matched = false;
    QString reason; ///< the same in English
};

/// What would be done with a request, and why.
struct Explanation {
    /// Where the address comes from that rules on addresses are asked about.
    enum class AddressSource : std::uint8_t {
        Asked,       ///< the request itself names it
        Resolved,    ///< the name was looked up for the rules (ExplainRequest::resolved)
        NotResolved, ///< the profile's resolveForRules would have the name looked up, and nobody has: rules
                     ///< on addresses did not match for want of one
        NotFound,  ///< the name was looked up for the rules in vain: the same, and nobody here does it again
        NotNeeded, ///< the profile's resolveForRules would have the name looked up, but no rule on
                   ///< addresses comes before the one that decides by the name: it is not
        NotWanted, ///< only names are asked about: the name is looked up where the connection is made
    };
    /// Who chose the first server.
    enum class Chooser : std::uint8_t {
        Nobody,   ///< there is none
        Server,   ///< the rule names it
        Chain,    ///< all of the chain, in its order
        Failover, ///< the first member that works
        Balance,  ///< the member that the host was given, among those that work
    };

    QList<ExplainedRule> rules; ///< in order, up to the one that decided
    Action action;
    int rule = -1;     ///< index of the rule that decided; -1: none
    QString decidedBy; ///< its name, "Default", "mode Direct" and the like. English
    AddressSource addressSource = AddressSource::Asked;
    Address address; ///< that address; null where there is none
    QString route;   ///< name of the server or route; empty: none
    Chooser chooser = Chooser::Nobody;
    bool isForAssociation = false; ///< of UDP, whose first datagram chooses for the others
    QStringList servers;           ///< names of the servers it would go through, in order
    Error obstacle;                ///< why it would fail, when that is known beforehand
    bool isNameSentOn = false;     ///< the last of them looks names up; otherwise they are looked up here
    QStringList passedOver; ///< names of those it would go through instead, were they not taken for dead

    /// Nothing would be dialled, nor looked up for that.
    [[nodiscard]] bool isRefused() const { return action.kind == Action::Kind::Block || obstacle.isError(); }
    /// Line by line, as `hosier --explain` prints it.
    [[nodiscard]] QStringList toLines() const;
};

/// Decides, and chooses the servers, as the engine would under this profile, without opening anything. Any
/// thread.
[[nodiscard]] Explanation explainRequest(const Profile &profile, const ExplainRequest &request);

} // namespace engine
