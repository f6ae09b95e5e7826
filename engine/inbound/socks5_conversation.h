// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/conversation.h"
#include "engine/proto/socks5.h"

namespace engine
{

/// RFC 1928, and RFC 1929 where a password is asked for.
class Socks5Conversation final : public Conversation
{
public:
    explicit Socks5Conversation(Authentication authentication)
        : m_authentication(authentication)
    {
    }

    ConversationStep read(Bytes input) override;
    ClientMessage answerLogin(ErrorCode error) override;
    ClientMessage grant(const Endpoint &bound) const override;
    ClientMessage refusal(const Error &error) const override;
    ClientProtocol protocol() const override { return ClientProtocol::Socks5; }

private:
    enum class State : std::uint8_t { ReadingGreeting, ReadingLogin, ReadingRequest };

    [[nodiscard]] ConversationStep readGreeting(Bytes input);
    [[nodiscard]] ConversationStep readLogin(Bytes input);
    [[nodiscard]] ConversationStep readRequest(Bytes input);
    [[nodiscard]] ConversationStep refuse(ErrorCode error) const;

    Authentication m_authentication;
    State m_state = State::ReadingGreeting;
};

} // namespace engine
