// SPDX-License-Identifier: MIT
#include "engine/rule_coverage.h"

#include "engine/rules/host_index.h"
#include "engine/rules/program_naming.h"
#include "engine/rules/text_patterns.h"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace engine
{

namespace
{

using rules::AddressBlock;
using rules::Block;
using rules::HostPattern;

/// The entries of one field as they are compared.
template <typename Entry> struct Field {
    bool isOpen = true;    ///< it matches every request: it has no entries, or they leave nothing out
    bool isOpaque = false; ///< too many entries to be looked into
    std::vector<Entry> entries;
};

struct Comparable {
    Field<QString> users;
    Field<AddressBlock> clients;
    Field<HostPattern> hosts;
    Field<Block> ports;
    Field<QString> applications;
    bool tree = false;
    Transports transports;
};

template <typename Entry, typename List, typename Convert>
Field<Entry> field(const List &list, Convert convert)
{
    Field<Entry> made{list.isEmpty(), list.size() > kMaximumCoverageEntries, {}};
    if (!made.isOpaque)
        std::transform(list.begin(), list.end(), std::back_inserter(made.entries), convert);
    return made;
}

template <typename Entry, typename Predicate> bool hasEntry(const Field<Entry> &field, Predicate isIt)
{
    return std::any_of(field.entries.begin(), field.entries.end(), isIt);
}

/// The block of all addresses of a family.
bool hasFamily(const Field<AddressBlock> &clients, const Address &any)
{
    const AddressBlock whole = AddressBlock::fromRange({any, 0});
    return hasEntry(clients, [&whole](const AddressBlock &entry) {
        return entry.family == whole.family && entry.block == whole.block;
    });
}

/// Finds the fields whose entries match every request. Those of users and applications never do, not even
/// "*": nobody need have logged in, and clients on other machines have no application.
void openFields(Comparable &rule)
{
    constexpr PortRange kAllPorts{0, std::numeric_limits<std::uint16_t>::max()}; // clients may ask for 0
    constexpr std::array<std::uint8_t, 16> kNoBits{};
    rule.hosts.isOpen |= hasEntry(
        rule.hosts, [](const HostPattern &entry) { return entry.kind == HostPattern::Kind::Everything; });
    rule.ports.isOpen |= hasEntry(
        rule.ports, [all = rules::portBlock(kAllPorts)](const Block &entry) { return entry.contains(all); });
    rule.clients.isOpen |=
        hasFamily(rule.clients, Address::fromV4(0)) && hasFamily(rule.clients, Address::fromV6Bytes(kNoBits));
}

Comparable comparable(const RuleProfile &rule)
{
    constexpr Transports kBoth = Transport::Tcp | Transport::Udp;
    Comparable made{field<QString>(rule.users, [](const QString &user) { return user; }),
                    field<AddressBlock>(rule.clients, AddressBlock::fromRange),
                    field<HostPattern>(rule.hosts, HostPattern::fromText),
                    field<Block>(rule.ports, rules::portBlock),
                    field<QString>(rule.applications,
                                   [](const QString &text) {
                                       return rules::canonicalProgramEntry(text, rules::kSystemNaming);
                                   }),
                    rule.tree,
                    rule.transports ? rule.transports : kBoth};
    openFields(made);
    return made;
}

bool covers(const AddressBlock &wide, const AddressBlock &narrow)
{
    return wide.family == narrow.family && wide.block.contains(narrow.block);
}

/// Labels with a dot wherever the pattern has at least one more label, so that parts are found between dots.
QByteArray dotted(const HostPattern &pattern)
{
    const bool before = pattern.kind == HostPattern::Kind::Under || pattern.kind == HostPattern::Kind::Around;
    const bool behind =
        pattern.kind == HostPattern::Kind::StartingAt || pattern.kind == HostPattern::Kind::Around;
    return (before ? QByteArray(".") : QByteArray()) + pattern.labels + (behind ? "." : "");
}

bool covers(const HostPattern &wide, const HostPattern &narrow)
{
    using Kind = HostPattern::Kind;
    if (wide.kind == Kind::Everything)
        return true;
    if (wide.kind == Kind::Addresses || narrow.kind == Kind::Addresses || narrow.kind == Kind::Everything)
        return wide.kind == narrow.kind && covers(wide.addresses, narrow.addresses);
    const QByteArray text = dotted(narrow);
    const bool isOpenAtStart = narrow.kind == Kind::Under || narrow.kind == Kind::Around;
    const bool isOpenAtEnd = narrow.kind == Kind::StartingAt || narrow.kind == Kind::Around;
    const QByteArray part = dotted(wide);
    // A label must be there before, or behind: what the narrow one's own wildcard stands for is one.
    const qsizetype least = isOpenAtStart ? 0 : 1;
    switch (wide.kind) {
    case Kind::Name:
        return narrow.kind == Kind::Name && narrow.labels == wide.labels;
    case Kind::Under:
        return !isOpenAtEnd && text.endsWith(part) && text.size() - part.size() >= least;
    case Kind::StartingAt:
        return !isOpenAtStart && text.startsWith(part) && text.size() - part.size() >= (isOpenAtEnd ? 0 : 1);
    case Kind::Around: {
        const qsizetype at = text.indexOf(part, least);
        return at >= 0 && text.size() - at - part.size() >= (isOpenAtEnd ? 0 : 1);
    }
    case Kind::Everything:
    case Kind::Addresses:
        break;
    }
    return false;
}

bool covers(const Block &wide, const Block &narrow)
{
    return wide.contains(narrow);
}

/// The narrow pattern's wildcards are taken as characters that only a "*" of the wide one can stand for.
bool coversProgram(const QString &wide, const QString &narrow)
{
    if (wide == narrow)
        return true;
    // An entry with a slash is about paths, one without about names.
    if (wide.contains(u'/') != narrow.contains(u'/'))
        return false;
    if (wide.contains(u'?') && narrow.contains(u'*'))
        return false;
    const QString suffixed = rules::suffixedProgramText(narrow, rules::kSystemNaming);
    return rules::matchesWildcards(wide, narrow) ||
           (!suffixed.isEmpty() && !rules::hasWildcards(narrow) && rules::matchesWildcards(wide, suffixed));
}

/// Compares rules within a budget.
class Comparison
{
public:
    [[nodiscard]] bool isExhausted() const { return m_left <= 0; }

    /// Whether `wide` matches whatever `narrow` does.
    bool covers(const Comparable &wide, const Comparable &narrow)
    {
        const auto equal = [](const QString &a, const QString &b) {
            return a == b;
        };
        const auto contains = [](const auto &a, const auto &b) {
            return engine::covers(a, b);
        };
        const bool seesChildren = wide.applications.isOpen || wide.tree || !narrow.tree;
        return (narrow.transports & ~wide.transports) == Transports() && seesChildren &&
               coversField(wide.users, narrow.users, equal) &&
               coversField(wide.ports, narrow.ports, contains) &&
               coversField(wide.clients, narrow.clients, contains) &&
               coversField(wide.applications, narrow.applications, coversProgram) &&
               coversField(wide.hosts, narrow.hosts, contains);
    }

private:
    template <typename Entry, typename Covers>
    bool coversField(const Field<Entry> &wide, const Field<Entry> &narrow, Covers coversEntry)
    {
        if (wide.isOpen)
            return true;
        if (narrow.isOpen || wide.isOpaque || narrow.isOpaque)
            return false;
        return std::all_of(narrow.entries.begin(), narrow.entries.end(), [&](const Entry &entry) {
            return std::any_of(wide.entries.begin(), wide.entries.end(), [&](const Entry &other) {
                --m_left;
                return coversEntry(other, entry);
            });
        });
    }

    int m_left = kMaximumCoverageComparisons;
};

} // namespace

QList<int> coveringRules(const QList<RuleProfile> &rules)
{
    QList<int> covering(rules.size(), -1);
    std::vector<Comparable> comparables;
    comparables.reserve(static_cast<std::size_t>(rules.size()));
    Comparison comparison;
    for (qsizetype row = 0; row < rules.size() && !comparison.isExhausted(); ++row) {
        comparables.push_back(comparable(rules.at(row)));
        for (qsizetype earlier = 0; rules.at(row).enabled && earlier < row; ++earlier) {
            if (!rules.at(earlier).enabled ||
                !comparison.covers(comparables[static_cast<std::size_t>(earlier)], comparables.back()))
                continue;
            covering[row] = static_cast<int>(earlier);
            break;
        }
    }
    return covering;
}

} // namespace engine
