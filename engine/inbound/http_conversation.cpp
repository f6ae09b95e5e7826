// SPDX-License-Identifier: MIT
#include "engine/inbound/http_conversation.h"

#include "engine/limits.h"

#include <algorithm>

namespace engine
{

// Or a head could be too long to be read and too short to be refused.
static_assert(kMaximumHttpHeadSize <= kMaximumEarlyData);

namespace
{

constexpr QByteArrayView kPacPath("/proxy.pac");

ClientMessage toMessage(QByteArrayView text)
{
    return makeClientMessage(
        {reinterpret_cast<const std::uint8_t *>(text.data()), static_cast<std::size_t>(text.size())});
}

} // namespace

ConversationStep HttpConversation::read(Bytes input)
{
    using Status = Parsed<http::RequestHead>::Status;
    if (m_isRead)
        return ConversationStep::request(0, m_destination);
    if (!hasNewLine(input))
        return ConversationStep::needMore();
    const auto parsed = http::parseRequestHead(input);
    if (parsed.status == Status::NeedMore)
        return ConversationStep::needMore();
    if (parsed.status == Status::Done)
        return headRead(parsed.value, parsed.size);
    using OwnStatus = Parsed<http::OwnRequest>::Status;
    const auto own = http::parseOwnRequest(input);
    if (own.status == OwnStatus::NeedMore)
        return ConversationStep::needMore();
    if (own.status == OwnStatus::Done)
        return answerOwn(own.value);
    if (parsed.error == ErrorCode::ProtocolError)
        return refuse(
            {parsed.error, Message(QT_TRANSLATE_NOOP("engine::Message", "malformed or oversized request"))});
    return refuse({parsed.error, {}});
}

/// A head is read from its start each time, so only when it can have become whole or wrong: a client that
/// sends byte by byte costs no more than its lines.
bool HttpConversation::hasNewLine(Bytes input)
{
    const auto from = input.begin() + static_cast<std::ptrdiff_t>(std::min(m_seen, input.size()));
    m_seen = input.size();
    return input.size() >= kMaximumHttpHeadSize || std::find(from, input.end(), '\n') != input.end();
}

ConversationStep HttpConversation::headRead(const http::RequestHead &head, std::size_t size)
{
    m_isRead = true;
    m_isConnect = head.form == http::TargetForm::Authority;
    m_wantsBody = head.method != "HEAD";
    m_destination = head.destination;
    // A request that is forwarded stays where it is: whoever forwards it reads its head again.
    const std::size_t used = m_isConnect ? size : 0;
    if (m_authentication == Authentication::None)
        return ConversationStep::request(used, m_destination);
    const http::Header *authorization = head.find("Proxy-Authorization");
    std::optional<Login> login;
    if (authorization)
        login = http::parseBasicCredentials(authorization->value);
    if (!login)
        return refuse({ErrorCode::NoAcceptableMethod, {}});
    return ConversationStep::verify(used, std::move(*login));
}

/// The hosts of rules are not for everybody: not for clients of the network that have not logged in, which
/// programs that read PAC files cannot, and not for web pages whose own name leads here (DNS rebinding).
ConversationStep HttpConversation::answerOwn(const http::OwnRequest &request) const
{
    if (request.path != kPacPath || (request.method != "GET" && request.method != "HEAD"))
        return refuse({ErrorCode::ProtocolError,
                       Message(QT_TRANSLATE_NOOP("engine::Message", "only /proxy.pac is to be had here"))});
    const bool isKnownName =
        request.host == "localhost" || Address::fromLiteral(QString::fromUtf8(request.host)).has_value();
    const bool mayTell = m_authentication == Authentication::None && isKnownName;
    return ConversationStep::sendPac(
        {mayTell ? PacDetail::DirectHosts : PacDetail::NoRules, request.method == "GET"});
}

/// A right login is not answered: the request came with it.
ClientMessage HttpConversation::answerLogin(ErrorCode error)
{
    return error == ErrorCode::None ? ClientMessage() : refusal({error, {}});
}

ClientMessage HttpConversation::grant(const Endpoint &) const
{
    return toMessage(http::connectionEstablished());
}

ClientMessage HttpConversation::refusal(const Error &error) const
{
    return toMessage(http::makeErrorPage(error, m_wantsBody));
}

ConversationStep HttpConversation::refuse(const Error &error) const
{
    return ConversationStep::refuse(refusal(error), error);
}

} // namespace engine
