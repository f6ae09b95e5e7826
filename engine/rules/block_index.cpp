// SPDX-License-Identifier: MIT
#include "engine/rules/block_index.h"

namespace engine::rules
{

namespace
{

constexpr unsigned kWordBits = 64;
constexpr unsigned kV4Bits = 32;
constexpr unsigned kV6Bits = 128;
constexpr unsigned kPortBits = 16;
constexpr std::uint64_t kAllOnes = ~std::uint64_t{0};
constexpr Block kEveryKey{{0, 0}, {kAllOnes, kAllOnes}};

/// The bits behind the first `length` ones.
BlockKey bitsBehind(unsigned length)
{
    if (length < kWordBits)
        return {kAllOnes >> length, kAllOnes};
    return {0, length < kV6Bits ? kAllOnes >> (length - kWordBits) : 0};
}

/// All keys that begin with the first `length` bits of a key.
Block blockAround(const BlockKey &key, unsigned length)
{
    const BlockKey behind = bitsBehind(length);
    return {{key.high & ~behind.high, key.low & ~behind.low}, {key.high | behind.high, key.low | behind.low}};
}

BlockKey addressKey(const Address &address)
{
    BlockKey key;
    unsigned shift = kV6Bits;
    for (const std::uint8_t byte : address.bytes()) {
        shift -= 8;
        std::uint64_t &word = shift >= kWordBits ? key.high : key.low;
        word |= std::uint64_t{byte} << (shift % kWordBits);
    }
    return key;
}

unsigned addressBits(const Address &address)
{
    return address.isV4() ? kV4Bits : kV6Bits;
}

/// Appends the largest blocks of whole prefixes that a range consists of, as far as they lie in `node`, whose
/// keys share their first `depth` bits.
void appendBlocks(const Block &range, const Block &node, unsigned depth, RuleIndex rule,
                  Entries<Block> &blocks)
{
    if (range.contains(node)) {
        blocks.push_back({node, rule});
        return;
    }
    if (node.last < range.first || range.last < node.first)
        return;
    const Block lower = blockAround(node.first, depth + 1);
    const Block upper = blockAround(node.last, depth + 1);
    appendBlocks(range, lower, depth + 1, rule, blocks);
    appendBlocks(range, upper, depth + 1, rule, blocks);
}

Entries<Block> ofFamily(const Entries<AddressBlock> &ranges, Address::Family family)
{
    Entries<Block> blocks;
    for (const Entry<AddressBlock> &range : ranges) {
        if (range.key.family == family)
            blocks.push_back({range.key.block, range.rule});
    }
    return blocks;
}

} // namespace

BlockIndex::BlockIndex(const Entries<Block> &ranges, std::size_t ruleCount)
{
    Entries<Block> blocks;
    for (const Entry<Block> &range : ranges)
        appendBlocks(range.key, kEveryKey, 0, range.rule, blocks);
    std::vector<Block> sets;
    sets.reserve(blocks.size());
    for (const Entry<Block> &block : blocks)
        sets.push_back(block.key);
    m_blocks = NestedSets<Block>(std::move(sets));
    std::vector<RuleGroups::Group> groups(m_blocks.size());
    for (const Entry<Block> &block : blocks)
        appendOnce(groups[m_blocks.indexOf(block.key)], block.rule);
    m_groups = RuleGroups(groups, ruleCount);
}

void BlockIndex::collect(const BlockKey &key, RuleBits &bits) const
{
    m_blocks.visitAround(key, [&](std::size_t block) { m_groups.collect(block, bits); });
}

AddressBlock AddressBlock::fromRange(const AddressRange &range)
{
    return {range.network.family(), blockAround(addressKey(range.network), range.prefixLength)};
}

std::optional<AddressBlock> AddressBlock::fromText(QStringView text)
{
    if (const std::optional<AddressRange> range = AddressRange::fromString(text))
        return fromRange(*range);
    const qsizetype dash = text.indexOf(u'-');
    const auto first = dash < 0 ? std::nullopt : Address::fromLiteral(text.first(dash));
    const auto last = first ? Address::fromLiteral(text.sliced(dash + 1)) : std::nullopt;
    if (!last || last->family() != first->family() || *last < *first)
        return std::nullopt;
    return AddressBlock{first->family(),
                        {addressKey(*first), blockAround(addressKey(*last), addressBits(*last)).last}};
}

AddressIndex::AddressIndex(const Entries<AddressBlock> &ranges, std::size_t ruleCount)
    : m_v4(ofFamily(ranges, Address::Family::V4), ruleCount)
    , m_v6(ofFamily(ranges, Address::Family::V6), ruleCount)
{
}

void AddressIndex::collect(const Address &address, RuleBits &bits) const
{
    if (!address.isNull())
        (address.isV4() ? m_v4 : m_v6).collect(addressKey(address), bits);
}

BlockKey portKey(std::uint16_t port)
{
    return {std::uint64_t{port} << (kWordBits - kPortBits), 0};
}

Block portBlock(const PortRange &range)
{
    return {portKey(range.first), blockAround(portKey(range.last), kPortBits).last};
}

} // namespace engine::rules
