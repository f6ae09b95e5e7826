// SPDX-License-Identifier: MIT
#include "engine/relay/udp_decisions.h"

namespace engine
{

const Ruling &UdpDecisions::find(const Destination &destination, const std::optional<Address> &resolved)
{
    if (!m_last || !(m_last->first.destination == destination) || m_last->first.resolved != resolved) {
        Key key{destination, resolved};
        auto known = m_known.find(key);
        if (known == m_known.end()) {
            // A client with this many destinations can wait for some of them to be decided on again.
            if (m_known.size() >= kMaximumUdpDecisions)
                m_known.clear();
            known = m_known.emplace(std::move(key), Known()).first;
        }
        m_last = &*known;
    }
    auto &[key, known] = *m_last;
    if (known.ruling.rules != m_services.rules)
        known.ruling = ask(key);
    const bool isProvisional = known.ruling.rules == 0 || known.ruling.needsAddress;
    if (!isProvisional)
        count(known);
    return known.ruling;
}

Ruling UdpDecisions::ask(const Key &key) const
{
    return m_services.decide(m_record, key.destination, key.resolved);
}

void UdpDecisions::doWithoutAddress(const Destination &destination)
{
    (void)find(destination, {});
    count(m_last->second);
}

/// A rule decides about a destination once, and another one when it takes over and something goes there.
void UdpDecisions::count(Known &known)
{
    if (known.counted == known.ruling.counter)
        return;
    known.counted = known.ruling.counter;
    m_services.relays.registry.countHit(known.ruling);
}

} // namespace engine
