// SPDX-License-Identifier: MIT
#include "engine/inbound/conversation.h"

#include "engine/inbound/http_conversation.h"
#include "engine/inbound/socks4_conversation.h"
#include "engine/inbound/socks5_conversation.h"

namespace engine
{

namespace
{

/// Every HTTP method begins with one; no version of SOCKS does, nor does TLS.
bool isLetter(std::uint8_t byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

} // namespace

std::unique_ptr<Conversation> makeConversation(std::uint8_t firstByte, const ListenerProfile &listener)
{
    if (firstByte == socks5::kVersion && listener.protocols.testFlag(Protocol::Socks5))
        return std::make_unique<Socks5Conversation>(listener.authentication);
    if (firstByte == socks4::kVersion && listener.protocols.testFlag(Protocol::Socks4))
        return std::make_unique<Socks4Conversation>(listener.authentication);
    if (isLetter(firstByte) && listener.protocols.testFlag(Protocol::Http))
        return std::make_unique<HttpConversation>(listener.authentication);
    return nullptr;
}

} // namespace engine
