// SPDX-License-Identifier: MIT
#include "engine/profile_routing.h"

#include "engine/endpoint.h"

#include <QHash>
#include <QStringList>

#include <algorithm>
#include <array>
#include <vector>

using namespace Qt::StringLiterals;

namespace engine
{

namespace
{

constexpr int kMaximumServers = 1'000;
constexpr int kMaximumRoutes = 1'000;
constexpr int kMaximumRules = 10'000;
/// Entries of one field of a rule, members of one route.
constexpr int kMaximumEntries = 10'000;
constexpr int kMaximumTextLength = 255;
constexpr int kMaximumPathLength = 4'096;
constexpr int kMaximumPort = 65'535;

constexpr auto kProxyPrefix = "proxy:"_L1;

constexpr std::array<json::Choice<int>, 4> kServerProtocols{
    {{"socks4"_L1, 0}, {"socks4a"_L1, 1}, {"socks5"_L1, 2}, {"http"_L1, 3}}};
constexpr std::array<json::Choice<int>, 2> kNameResolutions{{{"remote"_L1, 0}, {"local"_L1, 1}}};
constexpr std::array<json::Choice<int>, 3> kRouteKinds{
    {{"chain"_L1, 0}, {"failover"_L1, 1}, {"balance"_L1, 2}}};
constexpr std::array<json::Choice<int>, 2> kTransports{{{"tcp"_L1, 0}, {"udp"_L1, 1}}};

template <std::size_t Size>
void checkChoice(const json::Node &node, const std::array<json::Choice<int>, Size> &choices)
{
    static_cast<void>(node.choice(std::span<const json::Choice<int>>(choices)));
}

/// What an action says: one of the default action's two words, or a server or route.
enum class Action { Direct, Block, Proxy };

/// Walks the routing parts once: servers, routes, rules, in this order.
class RoutingCheck
{
public:
    explicit RoutingCheck(const json::Node &root)
        : m_root(root)
    {
    }

    DefaultAction run();

private:
    struct Route {
        QString id;
        json::Node members;
        QStringList memberIds;
        enum class Visit { New, Open, Done } visit = Visit::New;
    };

    std::optional<QString> checkId(const json::Node &node);
    void checkServer(const json::Node &server);
    void checkRoute(const json::Node &route);
    void checkMembers();
    void checkCycle(Route &route, QStringList &trail);
    void checkRule(const json::Node &rule, std::optional<Action> defaultAction);
    std::optional<Action> readAction(const json::Node &node) const;

