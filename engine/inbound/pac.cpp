// SPDX-License-Identifier: MIT
#include "engine/inbound/pac.h"

#include "engine/rules/host_index.h"

#include <QByteArrayList>

namespace engine
{

namespace
{

using rules::HostPattern;

/// Browsers take a megabyte; this is made anew for each request. Rules beyond it are the proxy's.
constexpr qsizetype kMaximumRulesSize = qsizetype{48} * 1024;

// What a rule's fields mean here is what rules/host_index.cpp makes of them: see there.
constexpr QByteArrayView kMatching = R"js(
function isOneOf(list, text) {
    for (var i = 0; i < list.length; i++)
        if (list[i] === text)
            return true;
    return false;
}
function isUnder(list, name) {
    for (var i = 0; i < list.length; i++) {
        var start = name.length - list[i].length;
        if (start > 1 && name.charAt(start - 1) === "." && name.substring(start) === list[i])
            return true;
    }
    return false;
}
function isStartOf(list, name) {
    for (var i = 0; i < list.length; i++)
        if (name.length > list[i].length + 1 && name.substring(0, list[i].length + 1) === list[i] + ".")
            return true;
    return false;
}
function isWithin(list, name) {
    for (var i = 0; i < list.length; i++) {
        var part = "." + list[i] + ".";
        for (var at = name.indexOf(part, 1); at > 0; at = name.indexOf(part, at + 1))
            if (at + part.length < name.length)
                return true;
    }
    return false;
}
function isBetween(list, number) {
    for (var i = 0; i < list.length; i++)
        if (list[i][0] <= number && number <= list[i][1])
            return true;
    return false;
}
/* -1: not an IPv4 address; -2: an unusual form of one. A last label that is a number makes it one. */
function addressOf(host) {
    if (!/(^|\.)([0-9]+|0x[0-9a-f]*)$/.test(host))
        return -1;
    var parts = host.split("."), number = 0;
    if (parts.length !== 4)
        return -2;
    for (var i = 0; i < 4; i++) {
        if (!/^(0|[1-9][0-9]{0,2})$/.test(parts[i]) || +parts[i] > 255)
            return -2;
        number = number * 256 + +parts[i];
    }
    return number;
}
function portOf(url) {
    var parts = /^([a-z]+):\/\/(?:[^\/?#]*@)?[^\/?#:@]*(?::([0-9]+))?(?:[\/?#]|$)/i.exec(url);
    if (!parts)
        return 0;
    var usual = { http: 80, ws: 80, https: 443, wss: 443, ftp: 21 }[parts[1].toLowerCase()];
    return +(parts[2] || usual || 0);
}
function isHost(rule, name, address) {
    if (rule.all)
        return true;
    return address >= 0 ? isBetween(rule.addresses, address)
                        : isOneOf(rule.names, name) || isUnder(rule.under, name) ||
                          isStartOf(rule.starts, name) || isWithin(rule.within, name);
}
)js";

constexpr QByteArrayView kDeciding = R"js(
function FindProxyForURL(url, host) {
    if (everything)
        return everything;
    var name = host.toLowerCase().replace(/\.$/, ""), address = addressOf(name), port = portOf(url);
    /* Other forms of a name than those that rules are compared with, and IPv6 addresses. */
    if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) || address === -2 || port === 0)
        return proxy;
    for (var i = 0; i < rules.length; i++) {
        var rule = rules[i];
        if (!isBetween(rule.ports, port))
            continue;
        if (isHost(rule, name, address))
            return rule.direct ? "DIRECT" : proxy;
        /* The name may turn out to be one of these addresses. */
        if (rule.resolves && address < 0)
            return proxy;
    }
    return otherwise;
}
)js";

/// As a string literal: nothing in it can end the literal, or mean anything to whoever embeds the file.
QByteArray quoted(const QByteArray &utf8)
{
    QByteArray text = "\"";
    for (const QChar c : QString::fromUtf8(utf8)) {
        const ushort code = c.unicode();
        const bool isPlain = c.isLetterOrNumber() || c == u'.' || c == u'-' || c == u'_' || c == u'*';
        if (code < 0x7f && isPlain)
            text += static_cast<char>(code);
        else
            text += "\\u" + QByteArray::number(code, 16).rightJustified(4, '0');
    }
    return text + '"';
}

QByteArray listed(const QList<QByteArray> &entries)
{
    return '[' + entries.join(',') + ']';
}

QByteArray rangeText(std::uint64_t first, std::uint64_t last)
{
    return '[' + QByteArray::number(first) + ',' + QByteArray::number(last) + ']';
}

/// A rule's hosts and ports as the functions above read them.
class RuleWriter
{
public:
    explicit RuleWriter(const RuleProfile &rule)
        : m_rule(rule)
    {
        for (const QString &host : rule.hosts)
            add(HostPattern::fromText(host));
    }

