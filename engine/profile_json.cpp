// SPDX-License-Identifier: MIT
#include "engine/profile_json.h"

#include "engine/json_reader.h"
#include "engine/profile_routing.h"
#include "engine/rule_entries.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <array>
#include <chrono>
#include <cmath>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace engine
{

namespace
{

constexpr int kVersion = 1;
constexpr int kMaximumListeners = 64;
constexpr int kMaximumUsers = 10'000;
constexpr int kMaximumRanges = 10'000;
constexpr int kMaximumNameLength = 255; // RFC 1929 section 2, ULEN is one byte
constexpr int kMaximumPort = 65'535;
constexpr int kMinimumSaltLength = 8;
constexpr int kMaximumSaltLength = 64;
constexpr int kHashLength = 64; // SHA-512

constexpr auto kPasswordScheme = "pbkdf2-sha512"_L1;

constexpr std::array<json::Choice<Protocol>, 3> kProtocols{
    {{"socks4"_L1, Protocol::Socks4}, {"socks5"_L1, Protocol::Socks5}, {"http"_L1, Protocol::Http}}};
constexpr std::array<json::Choice<Authentication>, 2> kAuthentications{
    {{"none"_L1, Authentication::None}, {"password"_L1, Authentication::Password}}};
constexpr std::array<json::Choice<UdpFiltering>, 3> kUdpFilterings{
    {{"address-and-port-dependent"_L1, UdpFiltering::AddressAndPortDependent},
     {"address-dependent"_L1, UdpFiltering::AddressDependent},
     {"endpoint-independent"_L1, UdpFiltering::EndpointIndependent}}};
constexpr std::array<json::Choice<RelayPump>, 3> kRelayPumps{{{"automatic"_L1, RelayPump::Automatic},
                                                              {"native"_L1, RelayPump::Native},
                                                              {"portable"_L1, RelayPump::Portable}}};
constexpr std::array<json::Choice<int>, 1> kPasswordSchemes{{{kPasswordScheme, 0}}};

/// One duration of "limits": its key (in seconds), its member, and the range a profile must keep to.
struct DurationLimit {
    QLatin1StringView key;
    milliseconds Limits::*member;
    milliseconds minimum;
    milliseconds maximum;
};

constexpr milliseconds kShortestTimeout{10};
constexpr milliseconds kLongestSetupTimeout{std::chrono::hours{1}};
constexpr milliseconds kLongestIdleTimeout{std::chrono::hours{24 * 30}};

constexpr std::array<DurationLimit, 7> kDurationLimits{{
    {"handshakeTimeoutSeconds"_L1, &Limits::handshakeTimeout, kShortestTimeout, kLongestSetupTimeout},
    {"connectTimeoutSeconds"_L1, &Limits::connectTimeout, kShortestTimeout, kLongestSetupTimeout},
    {"bindTimeoutSeconds"_L1, &Limits::bindTimeout, kShortestTimeout, kLongestSetupTimeout},
    {"idleTimeoutSeconds"_L1, &Limits::idleTimeout, kShortestTimeout, kLongestIdleTimeout},
    {"halfClosedTimeoutSeconds"_L1, &Limits::halfClosedTimeout, kShortestTimeout, kLongestIdleTimeout},
    {"udpIdleTimeoutSeconds"_L1, &Limits::udpIdleTimeout, kShortestTimeout, kLongestIdleTimeout},
    {"drainTimeoutSeconds"_L1, &Limits::drainTimeout, milliseconds{0}, kLongestSetupTimeout},
}};

/// One count of "limits"; 0 is "no limit of our own".
struct CountLimit {
    QLatin1StringView key;
    int Limits::*member;
};

constexpr int kLargestClientLimit = 1'000'000;

constexpr std::array<CountLimit, 2> kCountLimits{{
    {"maximumClients"_L1, &Limits::maximumClients},
    {"maximumClientsPerAddress"_L1, &Limits::maximumClientsPerAddress},
}};

template <typename T, std::size_t Size>
std::optional<T> readChoice(const json::Node &node, const std::array<json::Choice<T>, Size> &choices)
{
    return node.choice(std::span<const json::Choice<T>>(choices));
}

template <typename T, std::size_t Size>
QLatin1StringView wordOf(T value, const std::array<json::Choice<T>, Size> &choices)
{
    for (const json::Choice<T> &choice : choices) {
        if (choice.value == value)
            return choice.word;
    }
    return {};
}

double toSeconds(milliseconds duration)
{
    return static_cast<double>(duration.count()) / 1000.0;
}

Protocols readProtocols(const json::Node &node)
{
    if (!node.isPresent())
        return ListenerProfile().protocols;
    Protocols protocols;
    bool allRead = true;
    const QList<json::Node> words = node.elements(kMaximumRanges);
    for (const json::Node &word : words) {
        const std::optional<Protocol> protocol = readChoice(word, kProtocols);
        if (protocol && protocols.testFlag(*protocol))
            word.fail(QT_TRANSLATE_NOOP("engine::Message", "is listed twice"));
        protocols |= protocol.value_or(Protocol::None);
        allRead = allRead && protocol;
    }
    if (allRead && !protocols)
        node.fail(QT_TRANSLATE_NOOP("engine::Message",
                                    "must list at least one of \"socks4\", \"socks5\", \"http\""));
    return protocols;
}

QList<AddressRange> readRanges(const json::Node &node)
{
    QList<AddressRange> ranges;
    for (const json::Node &element : node.elements(kMaximumRanges)) {
        const std::optional<QString> text = element.text(kMaximumNameLength);
        if (!text)
            continue;
        if (const std::optional<AddressRange> range = AddressRange::fromString(*text))
            ranges.append(*range);
        else
            element.fail(faultOfClientEntry(*text));
    }
    return ranges;
}

std::optional<Address> readAddress(const json::Node &node)
{
    const std::optional<QString> text = node.text(kMaximumNameLength);
    if (!text)
        return std::nullopt;
    const std::optional<Address> address = Address::fromLiteral(*text);
    if (!address)
        node.fail(QT_TRANSLATE_NOOP("engine::Message", "%1 is not an IPv4 or IPv6 address"),
                  json::quoted(*text));
    return address;
}

ListenerProfile readListener(const json::Node &node)
{
    ListenerProfile listener;
    if (!node.checkKeys({"name"_L1, "address"_L1, "port"_L1},
                        {"protocols"_L1, "authentication"_L1, "clients"_L1, "open"_L1, "udpFiltering"_L1}))
        return listener;
    listener.name = node.member("name"_L1).text(kMaximumNameLength).value_or(QString());
    const std::optional<Address> address = readAddress(node.member("address"_L1));
    listener.address = address.value_or(Address());
    listener.port = static_cast<std::uint16_t>(node.member("port"_L1).integer(1, kMaximumPort).value_or(0));
    listener.protocols = readProtocols(node.member("protocols"_L1));
    const json::Node authentication = node.member("authentication"_L1);
    const std::optional<Authentication> method = readChoice(authentication, kAuthentications);
    listener.authentication = method.value_or(Authentication::None);
    listener.clients = readRanges(node.member("clients"_L1));
    listener.open = node.member("open"_L1).boolean().value_or(false);
    listener.udpFiltering =
        readChoice(node.member("udpFiltering"_L1), kUdpFilterings).value_or(listener.udpFiltering);

    const bool isKnown = address && (method || !authentication.isPresent());
    if (isKnown && !address->isLoopback() && listener.authentication == Authentication::None &&
        !listener.open)
        node.member("address"_L1)
            .fail(QT_TRANSLATE_NOOP(
                      "engine::Message",
                      "whoever can reach %1 could use this proxy: set \"authentication\" to \"password\", or "
                      "\"open\" to true if an open proxy is meant"),
                  address->toString());
    return listener;
}

QList<ListenerProfile> readListeners(const json::Node &node)
{
    QList<ListenerProfile> listeners;
    QHash<QString, QString> endpointPaths;
    if (node.isEmptyList())
        node.fail(QT_TRANSLATE_NOOP("engine::Message", "must list at least one listener"));
    for (const json::Node &element : node.elements(kMaximumListeners)) {
        listeners.append(readListener(element));
        const Endpoint endpoint = listeners.constLast().endpoint();
        if (endpoint.isNull() || endpoint.port == 0)
            continue; // Reported already.
        const QString text = endpoint.toString();
        if (const auto first = endpointPaths.constFind(text); first != endpointPaths.cend())
            element.fail(QT_TRANSLATE_NOOP("engine::Message", "%1 is already the endpoint of %2"), text,
                         *first);
        else
            endpointPaths.insert(text, element.path());
    }
    return listeners;
}

PasswordHash readPassword(const json::Node &node)
{
    PasswordHash password;
    if (!node.checkKeys({"scheme"_L1, "iterations"_L1, "salt"_L1, "hash"_L1}, {}))
        return password;
    static_cast<void>(readChoice(node.member("scheme"_L1), kPasswordSchemes));
    password.iterations = node.member("iterations"_L1)
                              .integer(kMinimumPasswordIterations, kMaximumPasswordIterations)
                              .value_or(0);
    password.salt =
        node.member("salt"_L1).base64(kMinimumSaltLength, kMaximumSaltLength).value_or(QByteArray());
    password.hash = node.member("hash"_L1).base64(kHashLength, kHashLength).value_or(QByteArray());
    return password;
}

QList<UserProfile> readUsers(const json::Node &node)
{
    QList<UserProfile> users;
    QHash<QString, QString> namePaths;
    for (const json::Node &element : node.elements(kMaximumUsers)) {
        UserProfile user;
        if (!element.checkKeys({"name"_L1, "password"_L1}, {}))
            continue;
        const json::Node name = element.member("name"_L1);
        user.name = name.text(kMaximumNameLength).value_or(QString());
        user.password = readPassword(element.member("password"_L1));
        users.append(user);
        if (user.name.isEmpty())
            continue; // Reported already.
        if (const auto first = namePaths.constFind(user.name); first != namePaths.cend())
            name.fail(QT_TRANSLATE_NOOP("engine::Message", "%1 is already the name of %2"),
                      json::quoted(user.name), *first);
        else
            namePaths.insert(user.name, element.path());
    }
    return users;
}

Limits readLimits(const json::Node &node)
{
    Limits limits;
    if (!node.checkKeys({}, {kDurationLimits[0].key, kDurationLimits[1].key, kDurationLimits[2].key,
                             kDurationLimits[3].key, kDurationLimits[4].key, kDurationLimits[5].key,
                             kDurationLimits[6].key, kCountLimits[0].key, kCountLimits[1].key}))
        return limits;
    for (const DurationLimit &limit : kDurationLimits) {
        const std::optional<double> seconds =
            node.member(limit.key).number(toSeconds(limit.minimum), toSeconds(limit.maximum));
        if (seconds)
            limits.*limit.member = milliseconds(std::llround(*seconds * 1000.0));
    }
    for (const CountLimit &limit : kCountLimits) {
        const std::optional<int> count = node.member(limit.key).integer(0, kLargestClientLimit);
        limits.*limit.member = count.value_or(limits.*limit.member);
    }
    return limits;
}

/// What no single value is wrong about.
void checkLogins(const json::Node &listeners, const json::Node &users, const Profile &profile)
{
    if (users.isPresent() && !users.isEmptyList())
        return; // There are some, or what is there has been reported.
    for (qsizetype i = 0; i < profile.listeners.size(); ++i) {
        if (profile.listeners[i].authentication != Authentication::Password)
            continue;
        listeners.element(i)
            .member("authentication"_L1)
            .fail(QT_TRANSLATE_NOOP(
                "engine::Message",
                "nobody could log in: \"users\" lists no one (hosier --set-password NAME adds a user)"));
    }
}

/// A later version may mean anything by its keys, so nothing else is said about such a profile.
bool checkVersion(const json::Node &root)
{
    const json::Node node = root.member("version"_L1);
    if (!node.isPresent()) {
        node.fail(QT_TRANSLATE_NOOP("engine::Message", "is missing; this program reads version %1"),
                  kVersion);
        return false;
    }
    const std::optional<double> version = node.number(-1e9, 1e9);
    if (version && *version != kVersion)
        node.fail(QT_TRANSLATE_NOOP("engine::Message", "is %1; this program reads version %2"),
                  QString::number(*version), kVersion);
    return version == kVersion;
}

Profile readProfile(const json::Node &root)
{
    Profile profile;
    if (!checkVersion(root))
        return profile;
    static_cast<void>(root.checkKeys({"version"_L1, "listeners"_L1},
                                     {"users"_L1, "servers"_L1, "routes"_L1, "rules"_L1, "defaultAction"_L1,
                                      "unidentifiedApplications"_L1, "resolveForRules"_L1, "mode"_L1,
                                      "limits"_L1, "relayPump"_L1}));
    const json::Node listeners = root.member("listeners"_L1);
    const json::Node users = root.member("users"_L1);
    profile.listeners = readListeners(listeners);
    profile.users = readUsers(users);
    checkLogins(listeners, users, profile);
    profile.limits = readLimits(root.member("limits"_L1));
    profile.relayPump = readChoice(root.member("relayPump"_L1), kRelayPumps).value_or(RelayPump::Automatic);
    readRouting(root, profile);
    return profile;
}

/// "line 3, column 14" of a byte of the input.
Message placeOf(const QByteArray &json, qsizetype offset)
{
    const QByteArrayView before = QByteArrayView(json).first(std::min(offset, json.size()));
    const qsizetype lineStart = before.lastIndexOf('\n') + 1;
    return Message(QT_TRANSLATE_NOOP("engine::Message", "line %1, column %2"), before.count('\n') + 1,
                   before.size() - lineStart + 1);
}

QJsonObject listenerToJson(const ListenerProfile &listener)
{
    QJsonArray protocols;
    for (const auto &choice : kProtocols) {
        if (listener.protocols.testFlag(choice.value))
            protocols.append(choice.word);
    }
    QJsonObject object{{u"name"_s, listener.name},
                       {u"address"_s, listener.address.toString()},
                       {u"port"_s, listener.port},
                       {u"protocols"_s, protocols},
                       {u"authentication"_s, wordOf(listener.authentication, kAuthentications)}};
    if (!listener.clients.isEmpty()) {
        QJsonArray clients;
        for (const AddressRange &range : listener.clients)
            clients.append(range.toString());
        object.insert("clients"_L1, clients);
    }
    if (listener.open)
        object.insert("open"_L1, true);
    if (listener.udpFiltering != ListenerProfile().udpFiltering)
        object.insert("udpFiltering"_L1, wordOf(listener.udpFiltering, kUdpFilterings));
    return object;
}

QJsonObject userToJson(const UserProfile &user)
{
    const QJsonObject password{{u"scheme"_s, kPasswordScheme},
                               {u"iterations"_s, user.password.iterations},
                               {u"salt"_s, QString::fromLatin1(user.password.salt.toBase64())},
                               {u"hash"_s, QString::fromLatin1(user.password.hash.toBase64())}};
    return {{u"name"_s, user.name}, {u"password"_s, password}};
}

/// Defaults are written only where they stood before: a profile should show what was chosen.
QJsonObject limitsToJson(const Limits &limits, const QJsonObject &base)
{
    const Limits defaults;
    QJsonObject object;
    for (const DurationLimit &limit : kDurationLimits) {
        if (limits.*limit.member != defaults.*limit.member || base.contains(limit.key))
            object.insert(limit.key, toSeconds(limits.*limit.member));
    }
    for (const CountLimit &limit : kCountLimits) {
        if (limits.*limit.member != defaults.*limit.member || base.contains(limit.key))
            object.insert(limit.key, limits.*limit.member);
    }
    return object;
}

} // namespace

Expected<ProfileDocument, QList<ProfileError>> parseProfile(const QByteArray &json)
{
    json::Errors errors;
    if (json.size() > kMaximumProfileSize) {
        errors.add(u"$"_s,
                   Message(QT_TRANSLATE_NOOP("engine::Message", "the profile is larger than %1 bytes"),
                           kMaximumProfileSize));
        return Unexpected{errors.toList()};
    }
    if (QByteArrayView(json).trimmed().isEmpty()) {
        errors.add(u"$"_s, Message(QT_TRANSLATE_NOOP("engine::Message", "the profile is empty")));
        return Unexpected{errors.toList()};
    }
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parseError);
    if (parseError.error != QJsonParseError::NoError) {
        errors.add(u"$"_s, withContext(placeOf(json, parseError.offset),
                                       Message::verbatim(parseError.errorString())));
        return Unexpected{errors.toList()};
    }
    if (!document.isObject()) {
        errors.add(u"$"_s, Message(QT_TRANSLATE_NOOP("engine::Message", "must be an object")));
        return Unexpected{errors.toList()};
    }
    const json::Node root(document.object(), u"$"_s, errors);
    ProfileDocument result{readProfile(root), document.object()};
    if (!errors.isEmpty())
        return Unexpected{errors.toList()};
    return result;
}

QJsonObject profileToJson(const Profile &profile, const QJsonObject &base)
{
    QJsonObject json = base;
    json.insert("version"_L1, kVersion);
    QJsonArray listeners;
    for (const ListenerProfile &listener : profile.listeners)
        listeners.append(listenerToJson(listener));
    json.insert("listeners"_L1, listeners);

    QJsonArray users;
    for (const UserProfile &user : profile.users)
        users.append(userToJson(user));
    if (!users.isEmpty() || base.contains("users"_L1))
        json.insert("users"_L1, users);

    routingToJson(profile, json);
    const QJsonObject limits = limitsToJson(profile.limits, base.value("limits"_L1).toObject());
    if (!limits.isEmpty())
        json.insert("limits"_L1, limits);
    else
        json.remove("limits"_L1);
    if (profile.relayPump != RelayPump::Automatic || base.contains("relayPump"_L1))
        json.insert("relayPump"_L1, wordOf(profile.relayPump, kRelayPumps));
    return json;
}

} // namespace engine
