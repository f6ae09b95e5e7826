// SPDX-License-Identifier: MIT
#include "engine/rules/trace.h"

#include "engine/rules/compiled_rules.h"
#include "engine/rules/program_naming.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine
{

namespace
{

constexpr qsizetype kShownEntries = 5;
constexpr qsizetype kShownLength = 100;

QString transportText(Transport transport)
{
    return transport == Transport::Tcp ? u"tcp"_s : u"udp"_s;
}

QString portsText(const PortRange &range)
{
    return range.first == range.last ? QString::number(range.first)
                                     : u"%1-%2"_s.arg(range.first).arg(range.last);
}

void appendKnown(QStringList &values, const QString &value)
{
    if (!value.isEmpty() && !values.contains(value))
        values.append(value);
}

/// What the query has of a condition.
QStringList valuesOf(const RuleQuery &query, RuleCondition condition)
{
    QStringList values;
    switch (condition) {
    case RuleCondition::ByUser:
        appendKnown(values, query.user);
        return values;
    case RuleCondition::ByClient:
        appendKnown(values, query.client.toString());
        return values;
    case RuleCondition::ByHost:
        appendKnown(values, query.destination.host());
        appendKnown(values, query.resolved.value_or(Address()).toString());
        return values;
    case RuleCondition::ByPort:
        return {QString::number(query.destination.port)};
    case RuleCondition::ByTransport:
        return {transportText(query.transport)};
    case RuleCondition::ByApplication:
        if (const Application *application = rules::askedApplication(query)) {
            for (const QString &text :
                 {application->program.name, application->program.path, application->program.script})
                appendKnown(values, text);
        }
        return values;
    }
    Q_UNREACHABLE();
    return values;
}

/// Whether an entry asks for a path that the query does not have.
bool isPathMissing(const RuleQuery &query, const RuleProfile &rule)
{
    const Application *application = rules::askedApplication(query);
    if (!application || !application->program.path.isEmpty())
        return false;
    return std::any_of(rule.applications.begin(), rule.applications.end(), [](const QString &entry) {
        return rules::canonicalProgramEntry(entry, rules::kSystemNaming).contains(u'/');
    });
}

QStringList parentsOf(const RuleQuery &query)
{
    QStringList parents;
    if (const Application *application = rules::askedApplication(query)) {
        for (const Program &parent : application->parents)
            parents.append(parent.name);
    }
    return parents;
}

template <typename List, typename ToText> void showEntries(TraceStep &step, const List &list, ToText toText)
{
    const qsizetype shown = std::min<qsizetype>(list.size(), kShownEntries);
    for (qsizetype i = 0; i < shown; ++i)
        step.entries.append(toText(list[i]));
    step.omitted = list.size() - shown;
}

QString itself(const QString &text)
{
    return text;
}

/// What the rule has of the step's condition.
void showRule(TraceStep &step, const RuleProfile &rule)
{
    switch (step.condition) {
    case RuleCondition::ByUser:
        return showEntries(step, rule.users, itself);
    case RuleCondition::ByClient:
        return showEntries(step, rule.clients, [](const AddressRange &range) { return range.toString(); });
    case RuleCondition::ByHost:
        return showEntries(step, rule.hosts, itself);
    case RuleCondition::ByPort:
        return showEntries(step, rule.ports, portsText);
    case RuleCondition::ByTransport:
        for (const Transport transport : {Transport::Tcp, Transport::Udp}) {
            if (rule.transports.testFlag(transport))
                step.entries.append(transportText(transport));
        }
        return;
    case RuleCondition::ByApplication:
        return showEntries(step, rule.applications, itself);
    }
    Q_UNREACHABLE();
}

/// Text of others on one line that is not too long.
QString shown(const QString &text)
{
    QString line = text.size() > kShownLength ? text.first(kShownLength) + u'…' : text;
    for (QChar &c : line) {
        if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format ||
            c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph)
            c = QChar::ReplacementCharacter;
    }
    return line;
}

QString quoted(const QString &text)
{
    return u'"' + shown(text) + u'"';
}

QString listText(const QStringList &list, bool isQuoted)
{
    QStringList texts;
    for (const QString &text : list)
        texts.append(isQuoted ? quoted(text) : text);
    return texts.join(u", "_s);
}

QLatin1StringView wordFor(RuleCondition condition)
{
    switch (condition) {
    case RuleCondition::ByUser:
        return "user"_L1;
    case RuleCondition::ByClient:
        return "client"_L1;
    case RuleCondition::ByHost:
        return "host"_L1;
    case RuleCondition::ByPort:
        return "port"_L1;
    case RuleCondition::ByTransport:
        return "transport"_L1;
    case RuleCondition::ByApplication:
        return "application"_L1;
    }
    Q_UNREACHABLE();
    return {};
}

/// What stands for a value that the query does not have.
QLatin1StringView unknownWord(const TraceStep &step)
{
    if (step.condition == RuleCondition::ByUser)
        return "nobody logged in,"_L1;
    return step.isElsewhere ? "the client is on another machine,"_L1 : "not identified,"_L1;
}

/// Between what the query has and what the rule asks for.
QLatin1StringView relationText(const TraceStep &step)
{
    if (step.values.isEmpty())
        return " asked for is "_L1;
    if (!step.isPathUnknown)
        return " is none of "_L1;
    return step.parents.isEmpty() ? ", the path is not known, asked for is "_L1
                                  : " the path is not known, asked for is "_L1;
}

QString failureText(const TraceStep &step)
{
    const bool isQuoted =
        step.condition != RuleCondition::ByPort && step.condition != RuleCondition::ByTransport;
    QString text = wordFor(step.condition) + u": "_s;
    if (step.values.isEmpty())
        text += unknownWord(step);
    else
        text += listText(step.values.first(1), isQuoted);
    if (step.values.size() > 1)
        text += u" (%1)"_s.arg(listText(step.values.sliced(1), isQuoted));
    if (!step.parents.isEmpty())
        text += u", child of "_s + listText(step.parents, isQuoted) + u',';
    text += relationText(step) + listText(step.entries, isQuoted);
    return step.omitted > 0 ? text + u" and %1 more"_s.arg(step.omitted) : text;
}

QString ruleText(int rule, const QString &name)
{
    return name.isEmpty() ? u"rule %1"_s.arg(rule + 1) : u"rule %1 %2"_s.arg(rule + 1).arg(quoted(name));
}

QString actionText(const Action &action)
{
    switch (action.kind) {
    case Action::Kind::Direct:
        return u"direct"_s;
    case Action::Kind::Block:
        return u"block"_s;
    case Action::Kind::Proxy:
        return u"by way of "_s + quoted(action.proxy);
    }
    Q_UNREACHABLE();
    return {};
}

} // namespace

