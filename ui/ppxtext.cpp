// SPDX-License-Identifier: MIT
#include "ui/ppxtext.h"

#include <QCoreApplication>

namespace ui
{

namespace
{

constexpr qsizetype kMebibyte = qsizetype{1024} * 1024;

struct PpxText {
    Q_DECLARE_TR_FUNCTIONS(ui::Ppx)
};

QString partText(const PpxLine &line)
{
    switch (line.part) {
    case PpxPart::File:
        return PpxText::tr("File");
    case PpxPart::Option:
        return PpxText::tr("Options");
    case PpxPart::Server:
        return line.subject.isEmpty() ? PpxText::tr("Server")
                                      : PpxText::tr("Server \"%1\"").arg(line.subject);
    case PpxPart::Route:
        return line.subject.isEmpty() ? PpxText::tr("Chain") : PpxText::tr("Chain \"%1\"").arg(line.subject);
    case PpxPart::Rule:
        return line.subject.isEmpty() ? PpxText::tr("Rule") : PpxText::tr("Rule \"%1\"").arg(line.subject);
    case PpxPart::Default:
        return PpxText::tr("Default rule");
    }
    return {};
}

QString takenText(const PpxLine &line)
{
    switch (line.finding) {
    case PpxFinding::DefaultTaken:
        return PpxText::tr("taken over as the default action");
    case PpxFinding::NamesByServer:
        return PpxText::tr("names are looked up by the servers, here too");
    default:
        return PpxText::tr("taken over");
    }
}

QString changedServerText(const PpxLine &line)
{
    switch (line.finding) {
    case PpxFinding::NewerVersion:
        return PpxText::tr("version %1 is newer than those that are known").arg(line.value);
    case PpxFinding::NamesNowByServer:
        return PpxText::tr(
            "names that programs ask for are now looked up by the servers, not by this computer");
    case PpxFinding::Socks4Names:
        return PpxText::tr(
            "SOCKS4 carries no names: this computer looks them up. If the server knows SOCKS4a, "
            "choose that");
    case PpxFinding::PlainHttp:
        return PpxText::tr("an HTTP proxy for web pages is now asked with CONNECT, which it may refuse");
    case PpxFinding::StickyByHost:
        return PpxText::tr("connections to the same host take the same server");
    case PpxFinding::NameCut:
        return PpxText::tr("the name is now \"%1\"").arg(line.became);
    default:
        return {};
    }
}

QString changedRuleText(const PpxLine &line)
{
    switch (line.finding) {
    case PpxFinding::ComputerName:
    case PpxFinding::AddressBlock:
        return PpxText::tr("%1 is now %2").arg(line.value, line.became);
    case PpxFinding::WildcardNarrowed:
        return PpxText::tr("%1 is now %2, which matches less: \"*\" stands for whole parts of a name")
            .arg(line.value, line.became);
    case PpxFinding::ProgramSuffix:
        return PpxText::tr("the application %1 is now %2").arg(line.value, line.became);
    case PpxFinding::ForeignPath:
        return PpxText::tr("the application %1 is a path of Windows, which no program has here")
            .arg(line.value);
    case PpxFinding::UnquotedSpaces:
        return PpxText::tr("\"%1\" is taken for the name of one application").arg(line.value);
    case PpxFinding::AddressesNotForNames:
        return PpxText::tr(
                   "addresses such as %1 match programs that ask for an address; for those that ask for a "
                   "name, \"resolveForRules\" in the profile has to be on")
            .arg(line.value);
    case PpxFinding::ConditionUnknown:
        return PpxText::tr("switched off, because its condition \"%1\" is not known").arg(line.value);
    case PpxFinding::BlockedInstead:
        return PpxText::tr("blocks, because its action \"%1\" leads nowhere").arg(line.value);
    case PpxFinding::DefaultMissing:
        return PpxText::tr("the file has none, so the default action stays what it is");
    default:
        return changedServerText(line);
    }
}

QString leftOutServerText(const PpxLine &line)
{
    switch (line.finding) {
    case PpxFinding::SectionUnknown:
        return PpxText::tr("\"%1\" is not known").arg(line.value);
    case PpxFinding::SettingIgnored:
        return PpxText::tr("the setting \"%1\" has no equivalent").arg(line.value);
    case PpxFinding::ProtocolUnknown:
        return PpxText::tr("left out, because its type \"%1\" is not known").arg(line.value);
    case PpxFinding::AddressWrong:
        return PpxText::tr("left out, because its address \"%1\" is none").arg(line.value);
    case PpxFinding::PortWrong:
        return PpxText::tr("left out, because its port \"%1\" is none").arg(line.value);
    case PpxFinding::PasswordLocked:
        return PpxText::tr("its password is encrypted by Proxifier: enter it again on the page Servers");
    case PpxFinding::UserNameWrong:
        return PpxText::tr("the user name \"%1\" cannot be used").arg(line.value);
    case PpxFinding::LoginOff:
        return PpxText::tr("its login, which was switched off, was left out");
    case PpxFinding::IdTwice:
        return PpxText::tr("left out, because another one has the id \"%1\"").arg(line.value);
    case PpxFinding::TooMany:
        return PpxText::tr("there are more than %1 here; the rest was left out").arg(line.value);
    case PpxFinding::ReportCutOff:
        return PpxText::tr("%n more findings are not listed", nullptr, line.value.toInt());
    default:
        return {};
    }
}

QString leftOutRouteText(const PpxLine &line)
{
    switch (line.finding) {
    case PpxFinding::MemberOff:
        return PpxText::tr("the proxy %1, which was switched off, was left out").arg(line.value);
    case PpxFinding::MemberMissing:
        return PpxText::tr("the proxy %1, which was not taken over, was left out").arg(line.value);
    case PpxFinding::ChainBroken:
        return PpxText::tr("left out, because its proxy %1 was not taken over").arg(line.value);
    case PpxFinding::ChainTooLong:
        return PpxText::tr("left out, because it goes through more than %1 servers").arg(line.value);
    case PpxFinding::RouteEmpty:
        return PpxText::tr("left out, because it has no proxy");
    case PpxFinding::RouteKindUnknown:
        return PpxText::tr("left out, because its type \"%1\" is not known").arg(line.value);
    case PpxFinding::TryDirect:
        return PpxText::tr("when no server works, connections fail; they never go directly instead");
    default:
        return leftOutServerText(line);
    }
}

QString leftOutText(const PpxLine &line)
{
    switch (line.finding) {
    case PpxFinding::MacroUnknown:
        return PpxText::tr("%1 was left out: such words are not replaced").arg(line.value);
    case PpxFinding::WildcardUnusable:
        return PpxText::tr(
                   "%1 was left out: \"*\" can only stand for whole parts at an end of a name, or of an "
                   "address")
            .arg(line.value);
    case PpxFinding::TargetWrong:
        return PpxText::tr("%1 was left out: it is no host and no address").arg(line.value);
    case PpxFinding::PortsWrong:
        return PpxText::tr("%1 was left out: it is no port").arg(line.value);
    case PpxFinding::ApplicationWrong:
        return PpxText::tr("the application %1 was left out: it cannot be used").arg(line.value);
    case PpxFinding::DefaultKept:
        return PpxText::tr("not taken over: the default action stays what it is");
    case PpxFinding::RuleEmptied:
        return PpxText::tr("left out, because nothing is left of its condition \"%1\"").arg(line.value);
    default:
        return leftOutRouteText(line);
    }
}

QString findingText(const PpxLine &line)
{
    switch (ppxOutcome(line.finding)) {
    case PpxOutcome::Taken:
        return takenText(line);
    case PpxOutcome::Changed:
        return changedRuleText(line);
    case PpxOutcome::LeftOut:
        return leftOutText(line);
    }
    return {};
}

QString xmlProblemText(const XmlProblem &problem)
{
    switch (problem.error) {
    case XmlError::TooLarge:
        return PpxText::tr("The file is larger than %1 MiB.").arg(kMaximumXmlSize / kMebibyte);
    case XmlError::DocumentType:
        return PpxText::tr("The file has a document type, which no profile has.");
    case XmlError::TooDeep:
    case XmlError::TooManyElements:
    case XmlError::TooManyAttributes:
        return PpxText::tr("The file holds more than any profile does.");
    case XmlError::NotWellFormed:
        return PpxText::tr("The file is damaged or not complete: %1").arg(problem.detail);
    }
    return {};
}

} // namespace

QString ppxLineText(const PpxLine &line)
{
    return PpxText::tr("%1: %2", "part of a file, what became of it").arg(partText(line), findingText(line));
}

QString ppxProblemText(const PpxProblem &problem)
{
    return problem.isOther ? PpxText::tr("The file is XML, but no profile of Proxifier.")
                           : xmlProblemText(problem.xml);
}

} // namespace ui
