// SPDX-License-Identifier: MIT
#include "engine/inbound/listener_set.h"

#include "engine/net/own_address.h"

#include <algorithm>
#include <optional>

namespace engine
{

namespace
{

/// The profile's listener as a value of its own that keeps the whole profile alive.
std::shared_ptr<const ListenerProfile> share(const ProfilePointer &profile, const ListenerProfile &listener)
{
    return {profile, &listener};
}

} // namespace

ListenerSet::ListenerSet(Worker &worker, Listener::ClientCallback onClient)
    : m_worker(worker)
    , m_onClient(std::move(onClient))
{
}

void ListenerSet::apply(const ProfilePointer &profile, bool accepting)
{
    m_profile = profile;
    std::vector<Entry> old = std::move(m_listeners);
    m_listeners.clear();
    std::vector<Listener *> toOpen;
    if (accepting) {
        for (const ListenerProfile &wanted : profile->listeners) {
            const auto kept = std::find_if(old.begin(), old.end(), [&wanted](const Entry &entry) {
                return entry && entry->isListening() && entry->profile().endpoint() == wanted.endpoint();
            });
            if (kept != old.end()) {
                (*kept)->setProfile(share(profile, wanted));
                m_listeners.push_back(std::move(*kept));
                continue;
            }
            m_listeners.push_back(makeListener(share(profile, wanted)));
            toOpen.push_back(m_listeners.back().get());
        }
    }
    // First close, then open: a new listener may need the address of one that goes.
    for (Entry &entry : old) {
        if (!entry || !entry->isListening())
            continue;
        entry->close();
        Q_EMIT closed(entry->status());
    }
    for (Listener *listener : toOpen)
        open(*listener);
    Q_EMIT changed();
}

void ListenerSet::closeAll()
{
    apply(m_profile, false);
}

void ListenerSet::retryFailed()
{
    for (const Entry &entry : m_listeners) {
        if (!entry->isListening())
            open(*entry);
    }
    Q_EMIT changed();
}

ListenerSet::Entry ListenerSet::makeListener(std::shared_ptr<const ListenerProfile> profile)
{
    auto listener = std::make_unique<Listener>(std::move(profile), m_onClient);
    Listener *raw = listener.get();
    connect(raw, &Listener::exhausted, this,
            [this, raw](int shed) { Q_EMIT exhausted(raw->status(), shed); });
    return listener;
}

void ListenerSet::open(Listener &listener)
{
    listener.open();
    if (listener.isListening()) {
        Q_EMIT opened(listener.status());
        return;
    }
    // Windows forbids a port that another program has for itself.
    const ErrorCode code = listener.status().error.code;
    if (code == ErrorCode::AddressInUse || code == ErrorCode::PermissionDenied)
        findHolder(listener);
    else
        Q_EMIT failed(listener.status());
}

/// Asks the system on the helper thread who has the port. The failure is told with the answer, a little
/// later.
void ListenerSet::findHolder(const Listener &listener)
{
    // The worker is stopped before this object goes.
    m_worker.run([this, endpoint = listener.profile().endpoint()] {
        if (m_holders.push({endpoint, findPortHolder(endpoint)}))
            QMetaObject::invokeMethod(this, &ListenerSet::takeHolders, Qt::QueuedConnection);
    });
}

void ListenerSet::takeHolders()
{
    for (const auto &[endpoint, holder] : m_holders.takeAll()) {
        for (const Entry &entry : m_listeners) {
            if (entry->profile().endpoint() != endpoint || entry->isListening())
                continue;
            if (holder)
                entry->setHolder(holder->processId, holder->name);
            Q_EMIT failed(entry->status());
        }
    }
    Q_EMIT changed();
}

QList<ListenerStatus> ListenerSet::statuses() const
{
    QList<ListenerStatus> all;
    for (const Entry &entry : m_listeners)
        all.append(entry->status());
    if (m_listeners.empty() && m_profile) {
        for (const ListenerProfile &profile : m_profile->listeners)
            all.append(closedStatus(profile));
    }
    return all;
}

ListenerStatus ListenerSet::closedStatus(const ListenerProfile &profile)
{
    ListenerStatus status;
    status.name = profile.name;
    status.endpoint = profile.endpoint();
    status.protocols = servedProtocols(profile);
    return status;
}

bool ListenerSet::leadsHere(const Endpoint &target) const
{
    return std::any_of(m_listeners.begin(), m_listeners.end(), [&target](const Entry &entry) {
        return entry->isListening() && net::reaches(target, entry->endpoint());
    });
}

} // namespace engine
