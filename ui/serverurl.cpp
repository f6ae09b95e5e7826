// SPDX-License-Identifier: MIT
#include "ui/serverurl.h"

#include "ui/listedserver.h"
#include "ui/sharelink.h"

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
constexpr qsizetype kMaximumName = 255;  // as for the names of servers in their dialog

struct Scheme {
    QLatin1StringView name;
    ServerProtocol protocol;
    NameResolution resolveNames;
    bool tls;
    std::uint16_t defaultPort;
};

/// Without a version it is the last one. Links that v2rayN and nekoray share begin so, too.
constexpr QLatin1StringView kShareScheme = "socks"_L1;

/// To curl "socks5" means that names are looked up here. Lists call any SOCKS5 server that, and looking up
/// here what the server can look up would tell the local network where one goes.
constexpr std::array<Scheme, 7> kSchemes{
    {{kShareScheme, ServerProtocol::Socks5, NameResolution::Remote, false, 1'080},
     {"socks5"_L1, ServerProtocol::Socks5, NameResolution::Remote, false, 1'080},
     {"socks5h"_L1, ServerProtocol::Socks5, NameResolution::Remote, false, 1'080},
     {"socks4"_L1, ServerProtocol::Socks4, NameResolution::Local, false, 1'080},
     {"socks4a"_L1, ServerProtocol::Socks4a, NameResolution::Remote, false, 1'080},
     {"http"_L1, ServerProtocol::Http, NameResolution::Remote, false, 80},
     {"https"_L1, ServerProtocol::Http, NameResolution::Remote, true, 443}}};

/// Of lines without one. The port must be given.
constexpr Scheme kNoScheme{{}, ServerProtocol::Socks5, NameResolution::Remote, false, 0};

const Scheme *schemeOf(QStringView name)
{
    const auto scheme = std::find_if(kSchemes.begin(), kSchemes.end(), [name](const Scheme &candidate) {
        return name.compare(candidate.name, Qt::CaseInsensitive) == 0;
    });
    return scheme == kSchemes.end() ? nullptr : &*scheme;
}

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
    if (holdsControl(bytes))
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

/// "user:password" as a URL writes it.
Expected<ServerLogin, PasteError> readUrlLogin(QStringView text)
{
    const qsizetype colon = text.indexOf(u':');
    const auto user = decodedText(text.left(colon < 0 ? text.size() : colon));
    if (!user)
        return Unexpected{user.error()};
    const auto password = percentDecoded(colon < 0 ? QStringView() : text.mid(colon + 1));
    if (!password)
        return Unexpected{password.error()};
    return ServerLogin{*user, *password};
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

/// The protocol of a public list, which stands with remarks where others have the login; null when there are
/// remarks alone. Nothing when it is the login.
std::optional<const Scheme *> readColumns(const ListedPlace &place)
{
    constexpr qsizetype kMaximumColumns = 2; // as many as a login has
    const QList<QStringView> columns = columnsOf(place);
    if (columns.size() > kMaximumColumns)
        return std::nullopt;
    const Scheme *named = nullptr;
    for (const QStringView column : columns) {
        const Scheme *scheme =
            column.compare(kShareScheme, Qt::CaseInsensitive) == 0 ? nullptr : schemeOf(column);
        if (scheme != nullptr && named == nullptr)
            named = scheme;
        else if (!isRemark(column))
            return std::nullopt;
    }
    if (named == nullptr && columns.size() < kMaximumColumns)
        return std::nullopt;
    return named;
}

/// Whether a login stands behind an "@" that should be a colon: "host:port@user:password".
bool isLoginBehind(QStringView text)
{
    const auto place = readHostAndPort(text.left(text.indexOf(u'@')), 0);
    return place && !place->hasMore() && engine::Address::fromLiteral(place->host);
}

PastedServer serverAt(const ListedPlace &place, const Scheme &scheme, const ServerLogin &login)
{
    PastedServer pasted;
    pasted.server.protocol = scheme.protocol;
    pasted.server.resolveNames = scheme.resolveNames;
    pasted.server.tls = scheme.tls;
    pasted.server.host = place.host;
    pasted.server.port = place.port;
    pasted.server.username = login.user;
    pasted.password = login.password;
    pasted.namedProtocol = !scheme.name.isEmpty();
    return pasted;
}

/// "user:password@host:port", or as lists write it.
Expected<PastedServer, PasteError> readAuthority(QStringView text, const Scheme &scheme)
{
    const qsizetype at = text.lastIndexOf(u'@');
    auto place = readHostAndPort(text.mid(at + 1), scheme.defaultPort);
    // An "@" may also stand in a password that follows the port.
    const bool loginFirst = at >= 0 && place && !place->hasMore();
    if (at >= 0 && !loginFirst) {
        const auto reason = place || isLoginBehind(text) ? PasteError::TrailingText : place.error();
        place = readHostAndPort(text, scheme.defaultPort);
        if (!place || !place->hasMore())
            return Unexpected{reason};
    }
    if (!place)
        return Unexpected{place.error()};
    if (const auto named = readColumns(*place))
        return serverAt(*place, *named != nullptr && scheme.name.isEmpty() ? **named : scheme, {});
    const Expected<ServerLogin, PasteError> login =
        loginFirst ? readUrlLogin(text.left(at)) : readPlainLogin(*place);
    if (!login)
        return Unexpected{login.error()};
    PastedServer pasted = serverAt(*place, scheme, *login);
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
    auto pasted = readAuthority(text.left(end).trimmed(), scheme);
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

/// A line of a list, which may begin with the protocol: "SOCKS5 host:port".
Expected<PastedServer, PasteError> readListed(QStringView line)
{
    const QStringView word = fieldOf(line);
    QStringView behind = line.mid(word.size());
    const Scheme *named = behind.startsWith(u':') ? nullptr : schemeOf(word);
    if (named == nullptr || takeSeparator(behind).isNull())
        return readAuthority(withoutComment(line), kNoScheme);
    Scheme scheme = *named;
    scheme.defaultPort = 0;
    return readAuthority(withoutComment(behind), scheme);
}

} // namespace

Expected<PastedServer, PasteError> readServer(QStringView text)
{
    const QStringView line = text.trimmed();
    if (line.size() > kMaximumPastedLine)
        return Unexpected{PasteError::LineTooLong};
    const qsizetype colon = line.indexOf("://"_L1);
    if (colon < 0)
        return readListed(line);
    const Scheme *scheme = schemeOf(line.left(colon));
    if (scheme == nullptr)
        return Unexpected{PasteError::UnknownProtocol};
    const QStringView url = line.mid(colon + 3);
    if (scheme->name == kShareScheme) {
        if (const auto shared = sharedAsUrl(url))
            return readUrl(*shared, *scheme);
    }
    return readUrl(url, *scheme);
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
        return PasteText::tr("the protocol is none of socks, socks5, socks5h, socks4, socks4a, http, https");
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
    case PasteError::TooManyParts:
        return PasteText::tr("there are more parts than host, port, user name and password");
    }
    return {};
}

} // namespace ui
