// SPDX-License-Identifier: MIT
#include "engine/outbound/resolver.h"

#include "engine/limits.h"

#include <QHostInfo>

#include <algorithm>

namespace engine
{

namespace
{

Resolver::Addresses fromHostInfo(const QHostInfo &info)
{
    if (info.error() == QHostInfo::HostNotFound)
        return Unexpected{Error{ErrorCode::NameNotFound, {}}};
    if (info.error() != QHostInfo::NoError)
        return Unexpected{Error{ErrorCode::NameLookupFailed, info.errorString()}};
    QList<Address> addresses;
    for (const QHostAddress &hostAddress : info.addresses()) {
        const Address address = Address::fromHostAddress(hostAddress);
        if (!address.isNull() && !addresses.contains(address))
            addresses.append(address);
    }
    if (addresses.isEmpty())
        return Unexpected{Error{ErrorCode::NameNotFound, {}}};
    return addresses;
}

} // namespace

SystemResolver::~SystemResolver()
{
    for (const Pending &pending : std::as_const(m_pending))
        QHostInfo::abortHostLookup(pending.hostInfoId);
}

LookupId SystemResolver::lookUp(const QByteArray &name, Callback callback)
{
    Waiter waiter{++m_lastId, std::move(callback)};
    const LookupId id = waiter.id;
    m_names.insert(id, name);
    const bool known = m_pending.contains(name);
    if (!known && m_pending.size() >= kMaximumPendingLookups) {
        failLater(std::move(waiter), ErrorCode::NameLookupFailed);
        return id;
    }
    Pending &pending = m_pending[name];
    pending.waiters.push_back(std::move(waiter));
    if (!known)
        start(name, pending);
    return id;
}

void SystemResolver::cancel(LookupId id)
{
    const QByteArray name = m_names.take(id);
    const auto found = m_pending.find(name);
    if (found == m_pending.end())
        return;
    std::vector<Waiter> &waiters = found->waiters;
    std::erase_if(waiters, [id](const Waiter &waiter) { return waiter.id == id; });
    if (!waiters.empty())
        return;
    abort(*found);
    m_pending.erase(found);
}

void SystemResolver::start(const QByteArray &name, Pending &pending)
{
    // By the slot's name: a function object given to QHostInfo leaks when its lookup is aborted.
    pending.hostInfoId = QHostInfo::lookupHost(QString::fromUtf8(name), this, SLOT(onLookedUp(QHostInfo)));
    m_nameByHostInfoId.insert(pending.hostInfoId, name);
}

void SystemResolver::abort(const Pending &pending)
{
    QHostInfo::abortHostLookup(pending.hostInfoId);
    m_nameByHostInfoId.remove(pending.hostInfoId);
}

// An aborted lookup may still deliver, when its answer was already on the way.
void SystemResolver::onLookedUp(const QHostInfo &info)
{
    const QByteArray name = m_nameByHostInfoId.take(info.lookupId());
    if (!name.isNull())
        finish(name, fromHostInfo(info));
}

void SystemResolver::finish(const QByteArray &name, const Addresses &result)
{
    const Pending pending = m_pending.take(name);
    for (const Waiter &waiter : pending.waiters) {
        // A callback may have cancelled the ones behind it.
        if (m_names.remove(waiter.id))
            waiter.callback(result);
    }
}

void SystemResolver::failLater(Waiter waiter, ErrorCode code)
{
    QMetaObject::invokeMethod(
        this,
        [this, waiter = std::move(waiter), code] {
            if (m_names.remove(waiter.id))
                waiter.callback(Unexpected{Error{code, {}}});
        },
        Qt::QueuedConnection);
}

} // namespace engine
