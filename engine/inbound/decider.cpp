// SPDX-License-Identifier: MIT
#include "engine/inbound/decider.h"

#include <algorithm>
#include <utility>

namespace engine
{

bool needsIdentification(const Registry::Record &record, const RuleSet &rules)
{
    return !record.isIdentified && record.info.isLocal && rules.asksForApplications();
}

RuleQuery makeQuery(const Registry::Record &record, Transport transport, const Destination &destination)
{
    return {.transport = transport,
            .destination = destination,
            .resolved = {},
            .client = record.info.client.address,
            .user = record.info.user,
            .application = record.info.identity.get(),
            .isLocal = record.info.isLocal};
}

Decider::Decider(SessionServices &services, Registry::Record &record, Callback callback)
    : m_services(services)
    , m_record(record)
    , m_callback(std::move(callback))
{
}

Decider::~Decider()
{
    if (m_ownerLookup != 0)
        m_services.owners.cancel(m_ownerLookup);
    if (m_lookup != 0)
        m_services.connecting.dialing.resolver.cancel(m_lookup);
}

void Decider::identify()
{
    if (needsIdentification(m_record, m_services.host.rules()))
        askForOwner();
}

void Decider::decide(Transport transport, const Destination &destination)
{
    m_isDeciding = true;
    m_transport = transport;
    m_destination = destination;
    m_services.registry.awaitRuling(m_record);
    proceed();
}

/// Asks for what the rules in force want to know, which may have become others since the last answer.
void Decider::proceed()
{
    const RuleSet &rules = m_services.host.rules();
    if (needsIdentification(m_record, rules)) {
        askForOwner();
        return;
    }
    // Where an association's datagrams may go is decided for each of them.
    if (m_transport == Transport::Udp) {
        finish({});
        return;
    }
    const Ruling ruling = m_services.host.decide(queryFor(m_resolved));
    if (ruling.needsAddress && !m_wasResolved)
        resolve();
    else
        settle(ruling);
}

RuleQuery Decider::queryFor(const std::optional<Address> &resolved) const
{
    RuleQuery query = makeQuery(m_record, m_transport, m_destination);
    query.resolved = resolved;
    return query;
}

/// The action alone, without what a ruling tells of it.
Action Decider::actionFor(const Address &resolved) const
{
    return m_services.host.rules().decide(queryFor(resolved)).action;
}

void Decider::askForOwner()
{
    if (m_ownerLookup != 0)
        return;
    m_ownerLookup = m_services.owners.find(Transport::Tcp, m_record.info.client, m_record.reachedAt,
                                           [this](const std::optional<Application> &application) {
                                               m_ownerLookup = 0;
                                               identified(application);
                                           });
}

void Decider::identified(const std::optional<Application> &application)
{
    // Not found ahead of the request: it is worth another look, for some systems know a socket only once it
    // was used.
    if (!application && !m_isDeciding)
        return;
    m_services.registry.setApplication(m_record, application);
    if (m_isDeciding)
        proceed();
}

void Decider::resolve()
{
    m_wasResolved = true;
    Resolver &resolver = m_services.connecting.dialing.resolver;
    m_lookup = resolver.lookUp(m_destination.name, [this](const Resolver::Addresses &addresses) {
        m_lookup = 0;
        // A name that only the far end knows is decided about as a name.
        if (addresses) {
            m_addresses = addresses->first(std::min<qsizetype>(addresses->size(), kMaximumAddressesPerName));
            m_resolved = m_addresses.front();
        }
        proceed();
    });
}

/// SOCKS4 has no IPv6: its servers are told of an IPv4 address when there is one that goes the same way.
void Decider::takeIpv4WhereNeeded(Ruling &ruling)
{
    if (ruling.action.kind != Action::Kind::Proxy || !m_resolved || !m_resolved->isV6() ||
        !m_services.connecting.router.mayNeedIpv4(ruling.action.proxy, m_destination.host()))
        return;
    for (const Address &address : std::as_const(m_addresses)) {
        if (!address.isV4() || actionFor(address) != ruling.action)
            continue;
        m_resolved = address;
        ruling = m_services.host.decide(queryFor(address));
        return;
    }
}

/// Addresses of the name that may be dialled instead of the one that was decided about.
QList<Address> Decider::alternatives(const Action &action) const
{
    QList<Address> others;
    if (action.kind != Action::Kind::Direct)
        return others;
    for (const Address &address : m_addresses) {
        if (address != m_resolved && actionFor(address) == action)
            others += address;
    }
    return others;
}

void Decider::settle(Ruling ruling)
{
    takeIpv4WhereNeeded(ruling);
    m_destination.isUnresolved = ruling.needsAddress && !m_resolved;
    m_record.info.isUnresolved = m_destination.isUnresolved; // which is reported with the ruling
    m_services.registry.setRuling(m_record, ruling, m_resolved.value_or(Address()));
    m_services.host.decided(m_record);
    if (m_resolved) {
        const QList<Address> others = alternatives(ruling.action);
        m_destination = {*m_resolved, {}, m_destination.port, false, others};
    } else {
        m_destination = withoutDisguise(m_destination);
    }
    finish(ruling.action);
}

/// The last thing a decider does: the callback may destroy it, and with it the callback's own place.
void Decider::finish(const Action &action)
{
    const Callback callback = std::exchange(m_callback, {});
    const Destination destination = std::exchange(m_destination, {});
    callback(action, destination);
}

} // namespace engine
