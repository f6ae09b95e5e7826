// SPDX-License-Identifier: MIT
#include "engine/engine_parts.h"
#include "engine/rules/possible_actions.h"

#include <algorithm>
#include <utility>

// Which profile is in force, what its rules decide, and what becomes of open connections when they change.

namespace engine
{

namespace
{

QString nameOf(const Decision &decision, const Profile &profile)
{
    if (decision.rule < 0)
        return {};
    const QString &name = profile.rules[decision.rule].name;
    return name.isEmpty() ? QStringLiteral("#%1").arg(decision.rule + 1) : name;
}

/// What takes the decision's hits and bytes; null: no rule and no default action had a part in it.
RuleCounterPointer counterOf(const Decision &decision, const Profile &profile, const RuleCounters &counters)
{
    switch (decision.rule) {
    case Decision::kUnidentifiedRule:
        return {};
    case Decision::kModeRule:
        return profile.mode == RoutingMode::Everything ? counters.of(RuleUse::kDefaultRule) : nullptr;
    case Decision::kDefaultRule:
        return counters.of(RuleUse::kDefaultRule);
    default:
        return counters.of(decision.rule);
    }
}

} // namespace

/// Everything that depends on the profile changes at once. Returns what was in force.
CompiledProfile EngineCore::use(CompiledProfile compiled)
{
    CompiledProfile before = std::exchange(m_inForce, std::move(compiled));
    m_parts->relays.limits = &profile().limits;
    // Servers that are no longer in the profile keep what they had.
    m_parts->router.setProfile(profile());
    m_parts->router.setPasswords(m_passwords);
    m_parts->loops.forget();
    m_parts->prober.watch(possibleWays(profile()));
    m_parts->registry.ruleCounters().setProfile(profile());
    ++m_parts->udp.rules;
    return before;
}

void EngineCore::applyProfile(const ProfilePointer &profile)
{
    m_parts->compiler.compile(profile);
}

void EngineCore::profileCompiled(CompiledProfile compiled)
{
    if (m_stopping)
        return;
    CompiledProfile before = use(std::move(compiled));
    if (before.profile->relayPump != profile().relayPump) {
        m_parts->registry.events().add({.level = EventLevel::Warning,
                                        .code = EventCode::RestartNeeded,
                                        .detail = QStringLiteral("relayPump")});
    }
    m_parts->listeners.apply(m_inForce.profile, m_accepting);
    if (before.profile->limits != profile().limits) {
        for (const auto &[id, live] : m_live)
            live.connection->followLimits();
    }
    reportDownServers();
    closeWhatIsNoLongerAllowed(*before.profile);
    m_parts->blockedReview.start(liveIds());
    m_parts->registry.events().add({.level = EventLevel::Info, .code = EventCode::ProfileApplied});
    m_parts->compiler.discard(std::move(before));
    if (std::exchange(m_reviewIsDue, false))
        applyRulesToOpenConnections();
}

void EngineCore::applyRulesToOpenConnections()
{
    // The rules that were given last are meant, also when they are not yet in force.
    m_reviewIsDue = m_parts->compiler.isBusy();
    if (m_reviewIsDue)
        return;
    m_appliedRules = rulesNumber();
    m_parts->changedReview.start(liveIds());
}

std::deque<ConnectionId> EngineCore::liveIds() const
{
    std::deque<ConnectionId> ids;
    for (const auto &[id, live] : m_live)
        ids.push_back(id);
    return ids;
}

void EngineCore::closeConnection(ConnectionId id, ErrorCode reason)
{
    const auto found = m_live.find(id);
    if (found != m_live.end())
        found->second.connection->close({reason, {}});
}

void EngineCore::forgetDecisions(ConnectionId id)
{
    const auto found = m_live.find(id);
    if (found != m_live.end())
        found->second.connection->forgetDecisions();
}

std::uint64_t EngineCore::rulesNumber() const
{
    return m_parts->udp.rules;
}

/// A review that came while it was dialled could not know which of a name's addresses would answer.
Error EngineCore::whyNotAllowedNow(const Registry::Record &record) const
{
    if (record.rules == rulesNumber() || needsIdentification(record, rules()))
        return {};
    const Decision decision = rules().decide(makeQueryAgain(record, rules()));
    if (decision.needsAddress || decision.action == record.action)
        return {};
    if (decision.action.kind == Action::Kind::Block)
        return {ErrorCode::NoLongerAllowed, {}};
    const bool isApplied = m_appliedRules == rulesNumber();
    return isApplied ? Error{ErrorCode::DecisionChanged, {}} : Error{};
}

Ruling EngineCore::decide(const RuleQuery &query) const
{
    const Decision decision = rules().decide(query);
    Ruling ruling;
    ruling.action = decision.action;
    ruling.rules = rulesNumber();
    ruling.counter = counterOf(decision, profile(), m_parts->registry.ruleCounters());
    ruling.rule = nameOf(decision, profile());
    ruling.needsAddress = decision.needsAddress;
    if (decision.action.kind == Action::Kind::Proxy)
        ruling.route = m_parts->router.shownName(decision.action.proxy);
    return ruling;
}

Ruling EngineCore::decideOnDatagram(const Registry::Record &record, const Destination &destination,
                                    const std::optional<Address> &resolved) const
{
    // Nothing is decided before it is known who sends it.
    if (needsIdentification(record, rules()))
        return {};
    RuleQuery query = makeQuery(record, Transport::Udp, destination);
    query.resolved = resolved;
    Ruling ruling = decide(query);
    ruling.looksUpNames = looksUpNames(ruling.action, destination);
    return ruling;
}

bool EngineCore::looksUpNames(const Action &action, const Destination &destination) const
{
    if (action.kind != Action::Kind::Proxy)
        return action.kind == Action::Kind::Direct;
    const Expected<Path, Error> path = m_parts->router.pathForUdp(action.proxy, destination.host());
    return path && path->back()->profile.resolveNames == NameResolution::Local;
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
    for (const Action &action : possibleActions(profile(), Transport::Udp)) {
        if (action.kind == Action::Kind::Direct)
            return {};
        if (action.kind == Action::Kind::Block) {
            error = error.isError() ? error : Error{ErrorCode::BlockedByRule, {}};
            continue;
        }
        const Expected<Path, Error> path = m_parts->router.pathForUdp(action.proxy, {});
        if (path)
            return {};
        error = path.error();
    }
    return error;
}

void EngineCore::closeWhatIsNoLongerAllowed(const Profile &before)
{
    std::vector<LiveConnection *> toClose;
    const bool carriesUdp = !whyNoUdp().isError();
    for (const auto &[id, live] : m_live) {
        const bool isLost = !carriesUdp && live.record->info.command == ClientCommand::UdpAssociate;
        if (isLost || !isStillAllowed(live, before))
            toClose.push_back(live.connection.get());
    }
    for (LiveConnection *connection : toClose)
        connection->close({ErrorCode::NoLongerAllowed, {}});
}

/// Whether a new client in the same place would be let in by the profile in force, whatever it asked for.
bool EngineCore::isStillAllowed(const Live &live, const Profile &before) const
{
    const QList<ListenerProfile> &listeners = profile().listeners;
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
    if (listener->authentication == Authentication::None)
        return true;
    if (info.user.isEmpty()) {
        // Still on its way to the login, where the profile in force decides.
        return live.listener->authentication == Authentication::Password;
    }
    const auto user = named(profile().users, info.user);
    const auto userBefore = named(before.users, info.user);
    return user != profile().users.end() && userBefore != before.users.end() &&
           user->password == userBefore->password;
}

} // namespace engine
