// SPDX-License-Identifier: MIT
#include "engine/proto/http.h"

#include "engine/limits.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace engine::http
{

namespace
{

/// Longest user name and password, as with SOCKS5: local users have no longer ones.
constexpr qsizetype kMaximumCredentialLength = 255;
constexpr std::uint16_t kDefaultPort = 80;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// RFC 9110 section 5.6.2.
bool isTokenCharacter(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c));
}

bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenCharacter);
}

bool isSame(QByteArrayView a, QByteArrayView b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

bool isControl(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

/// RFC 3986 section 3.2.2 draws the borders of a host; user names before it are of no use to a proxy.
bool isHostName(QByteArrayView text)
{
    return isAcceptableHostName(text) &&
           std::none_of(text.begin(), text.end(), [](char c) { return std::strchr("/?#@[]\\:\"<>", c); });
}

/// Digits only, without a sign or spaces; nothing when they exceed the maximum.
std::optional<std::uint64_t> parseNumber(QByteArrayView text, std::uint64_t maximum)
{
    if (text.isEmpty() || !std::all_of(text.begin(), text.end(), isDigit))
        return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : text) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (number > (maximum - digit) / 10)
            return std::nullopt;
        number = number * 10 + digit;
    }
    return number;
}

/// One line, which CRLF must end: a lone CR or LF is where two readers part.
Parsed<QByteArrayView> parseLine(QByteArrayView bytes)
{
    using Result = Parsed<QByteArrayView>;
    const qsizetype end = bytes.indexOf('\n');
    if (end < 0)
        return Result::needMore();
    if (end == 0 || bytes[end - 1] != '\r')
        return Result::bad(ErrorCode::ProtocolError);
    const QByteArrayView line = bytes.first(end - 1);
    if (std::any_of(line.begin(), line.end(), isControl))
        return Result::bad(ErrorCode::ProtocolError);
    return Result::done(line, static_cast<std::size_t>(end) + 1);
}

bool readHost(QByteArrayView text, Destination &out)
{
    if (text.startsWith('[')) {
        const QByteArrayView inside = text.sliced(1, text.size() - 2);
        const auto address = Address::fromLiteral(QString::fromLatin1(inside));
        out.address = address.value_or(Address());
        return address && inside.contains(':');
    }
    // Most names are none, and asking costs something.
    if (isDigit(text.front())) {
        if (const auto address = Address::fromLiteral(QString::fromLatin1(text))) {
            out.address = *address;
            return true;
        }
    }
    out.name = text.toByteArray();
    return isHostName(text);
}

/// host:port. Without a port the default, unless that is 0.
bool readAuthority(QByteArrayView text, std::uint16_t defaultPort, Destination &out)
{
    const qsizetype colon = text.indexOf(':');
    const qsizetype hostEnd =
        text.startsWith('[') ? text.indexOf(']') + 1 : (colon < 0 ? text.size() : colon);
    if (hostEnd <= 0 || !readHost(text.first(hostEnd), out))
        return false;
    const QByteArrayView rest = text.sliced(hostEnd);
    if (rest.isEmpty()) {
        out.port = defaultPort;
        return defaultPort != 0;
    }
    const auto port = rest.startsWith(':') ? parseNumber(rest.sliced(1), 0xffff) : std::nullopt;
    out.port = static_cast<std::uint16_t>(port.value_or(0));
    return out.port != 0;
}

/// http://host[:port][/path][?query]
ErrorCode readAbsoluteForm(QByteArrayView target, RequestHead &head)
{
    const qsizetype schemeEnd = target.indexOf("://");
    if (schemeEnd <= 0 || target.contains('#'))
        return ErrorCode::ProtocolError;
    if (!isSame(target.first(schemeEnd), "http"))
        return ErrorCode::NotSupported;
    const QByteArrayView rest = target.sliced(schemeEnd + 3);
    const auto end = std::find_if(rest.begin(), rest.end(), [](char c) { return c == '/' || c == '?'; });
    const qsizetype authoritySize = end - rest.begin();
    if (!readAuthority(rest.first(authoritySize), kDefaultPort, head.destination))
        return ErrorCode::ProtocolError;
    head.form = TargetForm::Absolute;
    const QByteArrayView path = rest.sliced(authoritySize);
    head.path = path.startsWith('/') ? path.toByteArray() : '/' + path.toByteArray();
    return ErrorCode::None;
}

