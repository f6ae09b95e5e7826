// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace engine::rules
{

/// Sets of which any two are disjoint or one lies in the other, as prefixes are. A Set has
///   operator<        by where it begins, and a set before those that lie in it,
///   contains()       of a key and of another set,
///   beginsAfter(key).
/// Sorted that way, the last set that does not begin after a key lies in every set that contains the key; so
/// one binary search and the chain of the surrounding sets find them all.
template <typename Set> class NestedSets
{
public:
    NestedSets() = default;
    explicit NestedSets(std::vector<Set> sets)
        : m_sets(std::move(sets))
    {
        std::sort(m_sets.begin(), m_sets.end());
        m_sets.erase(std::unique(m_sets.begin(), m_sets.end()), m_sets.end());
        m_sets.shrink_to_fit();
        m_around.reserve(m_sets.size());
        for (std::size_t i = 0; i < m_sets.size(); ++i) {
            std::uint32_t around = i == 0 ? kNone : static_cast<std::uint32_t>(i - 1);
            while (around != kNone && !m_sets[around].contains(m_sets[i]))
                around = m_around[around];
            m_around.push_back(around);
        }
    }

    [[nodiscard]] bool isEmpty() const { return m_sets.empty(); }
    [[nodiscard]] std::size_t size() const { return m_sets.size(); }
    /// Position of one of the sets.
    [[nodiscard]] std::size_t indexOf(const Set &set) const
    {
        return static_cast<std::size_t>(std::lower_bound(m_sets.begin(), m_sets.end(), set) - m_sets.begin());
    }

    /// Calls `visit` with the position of each set that contains the key.
    template <typename Key, typename Visit> void visitAround(const Key &key, Visit visit) const
    {
        const auto beyond = std::partition_point(m_sets.begin(), m_sets.end(),
                                                 [&key](const Set &set) { return !set.beginsAfter(key); });
        std::uint32_t at =
            beyond == m_sets.begin() ? kNone : static_cast<std::uint32_t>(beyond - m_sets.begin() - 1);
        while (at != kNone && !m_sets[at].contains(key))
            at = m_around[at];
        for (; at != kNone; at = m_around[at])
            visit(std::size_t{at});
    }

private:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    std::vector<Set> m_sets;
    std::vector<std::uint32_t> m_around; ///< the smallest set around each
};

} // namespace engine::rules
