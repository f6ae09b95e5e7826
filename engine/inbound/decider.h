// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/session_services.h"

namespace engine
{

/// Decides about one request of a client once all is known that the rules ask for: which program asks, and
/// where a name leads, should that matter to one of them. Destroying it gives up without a callback.
class Decider
{
public:
    /// What was decided, and what is to be dialled: the addresses that the rules saw, when they saw any, also
    /// one that was written as a name. A name that they could not see the address of is only for servers that
    /// look it up themselves.
    using Callback = std::function<void(const Action &, const Destination &)>;

    Decider(SessionServices &services, Registry::Record &record, Callback callback);
    ~Decider();
    Q_DISABLE_COPY_MOVE(Decider)

    /// Finds out ahead of the request which program asks, if the rules in force want to know: it answers
    /// while the client still says what it wants.
    void identify();
    /// Once per decider. The callback may come from within this call and may destroy the decider.
    void decide(Transport transport, const Destination &destination);
    /// True while a name is being resolved.
    [[nodiscard]] bool isResolving() const { return m_lookup != 0; }

private:
    void proceed();
    void askForOwner();
    void identified(const std::optional<Application> &application);
    void resolve();
    void settle(Ruling ruling);
    [[nodiscard]] RuleQuery queryFor(const std::optional<Address> &resolved) const;
    [[nodiscard]] Action actionFor(const Address &resolved) const;
    void takeIpv4WhereNeeded(Ruling &ruling);
    [[nodiscard]] QList<Address> alternatives(const Action &action) const;
    void finish(const Action &action);

    SessionServices &m_services;
    Registry::Record &m_record;
    Callback m_callback;
    Destination m_destination;
    QList<Address> m_addresses;        ///< of the name, in the system's order
    std::optional<Address> m_resolved; ///< the one that is decided about
    OwnerLookupId m_ownerLookup = 0;
    LookupId m_lookup = 0;
    Transport m_transport = Transport::Tcp;
    bool m_isDeciding = false;  ///< the request has come
    bool m_wasResolved = false; ///< with or without success
};

/// Whether these rules want to know which program the client is, and nobody has asked for it yet.
[[nodiscard]] bool needsIdentification(const Registry::Record &record, const RuleSet &rules);

/// What the rules are asked about a connection.
[[nodiscard]] RuleQuery makeQuery(const Registry::Record &record, Transport transport,
                                  const Destination &destination);

} // namespace engine
