// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/snapshot.h"
#include "ui/clientsettings.h"

#include <QObject>

#include <functional>
#include <optional>

namespace ui
{

class ProfileStore;
class ProxyStatus;

enum class SharingState : std::uint8_t {
    Off,    ///< no listener for the local network
    Closed, ///< there is one, and the proxy is off or the engine has not answered yet
    Failed, ///< there is one, and it could not be opened
    On,     ///< one is open
};

/// An address of this machine in its local networks.
struct LocalAddress {
    engine::Address address;
    QString interfaceName; ///< "eth0", "Ethernet 2"

    bool operator==(const LocalAddress &) const = default;
};

/// Lists them anew; private ones only, and IPv4, which every home network has.
[[nodiscard]] QList<LocalAddress> localAddresses();

/// The switch "Share on the local network": a listener of its own, for clients of private networks that log
/// in. That listener it takes away again, and nothing else; its user stays, as without a listener that asks
/// for a login nobody can come in by it. Its state is what the engine measured.
class LanSharing : public QObject
{
    Q_OBJECT

public:
    using AddressLister = std::function<QList<LocalAddress>()>;

    /// Both must outlive it.
    LanSharing(ProfileStore &store, const ProxyStatus &status, QObject *parent = nullptr,
               AddressLister lister = localAddresses);

    [[nodiscard]] SharingState state() const;
    /// The listener that others come in by, also one that was made by hand; null when there is none.
    [[nodiscard]] const engine::ListenerProfile *listener() const;
    /// How it fares; null when the engine does not know it.
    [[nodiscard]] const engine::ListenerStatus *listenerStatus() const;
    /// Why that one failed; empty while there is none.
    [[nodiscard]] QString errorText() const;
    /// Whether the switch has made it.
    [[nodiscard]] bool isOurs() const;
    /// Whether a user has to be named to start().
    [[nodiscard]] bool needsUser() const;
    /// The one that an earlier start() added, while it is off; null when there is none.
    [[nodiscard]] const engine::UserProfile *formerUser() const;

    /// Adds the listener, and the user when one is given, or puts it in the place of the one of its name.
    /// What is wrong otherwise, one line each; then nothing has changed.
    [[nodiscard]] QStringList start(const std::optional<engine::UserProfile> &user);
    /// Takes the listener away that start() added. The user stays: other computers know the password.
    [[nodiscard]] QStringList stop();

    /// Where others reach it, each with the interface's name; empty while there is no listener.
    [[nodiscard]] QList<std::pair<ProxyAddress, QString>> addresses() const;

Q_SIGNALS:
    void changed();

private:
    /// What start() added. The user also once the listener is gone.
    struct Added {
        QString listener; ///< its name; empty: none
        QString endpoint; ///< the listener's
        QString user;     ///< empty: none

        [[nodiscard]] bool isListener(const engine::ListenerProfile &one) const;
    };

    [[nodiscard]] QString key(const QString &what) const;
    [[nodiscard]] Added added() const;
    void remember(const Added &added) const;
    void followListener() const;

    ProfileStore &m_store;
    const ProxyStatus &m_status;
    AddressLister m_lister;
};

} // namespace ui
