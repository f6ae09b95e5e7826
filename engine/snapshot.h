// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/endpoint.h"
#include "engine/error.h"
#include "engine/profile.h"

#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <memory>

// The engine's live state as plain values. They are made on the engine's thread and cross as signal
// arguments. Times named ...At are milliseconds since the epoch (UTC); times named ...Ms are milliseconds of
// a monotonic clock, timeSinceBootMs().

namespace engine
{

/// Never reused while the program runs; 0 is none.
using ConnectionId = std::uint64_t;

enum class ConnectionState : std::uint8_t {
    Handshake,      ///< reading greeting, login and request
    Authenticating, ///< a password is being verified
    Connecting,     ///< resolving the name, dialling the target
    Open,           ///< relaying both ways
    HalfClosed,     ///< one direction has ended, the other still flows
    Closed,         ///< ended normally
    Failed,         ///< ended by an error; see Connection::error
};

/// What the client spoke, as far as it is known.
enum class ClientProtocol : std::uint8_t { Unknown, Socks4, Socks4a, Socks5, Http };

/// What the client asked for, as far as it is known.
enum class ClientCommand : std::uint8_t { Connect, Bind, UdpAssociate };

/// One client connection, whole.
struct Connection {
    ConnectionId id = 0;
    ConnectionState state = ConnectionState::Handshake;
    ClientProtocol protocol = ClientProtocol::Unknown;
    ClientCommand command = ClientCommand::Connect;
    bool isLocal = false; ///< the client runs on this machine, by whichever of its addresses it came
    std::uint16_t targetPort = 0;
    Endpoint client;     ///< who connected to us
    Endpoint dialed;     ///< the address actually connected to; null until then
    QString listener;    ///< name of the listener it came in by
    QString user;        ///< name it logged in with, else empty (a SOCKS4 USERID is not a login)
    QString targetHost;  ///< as asked: a name or an address; empty until then. Of UDP the one last sent to
    QString application; ///< executable's short name; empty when unknown
    std::int64_t processId = 0;
    std::shared_ptr<const Application> identity; ///< all that is known of the application; null: nothing
    /// Name of the rule that decided, "#3" when it has none; empty: none, or not decided yet. Of UDP, rule
    /// and route are those of the datagram sent last.
    QString rule;
    QString route; ///< name of the server or route that was decided on; empty: none
    /// Names of the servers it really goes through, in order: of a group, the member that was reached. Empty:
    /// none, or none yet.
    QStringList servers;
    Address resolved; ///< of a name that was resolved here for the rules: what they saw. Null: they did not
    bool isUnresolved = false; ///< the rules asked for the address of the name in vain
    std::int64_t openedAt = 0;
    std::int64_t closedAt = 0;          ///< 0 while it lives
    std::uint64_t bytesUp = 0;          ///< client to target
    std::uint64_t bytesDown = 0;        ///< target to client
    std::uint64_t datagramsDropped = 0; ///< of UDP: not meant for it, not allowed, or lost here
    Error error;                        ///< why it ended, when state is Failed

    /// "example.org:443", "[2001:db8::1]:443"; "UDP" and "UDP example.org:53"; empty until the request is
    /// read.
    [[nodiscard]] QString target() const;
    [[nodiscard]] bool isLive() const { return state < ConnectionState::Closed; }
};

/// "Office"; "Work (Office)" when the route has chosen; "Work (Office → Exit)".
[[nodiscard]] QString shownWay(const QString &route, const QStringList &servers);

/// What changes often in a connection that is already known.
struct ConnectionChange {
    ConnectionId id = 0;
    ConnectionState state = ConnectionState::Handshake;
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;
};

/// Sums since the engine was created.
struct Totals {
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;
    std::uint64_t accepted = 0; ///< connections taken from a listener
    std::uint64_t failed = 0;   ///< ended with an error
    std::uint64_t refused = 0;  ///< turned away before a handshake: caps, ranges, no descriptors
    std::uint64_t datagramsDropped = 0;
    std::uint32_t live = 0; ///< open now
};

/// What a rule has decided since it was made or last edited, or since the engine was created. Switching a
/// rule off and on or moving it is no edit; any other change is.
///
/// A hit is a decision that took effect: a CONNECT or BIND, a request forwarded for an HTTP client, the first
/// datagram of an association to a destination. The bytes are those of the connections that the rule decided
/// about, from then on; of an association, what comes back counts for the rule of the datagram sent last.
struct RuleUse {
    static constexpr int kDefaultRule =
        -1; ///< the default action, also when the mode takes it for everything

