// SPDX-License-Identifier: MIT
#include "engine/outbound/tunnel.h"

#include "engine/limits.h"

#include <algorithm>
#include <array>
#include <utility>

namespace engine
{

namespace
{

Destination addressOf(const ServerProfile &server)
{
    return destinationOf(server.host, server.port);
}

/// SOCKS4 has no IPv6, so its servers are told of an IPv4 address when there is one.
Address preferredAddress(const QList<Address> &addresses, ServerProtocol protocol)
{
    const auto v4 = std::find_if(addresses.begin(), addresses.end(),
                                 [](const Address &address) { return address.isV4(); });
    const bool needsV4 = protocol == ServerProtocol::Socks4 || protocol == ServerProtocol::Socks4a;
    return needsV4 && v4 != addresses.end() ? *v4 : addresses.front();
}

Error loopError()
{
    return {ErrorCode::LoopDetected, Message(QT_TRANSLATE_NOOP("engine::Message", "it leads back here"))};
}

Message hungUp()
{
    return Message(QT_TRANSLATE_NOOP("engine::Message", "it hung up"));
}

/// What says nothing about the server that was dialled.
bool isOurFault(ErrorCode code)
{
    return code == ErrorCode::TooManyOpenFiles || code == ErrorCode::OutOfMemory ||
           code == ErrorCode::NoLocalPort || code == ErrorCode::LoopDetected;
}

/// What a server is asked for only to see whether it answers: nothing outside of it. RFC 6761 section 6.4
/// keeps the name from existing; where there are no names, its own loopback will refuse or let itself be
/// reached.
Destination probeTarget(const ServerProfile &server)
{
    constexpr std::uint32_t kLoopback = 0x7f000001;
    if (server.protocol == ServerProtocol::Socks4)
        return {Address::fromV4(kLoopback), {}, server.port};
    return {{}, "probe.invalid", 443};
}

} // namespace

Tunnel::Tunnel(TunnelServices &services, Path path, Callback callback)
    : m_services(services)
    , m_path(std::move(path))
    , m_callback(std::move(callback))
    , m_patience(kUpstreamTimeout)
{
}

Tunnel::~Tunnel()
{
    if (m_lookup != 0)
        m_services.dialing.resolver.cancel(m_lookup);
    m_services.dialing.deadlines.cancel(*this);
    dropSocket();
}

void Tunnel::failOnSilence(std::chrono::milliseconds patience)
{
    m_patience = patience;
    m_silenceFails = true;
}

void Tunnel::open(socks5::Command command, const Destination &destination)
{
    m_command = command;
    m_target = destination;
    start();
}

void Tunnel::probe()
{
    m_use.isProbe = true;
    m_silenceFails = true;
    m_target = probeTarget(m_path.back()->profile);
    start();
}

void Tunnel::start()
{
    m_use.begunAt = m_services.dialing.deadlines.now();
    if (const Error error = whyNotSayable(m_path.back()->profile, m_command, m_target); error.isError()) {
        m_hop = m_path.size() - 1;
        fail(error, Blame::Route);
        return;
    }
    m_services.dialing.deadlines.schedule(*this, m_patience);
    m_dialer = std::make_unique<Dialer>(
        m_services.dialing, [this](Expected<Dialed, Error> result) { dialed(std::move(result)); });
    m_dialer->dial(addressOf(server().profile));
}

void Tunnel::dialed(Expected<Dialed, Error> result)
{
    m_dialer.reset();
    if (!result) {
        const Error &error = result.error();
        if (!isOurFault(error.code))
            fail({ErrorCode::UpstreamUnreachable, asServerMessage(error)}, Blame::Server);
        else // Ports are taken towards one server: there may be some left towards another.
            fail(error, error.code == ErrorCode::NoLocalPort ? Blame::Route : Blame::Target);
        return;
    }
    m_peer = result->peer;
    m_ready = result->ready;
    m_socket = std::move(result->socket);
    m_services.dialing.poller.setHandler(m_socket.descriptor(), *this);
    beginHop();
}

/// m_socket reaches the server at hand now.
void Tunnel::beginHop()
{
    reached(Stage::Connected);
    if (server().profile.tls)
        wrapInTls();
    else
        ask();
}

void Tunnel::wrapInTls()
{
    m_services.dialing.poller.release(m_socket.descriptor());
    m_opening = &m_services.tls.make(std::move(m_socket));
    m_opening->open(server().profile, [this](Expected<net::Socket, Error> plain) {
        m_opening.clear();
        if (plain)
            takeSocket(std::move(*plain));
        else
            fail(plain.error(), Blame::Server);
    });
}

void Tunnel::takeSocket(net::Socket socket)
{
    reached(Stage::Secured);
    m_socket = std::move(socket);
    m_ready = net::Ready::Writable;
    if (!m_services.dialing.poller.add(m_socket.descriptor(), *this)) {
        fail({ErrorCode::OutOfMemory, {}}, Blame::Target);
        return;
    }
    ask();
}

void Tunnel::ask()
{
    const bool isMadeUp = isLastHop() && m_use.isProbe;
    m_next = isLastHop() ? m_target : addressOf(m_path[m_hop + 1]->profile);
    if (m_next.isName() && !isMadeUp && server().profile.resolveNames == NameResolution::Local)
        resolveNext();
    else
        handshake();
}

void Tunnel::resolveNext()
{
    if (m_next.isUnresolved) {
        failBeyond({ErrorCode::NameNotFound, {}});
        return;
    }
    m_lookup = m_services.dialing.resolver.lookUp(m_next.name, [this](const Resolver::Addresses &result) {
        m_lookup = 0;
        if (!result) {
            failBeyond(result.error());
            return;
        }
        m_next.address = preferredAddress(*result, server().profile.protocol);
        m_next.name.clear();
        handshake();
    });
}

void Tunnel::handshake()
{
    const socks5::Command command = isLastHop() ? m_command : socks5::Command::Connect;
    if (const Error error = whyNotSayable(server().profile, command, m_next); error.isError()) {
        fail(error, Blame::Route);
        return;
    }
    if (leadsBack()) {
        fail(loopError(), Blame::Route);
        return;
    }
    if (m_services.loops && m_command != socks5::Command::UdpAssociate)
        m_services.loops->begin(m_errand, std::span(m_path).first(m_hop + 1), Transport::Tcp, m_next);
    m_handshake = makeHandshake(server().profile, server().password, command, m_next);
    if (!send(m_handshake->start()))
        return;
    m_services.dialing.poller.rearm(m_socket.descriptor(), net::Ready::Readable);
    if (m_ready.testFlag(net::Ready::Readable))
        onReady(m_socket.descriptor(), net::Ready::Readable);
}

void Tunnel::onReady(net::Descriptor, net::ReadyFlags ready)
{
    m_ready |= ready;
    if (!m_handshake || !(ready & (net::Ready::Readable | net::Ready::Broken)))
        return;
    while (look()) {
    }
}

/// Looks at what came without taking more of it than the server's answer: what follows is the target's. Says
/// whether there may be more to do. May destroy the tunnel when it says no.
bool Tunnel::look()
{
    std::array<std::uint8_t, kMaximumHandshakeAnswer> buffer;
    const std::size_t known = m_answer.size();
    std::copy(m_answer.begin(), m_answer.end(), buffer.begin());
    const net::IoResult result = m_socket.peek(std::span(buffer).subspan(known));
    if (result.status == net::IoStatus::WouldBlock) {
        m_ready.setFlag(net::Ready::Readable, false);
        m_services.dialing.poller.rearm(m_socket.descriptor(), net::Ready::Readable);
        return false;
    }
    if (result.status != net::IoStatus::Done) {
        fail({ErrorCode::UpstreamProtocolError, hungUp()}, Blame::Server);
        return false;
    }
    m_hasAnswered = true;
    const Bytes answer = Bytes(buffer).first(known + result.bytes);
    const HandshakeStep step = m_handshake->read(answer);
    const bool isPart = step.kind == HandshakeStep::Kind::NeedMore;
    // What does not make a whole answer is all the server's, so it need not stay there and be reported again.
    if (const std::size_t size = isPart ? answer.size() : step.size; size > known)
        (void)m_socket.receive(std::span(buffer).subspan(known, size - known));
    m_answer.assign(answer.begin(), isPart ? answer.end() : answer.begin());
    return follow(step);
}

/// Does what the handshake says. Returns as look() does.
bool Tunnel::follow(const HandshakeStep &step)
{
    switch (step.kind) {
    case HandshakeStep::Kind::NeedMore:
        if (m_answer.size() < kMaximumHandshakeAnswer) {
            awaitRest();
            return true;
        }
        fail({ErrorCode::UpstreamProtocolError,
              Message(QT_TRANSLATE_NOOP("engine::Message", "its answer is too long"))},
             Blame::Server);
        return false;
    case HandshakeStep::Kind::Continue:
        if (m_use.isProbe && isLastHop() && isBeyond()) {
            passProbe();
            return false;
        }
        return send(step.message);
    case HandshakeStep::Kind::Done:
        hopDone(step);
        return false;
    case HandshakeStep::Kind::Failed:
        if (step.isServersFault)
            fail(step.error, Blame::Server);
        else
            refusedBy(step.error);
        return false;
    }
    Q_UNREACHABLE();
    return false;
}

bool Tunnel::send(const QByteArray &message)
{
    if (!message.isEmpty()) {
        // A few bytes into an empty send buffer: a socket that does not take them whole is dead.
        const net::IoResult result = m_socket.send(bytesOf(message));
        if (result.status != net::IoStatus::Done ||
            result.bytes != static_cast<std::size_t>(message.size())) {
            fail({ErrorCode::UpstreamUnreachable, hungUp()}, Blame::Server);
            return false;
        }
        if (isLastHop() && isBeyond())
            reached(Stage::LoggedIn);
    }
    awaitTarget();
    return true;
}

/// From here on the target may be what takes its time, unless the server has given no sign of life yet and
/// another one waits.
void Tunnel::awaitTarget()
{
    if (isLastHop() && isBeyond() && (m_hasAnswered || !m_silenceFails))
        m_services.dialing.deadlines.cancel(*this);
}

/// Half an answer: the target has been reached or has not, and the server alone is waited for.
void Tunnel::awaitRest()
{
    if (!isScheduled())
        m_services.dialing.deadlines.schedule(*this, m_patience);
}

/// It answers, and nothing more was to be found out.
void Tunnel::passProbe()
{
    m_services.router.succeeded(server(), m_use);
    failBeyond({});
}

void Tunnel::reached(Stage stage) const
{
    if (m_observer && isLastHop())
        m_observer(stage);
}

void Tunnel::hopDone(const HandshakeStep &step)
{
    m_services.router.succeeded(server(), m_use);
    m_errand.end();
    m_handshake.reset();
    m_hasAnswered = false;
    if (isLastHop()) {
        finish(step.bound);
        return;
    }
    ++m_hop;
    beginHop();
}

void Tunnel::finish(const Destination &bound)
{
    m_services.dialing.deadlines.cancel(*this);
    // What was left unread is still there, and an edge for it will not come again.
    Dialed dialed{std::move(m_socket), m_peer, {}, m_ready | net::Ready::Readable, bound, shownNames(m_path)};
    if (!bound.isName())
        dialed.local = {bound.address, bound.port};
    const Callback callback = std::exchange(m_callback, {});
    callback(std::move(dialed));
}

/// A server that was asked for the next one waits for that. One that has said nothing at all may be the one
/// that does not work, so both are in doubt.
void Tunnel::onDeadline()
{
    const Error error{ErrorCode::UpstreamTimedOut, {}};
    if (isBeyond() && !isLastHop()) {
        if (!m_hasAnswered)
            m_services.router.failed(server(), m_use, error);
        ++m_hop;
    }
    fail(error, Blame::Server);
}

/// The server works: it has answered, and said no.
void Tunnel::refusedBy(const Error &error)
{
    m_services.router.succeeded(server(), m_use);
    // It was asked before that was known, and the refusal may be our own.
    if (leadsBack())
        fail(loopError(), Blame::Route);
    else
        failBeyond(error);
}

bool Tunnel::leadsBack() const
{
    return m_services.loops && m_services.loops->leadsBack(server());
}

/// What the server at hand was asked for cannot be reached: the target, or the next server.
void Tunnel::failBeyond(const Error &error)
{
    if (isLastHop()) {
        fail(error, Blame::Target);
        return;
    }
    ++m_hop;
    fail({ErrorCode::UpstreamUnreachable, asServerMessage(error)}, Blame::Server);
}

/// Says which server it was, in words, and to the router. The last thing a tunnel does.
void Tunnel::fail(const Error &error, Blame blame)
{
    m_dialer.reset();
    m_errand.end();
    dropSocket();
    m_services.dialing.deadlines.cancel(*this);
    const Message name = Message::verbatim(server().profile.shownName());
    const Message detail = error.detail.isEmpty() ? name : withContext(name, error.detail);
    if (blame == Blame::Server)
        m_services.router.failed(server(), m_use, error);
    const Callback callback = std::exchange(m_callback, {});
    callback(Unexpected{Failure{{error.code, detail}, blame != Blame::Target}});
}

void Tunnel::dropSocket()
{
    if (m_opening)
        m_opening->abandon();
    if (!m_socket.isOpen())
        return;
    m_services.dialing.poller.remove(m_socket.descriptor());
    m_socket.reset();
}

} // namespace engine
