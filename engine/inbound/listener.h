// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/socket.h"
#include "engine/profile.h"
#include "engine/snapshot.h"

#include <QSocketNotifier>
#include <QTimer>

#include <functional>
#include <memory>

namespace engine
{

/// What a listener really speaks of the protocols its profile names.
[[nodiscard]] Protocols servedProtocols(const ListenerProfile &profile);

/// One listening socket. Hands out clients, and survives running out of descriptors.
class Listener final : public QObject
{
    Q_OBJECT

public:
    using ClientCallback = std::function<void(net::Accepted, const std::shared_ptr<const ListenerProfile> &)>;

    Listener(std::shared_ptr<const ListenerProfile> profile, ClientCallback onClient);

    void open();
    void close();
    [[nodiscard]] bool isListening() const { return m_socket.isOpen(); }
    [[nodiscard]] const ListenerProfile &profile() const { return *m_profile; }
    /// New settings for the same address; from now on for new clients.
    void setProfile(std::shared_ptr<const ListenerProfile> profile);
    [[nodiscard]] const ListenerStatus &status() const { return m_status; }
    void setHolder(std::int64_t processId, const QString &name);
    [[nodiscard]] Endpoint endpoint() const { return m_status.endpoint; }

Q_SIGNALS:
    /// No descriptor or memory for a client; `shed` waiting clients were dropped.
    void exhausted(int shed);

private:
    void acceptClients();
    void shedClients();

    std::shared_ptr<const ListenerProfile> m_profile;
    ClientCallback m_onClient;
    ListenerStatus m_status;
    net::Socket m_socket; ///< accepted sockets inherit its options, which saves two calls a client
    std::unique_ptr<QSocketNotifier> m_waiting;
    net::ReserveDescriptor m_reserve;
    QTimer m_resume;
};

} // namespace engine
