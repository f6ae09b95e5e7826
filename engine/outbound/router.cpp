// SPDX-License-Identifier: MIT
#include "engine/outbound/router.h"

#include "engine/limits.h"

#include <QSet>

#include <algorithm>

namespace engine
{

namespace
{

/// Highest random weight: every host has its own order of the members, which stays as it is when others come
/// and go.
QStringList orderedFor(const QString &host, const QStringList &members)
{
    QStringList ordered = members;
    const auto weight = [&host](const QString &member) {
        return qHashMulti(std::size_t{0}, host, member);
    };
    std::stable_sort(ordered.begin(), ordered.end(),
                     [&weight](const QString &a, const QString &b) { return weight(a) > weight(b); });
    return ordered;
}

bool isUsable(const Path &path)
{
    return std::none_of(path.begin(), path.end(),
                        [](const UpstreamPointer &server) { return server->isDown; });
}

} // namespace

/// Walks the routes below some ids, each at most twice: as what it is, and as a member of a group.
class Router::MemberSearch
{
public:
    explicit MemberSearch(const Router &router)
        : m_router(router)
    {
    }

    void visit(const QString &id, const Path &before, bool isMember)
    {
        if (const UpstreamPointer server = m_router.m_servers.value(id)) {
            if (isMember)
                found(server, before);
            return;
        }
        const auto route = m_router.m_routes.constFind(id);
        if (route == m_router.m_routes.constEnd() || m_visited.contains({id, isMember}))
            return;
        m_visited.insert({id, isMember});
        if (route->kind == RouteKind::Chain)
            visitChain(*route, before, isMember);
        else
            for (const QString &member : route->members)
                visit(member, before, true);
    }
    [[nodiscard]] std::vector<Path> take() { return std::move(m_paths); }

private:
    void visitChain(const RouteProfile &route, Path before, bool isMember)
    {
        for (const QString &member : route.members) {
            visit(member, before, isMember);
            const std::vector<Path> through = m_router.paths(member, {});
            if (through.empty())
                return;
            before.insert(before.end(), through.front().begin(), through.front().end());
        }
    }
    void found(const UpstreamPointer &server, Path before)
    {
        if (m_found.contains(server.get()))
            return;
        m_found.insert(server.get());
        before.push_back(server);
        m_paths.push_back(std::move(before));
    }

