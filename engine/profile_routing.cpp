// SPDX-License-Identifier: MIT
#include "engine/profile_routing.h"

#include "engine/limits.h"
#include "engine/profile_rules.h"

#include <QHash>
#include <QJsonArray>

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
constexpr int kMaximumMembers = 10'000;
constexpr int kMaximumTextLength = 255; // RFC 1929 section 2, ULEN is one byte
constexpr int kMaximumPathLength = 4'096;
constexpr int kMaximumPort = 65'535;
constexpr int kSha256Size = 32;

constexpr std::array<json::Choice<ServerProtocol>, 4> kServerProtocols{
    {{"socks4"_L1, ServerProtocol::Socks4},
     {"socks4a"_L1, ServerProtocol::Socks4a},
     {"socks5"_L1, ServerProtocol::Socks5},
     {"http"_L1, ServerProtocol::Http}}};
constexpr std::array<json::Choice<NameResolution>, 2> kNameResolutions{
    {{"remote"_L1, NameResolution::Remote}, {"local"_L1, NameResolution::Local}}};
constexpr std::array<json::Choice<RouteKind>, 3> kRouteKinds{{{"chain"_L1, RouteKind::Chain},
                                                              {"failover"_L1, RouteKind::Failover},
                                                              {"balance"_L1, RouteKind::Balance}}};
constexpr std::array<json::Choice<RoutingMode>, 3> kModes{{{"rules"_L1, RoutingMode::Rules},
                                                           {"everything"_L1, RoutingMode::Everything},
                                                           {"direct"_L1, RoutingMode::Direct}}};

template <typename T, std::size_t Size>
std::optional<T> readChoice(const json::Node &node, const std::array<json::Choice<T>, Size> &choices)
{
    return node.choice(std::span<const json::Choice<T>>(choices));
}

template <typename T, std::size_t Size>
QLatin1StringView wordOf(T value, const std::array<json::Choice<T>, Size> &choices)
{
    const auto found = std::find_if(choices.begin(), choices.end(),
                                    [value](const json::Choice<T> &choice) { return choice.value == value; });
    return found == choices.end() ? QLatin1StringView() : found->word;
}

bool isIdCharacter(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'-' ||
           c == u'_' || c == u'.';
}

/// Walks the routing parts once: servers, routes, rules, in this order.
class RoutingReader
{
public:
    explicit RoutingReader(const json::Node &root)
        : m_root(root)
    {
    }

    void readInto(Profile &profile);

private:
    struct Route {
        RouteProfile profile;
        json::Node members;
        enum class Visit : std::uint8_t { New, Open, Done } visit = Visit::New;
        int hops = 0; ///< of its longest path
        bool carriesUdp = false;
    };

    QString readId(const json::Node &node);
    ServerProfile readServer(const json::Node &node);
    void checkServer(const json::Node &node, const ServerProfile &server) const;
    void readRoute(const json::Node &node);
    void readMembers();
    void visit(Route &route, QStringList &trail);
    void measure(Route &route);
    [[nodiscard]] bool carriesUdp(const QString &id) const;

    const json::Node &m_root;
    QHash<QString, QString> m_idPaths; ///< id of a server or route -> where it stands
    QHash<QString, ServerProtocol> m_servers;
    std::vector<Route> m_routes;
    QHash<QString, std::size_t> m_routeIndexes; ///< by id
};

QString RoutingReader::readId(const json::Node &node)
{
    const std::optional<QString> id = node.text(kMaximumTextLength);
    if (!id)
        return {};
    if (!std::all_of(id->begin(), id->end(), isIdCharacter)) {
        node.fail(QT_TRANSLATE_NOOP("engine::Message",
                                    "may hold only letters A to Z, digits, \"-\", \"_\" and \".\""));
        return {};
    }
    if (const auto known = m_idPaths.constFind(*id); known != m_idPaths.cend()) {
        node.fail(QT_TRANSLATE_NOOP("engine::Message", "%1 is already the id at %2"), json::quoted(*id),
                  *known);
        return {};
    }
    m_idPaths.insert(*id, node.path());
    return *id;
}

