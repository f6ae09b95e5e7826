// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/profile.h"
#include "engine/rules/nested_sets.h"
#include "engine/rules/rule_table.h"

#include <QStringView>

#include <compare>
#include <optional>

namespace engine::rules
{

/// A port or an address as a number, its first bit the highest of `high`.
struct BlockKey {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    auto operator<=>(const BlockKey &) const = default; // NOLINT(modernize-use-nullptr): a false one
};

/// An inclusive range of keys.
struct Block {
    BlockKey first;
    BlockKey last;

    [[nodiscard]] bool contains(const BlockKey &key) const { return first <= key && key <= last; }
    [[nodiscard]] bool contains(const Block &other) const
    {
        return first <= other.first && other.last <= last;
    }
    [[nodiscard]] bool beginsAfter(const BlockKey &key) const { return key < first; }
    bool operator==(const Block &) const = default;
    bool operator<(const Block &other) const
    {
        return first != other.first ? first < other.first : other.last < last;
    }
};

/// Which rules list a range that holds a key. Ranges may overlap: each is kept as the aligned blocks it
/// consists of, at most two for every bit.
class BlockIndex
{
public:
    BlockIndex() = default;
    BlockIndex(const Entries<Block> &ranges, std::size_t ruleCount);

    [[nodiscard]] bool isEmpty() const { return m_blocks.isEmpty(); }
    void collect(const BlockKey &key, RuleBits &bits) const;

private:
    NestedSets<Block> m_blocks;
    RuleGroups m_groups;
};

/// A range of addresses of one family.
struct AddressBlock {
    Address::Family family = Address::Family::None;
    Block block;

    static AddressBlock fromRange(const AddressRange &range);
    /// Of "10.0.0.1", "10.0.0.0/8" and "10.0.0.1-10.0.0.9"; nothing for anything else.
    static std::optional<AddressBlock> fromText(QStringView text);
};

/// Which rules list a range that holds an address.
class AddressIndex
{
public:
    AddressIndex() = default;
    AddressIndex(const Entries<AddressBlock> &ranges, std::size_t ruleCount);

    [[nodiscard]] bool isEmpty() const { return m_v4.isEmpty() && m_v6.isEmpty(); }
    void collect(const Address &address, RuleBits &bits) const;

private:
    BlockIndex m_v4;
    BlockIndex m_v6;
};

[[nodiscard]] BlockKey portKey(std::uint16_t port);
[[nodiscard]] Block portBlock(const PortRange &range);

} // namespace engine::rules
