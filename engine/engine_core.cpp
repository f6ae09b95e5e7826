// SPDX-License-Identifier: MIT
#include "engine/engine_core.h"

#include "engine/engine_parts.h"
#include "engine/inbound/bind_session.h"
#include "engine/inbound/http_forward.h"
#include "engine/net/own_address.h"
#include "engine/time_since_boot.h"

#include <QDateTime>

#include <utility>

namespace engine
{

namespace
{

/// Of what is said about a connection.
EventLevel levelOf(EventCode code, const Error &error)
{
    if (code == EventCode::LoginFailed || error.code == ErrorCode::TooManyOpenFiles ||
        error.code == ErrorCode::NoLocalPort)
        return EventLevel::Warning;
    return code == EventCode::ConnectionDecided ? EventLevel::Debug : EventLevel::Info;
}

} // namespace

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
    // Nothing moves yet that could wait for it, and no listener may open before.
    (void)use({profile, std::make_shared<const RuleSet>(*profile)});
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

void EngineCore::setServerPasswords(const QHash<QString, QByteArray> &passwords)
{
    m_passwords = passwords;
    // Those of a profile that is about to come into force are none of the servers' before.
    if (m_parts && !m_parts->compiler.isBusy())
        m_parts->router.setPasswords(passwords);
}

void EngineCore::setAccepting(bool accepting)
{
    m_accepting = accepting;
    // Those of a profile that is about to come into force open with it.
    if (!accepting || !m_parts->compiler.isBusy())
        m_parts->listeners.apply(m_inForce.profile, accepting);
    m_parts->prober.setActive(accepting);
    reportDownServers();
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
    Registry::Record &record = m_parts->registry.open(client.peer, listener->name, timeSinceBootMs());
    record.reachedAt = client.socket.localEndpoint();
    record.info.isLocal = net::isOwnClient(client.peer.address, record.reachedAt.address);
    auto session =
        std::make_unique<ClientSession>(m_parts->sessions, record, std::move(client.socket), listener);
    ClientSession *started = session.get();
    if (m_parts->registry.events().wants(EventLevel::Info) && !rules().asksForApplications())
        m_parts->identification.opened(record);
    m_live.emplace(record.info.id, Live{std::move(session), &record, listener});
    started->start();
}

ErrorCode EngineCore::admit(const Endpoint &client, const ListenerProfile &listener)
{
    if (!admits(listener, client.address))
        return ErrorCode::ClientAddressNotAllowed;
    return m_census.enter(client.address, profile().limits);
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
    for (const ConnectionId id : ids)
        closeConnection(id, ErrorCode::ClosedByUser);
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
                                    .application = listener.holderName,
                                    .processId = listener.holderPid,
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

/// Which of them are going to be probed, and when, has changed.
void EngineCore::reportDownServers()
{
    for (const UpstreamPointer &server : m_parts->router.servers()) {
        if (server->isDown)
            reportHealth(*server, false);
    }
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
    const EventLevel level = levelOf(code, error);
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
                .identity = info.identity,
                .user = info.user,
                .rule = info.rule,
                .route = info.route,
                .servers = info.servers,
                .detail = info.listener,
                .bytesUp = info.bytesUp,
                .bytesDown = info.bytesDown,
                .durationMs = timeSinceBootMs() - record.openedMs,
                .error = error});
}

void EngineCore::decided(const Registry::Record &record)
{
    reportConnection(EventCode::ConnectionDecided, record, {});
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
    m_parts->identification.renew();
    if (m_detail == Detail::Connections)
        m_parts->identification.shown(delta.added);
    delta.seq = ++m_seq;
    delta.elapsedMs = timeSinceBootMs();
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
    m_parts->drainTimer.start(profile().limits.drainTimeout);
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

} // namespace engine
