// SPDX-License-Identifier: MIT
#pragma once

#include "engine/outbound/tunnel.h"

#include <QStringList>

namespace engine
{

/// Tries members of groups again that have failed, so that no client has to. Says nothing to servers that
/// work, nor to those that nothing can be sent by way of, nor to anybody while it is off. Engine thread only.
class Prober final : private net::Deadline
{
public:
    explicit Prober(TunnelServices &services);
    ~Prober();
    Q_DISABLE_COPY_MOVE(Prober)

    /// The servers and routes that connections are sent by way of. After each change of the router's profile.
    void watch(const QStringList &ids);
    void setActive(bool isActive);
    /// Whether this server would be probed if it failed.
    [[nodiscard]] bool isWatched(const Upstream &server) const;
    [[nodiscard]] std::size_t underWay() const { return m_probes.size(); }

private:
    struct Probe {
        UpstreamPointer server;
        std::unique_ptr<Tunnel> tunnel;
    };

    void onDeadline() override;
    void wakeAt(net::TimePoint when);
    [[nodiscard]] bool isUnderWay(const UpstreamPointer &server) const;
    void start(const Path &path);
    void done(const Upstream &server, Expected<Dialed, Tunnel::Failure> result);

    TunnelServices &m_services;
    QStringList m_ids;
    QHash<QString, UpstreamPointer> m_members; ///< by id
    std::vector<Probe> m_probes;
    net::TimePoint m_wakesAt;
    bool m_isActive = false;
};

} // namespace engine
