// SPDX-License-Identifier: MIT
#include "engine/proto/socks5.h"

namespace engine::socks5
{

namespace
{

QByteArray toByteArray(Bytes bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

} // namespace

Parsed<Greeting> parseGreeting(Bytes bytes)
{
    using Result = Parsed<Greeting>;
    if (!bytes.empty() && bytes[0] != kVersion)
        return Result::bad(ErrorCode::ProtocolError);
    if (bytes.size() < 2)
        return Result::needMore();
    const std::size_t size = 2U + bytes[1];
    if (bytes.size() < size)
        return Result::needMore();
    Greeting greeting;
    for (const std::uint8_t method : bytes.subspan(2, bytes[1])) {
        greeting.noAuthentication |= method == static_cast<std::uint8_t>(Method::NoAuthentication);
        greeting.userPassword |= method == static_cast<std::uint8_t>(Method::UserPassword);
    }
    return Result::done(greeting, size);
}

Parsed<Login> parseLogin(Bytes bytes)
{
    using Result = Parsed<Login>;
    if (!bytes.empty() && bytes[0] != kLoginVersion)
        return Result::bad(ErrorCode::ProtocolError);
    if (bytes.size() < 2)
        return Result::needMore();
    const std::size_t userLength = bytes[1];
    if (userLength == 0) // RFC 1929: ULEN is 1 to 255
        return Result::bad(ErrorCode::ProtocolError);
    if (bytes.size() < 3 + userLength)
        return Result::needMore();
    const std::size_t passwordLength = bytes[2 + userLength];
    const std::size_t size = 3 + userLength + passwordLength;
    if (bytes.size() < size)
        return Result::needMore();
    // An empty password is outside RFC 1929 but common; it simply does not verify.
    Login login{toByteArray(bytes.subspan(2, userLength)),
                toByteArray(bytes.subspan(3 + userLength, passwordLength))};
    return Result::done(std::move(login), size);
}

Parsed<Destination> parseDestination(Bytes bytes)
{
    using Result = Parsed<Destination>;
    if (bytes.empty())
        return Result::needMore();
    Destination destination;
    std::size_t addressEnd = 0;
    switch (static_cast<AddressType>(bytes[0])) {
    case AddressType::V4:
        addressEnd = 1 + 4;
        break;
    case AddressType::V6:
        addressEnd = 1 + 16;
        break;
    case AddressType::Name:
        if (bytes.size() < 2)
            return Result::needMore();
        if (bytes[1] == 0)
            return Result::bad(ErrorCode::ProtocolError);
        addressEnd = 2U + bytes[1];
        break;
    default:
        return Result::bad(ErrorCode::AddressTypeUnsupported);
    }
    const std::size_t size = addressEnd + 2;
    if (bytes.size() < size)
        return Result::needMore();

    switch (static_cast<AddressType>(bytes[0])) {
    case AddressType::V4:
        destination.address = Address::fromV4Bytes(bytes.subspan<1, 4>());
        break;
    case AddressType::V6:
        destination.address = Address::fromV6Bytes(bytes.subspan<1, 16>());
        break;
    case AddressType::Name:
        destination.name = toByteArray(bytes.subspan(2, bytes[1]));
        if (!isAcceptableHostName(destination.name))
            return Result::bad(ErrorCode::ProtocolError);
        break;
    }
    destination.port = static_cast<std::uint16_t>(bytes[addressEnd] << 8 | bytes[addressEnd + 1]);
    return Result::done(std::move(destination), size);
}

Parsed<Request> parseRequest(Bytes bytes)
{
    using Result = Parsed<Request>;
    if (!bytes.empty() && bytes[0] != kVersion)
        return Result::bad(ErrorCode::ProtocolError);
    if (bytes.size() < 4)
        return Result::needMore();
    if (bytes[2] != 0) // RFC 1928 section 4: RSV
        return Result::bad(ErrorCode::ProtocolError);
    Parsed<Destination> destination = parseDestination(bytes.subspan(3));
    if (destination.isBad())
        return Result::bad(destination.error);
    if (destination.needsMore())
        return Result::needMore();
    if (bytes[1] < static_cast<std::uint8_t>(Command::Connect) ||
        bytes[1] > static_cast<std::uint8_t>(Command::UdpAssociate))
        return Result::bad(ErrorCode::CommandUnsupported);
    return Result::done({static_cast<Command>(bytes[1]), std::move(destination.value)}, 3 + destination.size);
}

void appendDestination(QByteArray &message, const Destination &destination)
{
    const auto appendByte = [&message](std::size_t byte) {
        message.append(static_cast<char>(byte));
    };
    if (destination.isName()) {
        appendByte(static_cast<std::size_t>(AddressType::Name));
        appendByte(static_cast<std::size_t>(destination.name.size()));
        message += destination.name;
    } else {
        const Bytes address = destination.address.bytes();
        appendByte(static_cast<std::size_t>(destination.address.isV6() ? AddressType::V6 : AddressType::V4));
        message.append(reinterpret_cast<const char *>(address.data()),
                       static_cast<qsizetype>(address.size()));
    }
    appendByte(destination.port >> 8U);
    appendByte(destination.port & 0xffU);
}

std::array<std::uint8_t, 2> makeMethodReply(Method method)
{
    return {kVersion, static_cast<std::uint8_t>(method)};
}

std::array<std::uint8_t, 2> makeLoginReply(bool success)
{
    return {kLoginVersion, static_cast<std::uint8_t>(success ? 0 : 1)};
}

ReplyBytes makeReply(std::uint8_t reply, const Endpoint &bound)
{
    constexpr std::array<std::uint8_t, 4> kNoAddress{};
    const Bytes address = bound.isNull() ? Bytes(kNoAddress) : bound.address.bytes();
    const AddressType type = address.size() == 16 ? AddressType::V6 : AddressType::V4;
    ReplyBytes bytes{kVersion, reply, 0, static_cast<std::uint8_t>(type)};
    for (const std::uint8_t byte : address)
        bytes.append(byte);
    bytes.append(static_cast<std::uint8_t>(bound.port >> 8));
    bytes.append(static_cast<std::uint8_t>(bound.port & 0xff));
    return bytes;
}

} // namespace engine::socks5