ServerProfile RoutingReader::readServer(const json::Node &node)
{
    ServerProfile server;
    if (!node.checkKeys({"id"_L1, "protocol"_L1, "host"_L1, "port"_L1},
                        {"name"_L1, "username"_L1, "resolveNames"_L1, "tls"_L1, "certificateSha256"_L1,
                         "passwordFile"_L1, "withoutPassword"_L1}))
        return server;
    server.id = readId(node.member("id"_L1));
    server.name = node.member("name"_L1).text(kMaximumTextLength).value_or(QString());
    server.protocol = readChoice(node.member("protocol"_L1), kServerProtocols).value_or(server.protocol);
    const bool takesNames = server.protocol != ServerProtocol::Socks4;
    server.resolveNames = readChoice(node.member("resolveNames"_L1), kNameResolutions)
                              .value_or(takesNames ? NameResolution::Remote : NameResolution::Local);
    server.host = node.member("host"_L1).text(kMaximumTextLength).value_or(QString());
    server.port = static_cast<std::uint16_t>(node.member("port"_L1).integer(1, kMaximumPort).value_or(0));
    server.username = node.member("username"_L1).text(kMaximumTextLength).value_or(QString());
    server.tls = node.member("tls"_L1).boolean().value_or(false);
    server.certificateSha256 =
        node.member("certificateSha256"_L1).base64(kSha256Size, kSha256Size).value_or(QByteArray());
    server.passwordFile = node.member("passwordFile"_L1).text(kMaximumPathLength).value_or(QString());
    server.withoutPassword = node.member("withoutPassword"_L1).boolean().value_or(false);
    checkServer(node, server);
    m_servers.insert(server.id, server.protocol);
    return server;
}

/// What no single value is wrong about.
void RoutingReader::checkServer(const json::Node &node, const ServerProfile &server) const
{
    if (server.protocol == ServerProtocol::Socks4 && server.resolveNames == NameResolution::Remote)
        node.member("resolveNames"_L1)
            .fail(QT_TRANSLATE_NOOP(
                "engine::Message",
                "SOCKS4 has no names: set \"protocol\" to \"socks4a\", or this to \"local\""));
    if (!server.certificateSha256.isEmpty() && !server.tls)
        node.member("certificateSha256"_L1)
            .fail(QT_TRANSLATE_NOOP("engine::Message", "means nothing unless \"tls\" is true"));
    if (server.withoutPassword && !server.passwordFile.isEmpty())
        node.member("withoutPassword"_L1)
            .fail(QT_TRANSLATE_NOOP("engine::Message", "cannot be true beside \"passwordFile\""));
    if (server.protocol == ServerProtocol::Http && server.username.contains(u':'))
        node.member("username"_L1)
            .fail(
                QT_TRANSLATE_NOOP("engine::Message", "holds a colon, which HTTP's Basic login cannot carry"));
}

void RoutingReader::readRoute(const json::Node &node)
{
    if (!node.checkKeys({"id"_L1, "kind"_L1, "members"_L1}, {"name"_L1}))
        return;
    RouteProfile route;
    route.id = readId(node.member("id"_L1));
    route.name = node.member("name"_L1).text(kMaximumTextLength).value_or(QString());
    route.kind = readChoice(node.member("kind"_L1), kRouteKinds).value_or(route.kind);
    const json::Node members = node.member("members"_L1);
    if (members.isEmptyList())
        members.fail(QT_TRANSLATE_NOOP("engine::Message", "must list at least one server or route"));
    if (!route.id.isEmpty())
        m_routeIndexes.insert(route.id, m_routes.size());
    m_routes.push_back({route, members});
}

/// Members may name routes that stand further down, so they are looked at when all ids are known.
void RoutingReader::readMembers()
{
    for (Route &route : m_routes) {
        const QList<json::Node> members = route.members.elements(kMaximumMembers);
        for (const json::Node &member : members) {
            const std::optional<QString> name = member.text(kMaximumTextLength);
            if (name && !m_idPaths.contains(*name))
                member.fail(
                    QT_TRANSLATE_NOOP("engine::Message", "there is no server or route with the id %1"),
                    json::quoted(*name));
            else if (name)
                route.profile.members.append(*name);
        }
    }
    for (Route &route : m_routes) {
        QStringList trail;
        visit(route, trail);
    }
}

/// Depth first; a route that is still open when it is met again contains itself. The depth is bounded by
/// kMaximumRoutes, every route is left once.
void RoutingReader::visit(Route &route, QStringList &trail)
{
    switch (route.visit) {
    case Route::Visit::Done:
        return;
    case Route::Visit::Open: {
        const QStringList cycle = trail.mid(trail.indexOf(route.profile.id)) + QStringList{route.profile.id};
        route.members.fail(QT_TRANSLATE_NOOP("engine::Message", "the route contains itself: %1"),
                           cycle.join(u" \u2192 "));
        return;
    }
    case Route::Visit::New:
        break;
    }
    route.visit = Route::Visit::Open;
    trail.append(route.profile.id);
    for (const QString &id : std::as_const(route.profile.members)) {
        if (const auto index = m_routeIndexes.constFind(id); index != m_routeIndexes.cend())
            visit(m_routes[*index], trail);
    }
    trail.removeLast();
    route.visit = Route::Visit::Done;
    measure(route);
}

