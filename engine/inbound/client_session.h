// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/conversation.h"
#include "engine/inbound/decider.h"
#include "engine/inbound/session_services.h"

#include <optional>

namespace engine
{

/// One client from accept to the reply: its conversation, login and dialling, within the limits of time and
/// memory. Then its sockets go to a relay.
class ClientSession final : public LiveConnection, private net::PollHandler, private net::Deadline
{
public:
    ClientSession(SessionServices &services, Registry::Record &record, net::Socket socket,
                  std::shared_ptr<const ListenerProfile> listener);
    ~ClientSession() override;

    /// To be called once, after construction; may end the session.
    void start();
    void close(const Error &reason) override;

private:
    enum class State : std::uint8_t {
        ReadingFirstByte,
        Conversing,
        VerifyingLogin,
        Dialing,
        Answering, ///< what was asked of this proxy itself is being sent
        Refused,   ///< the refusal was sent; waiting for the client to hang up
        Done,
    };

    void onReady(net::Descriptor descriptor, net::ReadyFlags ready) override;
    void onDeadline() override;

    void readInput();
    void processInput();
    /// Each handles one state and says whether there may be more to do with the input at hand.
    bool readFirstByte();
    bool converse();

    void verifyLogin(const Login &login);
    void loginVerified(const QString &user, const PasswordHash &checked, LoginVerifier::Result result);
    [[nodiscard]] std::optional<PasswordHash> currentHash(const QString &user) const;
    void serve(ClientCommand command, const Destination &destination);
    void decided(const Action &action, const Destination &destination);
    void decidedOnLoop(const Action &action);
    void connect(const Action &action, const Destination &destination);
    void bind(const Action &action, const Destination &destination);
    void associate(const Destination &destination);
    void servePac(const PacRequest &request);
    void sendAnswer();
    [[nodiscard]] RelayEnd leaveClient();
    void dialed(Expected<Dialed, Error> result);
    void relay(Dialed dialed);

    bool send(std::span<const std::uint8_t> bytes);
    /// Tells the client why, if there is a way to, and ends.
    void refuse(const Error &error);
    void linger(const Error &error);
    void endIfNothingCanCome();
    void end(const Error &error, bool reset);
    [[nodiscard]] Bytes input() const;
    void consume(std::size_t size);
    void enter(State state, ConnectionState shown);

    SessionServices &m_services;
    net::Socket m_socket;
    std::shared_ptr<const ListenerProfile> m_listener;
    QByteArray m_input;                           ///< read and not yet understood
    QByteArray m_answer;                          ///< of Answering: not yet sent
    std::unique_ptr<Conversation> m_conversation; ///< from the first byte on
    std::unique_ptr<Decider> m_decider;           ///< until it is refused or ends
    std::unique_ptr<Connector> m_connector;
    ClientCommand m_command = ClientCommand::Connect;
    std::optional<LoopWatch::Returned> m_loopTest; ///< of ours, that the client asks for
    Destination m_requested;                       ///< of that test
    Error m_refusal;
    LoginId m_login = 0;
    net::ReadyFlags m_ready; ///< readiness reported and not used up
    State m_state = State::ReadingFirstByte;
    bool m_inputEnded = false; ///< the client's FIN was read
};

} // namespace engine
