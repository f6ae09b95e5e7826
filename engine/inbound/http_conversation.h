// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/conversation.h"
#include "engine/proto/http.h"

namespace engine
{

/// The head of an HTTP client's first request, its login, and the answers to CONNECT.
class HttpConversation final : public Conversation
{
public:
    explicit HttpConversation(Authentication authentication)
        : m_authentication(authentication)
    {
    }

    ConversationStep read(Bytes input) override;
    ClientMessage answerLogin(ErrorCode error) override;
    ClientMessage grant(const Endpoint &bound) const override;
    ClientMessage refusal(const Error &error) const override;
    ClientProtocol protocol() const override { return ClientProtocol::Http; }
    bool forwards() const override { return m_isRead && !m_isConnect; }
    bool mayRefuseUnread() const override { return true; }

private:
    [[nodiscard]] bool hasNewLine(Bytes input);
    [[nodiscard]] ConversationStep headRead(const http::RequestHead &head, std::size_t size);
    [[nodiscard]] ConversationStep answerOwn(const http::OwnRequest &request) const;
    [[nodiscard]] ConversationStep refuse(const Error &error) const;

    Destination m_destination; ///< once the head was read
    std::size_t m_seen = 0;    ///< bytes of an unfinished head that were looked at
    Authentication m_authentication;
    bool m_isRead = false;
    bool m_isConnect = false;
    bool m_wantsBody = true; ///< a HEAD request is answered without
};

} // namespace engine
