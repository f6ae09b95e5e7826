// SPDX-License-Identifier: MIT
#include "ui/ruletext.h"

#include "engine/rule_entries.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <limits>

namespace ui
{

using namespace Qt::StringLiterals;
using engine::Action;
using engine::PortRange;
using engine::Profile;
using engine::RuleProfile;

namespace
{

/// A field may hold a hundred thousand entries: nobody reads more than these in a cell.
constexpr int kShownEntries = 6;
constexpr int kShownLines = 12;

struct RuleText {
    Q_DECLARE_TR_FUNCTIONS(ui::RuleText)
};

/// The first entries, and how many there are besides.
template <typename List, typename ToText>
QString joined(const List &entries, int most, const QString &separator, ToText toText)
{
    QStringList texts;
    for (const auto &entry : entries.first(std::min<qsizetype>(entries.size(), most)))
        texts << toText(entry);
    if (entries.size() > most)
        texts << RuleText::tr("%n more", "entries of a rule that are not shown",
                              static_cast<int>(entries.size()) - most);
    return texts.join(separator);
}

QString itself(const QString &text)
{
    return text;
}

QString rangeText(const engine::AddressRange &range)
{
    return range.toString();
}

const QString kComma = QStringLiteral(", ");

QString transportsText(engine::Transports transports)
{
    QStringList words;
    if (transports.testFlag(engine::Transport::Tcp))
        words << QStringLiteral("TCP");
    if (transports.testFlag(engine::Transport::Udp))
        words << QStringLiteral("UDP");
    return words.join(kComma);
}

template <typename List, typename ToText>
void addFact(QStringList &lines, const QString &label, const List &entries, ToText toText)
{
    if (!entries.isEmpty())
        lines << RuleText::tr("%1: %2", "condition, its entries")
                     .arg(label, joined(entries, kShownLines, kComma, toText));
}

std::optional<std::uint16_t> portNumber(const QString &text)
{
    bool isNumber = false;
    const uint number = text.toUInt(&isNumber);
    const bool isPort = isNumber && number <= std::numeric_limits<std::uint16_t>::max();
    return isPort ? std::optional(static_cast<std::uint16_t>(number)) : std::nullopt;
}

/// "co.uk" and its like are nobody's domain; "gmx.de" is somebody's.
bool isUnderSecondLevel(const QStringList &labels)
{
    static constexpr std::array kSecondLevels = {"ac"_L1,  "co"_L1,  "com"_L1, "edu"_L1, "go"_L1,  "gob"_L1,
                                                 "gov"_L1, "ltd"_L1, "mil"_L1, "ne"_L1,  "net"_L1, "nom"_L1,
                                                 "or"_L1,  "org"_L1, "plc"_L1, "sch"_L1};
    const QString &second = labels.at(labels.size() - 2);
    return labels.back().size() == 2 &&
           std::any_of(kSecondLevels.begin(), kSecondLevels.end(), [&second](QLatin1StringView label) {
               return second.compare(label, Qt::CaseInsensitive) == 0;
           });
}

} // namespace

QString ruleName(const RuleProfile &rule, int index)
{
    return rule.name.isEmpty() ? QStringLiteral("#%1").arg(index + 1) : rule.name;
}

QString actionText(const Action &action, const Profile &profile)
{
    switch (action.kind) {
    case Action::Kind::Direct:
        return RuleText::tr("Direct", "action");
    case Action::Kind::Block:
        return RuleText::tr("Block", "action");
    case Action::Kind::Proxy:
        break;
    }
    for (const engine::ServerProfile &server : profile.servers) {
        if (server.id == action.proxy)
            return server.shownName();
    }
    for (const engine::RouteProfile &route : profile.routes) {
        if (route.id == action.proxy)
            return route.shownName();
    }
    return action.proxy;
}

QString modeText(engine::RoutingMode mode)
{
    switch (mode) {
    case engine::RoutingMode::Rules:
        return RuleText::tr("Rules", "mode");
    case engine::RoutingMode::Everything:
        return RuleText::tr("Everything", "mode");
    case engine::RoutingMode::Direct:
        return RuleText::tr("Direct", "mode");
    }
    return {};
}

QString ruleSources(const RuleProfile &rule)
{
    QStringList parts;
    if (!rule.applications.isEmpty())
        parts << joined(rule.applications, kShownEntries, kComma, itself);
    if (!rule.users.isEmpty())
        parts << RuleText::tr("user %1").arg(joined(rule.users, kShownEntries, kComma, itself));
    if (!rule.clients.isEmpty())
        parts << RuleText::tr("from %1").arg(joined(rule.clients, kShownEntries, kComma, rangeText));
    return parts.join(QStringLiteral("; "));
}

QString ruleHosts(const RuleProfile &rule)
{
    return joined(rule.hosts, kShownEntries, kComma, itself);
}

QString rulePorts(const RuleProfile &rule)
{
    QStringList parts;
    if (!rule.ports.isEmpty())
        parts << joined(rule.ports, kShownEntries, kComma, portRangeText);
    if (rule.transports)
        parts << transportsText(rule.transports);
    return parts.join(QStringLiteral("; "));
}

QString ruleToolTip(const RuleProfile &rule, const Profile &profile)
{
    QStringList lines;
    if (!rule.enabled)
        lines << RuleText::tr("Off: this rule is skipped.");
    addFact(lines, rule.tree ? RuleText::tr("Applications and their children") : RuleText::tr("Applications"),
            rule.applications, itself);
    addFact(lines, RuleText::tr("Users"), rule.users, itself);
    addFact(lines, RuleText::tr("Clients"), rule.clients, rangeText);
    addFact(lines, RuleText::tr("Hosts"), rule.hosts, itself);
    addFact(lines, RuleText::tr("Ports"), rule.ports, portRangeText);
    if (rule.transports)
        lines << RuleText::tr("Transport: %1").arg(transportsText(rule.transports));
    lines << RuleText::tr("Action: %1").arg(actionText(rule.action, profile));
    return lines.join(u'\n');
}

QString portRangeText(const PortRange &ports)
{
    return ports.first == ports.last ? QString::number(ports.first)
                                     : QStringLiteral("%1-%2").arg(ports.first).arg(ports.last);
}

std::optional<PortRange> parsePortRange(const QString &text)
{
    const qsizetype dash = text.indexOf(u'-');
    const auto first = portNumber(dash < 0 ? text : text.left(dash).trimmed());
    const auto last = dash < 0 ? first : portNumber(text.mid(dash + 1).trimmed());
    if (!first || !last || *first > *last)
        return std::nullopt;
    return PortRange{*first, *last};
}

QStringList domainPatterns(const QString &host)
{
    QStringList labels = host.split(u'.', Qt::SkipEmptyParts);
    if (labels.size() < 2 || !engine::isOneHost(host) || engine::Address::fromLiteral(labels.join(u'.')))
        return {};
    if (labels.size() > (isUnderSecondLevel(labels) ? 3 : 2))
        labels.removeFirst();
    const QString domain = labels.join(u'.');
    // What is left of "x.10.0.0.1", or of "x.10.0.0.1-10.0.0.9", is none.
    if (!engine::isOneHost(domain) || engine::Address::fromLiteral(domain))
        return {};
    return {domain, QStringLiteral("*.") + domain};
}

} // namespace ui
