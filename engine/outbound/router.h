// SPDX-License-Identifier: MIT
#pragma once

#include "engine/error.h"
#include "engine/expected.h"
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
    int failures = 0;     ///< in a row
    int retries = 0;      ///< failed attempts since it is down, or since it was before and has not lasted
    int probesPassed = 0; ///< in a row, while it is down
    bool isDown = false;
    Error lastError;           ///< the latest failure
    net::TimePoint retryAt;    ///< when it is in doubt: when a probe is due
    net::TimePoint changedAt;  ///< when isDown was set or taken back
    net::TimePoint lastSignAt; ///< when it last answered, or a failure was counted
    // LoopWatch's own:
    net::TimePoint loopsUntil;
    net::TimePoint loopTestedAt;
    std::size_t loopTestedWith = 0; ///< requests that gave rise to the last test

    /// Down, or maybe about to be.
    [[nodiscard]] bool isInDoubt() const { return isDown || failures > 0; }
};
using UpstreamPointer = std::shared_ptr<Upstream>;

/// The servers that one connection goes through, in order.
using Path = std::vector<UpstreamPointer>;

/// Names of the servers, in order.
[[nodiscard]] QStringList shownNames(const Path &path);

/// What a server was used for when it answered, or did not.
struct Use {
    net::TimePoint begunAt;
    bool isProbe = false;
};

/// Knows which servers and routes there are and which of them work. Engine thread only.
///
/// A server is down after kFailuresUntilDown failures in a row, of connections or probes. Those that were
/// under way together are one failure, and none when the server has answered somebody meanwhile: it may be
/// the target that was silent. It is used again once kProbesUntilUp probes in a row went well, or one
/// connection that was begun since: such connections come when there is no other server. The pause between
/// the probes of a server that is down doubles with each failure, and goes on doubling when it fails again
/// within kHealthMemory of its return.
class Router
{
public:
    /// Called when a server is taken for dead or found to work again, which is a `turn`; and while it is
    /// dead, when there is a new date of a probe.
    using HealthChanged = std::function<void(const Upstream &server, bool isTurn)>;
    /// Called when a server has failed.
    using Doubted = std::function<void(const Upstream &server)>;

    Router(const net::Clock &clock, HealthChanged healthChanged);
    void onDoubt(Doubted doubted) { m_doubted = std::move(doubted); }

    /// Servers that stay the same keep their health.
    void setProfile(const Profile &profile);
    /// By server id. What is not named has none.
    void setPasswords(const QHash<QString, QByteArray> &passwords);

    /// Servers to be taken for dead that have not failed here: for telling what is done while they are.
    void supposeDead(const QStringList &serverIds);

    /// The paths to try for a server or route, best first; at most kMaximumPaths. Balance groups send the
    /// same host the same way as long as that works.
    [[nodiscard]] std::vector<Path> paths(const QString &id, const QString &host) const;
    /// The one of them that a UDP association takes: the best that can carry it.
    [[nodiscard]] Expected<Path, Error> pathForUdp(const QString &id, const QString &host) const;
    /// Whether a server that may be asked for the target cannot be asked for an IPv6 address.
    [[nodiscard]] bool mayNeedIpv4(const QString &id, const QString &host) const;
    [[nodiscard]] QString shownName(const QString &id) const;
    /// One path to each member of the groups among these servers and routes and those below them. The path
    /// ends with the member; whatever is before it is the best there is.
    [[nodiscard]] std::vector<Path> pathsToMembers(const QStringList &ids) const;
    /// How long a server may stay silent before another of its group is tried.
    [[nodiscard]] std::chrono::milliseconds patience() const { return m_patience; }

    void succeeded(Upstream &server, const Use &use);
    void failed(Upstream &server, const Use &use, const Error &error);
    /// No probe of it is due for a while.
    void postpone(Upstream &server) const;
    [[nodiscard]] const QHash<QString, UpstreamPointer> &servers() const { return m_servers; }

private:
    [[nodiscard]] std::vector<Path> pathsOfMembers(const RouteProfile &route, const QString &host) const;
    [[nodiscard]] std::vector<Path> pathsOfChain(const RouteProfile &route, const QString &host) const;
    class MemberSearch;

    void takeForDead(Upstream &server) const;

    const net::Clock &m_clock;
    HealthChanged m_healthChanged;
    Doubted m_doubted;
    QHash<QString, UpstreamPointer> m_servers;
    QHash<QString, RouteProfile> m_routes;
    QHash<QString, QByteArray> m_passwords;
    std::chrono::milliseconds m_patience;
};

} // namespace engine
