// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/limits.h"

#include <QByteArray>
#include <QFlags>
#include <QList>
#include <QMetaType>
#include <QString>

#include <algorithm>
#include <memory>

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

enum class DefaultAction : std::uint8_t { Direct, Block };

/// Which relay pump the engine starts with; Automatic is the fastest one of the platform.
enum class RelayPump : std::uint8_t { Automatic, Native, Portable };

/// All the engine is told, as one value that is replaced whole. Reading and writing: profile_json.h.
struct Profile {
    QList<ListenerProfile> listeners;
    QList<UserProfile> users;
    DefaultAction defaultAction = DefaultAction::Direct;
    Limits limits;
    RelayPump relayPump = RelayPump::Automatic;

    bool operator==(const Profile &) const = default;
};

/// A profile as it is shared between threads: nobody changes it any more.
using ProfilePointer = std::shared_ptr<const Profile>;

} // namespace engine

Q_DECLARE_METATYPE(engine::ProfilePointer)
