// SPDX-License-Identifier: MIT
#include "engine/relay/udp_peers.h"

namespace engine
{

void UdpPeers::note(const Endpoint &peer, const RuleCounterPointer &rule)
{
    const Endpoint key = keyOf(peer);
    // Most clients keep talking to one.
    if (m_last && m_last->first == key && m_last->second == rule)
        return;
    const auto [known, isNew] = m_known.insert_or_assign(key, rule);
    m_last = &*known;
    if (!isNew)
        return;
    m_order.push_back(key);
    if (m_order.size() <= kMaximumUdpPeers)
        return;
    // A peer that is still talked to comes back with the client's next datagram.
    m_known.erase(m_order.front());
    m_order.pop_front();
}

void UdpPeers::clear()
{
    m_known.clear();
    m_order.clear();
    m_last = nullptr;
}

const RuleCounterPointer *UdpPeers::find(const Endpoint &source) const
{
    const Endpoint key = keyOf(source);
    if (m_last && m_last->first == key)
        return &m_last->second;
    const auto known = m_known.find(key);
    if (known != m_known.end())
        return &known->second;
    return m_filtering == UdpFiltering::EndpointIndependent ? &m_noRule : nullptr;
}

Endpoint UdpPeers::keyOf(const Endpoint &peer) const
{
    return m_filtering == UdpFiltering::AddressDependent ? Endpoint{peer.address, 0} : peer;
}

} // namespace engine
