// SPDX-License-Identifier: MIT
#include "engine/inbound/client_session.h"

#include <algorithm>
#include <array>

namespace engine
{

namespace
{

/// More than the longest handshake message; what is left over is early data.
constexpr std::size_t kReadSize = 4096;

} // namespace

ClientSession::ClientSession(SessionServices &services, Registry::Record &record, net::Socket socket,
                             std::shared_ptr<const ListenerProfile> listener)
    : LiveConnection(record)
    , m_services(services)
    , m_socket(std::move(socket))
    , m_listener(std::move(listener))
    , m_decider(std::make_unique<Decider>(
          services, record,
          [this](const Action &action, const Destination &decidedOn) { decided(action, decidedOn); }))
{
}

ClientSession::~ClientSession()
{
    m_services.deadlines.cancel(*this);
    if (m_login != 0)
        m_services.logins.cancel(m_login);
}

void ClientSession::start()
{
    m_services.deadlines.schedule(*this, m_services.host.profile().limits.handshakeTimeout);
    if (!m_services.poller.add(m_socket.descriptor(), *this)) {
        m_services.deadlines.cancel(*this);
        m_state = State::Done;
        m_socket.close();
        m_services.host.connectionEnded(*this, m_record, {ErrorCode::OutOfMemory, {}});
        return;
    }
    m_decider->identify();
}

void ClientSession::close(const Error &reason)
{
    end(reason, true);
}

void ClientSession::onReady(net::Descriptor, net::ReadyFlags ready)
{
    m_ready |= ready;
    if (m_state == State::Answering && ready.testFlag(net::Ready::Writable))
        sendAnswer();
    if (ready & (net::Ready::Readable | net::Ready::Broken))
        readInput();
}

/// Reads what the client sent, in every state: also while dialling, so that a client that goes away is
/// noticed.
void ClientSession::readInput()
{
    std::size_t budget = kMaximumEarlyData;
    while (m_state != State::Done && !m_inputEnded && m_input.size() < kMaximumEarlyData &&
           m_ready.testFlag(net::Ready::Readable)) {
        if (budget == 0) {
            m_services.poller.continueLater(m_socket.descriptor(), net::Ready::Readable);
            return;
        }
        std::array<std::uint8_t, kReadSize> buffer;
        const net::IoResult result = m_socket.receive(buffer);
        if (result.status == net::IoStatus::Failed) {
            // Many clients hang up on a refusal without reading the whole of it, which resets the connection.
            end(m_state == State::Refused ? m_refusal : Error{ErrorCode::ClientGone, {}}, true);
            return;
        }
        // A short read has emptied the socket, unless a FIN or an urgent mark stands behind it.
        const bool mayHaveMore =
            result.bytes == buffer.size() ||
            (m_ready & (net::Ready::PeerClosed | net::Ready::Urgent | net::Ready::Broken));
        if (result.status == net::IoStatus::WouldBlock || !mayHaveMore) {
            m_ready.setFlag(net::Ready::Readable, false);
            m_services.poller.rearm(m_socket.descriptor(), net::Ready::Readable);
        }
        budget -= std::min(budget, result.bytes);
        m_inputEnded = result.status == net::IoStatus::End;
        m_input.append(reinterpret_cast<const char *>(buffer.data()), static_cast<qsizetype>(result.bytes));
        processInput();
    }
    endIfNothingCanCome();
}

/// A client that has finished sending may still wait for its answer, but only once it has asked.
void ClientSession::endIfNothingCanCome()
{
    if (!m_inputEnded)
        return;
    switch (m_state) {
    case State::ReadingFirstByte:
    case State::Conversing:
        end({ErrorCode::ClientGone, {}}, false);
        break;
    case State::Refused:
        end(m_refusal, false);
        break;
    case State::VerifyingLogin:
    case State::Dialing:
    case State::Answering:
    case State::Done:
        break;
    }
}

void ClientSession::processInput()
{
    bool again = true;
    while (again) {
        switch (m_state) {
        case State::ReadingFirstByte:
            again = readFirstByte();
            break;
        case State::Conversing:
            again = converse();
            break;
        case State::Answering:
        case State::Refused:
            m_input.clear();
            again = false;
            break;
        case State::VerifyingLogin:
        case State::Dialing:
        case State::Done:
            again = false;
            break;
        }
    }
}

bool ClientSession::readFirstByte()
{
    if (m_input.isEmpty())
        return false;
    m_conversation = makeConversation(input().front(), *m_listener);
    if (!m_conversation) {
        end({ErrorCode::ProtocolError, {}}, false);
        return false;
    }
    m_state = State::Conversing;
    return true;
}

bool ClientSession::converse()
{
    using Kind = ConversationStep::Kind;
    ConversationStep step = m_conversation->read(input());
    m_record.info.protocol = m_conversation->protocol();
    // The password is wiped where it was read, so that it cannot turn up in a crash dump later.
    if (step.kind == Kind::Login)
        std::fill_n(m_input.begin(), step.size, '\0');
    consume(step.size);
    if (!send(step.message))
        return false;
    switch (step.kind) {
    case Kind::NeedMore:
        return false;
    case Kind::Continue:
        return true;
    case Kind::Login:
        verifyLogin(step.login);
        step.login.password.fill('\0');
        return m_state == State::Conversing;
    case Kind::Request:
        serve(step.command, step.destination);
        return false;
    case Kind::Pac:
        servePac(step.pac);
        return false;
    case Kind::Refuse:
        linger(step.error);
        return false;
    case Kind::Close:
        end(step.error, false);
        return false;
    }
    Q_UNREACHABLE();
    return false;
}

void ClientSession::serve(ClientCommand command, const Destination &destination)
{
    m_command = command;
    m_record.info.command = command;
    if (command != ClientCommand::UdpAssociate) {
        m_record.info.targetHost = destination.host();
        m_record.info.targetPort = destination.port;
    }
    m_services.registry.markChanged(m_record);
    enter(State::Dialing, ConnectionState::Connecting);
    m_services.deadlines.schedule(*this, m_services.host.profile().limits.connectTimeout);
    if (command == ClientCommand::Connect)
        m_loopTest = m_services.connecting.loops->recognize(destination);
    if (m_loopTest)
        m_requested = destination;
    m_decider->decide(command == ClientCommand::UdpAssociate ? Transport::Udp : Transport::Tcp,
                      m_loopTest ? m_loopTest->asked : destination);
}

void ClientSession::decided(const Action &action, const Destination &destination)
{
    // Where an association's datagrams may go is decided for each of them.
    if (m_command == ClientCommand::UdpAssociate) {
        associate(destination);
        return;
    }
    if (m_loopTest) {
        decidedOnLoop(action);
        return;
    }
    m_services.registry.countHit(m_record);
    if (action.kind == Action::Kind::Block)
        refuse({ErrorCode::BlockedByRule, Message::verbatim(m_record.info.rule)});
    else if (m_command == ClientCommand::Bind)
        bind(action, destination);
    else
        connect(action, destination);
}

/// What was decided is what the test stands for. It goes on by way of another server, which may lead back to
/// the one that was tested; nothing else is done for it.
void ClientSession::decidedOnLoop(const Action &action)
{
    Action asked = action;
    if (m_loopTest->transport == Transport::Udp)
        asked = m_services.host.decide(makeQuery(m_record, Transport::Udp, m_loopTest->asked)).action;
    if (m_services.connecting.loops->takeReturned(m_loopTest->test, asked))
        refuse({ErrorCode::LoopDetected, {}});
    else if (asked.kind == Action::Kind::Proxy)
        connect(asked, m_requested);
    else
        refuse({ErrorCode::NameNotFound, {}});
}

void ClientSession::verifyLogin(const Login &login)
{
    const QString user = QString::fromUtf8(login.user);
    const PasswordHash checked = currentHash(user).value_or(PasswordHash{});
    enter(State::VerifyingLogin, ConnectionState::Authenticating);
    const LoginId id = m_services.logins.verify(
        m_record.info.client.address, login, m_services.host.profile().users,
        [this, user, checked](LoginVerifier::Result result) { loginVerified(user, checked, result); });
    // A remembered login was answered from within the call.
    if (m_state == State::VerifyingLogin)
        m_login = id;
}

void ClientSession::loginVerified(const QString &user, const PasswordHash &checked,
                                  LoginVerifier::Result result)
{
    const bool waited = m_login != 0;
    m_login = 0;
    // The profile may have changed while the password was verified.
    const bool accepted = result == LoginVerifier::Result::Accepted && currentHash(user) == checked;
    const ErrorCode error = accepted                                ? ErrorCode::None
                            : result == LoginVerifier::Result::Busy ? ErrorCode::TooManyPendingLogins
                                                                    : ErrorCode::LoginFailed;
    if (!send(m_conversation->answerLogin(error)))
        return;
    m_record.info.user = user;
    if (!accepted) {
        linger({error, {}});
        return;
    }
    enter(State::Conversing, ConnectionState::Handshake);
    m_services.registry.markChanged(m_record);
    if (waited) {
        processInput();
        endIfNothingCanCome();
    }
}

std::optional<PasswordHash> ClientSession::currentHash(const QString &user) const
{
    const QList<UserProfile> &users = m_services.host.profile().users;
    const auto found = std::find_if(users.begin(), users.end(),
                                    [&user](const UserProfile &entry) { return entry.name == user; });
    return found == users.end() ? std::nullopt : std::optional(found->password);
}

void ClientSession::connect(const Action &action, const Destination &destination)
{
    m_connector = std::make_unique<Connector>(
        m_services.connecting, [this](Expected<Dialed, Error> result) { dialed(std::move(result)); });
    m_connector->connect(action, destination);
}

void ClientSession::dialed(Expected<Dialed, Error> result)
{
    if (!result) {
        refuse(result.error());
        return;
    }
    m_record.info.dialed = result->peer;
    m_record.info.servers = result->servers;
    m_services.registry.markChanged(m_record);
    if (m_conversation->forwards()) {
        relay(std::move(*result));
        return;
    }
    if (const Error refusal = m_services.host.whyNotAllowedNow(m_record); refusal.isError()) {
        refuse(refusal);
    } else if (send(m_conversation->grant(result->local))) {
        relay(std::move(*result));
        return;
    }
    m_services.poller.remove(result->socket.descriptor());
    result->socket.reset();
}

void ClientSession::relay(Dialed dialed)
{
    m_state = State::Done;
    m_services.deadlines.cancel(*this);
    RelayEnd client{std::move(m_socket), m_ready, m_inputEnded};
    RelayEnd target{std::move(dialed.socket), dialed.ready, false};
    if (m_conversation->forwards())
        m_services.host.startForward(*this, m_record, std::move(client), std::move(target),
                                     std::move(m_input));
    else
        m_services.host.startRelay(*this, m_record, std::move(client), std::move(target), std::move(m_input));
}

void ClientSession::onDeadline()
{
    if (m_state == State::Refused) {
        end(m_refusal, true);
        return;
    }
    if (m_state == State::Conversing && m_conversation->mayRefuseUnread()) {
        refuse({ErrorCode::HandshakeTimedOut, {}});
        return;
    }
    if (m_state != State::Dialing) {
        end({ErrorCode::HandshakeTimedOut, {}}, true);
        return;
    }
    const bool isResolving =
        (m_decider && m_decider->isResolving()) || (m_connector && m_connector->isResolving());
    refuse({isResolving ? ErrorCode::NameLookupTimedOut : ErrorCode::ConnectionTimedOut, {}});
}

bool ClientSession::send(std::span<const std::uint8_t> bytes)
{
    if (bytes.empty())
        return true;
    // Replies are a few bytes into an empty send buffer: a socket that does not take them whole is dead.
    const net::IoResult result = m_socket.send(bytes);
    if (result.status == net::IoStatus::Done && result.bytes == bytes.size())
        return true;
    end({ErrorCode::ClientGone, {}}, true);
    return false;
}

void ClientSession::refuse(const Error &error)
{
    m_decider.reset();
    m_connector.reset();
    if (send(m_conversation->refusal(error)))
        linger(error);
}

/// Closing with input unread would reset the connection and could take the reply with it. So the client is
/// given a moment to hang up first.
void ClientSession::linger(const Error &error)
{
    m_state = State::Refused;
    m_refusal = error;
    m_input.clear();
    m_socket.shutdownWrite();
    m_services.deadlines.schedule(*this, kRefusalLinger);
    endIfNothingCanCome();
}

void ClientSession::end(const Error &error, bool reset)
{
    if (m_state == State::Done)
        return;
    m_state = State::Done;
    m_services.deadlines.cancel(*this);
    m_decider.reset();
    m_connector.reset();
    m_services.poller.remove(m_socket.descriptor());
    if (reset)
        m_socket.reset();
    else
        m_socket.close();
    m_services.host.connectionEnded(*this, m_record, error);
}

Bytes ClientSession::input() const
{
    return bytesOf(m_input);
}

void ClientSession::consume(std::size_t size)
{
    if (size == static_cast<std::size_t>(m_input.size()))
        m_input.clear();
    else
        m_input.remove(0, static_cast<qsizetype>(size));
}

void ClientSession::enter(State state, ConnectionState shown)
{
    m_state = state;
    m_services.registry.setState(m_record, shown);
}

} // namespace engine
