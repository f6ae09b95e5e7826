// SPDX-License-Identifier: MIT
#include "engine/inbound/decider.h"

#include <utility>

namespace engine
{

namespace
{

QString ruleName(const Decision &decision, const Profile &profile)
{
    if (decision.rule < 0)
        return {};
    const QString &name = profile.rules[decision.rule].name;
    return name.isEmpty() ? QStringLiteral("#%1").arg(decision.rule + 1) : name;
}

} // namespace

RuleQuery makeQuery(const Registry::Record &record, Transport transport, const Destination &destination)
{
    return {.transport = transport,
            .destination = destination,
            .resolved = {},
            .client = record.info.client.address,
            .user = record.info.user,
            .application = record.application.get(),
            .isLocal = record.isLocal()};
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

void Decider::decide(Transport transport, const Destination &destination)
{
    m_transport = transport;
    m_destination = destination;
    if (!m_services.host.rules().asksForApplications() || !m_record.isLocal() || m_record.isIdentified) {
        resolve();
        return;
    }
    m_ownerLookup = m_services.owners.find(Transport::Tcp, m_record.info.client, m_record.reachedAt,
                                           [this](const std::optional<Application> &application) {
                                               m_ownerLookup = 0;
                                               identified(application);
                                           });
}

void Decider::identified(const std::optional<Application> &application)
{
    m_services.registry.setApplication(m_record, application);
    resolve();
}

void Decider::resolve()
{
    const bool isName = m_destination.isName() && !Address::fromLiteral(m_destination.host());
    if (!isName || !m_services.host.rules().asksForAddresses()) {
        finish();
        return;
    }
    m_lookup = m_services.connecting.dialing.resolver.lookUp(m_destination.name,
                                                             [this](const Resolver::Addresses &addresses) {
                                                                 m_lookup = 0;
                                                                 // A name that only the far end knows is
                                                                 // decided about as a name.
                                                                 if (addresses)
                                                                     m_resolved = addresses->front();
                                                                 finish();
                                                             });
}

/// The last thing a decider does: the callback may destroy it, and with it the callback's own place.
void Decider::finish()
{
    RuleQuery query = makeQuery(m_record, m_transport, m_destination);
    query.resolved = m_resolved;
    const Decision decision = m_services.host.rules().decide(query);
    const Profile &profile = m_services.host.profile();
    m_record.info.rule = ruleName(decision, profile);
    m_record.info.route = decision.action.kind == Action::Kind::Proxy
                              ? m_services.connecting.router.shownName(decision.action.proxy)
                              : QString();
    m_services.registry.markChanged(m_record);
    Destination destination = m_destination;
    if (m_resolved)
        destination = {*m_resolved, {}, m_destination.port};
    const Callback callback = std::exchange(m_callback, {});
    callback(decision, destination);
}

} // namespace engine
