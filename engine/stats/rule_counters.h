// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/snapshot.h"

#include <memory>
#include <vector>

namespace engine
{

/// What one rule has decided. Connections hold the counter of theirs, also when the rule is gone; then nobody
/// reads it any more.
struct RuleCounter {
    RuleUse use;
    bool isInForce = true;
    bool isChanged = false; ///< waits to be told
};
using RuleCounterPointer = std::shared_ptr<RuleCounter>;

/// Counts what the rules in force decide: as many counters as there are rules, one for the default action,
/// and those of former rules as long as a connection lives that they decided about. Engine thread only.
class RuleCounters
{
public:
    RuleCounters();

    /// Rules that stay the same keep their counters, wherever they stand now; see RuleUse.
    void setProfile(const Profile &profile);
    /// The counter of a rule by its index, RuleUse::kDefaultRule for the default action.
    [[nodiscard]] const RuleCounterPointer &of(int rule) const;

    void countHit(const RuleCounterPointer &counter);
    void addBytes(const RuleCounterPointer &counter, std::uint64_t up, std::uint64_t down);

    /// Whether changes are noted for take(). Turned on, everything is to be told.
    void setTelling(bool on);
    /// What is to be told since the last call.
    [[nodiscard]] RuleUses take();

private:
    void markChanged(const RuleCounterPointer &counter);

    QList<RuleProfile> m_rules;
    Action m_defaultAction;
    std::vector<RuleCounterPointer> m_counters; ///< of m_rules
    RuleCounterPointer m_default;
    std::vector<RuleCounterPointer> m_changed;
    bool m_isTelling = false;
    bool m_wholeDue = false;
};

/// For each rule of `after` the index of the same rule in `before`, -1 for one that is new or was edited.
/// Among rules that are the same, the first stays the first.
[[nodiscard]] std::vector<int> sameRules(const QList<RuleProfile> &before, const QList<RuleProfile> &after);

} // namespace engine
