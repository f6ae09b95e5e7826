// SPDX-License-Identifier: MIT
#include "ui/ppxrules.h"

#include "ui/ppxentries.h"

using namespace Qt::StringLiterals;
using engine::Action;
using engine::RuleProfile;

namespace ui
{

namespace
{

// As many as a profile takes.
constexpr qsizetype kMaximumRules = 10'000;
constexpr qsizetype kMaximumEntries = 100'000; ///< of one field

constexpr auto kAny = "Any"_L1;

bool isOff(const XmlElement &element)
{
    const QString enabled = element.attribute("enabled"_L1);
    return enabled.compare("false"_L1, Qt::CaseInsensitive) == 0 || enabled == u"0";
}

bool isSet(const XmlElement &field)
{
    const QString text = field.text.trimmed();
    return !field.children.empty() || (!text.isEmpty() && text.compare(kAny, Qt::CaseInsensitive) != 0);
}

class RuleReader
{
public:
    RuleReader(const PpxIds &ids, const PpxContext &context, PpxReport &report, PpxProfile &profile)
        : m_ids(ids)
        , m_context(context)
        , m_report(report)
        , m_profile(profile)
    {
    }

    void readAll(const XmlElement &list);

private:
    void readRule(const XmlElement &element);
    void readDefault(const XmlElement &element);
    bool readField(const XmlElement &field, RuleProfile &rule);
    bool readApplications(const XmlElement &field, RuleProfile &rule);
    bool readTargets(const XmlElement &field, RuleProfile &rule);
    bool readPorts(const XmlElement &field, RuleProfile &rule);
    [[nodiscard]] bool take(const PpxConverted &converted, const QString &written, const XmlElement &field,
                            QStringList &entries);
    Action readAction(const XmlElement &element);
    void tellOfAddresses(const QStringList &hosts, const XmlElement &field);

