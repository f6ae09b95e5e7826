// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/destination.h"
#include "engine/rules/block_index.h"

#include <QByteArray>

#include <optional>

namespace engine::rules
{

/// An entry of a rule's hosts.
struct HostPattern {
    enum class Kind : std::uint8_t {
        Everything, ///< "*"
        Name,       ///< "mail.example.org"
        Under,      ///< "*.lan": with at least one label before it
        StartingAt, ///< "mail.*": with at least one label behind it
        Around,     ///< "*.mail.*": with at least one label on either side
        Addresses,
    };

    Kind kind = Kind::Name;
    QByteArray labels; ///< of the kinds that have a name: without the "*", as canonicalHostName() gives it
    AddressBlock addresses; ///< of Addresses

    static HostPattern fromText(const QString &text);
};

/// A name as names are compared: lower case, without the dot of the root, in the ASCII form (RFC 5890) where
/// it has one, since programs ask for that.
[[nodiscard]] QByteArray canonicalHostName(const QByteArray &name);

/// A destination's host as rules see it.
struct AskedHost {
    QByteArray name; ///< canonical; empty when asked for by address
    Address address; ///< asked for, or what the name was resolved to; may be null

    AskedHost(const Destination &destination, const std::optional<Address> &resolved);
};

/// Which rules list a host.
class HostIndex
{
public:
    HostIndex(const Entries<HostPattern> &patterns, std::size_t ruleCount);

    void collect(const AskedHost &host, RuleBits &bits) const;
    [[nodiscard]] bool isEmpty() const { return m_isEmpty; }
    [[nodiscard]] bool hasAddresses() const { return !m_addresses.isEmpty(); }
    /// The rules that list addresses.
    [[nodiscard]] const RuleBits &onAddresses() const { return m_onAddresses; }

private:
    using NameTable = RuleTable<QByteArray>;

    void collectAround(const QByteArray &name, RuleBits &bits) const;

    bool m_isEmpty;
    RuleBits m_everything;
    NameTable m_names;
    NameTable m_under;
    NameTable m_startingAt;
    NameTable m_around;
    std::vector<int> m_aroundLabelCounts; ///< how many labels the keys of m_around have, each number once
    AddressIndex m_addresses;
    RuleBits m_onAddresses;
};

} // namespace engine::rules
