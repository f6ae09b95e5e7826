// SPDX-License-Identifier: MIT
#include "engine/inbound/listener.h"

namespace engine
{

namespace
{

/// A backlog of 50 loses clients of a browser that opens a hundred connections at once.
constexpr int kBacklog = 1024;
/// So that a storm of new clients leaves the relays their turn.
constexpr int kClientsPerTurn = 128;

} // namespace

Protocols servedProtocols(const ListenerProfile &profile)
{
    return profile.protocols & (Protocol::Socks4 | Protocol::Socks5 | Protocol::Http);
}

Listener::Listener(std::shared_ptr<const ListenerProfile> profile, ClientCallback onClient)
    : m_profile(std::move(profile))
    , m_onClient(std::move(onClient))
{
    m_status.endpoint = m_profile->endpoint();
    setProfile(m_profile);
    m_resume.setSingleShot(true);
    m_resume.setInterval(kAcceptRetryDelay);
    connect(&m_resume, &QTimer::timeout, this, [this] {
        if (m_waiting)
            m_waiting->setEnabled(true);
    });
}

void Listener::setProfile(std::shared_ptr<const ListenerProfile> profile)
{
    m_profile = std::move(profile);
    m_status.name = m_profile->name;
    m_status.protocols = servedProtocols(*m_profile);
}

void Listener::open()
{
    m_status.holderPid = 0;
    m_status.holderName.clear();
    Expected<net::Socket, Error> socket = net::Socket::openListening(m_profile->endpoint(), kBacklog);
    if (!socket) {
        m_status.state = ListenerState::Failed;
        m_status.error = socket.error();
        return;
    }
    m_socket = std::move(*socket);
    m_status.state = ListenerState::Listening;
    m_status.error = {};
    m_status.endpoint.port = m_socket.localEndpoint().port;
    m_waiting = std::make_unique<QSocketNotifier>(m_socket.descriptor(), QSocketNotifier::Read);
    connect(m_waiting.get(), &QSocketNotifier::activated, this, &Listener::acceptClients);
}

void Listener::close()
{
    m_resume.stop();
    m_waiting.reset();
    m_socket.close();
    m_status.state = ListenerState::Closed;
}

void Listener::setHolder(std::int64_t processId, const QString &name)
{
    m_status.holderPid = processId;
    m_status.holderName = name;
}

void Listener::acceptClients()
{
    for (int taken = 0; taken < kClientsPerTurn; ++taken) {
        net::Accepted client = net::acceptClient(m_socket.descriptor());
        if (client.status == net::IoStatus::WouldBlock)
            return;
        if (client.status == net::IoStatus::Failed) {
            shedClients();
            return;
        }
        m_onClient(std::move(client), m_profile);
    }
}

/// Clients that wait while there is no descriptor for them are better off with an end at once.
void Listener::shedClients()
{
    m_waiting->setEnabled(false);
    const int shed = m_reserve.shedWaitingClients(m_socket.descriptor(), kMaximumShedPerRetry);
    m_resume.start();
    Q_EMIT exhausted(shed);
}

} // namespace engine
