// SPDX-License-Identifier: MIT
#include "engine/stats/registry.h"

#include <QDateTime>

#include <atomic>
#include <utility>

namespace engine
{

namespace
{

/// Of the whole program, so that an engine started again does not give out an id that somebody still shows.
std::atomic<ConnectionId> lastId = 0;

} // namespace

Registry::Record &Registry::open(const Endpoint &client, const QString &listener, std::int64_t nowMs)
{
    const ConnectionId id = lastId.fetch_add(1, std::memory_order_relaxed) + 1;
    Record &record = m_records[id];
    record.info.id = id;
    record.info.client = client;
    record.info.listener = listener;
    record.info.openedAt = QDateTime::currentMSecsSinceEpoch();
    record.openedMs = nowMs;
    ++m_totals.accepted;
    m_totals.live = static_cast<std::uint32_t>(m_records.size());
    markChanged(record);
    return record;
}

Registry::Record *Registry::find(ConnectionId id)
{
    const auto found = m_records.find(id);
    return found == m_records.end() ? nullptr : &found->second;
}

void Registry::setState(Record &record, ConnectionState state)
{
    if (record.info.state == state)
        return;
    record.info.state = state;
    markDirty(record);
    record.m_countersChanged = true;
}

void Registry::markChanged(Record &record)
{
    markDirty(record);
    record.m_infoChanged = true;
}

void Registry::addBytes(Record &record, std::uint64_t up, std::uint64_t down)
{
    record.info.bytesUp += up;
    record.info.bytesDown += down;
    m_totals.bytesUp += up;
    m_totals.bytesDown += down;
    markDirty(record);
    record.m_countersChanged = true;
}

void Registry::setApplication(Record &record, const std::optional<Application> &application)
{
    record.isIdentified = true;
    if (!application && !record.info.identity)
        return;
    const Program program = application ? application->program : Program();
    record.info.identity = application ? std::make_shared<const Application>(*application) : nullptr;
    record.info.application = program.name;
    record.info.processId = program.processId;
    markChanged(record);
}

void Registry::setRuling(Record &record, const Ruling &ruling, const Address &resolved)
{
    settleBytes(record);
    record.m_counter = ruling.counter;
    record.action = ruling.action;
    record.rules = ruling.rules;
    record.info.rule = ruling.rule;
    if (record.info.route != ruling.route)
        record.info.servers.clear();
    record.info.route = ruling.route;
    record.info.resolved = resolved;
    markChanged(record);
}

void Registry::countBytesFor(Record &record, const RuleCounterPointer &counter)
{
    if (record.m_counter == counter)
        return;
    settleBytes(record);
    record.m_counter = counter;
}

void Registry::setServers(Record &record, const QStringList &servers)
{
    if (record.info.servers == servers)
        return;
    record.info.servers = servers;
    markChanged(record);
}

void Registry::countHit(const Ruling &ruling)
{
    if (ruling.counter)
        m_ruleCounters.countHit(ruling.counter);
}

void Registry::countHit(Record &record)
{
    if (record.m_counter)
        m_ruleCounters.countHit(record.m_counter);
}

void Registry::countHitBeside(const Record &record, const Ruling &ruling)
{
    if (ruling.counter != record.m_counter)
        countHit(ruling);
}

/// Gives the bytes since the last time to the rule that decided about them. Not as they flow: that would be
/// work for every read.
void Registry::settleBytes(Record &record)
{
    const std::uint64_t up = record.info.bytesUp - record.m_countedUp;
    const std::uint64_t down = record.info.bytesDown - record.m_countedDown;
    if (record.m_counter && up + down > 0)
        m_ruleCounters.addBytes(record.m_counter, up, down);
    record.m_countedUp = record.info.bytesUp;
    record.m_countedDown = record.info.bytesDown;
}

void Registry::countDropped(Record &record, std::uint64_t datagrams)
{
    record.info.datagramsDropped += datagrams;
    m_totals.datagramsDropped += datagrams;
}

void Registry::markDirty(Record &record)
{
    if (m_detail != Detail::Connections || record.m_infoChanged || record.m_countersChanged)
        return;
    // While nobody takes deltas the list must not grow by every connection that ever was.
    if (m_dirty.size() >= 2 * m_records.size() + kMaximumBriefConnections)
        std::erase_if(m_dirty, [this](ConnectionId id) { return !m_records.contains(id); });
    m_dirty.push_back(record.info.id);
}

void Registry::close(Record &record, const Error &error)
{
    record.info.state = error.isError() ? ConnectionState::Failed : ConnectionState::Closed;
    record.info.error = error;
    settleBytes(record);
    if (error.isError())
        ++m_totals.failed;
    if (m_detail == Detail::Connections) {
        record.info.closedAt = QDateTime::currentMSecsSinceEpoch();
        reportClosed(record);
    }
    m_records.erase(record.info.id);
    m_totals.live = static_cast<std::uint32_t>(m_records.size());
}

void Registry::reportClosed(const Record &record)
{
    // What the receiver knows must be taken back from it, however many they are. What it never saw is only
    // told as far as a person could read it.
    if (!record.m_known) {
        if (m_briefInRemoved >= static_cast<std::size_t>(kMaximumBriefConnections)) {
            ++m_briefOmitted;
            return;
        }
        ++m_briefInRemoved;
    }
    m_removed.append(record.info);
}

void Registry::setDetail(Detail detail)
{
    m_detail = detail;
    m_wholeDue = detail == Detail::Connections;
    m_ruleCounters.setTelling(m_wholeDue);
    m_dirty.clear();
    m_removed.clear();
    m_briefInRemoved = 0;
    m_briefOmitted = 0;
    for (auto &[id, record] : m_records) {
        record.m_known = false;
        record.m_infoChanged = false;
        record.m_countersChanged = false;
        if (m_wholeDue)
            markChanged(record);
    }
}

Delta Registry::takeDelta()
{
    Delta delta;
    delta.whole = std::exchange(m_wholeDue, false);
    for (const ConnectionId id : m_dirty) {
        const auto found = m_records.find(id);
        if (found == m_records.end())
            continue;
        Record &record = found->second;
        settleBytes(record);
        if (record.m_infoChanged)
            delta.added.append(record.info);
        else
            delta.changed.append({id, record.info.state, record.info.bytesUp, record.info.bytesDown});
        record.m_known = true;
        record.m_infoChanged = false;
        record.m_countersChanged = false;
    }
    m_dirty.clear();
    delta.removed = std::exchange(m_removed, {});
    m_briefInRemoved = 0;
    delta.briefOmitted = std::exchange(m_briefOmitted, 0);
    delta.totals = m_totals;
    delta.ruleUses = m_ruleCounters.take();
    delta.events = m_events.take(delta.droppedEvents);
    return delta;
}

} // namespace engine
