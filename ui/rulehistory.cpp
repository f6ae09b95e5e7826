// SPDX-License-Identifier: MIT
#include "ui/rulehistory.h"

#include <algorithm>

namespace ui
{

using engine::RuleProfile;

void RuleHistory::record(const RuleList &before, const RuleList &after, const RuleChange &what)
{
    if (before == after)
        return;
    m_steps.resize(m_done);
    // Steps that began elsewhere do not lead here any more.
    if (m_done > 0 && !(m_current == before))
        clear();
    const qsizetype shorter = std::min(before.rules.size(), after.rules.size());
    qsizetype first = 0;
    while (first < shorter && before.rules.at(first) == after.rules.at(first))
        ++first;
    qsizetype last = 0;
    while (last < shorter - first &&
           before.rules.at(before.rules.size() - 1 - last) == after.rules.at(after.rules.size() - 1 - last))
        ++last;
    m_steps.push_back({first, before.rules.mid(first, before.rules.size() - first - last),
                       after.rules.mid(first, after.rules.size() - first - last), before.fallbacks,
                       after.fallbacks, what});
    m_done = m_steps.size();
    m_current = after;
    forgetOldest();
}

RuleChange RuleHistory::undoChange() const
{
    return canUndo() ? m_steps[m_done - 1].what : RuleChange();
}

RuleChange RuleHistory::redoChange() const
{
    return canRedo() ? m_steps[m_done].what : RuleChange();
}

std::optional<RuleHistory::Outcome> RuleHistory::undone(const RuleList &now) const
{
    if (!canUndo() || !(now == m_current))
        return std::nullopt;
    const Step &step = m_steps[m_done - 1];
    return Outcome{replaced(now, step.at, step.after.size(), step.before, step.fallbacksBefore),
                   static_cast<int>(step.at)};
}

std::optional<RuleHistory::Outcome> RuleHistory::redone(const RuleList &now) const
{
    if (!canRedo() || !(now == m_current))
        return std::nullopt;
    const Step &step = m_steps[m_done];
    return Outcome{replaced(now, step.at, step.before.size(), step.after, step.fallbacksAfter),
                   static_cast<int>(step.at)};
}

void RuleHistory::stepBack(const RuleList &left)
{
    --m_done;
    m_current = left;
}

void RuleHistory::stepForward(const RuleList &left)
{
    ++m_done;
    m_current = left;
}

void RuleHistory::dropUndo()
{
    if (!canUndo())
        return;
    const auto last = m_steps.begin() + static_cast<std::ptrdiff_t>(--m_done);
    Kept kept{last->at, last->before.size(), last->after.size(), {}};
    if (last->changesFallbacks())
        kept.fallbacks = last->fallbacksAfter;
    m_steps.erase(last);
    for (std::size_t at = m_done; at-- > 0;) {
        if (kept.isBuiltOn(m_steps[at])) {
            kept.join(m_steps[at]);
            m_steps.erase(m_steps.begin() + static_cast<std::ptrdiff_t>(at));
            --m_done;
        } else {
            kept.goBefore(m_steps[at]);
        }
    }
}

bool RuleHistory::Kept::isBuiltOn(const Step &step) const
{
    const bool isApart = step.at + step.after.size() <= at || at + before <= step.at;
    return !isApart || (fallbacks && step.changesFallbacks());
}

/// The step, which came right before them, is one of them from now on.
void RuleHistory::Kept::join(const Step &step)
{
    const qsizetype first = std::min(at, step.at);
    const qsizetype between = std::max(at + before, step.at + step.after.size()) - first;
    after += between - before;
    before = between + step.before.size() - step.after.size();
    at = first;
    if (!fallbacks && step.changesFallbacks())
        fallbacks = step.fallbacksAfter;
}

/// As if they had been made before the step, which they have nothing to do with.
void RuleHistory::Kept::goBefore(Step &step)
{
    if (step.at + step.after.size() <= at)
        at += step.before.size() - step.after.size();
    else
        step.at += after - before;
    if (fallbacks)
        step.fallbacksBefore = step.fallbacksAfter = *fallbacks;
}

void RuleHistory::clear()
{
    m_steps.clear();
    m_done = 0;
    m_current = {};
}

RuleList RuleHistory::replaced(const RuleList &list, qsizetype at, qsizetype count,
                               const QList<RuleProfile> &by, const RuleFallbacks &fallbacks)
{
    return {list.rules.first(at) + by + list.rules.sliced(at + count), fallbacks};
}

void RuleHistory::forgetOldest()
{
    qsizetype held = 0;
    for (const Step &step : m_steps)
        held += step.before.size() + step.after.size();
    while (m_steps.size() > kMaximumUndoSteps || (held > kMaximumUndoRules && m_steps.size() > 1)) {
        held -= m_steps.front().before.size() + m_steps.front().after.size();
        m_steps.pop_front();
    }
    m_done = m_steps.size();
}

} // namespace ui
