// SPDX-License-Identifier: MIT
#include "engine/profile_rules.h"

#include "engine/rule_entries.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace engine
{

namespace
{

constexpr int kMaximumRules = 10'000;
constexpr int kMaximumEntries = 100'000; ///< of one field of a rule
constexpr int kMaximumTextLength = 255;
constexpr int kMaximumPathLength = 4'096;
constexpr int kMaximumPort = 65'535;

constexpr auto kProxyPrefix = "proxy:"_L1;

constexpr std::array<json::Choice<Transport>, 2> kTransports{
    {{"tcp"_L1, Transport::Tcp}, {"udp"_L1, Transport::Udp}}};

std::optional<std::uint16_t> portNumber(QStringView text)
{
    bool isNumber = false;
    const int port = text.toInt(&isNumber);
    const bool digitsOnly =
        std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    return isNumber && digitsOnly && port <= kMaximumPort ? std::optional(static_cast<std::uint16_t>(port))
                                                          : std::nullopt;
}

std::optional<PortRange> readPorts(const json::Node &node)
{
    const std::optional<QString> text = node.text(kMaximumTextLength);
    if (!text)
        return std::nullopt;
    const qsizetype dash = text->indexOf(u'-');
    const auto first = portNumber(QStringView(*text).left(dash < 0 ? text->size() : dash));
    const auto last = dash < 0 ? first : portNumber(QStringView(*text).mid(dash + 1));
    if (first && last && *first <= *last)
        return PortRange{*first, *last};
    node.fail(QT_TRANSLATE_NOOP("engine::Message",
                                "%1 is neither a port (\"80\") nor a range of ports (\"8000-9000\")"),
              json::quoted(*text));
    return std::nullopt;
}

/// `faultOf` tells what keeps an entry from matching anything.
std::optional<QString> readEntry(const json::Node &node, int maximum, Message (*faultOf)(const QString &))
{
    std::optional<QString> text = node.text(maximum);
    const Message fault = text ? faultOf(*text) : Message();
    if (fault.isEmpty())
        return text;
    node.fail(fault);
    return std::nullopt;
}

std::optional<QString> readHost(const json::Node &node)
{
    return readEntry(node, kMaximumTextLength, faultOfHostEntry);
}

std::optional<QString> readApplication(const json::Node &node)
{
    return readEntry(node, kMaximumPathLength, faultOfApplicationEntry);
}

std::optional<AddressRange> readClient(const json::Node &node)
{
    const std::optional<QString> text = readEntry(node, kMaximumTextLength, faultOfClientEntry);
    return text ? AddressRange::fromString(*text) : std::nullopt;
}

/// The entries of one field that could be read.
template <typename T, typename Read> QList<T> readEntries(const json::Node &node, Read read)
{
    QList<T> entries;
    for (const json::Node &element : node.elements(kMaximumEntries)) {
        if (std::optional<T> entry = read(element))
            entries.append(std::move(*entry));
    }
    return entries;
}

Transports readTransports(const json::Node &node)
{
    Transports transports;
    for (const json::Node &element : node.elements(kMaximumEntries)) {
        if (const auto transport = element.choice(std::span<const json::Choice<Transport>>(kTransports)))
            transports |= *transport;
    }
    return transports;
}

RuleProfile readRule(const json::Node &node, const RouteReferences &references)
{
    RuleProfile rule;
    if (!node.checkKeys({"action"_L1}, {"name"_L1, "enabled"_L1, "applications"_L1, "tree"_L1, "users"_L1,
                                        "clients"_L1, "hosts"_L1, "ports"_L1, "transports"_L1}))
        return rule;
    rule.name = node.member("name"_L1).text(kMaximumTextLength).value_or(QString());
    rule.enabled = node.member("enabled"_L1).boolean().value_or(true);
    rule.applications = readEntries<QString>(node.member("applications"_L1), readApplication);
    rule.tree = node.member("tree"_L1).boolean().value_or(false);
    rule.users = readEntries<QString>(node.member("users"_L1),
                                      [](const json::Node &entry) { return entry.text(kMaximumTextLength); });
    rule.clients = readEntries<AddressRange>(node.member("clients"_L1), readClient);
    rule.hosts = readEntries<QString>(node.member("hosts"_L1), readHost);
    rule.ports = readEntries<PortRange>(node.member("ports"_L1), readPorts);
    rule.transports = readTransports(node.member("transports"_L1));
    const json::Node action = node.member("action"_L1);
    rule.action = readAction(action, references).value_or(Action());
    if (rule.action.kind == Action::Kind::Proxy && rule.transports.testFlag(Transport::Udp) &&
        !references.carriesUdp(rule.action.proxy))
        action.fail(
            QT_TRANSLATE_NOOP("engine::Message",
                              "%1 cannot carry UDP, which \"transports\" lists: only SOCKS5 servers can"),
            json::quoted(rule.action.proxy));
    return rule;
}

template <typename List, typename ToText>
void insertList(QJsonObject &object, QLatin1StringView key, const List &list, ToText toText)
{
    if (list.isEmpty())
        return;
    QJsonArray array;
    for (const auto &entry : list)
        array.append(toText(entry));
    object.insert(key, array);
}

QString itself(const QString &text)
{
    return text;
}

QString portsToText(const PortRange &ports)
{
    return ports.first == ports.last ? QString::number(ports.first)
                                     : u"%1-%2"_s.arg(ports.first).arg(ports.last);
}

} // namespace

std::optional<Action> readAction(const json::Node &node, const RouteReferences &references,
                                 const char *noAction)
{
    const std::optional<QString> text = node.text(kMaximumTextLength);
    if (!text)
        return std::nullopt;
    if (*text == "direct"_L1)
        return Action::direct();
    if (*text == "block"_L1)
        return Action::block();
    if (!text->startsWith(kProxyPrefix)) {
        node.fail(noAction, json::quoted(*text));
        return std::nullopt;
    }
    const QString id = text->mid(kProxyPrefix.size());
    if (!references.isKnown(id)) {
        node.fail(QT_TRANSLATE_NOOP("engine::Message", "there is no server or route with the id %1"),
                  json::quoted(id));
        return std::nullopt;
    }
    return Action::byWayOf(id);
}

QString actionToText(const Action &action)
{
    switch (action.kind) {
    case Action::Kind::Direct:
        return u"direct"_s;
    case Action::Kind::Block:
        return u"block"_s;
    case Action::Kind::Proxy:
        return kProxyPrefix + action.proxy;
    }
    Q_UNREACHABLE();
    return {};
}

QList<RuleProfile> readRules(const json::Node &node, const RouteReferences &references)
{
    QList<RuleProfile> rules;
    for (const json::Node &element : node.elements(kMaximumRules))
        rules.append(readRule(element, references));
    return rules;
}

QJsonObject ruleToJson(const RuleProfile &rule)
{
    QJsonObject object;
    if (!rule.name.isEmpty())
        object.insert("name"_L1, rule.name);
    object.insert("enabled"_L1, rule.enabled);
    insertList(object, "applications"_L1, rule.applications, itself);
    if (rule.tree)
        object.insert("tree"_L1, true);
    insertList(object, "users"_L1, rule.users, itself);
    insertList(object, "clients"_L1, rule.clients,
               [](const AddressRange &range) { return range.toString(); });
    insertList(object, "hosts"_L1, rule.hosts, itself);
    insertList(object, "ports"_L1, rule.ports, portsToText);
    QStringList transports;
    for (const auto &choice : kTransports) {
        if (rule.transports.testFlag(choice.value))
            transports.append(choice.word);
    }
    insertList(object, "transports"_L1, transports, itself);
    object.insert("action"_L1, actionToText(rule.action));
    return object;
}

} // namespace engine