/// RFC 9112 section 3: method, target and version, one space between.
ErrorCode readRequestLine(QByteArrayView line, RequestHead &head)
{
    const qsizetype methodEnd = line.indexOf(' ');
    const qsizetype targetEnd = line.lastIndexOf(' ');
    if (methodEnd <= 0 || targetEnd == methodEnd || !isToken(line.first(methodEnd)))
        return ErrorCode::ProtocolError;
    const QByteArrayView target = line.sliced(methodEnd + 1, targetEnd - methodEnd - 1);
    const QByteArrayView version = line.sliced(targetEnd + 1);
    if (target.contains(' ') || target.contains('\t') || (version != "HTTP/1.1" && version != "HTTP/1.0"))
        return ErrorCode::ProtocolError;
    head.method = line.first(methodEnd).toByteArray();
    head.minorVersion = version.endsWith('1') ? 1 : 0;
    if (head.method != "CONNECT")
        return readAbsoluteForm(target, head);
    head.form = TargetForm::Authority;
    return readAuthority(target, 0, head.destination) ? ErrorCode::None : ErrorCode::ProtocolError;
}

/// Of a request to the proxy itself.
ErrorCode readOwnRequestLine(QByteArrayView line, RequestHead &head)
{
    const QList<QByteArray> parts = line.toByteArray().split(' ');
    if (parts.size() != 3 || !isToken(parts[0]) || !parts[1].startsWith('/') ||
        (parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0"))
        return ErrorCode::ProtocolError;
    head.method = parts[0];
    head.path = parts[1];
    head.form = TargetForm::Absolute;
    head.minorVersion = parts[2].endsWith('1') ? 1 : 0;
    return ErrorCode::None;
}

/// RFC 9112 section 6.2. The same length twice is one; anything else is two messages to somebody.
bool readContentLength(QByteArrayView value, MessageHead &head)
{
    const auto length = parseNumber(value, std::numeric_limits<std::int64_t>::max());
    if (!length || head.framing == Framing::Chunked)
        return false;
    if (head.framing == Framing::Length && head.contentLength != *length)
        return false;
    head.framing = Framing::Length;
    head.contentLength = *length;
    return true;
}

/// RFC 9112 section 6.1. Only chunked, only once, only where HTTP/1.1 is spoken, never beside a length.
bool readTransferEncoding(QByteArrayView value, MessageHead &head)
{
    if (head.framing != Framing::NoBody || head.minorVersion == 0 || !isSame(value, "chunked"))
        return false;
    head.framing = Framing::Chunked;
    return true;
}

/// What follows CONNECT's head is the tunnel's (RFC 9110 section 9.3.6): a body there means something else to
/// whoever sent it.
bool framingFits(const RequestHead &head)
{
    return head.form != TargetForm::Authority || head.framing == Framing::NoBody ||
           (head.framing == Framing::Length && head.contentLength == 0);
}

/// A line that begins with white space (obs-fold) has no token before its colon, nor has "Name :".
bool readHeaderLine(QByteArrayView line, MessageHead &head)
{
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0 || !isToken(line.first(colon)) || head.headers.size() >= kMaximumHttpHeaders)
        return false;
    const Header header{line.first(colon), line.sliced(colon + 1).trimmed()};
    const bool mustBeOnce = isSame(header.name, "Host") || isSame(header.name, "Proxy-Authorization");
    if (mustBeOnce && head.find(header.name))
        return false;
    head.headers.push_back(header);
    if (isSame(header.name, "Content-Length"))
        return readContentLength(header.value, head);
    if (isSame(header.name, "Transfer-Encoding"))
        return readTransferEncoding(header.value, head);
    return true;
}

/// RFC 9112 section 4. The reason may be missing.
ErrorCode readStatusLine(QByteArrayView line, ResponseHead &head)
{
    constexpr qsizetype kVersionSize = 9; // with its space
    constexpr qsizetype kStatusEnd = kVersionSize + 3;
    if (line.size() < kStatusEnd || (!line.startsWith("HTTP/1.1 ") && !line.startsWith("HTTP/1.0 ")))
        return ErrorCode::ProtocolError;
    const auto status = parseNumber(line.sliced(kVersionSize, 3), 999);
    if (!status || *status < 100 || (line.size() > kStatusEnd && line[kStatusEnd] != ' '))
        return ErrorCode::ProtocolError;
    head.status = static_cast<int>(*status);
    head.minorVersion = line[7] == '1' ? 1 : 0;
    head.reason = line.sliced(std::min(kStatusEnd + 1, line.size())).toByteArray();
    return ErrorCode::None;
}

bool framingFits(const ResponseHead &)
{
    return true;
}

/// First line, headers, empty line; within the limits.
template <typename Head, typename ReadFirstLine>
Parsed<Head> parseHead(Bytes bytes, ReadFirstLine readFirstLine)
{
    using Result = Parsed<Head>;
    using Line = Parsed<QByteArrayView>;
    const std::size_t size = std::min<std::size_t>(bytes.size(), kMaximumHttpHeadSize);
    const QByteArrayView all(bytes.data(), static_cast<qsizetype>(size));
    Head head;
    qsizetype position = 0;
    for (bool isFirst = true;; isFirst = false) {
        const Line line = parseLine(all.sliced(position));
        if (line.status == Line::Status::Bad)
            return Result::bad(line.error);
        if (line.status == Line::Status::NeedMore)
            return size == kMaximumHttpHeadSize ? Result::bad(ErrorCode::ProtocolError) : Result::needMore();
        position += static_cast<qsizetype>(line.size);
        if (isFirst) {
            const ErrorCode error = readFirstLine(line.value, head);
            if (error != ErrorCode::None)
                return Result::bad(error);
        } else if (line.value.isEmpty()) {
            return Result::done(std::move(head), static_cast<std::size_t>(position));
        } else if (!readHeaderLine(line.value, head) || !framingFits(head)) {
            return Result::bad(ErrorCode::ProtocolError);
        }
    }
}

QByteArrayView reasonPhrase(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 405:
        return "Method Not Allowed";
    case 407:
        return "Proxy Authentication Required";
    case 408:
        return "Request Timeout";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    default:
        return "Error";
    }
}

} // namespace

