// SPDX-License-Identifier: MIT
#pragma once

#include "engine/rules/rule_condition.h"
#include "engine/rules/rule_set.h"

#include <QList>
#include <QStringList>

namespace engine
{

namespace rules
{
class Matches;
}

/// One rule that was tried. What was compared is here as values; traceText() says it in English.
struct TraceStep {
    enum class Outcome : std::uint8_t {
        Matched,      ///< it decided
        Disabled,     ///< it takes no part
        Failed,       ///< a condition did not hold
        Unidentified, ///< only the application is not known: the profile's unidentifiedApplications decided
    };

    int rule = 0; ///< index into the profile's rules
    QString name;
    Outcome outcome = Outcome::Matched;

    // Of Failed and Unidentified: the first condition that did not hold.
    RuleCondition condition = RuleCondition::ByUser;
    QStringList values;    ///< of the query, the most telling first; empty: not known
    QStringList parents;   ///< names of the application's parents, where the rule asks for them too
    QStringList entries;   ///< of the rule, the first few
    qsizetype omitted = 0; ///< how many more entries the rule has
};

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
