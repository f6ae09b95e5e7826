// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/limits.h"

#include <QByteArray>
#include <QFlags>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <algorithm>
#include <memory>
#include <optional>

namespace engine
{

/// Protocols a listener may speak, all on one port: the client's first byte tells them apart.
enum class Protocol : std::uint8_t { None = 0, Socks4 = 1, Socks5 = 2, Http = 4 };
Q_DECLARE_FLAGS(Protocols, Protocol)
Q_DECLARE_OPERATORS_FOR_FLAGS(Protocols)

enum class Authentication : std::uint8_t { None, Password };

/// Whose datagrams a client of UDP ASSOCIATE is sent, in the words of RFC 4787 section 5.
enum class UdpFiltering : std::uint8_t {
    AddressAndPortDependent, ///< of whom it has sent to
    AddressDependent,        ///< of hosts it has sent to, whatever their port
    EndpointIndependent,     ///< of anybody
};

/// Where clients come in.
struct ListenerProfile {
    QString name;
    Address address;        ///< 0.0.0.0 and :: listen on every interface
    std::uint16_t port = 0; ///< 0: any free one (only from the command line and tests)
    Protocols protocols = Protocol::Socks4 | Protocol::Socks5;
    Authentication authentication = Authentication::None;
    QList<AddressRange> clients; ///< empty: whoever can reach the address
    bool open = false;           ///< an open proxy on purpose
    UdpFiltering udpFiltering = UdpFiltering::AddressAndPortDependent;

    [[nodiscard]] Endpoint endpoint() const { return {address, port}; }
    bool operator==(const ListenerProfile &) const = default;
};

/// Whether the listener lets clients from this address in at all.
[[nodiscard]] inline bool admits(const ListenerProfile &listener, const Address &client)
{
    return listener.clients.isEmpty() ||
           std::any_of(listener.clients.begin(), listener.clients.end(),
                       [&client](const AddressRange &range) { return range.contains(client); });
}

/// PBKDF2-HMAC-SHA-512 of a local user's password.
struct PasswordHash {
    int iterations = 0;
    QByteArray salt;
    QByteArray hash;

    bool operator==(const PasswordHash &) const = default;
};

struct UserProfile {
    QString name;
    PasswordHash password;

    bool operator==(const UserProfile &) const = default;
};

/// What a server speaks to us. Http is its CONNECT method.
enum class ServerProtocol : std::uint8_t { Socks4, Socks4a, Socks5, Http };

/// Who turns the target's name into an address: the server, or this machine.
enum class NameResolution : std::uint8_t { Remote, Local };

/// A server that connections can be sent by way of. Its password is no part of the profile; see
/// Engine::setServerPasswords().
struct ServerProfile {
    QString id;
    QString name; ///< shown; empty: the id is
    ServerProtocol protocol = ServerProtocol::Socks5;
    QString host;
    std::uint16_t port = 0;
    QString username; ///< empty: no login is offered (to SOCKS4, an empty USERID)
    NameResolution resolveNames = NameResolution::Remote;
    bool tls = false; ///< the connection to it is wrapped in TLS
    QByteArray
        certificateSha256; ///< of 32 bytes: this very certificate and no other. Empty: one trusted here
    QString passwordFile;  ///< where machines without a credential store keep the password
    bool withoutPassword = false; ///< it logs in with an empty one, so that none is looked for or asked for

    [[nodiscard]] QString shownName() const { return name.isEmpty() ? id : name; }
    bool operator==(const ServerProfile &) const = default;
};

enum class RouteKind : std::uint8_t {
    Chain,    ///< through every member, one after the other
    Failover, ///< through the first member that works
    Balance,  ///< through any member that works; the same one for the same destination host
};

/// Servers and other routes under one id.
struct RouteProfile {
    QString id;
    QString name; ///< shown; empty: the id is
    RouteKind kind = RouteKind::Chain;
    QStringList members; ///< ids, in order; at least one; never leading back to this route

    [[nodiscard]] QString shownName() const { return name.isEmpty() ? id : name; }
    bool operator==(const RouteProfile &) const = default;
};

/// What is done with a connection.
struct Action {
    enum class Kind : std::uint8_t { Direct, Block, Proxy };

    Kind kind = Kind::Direct;
    QString proxy{}; ///< of Proxy: the id of a server or route

    static Action direct() { return {Kind::Direct}; }
    static Action block() { return {Kind::Block}; }
    static Action byWayOf(const QString &id) { return {Kind::Proxy, id}; }
    bool operator==(const Action &) const = default;
};

/// An inclusive range.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    bool operator==(const PortRange &) const = default;
};

enum class Transport : std::uint8_t { Tcp = 1, Udp = 2 };
Q_DECLARE_FLAGS(Transports, Transport)
Q_DECLARE_OPERATORS_FOR_FLAGS(Transports)

/// All fields that are not empty must match, and of a field any one entry.
struct RuleProfile {
    QString name;
    bool enabled = true;
    QStringList applications; ///< short names, paths, or either with "*" and "?"
    bool tree = false;        ///< children of these applications match too
    QStringList users;        ///< who logged in
    QList<AddressRange> clients;
    QStringList hosts; ///< names, names with "*" labels, addresses, blocks, ranges "a-b"
    QList<PortRange> ports;
    Transports transports;
    Action action;

    bool operator==(const RuleProfile &) const = default;
};

/// What decides.
enum class RoutingMode : std::uint8_t {
    Rules,      ///< the rules, then the default action
    Everything, ///< the default action for everything
    Direct,     ///< nothing goes by way of a server, nothing is blocked
};

/// Which relay pump the engine starts with; Automatic is the fastest one of the platform.
enum class RelayPump : std::uint8_t { Automatic, Native, Portable };

/// All the engine is told, as one value that is replaced whole. Reading and writing: profile_json.h.
struct Profile {
    QList<ListenerProfile> listeners;
    QList<UserProfile> users;
    QList<ServerProfile> servers;
    QList<RouteProfile> routes;
    QList<RuleProfile> rules; ///< tried in order; the first that matches decides
    Action defaultAction;     ///< when none does
    /// For local programs that could not be identified, when a rule asks for the application; nothing: such
    /// a rule does not match them.
    std::optional<Action> unidentifiedApplications;
    /// Whether rules on addresses apply to requests by name, which are resolved here to that end.
    bool resolveForRules = false;
    RoutingMode mode = RoutingMode::Rules;
    Limits limits;
    RelayPump relayPump = RelayPump::Automatic;

    bool operator==(const Profile &) const = default;
};

/// A profile as it is shared between threads: nobody changes it any more.
using ProfilePointer = std::shared_ptr<const Profile>;

} // namespace engine

Q_DECLARE_METATYPE(engine::ProfilePointer)
