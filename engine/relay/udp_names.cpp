// SPDX-License-Identifier: MIT
#include "engine/relay/udp_names.h"

namespace engine
{

UdpNames::UdpNames(UdpServices &services, Callback callback)
    : m_services(services)
    , m_callback(std::move(callback))
{
}

UdpNames::~UdpNames()
{
    stop();
}

void UdpNames::stop()
{
    for (const Pending &pending : std::as_const(m_pending))
        m_services.cancelLookUp(pending.lookup);
    m_pending.clear();
}

std::optional<Address> UdpNames::find(const QByteArray &name)
{
    if (const Known *known = recall(name))
        return known->isUnknown ? std::nullopt : known->address;
    // A name that is an address in disguise must not be looked up: its name would be asked for instead.
    const std::optional<Address> literal = Address::fromLiteral(QString::fromUtf8(name));
    if (literal)
        remember(name, *literal, net::TimePoint::max());
    return literal;
}

std::optional<Address> UdpNames::findLast(const QByteArray &name) const
{
    const auto known = m_known.constFind(name);
    return known != m_known.constEnd() ? known->address : std::nullopt;
}

bool UdpNames::isUnknown(const QByteArray &name) const
{
    const Known *known = recall(name);
    return known && known->isUnknown;
}

/// Null when it would have to be looked up.
const UdpNames::Known *UdpNames::recall(const QByteArray &name) const
{
    const auto known = m_known.constFind(name);
    const bool isFresh = known != m_known.constEnd() && known->expires > m_services.relays.deadlines.now();
    return isFresh ? &*known : nullptr;
}

bool UdpNames::wait(const Destination &destination, Bytes payload)
{
    if (m_waiting >= kMaximumUnresolvedDatagrams)
        return false;
    ++m_waiting;
    const QByteArray &name = destination.name;
    Pending &pending = m_pending[name];
    pending.datagrams.push_back({destination, QByteArray(reinterpret_cast<const char *>(payload.data()),
                                                         static_cast<qsizetype>(payload.size()))});
    if (pending.lookup == 0)
        pending.lookup = m_services.lookUp(name, [this, name](const auto &result) { found(name, result); });
    return true;
}

void UdpNames::found(const QByteArray &name, const Expected<QList<Address>, Error> &result)
{
    const Pending pending = m_pending.take(name);
    m_waiting -= pending.datagrams.size();
    // In the order the system prefers (RFC 6724). A datagram gets no second attempt.
    const std::optional<Address> address = result ? std::optional(result->constFirst()) : std::nullopt;
    remember(name, address, m_services.relays.deadlines.now() + kUdpNameLifetime);
    m_callback(address, pending.datagrams);
}

void UdpNames::remember(const QByteArray &name, const std::optional<Address> &address, net::TimePoint expires)
{
    // A client that sends to this many names in a minute can wait for one of them to be found again.
    if (m_known.size() >= kMaximumUdpNames && !m_known.contains(name))
        m_known.clear();
    Known &known = m_known[name];
    known.isUnknown = !address;
    known.expires = expires;
    if (address)
        known.address = address;
}

} // namespace engine