    const json::Node &m_root;
    QHash<QString, QString> m_idPaths; ///< id of a server or route -> where it stands
    std::vector<Route> m_routes;
    QHash<QString, std::size_t> m_routeIndexes; ///< by id
};

bool isIdCharacter(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'-' ||
           c == u'_' || c == u'.';
}

std::optional<int> portNumber(QStringView text)
{
    bool isNumber = false;
    const int port = text.toInt(&isNumber);
    const bool digitsOnly =
        std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    return isNumber && digitsOnly && port <= kMaximumPort ? std::optional(port) : std::nullopt;
}

void checkPorts(const json::Node &node)
{
    const std::optional<QString> text = node.text(kMaximumTextLength);
    if (!text)
        return;
    const qsizetype dash = text->indexOf(u'-');
    const std::optional<int> first = portNumber(QStringView(*text).left(dash < 0 ? text->size() : dash));
    const std::optional<int> last = dash < 0 ? first : portNumber(QStringView(*text).mid(dash + 1));
    if (!first || !last || *first > *last)
        node.fail(
            u"%1 is neither a port (\"80\") nor a range of ports (\"8000-9000\")"_s.arg(json::quoted(*text)));
}

void checkHost(const json::Node &node)
{
    const std::optional<QString> text = node.text(kMaximumTextLength);
    if (!text)
        return;
    if (text->contains(u'/') && !AddressRange::fromString(*text)) {
        node.fail(u"%1 is not an address block such as \"10.0.0.0/8\""_s.arg(json::quoted(*text)));
        return;
    }
    if (std::any_of(text->begin(), text->end(), [](QChar c) { return c.isSpace(); }))
        node.fail(u"%1 is not a host: it holds a space"_s.arg(json::quoted(*text)));
    const qsizetype dash = text->indexOf(u'-');
    const std::optional<Address> first = dash < 0 ? std::nullopt : Address::fromLiteral(text->left(dash));
    if (!first)
        return; // A name with a dash, most likely.
    const std::optional<Address> last = Address::fromLiteral(text->mid(dash + 1));
    if (!last || last->family() != first->family() || *last < *first)
        node.fail(u"%1 is not a range of addresses such as \"10.0.0.1-10.0.0.9\""_s.arg(json::quoted(*text)));
}

void checkClient(const json::Node &node)
{
    const std::optional<QString> text = node.text(kMaximumTextLength);
    if (text && !AddressRange::fromString(*text))
        node.fail(
            u"%1 is not an address or an address block such as \"10.0.0.0/8\""_s.arg(json::quoted(*text)));
}

std::optional<QString> RoutingCheck::checkId(const json::Node &node)
{
    std::optional<QString> id = node.text(kMaximumTextLength);
    if (!id)
        return std::nullopt;
    if (!std::all_of(id->begin(), id->end(), isIdCharacter)) {
        node.fail(u"may hold only letters A to Z, digits, \"-\", \"_\" and \".\""_s);
        return std::nullopt;
    }
    if (const auto known = m_idPaths.constFind(*id); known != m_idPaths.cend()) {
        node.fail(u"%1 is already the id at %2"_s.arg(json::quoted(*id), *known));
        return std::nullopt;
    }
    m_idPaths.insert(*id, node.path());
    return id;
}

void RoutingCheck::checkServer(const json::Node &server)
{
    if (!server.checkKeys({"id"_L1, "protocol"_L1, "host"_L1, "port"_L1},
                          {"name"_L1, "username"_L1, "resolveNames"_L1, "tls"_L1, "passwordFile"_L1}))
        return;
    static_cast<void>(checkId(server.member("id"_L1)));
    static_cast<void>(server.member("name"_L1).text(kMaximumTextLength));
    checkChoice(server.member("protocol"_L1), kServerProtocols);
    checkChoice(server.member("resolveNames"_L1), kNameResolutions);
    static_cast<void>(server.member("host"_L1).text(kMaximumTextLength));
    static_cast<void>(server.member("port"_L1).integer(1, kMaximumPort));
    static_cast<void>(server.member("username"_L1).text(kMaximumTextLength));
    static_cast<void>(server.member("tls"_L1).boolean());
    static_cast<void>(server.member("passwordFile"_L1).text(kMaximumPathLength));
}

void RoutingCheck::checkRoute(const json::Node &route)
{
    if (!route.checkKeys({"id"_L1, "kind"_L1, "members"_L1}, {"name"_L1}))
        return;
    const std::optional<QString> id = checkId(route.member("id"_L1));
    static_cast<void>(route.member("name"_L1).text(kMaximumTextLength));
    checkChoice(route.member("kind"_L1), kRouteKinds);
    const json::Node members = route.member("members"_L1);
    if (members.isEmptyList())
        members.fail(u"must list at least one server or route"_s);
    if (id) {
        m_routeIndexes.insert(*id, m_routes.size());
        m_routes.push_back({*id, members, {}, Route::Visit::New});
    }
}

/// Members may name routes that stand further down, so they are looked at when all ids are known.
void RoutingCheck::checkMembers()
{
    for (Route &route : m_routes) {
        const QList<json::Node> members = route.members.elements(kMaximumEntries);
        for (const json::Node &member : members) {
            const std::optional<QString> name = member.text(kMaximumTextLength);
            if (name && !m_idPaths.contains(*name))
                member.fail(u"there is no server or route with the id %1"_s.arg(json::quoted(*name)));
            else if (name)
                route.memberIds.append(*name);
        }
    }
    for (Route &route : m_routes) {
        QStringList trail;
        checkCycle(route, trail);
    }
}

/// Depth first; a route that is still open when it is met again contains itself. The depth is bounded by
/// kMaximumRoutes, every route is left once.
void RoutingCheck::checkCycle(Route &route, QStringList &trail)
{
    switch (route.visit) {
    case Route::Visit::Done:
        return;
    case Route::Visit::Open: {
        const QStringList cycle = trail.mid(trail.indexOf(route.id)) + QStringList{route.id};
        route.members.fail(u"the route contains itself: %1"_s.arg(cycle.join(u" \u2192 ")));
        return;
    }
    case Route::Visit::New:
        break;
    }
    route.visit = Route::Visit::Open;
    trail.append(route.id);
    for (const QString &id : std::as_const(route.memberIds)) {
        if (const auto index = m_routeIndexes.constFind(id); index != m_routeIndexes.cend())
            checkCycle(m_routes[*index], trail);
    }
    trail.removeLast();
    route.visit = Route::Visit::Done;
}

std::optional<Action> RoutingCheck::readAction(const json::Node &node) const
{
    const std::optional<QString> text = node.text(kMaximumTextLength);
    if (!text)
        return std::nullopt;
    if (*text == "direct"_L1)
        return Action::Direct;
    if (*text == "block"_L1)
        return Action::Block;
    if (!text->startsWith(kProxyPrefix)) {
        node.fail(u"%1 is none of \"direct\", \"block\", \"proxy:ID\""_s.arg(json::quoted(*text)));
        return std::nullopt;
    }
    const QString id = text->mid(kProxyPrefix.size());
    if (!m_idPaths.contains(id)) {
        node.fail(u"there is no server or route with the id %1"_s.arg(json::quoted(id)));
        return std::nullopt;
    }
    return Action::Proxy;
}

void RoutingCheck::checkRule(const json::Node &rule, std::optional<Action> defaultAction)
{
    if (!rule.checkKeys({"action"_L1}, {"name"_L1, "enabled"_L1, "applications"_L1, "users"_L1, "clients"_L1,
                                        "hosts"_L1, "ports"_L1, "transports"_L1}))
        return;
    static_cast<void>(rule.member("name"_L1).text(kMaximumTextLength));
    for (const json::Node &node : rule.member("applications"_L1).elements(kMaximumEntries))
        static_cast<void>(node.text(kMaximumPathLength));
    for (const json::Node &node : rule.member("users"_L1).elements(kMaximumEntries))
        static_cast<void>(node.text(kMaximumTextLength));
    for (const json::Node &node : rule.member("clients"_L1).elements(kMaximumEntries))
        checkClient(node);
    for (const json::Node &node : rule.member("hosts"_L1).elements(kMaximumEntries))
        checkHost(node);
    for (const json::Node &node : rule.member("ports"_L1).elements(kMaximumEntries))
        checkPorts(node);
    for (const json::Node &node : rule.member("transports"_L1).elements(kMaximumEntries))
        checkChoice(node, kTransports);

    const bool enabled = rule.member("enabled"_L1).boolean().value_or(true);
    const std::optional<Action> action = readAction(rule.member("action"_L1));
    // Rules are not evaluated yet: one that decides as the default action does changes nothing, any other
    // would be silently ignored.
    if (enabled && action && defaultAction && *action != *defaultAction)
        rule.fail(u"not supported yet: an enabled rule whose action is not the default action"_s);
}

DefaultAction RoutingCheck::run()
{
    for (const json::Node &server : m_root.member("servers"_L1).elements(kMaximumServers))
        checkServer(server);
    for (const json::Node &route : m_root.member("routes"_L1).elements(kMaximumRoutes))
        checkRoute(route);
    checkMembers();

    const json::Node node = m_root.member("defaultAction"_L1);
    std::optional<Action> action = Action::Direct;
    if (node.isPresent()) {
        action = readAction(node);
        if (action == Action::Proxy)
            node.fail(u"not supported yet: connecting by way of another proxy"_s);
    }
    for (const json::Node &rule : m_root.member("rules"_L1).elements(kMaximumRules))
        checkRule(rule, action);
    return action == Action::Block ? DefaultAction::Block : DefaultAction::Direct;
}

} // namespace

DefaultAction checkRouting(const json::Node &root)
{
    return RoutingCheck(root).run();
}

} // namespace engine
