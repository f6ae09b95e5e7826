// SPDX-License-Identifier: MIT
#include "ui/tracetext.h"

#include <QCoreApplication>

namespace ui
{

namespace
{

using engine::RuleCondition;
using engine::TraceStep;

struct TraceText {
    Q_DECLARE_TR_FUNCTIONS(ui::TraceText)
};

bool isQuoted(RuleCondition condition)
{
    return condition != RuleCondition::ByPort && condition != RuleCondition::ByTransport;
}

QString listText(const QStringList &list, RuleCondition condition)
{
    QStringList texts;
    for (const QString &text : list) {
        if (condition == RuleCondition::ByTransport)
            texts << text.toUpper();
        else
            texts << (isQuoted(condition) ? TraceText::tr("\"%1\"", "quoted name or value").arg(text) : text);
    }
    return texts.join(QStringLiteral(", "));
}

/// What the rule asks for.
QString entriesText(const TraceStep &step)
{
    QString shown = listText(step.entries, step.condition);
    if (step.omitted == 0)
        return shown;
    return TraceText::tr("%1 and %n more", "entries of a rule, how many are not shown",
                         static_cast<int>(step.omitted))
        .arg(shown);
}

/// What the connection has: its first value is the most telling one.
QString valueText(const TraceStep &step)
{
    QString text = listText(step.values.first(1), step.condition);
    if (step.values.size() > 1)
        text = TraceText::tr("%1 (%2)", "value, others of it")
                   .arg(text, listText(step.values.sliced(1), step.condition));
    if (!step.parents.isEmpty())
        text = TraceText::tr("%1, started by %2,", "application, its parents")
                   .arg(text, listText(step.parents, step.condition));
    return text;
}

QString unknownText(const TraceStep &step)
{
    const QString entries = entriesText(step);
    if (step.condition == RuleCondition::ByUser)
        return TraceText::tr("Nobody logged in; asked for: %1").arg(entries);
    if (step.isElsewhere)
        return TraceText::tr(
                   "The client is on another machine, whose programs are not known here; asked for: %1")
            .arg(entries);
    return TraceText::tr("The application is not identified; asked for: %1").arg(entries);
}

QString failureText(const TraceStep &step)
{
    if (step.values.isEmpty())
        return unknownText(step);
    const QString value = valueText(step);
    const QString entries = entriesText(step);
    switch (step.condition) {
    case RuleCondition::ByUser:
        return TraceText::tr("User %1 is none of %2").arg(value, entries);
    case RuleCondition::ByClient:
        return TraceText::tr("Client %1 is none of %2").arg(value, entries);
    case RuleCondition::ByHost:
        return TraceText::tr("Host %1 is none of %2").arg(value, entries);
    case RuleCondition::ByPort:
        return TraceText::tr("Port %1 is none of %2").arg(value, entries);
    case RuleCondition::ByTransport:
        return TraceText::tr("Transport %1 is none of %2").arg(value, entries);
    case RuleCondition::ByApplication:
        return step.isPathUnknown ? TraceText::tr("The path of application %1 is not known; asked for: %2")
                                        .arg(value, entries)
                                  : TraceText::tr("Application %1 is none of %2").arg(value, entries);
    }
    return {};
}

} // namespace

QString traceText(const TraceStep &step)
{
    switch (step.outcome) {
    case TraceStep::Outcome::Matched:
        break;
    case TraceStep::Outcome::Disabled:
        return TraceText::tr("Switched off");
    case TraceStep::Outcome::Failed:
        return failureText(step);
    case TraceStep::Outcome::Unidentified:
        return TraceText::tr("All else matches. %1", "why the rest does not").arg(failureText(step));
    }
    return {};
}

} // namespace ui
