// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/rawsocket.h"
#include "tests/support/socksclient.h"

namespace test
{

/// A client with its UDP association.
class UdpClient
{
public:
    explicit UdpClient(const engine::Endpoint &proxy)
        : control(RawSocket::connectTo(proxy))
        , socket(proxy.address)
    {
        control.send(socks5Greeting() + socks5Request(endpoint("0.0.0.0", 0), kUdpAssociate));
        if (control.receive(2) == QByteArray::fromHex("0500"))
            relay = readSocks5Reply(control).bound;
    }

    bool sendTo(const RawDatagrams &target, const QByteArray &payload) const
    {
        return socket.send(relay, header(target) + payload);
    }
    /// Whether a datagram of the target comes.
    bool hears(const RawDatagrams &target, const QByteArray &payload, milliseconds timeout = kPatience) const
    {
        return socket.receive(timeout).bytes == header(target) + payload;
    }
    /// RFC 1928 section 7: RSV, FRAG, and the address as in a request.
    [[nodiscard]] static QByteArray header(const RawDatagrams &target)
    {
        return QByteArray(3, '\0') + socks5Request(target.endpoint()).sliced(3);
    }

    RawSocket control;
    RawDatagrams socket;
    engine::Endpoint relay;
};

} // namespace test
