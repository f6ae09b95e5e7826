// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/pac.h"
#include "engine/profile.h"
#include "engine/proto/destination.h"
#include "engine/proto/login.h"
#include "engine/proto/parsed.h"
#include "engine/snapshot.h"

#include <QVarLengthArray>

#include <memory>

namespace engine
{

/// Bytes for the client. Room for every SOCKS reply without a heap block.
using ClientMessage = QVarLengthArray<std::uint8_t, 24>;

[[nodiscard]] inline ClientMessage makeClientMessage(std::span<const std::uint8_t> bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// What a client asked of the PAC file.
struct PacRequest {
    PacDetail detail = PacDetail::NoRules;
    bool withBody = true;
};

/// What a conversation made of the client's bytes, and what the session is to do about it.
struct ConversationStep {
    enum class Kind : std::uint8_t {
        NeedMore,
        Continue, ///< there may be more in the input
        Login,    ///< verify `login`, then tell the conversation by answerLogin() and go on
        Request,  ///< do `command` for `destination`
        Pac,      ///< send the PAC file, then end
        Refuse,   ///< `message` says why; let it arrive, then end with `error`
        Close,    ///< not worth a word: end with `error`
    };

    Kind kind = Kind::NeedMore;
    std::size_t size = 0;    ///< bytes of the input that were used up
    ClientMessage message{}; ///< to be sent first; may be empty
    Login login{};
    ClientCommand command = ClientCommand::Connect;
    Destination destination{};
    PacRequest pac{};
    Error error{};

    static ConversationStep needMore() { return {}; }
    static ConversationStep goOn(std::size_t size, ClientMessage message = {})
    {
        return {.kind = Kind::Continue, .size = size, .message = std::move(message)};
    }
    static ConversationStep verify(std::size_t size, Login login)
    {
        return {.kind = Kind::Login, .size = size, .login = std::move(login)};
    }
    static ConversationStep request(std::size_t size, Destination destination,
                                    ClientCommand command = ClientCommand::Connect)
    {
        return {
            .kind = Kind::Request, .size = size, .command = command, .destination = std::move(destination)};
    }
    static ConversationStep sendPac(PacRequest pac) { return {.kind = Kind::Pac, .pac = pac}; }
    static ConversationStep refuse(ClientMessage message, Error error)
    {
        return {.kind = Kind::Refuse, .message = std::move(message), .error = std::move(error)};
    }
    static ConversationStep close(ErrorCode error) { return {.kind = Kind::Close, .error = {error, {}}}; }
};

/// One protocol's side of a client's handshake: what the bytes mean and what is answered. Sockets, time and
/// limits are the session's.
class Conversation
{
public:
    Conversation() = default;
    virtual ~Conversation() = default;
    Q_DISABLE_COPY_MOVE(Conversation)

    /// All that was received and not used up yet. Also called, maybe without any, after a login succeeded.
    [[nodiscard]] virtual ConversationStep read(Bytes input) = 0;
    /// What the client is told of its login; None when it was right. May be empty.
    [[nodiscard]] virtual ClientMessage answerLogin(ErrorCode error) = 0;
    [[nodiscard]] virtual ClientMessage grant(const Endpoint &bound) const = 0;
    [[nodiscard]] virtual ClientMessage refusal(const Error &error) const = 0;
    [[nodiscard]] virtual ClientProtocol protocol() const = 0;
    /// Whether requests are to be forwarded one by one, the first of them still unused in the input, rather
    /// than a tunnel opened.
    [[nodiscard]] virtual bool forwards() const { return false; }
    /// Whether a refusal makes sense to a client that has not finished its request.
    [[nodiscard]] virtual bool mayRefuseUnread() const { return false; }
};

/// The conversation that a client's first byte begins; null when the listener does not speak its protocol.
[[nodiscard]] std::unique_ptr<Conversation> makeConversation(std::uint8_t firstByte,
                                                             const ListenerProfile &listener);

} // namespace engine
