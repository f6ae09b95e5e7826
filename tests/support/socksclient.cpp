// SPDX-License-Identifier: MIT
#include "tests/support/socksclient.h"

namespace test
{

namespace
{

const QByteArray kNul(1, '\0');

QByteArray portBytes(int port)
{
    return QByteArray(1, static_cast<char>(port >> 8)) + static_cast<char>(port & 0xff);
}

QByteArray addressBytes(const engine::Address &address)
{
    const auto bytes = address.bytes();
    return {reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

QByteArray counted(const QByteArray &bytes)
{
    return QByteArray(1, static_cast<char>(bytes.size())) + bytes;
}

int byteAt(const QByteArray &bytes, qsizetype index)
{
    return static_cast<unsigned char>(bytes[index]);
}

engine::Endpoint endpointFrom(const QByteArray &addressAndPort)
{
    const qsizetype size = addressAndPort.size() - 2;
    const auto *bytes = reinterpret_cast<const std::uint8_t *>(addressAndPort.constData());
    const auto port =
        static_cast<std::uint16_t>(byteAt(addressAndPort, size) << 8 | byteAt(addressAndPort, size + 1));
    if (size == 4)
        return {engine::Address::fromV4Bytes(std::span<const std::uint8_t, 4>(bytes, 4)), port};
    return {engine::Address::fromV6Bytes(std::span<const std::uint8_t, 16>(bytes, 16)), port};
}

QByteArray requestHead(char version, int command)
{
    return QByteArray(1, version) + static_cast<char>(command);
}

} // namespace

QByteArray socks4Request(const engine::Endpoint &target, const QByteArray &userId, int command)
{
    return requestHead(4, command) + portBytes(target.port) + addressBytes(target.address) + userId + kNul;
}

QByteArray socks4aRequest(const QByteArray &name, int port, const QByteArray &userId, int command)
{
    return requestHead(4, command) + portBytes(port) + QByteArray::fromHex("00000001") + userId + kNul +
           name + kNul;
}

QByteArray socks5Greeting(const QByteArray &methods)
{
    return QByteArray(1, 5) + counted(methods);
}

QByteArray socks5Login(const QByteArray &user, const QByteArray &password)
{
    return QByteArray(1, 1) + counted(user) + counted(password);
}

QByteArray socks5Request(const engine::Endpoint &target, int command)
{
    const char type = target.address.isV6() ? 4 : 1;
    return requestHead(5, command) + kNul + type + addressBytes(target.address) + portBytes(target.port);
}

QByteArray socks5Request(const QByteArray &name, int port, int command)
{
    return requestHead(5, command) + kNul + '\3' + counted(name) + portBytes(port);
}

SocksReply readSocks4Reply(RawSocket &client, milliseconds timeout)
{
    const QByteArray reply = client.receive(8, timeout);
    if (reply.size() != 8 || reply[0] != 0)
        return {};
    return {byteAt(reply, 1), endpointFrom(reply.sliced(4) + reply.sliced(2, 2))};
}

SocksReply readSocks5Reply(RawSocket &client, milliseconds timeout)
{
    const QByteArray head = client.receive(4, timeout);
    if (head.size() != 4 || head[0] != 5 || head[2] != 0 || (head[3] != 1 && head[3] != 4))
        return {};
    const qsizetype size = (head[3] == 1 ? 4 : 16) + 2;
    const QByteArray rest = client.receive(size, timeout);
    if (rest.size() != size)
        return {};
    return {byteAt(head, 1), endpointFrom(rest)};
}

RawSocket connectThrough(const engine::Endpoint &proxy, const engine::Endpoint &target,
                         const RawSocket::Options &options)
{
    RawSocket client = RawSocket::connectTo(proxy, options);
    client.send(socks5Greeting() + socks5Request(target));
    if (client.receive(2) != QByteArray::fromHex("0500") || readSocks5Reply(client).code != 0)
        client.close();
    return client;
}

RawSocket connectThrough(const engine::Endpoint &proxy, const engine::Endpoint &target,
                         const QByteArray &user, const QByteArray &password)
{
    RawSocket client = RawSocket::connectTo(proxy);
    client.send(socks5Greeting(QByteArray(1, '\2')) + socks5Login(user, password) + socks5Request(target));
    if (client.receive(4) != QByteArray::fromHex("05020100") || readSocks5Reply(client).code != 0)
        client.close();
    return client;
}

RelayedPair openRelay(const engine::Endpoint &proxy, const RawListener &target,
                      const RawSocket::Options &options)
{
    RelayedPair pair;
    pair.client = connectThrough(proxy, target.endpoint(), options);
    if (pair.client.isOpen())
        pair.target = target.accept();
    return pair;
}

} // namespace test
