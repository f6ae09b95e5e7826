// SPDX-License-Identifier: MIT
#include "engine/outbound/server_checker.h"

#include "engine/limits.h"
#include "engine/proto/dns.h"

#include <QDateTime>

#include <utility>

namespace engine
{

namespace
{

Profile profileOf(const ServerProfile &server)
{
    Profile profile;
    profile.servers.append(server);
    return profile;
}

} // namespace

ServerChecker::ServerChecker(const net::Clock &clock, DialServices &dialing, TlsBridges &tls,
                             net::DatagramBatch &batch, CheckRequest request, Callback callback)
    : m_clock(clock)
    , m_dialing(dialing)
    , m_router(clock, [](const Upstream &, bool) {})
    , m_services{dialing, m_router, tls}
    , m_batch(batch)
    , m_request(std::move(request))
    , m_callback(std::move(callback))
{
    m_router.setPasswords({{m_request.server.id, m_request.password}});
    m_router.setProfile(profileOf(m_request.server));
    m_check.serverId = m_request.server.id;
}

ServerChecker::~ServerChecker()
{
    m_dialing.deadlines.cancel(*this);
}

void ServerChecker::start()
{
    m_begin = m_clock.now();
    m_dialing.deadlines.schedule(*this, kCheckTimeout);
    m_tunnel = std::make_unique<Tunnel>(m_services, m_router.paths(m_request.server.id, {}).front(),
                                        [this](const Expected<Dialed, Tunnel::Failure> &result) {
                                            if (result)
                                                m_services.dialing.poller.remove(result->socket.descriptor());
                                            tcpDone(result ? Error{} : result.error().error);
                                        });
    m_tunnel->observe([this](Tunnel::Stage reached) { stage(reached); });
    m_tunnel->open(socks5::Command::Connect, destinationOf(m_request.targetHost, m_request.targetPort));
}

void ServerChecker::stage(Tunnel::Stage stage)
{
    switch (stage) {
    case Tunnel::Stage::Connected:
        m_check.connected = elapsed();
        break;
    case Tunnel::Stage::Secured:
        m_check.secured = elapsed();
        break;
    case Tunnel::Stage::LoggedIn:
        m_check.loggedIn = elapsed();
        break;
    }
}

void ServerChecker::tcpDone(const Error &error)
{
    m_check.error = error;
    if (!error.isError())
        m_check.answered = elapsed();
    if (m_request.server.protocol == ServerProtocol::Socks5)
        checkUdp();
    else
        finish();
}

void ServerChecker::checkUdp()
{
    m_isUdp = true;
    m_begin = m_clock.now();
    m_dialing.deadlines.schedule(*this, kCheckTimeout);
    m_udp = std::make_unique<UdpTunnel>(
        m_services, m_batch, m_request.server.id, QString(),
        [this](const Endpoint &, Bytes payload) {
            if (dns::isAnswer(payload, dns::kQueryId))
                udpDone({});
        },
        [this](const Error &error) { udpDone(error); });
    const QByteArray query = dns::makeQuery(dns::kQueryId, m_request.targetHost.toUtf8());
    m_udp->send(destinationOf(m_request.nameServer, m_request.nameServerPort), bytesOf(query));
}

void ServerChecker::udpDone(const Error &error)
{
    m_check.udpError = error;
    if (!error.isError())
        m_check.udpAnswered = elapsed();
    finish();
}

void ServerChecker::onDeadline()
{
    if (m_isUdp) {
        udpDone(
            {ErrorCode::UpstreamTimedOut, Message(QT_TRANSLATE_NOOP("engine::Message", "no answer by UDP"))});
        return;
    }
    m_tunnel.reset();
    tcpDone({ErrorCode::UpstreamTimedOut, {}});
}

void ServerChecker::finish()
{
    m_dialing.deadlines.cancel(*this);
    m_check.at = QDateTime::currentMSecsSinceEpoch();
    if (const Callback callback = std::exchange(m_callback, {}))
        callback(*this, m_check);
}

std::chrono::milliseconds ServerChecker::elapsed() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - m_begin);
}

} // namespace engine
