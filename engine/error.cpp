// SPDX-License-Identifier: MIT
#include "engine/error.h"

#include "engine/net/os_error_numbers.h"
#include "engine/proto/socks4.h"
#include "engine/proto/socks5.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace engine
{

namespace
{

using namespace net;
using socks4::kRejected;
using Reply = socks5::Reply;

struct FullRow {
    ErrorRow row;
    std::array<int, 4> osErrors{};

    constexpr FullRow(ErrorCode code, std::uint8_t code4, Reply reply, std::uint16_t http, const char *text,
                      std::initializer_list<int> os = {})
        : row{code, code4, static_cast<std::uint8_t>(reply), http, text}
    {
        std::copy(os.begin(), os.end(), osErrors.begin());
    }
};

// The one table: code, SOCKS4 code, SOCKS5 reply, HTTP status, text, OS errors. SOCKS4 knows no more than
// "rejected or failed" (91); its 92 and 93 speak of identd, which we do not ask.
constexpr std::array kTable{
    FullRow{ErrorCode::None, socks4::kGranted, Reply::Succeeded, 200,
            QT_TRANSLATE_NOOP("engine::Error", "No error")},
    FullRow{ErrorCode::ConnectionRefused,
            kRejected,
            Reply::ConnectionRefused,
            502,
            QT_TRANSLATE_NOOP("engine::Error", "The target refused the connection"),
            {kOsConnectionRefused}},
    FullRow{ErrorCode::HostUnreachable,
            kRejected,
            Reply::HostUnreachable,
            502,
            QT_TRANSLATE_NOOP("engine::Error", "The target host is unreachable"),
            {kOsHostUnreachable}},
    FullRow{ErrorCode::NetworkUnreachable,
            kRejected,
            Reply::NetworkUnreachable,
            502,
            QT_TRANSLATE_NOOP("engine::Error", "The target's network is unreachable"),
            {kOsNetworkUnreachable}},
    FullRow{ErrorCode::ConnectionTimedOut,
            kRejected,
            Reply::TtlExpired,
            504,
            QT_TRANSLATE_NOOP("engine::Error", "The target did not answer in time"),
            {kOsTimedOut}},
    FullRow{ErrorCode::ConnectionReset,
            kRejected,
            Reply::GeneralFailure,
            502,
            QT_TRANSLATE_NOOP("engine::Error", "The connection was reset"),
            {kOsConnectionReset, kOsBrokenPipe}},
    FullRow{ErrorCode::ConnectionAborted,
            kRejected,
            Reply::GeneralFailure,
            502,
            QT_TRANSLATE_NOOP("engine::Error", "The connection was aborted"),
            {kOsConnectionAborted}},
    FullRow{ErrorCode::NetworkDown,
            kRejected,
            Reply::NetworkUnreachable,
            502,
            QT_TRANSLATE_NOOP("engine::Error", "The network is down"),
            {kOsNetworkDown}},
    FullRow{ErrorCode::AddressUnavailable,
            kRejected,
            Reply::GeneralFailure,
            502,
            QT_TRANSLATE_NOOP("engine::Error", "The address is not available on this machine"),
            {kOsAddressUnavailable}},
    FullRow{ErrorCode::AddressFamilyUnsupported,
            kRejected,
            Reply::AddressTypeUnsupported,
            502,
            QT_TRANSLATE_NOOP("engine::Error", "This machine does not support that kind of address"),
            {kOsFamilyUnsupported}},
    FullRow{ErrorCode::NameNotFound, kRejected, Reply::HostUnreachable, 502,
            QT_TRANSLATE_NOOP("engine::Error", "There is no host of that name")},
    FullRow{ErrorCode::NameLookupFailed, kRejected, Reply::HostUnreachable, 502,
            QT_TRANSLATE_NOOP("engine::Error", "The name could not be looked up")},
    FullRow{ErrorCode::NameLookupTimedOut, kRejected, Reply::HostUnreachable, 504,
            QT_TRANSLATE_NOOP("engine::Error", "The name server did not answer in time")},
    FullRow{ErrorCode::BindTimedOut, kRejected, Reply::TtlExpired, 504,
            QT_TRANSLATE_NOOP("engine::Error", "The expected connection did not come in time")},
    FullRow{ErrorCode::AddressInUse,
            kRejected,
            Reply::GeneralFailure,
            503,
            QT_TRANSLATE_NOOP("engine::Error", "The address is in use by another program"),
            {kOsAddressInUse}},
    FullRow{ErrorCode::PermissionDenied,
            kRejected,
            Reply::NotAllowed,
            403,
            QT_TRANSLATE_NOOP("engine::Error", "The system does not permit it"),
            {kOsAccessDenied, kOsNotPermitted}},
    FullRow{ErrorCode::TooManyOpenFiles,
            kRejected,
            Reply::GeneralFailure,
            503,
            QT_TRANSLATE_NOOP("engine::Error", "Too many open connections for this system"),
            {kOsTooManyFiles, kOsTooManyFilesInSystem}},
    FullRow{ErrorCode::OutOfMemory,
            kRejected,
            Reply::GeneralFailure,
            503,
            QT_TRANSLATE_NOOP("engine::Error", "The system is out of memory"),
            {kOsNoBuffers, kOsNoMemory}},
    FullRow{ErrorCode::NoLocalPort, kRejected, Reply::GeneralFailure, 503,
            QT_TRANSLATE_NOOP("engine::Error", "No local port is free for another connection")},
    FullRow{ErrorCode::TooManyClients, kRejected, Reply::GeneralFailure, 503,
            QT_TRANSLATE_NOOP("engine::Error", "Too many clients")},
    FullRow{ErrorCode::TooManyClientsFromAddress, kRejected, Reply::GeneralFailure, 503,
            QT_TRANSLATE_NOOP("engine::Error", "Too many connections from this client")},
    FullRow{ErrorCode::TooManyPendingLogins, kRejected, Reply::GeneralFailure, 503,
            QT_TRANSLATE_NOOP("engine::Error", "Too many logins at once")},
    FullRow{ErrorCode::ProtocolError, kRejected, Reply::GeneralFailure, 400,
            QT_TRANSLATE_NOOP("engine::Error", "The client does not speak a protocol of this listener")},
    FullRow{ErrorCode::CommandUnsupported, kRejected, Reply::CommandUnsupported, 405,
            QT_TRANSLATE_NOOP("engine::Error", "The command is not supported")},
    FullRow{ErrorCode::AddressTypeUnsupported, kRejected, Reply::AddressTypeUnsupported, 400,
            QT_TRANSLATE_NOOP("engine::Error", "The address type is not supported")},
    FullRow{ErrorCode::NoAcceptableMethod, kRejected, Reply::NotAllowed, 407,
            QT_TRANSLATE_NOOP("engine::Error", "The client offered no acceptable login method")},
    FullRow{ErrorCode::LoginFailed, kRejected, Reply::NotAllowed, 407,
            QT_TRANSLATE_NOOP("engine::Error", "Wrong user name or password")},
    FullRow{ErrorCode::ClientAddressNotAllowed, kRejected, Reply::NotAllowed, 403,
            QT_TRANSLATE_NOOP("engine::Error", "The client's address is not allowed here")},
    FullRow{ErrorCode::HandshakeTimedOut, kRejected, Reply::GeneralFailure, 408,
            QT_TRANSLATE_NOOP("engine::Error", "The client did not finish its request in time")},
    FullRow{ErrorCode::ClientGone, kRejected, Reply::GeneralFailure, 502,
            QT_TRANSLATE_NOOP("engine::Error", "The client went away")},
    FullRow{ErrorCode::UpstreamUnreachable, kRejected, Reply::GeneralFailure, 502,
            QT_TRANSLATE_NOOP("engine::Error", "The proxy server could not be reached")},
    FullRow{ErrorCode::UpstreamTimedOut, kRejected, Reply::GeneralFailure, 504,
            QT_TRANSLATE_NOOP("engine::Error", "The proxy server did not answer in time")},
    FullRow{ErrorCode::UpstreamLoginFailed, kRejected, Reply::GeneralFailure, 502,
            QT_TRANSLATE_NOOP("engine::Error", "The proxy server did not accept the login")},
    FullRow{ErrorCode::UpstreamProtocolError, kRejected, Reply::GeneralFailure, 502,
            QT_TRANSLATE_NOOP("engine::Error", "The proxy server's answer is malformed")},
    FullRow{ErrorCode::UpstreamTlsFailed, kRejected, Reply::GeneralFailure, 502,
            QT_TRANSLATE_NOOP("engine::Error", "No secure connection to the proxy server")},
    FullRow{ErrorCode::UpstreamRefused, kRejected, Reply::NotAllowed, 403,
            QT_TRANSLATE_NOOP("engine::Error", "The proxy server does not allow it")},
    FullRow{ErrorCode::UpstreamFailed, kRejected, Reply::GeneralFailure, 502,
            QT_TRANSLATE_NOOP("engine::Error", "The proxy server could not connect to the target")},
    FullRow{ErrorCode::RouteCannotCarry, kRejected, Reply::CommandUnsupported, 501,
            QT_TRANSLATE_NOOP("engine::Error", "The route cannot carry this")},
    FullRow{ErrorCode::BlockedByRule, kRejected, Reply::NotAllowed, 403,
            QT_TRANSLATE_NOOP("engine::Error", "Blocked by the rules")},
    FullRow{ErrorCode::LoopDetected, kRejected, Reply::NotAllowed, 403,
            QT_TRANSLATE_NOOP("engine::Error", "The target is this proxy itself")},
    FullRow{ErrorCode::ClosedByUser, kRejected, Reply::GeneralFailure, 502,
            QT_TRANSLATE_NOOP("engine::Error", "Closed on request")},
    FullRow{ErrorCode::NoLongerAllowed, kRejected, Reply::NotAllowed, 403,
            QT_TRANSLATE_NOOP("engine::Error", "The changed profile no longer allows it")},
    FullRow{ErrorCode::DecisionChanged, kRejected, Reply::GeneralFailure, 502,
            QT_TRANSLATE_NOOP("engine::Error", "The changed rules send it another way")},
    FullRow{ErrorCode::IdleTimedOut, kRejected, Reply::GeneralFailure, 504,
            QT_TRANSLATE_NOOP("engine::Error", "Nothing was sent for too long")},
    FullRow{
        ErrorCode::HalfClosedTimedOut, kRejected, Reply::GeneralFailure, 504,
        QT_TRANSLATE_NOOP("engine::Error", "One side had finished and the other sent nothing for too long")},
    FullRow{ErrorCode::EngineStopped, kRejected, Reply::GeneralFailure, 503,
            QT_TRANSLATE_NOOP("engine::Error", "The proxy was stopped")},
    FullRow{ErrorCode::NotSupported, kRejected, Reply::GeneralFailure, 501,
            QT_TRANSLATE_NOOP("engine::Error", "Not supported yet")},
    FullRow{ErrorCode::Unknown, kRejected, Reply::GeneralFailure, 502,
            QT_TRANSLATE_NOOP("engine::Error", "General failure")},
};

constexpr bool tableIsInOrder()
{
    for (std::size_t i = 0; i < kTable.size(); ++i) {
        if (static_cast<std::size_t>(kTable[i].row.code) != i)
            return false;
    }
    return kTable.size() == static_cast<std::size_t>(ErrorCode::Unknown) + 1;
}
static_assert(tableIsInOrder(), "every ErrorCode has its row, in the order of the enum");

struct ServerText {
    ErrorCode code;
    const char *text;
};

/// Where the table's text speaks of a target, or of another server.
constexpr std::array kServerTexts{
    ServerText{ErrorCode::ConnectionRefused,
               QT_TRANSLATE_NOOP("engine::Message", "it refused the connection")},
    ServerText{ErrorCode::HostUnreachable, QT_TRANSLATE_NOOP("engine::Message", "it is unreachable")},
    ServerText{ErrorCode::NetworkUnreachable,
               QT_TRANSLATE_NOOP("engine::Message", "its network is unreachable")},
    ServerText{ErrorCode::ConnectionTimedOut,
               QT_TRANSLATE_NOOP("engine::Message", "it did not answer in time")},
    ServerText{ErrorCode::UpstreamRefused,
               QT_TRANSLATE_NOOP("engine::Message", "the server before it does not allow it")},
    ServerText{ErrorCode::UpstreamFailed,
               QT_TRANSLATE_NOOP("engine::Message", "the server before it could not connect to it")},
};

Message withDetail(const Message &text, const Error &error)
{
    return error.detail.isEmpty()
               ? text
               : Message(QT_TRANSLATE_NOOP("engine::Message", "%1 (%2)"), text, error.detail);
}

} // namespace

const ErrorRow &errorRow(ErrorCode code)
{
    return kTable[static_cast<std::size_t>(code)].row;
}

ErrorCode errorCodeFromOs(int osError)
{
    if (osError == 0)
        return ErrorCode::None;
    for (const FullRow &entry : kTable) {
        if (std::find(entry.osErrors.begin(), entry.osErrors.end(), osError) != entry.osErrors.end())
            return entry.row.code;
    }
    return ErrorCode::Unknown;
}

ErrorCode dialErrorFromOs(int osError)
{
    const bool isPortMissing =
        std::find(kOsNoLocalPort.begin(), kOsNoLocalPort.end(), osError) != kOsNoLocalPort.end();
    return isPortMissing ? ErrorCode::NoLocalPort : errorCodeFromOs(osError);
}

Error errorFromOs(int osError)
{
    const ErrorCode code = errorCodeFromOs(osError);
    return {code, code == ErrorCode::Unknown ? Message::verbatim(qt_error_string(osError)) : Message()};
}

Message asMessage(const Error &error)
{
    return withDetail(Message::inContext("engine::Error", errorRow(error.code).text), error);
}

Message asServerMessage(const Error &error)
{
    const auto row = std::find_if(kServerTexts.begin(), kServerTexts.end(),
                                  [&error](const ServerText &text) { return text.code == error.code; });
    return row == kServerTexts.end() ? asMessage(error) : withDetail(Message(row->text), error);
}

QString errorText(const Error &error)
{
    return asMessage(error).toEnglish();
}

} // namespace engine
