// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QList>
#include <QString>

#include <deque>
#include <optional>

namespace ui
{

/// Changes that can be undone, and rules that they may hold on to together; the oldest are forgotten.
inline constexpr std::size_t kMaximumUndoSteps = 100;
inline constexpr qsizetype kMaximumUndoRules = 20'000;

/// What is done about connections that no rule decides.
struct RuleFallbacks {
    engine::Action defaultAction;                           ///< when no rule matches
    std::optional<engine::Action> unidentifiedApplications; ///< as in engine::Profile

    bool operator==(const RuleFallbacks &) const = default;
};

/// What the Rules page changes: the rules, and what is done besides them.
struct RuleList {
    QList<engine::RuleProfile> rules;
    RuleFallbacks fallbacks;

    bool operator==(const RuleList &) const = default;
};

/// What was done to the rules.
struct RuleChange {
    const char *text = nullptr; ///< "remove rule %1", in English: RuleModel translates it when it is shown
    QString rule;               ///< its name; empty when the text has none
};

/// The changes that were made to the rules, to be taken back and made again. A change is kept as what it
/// replaced, so that long lists cost no more than what changed in them.
class RuleHistory
{
public:
    /// What comes of a step, and the first row that differs.
    struct Outcome {
        RuleList list;
        int row = 0;
    };

    void record(const RuleList &before, const RuleList &after, const RuleChange &what);
    [[nodiscard]] bool canUndo() const { return m_done > 0; }
    [[nodiscard]] bool canRedo() const { return m_done < m_steps.size(); }
    /// What the next step takes back or makes again; without a text when there is none.
    [[nodiscard]] RuleChange undoChange() const;
    [[nodiscard]] RuleChange redoChange() const;
    /// The list as it was before the last change. Nothing when `now` is not what that change left: the rules
    /// were changed by somebody else since.
    [[nodiscard]] std::optional<Outcome> undone(const RuleList &now) const;
    [[nodiscard]] std::optional<Outcome> redone(const RuleList &now) const;
    /// The outcome is in force, as `left`.
    void stepBack(const RuleList &left);
    void stepForward(const RuleList &left);
    /// What the last change did stays; those before it can be taken back all the same, except where it built
    /// on them.
    void dropUndo();
    /// The change that was taken back last stays so, and what was made on it.
    void dropRedo() { m_steps.resize(m_done); }
    void clear();

private:
    struct Step {
        qsizetype at = 0;
        QList<engine::RuleProfile> before;
        QList<engine::RuleProfile> after;
        RuleFallbacks fallbacksBefore;
        RuleFallbacks fallbacksAfter;
        RuleChange what;

        [[nodiscard]] bool changesFallbacks() const { return !(fallbacksBefore == fallbacksAfter); }
    };

    /// Changes that stay: the rows from `at` that they replaced, and how many there are now.
    struct Kept {
        qsizetype at = 0;
        qsizetype before = 0;
        qsizetype after = 0;
        std::optional<RuleFallbacks> fallbacks; ///< what they left, if they changed them

        [[nodiscard]] bool isBuiltOn(const Step &step) const;
        void join(const Step &step);
        void goBefore(Step &step);
    };

    static RuleList replaced(const RuleList &list, qsizetype at, qsizetype count,
                             const QList<engine::RuleProfile> &by, const RuleFallbacks &fallbacks);
    void forgetOldest();

    std::deque<Step> m_steps;
    std::size_t m_done = 0; ///< of the steps; the others were undone
    RuleList m_current;     ///< what the last step, made or taken back, left
};

} // namespace ui
