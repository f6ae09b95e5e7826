// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QList>

namespace engine
{

/// Comparisons of entries after which the rest is left alone: some ten milliseconds.
inline constexpr int kMaximumCoverageComparisons = 1'000'000;
/// A field of more entries is not looked into.
inline constexpr qsizetype kMaximumCoverageEntries = 1'000;

/// For each rule, the first rule before it that is enabled and matches everything that it matches, so that it
/// never decides; -1 when there is none, and for rules that are off. Exact in what it finds, but it does not
/// find all: rules are compared one by one, entry by entry, and within the limits above. Any thread.
[[nodiscard]] QList<int> coveringRules(const QList<RuleProfile> &rules);

} // namespace engine
