// SPDX-License-Identifier: MIT
#include "engine/outbound/name_lookup.h"

#include "engine/net/system_address_posix.h"

#include <QUrl>

#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>

namespace engine
{

namespace
{

Error errorOf(int result)
{
    if (result == EAI_NONAME || result == EAI_FAIL || result == EAI_NODATA)
        return {ErrorCode::NameNotFound, {}};
    if (result == EAI_SYSTEM)
        return {ErrorCode::NameLookupFailed, asMessage({errorCodeFromOs(errno), {}})};
    return {ErrorCode::NameLookupFailed, Message::verbatim(QString::fromLocal8Bit(::gai_strerror(result)))};
}

} // namespace

LookupPool::Addresses lookUpName(const QByteArray &name)
{
    const QByteArray ascii = QUrl::toAce(QString::fromUtf8(name));
    if (ascii.isEmpty())
        return Unexpected{Error{ErrorCode::NameNotFound, {}}};
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM; // of each address one entry, not one for each kind of socket
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo *found = nullptr;
    if (const int result = ::getaddrinfo(ascii.constData(), nullptr, &hints, &found))
        return Unexpected{errorOf(result)};
    const std::unique_ptr<addrinfo, void (*)(addrinfo *)> owner(found, ::freeaddrinfo);
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
