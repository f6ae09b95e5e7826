// SPDX-License-Identifier: MIT
#pragma once

#include "engine/engine_core.h"

#include "engine/inbound/identification.h"
#include "engine/inbound/rule_review.h"
#include "engine/net/event_loop.h"
#include "engine/outbound/prober.h"
#include "engine/outbound/server_checker.h"

namespace engine
{

/// What lives only while the engine runs, made on its thread. In the order of construction: each part may use
/// those above it.
struct EngineCore::Parts {
    Parts(EngineCore &core, const Profile &profile)
        : portablePoller(net::nativePollerOfThisThread() ? nullptr : net::makePortablePoller())
        , poller(portablePoller ? *portablePoller : *net::nativePollerOfThisThread())
        , deadlines(core.m_clock)
        , listeners(worker,
                    [&core](net::Accepted client, const std::shared_ptr<const ListenerProfile> &listener) {
                        core.accept(std::move(client), listener);
                    })
        , logins(worker, core.m_clock)
        , dialing{poller, deadlines, resolver,
                  [this](const Endpoint &target) {
                      return listeners.leadsHere(target);
                  }}
        , router(core.m_clock,
                 [&core](const Upstream &server, bool isTurn) { core.reportHealth(server, isTurn); })
        , tls(poller, deadlines)
        , connecting{dialing, router, tls}
        , loops(connecting)
        , prober(connecting)
        , owners(deadlines)
        , sessions{poller, deadlines, registry, connecting, logins, owners, core}
        , relays{poller,  deadlines, registry, core, PipePool(profile.relayPump != RelayPump::Portable),
                 nullptr, {}}
        , udp{relays,
              [this](const QByteArray &name, Resolver::Callback callback) {
                  return resolver.lookUp(name, std::move(callback));
              },
              [this](LookupId id) { resolver.cancel(id); },
              dialing.isOwnListener,
              [&core](const Registry::Record &connection, const Destination &destination,
                      const std::optional<Address> &resolved) {
                  return core.decideOnDatagram(connection, destination, resolved);
              },
              [&core] { return core.rules().asksForApplications(); },
              [this](const Endpoint &sender, const Endpoint &reachedAt, OwnerLookup::Callback callback) {
                  return owners.find(Transport::Udp, sender, reachedAt, std::move(callback));
              },
              [this](OwnerLookupId id) { owners.cancel(id); },
              [&core](const Registry::Record &connection, const QString &id, const QString &host,
                      UdpRoute::Received received) {
                  return core.openUdpRoute(connection, id, host, std::move(received));
              },
              0,
              {},
              {}}
        , identification(registry, owners)
        , compiler([&core](CompiledProfile compiled) { core.profileCompiled(std::move(compiled)); })
        , blockedReview(
              sessions, RuleReview::Strictness::EndsBlocked,
              [&core](ConnectionId id, ErrorCode reason) { core.closeConnection(id, reason); },
              [&core](ConnectionId id) { core.forgetDecisions(id); }, [](int) {})
        , changedReview(
              sessions, RuleReview::Strictness::EndsChanged,
              [&core](ConnectionId id, ErrorCode reason) { core.closeConnection(id, reason); },
              [&core](ConnectionId id) { core.forgetDecisions(id); },
              [&core](int closed) { core.tell(RulesAppliedNotice{closed}); })
    {
        deltaTimer.setTimerType(Qt::CoarseTimer);
        drainTimer.setSingleShot(true);
    }

    /// The helper thread calls back into listeners and logins: it goes before them.
    ~Parts() { worker.stop(); }

    Worker worker;
    std::unique_ptr<net::Poller> portablePoller;
    net::Poller &poller;
    net::DeadlineQueue deadlines;
    SystemResolver resolver;
    Registry registry;
    ListenerSet listeners;
    LoginVerifier logins;
    DialServices dialing;
    Router router;
    TlsBridges tls;
    TunnelServices connecting;
    LoopWatch loops;
    Prober prober;
    OwnerLookup owners;
    SessionServices sessions;
    RelayServices relays;
    UdpServices udp;
    Identification identification;
    RuleCompiler compiler;
    RuleReview blockedReview;                           ///< after every change of the profile
    RuleReview changedReview;                           ///< on request
    std::vector<std::unique_ptr<ServerChecker>> checks; ///< under way
    QTimer deltaTimer;
    QTimer drainTimer;
};

} // namespace engine
