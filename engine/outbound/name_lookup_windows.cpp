// SPDX-License-Identifier: MIT
#include "engine/outbound/name_lookup.h"

#include "engine/net/system_address_windows.h"
#include "engine/net/winsock_windows.h"

#include <QUrl>

#include <algorithm>
#include <memory>

namespace engine
{

namespace
{

Error errorOf(int result)
{
    if (result == WSAHOST_NOT_FOUND || result == WSANO_DATA || result == WSANO_RECOVERY)
        return {ErrorCode::NameNotFound, {}};
    return {ErrorCode::NameLookupFailed, Message::verbatim(qt_error_string(result))};
}

} // namespace

LookupPool::Addresses lookUpName(const QByteArray &name)
{
    const QByteArray ascii = QUrl::toAce(QString::fromUtf8(name));
    if (ascii.isEmpty())
        return Unexpected{Error{ErrorCode::NameNotFound, {}}};
    net::startWinSock();
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM; // of each address one entry, not one for each kind of socket
    // Not AI_ADDRCONFIG: the loopback interface does not count for it, so without a network even localhost
    // would have no address. An address of a family that is not there fails at once when it is dialled.
    hints.ai_flags = 0;
    addrinfo *found = nullptr;
    if (const int result = ::getaddrinfo(ascii.constData(), nullptr, &hints, &found))
        return Unexpected{errorOf(result)};
    const auto release = [](addrinfo *first) {
        ::freeaddrinfo(first);
    };
    const std::unique_ptr<addrinfo, decltype(release)> owner(found, release);
    QList<Address> addresses;
    for (const addrinfo *entry = found; entry != nullptr; entry = entry->ai_next) {
        net::SocketAddress system{};
        std::memcpy(&system, entry->ai_addr, std::min<std::size_t>(entry->ai_addrlen, sizeof system));
        const Address address = net::fromSocketAddress(system).address;
        if (!address.isNull() && !addresses.contains(address))
            addresses.append(address);
    }
    if (addresses.isEmpty())
        return Unexpected{Error{ErrorCode::NameNotFound, {}}};
    return addresses;
}

} // namespace engine