    const PpxIds &m_ids;
    const PpxContext &m_context;
    PpxReport &m_report;
    PpxProfile &m_profile;
    bool m_toldOfAddresses = false;
};

/// Proxifier keeps the rule for everything else last, without a condition and always on.
bool isDefault(const XmlElement &rule)
{
    if (isOff(rule))
        return false;
    for (const XmlElement &field : rule.children) {
        if (field.name != "Name"_L1 && field.name != "Action"_L1 && isSet(field))
            return false;
    }
    return true;
}

void RuleReader::readAll(const XmlElement &list)
{
    std::vector<const XmlElement *> rules;
    for (const XmlElement &element : list.children) {
        m_report.about(PpxPart::File, {}, element.line);
        if (element.name == "Rule"_L1)
            rules.push_back(&element);
        else
            m_report.add(PpxFinding::SectionUnknown, element.name);
    }
    const bool hasDefault = !rules.empty() && isDefault(*rules.back());
    for (const XmlElement *element : rules) {
        if (hasDefault && element == rules.back()) {
            readDefault(*element);
        } else if (m_profile.rules.size() < kMaximumRules) {
            readRule(*element);
        } else {
            m_report.about(PpxPart::File, {}, element->line);
            m_report.add(PpxFinding::TooMany, QString::number(kMaximumRules));
            break;
        }
    }
    if (!hasDefault) {
        m_report.about(PpxPart::Default, {}, list.line);
        m_report.add(PpxFinding::DefaultMissing);
    }
}

void RuleReader::readDefault(const XmlElement &element)
{
    m_report.about(PpxPart::Default, {}, element.line);
    m_profile.defaultAction = readAction(element);
    m_report.add(PpxFinding::DefaultTaken);
}

void RuleReader::readRule(const XmlElement &element)
{
    RuleProfile rule;
    const QString written = element.childText("Name"_L1);
    rule.name = fittedPpxText(written);
    m_report.about(PpxPart::Rule, rule.name, element.line);
    if (rule.name != written.simplified())
        m_report.add(PpxFinding::NameCut, written, rule.name);
    rule.enabled = !isOff(element);
    for (const XmlElement &field : element.children) {
        // A condition without entries would match everything.
        if (!readField(field, rule)) {
            m_report.add(PpxFinding::RuleEmptied, field.name, {}, field.line);
            return;
        }
    }
    rule.applications.removeDuplicates();
    rule.hosts.removeDuplicates();
    rule.action = readAction(element);
    m_report.add(PpxFinding::RuleTaken);
    m_profile.rules.append(rule);
}

/// Whether something is left of a condition that the rule has.
bool RuleReader::readField(const XmlElement &field, RuleProfile &rule)
{
    if (field.name == "Name"_L1 || field.name == "Action"_L1 || !isSet(field))
        return true;
    if (field.name == "Applications"_L1)
        return readApplications(field, rule);
    if (field.name == "Targets"_L1)
        return readTargets(field, rule);
    if (field.name == "Ports"_L1)
        return readPorts(field, rule);
    // Without it the rule might match more than it should.
    rule.enabled = false;
    m_report.add(PpxFinding::ConditionUnknown, field.name, {}, field.line);
    return true;
}

/// False when there are too many already.
bool RuleReader::take(const PpxConverted &converted, const QString &written, const XmlElement &field,
                      QStringList &entries)
{
    if (entries.size() + converted.texts.size() > kMaximumEntries)
        return false;
    if (converted.finding)
        m_report.add(*converted.finding, written, converted.texts.join(u", "_s), field.line);
    entries << converted.texts;
    return true;
}

bool RuleReader::readApplications(const XmlElement &field, RuleProfile &rule)
{
    bool hasRoom = true;
    for (const PpxEntry &entry : splitPpxList(field.text))
        hasRoom =
            take(convertPpxApplication(entry, m_context), entry.text, field, rule.applications) && hasRoom;
    if (!hasRoom)
        m_report.add(PpxFinding::TooMany, QString::number(kMaximumEntries), {}, field.line);
    return !rule.applications.isEmpty();
}

bool RuleReader::readTargets(const XmlElement &field, RuleProfile &rule)
{
    bool hasRoom = true;
    for (const QString &target : splitPpxWords(field.text))
        hasRoom = take(convertPpxTarget(target, m_context), target, field, rule.hosts) && hasRoom;
    if (!hasRoom)
        m_report.add(PpxFinding::TooMany, QString::number(kMaximumEntries), {}, field.line);
    tellOfAddresses(rule.hosts, field);
    return !rule.hosts.isEmpty();
}

/// Proxifier asks for the address of a name before the rules; here a name stays one, unless the profile says
/// otherwise. Loopback has its names beside it in every profile, so that nothing is lost there.
void RuleReader::tellOfAddresses(const QStringList &hosts, const XmlElement &field)
{
    for (const QString &host : hosts) {
        if (m_toldOfAddresses)
            return;
        const auto address = engine::Address::fromLiteral(host.section(u'/', 0, 0).section(u'-', 0, 0));
        if (!address || address->isLoopback())
            continue;
        m_report.add(PpxFinding::AddressesNotForNames, host, {}, field.line);
        m_toldOfAddresses = true;
    }
}

bool RuleReader::readPorts(const XmlElement &field, RuleProfile &rule)
{
    bool hasRoom = true;
    for (const QString &word : splitPpxWords(field.text)) {
        const std::optional<engine::PortRange> ports = readPpxPorts(word);
        if (!ports)
            m_report.add(PpxFinding::PortsWrong, word, {}, field.line);
        else if (rule.ports.size() < kMaximumEntries)
            rule.ports << *ports;
        else
            hasRoom = false;
    }
    if (!hasRoom)
        m_report.add(PpxFinding::TooMany, QString::number(kMaximumEntries), {}, field.line);
    return !rule.ports.isEmpty();
}

/// What was to go by way of a server that is not there must not go another way.
Action RuleReader::readAction(const XmlElement &element)
{
    const XmlElement *action = element.child("Action"_L1);
    const QString type = action == nullptr ? QString() : action->attribute("type"_L1);
    const auto isType = [&type](QLatin1StringView word) {
        return type.compare(word, Qt::CaseInsensitive) == 0;
    };
    if (isType("Direct"_L1))
        return Action::direct();
    if (isType("Block"_L1))
        return Action::block();
    const QString id = action == nullptr ? QString() : action->text.trimmed();
    const bool isProxy = isType("Proxy"_L1);
    const QString known = isProxy ? m_ids.servers.value(id) : QString();
    const QString route = isType("Chain"_L1) ? m_ids.routes.value(id) : QString();
    if (!known.isEmpty() || !route.isEmpty())
        return Action::byWayOf(known.isEmpty() ? route : known);
    const qint64 line = action == nullptr ? element.line : action->line;
    m_report.add(PpxFinding::BlockedInstead, u"%1 %2"_s.arg(type, id).trimmed(), {}, line);
    return Action::block();
}

} // namespace

void readPpxRules(const XmlElement &list, const PpxIds &ids, const PpxContext &context, PpxReport &report,
                  PpxProfile &profile)
{
    RuleReader(ids, context, report, profile).readAll(list);
}

} // namespace ui
