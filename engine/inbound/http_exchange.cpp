// SPDX-License-Identifier: MIT
#include "engine/inbound/http_exchange.h"

#include "engine/proto/http_rewrite.h"

#include <utility>

namespace engine
{

namespace
{

/// Moves the first bytes of one buffer to the other, which is empty.
void moveBytes(QByteArray &from, std::size_t size, QByteArray &to)
{
    if (size == static_cast<std::size_t>(from.size())) {
        to = std::exchange(from, {});
        return;
    }
    to = from.first(static_cast<qsizetype>(size));
    from.remove(0, static_cast<qsizetype>(size));
}

} // namespace

HttpExchange::HttpExchange(const http::RequestHead &head)
    : m_method(head.method)
    , m_requestHead(http::makeForwardedRequest(head))
    , m_requestBody(head.framing, head.contentLength)
    , m_wantsKeepAlive(http::keepsAlive(head))
    , m_wantsUpgrade(http::wantsUpgrade(head))
    , m_isRepeatable(head.framing == http::Framing::NoBody && (m_method == "GET" || m_method == "HEAD"))
{
}

Expected<bool, Error> HttpExchange::takeRequest(QByteArray &in, QByteArray &out)
{
    if (m_requestBody.isDone() || in.isEmpty())
        return false;
    const std::size_t size = m_requestBody.take(bytesOf(in));
    if (m_requestBody.isBad())
        return Unexpected{Error{ErrorCode::ProtocolError,
                                Message(QT_TRANSLATE_NOOP("engine::Message", "malformed chunks"))}};
    moveBytes(in, size, out);
    return size > 0;
}

Expected<bool, Error> HttpExchange::takeResponse(QByteArray &in, QByteArray &out, bool isSent)
{
    if (in.isEmpty())
        return false;
    if (m_isTunnel) {
        out = std::exchange(in, {});
        return true;
    }
    if (!m_hasResponse)
        return takeHead(in, out, isSent);
    const std::size_t size = m_responseBody.take(bytesOf(in));
    if (m_responseBody.isBad())
        return Unexpected{
            Error{ErrorCode::ConnectionAborted,
                  Message(QT_TRANSLATE_NOOP("engine::Message", "malformed chunks from the target"))}};
    moveBytes(in, size, out);
    return size > 0;
}

Expected<bool, Error> HttpExchange::takeHead(QByteArray &in, QByteArray &out, bool isSent)
{
    using Status = Parsed<http::ResponseHead>::Status;
    const auto parsed = http::parseResponseHead(bytesOf(in), m_method);
    if (parsed.status == Status::NeedMore)
        return false;
    const bool isSwitch = parsed.value.status == 101;
    if (parsed.status == Status::Bad || (isSwitch && !m_wantsUpgrade))
        return Unexpected{
            Error{ErrorCode::ConnectionAborted,
                  Message(QT_TRANSLATE_NOOP("engine::Message", "the target's answer is malformed"))}};
    // HTTP/1.0 knows no interim responses.
    if (isSwitch || parsed.value.status >= 200)
        beginResponse(parsed.value, out, isSent);
    else if (m_wantsKeepAlive)
        out = http::makeForwardedResponse(parsed.value, true);
    in.remove(0, static_cast<qsizetype>(parsed.size));
    return true;
}

void HttpExchange::beginResponse(const http::ResponseHead &head, QByteArray &out, bool isSent)
{
    m_hasResponse = true;
    m_isTunnel = head.status == 101;
    m_responseBody = http::BodyWatch(head.framing, head.contentLength);
    // An answer that came before the whole request was sent leaves both connections in the middle of it.
    const bool isAsked = m_requestBody.isDone() && isSent;
    const bool hasEnd = head.framing != http::Framing::UntilClose;
    m_keepsClient = m_wantsKeepAlive && hasEnd && isAsked;
    m_keepsTarget = http::keepsAlive(head) && hasEnd && isAsked;
    out = http::makeForwardedResponse(head, m_keepsClient);
}

} // namespace engine
