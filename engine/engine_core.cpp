// SPDX-License-Identifier: MIT
#include "engine/engine_core.h"

#include "engine/inbound/bind_session.h"
#include "engine/inbound/decider.h"
#include "engine/inbound/http_forward.h"
#include "engine/inbound/identification.h"
#include "engine/net/event_loop.h"
#include "engine/outbound/prober.h"
#include "engine/outbound/server_checker.h"
#include "engine/rules/possible_actions.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

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
              [&core] { return core.m_rules->asksForAddresses(); },
              [&core](const Registry::Record &connection, const QString &id, const QString &host,
                      UdpRoute::Received received) {
                  return core.openUdpRoute(connection, id, host, std::move(received));
              },
              0,
              {},
              {}}
        , identification(registry, owners)
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
    Prober prober;
    OwnerLookup owners;
    SessionServices sessions;
    RelayServices relays;
    UdpServices udp;
    Identification identification;
    std::vector<std::unique_ptr<ServerChecker>> checks; ///< under way
    QTimer deltaTimer;
    QTimer drainTimer;
};

EngineCore::EngineCore() = default;

EngineCore::~EngineCore()
{
    Q_ASSERT(!m_parts);
}

void EngineCore::post(Command command)
{
    if (m_commands.push(std::move(command)))
        QMetaObject::invokeMethod(this, &EngineCore::runCommands, Qt::QueuedConnection);
}

void EngineCore::runCommands()
{
    for (const Command &command : m_commands.takeAll())
        command(*this);
}

void EngineCore::start(const ProfilePointer &profile, bool accepting)
{
    m_accepting = accepting;
    m_parts = std::make_unique<Parts>(*this, *profile);
    m_parts->router.setPasswords(m_passwords);
    useProfile(profile);
    m_parts->registry.events().setLevel(m_eventLevel);
    watchListeners();
    connect(&m_parts->deltaTimer, &QTimer::timeout, this, &EngineCore::deltaDue);
    connect(&m_parts->drainTimer, &QTimer::timeout, this, [this] {
        closeAllConnections({ErrorCode::EngineStopped, {}});
    });
    setDetail(m_detail);
    m_parts->prober.setActive(accepting);
    m_parts->registry.events().add({.level = EventLevel::Info, .code = EventCode::EngineStarted});
    m_parts->listeners.apply(profile, accepting);
}

void EngineCore::useProfile(const ProfilePointer &profile)
{
    m_profile = profile;
    m_rules = std::make_unique<const RuleSet>(*profile);
    m_parts->relays.limits = &profile->limits;
    m_parts->router.setProfile(*profile);
    m_parts->prober.watch(possibleWays(*profile));
    ++m_parts->udp.decisions;
}

void EngineCore::watchListeners()
{
    ListenerSet *listeners = &m_parts->listeners;
    connect(listeners, &ListenerSet::changed, this, &EngineCore::reportListeners);
    connect(listeners, &ListenerSet::opened, this, [this](const ListenerStatus &status) {
        report(EventCode::ListenerOpened, EventLevel::Info, status);
    });
    connect(listeners, &ListenerSet::closed, this, [this](const ListenerStatus &status) {
        report(EventCode::ListenerClosed, EventLevel::Info, status);
    });
    connect(listeners, &ListenerSet::failed, this, [this](const ListenerStatus &status) {
        report(EventCode::ListenerFailed, EventLevel::Error, status);
    });
    connect(listeners, &ListenerSet::exhausted, this, [this](const ListenerStatus &status, int shed) {
        for (int i = 0; i < shed; ++i)
            m_parts->registry.countRefused();
        report(EventCode::DescriptorsExhausted, EventLevel::Warning, status);
    });
}

void EngineCore::applyProfile(const ProfilePointer &profile)
{
    const ProfilePointer before = m_profile;
    useProfile(profile);
    if (before->relayPump != profile->relayPump) {
        m_parts->registry.events().add({.level = EventLevel::Warning,
                                        .code = EventCode::RestartNeeded,
                                        .detail = QStringLiteral("relayPump")});
    }
    m_parts->listeners.apply(profile, m_accepting);
    closeWhatIsNoLongerAllowed(*before);
    m_parts->registry.events().add({.level = EventLevel::Info, .code = EventCode::ProfileApplied});
}

void EngineCore::setServerPasswords(const QHash<QString, QByteArray> &passwords)
{
    m_passwords = passwords;
    if (m_parts)
        m_parts->router.setPasswords(passwords);
}

Action EngineCore::decideOnDatagram(const Registry::Record &record, const Destination &destination,
                                    const std::optional<Address> &resolved) const
{
    RuleQuery query = makeQuery(record, Transport::Udp, destination);
    query.resolved = resolved;
    return m_rules->decide(query).action;
}

