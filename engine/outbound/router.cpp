// SPDX-License-Identifier: MIT
#include "engine/outbound/router.h"

#include "engine/limits.h"

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

} // namespace

Router::Router(const net::Clock &clock, HealthChanged healthChanged)
    : m_clock(clock)
    , m_healthChanged(std::move(healthChanged))
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
}

void Router::setPasswords(const QHash<QString, QByteArray> &passwords)
{
    m_passwords = passwords;
    for (const UpstreamPointer &server : std::as_const(m_servers))
        server->password = m_passwords.value(server->profile.id);
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
    std::stable_partition(all.begin(), all.end(), [this](const Path &path) { return isUsable(path); });
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

bool Router::isUsable(const Path &path) const
{
    const net::TimePoint now = m_clock.now();
    return std::all_of(path.begin(), path.end(), [now](const UpstreamPointer &server) {
        return !server->isDown || server->retryAt <= now;
    });
}

QString Router::shownName(const QString &id) const
{
    if (const UpstreamPointer server = m_servers.value(id))
        return server->profile.shownName();
    const auto route = m_routes.constFind(id);
    return route == m_routes.constEnd() ? id : route->shownName();
}

void Router::succeeded(Upstream &server)
{
    server.failures = 0;
    server.retries = 0;
    if (std::exchange(server.isDown, false))
        m_healthChanged(server);
}

/// One failure may be an accident, so it takes several to be down, and from then on ever longer pauses.
void Router::failed(Upstream &server, const Error &error)
{
    server.lastError = error;
    ++server.failures;
    if (server.failures < kFailuresUntilDown)
        return;
    const auto pause = kFirstRetryDelay * (1 << std::min(server.retries, kRetryDoublings));
    ++server.retries;
    server.retryAt = m_clock.now() + std::min<std::chrono::milliseconds>(pause, kLongestRetryDelay);
    if (!std::exchange(server.isDown, true))
        m_healthChanged(server);
}

} // namespace engine
