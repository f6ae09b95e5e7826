// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QVariant>

#include <vector>

namespace ui
{

/// What the rules have decided so far, for the rules as they are shown. Those that the engine has not told of
/// yet, because they are new or were edited, were never used.
class RuleUseTable
{
public:
    /// True when something changed.
    bool take(const engine::RuleUses &uses);
    void setShown(const QList<engine::RuleProfile> &rules);
    /// Of the rule in a row; the row below them is that of the default action.
    [[nodiscard]] const engine::RuleUse &of(int row) const;

private:
    void findPlaces();

    QList<engine::RuleProfile> m_shown;
    QList<engine::RuleProfile> m_told; ///< what the engine's indices are of
    std::vector<engine::RuleUse> m_uses;
    engine::RuleUse m_default;
    std::vector<qsizetype> m_places; ///< of the shown rules among those told; -1: not there
};

// As people read them.
[[nodiscard]] QString trafficText(const engine::RuleUse &use);
[[nodiscard]] QString lastHitText(const engine::RuleUse &use);
/// All of it, one fact a line.
[[nodiscard]] QString useToolTip(const engine::RuleUse &use);

} // namespace ui