    int rule = kDefaultRule; ///< index into RuleUses::rules
    std::uint64_t hits = 0;
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;
    std::int64_t lastHitAt = 0; ///< 0: never

    bool operator==(const RuleUse &) const = default;
};

/// The uses that changed since the delta before.
struct RuleUses {
    bool whole = false;       ///< forget what was known before: whoever is not in `uses` was never used
    QList<RuleProfile> rules; ///< in force; what the indices are of. Shared with the profile
    QList<RuleUse> uses;
};

enum class EventLevel : std::uint8_t { Debug, Info, Warning, Error };

enum class EventCode : std::uint8_t {
    EngineStarted,
    EngineStopped,
    ProfileApplied,
    ListenerOpened,
    ListenerClosed,
    ListenerFailed,
    ConnectionDecided, ///< what becomes of a request, before anything is done about it
    ConnectionOpened,  ///< the target is connected
    ConnectionClosed,
    ConnectionFailed,
    ClientRefused, ///< before a handshake: `error` says why
    LoginFailed,
    UdpRouteFailed, ///< of an association: a server or route, and why
    DescriptorsExhausted,
    ServerDown, ///< a server of the profile is taken for dead: `detail` is its name
    ServerUp,
    RestartNeeded, ///< a change of the profile that waits for the next start: `detail` names the key
};

/// One line of the log, as values; the text is made where it is shown.
struct Event {
    std::int64_t at = 0;
    EventLevel level = EventLevel::Info;
    EventCode code = EventCode::EngineStarted;
    std::uint32_t repeated = 0; ///< how many like it were folded into this one
    ConnectionId connection = 0;
    ClientProtocol protocol = ClientProtocol::Unknown;
    Endpoint client{};     ///< of what happens to a listener, its own endpoint
    QString target{};      ///< "host:port" of a connection
    QString application{}; ///< of a connection; with ListenerFailed who has the port, where that is known
    std::int64_t processId = 0;
    std::shared_ptr<const Application> identity{}; ///< as in Connection
    QString user{};
    QString rule{};        ///< as in Connection
    QString route{};       ///< as in Connection
    QStringList servers{}; ///< as in Connection
    QString detail{};      ///< a listener's name and address, a key, a count
    std::uint64_t bytesUp = 0;
    std::uint64_t bytesDown = 0;
    std::int64_t durationMs = 0;
    Error error{};
};

enum class ListenerState : std::uint8_t { Closed, Listening, Failed };

/// One listener of the profile and how it fares.
struct ListenerStatus {
    QString name;
    Endpoint endpoint; ///< the real port when the profile asked for any
    Protocols protocols;
    ListenerState state = ListenerState::Closed;
    Error error; ///< when Failed
    std::int64_t holderPid =
        0; ///< process that holds the port, when the system tells; arrives a little later
    QString holderName;
};

/// Whether one with that endpoint is among them and could not be opened. Names need not differ.
[[nodiscard]] bool hasFailed(const QList<ListenerStatus> &listeners, const Endpoint &endpoint);

/// What changed since the delta before. Send Engine::acknowledge(seq) when it has been dealt with; the next
/// one waits for that, and everything in between is merged into it.
struct Delta {
    std::uint64_t seq = 0;
    bool whole = false;         ///< `added` is every live connection: forget what was known before
    std::int64_t elapsedMs = 0; ///< monotonic; differences between two deltas give rates
    QList<Connection> added;    ///< new ones, and ones whose slow fields changed: replace by id
    QList<ConnectionChange> changed;
    QList<Connection> removed;      ///< ended, with their last values. May hold ids that were never added.
    std::uint64_t briefOmitted = 0; ///< opened and closed in between and not listed, for their number
    Totals totals;
    RuleUses ruleUses; ///< empty unless Detail::Connections is wanted
    QList<Event> events;
    std::uint64_t droppedEvents = 0; ///< lost since the delta before, because nobody took them in time
};

/// How much of the live state is wanted.
enum class Detail : std::uint8_t {
    None,        ///< no deltas
    Totals,      ///< totals and events, once a second: hidden window, headless
    Connections, ///< everything, five times a second: visible window
};

} // namespace engine

Q_DECLARE_METATYPE(engine::Delta)
Q_DECLARE_METATYPE(engine::ListenerStatus)
