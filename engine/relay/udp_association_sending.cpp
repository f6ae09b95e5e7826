// SPDX-License-Identifier: MIT
#include "engine/relay/udp_association.h"

#include "engine/proto/socks5.h"

#include <utility>

namespace engine
{

// From the client to where the rules say, and what comes back from a server.

void UdpAssociation::forward(const Destination &destination, Bytes payload)
{
    const auto needsAddress = [](const Ruling &byName) {
        return byName.needsAddress || byName.looksUpNames;
    };
    if (!destination.isName() || !needsAddress(m_decisions.find(destination, {}))) {
        follow(destination, {}, payload);
        return;
    }
    if (const std::optional<Address> address = m_names.find(destination.name)) {
        follow(destination, address, payload);
        return;
    }
    const bool isFollowed = m_names.isUnknown(destination.name) && followByName(destination, payload);
    if (!isFollowed && !m_names.wait(destination, payload))
        drop();
}

/// A name that only the far end knows is decided about as a name, and is the far end's to look up. False when
/// it is not.
bool UdpAssociation::followByName(const Destination &destination, Bytes payload)
{
    if (!isForFarEnd(m_decisions.find(destination, {})))
        return false;
    m_decisions.doWithoutAddress(destination);
    follow(destination, {}, payload);
    return true;
}

/// Does with a datagram what the rules say, once all is known that they ask for.
void UdpAssociation::follow(const Destination &destination, const std::optional<Address> &resolved,
                            Bytes payload)
{
    const std::optional<Address> judged =
        m_decisions.find(destination, {}).needsAddress ? resolved : std::nullopt;
    const Ruling &ruling = m_decisions.find(destination, judged);
    if (ruling.rules == 0) {
        drop(); // Not decided yet: better lost than sent the wrong way.
        return;
    }
    if (!(destination == m_shown) || ruling.counter != m_ruling || ruling.rules != m_record.rules)
        show(destination, ruling, judged);
    const Action &action = ruling.action;
    const Address &address = resolved ? *resolved : destination.address;
    switch (action.kind) {
    case Action::Kind::Block:
        drop();
        break;
    case Action::Kind::Direct:
        forwardTo({address, destination.port}, payload);
        break;
    case Action::Kind::Proxy: {
        const Destination asked = withoutDisguise(destination);
        // The very address that was decided on, or the one for a server that wants no names.
        sendByRoute(action.proxy, judged ? address.toString() : asked.host(),
                    resolved && (judged || ruling.looksUpNames) ? Destination{address, {}, destination.port}
                                                                : asked,
                    payload);
        break;
    }
    }
}

/// Of a group, the host of the first datagram chooses the member for all of them.
void UdpAssociation::sendByRoute(const QString &id, const QString &host, const Destination &destination,
                                 Bytes payload)
{
    auto found = m_routes.find(id);
    if (found == m_routes.end() && m_routes.size() < kMaximumUdpRoutes) {
        found = m_routes.emplace(id, Route()).first;
        Route &opened = found->second;
        opened.way =
            m_services.openRoute(m_record, id, host, [this, &opened](const Endpoint &source, Bytes received) {
                takeFromRoute(opened, source, received);
            });
    }
    if (found == m_routes.end() || !found->second.way->send(destination, payload)) {
        drop();
        return;
    }
    found->second.rule = m_ruling;
    Registry &registry = m_services.relays.registry;
    registry.setServers(m_record, found->second.way->servers());
    registry.countBytesFor(m_record, m_ruling);
    registry.addBytes(m_record, payload.size(), 0);
}

/// Whom the server lets through is the server's to say: we do not see whom it sends to.
void UdpAssociation::takeFromRoute(const Route &route, const Endpoint &source, Bytes payload)
{
    if (m_client.port == 0) {
        drop();
        return;
    }
    QByteArray datagram;
    socks5::appendUdpHeader(datagram, {source.address, {}, source.port});
    const auto header = static_cast<std::size_t>(datagram.size());
    datagram.append(reinterpret_cast<const char *>(payload.data()), static_cast<qsizetype>(payload.size()));
    const net::OutgoingDatagram outgoing{m_client, bytesOf(datagram)};
    sendDown(std::span(&outgoing, 1), header, route.rule);
}

/// Notes a datagram that sendUp() will send.
void UdpAssociation::forwardTo(const Endpoint &target, Bytes payload)
{
    if (target.port == 0 || m_services.isOwnListener(target) || !socketFor(target.address)) {
        drop();
        return;
    }
    m_peers.note(target, m_ruling);
    m_services.outgoing[familyIndex(target.address)].push_back({target, payload});
}

void UdpAssociation::sendUp()
{
    for (std::size_t family = 0; family < m_sockets.size(); ++family) {
        std::vector<net::OutgoingDatagram> &datagrams = m_services.outgoing[family];
        if (datagrams.empty())
            continue;
        const net::SentDatagrams sent = net::sendDatagrams(m_sockets[family], datagrams);
        m_services.relays.registry.countBytesFor(m_record, m_ruling);
        m_services.relays.registry.addBytes(m_record, sent.bytes, 0);
        drop(datagrams.size() - sent.count);
        datagrams.clear();
    }
}

void UdpAssociation::nameFound(const std::optional<Address> &address,
                               const std::vector<UdpNames::Waiting> &datagrams)
{
    for (const UdpNames::Waiting &datagram : datagrams) {
        if (address)
            follow(datagram.destination, address, bytesOf(datagram.payload));
        else if (!followByName(datagram.destination, bytesOf(datagram.payload)))
            drop();
    }
    sendUp();
}

} // namespace engine
