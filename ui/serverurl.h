// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/profile.h"

#include <QByteArray>
#include <QList>
#include <QString>

// Servers as people pass them around: URLs and lists of "host:port". No widgets.

namespace ui
{

/// A server that was read from text, still without an id, and its password. Never to be logged.
struct PastedServer {
    engine::ServerProfile server;
    QByteArray password;
    bool namedProtocol = true; ///< false: SOCKS5 is a guess

    bool operator==(const PastedServer &) const = default;
};

/// Why a line is no server.
enum class PasteError : std::uint8_t {
    LineTooLong,
    UnknownProtocol,
    BadHost,
    BareIpv6,
    MissingPort,
    BadPort,
    BadEncoding, ///< a "%" that two hexadecimal digits do not follow, or bytes that are no UTF-8
    ControlCharacter,
    LoginTooLong,
    PasswordForSocks4,
    ColonInHttpUser,
    TrailingText,
    TooManyParts, ///< of a list whose login would hold what stands between the parts
};

/// A line that was not understood. It is only counted, because it may hold a password.
struct PasteProblem {
    qsizetype line = 0; ///< from 1
    PasteError error = PasteError::BadHost;

    bool operator==(const PasteProblem &) const = default;
};

struct PastedServers {
    QList<PastedServer> servers;
    QList<PasteProblem> problems;
    bool cutOff = false; ///< there was more than the limits allow
};

inline constexpr qsizetype kMaximumPastedText = qsizetype{256} * 1'024;
inline constexpr qsizetype kMaximumPastedLine = 2'048;
inline constexpr qsizetype kMaximumPastedLines = 1'000;

/// Reads one server: "socks5://user:password@host:port#name" (socks, socks5h, socks4, socks4a, http, https),
/// also with the login, or all of it, in base64 after "socks://"; "user:password@host:port";
/// "host:port:user:password" and "host:port", with ":", ",", ";" or blanks between the parts; "host:port
/// user:password". The last three may begin with the protocol: "SOCKS5 host:port". Public lists have columns
/// where the login stands, which may name it too: "host,port,DE,socks5".
[[nodiscard]] engine::Expected<PastedServer, PasteError> readServer(QStringView text);
/// Reads one server a line. Empty lines and those that start with "#" are passed over.
[[nodiscard]] PastedServers readServers(QStringView text);
/// The same servers, which are then known to have no password.
[[nodiscard]] PastedServers withoutPasswords(PastedServers pasted);
/// One sentence, in the program's language.
[[nodiscard]] QString pasteErrorText(PasteError error);

} // namespace ui
