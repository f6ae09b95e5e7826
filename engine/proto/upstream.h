// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/destination.h"
#include "engine/proto/login.h"
#include "engine/proto/parsed.h"
#include "engine/proto/socks5.h"

// What we say to a server as its client, and how its answers are read: SOCKS4.protocol, SOCKS4A.protocol, RFC
// 1928, RFC 1929, and CONNECT of RFC 9110. The answers come from somebody who may be hostile.

namespace engine::upstream
{

/// A SOCKS server's answer to a request.
struct Reply {
    std::uint8_t code = 0; ///< of the protocol: 90 or 0 when it was granted
    Destination bound;     ///< BND.ADDR and BND.PORT
};

/// A name needs SOCKS4a; an IPv6 address cannot be said at all.
[[nodiscard]] bool canSayInSocks4(const Destination &destination);
[[nodiscard]] QByteArray makeSocks4Request(socks5::Command command, const Destination &destination,
                                           const QByteArray &userId);
[[nodiscard]] Parsed<Reply> parseSocks4Reply(Bytes bytes);

/// Offers the login only when there is one; no authentication always.
[[nodiscard]] QByteArray makeGreeting(bool offersLogin);
/// The method the server chose.
[[nodiscard]] Parsed<std::uint8_t> parseMethodReply(Bytes bytes);
[[nodiscard]] QByteArray makeLogin(const Login &login);
/// Whether the login was accepted.
[[nodiscard]] Parsed<bool> parseLoginReply(Bytes bytes);
[[nodiscard]] QByteArray makeSocks5Request(socks5::Command command, const Destination &destination);
[[nodiscard]] Parsed<Reply> parseSocks5Reply(Bytes bytes);

/// Either of the two, told apart by their first byte.
[[nodiscard]] Parsed<Reply> parseReply(Bytes bytes);
[[nodiscard]] bool isGranted(const Reply &reply);

/// `login` may be null: then nothing is said of one.
[[nodiscard]] QByteArray makeHttpConnect(const Destination &destination, const Login *login);

} // namespace engine::upstream
