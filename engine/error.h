// SPDX-License-Identifier: MIT
#pragma once

#include "engine/message.h"

#include <QMetaType>
#include <QString>

#include <cstdint>

namespace engine
{

/// Everything that can go wrong for one connection, one listener or the engine, as a code.
/// The row of each code (SOCKS4 code, SOCKS5 reply, HTTP status, text) stands in error.cpp.
enum class ErrorCode : std::uint8_t {
    None,
    // The network's answers.
    ConnectionRefused,
    HostUnreachable,
    NetworkUnreachable,
    ConnectionTimedOut,
    ConnectionReset,
    ConnectionAborted,
    NetworkDown,
    AddressUnavailable,
    AddressFamilyUnsupported,
    NameNotFound,
    NameLookupFailed,
    NameLookupTimedOut,
    BindTimedOut,
    // This machine's limits.
    AddressInUse,
    PermissionDenied,
    TooManyOpenFiles,
    OutOfMemory,
    NoLocalPort,
    TooManyClients,
    TooManyClientsFromAddress,
    TooManyPendingLogins,
    // What the client did.
    ProtocolError,
    CommandUnsupported,
    AddressTypeUnsupported,
    NoAcceptableMethod,
    LoginFailed,
    ClientAddressNotAllowed,
    HandshakeTimedOut,
    ClientGone,
    // Servers that connections are sent by way of.
    UpstreamUnreachable,
    UpstreamTimedOut,
    UpstreamLoginFailed,
    UpstreamProtocolError,
    UpstreamTlsFailed,
    UpstreamRefused,
    UpstreamFailed,
    RouteCannotCarry,
    // What was decided.
    BlockedByRule,
    LoopDetected,
    ClosedByUser,
    NoLongerAllowed,
    DecisionChanged,
    IdleTimedOut,
    HalfClosedTimedOut,
    EngineStopped,
    NotSupported,
    Unknown,
};

/// A code and what is worth adding to it (never a credential). Costs no memory while there is no detail.
struct Error {
    ErrorCode code = ErrorCode::None;
    Message detail;

    [[nodiscard]] bool isError() const { return code != ErrorCode::None; }
    bool operator==(const Error &) const = default;
};

/// One row of the table that maps every error to the replies of each protocol.
struct ErrorRow {
    ErrorCode code;
    std::uint8_t socks4;      ///< SOCKS4.protocol: 90 granted, 91 rejected or failed
    std::uint8_t socks5;      ///< RFC 1928 section 6, REP
    std::uint16_t httpStatus; ///< for the HTTP proxy on the same port
    const char *text;         ///< English source text, to be translated in context "engine::Error"
};

/// The row of a code; every code has one. Any thread.
[[nodiscard]] const ErrorRow &errorRow(ErrorCode code);

/// The code of an operating system error: errno, or a WSAE* number on Windows. Any thread.
[[nodiscard]] ErrorCode errorCodeFromOs(int osError);
/// The same of an attempt to connect. The system has no number of its own for want of a port to connect from:
/// what it says then is NoLocalPort here. Any thread.
[[nodiscard]] ErrorCode dialErrorFromOs(int osError);
/// As errorCodeFromOs(), with the system's own words for what has no code here. Any thread.
[[nodiscard]] Error errorFromOs(int osError);

/// Text of an error with its detail: "Connection refused (192.0.2.1:80)". Any thread.
[[nodiscard]] Message asMessage(const Error &error);
/// Why a proxy server was not reached, which is "it" here and no target. Any thread.
[[nodiscard]] Message asServerMessage(const Error &error);
/// Text of an error in English, for the command line and clients. Any thread.
[[nodiscard]] QString errorText(const Error &error);

} // namespace engine

Q_DECLARE_METATYPE(engine::Error)
