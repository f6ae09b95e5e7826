// SPDX-License-Identifier: MIT
#include "engine/outbound/udp_tunnel.h"

#include "engine/limits.h"
#include "engine/proto/udp.h"

#include <algorithm>
#include <array>
#include <utility>

namespace engine
{

UdpTunnel::UdpTunnel(TunnelServices &services, net::DatagramBatch &batch, QString id, QString host,
                     Received received, Failed failed)
    : m_services(services)
    , m_batch(batch)
    , m_id(std::move(id))
    , m_host(std::move(host))
    , m_received(std::move(received))
    , m_failed(std::move(failed))
{
}

UdpTunnel::~UdpTunnel()
{
    closeAll();
}

bool UdpTunnel::send(const Destination &destination, Bytes payload)
{
    if (m_state == State::Open) {
        sendNow(destination, payload);
        return true;
    }
    const net::TimePoint now = m_services.dialing.deadlines.now();
    if (m_waiting.size() >= kMaximumUnresolvedDatagrams || (m_state == State::Closed && now < m_retryAt))
        return false;
    m_waiting.push_back({destination, QByteArray(reinterpret_cast<const char *>(payload.data()),
                                                 static_cast<qsizetype>(payload.size()))});
    if (m_state == State::Opening)
        return true;
    Expected<Path, Error> path = m_services.router.pathForUdp(m_id, m_host);
    if (!path) {
        fail(path.error());
        return false;
    }
    m_path = std::move(*path);
    m_servers = shownNames(m_path);
    m_state = State::Opening;
    // Each turn of a loop leaves an association behind.
    if (m_services.loops)
        m_services.loops->begin(m_errand, m_path, Transport::Udp, destination);
    associateNext();
    return m_state != State::Closed;
}

/// The server's association is asked for through the servers before it. Where we will send from is not known
/// to those behind them, so nothing is declared.
void UdpTunnel::associateNext()
{
    m_isAsking = true;
    const auto hops = static_cast<std::ptrdiff_t>(m_controls.size()) + 1;
    m_tunnel = std::make_unique<Tunnel>(
        m_services, Path(m_path.begin(), m_path.begin() + hops),
        [this](Expected<Dialed, Tunnel::Failure> result) { associated(std::move(result)); });
    m_tunnel->open(socks5::Command::UdpAssociate, {Address::fromV4(0), {}, 0});
}

void UdpTunnel::associated(Expected<Dialed, Tunnel::Failure> result)
{
    m_isAsking = false;
    if (!result) {
        fail(result.error().error);
        return;
    }
    m_relays.push_back(relayOf(*result));
    m_controls.push_back(std::move(result->socket));
    m_services.dialing.poller.setHandler(m_controls.back().descriptor(), *this);
    watchControl(m_controls.back());
    if (m_state != State::Opening)
        return;
    if (m_controls.size() == m_path.size())
        open();
    else
        // Not from within the tunnel that is about to be replaced. There is nothing to read, but room to
        // write.
        m_services.dialing.poller.continueLater(m_controls.back().descriptor(), net::Ready::Writable);
}

/// A server that says 0.0.0.0 means "where you reached me". So does one elsewhere that says 127.0.0.1, or it
/// would have us send to whatever listens here.
Destination UdpTunnel::relayOf(const Dialed &dialed) const
{
    const bool isFirst = m_relays.empty();
    Destination relay = dialed.bound;
    const bool isHere = isFirst && relay.address.isLoopback() && !dialed.peer.address.isLoopback();
    if (!relay.isName() && !relay.address.isNull() && !relay.address.isUnspecified() && !isHere)
        return relay;
    if (isFirst)
        return {dialed.peer.address, {}, relay.port};
    return destinationOf(m_path[m_relays.size()]->profile.host, relay.port);
}

void UdpTunnel::open()
{
    const Destination &first = m_relays.front();
    const Address any =
        first.address.isV6() ? Address::fromV6Bytes(std::array<std::uint8_t, 16>{}) : Address::fromV4(0);
    Expected<net::Socket, Error> socket = net::openDatagramSocket({any, 0});
    if (!socket || !m_services.dialing.poller.add(socket->descriptor(), *this)) {
        fail(socket ? Error{ErrorCode::OutOfMemory, {}} : socket.error());
        return;
    }
    m_socket = std::move(*socket);
    m_state = State::Open;
    for (const Waiting &datagram : std::exchange(m_waiting, {}))
        sendNow(datagram.destination, bytesOf(datagram.payload));
}

/// The outermost header tells the first server where the second one's relay is, and so on.
void UdpTunnel::sendNow(const Destination &destination, Bytes payload)
{
    QByteArray datagram;
    for (std::size_t hop = 1; hop < m_relays.size(); ++hop)
        socks5::appendUdpHeader(datagram, m_relays[hop]);
    socks5::appendUdpHeader(datagram, destination);
    datagram.append(reinterpret_cast<const char *>(payload.data()), static_cast<qsizetype>(payload.size()));
    const net::OutgoingDatagram outgoing{{m_relays.front().address, m_relays.front().port},
                                         bytesOf(datagram)};
    net::sendDatagrams(m_socket, std::span(&outgoing, 1));
}

void UdpTunnel::onReady(net::Descriptor descriptor, net::ReadyFlags)
{
    if (m_socket.isOpen() && descriptor == m_socket.descriptor()) {
        receive();
        return;
    }
    for (const net::Socket &control : m_controls) {
        if (control.descriptor() != descriptor)
            continue;
        watchControl(control);
        break;
    }
    if (m_state == State::Opening && !m_isAsking)
        associateNext();
}

void UdpTunnel::receive()
{
    for (int batches = 0; batches < kUdpBatchesPerTurn; ++batches) {
        const bool mayHaveMore = m_batch.receiveFrom(m_socket);
        for (const net::ReceivedDatagram &datagram : m_batch.received()) {
            const Endpoint relay{m_relays.front().address, m_relays.front().port};
            if (datagram.peer != relay)
                continue;
            const auto inner = socks5::unwrapDatagram(datagram.bytes, m_relays.size());
            if (inner && !inner->source.isName())
                m_received({inner->source.address, inner->source.port}, inner->payload);
        }
        if (!mayHaveMore) {
            m_services.dialing.poller.rearm(m_socket.descriptor(), net::Ready::Readable);
            return;
        }
    }
    m_services.dialing.poller.continueLater(m_socket.descriptor(), net::Ready::Readable);
}

/// A server has nothing to say on it; when it ends, so does the association.
void UdpTunnel::watchControl(const net::Socket &control)
{
    std::array<std::uint8_t, 256> ignored;
    for (;;) {
        const net::IoResult result = control.receive(ignored);
        m_chatter += result.bytes;
        if (m_chatter > kMaximumControlChatter) {
            fail({ErrorCode::UpstreamProtocolError, Message::verbatim(m_services.router.shownName(m_id))});
            return;
        }
        if (result.status == net::IoStatus::Done)
            continue;
        if (result.status == net::IoStatus::WouldBlock)
            m_services.dialing.poller.rearm(control.descriptor(), net::Ready::Readable);
        else
            fail({ErrorCode::UpstreamUnreachable, Message::verbatim(m_services.router.shownName(m_id))});
        return;
    }
}

void UdpTunnel::fail(const Error &error)
{
    closeAll();
    m_waiting.clear();
    m_retryAt = m_services.dialing.deadlines.now() + kUdpRouteRetryDelay;
    m_failed(error);
}

void UdpTunnel::closeAll()
{
    m_state = State::Closed;
    m_errand.end();
    m_chatter = 0;
    // What it would bring now is no part of the next attempt. When it is its own callback that leads here,
    // nothing is being asked any more.
    if (std::exchange(m_isAsking, false))
        m_tunnel.reset();
    for (net::Socket &control : m_controls) {
        m_services.dialing.poller.remove(control.descriptor());
        control.close();
    }
    m_controls.clear();
    m_relays.clear();
    if (m_socket.isOpen())
        m_services.dialing.poller.remove(m_socket.descriptor());
    m_socket.close();
}

} // namespace engine
