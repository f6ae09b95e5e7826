// SPDX-License-Identifier: MIT
#pragma once

#include "engine/error.h"
#include "engine/net/deadline_queue.h"
#include "engine/profile.h"

#include <QHash>

#include <functional>
#include <memory>
#include <vector>

namespace engine
{

/// A server of the profile, and how it fares. Connections under way keep theirs when the profile changes.
struct Upstream {
    ServerProfile profile;
    QByteArray password;
    int failures = 0; ///< in a row
    int retries = 0;  ///< failed attempts since it is down
    bool isDown = false;
    Error lastError;        ///< the latest failure
    net::TimePoint retryAt; ///< when it is down: not before, unless there is no other
};
using UpstreamPointer = std::shared_ptr<Upstream>;

/// The servers that one connection goes through, in order.
using Path = std::vector<UpstreamPointer>;

/// Knows which servers and routes there are and which of them work. Engine thread only.
class Router
{
public:
    /// Called when a server is taken for dead, and when it is found to work again.
    using HealthChanged = std::function<void(const Upstream &server)>;

    Router(const net::Clock &clock, HealthChanged healthChanged);

    /// Servers that stay the same keep their health.
    void setProfile(const Profile &profile);
    /// By server id. What is not named has none.
    void setPasswords(const QHash<QString, QByteArray> &passwords);

    /// The paths to try for a server or route, best first; at most kMaximumPaths. Balance groups send the
    /// same host the same way as long as that works.
    [[nodiscard]] std::vector<Path> paths(const QString &id, const QString &host) const;
    [[nodiscard]] QString shownName(const QString &id) const;

    void succeeded(Upstream &server);
    void failed(Upstream &server, const Error &error);
    [[nodiscard]] const QHash<QString, UpstreamPointer> &servers() const { return m_servers; }

private:
    [[nodiscard]] std::vector<Path> pathsOfMembers(const RouteProfile &route, const QString &host) const;
    [[nodiscard]] std::vector<Path> pathsOfChain(const RouteProfile &route, const QString &host) const;
    [[nodiscard]] bool isUsable(const Path &path) const;

    const net::Clock &m_clock;
    HealthChanged m_healthChanged;
    QHash<QString, UpstreamPointer> m_servers;
    QHash<QString, RouteProfile> m_routes;
    QHash<QString, QByteArray> m_passwords;
};

} // namespace engine
