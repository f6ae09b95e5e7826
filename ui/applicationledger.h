// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"
#include "ui/clock.h"

#include <QHash>
#include <QString>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace ui
{

/// Applications that are remembered at once; the one that was seen longest ago goes first, and one without
/// connections before one that has some.
inline constexpr std::size_t kMaximumApplications = 500;
/// How long a connection of this machine may take to be identified before it counts as unidentified: the
/// engine finds programs out a little after they connect.
inline constexpr std::chrono::milliseconds kIdentificationGrace{1'500};

enum class ApplicationKind : std::uint8_t {
    Program,      ///< of this machine
    Unidentified, ///< of this machine, but nobody can tell which
    Client,       ///< somebody at an address
};

/// What connections are counted under.
struct ApplicationKey {
    ApplicationKind kind = ApplicationKind::Program;
    QString name;          ///< the program's short name, the script's file name, or the client's address
    QString user;          ///< who logged in, where no program is known
    QString path{};        ///< of the program or script: two may have one name. Empty when it is not known
    bool isScript = false; ///< the path is that of a script, whatever interpreter runs it

    bool operator==(const ApplicationKey &) const = default;
};
[[nodiscard]] std::size_t qHash(const ApplicationKey &key, std::size_t seed = 0) noexcept;

/// An application and what it did since the program started.
struct ApplicationRecord {
    std::uint64_t id = 0;
    ApplicationKey key;
    bool sharesName = false; ///< with another record: its path tells them apart
    int live = 0;
    std::uint64_t connections = 0; ///< all that were counted
    std::uint64_t bytesDown = 0;
    std::uint64_t bytesUp = 0;
    double downRate = 0; ///< bytes per second, smoothed
    double upRate = 0;
    std::int64_t lastSeenAt = 0; ///< milliseconds since the epoch: opened, ended or moved a byte
    std::int64_t processId = 0;  ///< of the latest connection; 0: not known
    std::shared_ptr<const engine::Application> identity; ///< as far as it is known, of the latest connection
    engine::ConnectionId latest = 0;
    QString rule;                  ///< of the latest connection that was decided about; empty: none matched
    bool isDecided = false;        ///< whether any was
    QHash<QString, int> liveRules; ///< of the live connections that were decided about, and how many each has

    std::uint64_t newDown = 0; ///< since the last update
    std::uint64_t newUp = 0;
};

/// Adds up what the engine tells of connections, by application. It follows the same deltas as the table of
/// connections; while nobody looks it takes the sums of ended connections from the events, and knows the rest
/// again when the next whole delta comes.
class ApplicationLedger
{
public:
    explicit ApplicationLedger(Clock clock);

    /// While the engine sends connections.
    void applyDelta(const engine::Delta &delta);
    /// While it sends events alone.
    void applyEvents(const QList<engine::Event> &events);
    /// Connections are no longer sent; what comes before the next whole delta is incomplete.
    void suspend();
    /// Time has passed: rates fade, and who was not identified stays so.
    void passTime();

    [[nodiscard]] const std::unordered_map<std::uint64_t, ApplicationRecord> &records() const
    {
        return m_records;
    }
    [[nodiscard]] QList<engine::ConnectionId> liveConnectionsOf(std::uint64_t application) const;

private:
    /// A live connection, as far as it has been counted.
    struct Account {
        ApplicationKey key;
        std::uint64_t application = 0; ///< 0: not counted yet
        std::uint64_t bytesDown = 0;
        std::uint64_t bytesUp = 0;
        QString rule;
        bool isDecided = false;
    };
    struct Unsettled {
        engine::ConnectionId id = 0;
        std::int64_t sinceMs = 0;
    };
    using Accounts = std::unordered_map<engine::ConnectionId, Account>;

    void put(const engine::Connection &connection, bool movesRate);
    void change(const engine::ConnectionChange &change);
    void end(const engine::Connection &connection);
    void endByEvent(const engine::Event &event);
    void close(Accounts::iterator at);
    void closeAllBut(const QList<engine::Connection> &kept);
    void countBytes(Account &account, std::uint64_t down, std::uint64_t up, bool movesRate);
    void decide(engine::ConnectionId id, Account &account, const QString &rule);
    void assign(engine::ConnectionId id, Account &account, std::int64_t processId);
    void withdraw(Account &account);
    void settle();
    void smoothRates(double seconds);
    [[nodiscard]] ApplicationRecord *recordOf(const Account &account);
    [[nodiscard]] ApplicationRecord &recordFor(const ApplicationKey &key);
    void erase(std::uint64_t application);
    void markNamesakes(const QString &name);
    void makeRoom();

    Clock m_clock;
    std::unordered_map<std::uint64_t, ApplicationRecord> m_records;
    QHash<ApplicationKey, std::uint64_t> m_byKey;
    Accounts m_accounts;
    std::deque<Unsettled> m_unsettled;
    std::unordered_set<engine::ConnectionId> m_endedByEvent; ///< within one delta
    std::uint64_t m_lastId = 0;
    std::int64_t m_smoothedAtMs;
    bool m_awaitsWhole = true;
};

} // namespace ui
