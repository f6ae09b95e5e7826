// SPDX-License-Identifier: MIT
#include "engine/relay/udp_sender.h"

#include "engine/limits.h"

#include <utility>

namespace engine
{

UdpSender::UdpSender(UdpServices &services, const Registry::Record &record, Callback callback)
    : m_services(services)
    , m_record(record)
    , m_callback(std::move(callback))
{
}

void UdpSender::stop()
{
    if (const std::uint64_t lookup = std::exchange(m_lookup, 0))
        m_services.cancelSender(lookup);
    m_waiting.clear();
}

bool UdpSender::wait(Bytes datagram)
{
    if (m_waiting.size() >= kMaximumUnidentifiedDatagrams)
        return false;
    m_waiting.emplace_back(reinterpret_cast<const char *>(datagram.data()),
                           static_cast<qsizetype>(datagram.size()));
    return true;
}

/// All datagrams are of one port: once is enough.
void UdpSender::askIfWanted(const Endpoint &sender, const net::Socket &relay)
{
    m_rules = m_services.rules;
    if (m_wasAsked || !m_record.info.isLocal || !m_services.asksForApplications())
        return;
    m_wasAsked = true;
    m_lookup = m_services.findSender(sender, relay.localEndpoint(),
                                     [this](const auto &application) { found(application); });
}

void UdpSender::found(const std::optional<Application> &application)
{
    m_lookup = 0;
    const std::vector<QByteArray> waited = std::exchange(m_waiting, {});
    m_callback(application, waited);
}

} // namespace engine