    [[nodiscard]] QByteArray write(bool isDirect, bool resolves) const
    {
        QList<QByteArray> ports;
        for (const PortRange &range : m_rule.ports)
            ports << rangeText(range.first, range.last);
        if (ports.isEmpty())
            ports << rangeText(0, 65'535);
        return "  {direct:" + word(isDirect) + ",all:" + word(m_isEverything || m_rule.hosts.isEmpty()) +
               ",resolves:" + word(resolves && m_hasAddresses) + ",ports:" + listed(ports) +
               ",names:" + listed(m_names) + ",under:" + listed(m_under) + ",starts:" + listed(m_starts) +
               ",within:" + listed(m_within) + ",addresses:" + listed(m_addresses) + '}';
    }

private:
    static QByteArray word(bool value) { return value ? "true" : "false"; }

    void add(const HostPattern &pattern)
    {
        switch (pattern.kind) {
        case HostPattern::Kind::Everything:
            m_isEverything = true;
            break;
        case HostPattern::Kind::Name:
            m_names << quoted(pattern.labels);
            break;
        case HostPattern::Kind::Under:
            m_under << quoted(pattern.labels);
            break;
        case HostPattern::Kind::StartingAt:
            m_starts << quoted(pattern.labels);
            break;
        case HostPattern::Kind::Around:
            m_within << quoted(pattern.labels);
            break;
        case HostPattern::Kind::Addresses:
            m_hasAddresses = true;
            // IPv6 addresses are left to the proxy before any rule is asked.
            if (pattern.addresses.family == Address::Family::V4)
                m_addresses << rangeText(pattern.addresses.block.first.high >> 32,
                                         pattern.addresses.block.last.high >> 32);
            break;
        }
    }

    const RuleProfile &m_rule;
    QList<QByteArray> m_names;
    QList<QByteArray> m_under;
    QList<QByteArray> m_starts;
    QList<QByteArray> m_within;
    QList<QByteArray> m_addresses;
    bool m_isEverything = false;
    bool m_hasAddresses = false;
};

/// Whether what a browser knows is all that the rule asks for.
bool isCertain(const RuleProfile &rule)
{
    return rule.applications.isEmpty() && rule.users.isEmpty() && rule.clients.isEmpty();
}

/// What the file says of the rules.
struct PacRules {
    QByteArray lines;
    bool isOtherwiseDirect = false; ///< what none of the lines matches
};

PacRules writeRules(const Profile &profile)
{
    const bool isDefaultDirect = profile.defaultAction.kind == Action::Kind::Direct;
    QList<QByteArray> lines;
    qsizetype size = 0;
    qsizetype used = 0;
    for (const RuleProfile &rule : profile.rules) {
        if (!rule.enabled || (rule.transports && !rule.transports.testFlag(Transport::Tcp)))
            continue;
        const bool isDirect = isCertain(rule) && rule.action.kind == Action::Kind::Direct;
        const QByteArray line = RuleWriter(rule).write(isDirect, profile.resolveForRules);
        size += line.size();
        if (size > kMaximumRulesSize)
            return {lines.first(used).join(",\n"), false};
        lines << line;
        if (isDirect)
            used = lines.size();
    }
    // What follows the last that says direct is the proxy's, as the rest is, unless the rest is direct.
    return {lines.first(isDefaultDirect ? lines.size() : used).join(",\n"), isDefaultDirect};
}

/// Whether nothing is asked about a request, for all are sent directly.
bool isAllDirect(const Profile &profile)
{
    return profile.mode == RoutingMode::Direct ||
           (profile.mode == RoutingMode::Everything && profile.defaultAction.kind == Action::Kind::Direct);
}

/// What browsers are to try, best first. To SOCKS they cannot log in.
QByteArray proxyText(const PacProxy &proxy)
{
    const QByteArray address = proxy.endpoint.toString().toLatin1();
    QList<QByteArray> ways;
    const bool onlyHttp = proxy.asksForLogin && proxy.protocols.testFlag(Protocol::Http);
    if (proxy.protocols.testFlag(Protocol::Socks5) && !onlyHttp)
        ways << "SOCKS5 " + address;
    // "SOCKS" is version 4 to some and 5 to others.
    if ((proxy.protocols & (Protocol::Socks4 | Protocol::Socks5)) && !onlyHttp)
        ways << "SOCKS " + address;
    if (proxy.protocols.testFlag(Protocol::Http))
        ways << "PROXY " + address;
    return ways.join("; ");
}

} // namespace

QByteArray makePac(const Profile &profile, const PacProxy &proxy, PacDetail detail)
{
    const bool mayTell = detail == PacDetail::DirectHosts;
    const PacRules rules = mayTell && profile.mode == RoutingMode::Rules ? writeRules(profile) : PacRules();
    const QByteArray direct = "\"DIRECT\"";
    return "var proxy = \"" + proxyText(proxy) + "\";\nvar rules = [\n" + rules.lines +
           "\n];\nvar everything = " + (mayTell && isAllDirect(profile) ? direct : "null") +
           ";\nvar otherwise = " + (rules.isOtherwiseDirect ? direct : "proxy") + ";\n" +
           kMatching.toByteArray() + kDeciding.toByteArray();
}

} // namespace engine
