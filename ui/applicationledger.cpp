// SPDX-License-Identifier: MIT
#include "ui/applicationledger.h"

#include "ui/connectionmodel.h"
#include "ui/connectionrules.h"
#include "ui/programtext.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

namespace ui
{

using engine::Connection;

namespace
{

/// Below a byte per second a fading rate is nothing.
constexpr double kSmallestRate = 1.0;

ApplicationKey programKey(const QString &name, const engine::Application *identity)
{
    const engine::Program program = identity != nullptr ? identity->program : engine::Program{};
    if (!program.script.isEmpty())
        return {ApplicationKind::Program, scriptName(program), {}, program.script, true};
    return {ApplicationKind::Program, name, {}, program.path};
}

/// Of a connection or an event.
template <typename Told> ApplicationKey keyOf(const Told &told, bool isLocal)
{
    if (!told.application.isEmpty())
        return programKey(told.application, told.identity.get());
    const engine::Endpoint &client = told.client;
    const QString &user = told.user;
    if (isLocal || client.address.isLoopback())
        return {ApplicationKind::Unidentified, {}, user};
    return {ApplicationKind::Client, client.address.toString(), user};
}

bool endsConnection(engine::EventCode code)
{
    return code == engine::EventCode::ConnectionClosed || code == engine::EventCode::ConnectionFailed ||
           code == engine::EventCode::LoginFailed;
}

} // namespace

std::size_t qHash(const ApplicationKey &key, std::size_t seed) noexcept
{
    return qHashMulti(seed, static_cast<int>(key.kind), key.name, key.user, key.path);
}

ApplicationLedger::ApplicationLedger(Clock clock)
    : m_clock(std::move(clock))
    , m_smoothedAtMs(m_clock.monotonic())
{
}

void ApplicationLedger::applyDelta(const engine::Delta &delta)
{
    if (m_awaitsWhole || delta.whole)
        applyEvents(delta.events);
    if (m_awaitsWhole && !delta.whole)
        return;
    if (delta.whole)
        closeAllBut(delta.added);
    for (const Connection &connection : delta.added)
        put(connection, !delta.whole);
    for (const engine::ConnectionChange &changed : delta.changed)
        change(changed);
    for (const Connection &connection : delta.removed) {
        if (!m_endedByEvent.contains(connection.id))
            end(connection);
    }
    m_endedByEvent.clear();
    m_awaitsWhole = false;
    passTime();
}

void ApplicationLedger::applyEvents(const QList<engine::Event> &events)
{
    m_endedByEvent.clear();
    for (const engine::Event &event : events) {
        if (event.connection != 0 && endsConnection(event.code))
            endByEvent(event);
    }
}

void ApplicationLedger::suspend()
{
    m_awaitsWhole = true;
    for (auto &[id, record] : m_records) {
        record.downRate = 0;
        record.upRate = 0;
    }
}

void ApplicationLedger::passTime()
{
    settle();
    const std::int64_t now = m_clock.monotonic();
    if (now <= m_smoothedAtMs)
        return;
    smoothRates(static_cast<double>(now - m_smoothedAtMs) / 1'000.0);
    m_smoothedAtMs = now;
}

QList<engine::ConnectionId> ApplicationLedger::liveConnectionsOf(std::uint64_t application) const
{
    QList<engine::ConnectionId> ids;
    for (const auto &[id, account] : m_accounts) {
        if (account.application == application)
            ids << id;
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

// Connections
// --------------------------------------------------------------------------------------------------

void ApplicationLedger::put(const Connection &connection, bool movesRate)
{
    const auto [at, isNew] = m_accounts.try_emplace(connection.id);
    Account &account = at->second;
    ApplicationKey key = keyOf(connection, connection.isLocal);
    const bool wasCounted = account.application != 0;
    if (wasCounted && !(account.key == key))
        withdraw(account);
    account.key = std::move(key);
    countBytes(account, connection.bytesDown, connection.bytesUp, movesRate);
    const bool waits = account.key.kind == ApplicationKind::Unidentified && !wasCounted;
    if (waits && isNew)
        m_unsettled.push_back({connection.id, m_clock.monotonic()});
    if (!waits)
        assign(connection.id, account, connection.processId);
    if (ApplicationRecord *record = connection.identity ? recordOf(account) : nullptr;
        record != nullptr && record->latest <= connection.id)
        record->identity = connection.identity;
    if (ApplicationRecord *record = isNew && movesRate ? recordOf(account) : nullptr) {
        record->newDown += account.bytesDown;
        record->newUp += account.bytesUp;
    }
    if (isDecided(connection))
        decide(connection.id, account, connection.rule);
}

void ApplicationLedger::change(const engine::ConnectionChange &change)
{
    const auto at = m_accounts.find(change.id);
    if (at == m_accounts.end())
        return;
    countBytes(at->second, change.bytesDown, change.bytesUp, true);
    if (!at->second.isDecided && isDecided(change.state))
        decide(change.id, at->second, {});
}

void ApplicationLedger::end(const Connection &connection)
{
    put(connection, true);
    const auto at = m_accounts.find(connection.id);
    if (at->second.application == 0)
        assign(connection.id, at->second, connection.processId);
    close(at);
}

void ApplicationLedger::endByEvent(const engine::Event &event)
{
    const auto at = m_accounts.try_emplace(event.connection).first;
    Account &account = at->second;
    // An event does not tell whether its client is of this machine: what the connection told stays true.
    const bool isLocal = account.key.kind == ApplicationKind::Unidentified ||
                         (account.key.kind == ApplicationKind::Program && !account.key.name.isEmpty());
    ApplicationKey key = keyOf(event, isLocal);
    if (account.application != 0 && !(account.key == key))
        withdraw(account);
    account.key = std::move(key);
    countBytes(account, event.bytesDown, event.bytesUp, false);
    assign(event.connection, account, event.processId);
    const bool isClosed = event.code == engine::EventCode::ConnectionClosed;
    if (isClosed || !event.rule.isEmpty())
        decide(event.connection, account, event.rule);
    if (ApplicationRecord *record = recordOf(account)) {
        record->connections += event.repeated;
        if (event.identity && record->latest <= event.connection)
            record->identity = event.identity;
    }
    m_endedByEvent.insert(event.connection);
    close(at);
}

void ApplicationLedger::close(Accounts::iterator at)
{
    const Account &account = at->second;
    if (ApplicationRecord *record = recordOf(account)) {
        --record->live;
        record->lastSeenAt = m_clock.wall();
        if (account.isDecided && --record->liveRules[account.rule] <= 0)
            record->liveRules.remove(account.rule);
    }
    m_accounts.erase(at);
}

/// Those that are not kept ended without our hearing of it: what was counted last stands.
void ApplicationLedger::closeAllBut(const QList<Connection> &kept)
{
    std::unordered_set<engine::ConnectionId> ids;
    ids.reserve(static_cast<std::size_t>(kept.size()));
    for (const Connection &connection : kept)
        ids.insert(connection.id);
    for (auto at = m_accounts.begin(); at != m_accounts.end();) {
        const auto next = std::next(at);
        if (!ids.contains(at->first))
            close(at);
        at = next;
    }
}

void ApplicationLedger::countBytes(Account &account, std::uint64_t down, std::uint64_t up, bool movesRate)
{
    const std::uint64_t newDown = down > account.bytesDown ? down - account.bytesDown : 0;
    const std::uint64_t newUp = up > account.bytesUp ? up - account.bytesUp : 0;
    account.bytesDown += newDown;
    account.bytesUp += newUp;
    ApplicationRecord *record = newDown + newUp > 0 ? recordOf(account) : nullptr;
    if (record == nullptr)
        return;
    record->bytesDown += newDown;
    record->bytesUp += newUp;
    record->lastSeenAt = m_clock.wall();
    if (movesRate) {
        record->newDown += newDown;
        record->newUp += newUp;
    }
}

void ApplicationLedger::decide(engine::ConnectionId id, Account &account, const QString &rule)
{
    ApplicationRecord *record = recordOf(account);
    if (record != nullptr && account.isDecided && --record->liveRules[account.rule] <= 0)
        record->liveRules.remove(account.rule);
    account.rule = rule;
    account.isDecided = true;
    if (record == nullptr)
        return;
    ++record->liveRules[rule];
    if (record->latest <= id) {
        record->latest = id;
        record->rule = rule;
        record->isDecided = true;
    }
}

/// Counts the connection under its application, with what it has moved so far.
void ApplicationLedger::assign(engine::ConnectionId id, Account &account, std::int64_t processId)
{
    if (account.application == 0) {
        ApplicationRecord &record = recordFor(account.key);
        account.application = record.id;
        ++record.live;
        ++record.connections;
        record.bytesDown += account.bytesDown;
        record.bytesUp += account.bytesUp;
        record.lastSeenAt = m_clock.wall();
        if (std::exchange(account.isDecided, false))
            decide(id, account, QString(account.rule));
    }
    ApplicationRecord *record = recordOf(account);
    if (record != nullptr && processId != 0 && record->latest <= id)
        record->processId = processId;
}

/// As if it had never been counted: its application is another one than was thought.
void ApplicationLedger::withdraw(Account &account)
{
    ApplicationRecord *record = recordOf(account);
    account.application = 0;
    if (record == nullptr)
        return;
    --record->live;
    --record->connections;
    record->bytesDown -= std::min(record->bytesDown, account.bytesDown);
    record->bytesUp -= std::min(record->bytesUp, account.bytesUp);
    if (account.isDecided && --record->liveRules[account.rule] <= 0)
        record->liveRules.remove(account.rule);
    if (record->connections == 0)
        erase(record->id);
}

/// Who has had the time to be identified and was not, is not.
void ApplicationLedger::settle()
{
    const std::int64_t before = m_clock.monotonic() - kIdentificationGrace.count();
    while (!m_unsettled.empty() && m_unsettled.front().sinceMs <= before) {
        const engine::ConnectionId id = m_unsettled.front().id;
        m_unsettled.pop_front();
        const auto at = m_accounts.find(id);
        if (at != m_accounts.end() && at->second.application == 0)
            assign(id, at->second, 0);
    }
}

// Applications
// -------------------------------------------------------------------------------------------------

void ApplicationLedger::smoothRates(double seconds)
{
    const double kept = std::exp(-seconds * 1'000.0 / static_cast<double>(kRateSmoothing.count()));
    const auto smooth = [kept, seconds](double rate, std::uint64_t moved) {
        const double next = rate * kept + static_cast<double>(moved) / seconds * (1.0 - kept);
        return next < kSmallestRate ? 0.0 : next;
    };
    for (auto &[id, record] : m_records) {
        record.downRate = smooth(record.downRate, std::exchange(record.newDown, 0));
        record.upRate = smooth(record.upRate, std::exchange(record.newUp, 0));
    }
}

/// Nothing when it is not counted yet, or its application was forgotten to make room.
ApplicationRecord *ApplicationLedger::recordOf(const Account &account)
{
    const auto found = m_records.find(account.application);
    return found == m_records.end() ? nullptr : &found->second;
}

ApplicationRecord &ApplicationLedger::recordFor(const ApplicationKey &key)
{
    if (const auto known = m_byKey.constFind(key); known != m_byKey.cend())
        return m_records.at(*known);
    makeRoom();
    const std::uint64_t id = ++m_lastId;
    ApplicationRecord &record = m_records[id];
    record.id = id;
    record.key = key;
    m_byKey.insert(key, id);
    markNamesakes(key.name);
    return record;
}

void ApplicationLedger::erase(std::uint64_t application)
{
    const auto found = m_records.find(application);
    const QString name = found->second.key.name;
    m_byKey.remove(found->second.key);
    m_records.erase(found);
    markNamesakes(name);
}

/// Of programs; after one has come or gone.
void ApplicationLedger::markNamesakes(const QString &name)
{
    std::vector<ApplicationRecord *> namesakes;
    for (auto &[id, record] : m_records) {
        if (record.key.kind == ApplicationKind::Program && record.key.name == name)
            namesakes.push_back(&record);
    }
    for (ApplicationRecord *record : namesakes)
        record->sharesName = namesakes.size() > 1;
}

void ApplicationLedger::makeRoom()
{
    if (m_records.size() < kMaximumApplications)
        return;
    const auto least = std::min_element(m_records.begin(), m_records.end(), [](const auto &a, const auto &b) {
        return std::make_tuple(a.second.live > 0, a.second.lastSeenAt, a.first) <
               std::make_tuple(b.second.live > 0, b.second.lastSeenAt, b.first);
    });
    erase(least->first);
}

} // namespace ui
