// SPDX-License-Identifier: MIT
#pragma once

#include "engine/rules/rule_set.h"
#include "engine/trace_step.h"

#include <QList>
#include <QStringList>

namespace engine
{

namespace rules
{
class Matches;
}

/// What was decided, and the rules up to the one that did, in their order.
struct Trace {
    Decision decision;
    QList<TraceStep> steps; ///< none when the mode decided
};

/// The step of one rule of those that the matches are of.
[[nodiscard]] TraceStep makeTraceStep(const RuleProfile &rule, int index, const rules::Matches &matches,
                                      const RuleQuery &query);

/// What became of one rule, and what the decision rests on. In English.
[[nodiscard]] QString outcomeText(const TraceStep &step);
[[nodiscard]] QString reasonText(const Trace &trace);

/// The trace for people, one line a step and one for the decision, which counts rules from 1. In English,
/// without a line break at its end.
[[nodiscard]] QString traceText(const Trace &trace);

} // namespace engine