const Header *MessageHead::find(QByteArrayView name) const
{
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [name](const Header &header) { return isSame(header.name, name); });
    return found == headers.end() ? nullptr : &*found;
}

bool MessageHead::lists(QByteArrayView name, QByteArrayView word) const
{
    return std::any_of(headers.begin(), headers.end(), [name, word](const Header &header) {
        if (!isSame(header.name, name))
            return false;
        const QList<QByteArray> words = header.value.toByteArray().split(',');
        return std::any_of(words.begin(), words.end(),
                           [word](const QByteArray &each) { return isSame(each.trimmed(), word); });
    });
}

Parsed<RequestHead> parseRequestHead(Bytes bytes)
{
    return parseHead<RequestHead>(bytes, readRequestLine);
}

Parsed<OwnRequest> parseOwnRequest(Bytes bytes)
{
    using Result = Parsed<OwnRequest>;
    using Status = Parsed<RequestHead>::Status;
    const auto parsed = parseHead<RequestHead>(bytes, readOwnRequestLine);
    if (parsed.status == Status::NeedMore)
        return Result::needMore();
    if (parsed.status == Status::Bad || parsed.value.framing != Framing::NoBody)
        return Result::bad(ErrorCode::ProtocolError);
    const Header *header = parsed.value.find("Host");
    Destination host;
    if (header != nullptr && !readAuthority(header->value, kDefaultPort, host))
        return Result::bad(ErrorCode::ProtocolError);
    return Result::done(
        {parsed.value.method, parsed.value.path, header != nullptr ? host.host().toUtf8() : QByteArray()},
        parsed.size);
}

