// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/stats/rule_counters.h"

#include <deque>
#include <unordered_map>

namespace engine
{

/// Whose datagrams may come back to a client, by whom it has sent to (RFC 4787 section 5, "filtering
/// behavior"), and which rule they count for.
class UdpPeers
{
public:
    explicit UdpPeers(UdpFiltering filtering)
        : m_filtering(filtering)
    {
    }

    /// The client sends to this one, as that rule lets it.
    void note(const Endpoint &peer, const RuleCounterPointer &rule);
    /// As if it had sent to none.
    void clear();
    /// Null when nothing may come back from this one. Else the rule by which the client has sent there last,
    /// which is null when it has not. Valid until the next call of note() or clear().
    [[nodiscard]] const RuleCounterPointer *find(const Endpoint &source) const;

private:
    [[nodiscard]] Endpoint keyOf(const Endpoint &peer) const;

    struct Hash {
        std::size_t operator()(const Endpoint &endpoint) const noexcept
        {
            return qHash(endpoint.address, endpoint.port);
        }
    };

    UdpFiltering m_filtering;
    using Table = std::unordered_map<Endpoint, RuleCounterPointer, Hash>;

    Table m_known;
    std::deque<Endpoint> m_order;        ///< the same, the oldest first
    Table::value_type *m_last = nullptr; ///< noted last
    const RuleCounterPointer m_noRule;
};

} // namespace engine
