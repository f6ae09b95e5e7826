// SPDX-License-Identifier: MIT
#include "engine/inbound/socks5_conversation.h"

namespace engine
{

namespace
{

ClientCommand clientCommand(socks5::Command command)
{
    switch (command) {
    case socks5::Command::Connect:
        return ClientCommand::Connect;
    case socks5::Command::Bind:
        return ClientCommand::Bind;
    case socks5::Command::UdpAssociate:
        return ClientCommand::UdpAssociate;
    }
    Q_UNREACHABLE();
    return ClientCommand::Connect;
}

} // namespace

ConversationStep Socks5Conversation::read(Bytes input)
{
    switch (m_state) {
    case State::ReadingGreeting:
        return readGreeting(input);
    case State::ReadingLogin:
        return readLogin(input);
    case State::ReadingRequest:
        return readRequest(input);
    }
    Q_UNREACHABLE();
    return {};
}

ConversationStep Socks5Conversation::readGreeting(Bytes input)
{
    const auto parsed = socks5::parseGreeting(input);
    if (parsed.needsMore())
        return ConversationStep::needMore();
    if (parsed.isBad())
        return ConversationStep::close(parsed.error);
    const bool needsPassword = m_authentication == Authentication::Password;
    const bool acceptable = needsPassword ? parsed.value.userPassword : parsed.value.noAuthentication;
    if (!acceptable)
        return ConversationStep::refuse(
            makeClientMessage(socks5::makeMethodReply(socks5::Method::NoneAcceptable)),
            {ErrorCode::NoAcceptableMethod, {}});
    m_state = needsPassword ? State::ReadingLogin : State::ReadingRequest;
    const auto method = needsPassword ? socks5::Method::UserPassword : socks5::Method::NoAuthentication;
    return ConversationStep::goOn(parsed.size, makeClientMessage(socks5::makeMethodReply(method)));
}

ConversationStep Socks5Conversation::readLogin(Bytes input)
{
    auto parsed = socks5::parseLogin(input);
    if (parsed.needsMore())
        return ConversationStep::needMore();
    if (parsed.isBad())
        return ConversationStep::refuse(makeClientMessage(socks5::makeLoginReply(false)), {parsed.error, {}});
    return ConversationStep::verify(parsed.size, std::move(parsed.value));
}

ClientMessage Socks5Conversation::answerLogin(ErrorCode error)
{
    if (error == ErrorCode::None)
        m_state = State::ReadingRequest;
    return makeClientMessage(socks5::makeLoginReply(error == ErrorCode::None));
}

ConversationStep Socks5Conversation::readRequest(Bytes input)
{
    auto parsed = socks5::parseRequest(input);
    if (parsed.needsMore())
        return ConversationStep::needMore();
    if (parsed.isBad())
        return refuse(parsed.error);
    return ConversationStep::request(parsed.size, std::move(parsed.value.destination),
                                     clientCommand(parsed.value.command));
}

ClientMessage Socks5Conversation::grant(const Endpoint &bound) const
{
    return makeClientMessage(socks5::makeReply(static_cast<std::uint8_t>(socks5::Reply::Succeeded), bound));
}

ClientMessage Socks5Conversation::refusal(const Error &error) const
{
    return makeClientMessage(socks5::makeReply(errorRow(error.code).socks5, {}));
}

ConversationStep Socks5Conversation::refuse(ErrorCode error) const
{
    return ConversationStep::refuse(refusal({error, {}}), {error, {}});
}

} // namespace engine
