// SPDX-License-Identifier: MIT
#include "engine/inbound/client_session.h"

#include "engine/inbound/http_end.h"
#include "engine/proto/http.h"

// What a session does with the commands that others serve: it leaves the client to them.

namespace engine
{

namespace
{

/// RFC 1928 section 7: the port the client will send from, if it says. Some say where they will send to
/// instead; that tells nothing about them.
std::uint16_t declaredPort(const Destination &destination, const Address &client)
{
    const bool isOwn = destination.address.isUnspecified() || destination.address == client;
    return isOwn ? destination.port : std::uint16_t{0};
}

} // namespace

void ClientSession::bind(const Action &action, const Destination &destination)
{
    const bool isSocks4 = m_conversation->protocol() != ClientProtocol::Socks5;
    m_services.host.startBind(*this, m_record,
                              {leaveClient(), std::move(m_input), destination, action, isSocks4});
}

void ClientSession::associate(const Destination &destination)
{
    if (const Error error = m_services.host.whyNoUdp(); error.isError()) {
        refuse(error);
        return;
    }
    // Where the client reached us, its datagrams will reach us too.
    Expected<net::Socket, Error> relay = net::openDatagramSocket({m_socket.localEndpoint().address, 0});
    if (!relay) {
        refuse(relay.error());
        return;
    }
    const std::uint16_t port = declaredPort(destination, m_record.info.client.address);
    m_services.host.startAssociation(*this, m_record,
                                     {leaveClient(), std::move(*relay), port, m_listener->udpFiltering});
}

/// It names this proxy by the address that the client has reached it at.
void ClientSession::servePac(const PacRequest &request)
{
    const PacProxy proxy{m_socket.localEndpoint(), m_listener->protocols,
                         m_listener->authentication == Authentication::Password};
    m_answer =
        http::makePacAnswer(makePac(m_services.host.profile(), proxy, request.detail), request.withBody);
    m_state = State::Answering;
    m_input.clear();
    sendAnswer();
}

/// It may be longer than the socket takes at once. The deadline of the handshake goes on.
void ClientSession::sendAnswer()
{
    while (!m_answer.isEmpty()) {
        const net::IoResult result = m_socket.send(bytesOf(m_answer));
        if (result.status == net::IoStatus::WouldBlock) {
            m_services.poller.rearm(m_socket.descriptor(), net::Ready::Writable);
            return;
        }
        if (result.status != net::IoStatus::Done) {
            end({ErrorCode::ClientGone, {}}, true);
            return;
        }
        m_answer.remove(0, static_cast<qsizetype>(result.bytes));
    }
    linger({});
}

RelayEnd ClientSession::leaveClient()
{
    m_state = State::Done;
    m_services.deadlines.cancel(*this);
    return {std::move(m_socket), m_ready, m_inputEnded};
}

} // namespace engine
