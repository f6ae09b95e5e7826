// SPDX-License-Identifier: MIT
#include "engine/proto/upstream.h"

#include "engine/proto/socks4.h"

namespace engine::upstream
{

namespace
{

constexpr std::size_t kSocks4ReplySize = 8;
/// VER, REP and RSV stand before the address.
constexpr std::size_t kSocks5ReplyHead = 3;
/// SOCKS4A.protocol: an address of the form 0.0.0.x with x not zero says that a name follows.
constexpr std::uint32_t kNameFollows = 1;

void append(QByteArray &message, Bytes bytes)
{
    message.append(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size()));
}

void appendByte(QByteArray &message, std::size_t byte)
{
    message.append(static_cast<char>(byte));
}

void appendPort(QByteArray &message, std::uint16_t port)
{
    appendByte(message, port >> 8U);
    appendByte(message, port & 0xffU);
}

/// "host:port" as HTTP writes it.
QByteArray authority(const Destination &destination)
{
    const QByteArray port = ':' + QByteArray::number(destination.port);
    if (destination.isName())
        return destination.name + port;
    return Endpoint{destination.address, destination.port}.toString().toLatin1();
}

} // namespace

bool canSayInSocks4(const Destination &destination)
{
    return destination.isName() || destination.address.isV4();
}

QByteArray makeSocks4Request(socks5::Command command, const Destination &destination,
                             const QByteArray &userId)
{
    QByteArray message;
    appendByte(message, socks4::kVersion);
    appendByte(message, static_cast<std::size_t>(command));
    appendPort(message, destination.port);
    append(message,
           destination.isName() ? Address::fromV4(kNameFollows).bytes() : destination.address.bytes());
    message += userId;
    appendByte(message, 0);
    if (destination.isName()) {
        message += destination.name;
        appendByte(message, 0);
    }
    return message;
}

Parsed<Reply> parseSocks4Reply(Bytes bytes)
{
    using Result = Parsed<Reply>;
    // Some servers answer with version 4.
    if (!bytes.empty() && bytes[0] != socks4::kReplyVersion && bytes[0] != socks4::kVersion)
        return Result::bad(ErrorCode::UpstreamProtocolError);
    if (bytes.size() < kSocks4ReplySize)
        return Result::needMore();
    Reply reply{bytes[1], {}};
    reply.bound.port = static_cast<std::uint16_t>(bytes[2] << 8 | bytes[3]);
    reply.bound.address = Address::fromV4Bytes(bytes.subspan<4, 4>());
    return Result::done(std::move(reply), kSocks4ReplySize);
}

QByteArray makeGreeting(bool offersLogin)
{
    QByteArray message;
    appendByte(message, socks5::kVersion);
    appendByte(message, offersLogin ? 2 : 1);
    appendByte(message, static_cast<std::size_t>(socks5::Method::NoAuthentication));
    if (offersLogin)
        appendByte(message, static_cast<std::size_t>(socks5::Method::UserPassword));
    return message;
}

Parsed<std::uint8_t> parseMethodReply(Bytes bytes)
{
    using Result = Parsed<std::uint8_t>;
    if (!bytes.empty() && bytes[0] != socks5::kVersion)
        return Result::bad(ErrorCode::UpstreamProtocolError);
    return bytes.size() < 2 ? Result::needMore() : Result::done(bytes[1], 2);
}

QByteArray makeLogin(const Login &login)
{
    QByteArray message;
    message.reserve(3 + login.user.size() + login.password.size());
    appendByte(message, socks5::kLoginVersion);
    appendByte(message, static_cast<std::size_t>(login.user.size()));
    message += login.user;
    appendByte(message, static_cast<std::size_t>(login.password.size()));
    message += login.password;
    return message;
}

Parsed<bool> parseLoginReply(Bytes bytes)
{
    using Result = Parsed<bool>;
    // Some servers answer with version 5.
    if (!bytes.empty() && bytes[0] != socks5::kLoginVersion && bytes[0] != socks5::kVersion)
        return Result::bad(ErrorCode::UpstreamProtocolError);
    return bytes.size() < 2 ? Result::needMore() : Result::done(bytes[1] == 0, 2);
}

QByteArray makeSocks5Request(socks5::Command command, const Destination &destination)
{
    QByteArray message;
    appendByte(message, socks5::kVersion);
    appendByte(message, static_cast<std::size_t>(command));
    appendByte(message, 0);
    socks5::appendDestination(message, destination);
    return message;
}

Parsed<Reply> parseSocks5Reply(Bytes bytes)
{
    using Result = Parsed<Reply>;
    if (!bytes.empty() && bytes[0] != socks5::kVersion)
        return Result::bad(ErrorCode::UpstreamProtocolError);
    if (bytes.size() < kSocks5ReplyHead)
        return Result::needMore();
    const std::uint8_t code = bytes[1];
    const Parsed<Destination> bound = socks5::parseDestination(bytes.subspan(kSocks5ReplyHead));
    if (bound.needsMore())
        return Result::needMore();
    if (!bound.isBad())
        return Result::done({code, bound.value}, kSocks5ReplyHead + bound.size);
    // A refusal is understood without its address: some servers leave garbage there.
    if (code != 0)
        return Result::done({code, {}}, bytes.size());
    return Result::bad(ErrorCode::UpstreamProtocolError);
}

Parsed<Reply> parseReply(Bytes bytes)
{
    return !bytes.empty() && bytes[0] == socks5::kVersion ? parseSocks5Reply(bytes) : parseSocks4Reply(bytes);
}

bool isGranted(const Reply &reply)
{
    return reply.code == socks4::kGranted ||
           reply.code == static_cast<std::uint8_t>(socks5::Reply::Succeeded);
}

QByteArray makeHttpConnect(const Destination &destination, const Login *login)
{
    const QByteArray host = authority(destination);
    QByteArray message = "CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\n";
    if (login)
        message += "Proxy-Authorization: Basic " + (login->user + ':' + login->password).toBase64() + "\r\n";
    return message + "\r\n";
}

} // namespace engine::upstream
