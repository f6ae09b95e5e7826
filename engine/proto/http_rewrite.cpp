// SPDX-License-Identifier: MIT
#include "engine/proto/http_rewrite.h"

namespace engine::http
{

namespace
{

constexpr std::uint16_t kDefaultPort = 80;

bool isNamed(const Header &header, QByteArrayView name)
{
    return header.name.compare(name, Qt::CaseInsensitive) == 0;
}

void append(QByteArray &out, QByteArrayView name, QByteArrayView value)
{
    out.append(name).append(": ").append(value).append("\r\n");
}

QByteArray hostOf(const Destination &destination)
{
    QByteArray host = destination.host().toUtf8();
    if (host.contains(':'))
        host = '[' + host + ']';
    return destination.port == kDefaultPort ? host : host + ':' + QByteArray::number(destination.port);
}

/// Every header that may go on. The length goes on once, however often it was said.
void appendHeaders(QByteArray &out, const MessageHead &head)
{
    bool hasLength = false;
    for (const Header &header : head.headers) {
        const bool isLength = isNamed(header, "Content-Length");
        // The length goes on even where Connection names it: the body does, too.
        if (isLength ? hasLength : isNamed(header, "Host") || isForTheProxyOnly(head, header))
            continue;
        hasLength = hasLength || isLength;
        append(out, header.name, header.value);
    }
    // Chunks pass through as they are.
    if (head.framing == Framing::Chunked)
        append(out, "Transfer-Encoding", "chunked");
}

} // namespace

bool keepsAlive(const MessageHead &head)
{
    // HTTP/1.0 had no agreement about it that survives a proxy (RFC 9112 appendix C.2.2).
    return head.minorVersion == 1 && !head.lists("Connection", "close") &&
           !head.lists("Proxy-Connection", "close");
}

bool wantsUpgrade(const RequestHead &head)
{
    return head.minorVersion == 1 && head.framing == Framing::NoBody && head.find("Upgrade") &&
           head.lists("Connection", "upgrade");
}

QByteArray makeForwardedRequest(const RequestHead &head)
{
    QByteArray out =
        head.method + ' ' + head.path + " HTTP/1." + (head.minorVersion == 1 ? '1' : '0') + "\r\n";
    append(out, "Host", hostOf(head.destination));
    appendHeaders(out, head);
    if (wantsUpgrade(head)) {
        append(out, "Connection", "Upgrade");
        append(out, "Upgrade", head.find("Upgrade")->value);
    } else if (!keepsAlive(head)) {
        append(out, "Connection", "close");
    }
    return out + "\r\n";
}

QByteArray makeForwardedResponse(const ResponseHead &head, bool keepAlive)
{
    QByteArray out = "HTTP/1.1 " + QByteArray::number(head.status) + ' ' + head.reason + "\r\n";
    appendHeaders(out, head);
    const Header *upgrade = head.status == 101 ? head.find("Upgrade") : nullptr;
    if (upgrade) {
        append(out, "Connection", "Upgrade");
        append(out, "Upgrade", upgrade->value);
    } else if (!keepAlive) {
        append(out, "Connection", "close");
    }
    return out + "\r\n";
}

} // namespace engine::http
