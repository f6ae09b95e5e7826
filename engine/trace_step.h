// SPDX-License-Identifier: MIT
#pragma once

#include "engine/rules/rule_condition.h"

#include <QString>
#include <QStringList>

namespace engine
{

/// One rule that was tried. What was compared is here as values; who shows it finds the words.
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
    /// The application is not known because the client is on another machine: it is none of those that
    /// could not be identified.
    bool isElsewhere = false;
    /// Only names are known of the application, and the rule asks for paths, too.
    bool isPathUnknown = false;
};

} // namespace engine
