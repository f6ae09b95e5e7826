// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/destination.h"
#include "engine/proto/parsed.h"

#include <array>

// SOCKS4.protocol and SOCKS4A.protocol.
namespace engine::socks4
{

inline constexpr std::uint8_t kVersion = 4;
inline constexpr std::uint8_t kReplyVersion = 0;
inline constexpr std::uint8_t kGranted = 90;
inline constexpr std::uint8_t kRejected = 91;
/// The protocol sets no length for USERID; this is what one byte could count.
inline constexpr std::size_t kMaximumUserIdLength = 255;

enum class Command : std::uint8_t { Connect = 1, Bind = 2 };

struct Request {
    Command command = Command::Connect;
    Destination destination;
    QByteArray userId;
    bool is4a = false; ///< the name came behind an address of the form 0.0.0.x
};

[[nodiscard]] Parsed<Request> parseRequest(Bytes bytes);

/// The eight bytes of a reply. SOCKS4 has no way to say an IPv6 address: it becomes 0.0.0.0.
[[nodiscard]] std::array<std::uint8_t, 8> makeReply(std::uint8_t code, const Endpoint &bound);

} // namespace engine::socks4
