// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/destination.h"
#include "engine/proto/login.h"
#include "engine/proto/parsed.h"

#include <QVarLengthArray>

#include <array>

// RFC 1928, and RFC 1929 for user name and password.
namespace engine::socks5
{

inline constexpr std::uint8_t kVersion = 5;
/// RFC 1929 section 2: the version of the subnegotiation.
inline constexpr std::uint8_t kLoginVersion = 1;

/// RFC 1928 section 3.
enum class Method : std::uint8_t { NoAuthentication = 0x00, UserPassword = 0x02, NoneAcceptable = 0xff };

/// RFC 1928 section 4.
enum class Command : std::uint8_t { Connect = 1, Bind = 2, UdpAssociate = 3 };

/// RFC 1928 section 5.
enum class AddressType : std::uint8_t { V4 = 1, Name = 3, V6 = 4 };

/// RFC 1928 section 6.
enum class Reply : std::uint8_t {
    Succeeded = 0,
    GeneralFailure = 1,
    NotAllowed = 2,
    NetworkUnreachable = 3,
    HostUnreachable = 4,
    ConnectionRefused = 5,
    TtlExpired = 6,
    CommandUnsupported = 7,
    AddressTypeUnsupported = 8,
};

/// The methods a client offers.
struct Greeting {
    bool noAuthentication = false;
    bool userPassword = false;
};

struct Request {
    Command command = Command::Connect;
    Destination destination;
};

/// Room for the longest reply: VER REP RSV ATYP, an IPv6 address and a port.
using ReplyBytes = QVarLengthArray<std::uint8_t, 22>;

[[nodiscard]] Parsed<Greeting> parseGreeting(Bytes bytes);
[[nodiscard]] Parsed<Login> parseLogin(Bytes bytes);
[[nodiscard]] Parsed<Request> parseRequest(Bytes bytes);
/// ATYP, address and port, as they stand in requests, replies and UDP headers.
[[nodiscard]] Parsed<Destination> parseDestination(Bytes bytes);

/// Writes what parseDestination() reads.
void appendDestination(QByteArray &message, const Destination &destination);

[[nodiscard]] std::array<std::uint8_t, 2> makeMethodReply(Method method);
[[nodiscard]] std::array<std::uint8_t, 2> makeLoginReply(bool success);
/// A null endpoint is written as 0.0.0.0:0, as failures have no bound address.
[[nodiscard]] ReplyBytes makeReply(std::uint8_t reply, const Endpoint &bound);

} // namespace engine::socks5
