// SPDX-License-Identifier: MIT
#include "ui/connectionmodel.h"

#include "ui/eventtext.h"
#include "ui/filterwords.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

namespace ui
{

namespace
{

/// Below a byte per second a fading rate is nothing.
constexpr double kSmallestRate = 1.0;

double keptShare(double seconds)
{
    return std::exp(-seconds * 1'000.0 / static_cast<double>(kRateSmoothing.count()));
}

} // namespace

ConnectionModel::ConnectionModel(QObject *parent)
    : ConnectionModel(systemClock(), parent)
{
}

ConnectionModel::ConnectionModel(Clock clock, QObject *parent)
    : QAbstractTableModel(parent)
    , m_clock(std::move(clock))
    , m_fadedAtMs(m_clock.monotonic())
{
}

ConnectionModel::~ConnectionModel() = default;

int ConnectionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int ConnectionModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kConnectionColumns;
}

QVariant ConnectionModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ConnectionRecord &record = recordAt(index.row());
    const auto column = static_cast<ConnectionColumn>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return cellText(record, column, m_clock.wall());
    case Qt::ToolTipRole:
        return toolTipText(record);
    case Qt::TextAlignmentRole:
        if (isNumeric(column))
            return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    case StateRole:
        return static_cast<int>(shownState(record.connection));
    case ProgramRole:
        return record.connection.application;
    case PathRole:
        return record.connection.identity ? record.connection.identity->program.path : QString();
    default:
        return {};
    }
}

QVariant ConnectionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kConnectionColumns)
        return {};
    const auto column = static_cast<ConnectionColumn>(section);
    if (role == Qt::TextAlignmentRole && isNumeric(column))
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && column == ConnectionColumn::Application)
        return tr("The program that connects, or the client's address where none is known");
    if (role == Qt::ToolTipRole && column == ConnectionColumn::Time)
        return tr("How long the connection is or was open. Sorts by when it was opened.");
    if (role == Qt::ToolTipRole && column == ConnectionColumn::Rule)
        return tr("The rule that decided what is done with the connection; blank: the default action");
    if (role == Qt::ToolTipRole && column == ConnectionColumn::Route)
        return tr("The server or route the connection goes by; blank: directly");
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case ConnectionColumn::Application:
        return tr("Application", "column");
    case ConnectionColumn::Client:
        return tr("Client", "column");
    case ConnectionColumn::Target:
        return tr("Target", "column");
    case ConnectionColumn::Protocol:
        return tr("Protocol", "column");
    case ConnectionColumn::State:
        return tr("State", "column");
    case ConnectionColumn::Time:
        return tr("Time", "column");
    case ConnectionColumn::Down:
        return tr("Down", "column: bytes received");
    case ConnectionColumn::Up:
        return tr("Up", "column: bytes sent");
    case ConnectionColumn::DownRate:
        return tr("Down/s", "column: bytes received per second");
    case ConnectionColumn::UpRate:
        return tr("Up/s", "column: bytes sent per second");
    case ConnectionColumn::Rule:
        return tr("Rule", "column");
    case ConnectionColumn::Route:
        return tr("Route", "column");
    }
    return {};
}

void ConnectionModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= kConnectionColumns)
        return;
    m_sortColumn = static_cast<ConnectionColumn>(column);
    m_descending = order == Qt::DescendingOrder;
    m_resort = true;
    publish();
}

void ConnectionModel::applyDelta(const engine::Delta &delta)
{
    const double seconds =
        static_cast<double>(std::max<std::int64_t>(delta.elapsedMs - m_elapsedMs, 1)) / 1'000.0;
    m_elapsedMs = delta.elapsedMs;
    ++m_update;
    if (delta.whole)
        dropAllBut(delta.added);
    for (const engine::Connection &connection : delta.added)
        put(connection, seconds, !delta.whole);
    for (const engine::ConnectionChange &changed : delta.changed)
        change(changed, seconds);
    for (const engine::Connection &connection : delta.removed)
        end(connection);
    refresh();
}

