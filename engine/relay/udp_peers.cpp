// SPDX-License-Identifier: MIT
#include "engine/relay/udp_peers.h"

namespace engine
{

void UdpPeers::note(const Endpoint &peer)
{
    if (m_filtering == UdpFiltering::EndpointIndependent)
        return;
    const Endpoint key = keyOf(peer);
    // Most clients keep talking to one.
    if ((!m_order.empty() && m_order.back() == key) || !m_known.insert(key).second)
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
}

bool UdpPeers::admits(const Endpoint &source) const
{
    return m_filtering == UdpFiltering::EndpointIndependent || m_known.contains(keyOf(source));
}

Endpoint UdpPeers::keyOf(const Endpoint &peer) const
{
    return m_filtering == UdpFiltering::AddressDependent ? Endpoint{peer.address, 0} : peer;
}

} // namespace engine
