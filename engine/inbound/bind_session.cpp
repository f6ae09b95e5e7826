// SPDX-License-Identifier: MIT
#include "engine/inbound/bind_session.h"

#include "engine/inbound/decider.h"
#include "engine/proto/socks4.h"
#include "engine/proto/socks5.h"
#include "engine/proto/upstream.h"

#include <algorithm>
#include <array>

namespace engine
{

namespace
{

constexpr std::size_t kReadSize = 4096;

} // namespace

BindSession::BindSession(SessionServices &services, Registry::Record &record, ClientRequest request)
    : LiveConnection(record)
    , m_services(services)
    , m_client(std::move(request.client.socket))
    , m_action(std::move(request.action))
    , m_early(std::move(request.early))
    , m_destination(std::move(request.destination))
    , m_ready(request.client.ready)
    , m_isSocks4(request.isSocks4)
    , m_clientEnded(request.client.ended)
{
    m_services.poller.setHandler(m_client.descriptor(), *this);
}

BindSession::~BindSession()
{
    m_services.deadlines.cancel(*this);
    if (m_lookup != 0)
        m_services.connecting.dialing.resolver.cancel(m_lookup);
}

void BindSession::start()
{
    if (m_clientEnded) {
        end({ErrorCode::ClientGone, {}}, false);
        return;
    }
    if (m_action.kind == Action::Kind::Proxy)
        askServer();
    else
        resolve();
    readClient();
}

void BindSession::close(const Error &reason)
{
    end(reason, true);
}

void BindSession::askServer()
{
    m_services.deadlines.schedule(*this, m_services.host.profile().limits.connectTimeout);
    m_connector = std::make_unique<Connector>(
        m_services.connecting, [this](Expected<Dialed, Error> result) { serverListens(std::move(result)); });
    m_connector->connect(m_action, m_destination, socks5::Command::Bind);
}

/// The client hears of the address that the server listens on.
void BindSession::serverListens(Expected<Dialed, Error> result)
{
    if (!result) {
        refuse(result.error());
        return;
    }
    m_services.registry.setServers(m_record, result->servers);
    m_server = std::move(result->socket);
    m_services.poller.setHandler(m_server.descriptor(), *this);
    Endpoint bound = result->local;
    if (bound.isNull() || bound.address.isUnspecified())
        bound.address = result->peer.address;
    if (!sendReply({}, bound))
        return;
    m_state = State::Waiting;
    m_services.deadlines.schedule(*this, m_services.host.profile().limits.bindTimeout);
    readServer();
}

/// Reads the server's second reply and nothing of what the peer sends behind it.
void BindSession::readServer()
{
    std::array<std::uint8_t, kReadSize> buffer;
    const auto known = static_cast<std::size_t>(m_answer.size());
    std::copy(m_answer.begin(), m_answer.end(), buffer.begin());
    const net::IoResult result = m_server.peek(std::span(buffer).subspan(known));
    if (result.status == net::IoStatus::WouldBlock) {
        m_services.poller.rearm(m_server.descriptor(), net::Ready::Readable);
        return;
    }
    if (result.status != net::IoStatus::Done) {
        refuse({ErrorCode::UpstreamFailed, Message(QT_TRANSLATE_NOOP("engine::Message", "it hung up"))});
        return;
    }
    const Bytes answer = Bytes(buffer).first(known + result.bytes);
    const auto reply = upstream::parseReply(answer);
    // Half a reply is all the server's, so it need not stay there and be reported again.
    const std::size_t size = reply.needsMore() ? answer.size() : reply.size;
    if (size > known)
        (void)m_server.receive(std::span(buffer).subspan(known, size - known));
    if (reply.needsMore()) {
        m_answer = QByteArray(reinterpret_cast<const char *>(answer.data()), static_cast<qsizetype>(size));
        m_services.poller.rearm(m_server.descriptor(), net::Ready::Readable);
    } else if (reply.isBad() || !upstream::isGranted(reply.value)) {
        refuse({reply.isBad() ? reply.error : ErrorCode::UpstreamFailed, {}});
    } else if (const Destination &peer = reply.value.bound; isAllowed(peer)) {
        relay(std::move(m_server), {peer.address, peer.port});
    } else {
        refuse({ErrorCode::BlockedByRule, {}});
    }
}

void BindSession::resolve()
{
    if (const std::optional<Address> literal = m_destination.literal()) {
        waitForPeer(literal->isUnspecified() ? QList<Address>()
                                             : QList{*literal} + m_destination.alternatives);
        return;
    }
    m_services.deadlines.schedule(*this, m_services.host.profile().limits.connectTimeout);
    m_lookup = m_services.connecting.dialing.resolver.lookUp(m_destination.name,
                                                             [this](const Resolver::Addresses &found) {
                                                                 m_lookup = 0;
                                                                 if (found)
                                                                     waitForPeer(*found);
                                                                 else
                                                                     refuse(found.error());
                                                             });
}

/// The socket listens before the client hears of it, so that its peer cannot come too early.
void BindSession::waitForPeer(const QList<Address> &peers)
{
    m_peers = peers;
    const Expected<Address, Error> address = reachableAddress();
    if (!address) {
        refuse(address.error());
        return;
    }
    Expected<net::Socket, Error> listener = net::Socket::openListening({*address, 0}, kBindBacklog);
    if (!listener) {
        refuse(listener.error());
        return;
    }
    if (!m_services.poller.add(listener->descriptor(), *this)) {
        refuse({ErrorCode::OutOfMemory, {}});
        return;
    }
    m_listener = std::move(*listener);
    if (!sendReply({}, m_listener.localEndpoint()))
        return;
    m_state = State::Waiting;
    m_services.deadlines.schedule(*this, m_services.host.profile().limits.bindTimeout);
}

/// Where the peer can reach us. When it may be anybody, nothing is known but where the client reached us.
Expected<Address, Error> BindSession::reachableAddress() const
{
    if (m_peers.isEmpty())
        return m_client.localEndpoint().address;
    Error error{ErrorCode::AddressFamilyUnsupported, {}};
    for (const Address &peer : m_peers) {
        if (m_isSocks4 && !peer.isV4())
            continue; // SOCKS4 could not tell the client where to send it.
        Expected<Address, Error> address = net::localAddressTowards(peer);
        if (address)
            return address;
        error = address.error();
    }
    return Unexpected{error};
}

void BindSession::onReady(net::Descriptor descriptor, net::ReadyFlags ready)
{
    if (descriptor == m_client.descriptor()) {
        m_ready |= ready;
        readClient();
    } else if (m_state == State::Waiting && descriptor == m_listener.descriptor()) {
        acceptPeers();
    } else if (m_state == State::Waiting && descriptor == m_server.descriptor()) {
        readServer();
    }
}

void BindSession::acceptPeers()
{
    for (int i = 0; i < kPeersPerTurn; ++i) {
        net::Accepted peer = net::acceptClient(m_listener.descriptor());
        if (peer.status == net::IoStatus::WouldBlock) {
            m_services.poller.rearm(m_listener.descriptor(), net::Ready::Readable);
            return;
        }
        if (peer.status == net::IoStatus::Failed) {
            refuse({ErrorCode::TooManyOpenFiles, {}});
            return;
        }
        if (isExpected(peer.peer.address) && isAllowed({peer.peer.address, {}, peer.peer.port})) {
            peerCame(std::move(peer));
            return;
        }
        // SOCKS4.protocol would end everything here. Then any stranger could, so it only loses its own
        // connection.
        peer.socket.reset();
    }
    m_services.poller.continueLater(m_listener.descriptor(), net::Ready::Readable);
}

bool BindSession::isExpected(const Address &peer) const
{
    return m_peers.isEmpty() || std::any_of(m_peers.begin(), m_peers.end(), [&peer](const Address &expected) {
               // A client cannot say a scope, and a peer on the link has one.
               return std::ranges::equal(expected.bytes(), peer.bytes());
           });
}

/// Whoever comes is decided about when he comes, by the rules of now, and must be allowed the way that he has
/// come. He was asked for by name, by address, or as anybody: then it is his own address that is decided
/// about, from now on, or his name, where a server tells no more. Of whom it tells nothing at all, no rule
/// that asks for hosts can be judged, and of a name that nobody here has looked up, none on addresses.
bool BindSession::isAllowed(const Destination &peer)
{
    const Connection &info = m_record.info;
    const bool isKnown = !peer.address.isNull() && !peer.address.isUnspecified();
    Destination asked = destinationOf(info.targetHost, info.targetPort);
    RuleQuery query = makeQuery(m_record, Transport::Tcp, asked);
    bool isAnybody = false;
    if (const std::optional<Address> literal = asked.literal()) {
        isAnybody = literal->isUnspecified();
        if (isAnybody && !isKnown && !peer.isName() && m_services.host.rules().asksForHosts())
            return false;
        if (isAnybody && peer.isName())
            asked = destinationOf(peer.host(), peer.port);
        else
            asked = {isKnown ? peer.address : *literal, {}, isAnybody ? peer.port : asked.port};
        query.destination = asked;
    } else if (isKnown && m_services.host.rules().asksForAddresses()) {
        query.resolved = peer.address;
    }
    const Ruling ruling = m_services.host.decide(query);
    m_services.registry.countHitBeside(m_record, ruling);
    if (ruling.action.kind == Action::Kind::Block || ruling.action != m_action ||
        (isAnybody && ruling.needsAddress))
        return false;
    m_record.info.targetHost = asked.host();
    m_record.info.targetPort = asked.port;
    m_services.registry.setRuling(m_record, ruling, query.resolved.value_or(Address()));
    return true;
}

void BindSession::peerCame(net::Accepted peer)
{
    net::setStreamOptions(peer.socket.descriptor());
    if (m_services.poller.add(peer.socket.descriptor(), *this)) {
        relay(std::move(peer.socket), peer.peer);
        return;
    }
    peer.socket.reset();
    refuse({ErrorCode::OutOfMemory, {}});
}

void BindSession::relay(net::Socket peer, const Endpoint &endpoint)
{
    if (!sendReply({}, endpoint)) {
        m_services.poller.remove(peer.descriptor());
        peer.reset();
        return;
    }
    m_record.info.dialed = endpoint;
    m_services.registry.markChanged(m_record);
    m_state = State::Done;
    m_services.deadlines.cancel(*this);
    closeListener();
    RelayEnd client{std::move(m_client), m_ready, false};
    // What a server sent behind its reply is there already, and will not be reported again.
    RelayEnd target{std::move(peer), net::Ready::Readable, false};
    m_services.host.startRelay(*this, m_record, std::move(client), std::move(target), std::move(m_early));
}

/// The client may send ahead; when it ends its connection, nobody waits for the peer any more.
void BindSession::readClient()
{
    std::size_t budget = kMaximumEarlyData;
    while (m_state != State::Done && m_ready.testFlag(net::Ready::Readable) &&
           m_early.size() < kMaximumEarlyData) {
        if (budget == 0) {
            m_services.poller.continueLater(m_client.descriptor(), net::Ready::Readable);
            return;
        }
        std::array<std::uint8_t, kReadSize> buffer;
        const net::IoResult result = m_client.receive(buffer);
        budget -= std::min(budget, result.bytes);
        switch (result.status) {
        case net::IoStatus::Done:
            if (m_state != State::Refused)
                m_early.append(reinterpret_cast<const char *>(buffer.data()),
                               static_cast<qsizetype>(result.bytes));
            break;
        case net::IoStatus::WouldBlock:
            m_ready.setFlag(net::Ready::Readable, false);
            m_services.poller.rearm(m_client.descriptor(), net::Ready::Readable);
            break;
        case net::IoStatus::End:
            end(m_state == State::Refused ? m_refusal : Error{ErrorCode::ClientGone, {}}, false);
            break;
        case net::IoStatus::Failed:
            end(m_state == State::Refused ? m_refusal : Error{ErrorCode::ClientGone, {}}, true);
            break;
        }
    }
}

void BindSession::onDeadline()
{
    switch (m_state) {
    case State::Resolving:
        refuse({m_connector ? ErrorCode::UpstreamTimedOut : ErrorCode::NameLookupTimedOut, {}});
        break;
    case State::Waiting:
        refuse({ErrorCode::BindTimedOut, {}});
        break;
    case State::Refused:
        end(m_refusal, true);
        break;
    case State::Done:
        break;
    }
}

bool BindSession::sendReply(const Error &error, const Endpoint &endpoint)
{
    const ErrorRow &row = errorRow(error.code);
    if (m_isSocks4)
        return send(socks4::makeReply(row.socks4, endpoint));
    return send(socks5::makeReply(row.socks5, endpoint));
}

bool BindSession::send(Bytes bytes)
{
    // A few bytes into an empty send buffer: a socket that does not take them whole is dead.
    const net::IoResult result = m_client.send(bytes);
    if (result.status == net::IoStatus::Done && result.bytes == bytes.size())
        return true;
    end({ErrorCode::ClientGone, {}}, true);
    return false;
}

/// As first or second reply, whichever is due. Then the client is given a moment to hang up, because closing
/// with input unread would reset the connection and could take the reply with it.
void BindSession::refuse(const Error &error)
{
    closeListener();
    if (m_lookup != 0)
        m_services.connecting.dialing.resolver.cancel(std::exchange(m_lookup, 0));
    if (!sendReply(error, {}))
        return;
    m_state = State::Refused;
    m_refusal = error;
    m_early.clear();
    m_client.shutdownWrite();
    m_services.deadlines.schedule(*this, kRefusalLinger);
    // Reading may have stopped when there was too much to keep.
    if (m_ready.testFlag(net::Ready::Readable))
        m_services.poller.continueLater(m_client.descriptor(), net::Ready::Readable);
}

void BindSession::closeListener()
{
    m_connector.reset();
    for (net::Socket *socket : {&m_listener, &m_server}) {
        if (!socket->isOpen())
            continue;
        m_services.poller.remove(socket->descriptor());
        socket->close();
    }
}

void BindSession::end(const Error &error, bool reset)
{
    if (m_state == State::Done)
        return;
    m_state = State::Done;
    m_services.deadlines.cancel(*this);
    closeListener();
    m_services.poller.remove(m_client.descriptor());
    if (reset)
        m_client.reset();
    else
        m_client.close();
    m_services.host.connectionEnded(*this, m_record, error);
}

} // namespace engine
