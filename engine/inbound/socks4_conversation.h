// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/conversation.h"
#include "engine/proto/socks4.h"

namespace engine
{

/// SOCKS4.protocol and SOCKS4A.protocol: one request, one reply.
class Socks4Conversation final : public Conversation
{
public:
    explicit Socks4Conversation(Authentication authentication)
        : m_authentication(authentication)
    {
    }

    ConversationStep read(Bytes input) override;
    ClientMessage answerLogin(ErrorCode error) override;
    ClientMessage grant(const Endpoint &bound) const override;
    ClientMessage refusal(const Error &error) const override;
    ClientProtocol protocol() const override;

private:
    [[nodiscard]] ConversationStep refuse(ErrorCode error) const;

    Authentication m_authentication;
    bool m_is4a = false;
};

} // namespace engine
