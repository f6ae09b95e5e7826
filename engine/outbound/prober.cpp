// SPDX-License-Identifier: MIT
#include "engine/outbound/prober.h"

#include "engine/limits.h"

#include <algorithm>

namespace engine
{

namespace
{

bool isBehindADeadServer(const Path &path)
{
    return std::any_of(path.begin(), path.end() - 1,
                       [](const UpstreamPointer &server) { return server->isDown; });
}

} // namespace

Prober::Prober(TunnelServices &services)
    : m_services(services)
{
    m_services.router.onDoubt([this](const Upstream &server) {
        if (isWatched(server))
            wakeAt(server.retryAt);
    });
}

Prober::~Prober()
{
    m_services.router.onDoubt({});
    m_services.dialing.deadlines.cancel(*this);
}

void Prober::watch(const QStringList &ids)
{
    m_ids = ids;
    m_members.clear();
    for (const Path &path : m_services.router.pathsToMembers(ids))
        m_members.insert(path.back()->profile.id, path.back());
    std::erase_if(m_probes, [this](const Probe &probe) { return !isWatched(*probe.server); });
    wakeAt(m_services.dialing.deadlines.now());
}

void Prober::setActive(bool isActive)
{
    m_isActive = isActive;
    if (isActive) {
        wakeAt(m_services.dialing.deadlines.now());
        return;
    }
    m_services.dialing.deadlines.cancel(*this);
    m_probes.clear();
}

bool Prober::isWatched(const Upstream &server) const
{
    return m_members.value(server.profile.id).get() == &server;
}

/// Unless it wakes earlier anyway.
void Prober::wakeAt(net::TimePoint when)
{
    if (!m_isActive || m_members.isEmpty() || (isScheduled() && m_wakesAt <= when))
        return;
    m_wakesAt = when;
    m_services.dialing.deadlines.schedule(*this, when);
}

void Prober::onDeadline()
{
    const net::TimePoint now = m_services.dialing.deadlines.now();
    for (const Path &path : m_services.router.pathsToMembers(m_ids)) {
        Upstream &server = *path.back();
        if (!server.isInDoubt() || isUnderWay(path.back()))
            continue;
        if (server.retryAt <= now && isBehindADeadServer(path))
            m_services.router.postpone(server);
        if (server.retryAt > now)
            wakeAt(server.retryAt);
        else if (m_probes.size() < kMaximumProbes)
            start(path);
        // The others have their turn when one of these is done.
    }
}

bool Prober::isUnderWay(const UpstreamPointer &server) const
{
    return std::any_of(m_probes.begin(), m_probes.end(),
                       [&server](const Probe &probe) { return probe.server == server; });
}

void Prober::start(const Path &path)
{
    Upstream &server = *path.back();
    m_probes.push_back(
        {path.back(), std::make_unique<Tunnel>(m_services, path,
                                               [this, &server](Expected<Dialed, Tunnel::Failure> result) {
                                                   done(server, std::move(result));
                                               })});
    m_probes.back().tunnel->probe();
}

/// What came of it the router has been told. The last thing a tunnel does, so it may go.
void Prober::done(const Upstream &server, Expected<Dialed, Tunnel::Failure> result)
{
    if (result) {
        m_services.dialing.poller.remove(result->socket.descriptor());
        result->socket.reset();
    }
    const auto probe = std::find_if(m_probes.begin(), m_probes.end(),
                                    [&server](const Probe &entry) { return entry.server.get() == &server; });
    const net::TimePoint now = m_services.dialing.deadlines.now();
    // It could not be tried, for want of descriptors, say.
    if (server.isInDoubt() && server.retryAt <= now)
        m_services.router.postpone(*probe->server);
    m_probes.erase(probe);
    wakeAt(now);
}

} // namespace engine