QByteArray makePacAnswer(const QByteArray &pac, bool withBody)
{
    QByteArray answer = "HTTP/1.1 200 OK\r\n"
                        "Content-Type: application/x-ns-proxy-autoconfig\r\n"
                        "X-Content-Type-Options: nosniff\r\n"
                        "Cross-Origin-Resource-Policy: same-origin\r\n"
                        "Cache-Control: no-store\r\n"
                        "Connection: close\r\n"
                        "Content-Length: " +
                        QByteArray::number(pac.size()) + "\r\n\r\n";
    return withBody ? answer + pac : answer;
}

Parsed<ResponseHead> parseResponseHead(Bytes bytes, QByteArrayView requestMethod)
{
    auto parsed = parseHead<ResponseHead>(bytes, readStatusLine);
    ResponseHead &head = parsed.value;
    // RFC 9112 section 6.3, items 1 and 8.
    if (requestMethod == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304)
        head.framing = Framing::NoBody;
    else if (head.framing == Framing::NoBody)
        head.framing = Framing::UntilClose;
    return parsed;
}

bool isForTheProxyOnly(const MessageHead &head, const Header &header)
{
    static constexpr std::array<const char *, 6> kHopByHop{"Connection", "Keep-Alive",        "TE",
                                                           "Trailer",    "Transfer-Encoding", "Upgrade"};
    if (header.name.size() > 6 && isSame(header.name.first(6), "Proxy-"))
        return true;
    if (std::any_of(kHopByHop.begin(), kHopByHop.end(),
                    [&header](const char *name) { return isSame(header.name, name); }))
        return true;
    return head.lists("Connection", header.name);
}

std::optional<Login> parseBasicCredentials(QByteArrayView value)
{
    constexpr QByteArrayView kScheme("Basic ");
    if (value.size() <= kScheme.size() || !isSame(value.first(kScheme.size()), kScheme))
        return std::nullopt;
    QByteArray encoded = value.sliced(kScheme.size()).trimmed().toByteArray();
    auto decoded = QByteArray::fromBase64Encoding(encoded, QByteArray::AbortOnBase64DecodingErrors);
    const qsizetype colon = decoded.decoded.indexOf(':');
    std::optional<Login> login;
    if (decoded.decodingStatus == QByteArray::Base64DecodingStatus::Ok && colon > 0 &&
        colon <= kMaximumCredentialLength && decoded.decoded.size() - colon - 1 <= kMaximumCredentialLength)
        login = Login{decoded.decoded.first(colon), decoded.decoded.sliced(colon + 1)};
    // No copies of the password but the one that is asked for.
    encoded.fill('\0');
    decoded.decoded.fill('\0');
    return login;
}

QByteArrayView connectionEstablished()
{
    return "HTTP/1.1 200 Connection established\r\n\r\n";
}

QByteArray makeErrorPage(const Error &error, bool withBody)
{
    const int status = errorRow(error.code).httpStatus;
    const QByteArray title = QByteArray::number(status) + ' ' + reasonPhrase(status).toByteArray();
    const QByteArray body = title + "\n\nHosier: " + errorText(error).toUtf8() + ".\n";
    QByteArray page = "HTTP/1.1 " + title +
                      "\r\n"
                      "Content-Type: text/plain; charset=utf-8\r\n"
                      "Cache-Control: no-store\r\n"
                      "Connection: close\r\n";
    if (status == 407)
        page += "Proxy-Authenticate: Basic realm=\"Hosier\", charset=\"UTF-8\"\r\n";
    page += "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n";
    return withBody ? page + body : page;
}

} // namespace engine::http