    const Router &m_router;
    QSet<std::pair<QString, bool>> m_visited;
    QSet<const Upstream *> m_found;
    std::vector<Path> m_paths;
};

QStringList shownNames(const Path &path)
{
    QStringList names;
    names.reserve(static_cast<qsizetype>(path.size()));
    for (const UpstreamPointer &server : path)
        names += server->profile.shownName();
    return names;
}

Router::Router(const net::Clock &clock, HealthChanged healthChanged)
    : m_clock(clock)
    , m_healthChanged(std::move(healthChanged))
    , m_patience(kUpstreamTimeout)
{
}

void Router::setProfile(const Profile &profile)
{
    QHash<QString, UpstreamPointer> servers;
    for (const ServerProfile &server : profile.servers) {
        UpstreamPointer known = m_servers.value(server.id);
        if (!known || known->profile != server) {
            known = std::make_shared<Upstream>();
            known->profile = server;
            known->password = m_passwords.value(server.id);
        }
        servers.insert(server.id, known);
    }
    m_servers = std::move(servers);
    m_routes.clear();
    for (const RouteProfile &route : profile.routes)
        m_routes.insert(route.id, route);
    m_patience = std::min(kUpstreamTimeout, profile.limits.connectTimeout / kSilentServersPerClient);
}

void Router::setPasswords(const QHash<QString, QByteArray> &passwords)
{
    m_passwords = passwords;
    for (const UpstreamPointer &server : std::as_const(m_servers))
        server->password = m_passwords.value(server->profile.id);
}

void Router::supposeDead(const QStringList &serverIds)
{
    for (const QString &id : serverIds) {
        if (const UpstreamPointer server = m_servers.value(id))
            server->isDown = true;
    }
}

std::vector<Path> Router::paths(const QString &id, const QString &host) const
{
    if (const UpstreamPointer server = m_servers.value(id))
        return {{server}};
    const auto route = m_routes.constFind(id);
    if (route == m_routes.constEnd())
        return {};
    return route->kind == RouteKind::Chain ? pathsOfChain(*route, host) : pathsOfMembers(*route, host);
}

Expected<Path, Error> Router::pathForUdp(const QString &id, const QString &host) const
{
    std::vector<Path> all = paths(id, host);
    const auto found = std::find_if(all.begin(), all.end(), [](const Path &path) {
        return std::all_of(path.begin(), path.end(), [](const UpstreamPointer &server) {
            return server->profile.protocol == ServerProtocol::Socks5;
        });
    });
    if (found != all.end())
        return std::move(*found);
    return Unexpected{Error{ErrorCode::RouteCannotCarry,
                            withContext(shownName(id), Message(QT_TRANSLATE_NOOP(
                                                           "engine::Message", "only SOCKS5 carries UDP")))}};
}

bool Router::mayNeedIpv4(const QString &id, const QString &host) const
{
    const std::vector<Path> all = paths(id, host);
    return std::any_of(all.begin(), all.end(), [](const Path &path) {
        const ServerProtocol last = path.back()->profile.protocol;
        return last == ServerProtocol::Socks4 || last == ServerProtocol::Socks4a;
    });
}

/// Those that work first. The others are not given up: they may be all there is. No more are looked at than
/// could be tried.
std::vector<Path> Router::pathsOfMembers(const RouteProfile &route, const QString &host) const
{
    std::vector<Path> all;
    const QStringList members =
        route.kind == RouteKind::Balance ? orderedFor(host, route.members) : route.members;
    std::size_t usable = 0;
    for (const QString &member : members) {
        for (Path &path : paths(member, host)) {
            usable += isUsable(path) ? 1 : 0;
            all.push_back(std::move(path));
        }
        if (usable >= kMaximumPaths)
            break;
    }
    std::stable_partition(all.begin(), all.end(), isUsable);
    if (all.size() > kMaximumPaths)
        all.resize(kMaximumPaths);
    return all;
}

/// Every way through the groups in the chain, the best of each first.
std::vector<Path> Router::pathsOfChain(const RouteProfile &route, const QString &host) const
{
    std::vector<Path> all{Path{}};
    for (const QString &member : route.members) {
        std::vector<Path> longer;
        for (const Path &next : paths(member, host)) {
            for (const Path &path : all) {
                if (longer.size() == kMaximumPaths)
                    break;
                longer.push_back(path);
                longer.back().insert(longer.back().end(), next.begin(), next.end());
            }
        }
        all = std::move(longer);
    }
    return all;
}

QString Router::shownName(const QString &id) const
{
    if (const UpstreamPointer server = m_servers.value(id))
        return server->profile.shownName();
    const auto route = m_routes.constFind(id);
    return route == m_routes.constEnd() ? id : route->shownName();
}

std::vector<Path> Router::pathsToMembers(const QStringList &ids) const
{
    MemberSearch search(*this);
    for (const QString &id : ids)
        search.visit(id, {}, false);
    return search.take();
}

void Router::succeeded(Upstream &server, const Use &use)
{
    const net::TimePoint now = m_clock.now();
    server.failures = 0;
    server.lastSignAt = now;
    if (!server.isDown)
        return;
    if (use.isProbe && ++server.probesPassed < kProbesUntilUp) {
        server.retryAt = now + kProbeInterval;
        m_healthChanged(server, false);
        return;
    }
    // What was under way when others failed says little about what comes next.
    if (!use.isProbe && use.begunAt < server.changedAt)
        return;
    server.isDown = false;
    server.probesPassed = 0;
    server.changedAt = now;
    m_healthChanged(server, true);
}

/// One failure may be an accident, so it takes several to be down.
void Router::failed(Upstream &server, const Use &use, const Error &error)
{
    const net::TimePoint now = m_clock.now();
    const bool isNews = use.begunAt >= server.lastSignAt;
    // Of a dead one, many connections that find no other server are one attempt.
    if (!isNews || (server.isDown && now < server.retryAt))
        return;
    server.lastError = error;
    server.lastSignAt = now;
    server.probesPassed = 0;
    ++server.failures;
    server.retryAt = now + kDoubtDelay;
    if (server.isDown || server.failures >= kFailuresUntilDown)
        takeForDead(server);
    if (m_doubted)
        m_doubted(server);
}

void Router::takeForDead(Upstream &server) const
{
    const net::TimePoint now = m_clock.now();
    const bool isTurn = !std::exchange(server.isDown, true);
    if (isTurn) {
        if (server.changedAt + kHealthMemory <= now)
            server.retries = 0;
        server.changedAt = now;
    }
    const auto pause = kFirstRetryDelay * (1 << std::min(server.retries, kRetryDoublings));
    ++server.retries;
    server.retryAt = now + std::min<std::chrono::milliseconds>(pause, kLongestRetryDelay);
    m_healthChanged(server, isTurn);
}

void Router::postpone(Upstream &server) const
{
    server.retryAt = m_clock.now() + kFirstRetryDelay;
}

} // namespace engine
