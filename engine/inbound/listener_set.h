// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/listener.h"
#include "engine/mailbox.h"
#include "engine/owner/port_holder.h"
#include "engine/worker.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

namespace engine
{

/// The listeners of the profile in force. Engine thread only.
class ListenerSet final : public QObject
{
    Q_OBJECT

public:
    ListenerSet(Worker &worker, Listener::ClientCallback onClient);

    /// Keeps listeners whose address stays, closes those that are gone, opens new ones.
    void apply(const ProfilePointer &profile, bool accepting);
    void closeAll();
    void retryFailed();
    [[nodiscard]] QList<ListenerStatus> statuses() const;
    /// Whether a connection to this address would reach one of our own listeners.
    [[nodiscard]] bool leadsHere(const Endpoint &target) const;

Q_SIGNALS:
    void changed();
    void opened(const engine::ListenerStatus &status);
    void closed(const engine::ListenerStatus &status);
    void failed(const engine::ListenerStatus &status);
    void exhausted(const engine::ListenerStatus &status, int shed);

private:
    using Entry = std::unique_ptr<Listener>;

    [[nodiscard]] Entry makeListener(std::shared_ptr<const ListenerProfile> profile);
    void open(Listener &listener);
    void findHolder(const Listener &listener);
    void takeHolders();
    [[nodiscard]] static ListenerStatus closedStatus(const ListenerProfile &profile);

    Worker &m_worker;
    Listener::ClientCallback m_onClient;
    ProfilePointer m_profile;
    Mailbox<std::pair<Endpoint, std::optional<PortHolder>>> m_holders; ///< looked for by the helper thread
    std::vector<Entry> m_listeners; ///< in the profile's order; empty while the proxy is off
};

} // namespace engine
