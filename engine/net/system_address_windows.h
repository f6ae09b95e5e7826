// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

#include <cstring>

#include <winsock2.h>
#include <ws2tcpip.h>

namespace engine::net
{

union SocketAddress {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
};

inline int toSocketAddress(const Endpoint &endpoint, SocketAddress &out)
{
    std::memset(&out, 0, sizeof out);
    const auto bytes = endpoint.address.bytes();
    if (endpoint.address.isV4()) {
        out.v4.sin_family = AF_INET;
        out.v4.sin_port = htons(endpoint.port);
        std::memcpy(&out.v4.sin_addr, bytes.data(), bytes.size());
        return sizeof out.v4;
    }
    out.v6.sin6_family = AF_INET6;
    out.v6.sin6_port = htons(endpoint.port);
    out.v6.sin6_scope_id = endpoint.address.scopeId();
    std::memcpy(&out.v6.sin6_addr, bytes.data(), bytes.size());
    return sizeof out.v6;
}

inline Endpoint fromSocketAddress(const SocketAddress &in)
{
    if (in.any.sa_family == AF_INET)
        return {Address::fromV4(ntohl(in.v4.sin_addr.s_addr)), ntohs(in.v4.sin_port)};
    if (in.any.sa_family == AF_INET6) {
        const std::span<const std::uint8_t, 16> bytes(in.v6.sin6_addr.s6_addr, 16);
        return {Address::fromV6Bytes(bytes, static_cast<std::uint32_t>(in.v6.sin6_scope_id)),
                ntohs(in.v6.sin6_port)};
    }
    return {};
}

} // namespace engine::net