/// How long the paths are, and whether UDP can take one: all members of a chain must carry it, of a group
/// one.
void RoutingReader::measure(Route &route)
{
    const bool isChain = route.profile.kind == RouteKind::Chain;
    route.carriesUdp = isChain;
    for (const QString &id : std::as_const(route.profile.members)) {
        const auto index = m_routeIndexes.constFind(id);
        const int hops = index == m_routeIndexes.cend() ? 1 : m_routes[*index].hops;
        route.hops =
            isChain ? std::min(route.hops + hops, kMaximumChainLength + 1) : std::max(route.hops, hops);
        route.carriesUdp = isChain ? route.carriesUdp && carriesUdp(id) : route.carriesUdp || carriesUdp(id);
    }
    if (route.hops > kMaximumChainLength)
        route.members.fail(QT_TRANSLATE_NOOP("engine::Message", "is a chain of more than %1 servers"),
                           kMaximumChainLength);
}

bool RoutingReader::carriesUdp(const QString &id) const
{
    if (const auto index = m_routeIndexes.constFind(id); index != m_routeIndexes.cend())
        return m_routes[*index].carriesUdp;
    return m_servers.value(id, ServerProtocol::Socks4) == ServerProtocol::Socks5;
}

void RoutingReader::readInto(Profile &profile)
{
    for (const json::Node &node : m_root.member("servers"_L1).elements(kMaximumServers))
        profile.servers.append(readServer(node));
    for (const json::Node &node : m_root.member("routes"_L1).elements(kMaximumRoutes))
        readRoute(node);
    readMembers();
    for (const Route &route : m_routes)
        profile.routes.append(route.profile);

    const RouteReferences references{[this](const QString &id) { return m_idPaths.contains(id); },
                                     [this](const QString &id) {
                                         return carriesUdp(id);
                                     }};
    profile.rules = readRules(m_root.member("rules"_L1), references);
    profile.defaultAction = readAction(m_root.member("defaultAction"_L1), references).value_or(Action());
    const json::Node unidentified = m_root.member("unidentifiedApplications"_L1);
    if (unidentified.textIs("default"_L1))
        profile.unidentifiedApplications.reset();
    else
        profile.unidentifiedApplications =
            readAction(unidentified, references,
                       QT_TRANSLATE_NOOP("engine::Message",
                                         "%1 is none of \"default\", \"direct\", \"block\", \"proxy:ID\""));
    profile.resolveForRules = m_root.member("resolveForRules"_L1).boolean().value_or(false);
    profile.mode = readChoice(m_root.member("mode"_L1), kModes).value_or(RoutingMode::Rules);
}

QJsonObject serverToJson(const ServerProfile &server)
{
    QJsonObject object{{u"id"_s, server.id},
                       {u"protocol"_s, wordOf(server.protocol, kServerProtocols)},
                       {u"host"_s, server.host},
                       {u"port"_s, server.port},
                       {u"resolveNames"_s, wordOf(server.resolveNames, kNameResolutions)},
                       {u"tls"_s, server.tls}};
    if (!server.name.isEmpty())
        object.insert("name"_L1, server.name);
    if (!server.username.isEmpty())
        object.insert("username"_L1, server.username);
    if (!server.certificateSha256.isEmpty())
        object.insert("certificateSha256"_L1, QString::fromLatin1(server.certificateSha256.toBase64()));
    if (!server.passwordFile.isEmpty())
        object.insert("passwordFile"_L1, server.passwordFile);
    if (server.withoutPassword)
        object.insert("withoutPassword"_L1, true);
    return object;
}

QJsonObject routeToJson(const RouteProfile &route)
{
    QJsonObject object{{u"id"_s, route.id},
                       {u"kind"_s, wordOf(route.kind, kRouteKinds)},
                       {u"members"_s, QJsonArray::fromStringList(route.members)}};
    if (!route.name.isEmpty())
        object.insert("name"_L1, route.name);
    return object;
}

/// A list that is empty is written only where one stood before.
template <typename List, typename ToJson>
void insertList(QJsonObject &json, QLatin1StringView key, const List &list, ToJson toJson)
{
    QJsonArray array;
    for (const auto &entry : list)
        array.append(toJson(entry));
    if (!array.isEmpty() || json.contains(key))
        json.insert(key, array);
}

} // namespace

void readRouting(const json::Node &root, Profile &profile)
{
    RoutingReader(root).readInto(profile);
}

void routingToJson(const Profile &profile, QJsonObject &json)
{
    insertList(json, "servers"_L1, profile.servers, serverToJson);
    insertList(json, "routes"_L1, profile.routes, routeToJson);
    insertList(json, "rules"_L1, profile.rules, ruleToJson);
    json.insert("defaultAction"_L1, actionToText(profile.defaultAction));
    if (profile.unidentifiedApplications)
        json.insert("unidentifiedApplications"_L1, actionToText(*profile.unidentifiedApplications));
    else
        json.remove("unidentifiedApplications"_L1);
    if (profile.resolveForRules || json.contains("resolveForRules"_L1))
        json.insert("resolveForRules"_L1, profile.resolveForRules);
    if (profile.mode != RoutingMode::Rules || json.contains("mode"_L1))
        json.insert("mode"_L1, wordOf(profile.mode, kModes));
}

} // namespace engine
