// SPDX-License-Identifier: MIT
#include "ui/lansharing.h"

#include "ui/freeport.h"
#include "ui/listeneredit.h"
#include "ui/profilestore.h"
#include "ui/proxystatus.h"

#include <QNetworkInterface>
#include <QSettings>

#include <algorithm>
#include <utility>

namespace ui
{

namespace
{

using engine::Authentication;
using engine::ListenerProfile;
using engine::ListenerState;
using engine::ListenerStatus;
using engine::Profile;

constexpr std::uint16_t kFirstPort = 1'080;

/// A listener of this machine alone, or of strangers' addresses only, shares nothing.
bool isForOthers(const ListenerProfile &listener)
{
    return !listener.address.isLoopback() &&
           (listener.clients.isEmpty() ||
            std::any_of(listener.clients.begin(), listener.clients.end(),
                        [](const engine::AddressRange &range) { return !range.network.isLoopback(); }));
}

ListenerProfile sharedListener(const Profile &profile, const QString &name)
{
    ListenerProfile listener;
    listener.name = freeListenerName(profile, name);
    listener.address = engine::Address::fromV4(0);
    // The usual port stays with this machine's own programs, which need no password there.
    listener.port = findFreePort(listener.address, kFirstPort, profile);
    listener.protocols = engine::Protocol::Socks5 | engine::Protocol::Http; // SOCKS4 has no passwords
    listener.authentication = Authentication::Password;
    listener.clients = privateRanges();
    return listener;
}

} // namespace

/// Names need not differ.
bool LanSharing::Added::isListener(const ListenerProfile &one) const
{
    return one.name == listener && one.endpoint().toString() == endpoint;
}

QList<LocalAddress> localAddresses()
{
    QList<LocalAddress> found;
    for (const QNetworkInterface &card : QNetworkInterface::allInterfaces()) {
        if (!card.flags().testFlag(QNetworkInterface::IsRunning))
            continue;
        for (const QNetworkAddressEntry &entry : card.addressEntries()) {
            const auto address = engine::Address::fromHostAddress(entry.ip());
            if (address.isV4() && isPrivate(address))
                found << LocalAddress{address, card.humanReadableName()};
        }
    }
    return found;
}

LanSharing::LanSharing(ProfileStore &store, const ProxyStatus &status, QObject *parent, AddressLister lister)
    : QObject(parent)
    , m_store(store)
    , m_status(status)
    , m_lister(std::move(lister))
{
    connect(&m_store, &ProfileStore::profileChanged, this, [this] {
        followListener();
        Q_EMIT changed();
    });
    connect(&m_status, &ProxyStatus::stateChanged, this, &LanSharing::changed);
    followListener();
}

SharingState LanSharing::state() const
{
    if (listener() == nullptr)
        return SharingState::Off;
    const ListenerStatus *status = listenerStatus();
    if (status == nullptr)
        return SharingState::Closed;
    switch (status->state) {
    case ListenerState::Closed:
        return SharingState::Closed;
    case ListenerState::Failed:
        return SharingState::Failed;
    case ListenerState::Listening:
        return SharingState::On;
    }
    return SharingState::Off;
}

const ListenerProfile *LanSharing::listener() const
{
    const Added ours = added();
    const ListenerProfile *found = nullptr;
    for (const ListenerProfile &listener : m_store.profile().listeners) {
        if (!isForOthers(listener))
            continue;
        if (ours.isListener(listener))
            return &listener;
        if (found == nullptr)
            found = &listener;
    }
    return found;
}

const ListenerStatus *LanSharing::listenerStatus() const
{
    const ListenerProfile *wanted = listener();
    if (wanted == nullptr)
        return nullptr;
    for (const ListenerStatus &status : m_status.listeners()) {
        const bool isPort = status.endpoint.port == wanted->port || wanted->port == 0;
        if (status.name == wanted->name && status.endpoint.address == wanted->address && isPort)
            return &status;
    }
    return nullptr;
}

QString LanSharing::errorText() const
{
    const ListenerStatus *status = listenerStatus();
    return status == nullptr ? QString() : m_status.errorText(*status);
}

bool LanSharing::isOurs() const
{
    const ListenerProfile *found = listener();
    return found != nullptr && added().isListener(*found);
}

bool LanSharing::needsUser() const
{
    return m_store.profile().users.isEmpty();
}

const engine::UserProfile *LanSharing::formerUser() const
{
    return state() == SharingState::Off ? findUser(m_store.profile(), added().user) : nullptr;
}

QStringList LanSharing::start(const std::optional<engine::UserProfile> &user)
{
    Profile profile = m_store.profile();
    if (user)
        putUser(profile, *user);
    const ListenerProfile listener = sharedListener(profile, tr("Local network"));
    if (listener.port == 0)
        return {tr("This computer has no free port to listen on.")};
    profile.listeners << listener;
    const Added before = added();
    const bool isNewUser = user && findUser(m_store.profile(), user->name) == nullptr;
    remember({listener.name, listener.endpoint().toString(), isNewUser ? user->name : before.user});
    QStringList problems = m_store.change(profile);
    if (!problems.isEmpty())
        remember(before);
    return problems;
}

QStringList LanSharing::stop()
{
    if (!isOurs())
        return {tr("This listener was set up by hand. Change it under Proxy > Listeners and users.")};
    Profile profile = m_store.profile();
    profile.listeners.removeOne(*listener());
    QStringList problems = m_store.change(profile);
    if (problems.isEmpty())
        remember({QString(), QString(), added().user});
    return problems;
}

QList<std::pair<ProxyAddress, QString>> LanSharing::addresses() const
{
    const ListenerProfile *shared = listener();
    if (shared == nullptr)
        return {};
    const ListenerStatus *status = listenerStatus();
    const std::uint16_t port = status != nullptr ? status->endpoint.port : shared->port;
    const bool asksForLogin = shared->authentication == Authentication::Password;
    if (!shared->address.isUnspecified())
        return {{{{shared->address, port}, shared->protocols, asksForLogin}, QString()}};
    QList<std::pair<ProxyAddress, QString>> found;
    for (const LocalAddress &local : m_lister()) {
        if (local.address.family() == shared->address.family())
            found.append({{{local.address, port}, shared->protocols, asksForLogin}, local.interfaceName});
    }
    return found;
}

/// Our listener may be given another name or another endpoint, and stays ours. Where it is not plain which
/// one that is, none is: what is ours can be taken away.
void LanSharing::followListener() const
{
    Added ours = added();
    if (ours.listener.isEmpty())
        return;
    const QList<ListenerProfile> &all = m_store.profile().listeners;
    const auto hasName = [&ours](const ListenerProfile &one) {
        return one.name == ours.listener;
    };
    const auto hasEndpoint = [&ours](const ListenerProfile &one) {
        return one.endpoint().toString() == ours.endpoint;
    };
    const auto named = std::count_if(all.begin(), all.end(), hasName);
    const auto there = std::find_if(all.begin(), all.end(), hasEndpoint); // at most one has it
    if (named == 0 && there != all.end())
        ours.listener = there->name;
    else if (named == 1 && there == all.end())
        ours.endpoint = std::find_if(all.begin(), all.end(), hasName)->endpoint().toString();
    else if (named == 0)
        ours = {QString(), QString(), ours.user}; // removed by hand: what stands there some day is not ours
    else
        return;
    remember(ours);
}

/// Each profile has its own listeners.
QString LanSharing::key(const QString &what) const
{
    return QStringLiteral("sharing/%1/%2").arg(m_status.profileName(), what);
}

LanSharing::Added LanSharing::added() const
{
    const QSettings settings;
    return {settings.value(key(QStringLiteral("listener"))).toString(),
            settings.value(key(QStringLiteral("endpoint"))).toString(),
            settings.value(key(QStringLiteral("user"))).toString()};
}

void LanSharing::remember(const Added &added) const
{
    QSettings settings;
    settings.setValue(key(QStringLiteral("listener")), added.listener);
    settings.setValue(key(QStringLiteral("endpoint")), added.endpoint);
    settings.setValue(key(QStringLiteral("user")), added.user);
}

} // namespace ui