std::unique_ptr<UdpRoute> EngineCore::openUdpRoute(const Registry::Record &record, const QString &id,
                                                   const QString &host, UdpRoute::Received received)
{
    return std::make_unique<UdpTunnel>(
        m_parts->connecting, m_parts->udp.batch, id, host, std::move(received),
        [this, &record](const Error &error) { reportConnection(EventCode::UdpRouteFailed, record, error); });
}

/// RFC 1928 has no reply for a single datagram, so what no datagram could do is refused at the start.
Error EngineCore::whyNoUdp() const
{
    Error error;
    for (const Action &action : possibleActions(*m_profile, Transport::Udp)) {
        if (action.kind == Action::Kind::Direct)
            return {};
        if (action.kind == Action::Kind::Block) {
            error = error.isError() ? error : Error{ErrorCode::BlockedByRule, {}};
            continue;
        }
        const std::vector<Path> paths = m_parts->router.paths(action.proxy, {});
        if (std::any_of(paths.begin(), paths.end(), carriesUdp))
            return {};
        error = {ErrorCode::RouteCannotCarry,
                 QStringLiteral("%1: only SOCKS5 carries UDP").arg(m_parts->router.shownName(action.proxy))};
    }
    return error;
}

void EngineCore::closeWhatIsNoLongerAllowed(const Profile &before)
{
    std::vector<LiveConnection *> toClose;
    for (const auto &[id, live] : m_live) {
        if (!isStillAllowed(live, before))
            toClose.push_back(live.connection.get());
    }
    for (LiveConnection *connection : toClose)
        connection->close({ErrorCode::NoLongerAllowed, {}});
}

/// Whether a new client in the same place would be let in by the profile in force.
bool EngineCore::isStillAllowed(const Live &live, const Profile &before) const
{
    const QList<ListenerProfile> &listeners = m_profile->listeners;
    const auto named = [](const auto &list, const QString &name) {
        return std::find_if(list.begin(), list.end(),
                            [&name](const auto &entry) { return entry.name == name; });
    };
    auto listener =
        std::find_if(listeners.begin(), listeners.end(), [&live](const ListenerProfile &candidate) {
            return candidate.endpoint() == live.listener->endpoint();
        });
    if (listener == listeners.end())
        listener = named(listeners, live.listener->name);
    const Connection &info = live.record->info;
    if (listener == listeners.end() || !admits(*listener, info.client.address))
        return false;
    if (!allowsTarget(*live.record))
        return false;
    if (listener->authentication == Authentication::None)
        return true;
    if (info.user.isEmpty()) {
        // Still on its way to the login, where the profile in force decides.
        return live.listener->authentication == Authentication::Password;
    }
    const auto user = named(m_profile->users, info.user);
    const auto userBefore = named(before.users, info.user);
    return user != m_profile->users.end() && userBefore != before.users.end() &&
           user->password == userBefore->password;
}

/// What the rules say now about what a connection asked for.
bool EngineCore::allowsTarget(const Registry::Record &record) const
{
    const Connection &info = record.info;
    if (info.command == ClientCommand::UdpAssociate)
        return !whyNoUdp().isError();
    if (info.targetHost.isEmpty())
        return true;
    const Destination destination = destinationOf(info.targetHost, info.targetPort);
    RuleQuery query = makeQuery(record, Transport::Tcp, destination);
    if (m_rules->asksForAddresses() && destination.isName() && info.route.isEmpty() && !info.dialed.isNull())
        query.resolved = info.dialed.address;
    return m_rules->decide(query).action.kind != Action::Kind::Block;
}

void EngineCore::setAccepting(bool accepting)
{
    m_accepting = accepting;
    m_parts->listeners.apply(m_profile, accepting);
    m_parts->prober.setActive(accepting);
}

void EngineCore::retryListeners()
{
    m_parts->listeners.retryFailed();
}

void EngineCore::accept(net::Accepted client, const std::shared_ptr<const ListenerProfile> &listener)
{
    const ErrorCode refusal = admit(client.peer, *listener);
    if (refusal != ErrorCode::None) {
        refuseClient(client.peer, *listener, refusal);
        return;
    }
    Registry::Record &record = m_parts->registry.open(client.peer, listener->name, nowMs());
    record.reachedAt = client.socket.localEndpoint();
    auto session =
        std::make_unique<ClientSession>(m_parts->sessions, record, std::move(client.socket), listener);
    ClientSession *started = session.get();
    m_live.emplace(record.info.id, Live{std::move(session), &record, listener});
    started->start();
}

ErrorCode EngineCore::admit(const Endpoint &client, const ListenerProfile &listener)
{
    if (!admits(listener, client.address))
        return ErrorCode::ClientAddressNotAllowed;
    return m_census.enter(client.address, m_profile->limits);
}

