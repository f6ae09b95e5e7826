// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <deque>
#include <unordered_set>

namespace engine
{

/// Whose datagrams may come back to a client, by whom it has sent to (RFC 4787 section 5, "filtering
/// behavior").
class UdpPeers
{
public:
    explicit UdpPeers(UdpFiltering filtering)
        : m_filtering(filtering)
    {
    }

    /// The client sends to this one.
    void note(const Endpoint &peer);
    /// As if it had sent to none.
    void clear();
    [[nodiscard]] bool admits(const Endpoint &source) const;

private:
    [[nodiscard]] Endpoint keyOf(const Endpoint &peer) const;

    struct Hash {
        std::size_t operator()(const Endpoint &endpoint) const noexcept
        {
            return qHash(endpoint.address, endpoint.port);
        }
    };

    UdpFiltering m_filtering;
    std::unordered_set<Endpoint, Hash> m_known;
    std::deque<Endpoint> m_order; ///< the same, the oldest first
};

} // namespace engine
