// SPDX-License-Identifier: MIT
#pragma once

#include "engine/relay/udp_services.h"

#include <unordered_map>
#include <utility>

namespace engine
{

/// What the rules say about each destination of one association: asked once, and again when there are other
/// rules.
class UdpDecisions
{
public:
    UdpDecisions(UdpServices &services, const Registry::Record &record)
        : m_services(services)
        , m_record(record)
    {
    }

    /// What holds for a datagram now. `resolved` is the address of a name, when it is known. The reference
    /// stays valid until the next call.
    [[nodiscard]] const Ruling &find(const Destination &destination, const std::optional<Address> &resolved);
    /// What holds by the name is done, though the address that it asks for cannot be had.
    void doWithoutAddress(const Destination &destination);
    /// All that was decided is to be asked again: the rules or what they are asked about have changed. Calls
    /// `visit(destination, resolved, ruling)` with each new one.
    template <typename Visit> void renew(Visit visit)
    {
        for (auto &[key, known] : m_known) {
            known.ruling = ask(key);
            visit(key.destination, key.resolved, std::as_const(known.ruling));
        }
    }

private:
    struct Key {
        Destination destination;
        std::optional<Address> resolved;

        bool operator==(const Key &) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key &key) const noexcept
        {
            return qHashMulti(std::size_t{0}, key.destination.address, key.destination.name,
                              key.destination.port, key.resolved.value_or(Address()));
        }
    };
    struct Known {
        Ruling ruling;
        RuleCounterPointer counted{}; ///< the rule that this is a hit of
    };
    using Table = std::unordered_map<Key, Known, Hash>;

    [[nodiscard]] Ruling ask(const Key &key) const;
    void count(Known &known);

    UdpServices &m_services;
    const Registry::Record &m_record;
    Table m_known;
    Table::value_type *m_last = nullptr; ///< most datagrams go where the one before went
};

} // namespace engine
