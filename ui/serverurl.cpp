// SPDX-License-Identifier: MIT
#include "ui/serverurl.h"

#include <QCoreApplication>
#include <QStringDecoder>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::NameResolution;
using engine::ServerProtocol;
using engine::Unexpected;

namespace ui
{

namespace
{

struct PasteText {
    Q_DECLARE_TR_FUNCTIONS(ui::ServerUrl)
};

constexpr qsizetype kMaximumLogin = 255; // RFC 1929 section 2, ULEN and PLEN are one byte
constexpr qsizetype kMaximumName = 255;  // RFC 1035 section 2.3.4, and as much for what is shown
constexpr qsizetype kMaximumPortDigits = 5;

struct Scheme {
    QLatin1StringView name;
    ServerProtocol protocol;
    NameResolution resolveNames;
    bool tls;
    std::uint16_t defaultPort;
};

/// To curl "socks5" means that names are looked up here. Lists call any SOCKS5 server that, and looking up
/// here what the server can look up would tell the local network where one goes.
constexpr std::array<Scheme, 6> kSchemes{
    {{"socks5"_L1, ServerProtocol::Socks5, NameResolution::Remote, false, 1'080},
     {"socks5h"_L1, ServerProtocol::Socks5, NameResolution::Remote, false, 1'080},
     {"socks4"_L1, ServerProtocol::Socks4, NameResolution::Local, false, 1'080},
     {"socks4a"_L1, ServerProtocol::Socks4a, NameResolution::Remote, false, 1'080},
     {"http"_L1, ServerProtocol::Http, NameResolution::Remote, false, 80},
     {"https"_L1, ServerProtocol::Http, NameResolution::Remote, true, 443}}};

/// Of lines without one. The port must be given.
constexpr Scheme kNoScheme{{}, ServerProtocol::Socks5, NameResolution::Remote, false, 0};

struct HostAndPort {
    QString host;
    std::uint16_t port = 0;
    std::optional<QStringView> rest; ///< what followed a further colon
};

struct Login {
    QString user;
    QByteArray password;
};

std::optional<int> hexDigit(QChar c)
{
    if (c >= u'0' && c <= u'9')
        return c.unicode() - u'0';
    if (c >= u'a' && c <= u'f')
        return c.unicode() - u'a' + 10;
    if (c >= u'A' && c <= u'F')
        return c.unicode() - u'A' + 10;
    return std::nullopt;
}

bool isControl(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

/// RFC 3986 section 2.1. Unlike QByteArray::fromPercentEncoding() it does not make something of anything.
Expected<QByteArray, PasteError> percentDecoded(QStringView text)
{
    QByteArray bytes;
    for (qsizetype at = 0; at < text.size();) {
        if (text.at(at) != u'%') {
            const qsizetype next = text.indexOf(u'%', at);
            const qsizetype end = next < 0 ? text.size() : next;
            bytes += text.mid(at, end - at).toUtf8();
            at = end;
            continue;
        }
        const auto high = at + 2 < text.size() ? hexDigit(text.at(at + 1)) : std::nullopt;
        const auto low = high ? hexDigit(text.at(at + 2)) : std::nullopt;
        if (!low)
            return Unexpected{PasteError::BadEncoding};
        bytes += static_cast<char>(*high * 16 + *low);
        at += 3;
    }
    if (std::any_of(bytes.begin(), bytes.end(), isControl))
        return Unexpected{PasteError::ControlCharacter};
    return bytes;
}

Expected<QString, PasteError> fromUtf8(const QByteArray &bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(bytes);
    if (decoder.hasError())
        return Unexpected{PasteError::BadEncoding};
    return text;
}

Expected<QString, PasteError> decodedText(QStringView text)
{
    const auto bytes = percentDecoded(text);
    if (!bytes)
        return Unexpected{bytes.error()};
    return fromUtf8(*bytes);
}

bool isNameCharacter(QChar c)
{
    return c.isLetterOrNumber() || c.isMark() || c.isSurrogate() || c == u'-' || c == u'_' || c == u'.';
}

/// A name whose last label is a number is an address that somebody mistyped.
bool isName(QStringView host)
{
    if (host.isEmpty() || host.size() > kMaximumName ||
        !std::all_of(host.begin(), host.end(), isNameCharacter) || host.startsWith(u'.'))
        return false;
    const QStringView last = host.mid(host.lastIndexOf(u'.') + 1);
    return std::any_of(last.begin(), last.end(), [](QChar c) { return c < u'0' || c > u'9'; });
}

Expected<std::uint16_t, PasteError> readPort(QStringView digits)
{
    const bool plain =
        std::all_of(digits.begin(), digits.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    const uint port = plain && digits.size() <= kMaximumPortDigits ? digits.toUInt() : 0;
    if (port == 0 || port > 65'535)
        return Unexpected{PasteError::BadPort};
    return static_cast<std::uint16_t>(port);
}

/// Takes the host off the front of the text.
Expected<QString, PasteError> takeHost(QStringView &text)
{
    QString host;
    if (text.startsWith(u'[')) {
        const qsizetype end = text.indexOf(u']');
        host = text.mid(1, std::max<qsizetype>(end, 1) - 1).toString();
        // RFC 6874 section 2: a zone starts with "%25" in a URL.
        host.replace("%25"_L1, "%"_L1);
        const auto address = engine::Address::fromLiteral(host);
        if (end < 0 || !address || !address->isV6())
            return Unexpected{PasteError::BadHost};
        text = text.mid(end + 1);
        return host;
    }
    if (const auto address = engine::Address::fromLiteral(text); address && address->isV6())
        return Unexpected{PasteError::BareIpv6};
    const qsizetype colon = text.indexOf(u':');
    host = text.left(colon < 0 ? text.size() : colon).toString();
    text = text.mid(host.size());
    if (!engine::Address::fromLiteral(host) && !isName(host))
        return Unexpected{PasteError::BadHost};
    return host;
}

Expected<HostAndPort, PasteError> readHostAndPort(QStringView text, std::uint16_t defaultPort)
{
    const auto host = takeHost(text);
    if (!host)
        return Unexpected{host.error()};
    HostAndPort result{*host, defaultPort, {}};
    if (text.isEmpty()) {
        if (defaultPort == 0)
            return Unexpected{PasteError::MissingPort};
        return result;
    }
    if (!text.startsWith(u':'))
        return Unexpected{PasteError::BadHost};
    text = text.mid(1);
    const qsizetype colon = text.indexOf(u':');
    const auto port = readPort(text.left(colon < 0 ? text.size() : colon));
    if (!port)
        return Unexpected{port.error()};
    result.port = *port;
    if (colon >= 0)
        result.rest = text.mid(colon + 1);
    return result;
}

/// "user:password" as a URL writes it.
Expected<Login, PasteError> readUrlLogin(QStringView text)
{
    const qsizetype colon = text.indexOf(u':');
    const auto user = decodedText(text.left(colon < 0 ? text.size() : colon));
    if (!user)
        return Unexpected{user.error()};
    const auto password = percentDecoded(colon < 0 ? QStringView() : text.mid(colon + 1));
    if (!password)
        return Unexpected{password.error()};
    return Login{*user, *password};
}

/// "user:password" as lists write it after the port: every character stands for itself.
Expected<Login, PasteError> readPlainLogin(QStringView text)
{
    const qsizetype colon = text.indexOf(u':');
    Login login{text.left(colon < 0 ? text.size() : colon).toString(),
                colon < 0 ? QByteArray() : text.mid(colon + 1).toUtf8()};
    const QByteArray user = login.user.toUtf8();
    if (std::any_of(user.begin(), user.end(), isControl) ||
        std::any_of(login.password.begin(), login.password.end(), isControl))
        return Unexpected{PasteError::ControlCharacter};
    return login;
}

/// What no part of the line is wrong about.
std::optional<PasteError> loginProblem(const PastedServer &pasted)
{
    const engine::ServerProfile &server = pasted.server;
    if (server.username.toUtf8().size() > kMaximumLogin || pasted.password.size() > kMaximumLogin)
        return PasteError::LoginTooLong;
    const bool isSocks4 =
        server.protocol == ServerProtocol::Socks4 || server.protocol == ServerProtocol::Socks4a;
    if (isSocks4 && !pasted.password.isEmpty())
        return PasteError::PasswordForSocks4;
    if (server.protocol == ServerProtocol::Http && server.username.contains(u':'))
        return PasteError::ColonInHttpUser;
    return std::nullopt;
}

/// "user:password@host:port" or "host:port:user:password".
Expected<PastedServer, PasteError> readAuthority(QStringView text, const Scheme &scheme)
{
    const qsizetype at = text.lastIndexOf(u'@');
    auto place = readHostAndPort(text.mid(at + 1), scheme.defaultPort);
    // An "@" may also stand in a password that follows the port.
    const bool loginFirst = at >= 0 && place && !place->rest;
    if (at >= 0 && !loginFirst) {
        const auto reason = place ? PasteError::TrailingText : place.error();
        place = readHostAndPort(text, scheme.defaultPort);
        if (!place || !place->rest)
            return Unexpected{reason};
    }
    if (!place)
        return Unexpected{place.error()};
    const Expected<Login, PasteError> login =
        loginFirst ? readUrlLogin(text.left(at)) : readPlainLogin(place->rest.value_or(QStringView()));
    if (!login)
        return Unexpected{login.error()};
    PastedServer pasted;
    pasted.server.protocol = scheme.protocol;
    pasted.server.resolveNames = scheme.resolveNames;
    pasted.server.tls = scheme.tls;
    pasted.server.host = place->host;
    pasted.server.port = place->port;
    pasted.server.username = login->user;
    pasted.password = login->password;
    if (const auto problem = loginProblem(pasted))
        return Unexpected{*problem};
    return pasted;
}

Expected<PastedServer, PasteError> readUrl(QStringView text, const Scheme &scheme)
{
    const auto isEnd = [](QChar c) {
        return c == u'/' || c == u'?' || c == u'#';
    };
    const auto end = std::find_if(text.begin(), text.end(), isEnd) - text.begin();
    auto pasted = readAuthority(text.left(end), scheme);
    if (!pasted)
        return pasted;
    QStringView rest = text.mid(end);
    if (rest.startsWith(u'/'))
        rest = rest.mid(1);
    if (rest.isEmpty())
        return pasted;
    if (!rest.startsWith(u'#'))
        return Unexpected{PasteError::TrailingText};
    const auto name = decodedText(rest.mid(1));
    if (!name)
        return Unexpected{name.error()};
    pasted->server.name = name->trimmed().left(kMaximumName);
    return pasted;
}

} // namespace

Expected<PastedServer, PasteError> readServer(QStringView text)
{
    const QStringView line = text.trimmed();
    if (line.size() > kMaximumPastedLine)
        return Unexpected{PasteError::LineTooLong};
    const qsizetype colon = line.indexOf("://"_L1);
    if (colon < 0) {
        auto pasted = readAuthority(line, kNoScheme);
        if (pasted)
            pasted->namedProtocol = false;
        return pasted;
    }
    const QStringView name = line.left(colon);
    const auto scheme = std::find_if(kSchemes.begin(), kSchemes.end(), [name](const Scheme &candidate) {
        return name.compare(candidate.name, Qt::CaseInsensitive) == 0;
    });
    if (scheme == kSchemes.end())
        return Unexpected{PasteError::UnknownProtocol};
    return readUrl(line.mid(colon + 3), *scheme);
}

PastedServers readServers(QStringView text)
{
    PastedServers result;
    result.cutOff = text.size() > kMaximumPastedText;
    text = text.left(kMaximumPastedText);
    qsizetype number = 0;
    while (!text.isEmpty() && !result.cutOff) {
        const qsizetype end = text.indexOf(u'\n');
        const QStringView line = text.left(end < 0 ? text.size() : end).trimmed();
        text = end < 0 ? QStringView() : text.mid(end + 1);
        ++number;
        result.cutOff = number > kMaximumPastedLines;
        if (line.isEmpty() || line.startsWith(u'#') || result.cutOff)
            continue;
        if (auto pasted = readServer(line))
            result.servers.append(*std::move(pasted));
        else
            result.problems.append({number, pasted.error()});
    }
    return result;
}

PastedServers withoutPasswords(PastedServers pasted)
{
    for (PastedServer &one : pasted.servers) {
        if (!std::exchange(one.password, {}).isEmpty())
            one.server.withoutPassword = !one.server.username.isEmpty();
    }
    return pasted;
}

QString pasteErrorText(PasteError error)
{
    switch (error) {
    case PasteError::LineTooLong:
        return PasteText::tr("the line is too long");
    case PasteError::UnknownProtocol:
        return PasteText::tr("the protocol is none of socks5, socks5h, socks4, socks4a, http, https");
    case PasteError::BadHost:
        return PasteText::tr("there is no valid host name or address");
    case PasteError::BareIpv6:
        return PasteText::tr("an IPv6 address must stand in brackets, and its port after them");
    case PasteError::MissingPort:
        return PasteText::tr("the port is missing");
    case PasteError::BadPort:
        return PasteText::tr("the port is no number from 1 to 65535");
    case PasteError::BadEncoding:
        return PasteText::tr(
            "a \"%\" is not followed by two hexadecimal digits, or what they make is no text");
    case PasteError::ControlCharacter:
        return PasteText::tr("the login holds a control character");
    case PasteError::LoginTooLong:
        return PasteText::tr("user name or password is longer than 255 bytes");
    case PasteError::PasswordForSocks4:
        return PasteText::tr("SOCKS4 has user names, but no passwords");
    case PasteError::ColonInHttpUser:
        return PasteText::tr("HTTP cannot carry a user name with a colon");
    case PasteError::TrailingText:
        return PasteText::tr("something follows the address");
    }
    return {};
}

} // namespace ui