QString outcomeText(const TraceStep &step)
{
    switch (step.outcome) {
    case TraceStep::Outcome::Matched:
        return u"matches"_s;
    case TraceStep::Outcome::Disabled:
        return u"disabled"_s;
    case TraceStep::Outcome::Failed:
        return failureText(step);
    case TraceStep::Outcome::Unidentified:
        return u"all else matches, but "_s + failureText(step);
    }
    Q_UNREACHABLE();
    return {};
}

QString reasonText(const Trace &trace)
{
    switch (trace.decision.rule) {
    case Decision::kDefaultRule:
        return u"no rule matches: the default action"_s;
    case Decision::kModeRule:
        return u"the mode decides, no rule is asked"_s;
    case Decision::kUnidentifiedRule:
        return u"the action for unidentified applications"_s;
    default:
        return ruleText(trace.decision.rule, trace.steps.last().name);
    }
}

TraceStep makeTraceStep(const RuleProfile &rule, int index, const rules::Matches &matches,
                        const RuleQuery &query)
{
    TraceStep step;
    step.rule = index;
    step.name = rule.name;
    if (!rule.enabled) {
        step.outcome = TraceStep::Outcome::Disabled;
        return step;
    }
    const auto failed = std::find_if(
        kRuleConditions.begin(), kRuleConditions.end(), [&matches, index](RuleCondition condition) {
            return !matches.of(condition).contains(static_cast<rules::RuleIndex>(index));
        });
    if (failed == kRuleConditions.end())
        return step;
    step.outcome = TraceStep::Outcome::Failed;
    step.condition = *failed;
    step.values = valuesOf(query, step.condition);
    if (step.condition == RuleCondition::ByApplication) {
        step.isElsewhere = !query.isLocal;
        step.isPathUnknown = isPathMissing(query, rule);
        if (rule.tree)
            step.parents = parentsOf(query);
    }
    showRule(step, rule);
    return step;
}

QString traceText(const Trace &trace)
{
    QStringList lines;
    for (const TraceStep &step : trace.steps)
        lines.append(ruleText(step.rule, step.name) + u": "_s + outcomeText(step));
    lines.append(u"decision: %1 (%2)"_s.arg(actionText(trace.decision.action), reasonText(trace)));
    return lines.join(u'\n');
}

} // namespace engine