void ConnectionModel::refresh()
{
    const std::int64_t now = m_clock.monotonic();
    fadeRates(static_cast<double>(std::max<std::int64_t>(now - m_fadedAtMs, 0)) / 1'000.0);
    m_fadedAtMs = now;
    expire();
    publish();
}

void ConnectionModel::setFilter(const QString &text)
{
    if (text == m_filter)
        return;
    m_filter = text;
    m_words = filterWords(text);
    for (auto &[id, record] : m_records)
        rematch(record);
    publish();
}

const ConnectionRecord &ConnectionModel::recordAt(int row) const
{
    return *m_order.at(static_cast<std::size_t>(row));
}

bool ConnectionModel::sharesProgramName(const engine::Connection &connection) const
{
    if (!connection.identity || connection.identity->program.path.isEmpty())
        return false;
    const engine::Program &program = connection.identity->program;
    return std::any_of(m_records.begin(), m_records.end(), [&program](const auto &known) {
        const auto &other = known.second.connection.identity;
        return other && other->program.name == program.name && !other->program.path.isEmpty() &&
               other->program.path != program.path;
    });
}

QList<engine::ConnectionId> ConnectionModel::connectionsAt(int row) const
{
    const ConnectionRecord &record = recordAt(row);
    QList<engine::ConnectionId> ids;
    if (!record.attempts)
        return {record.connection.id};
    ids.reserve(static_cast<qsizetype>(record.attempts->members.size()));
    for (const auto &[id, member] : record.attempts->members)
        ids << id;
    return ids;
}

int ConnectionModel::rowOf(engine::ConnectionId id) const
{
    const auto found = m_records.find(id);
    return found == m_records.end() ? -1 : found->second.row;
}

QString ConnectionModel::rowTextOf(const ConnectionRecord &record) const
{
    return rowText(record, m_clock.wall());
}

// What the engine says
// -----------------------------------------------------------------------------------------

ConnectionRecord &ConnectionModel::recordFor(engine::ConnectionId id)
{
    const auto [at, isNew] = m_records.try_emplace(id);
    ConnectionRecord &record = at->second;
    if (isNew || record.gone || record.endedAtMs != 0) {
        m_ended.remove(record);
        record.gone = false;
        record.endedAtMs = 0;
        record.repeated = 1;
        ++m_live;
    }
    return record;
}

void ConnectionModel::put(const engine::Connection &connection, double seconds, bool rateKnown)
{
    ConnectionRecord &record = recordFor(connection.id);
    const bool known = record.connection.id != 0;
    if (known || rateKnown)
        setRates(record, connection.bytesDown, connection.bytesUp, seconds);
    if (record.connection.application != connection.application)
        m_applications.note(connection.application);
    record.connection = connection;
    regroup(record);
    place(record);
}

void ConnectionModel::change(const engine::ConnectionChange &change, double seconds)
{
    const auto found = m_records.find(change.id);
    if (found == m_records.end() || found->second.endedAtMs != 0 || found->second.gone)
        return;
    ConnectionRecord &record = found->second;
    setRates(record, change.bytesDown, change.bytesUp, seconds);
    record.connection.bytesDown = change.bytesDown;
    record.connection.bytesUp = change.bytesUp;
    if (record.connection.state != change.state) {
        record.connection.state = change.state;
        regroup(record);
        place(record);
    }
}

void ConnectionModel::end(const engine::Connection &connection)
{
    const auto known = m_records.find(connection.id);
    if (known != m_records.end() && known->second.endedAtMs != 0)
        return;
    if (known != m_records.end())
        leaveAttempts(known->second);
    const std::int64_t now = std::max<std::int64_t>(m_clock.monotonic(), 1);
    if (ConnectionRecord *row = m_ended.join(connection, now)) {
        repeat(*row, connection);
        return;
    }
    ConnectionRecord &record = recordFor(connection.id);
    --m_live;
    record.connection = connection;
    record.downRate = 0;
    record.upRate = 0;
    record.endedAtMs = now;
    m_ended.add(record, now);
    place(record);
}

/// The row stays where a person has selected it, and goes by the last one's id from now on.
void ConnectionModel::repeat(ConnectionRecord &record, const engine::Connection &connection)
{
    auto row = m_records.extract(record.connection.id);
    auto own = m_records.extract(connection.id);
    if (!own.empty()) {
        drop(own.mapped());
        own.key() = row.key();
        own.mapped().connection.id = row.key();
        m_gone.push_back(own.key());
        m_records.insert(std::move(own));
    }
    row.key() = connection.id;
    const std::uint64_t bytesDown = record.connection.bytesDown;
    const std::uint64_t bytesUp = record.connection.bytesUp;
    record.connection = connection;
    record.connection.bytesDown += bytesDown;
    record.connection.bytesUp += bytesUp;
    ++record.repeated;
    m_records.insert(std::move(row));
    place(record);
}

void ConnectionModel::setRates(ConnectionRecord &record, std::uint64_t down, std::uint64_t up, double seconds)
{
    const auto rate = [seconds](std::uint64_t now, std::uint64_t before) {
        return now > before ? static_cast<double>(now - before) / seconds : 0.0;
    };
    const double kept = keptShare(seconds);
    record.downRate = record.downRate * kept + rate(down, record.connection.bytesDown) * (1.0 - kept);
    record.upRate = record.upRate * kept + rate(up, record.connection.bytesUp) * (1.0 - kept);
    record.touched = m_update;
}

void ConnectionModel::fadeRates(double seconds)
{
    const double kept = keptShare(seconds);
    const auto fade = [kept](double rate) {
        return rate * kept < kSmallestRate ? 0.0 : rate * kept;
    };
    for (auto &[id, record] : m_records) {
        if (record.touched == m_update || (record.downRate == 0 && record.upRate == 0))
            continue;
        record.downRate = fade(record.downRate);
        record.upRate = fade(record.upRate);
    }
    ++m_update; // the next fade without a delta touches everything
}

void ConnectionModel::dropAllBut(const QList<engine::Connection> &kept)
{
    std::unordered_set<engine::ConnectionId> ids;
    ids.reserve(static_cast<std::size_t>(kept.size()));
    for (const engine::Connection &connection : kept)
        ids.insert(connection.id);
    for (auto &[id, record] : m_records) {
        if (!ids.contains(id))
            drop(record);
    }
    m_ended.clear();
}

void ConnectionModel::drop(ConnectionRecord &record)
{
    if (record.gone)
        return;
    leaveAttempts(record);
    record.gone = true;
    m_gone.push_back(record.connection.id);
    if (record.endedAtMs == 0)
        --m_live;
}

void ConnectionModel::expire()
{
    const std::int64_t now = m_clock.monotonic();
    while (ConnectionRecord *record = m_ended.takeExpired(now))
        drop(*record);
}

/// After anything changed that decides what a connection waits for.
void ConnectionModel::regroup(ConnectionRecord &record)
{
    if (!Attempts::isAttempt(record)) {
        leaveAttempts(record);
        return;
    }
    AttemptGroup &group = m_attempts.groupOf(record.connection);
    if (record.attempts == &group)
        return;
    leaveAttempts(record);
    joinAttempts(record, group);
}

/// The row that is shown stays where a person has selected it and stands for the newest from now on.
void ConnectionModel::joinAttempts(ConnectionRecord &record, AttemptGroup &group)
{
    ConnectionRecord *before = group.members.empty() ? nullptr : group.newest();
    group.members.emplace(record.connection.id, &record);
    record.attempts = &group;
    ConnectionRecord *newest = group.newest();
    if (before && newest == &record) {
        exchangeRows(*before, record);
        before->behind = true;
        before->repeated = 1;
        place(*before);
    }
    record.behind = newest != &record;
    newest->repeated = static_cast<std::uint32_t>(group.members.size());
}

/// It goes its own way, and the row stays with those that still wait.
void ConnectionModel::leaveAttempts(ConnectionRecord &record)
{
    if (!record.attempts)
        return;
    AttemptGroup *group = record.attempts->members.size() > 1 ? record.attempts : nullptr;
    m_attempts.remove(record);
    record.repeated = 1;
    if (group) {
        ConnectionRecord *newest = group->newest();
        newest->repeated = static_cast<std::uint32_t>(group->members.size());
        if (!record.behind) {
            newest->behind = false;
            exchangeRows(record, *newest);
            place(*newest);
        }
    }
    record.behind = false;
}

/// Between two updates, so the view sees the same row with another record.
void ConnectionModel::exchangeRows(ConnectionRecord &shown, ConnectionRecord &other)
{
    if (shown.row < 0)
        return;
    std::swap(shown.row, other.row);
    m_order[static_cast<std::size_t>(other.row)] = &other;
    if (shown.row >= 0)
        m_order[static_cast<std::size_t>(shown.row)] = &shown;
}

void ConnectionModel::rematch(ConnectionRecord &record)
{
    record.matches = !record.behind && matchesWords(record.connection, m_words);
    if (record.matches && record.row < 0 && !record.pending) {
        record.pending = true;
        m_entering.push_back(&record);
    }
}

void ConnectionModel::place(ConnectionRecord &record)
{
    record.moved = true;
    rematch(record);
}

} // namespace ui
