// SPDX-License-Identifier: MIT
#include "engine/proto/socks4.h"

#include <algorithm>

namespace engine::socks4
{

namespace
{

constexpr std::size_t kFixedSize = 8; // VN, CD, DSTPORT, DSTIP

struct Text {
    QByteArray value;
    std::size_t size = 0; ///< with its NUL
};

Parsed<Text> parseText(Bytes bytes, std::size_t maximum)
{
    const auto end = std::find(bytes.begin(), bytes.end(), 0);
    const auto length = static_cast<std::size_t>(end - bytes.begin());
    if (length > maximum)
        return Parsed<Text>::bad(ErrorCode::ProtocolError);
    if (end == bytes.end())
        return Parsed<Text>::needMore();
    Text text{QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(length)),
              length + 1};
    return Parsed<Text>::done(std::move(text), length + 1);
}

/// SOCKS4A: "0.0.0.x with nonzero x" announces a name.
bool announcesName(Bytes address)
{
    return address[0] == 0 && address[1] == 0 && address[2] == 0 && address[3] != 0;
}

} // namespace

Parsed<Request> parseRequest(Bytes bytes)
{
    using Result = Parsed<Request>;
    if (bytes.empty())
        return Result::needMore();
    if (bytes[0] != kVersion)
        return Result::bad(ErrorCode::ProtocolError);
    if (bytes.size() < kFixedSize)
        return Result::needMore();

    const Parsed<Text> userId = parseText(bytes.subspan(kFixedSize), kMaximumUserIdLength);
    if (userId.isBad())
        return Result::bad(userId.error);
    if (userId.needsMore())
        return Result::needMore();

    Request request;
    request.userId = userId.value.value;
    request.destination.port = static_cast<std::uint16_t>(bytes[2] << 8 | bytes[3]);
    std::size_t size = kFixedSize + userId.size;
    if (announcesName(bytes.subspan(4, 4))) {
        const Parsed<Text> name = parseText(bytes.subspan(size), kMaximumHostNameLength);
        if (name.needsMore())
            return Result::needMore();
        if (name.isBad() || !isAcceptableHostName(name.value.value))
            return Result::bad(ErrorCode::ProtocolError);
        request.destination.name = name.value.value;
        request.is4a = true;
        size += name.size;
    } else {
        request.destination.address = Address::fromV4Bytes(bytes.subspan<4, 4>());
    }
    // Judged last, so that the client hears of it only after its whole request was read.
    if (bytes[1] != static_cast<std::uint8_t>(Command::Connect) &&
        bytes[1] != static_cast<std::uint8_t>(Command::Bind))
        return Result::bad(ErrorCode::CommandUnsupported);
    request.command = static_cast<Command>(bytes[1]);
    return Result::done(std::move(request), size);
}

std::array<std::uint8_t, 8> makeReply(std::uint8_t code, const Endpoint &bound)
{
    std::array<std::uint8_t, 8> reply{kReplyVersion, code, static_cast<std::uint8_t>(bound.port >> 8),
                                      static_cast<std::uint8_t>(bound.port & 0xff)};
    if (bound.address.isV4()) {
        const auto address = bound.address.bytes();
        std::copy(address.begin(), address.end(), reply.begin() + 4);
    }
    return reply;
}

} // namespace engine::socks4
