// SPDX-License-Identifier: MIT
#include "engine/inbound/socks4_conversation.h"

namespace engine
{

ConversationStep Socks4Conversation::read(Bytes input)
{
    auto parsed = socks4::parseRequest(input);
    if (parsed.needsMore())
        return ConversationStep::needMore();
    if (parsed.isBad())
        return refuse(parsed.error);
    m_is4a = parsed.value.is4a;
    // A USERID proves nothing, so it opens no door that asks for a password.
    if (m_authentication == Authentication::Password)
        return refuse(ErrorCode::NoAcceptableMethod);
    const bool isBind = parsed.value.command == socks4::Command::Bind;
    return ConversationStep::request(parsed.size, std::move(parsed.value.destination),
                                     isBind ? ClientCommand::Bind : ClientCommand::Connect);
}

/// There is no login in SOCKS4.
ClientMessage Socks4Conversation::answerLogin(ErrorCode)
{
    return {};
}

ClientMessage Socks4Conversation::grant(const Endpoint &bound) const
{
    return makeClientMessage(socks4::makeReply(socks4::kGranted, bound));
}

ClientMessage Socks4Conversation::refusal(const Error &error) const
{
    return makeClientMessage(socks4::makeReply(errorRow(error.code).socks4, {}));
}

ClientProtocol Socks4Conversation::protocol() const
{
    return m_is4a ? ClientProtocol::Socks4a : ClientProtocol::Socks4;
}

ConversationStep Socks4Conversation::refuse(ErrorCode error) const
{
    return ConversationStep::refuse(refusal({error, {}}), {error, {}});
}

} // namespace engine
