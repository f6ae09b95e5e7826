// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/snapshot.h"
#include "engine/stats/event_ring.h"
#include "engine/stats/rule_counters.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace engine
{

/// What the rules said about a connection or datagram.
struct Ruling {
    Action action;
    std::uint64_t rules = 0;    ///< number of the rules that said so; 0: nothing was decided yet
    RuleCounterPointer counter; ///< of the rule that decided; null: none is counted
    QString rule;               ///< as in Connection
    QString route;              ///< as in Connection
    bool needsAddress = false;  ///< as in Decision: not the last word
    /// Of a datagram: a name is looked up here, to send there directly or because the server wants addresses.
    bool looksUpNames = false;
};

/// Every live connection and the sums, and what of it has not been told yet. Engine thread only.
class Registry
{
public:
    /// A connection while it lives. `info` is read freely; changes go through Registry so that they are
    /// reported.
    struct Record {
        Connection info;
        Endpoint reachedAt;        ///< our end of the client's connection
        Action action;             ///< what was decided, when that was
        std::uint64_t rules = 0;   ///< as in Ruling
        std::int64_t openedMs = 0; ///< monotonic
        bool isIdentified = false; ///< the application was asked for, with or without success

    private:
        friend class Registry;
        RuleCounterPointer m_counter;  ///< of the rule that decided last
        std::uint64_t m_countedUp = 0; ///< bytes that are in a counter, or in none
        std::uint64_t m_countedDown = 0;
        bool m_known = false;       ///< the receiver of deltas has it
        bool m_infoChanged = false; ///< to be sent whole
        bool m_countersChanged = false;
    };

    /// The reference stays valid until close().
    Record &open(const Endpoint &client, const QString &listener, std::int64_t nowMs);
    /// Null when it has ended.
    [[nodiscard]] Record *find(ConnectionId id);
    void setState(Record &record, ConnectionState state);
    /// To be called after any change of `info` other than state and bytes.
    void markChanged(Record &record);
    void addBytes(Record &record, std::uint64_t up, std::uint64_t down);
    /// Bytes from now on are what this rule has let through, whatever was decided last.
    void countBytesFor(Record &record, const RuleCounterPointer &counter);
    /// Which program the client is; nothing when that could not be found out.
    void setApplication(Record &record, const std::optional<Application> &application);
    /// What was decided about it; `resolved` is what the rules saw of a name.
    void setRuling(Record &record, const Ruling &ruling, const Address &resolved);
    /// The servers that it was found to go through, since the ruling.
    void setServers(Record &record, const QStringList &servers);
    /// Another decision is being made: until then, none holds.
    void awaitRuling(Record &record) { record.rules = 0; }
    /// The ruling took effect.
    void countHit(const Ruling &ruling);
    void countHit(Record &record);
    /// A rule has decided about who comes to a connection; nothing new where it is the connection's own.
    void countHitBeside(const Record &record, const Ruling &ruling);
    void countDropped(Record &record, std::uint64_t datagrams);
    /// Ends a connection: reports it one last time and forgets it.
    void close(Record &record, const Error &error);
    void countRefused() { ++m_totals.refused; }

    [[nodiscard]] const Totals &totals() const { return m_totals; }
    [[nodiscard]] std::size_t liveCount() const { return m_records.size(); }
    EventRing &events() { return m_events; }
    RuleCounters &ruleCounters() { return m_ruleCounters; }

    void setDetail(Detail detail);
    [[nodiscard]] Detail detail() const { return m_detail; }
    /// Everything since the last call, without sequence number and time.
    [[nodiscard]] Delta takeDelta();

private:
    void markDirty(Record &record);
    void settleBytes(Record &record);
    void reportClosed(const Record &record);

    std::unordered_map<ConnectionId, Record> m_records;
    std::vector<ConnectionId> m_dirty;
    QList<Connection> m_removed;
    std::size_t m_briefInRemoved = 0;
    std::uint64_t m_briefOmitted = 0;
    Totals m_totals;
    EventRing m_events;
    RuleCounters m_ruleCounters;
    Detail m_detail = Detail::None;
    bool m_wholeDue = false;
};

} // namespace engine