void EngineCore::refuseClient(const Endpoint &client, const ListenerProfile &listener, ErrorCode reason)
{
    m_parts->registry.countRefused();
    m_parts->registry.events().add({.level = EventLevel::Warning,
                                    .code = EventCode::ClientRefused,
                                    .client = client,
                                    .detail = listener.name,
                                    .error = {reason, {}}});
}

/// Puts what serves a client next in the place of what served it so far.
template <typename Next> Next &EngineCore::replace(const Registry::Record &record, std::unique_ptr<Next> next)
{
    Next &started = *next;
    retire(std::exchange(m_live.at(record.info.id).connection, std::move(next)));
    return started;
}

void EngineCore::startRelay(LiveConnection &session, Registry::Record &record, RelayEnd client,
                            RelayEnd target, QByteArray early)
{
    Q_UNUSED(session)
    TcpRelay &relay = replace(record, std::make_unique<TcpRelay>(m_parts->relays, record, std::move(client),
                                                                 std::move(target), std::move(early)));
    // Open already: a forwarded request became a tunnel.
    if (record.info.state != ConnectionState::Open)
        reportConnection(EventCode::ConnectionOpened, record, {});
    relay.start();
}

void EngineCore::startForward(LiveConnection &session, Registry::Record &record, RelayEnd client,
                              RelayEnd target, QByteArray input)
{
    Q_UNUSED(session)
    HttpForward &forward =
        replace(record, std::make_unique<HttpForward>(m_parts->sessions, record, std::move(client),
                                                      std::move(target), std::move(input)));
    reportConnection(EventCode::ConnectionOpened, record, {});
    forward.start();
}

void EngineCore::startBind(LiveConnection &session, Registry::Record &record, ClientRequest request)
{
    Q_UNUSED(session)
    replace(record, std::make_unique<BindSession>(m_parts->sessions, record, std::move(request))).start();
}

void EngineCore::startAssociation(LiveConnection &session, Registry::Record &record,
                                  UdpAssociationRequest request)
{
    Q_UNUSED(session)
    auto &association =
        replace(record, std::make_unique<UdpAssociation>(m_parts->udp, record, std::move(request)));
    reportConnection(EventCode::ConnectionOpened, record, {});
    association.start();
}

void EngineCore::connectionEnded(LiveConnection &connection, Registry::Record &record, const Error &reason)
{
    Q_UNUSED(connection)
    m_census.leave(record.info.client.address);
    const auto found = m_live.find(record.info.id);
    retire(std::move(found->second.connection));
    m_live.erase(found);
    const bool wrongLogin = reason.code == ErrorCode::LoginFailed;
    reportConnection(wrongLogin         ? EventCode::LoginFailed
                     : reason.isError() ? EventCode::ConnectionFailed
                                        : EventCode::ConnectionClosed,
                     record, reason);
    m_parts->registry.close(record, reason);
    if (m_stopping)
        finishStopIfDrained();
}

/// Frees a connection once nothing of it can be on the call stack any more.
void EngineCore::retire(std::unique_ptr<LiveConnection> connection)
{
    if (m_retired.empty())
        QMetaObject::invokeMethod(
            this, [this] { m_retired.clear(); }, Qt::QueuedConnection);
    m_retired.push_back(std::move(connection));
}

void EngineCore::closeConnections(const QList<ConnectionId> &ids)
{
    for (const ConnectionId id : ids) {
        const auto found = m_live.find(id);
        if (found != m_live.end())
            found->second.connection->close({ErrorCode::ClosedByUser, {}});
    }
}

void EngineCore::closeAllConnections(const Error &reason)
{
    std::vector<LiveConnection *> all;
    all.reserve(m_live.size());
    for (const auto &[id, live] : m_live)
        all.push_back(live.connection.get());
    for (LiveConnection *connection : all)
        connection->close(reason);
}

void EngineCore::reportListeners()
{
    tell(m_parts->listeners.statuses());
}

void EngineCore::report(EventCode code, EventLevel level, const ListenerStatus &listener)
{
    m_parts->registry.events().add({.level = level,
                                    .code = code,
                                    .client = listener.endpoint,
                                    .detail = listener.name,
                                    .error = listener.error});
}

void EngineCore::reportHealth(const Upstream &server, bool isTurn)
{
    if (isTurn) {
        Event event{.level = server.isDown ? EventLevel::Warning : EventLevel::Info,
                    .code = server.isDown ? EventCode::ServerDown : EventCode::ServerUp};
        event.detail = server.profile.shownName();
        if (server.isDown)
            event.error = server.lastError;
        m_parts->registry.events().add(std::move(event));
    }
    ServerHealth health{server.profile.id, server.isDown, server.lastError, server.probesPassed, 0};
    if (server.isDown && m_accepting && m_parts->prober.isWatched(server)) {
        using namespace std::chrono;
        const auto wait = duration_cast<milliseconds>(server.retryAt - m_clock.now());
        health.nextProbeAt = QDateTime::currentMSecsSinceEpoch() + wait.count();
    }
    tell(std::move(health));
}

void EngineCore::checkServer(const CheckRequest &request)
{
    std::vector<std::unique_ptr<ServerChecker>> &checks = m_parts->checks;
    if (checks.size() >= kMaximumChecks) {
        ServerCheck refused;
        refused.serverId = request.server.id;
        refused.error = {ErrorCode::TooManyOpenFiles, {}};
        tell(refused);
        return;
    }
    checks.push_back(std::make_unique<ServerChecker>(
        m_clock, m_parts->dialing, m_parts->tls, m_parts->udp.batch, request,
        [this](const ServerChecker &checker, const ServerCheck &check) { serverChecked(&checker, check); }));
    checks.back()->start();
}

/// The checker is on the call stack.
void EngineCore::serverChecked(const ServerChecker *checker, const ServerCheck &check)
{
    tell(check);
    QMetaObject::invokeMethod(
        this,
        [this, checker] {
            if (m_parts)
                std::erase_if(m_parts->checks,
                              [checker](const auto &entry) { return entry.get() == checker; });
        },
        Qt::QueuedConnection);
}

void EngineCore::reportConnection(EventCode code, const Registry::Record &record, const Error &error)
{
    const EventLevel level = code == EventCode::LoginFailed || error.code == ErrorCode::TooManyOpenFiles
                                 ? EventLevel::Warning
                                 : EventLevel::Info;
    EventRing &events = m_parts->registry.events();
    if (!events.wants(level))
        return;
    const Connection &info = record.info;
    events.add({.level = level,
                .code = code,
                .connection = info.id,
                .protocol = info.protocol,
                .client = info.client,
                .target = info.target(),
                .application = info.application,
                .processId = info.processId,
                .user = info.user,
                .rule = info.rule,
                .route = info.route,
                .detail = info.listener,
                .bytesUp = info.bytesUp,
                .bytesDown = info.bytesDown,
                .durationMs = nowMs() - record.openedMs,
                .error = error});
}

void EngineCore::tell(Notice notice)
{
    if (m_notices.push(std::move(notice)))
        Q_EMIT noticesWaiting();
}

void EngineCore::setDetail(Detail detail)
{
    m_detail = detail;
    if (!m_parts)
        return;
    m_parts->registry.setDetail(detail);
    if (detail == Detail::None) {
        m_parts->deltaTimer.stop();
        return;
    }
    m_parts->deltaTimer.start(detail == Detail::Connections ? kDeltaInterval : kTotalsInterval);
    m_deltaIsDue = !m_awaitingAcknowledge;
    deltaDue();
}

void EngineCore::setEventLevel(EventLevel level)
{
    m_eventLevel = level;
    if (m_parts)
        m_parts->registry.events().setLevel(level);
}

void EngineCore::deltaDue()
{
    if (m_awaitingAcknowledge)
        m_deltaIsDue = true;
    else
        sendDelta();
}

void EngineCore::acknowledge(std::uint64_t seq)
{
    if (seq != m_seq)
        return;
    m_awaitingAcknowledge = false;
    if (std::exchange(m_deltaIsDue, false) && m_parts && m_detail != Detail::None)
        sendDelta();
}

void EngineCore::sendDelta()
{
    Delta delta = m_parts->registry.takeDelta();
    if (m_detail == Detail::Connections)
        m_parts->identification.shown(delta.added);
    delta.seq = ++m_seq;
    delta.elapsedMs = nowMs();
    m_awaitingAcknowledge = true;
    m_deltaIsDue = false;
    m_parts->deltaTimer.start(); // the next one is a whole interval away, however late this one was
    tell(std::move(delta));
}

void EngineCore::stop()
{
    m_accepting = false;
    m_stopping = true;
    m_parts->listeners.closeAll();
    m_parts->prober.setActive(false);
    m_parts->drainTimer.start(m_profile->limits.drainTimeout);
    finishStopIfDrained();
}

void EngineCore::finishStopIfDrained()
{
    if (!m_live.empty())
        return;
    m_stopping = false;
    m_parts->drainTimer.stop();
    m_parts->registry.events().add({.level = EventLevel::Info, .code = EventCode::EngineStopped});
    // The last words must be heard even when nobody has acknowledged the ones before.
    if (m_detail != Detail::None)
        sendDelta();
    tell(StoppedNotice{});
}

void EngineCore::tearDown()
{
    if (!m_parts)
        return;
    m_stopping = false;
    closeAllConnections({ErrorCode::EngineStopped, {}});
    m_retired.clear();
    m_parts.reset();
}

std::int64_t EngineCore::nowMs() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now().time_since_epoch()).count();
}

} // namespace engine
