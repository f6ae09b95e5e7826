// SPDX-License-Identifier: MIT
#include "ui/connectionrecord.h"

#include "ui/eventtext.h"
#include "ui/format.h"
#include "ui/programtext.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>
#include <utility>

namespace ui
{

namespace
{

using engine::Connection;
using engine::ConnectionState;

struct ConnectionText {
    Q_DECLARE_TR_FUNCTIONS(ui::ConnectionText)
};

constexpr QChar kUnknown{0x2013};

QString clientText(const Connection &connection)
{
    QString address = connection.client.toString();
    if (connection.user.isEmpty())
        return address;
    return ConnectionText::tr("%1 (%2)", "client address, login name").arg(address, connection.user);
}

QString stateCellText(const Connection &connection)
{
    if (connection.state != ConnectionState::Failed)
        return stateText(connection.state);
    if (isDeliberate(connection.error.code))
        return errorMessage(connection.error);
    const QString state = stateText(connection.state);
    return ConnectionText::tr("%1: %2", "state, reason").arg(state, errorMessage(connection.error));
}

QString timeText(const Connection &connection, std::int64_t nowMs)
{
    const std::int64_t end = connection.closedAt > 0 ? connection.closedAt : nowMs;
    return durationText(std::chrono::milliseconds(end - connection.openedAt));
}

/// With the number of those that ended alike, before a reason that may not fit.
QString countedStateText(const ConnectionRecord &record)
{
    if (record.repeated == 1)
        return stateCellText(record.connection);
    const QString count = countText(record.repeated);
    const engine::Error &error = record.connection.error;
    if (shownState(record.connection) != ConnectionState::Failed)
        return ConnectionText::tr("%1 × %2", "state, how many connections")
            .arg(stateCellText(record.connection), count);
    return ConnectionText::tr("%1 × %2: %3", "state, how many connections, reason")
        .arg(stateText(ConnectionState::Failed), count, errorMessage(error));
}

/// Rates of nothing stay blank: a column of zeros hides the rows that move.
QString rateCellText(double rate)
{
    return rate < 1.0 ? QString() : rateText(rate);
}

template <typename T> int order(const T &a, const T &b)
{
    return a < b ? -1 : (b < a ? 1 : 0);
}

/// As clientText() shows them, but by number.
int compareClients(const Connection &a, const Connection &b)
{
    const int clients = order(a.client, b.client);
    return clients != 0 ? clients : a.user.compare(b.user, Qt::CaseInsensitive);
}

/// Those that are shown as their client, because nothing is known of their program, come first.
int compareApplications(const Connection &a, const Connection &b)
{
    const int names = a.application.compare(b.application, Qt::CaseInsensitive);
    if (names != 0)
        return names;
    const int processes = order(a.processId, b.processId);
    const bool showsClients = a.application.isEmpty() && a.processId <= 0;
    return processes == 0 && showsClients ? compareClients(a, b) : processes;
}

template <ConnectionColumn column> int compare(const ConnectionRecord &ra, const ConnectionRecord &rb)
{
    const Connection &a = ra.connection;
    const Connection &b = rb.connection;
    if constexpr (column == ConnectionColumn::Application) {
        return compareApplications(a, b);
    } else if constexpr (column == ConnectionColumn::Client) {
        return compareClients(a, b);
    } else if constexpr (column == ConnectionColumn::Target) {
        const int hosts = a.targetHost.compare(b.targetHost, Qt::CaseInsensitive);
        return hosts != 0 ? hosts : order(a.targetPort, b.targetPort);
    } else if constexpr (column == ConnectionColumn::Protocol) {
        return order(a.protocol, b.protocol);
    } else if constexpr (column == ConnectionColumn::State) {
        return order(shownState(a), shownState(b));
    } else if constexpr (column == ConnectionColumn::Time) {
        // By when it opened, not by how long it lasted: rows keep their place. The latest is the shortest.
        return order(b.openedAt, a.openedAt);
    } else if constexpr (column == ConnectionColumn::Down) {
        return order(a.bytesDown, b.bytesDown);
    } else if constexpr (column == ConnectionColumn::Up) {
        return order(a.bytesUp, b.bytesUp);
    } else if constexpr (column == ConnectionColumn::DownRate) {
        return order(ra.downRate, rb.downRate);
    } else if constexpr (column == ConnectionColumn::Rule) {
        return a.rule.compare(b.rule, Qt::CaseInsensitive);
    } else if constexpr (column == ConnectionColumn::Route) {
        return a.route.compare(b.route, Qt::CaseInsensitive);
    } else {
        return order(ra.upRate, rb.upRate);
    }
}

template <ConnectionColumn column, bool descending>
bool less(const ConnectionRecord *a, const ConnectionRecord *b)
{
    const int result = descending ? compare<column>(*b, *a) : compare<column>(*a, *b);
    return result != 0 ? result < 0 : a->connection.id < b->connection.id;
}

template <bool descending, int... columns> constexpr auto lessTable(std::integer_sequence<int, columns...>)
{
    return std::array<ConnectionLess, sizeof...(columns)>{
        less<static_cast<ConnectionColumn>(columns), descending>...};
}

} // namespace

ConnectionLess connectionLess(ConnectionColumn column, bool descending)
{
    static constexpr auto ascendingTable =
        lessTable<false>(std::make_integer_sequence<int, kConnectionColumns>());
    static constexpr auto descendingTable =
        lessTable<true>(std::make_integer_sequence<int, kConnectionColumns>());
    const auto at = static_cast<std::size_t>(column);
    return descending ? descendingTable.at(at) : ascendingTable.at(at);
}

QString whoAsks(const Connection &connection)
{
    return connection.application.isEmpty() ? connection.client.address.toString() + u'\n' + connection.user
                                            : connection.application;
}

ConnectionState shownState(const Connection &connection)
{
    const bool closed = connection.state == ConnectionState::Failed && isDeliberate(connection.error.code);
    return closed ? ConnectionState::Closed : connection.state;
}

QString cellText(const ConnectionRecord &record, ConnectionColumn column, std::int64_t nowMs)
{
    const Connection &connection = record.connection;
    switch (column) {
    case ConnectionColumn::Application: {
        const QString text = applicationText(connection.application, connection.processId);
        return text.isEmpty() ? clientText(connection) : text;
    }
    case ConnectionColumn::Client:
        return clientText(connection);
    case ConnectionColumn::Target:
        return connection.target().isEmpty() ? QString(kUnknown) : connection.target();
    case ConnectionColumn::Protocol:
        return protocolText(connection.protocol);
    case ConnectionColumn::State:
        return countedStateText(record);
    case ConnectionColumn::Time:
        return timeText(connection, nowMs);
    case ConnectionColumn::Down:
        return bytesText(connection.bytesDown);
    case ConnectionColumn::Up:
        return bytesText(connection.bytesUp);
    case ConnectionColumn::DownRate:
        return rateCellText(record.downRate);
    case ConnectionColumn::UpRate:
        return rateCellText(record.upRate);
    case ConnectionColumn::Rule:
        return connection.rule;
    case ConnectionColumn::Route:
        return engine::shownWay(connection.route, connection.servers);
    }
    return {};
}

QString rowText(const ConnectionRecord &record, std::int64_t nowMs)
{
    QStringList cells;
    for (int column = 0; column < kConnectionColumns; ++column)
        cells << cellText(record, static_cast<ConnectionColumn>(column), nowMs);
    return cells.join(u'\t');
}

QString toolTipText(const ConnectionRecord &record)
{
    const Connection &connection = record.connection;
    const auto when = [](std::int64_t at) {
        return QLocale().toString(QDateTime::fromMSecsSinceEpoch(at).time(), QLocale::LongFormat);
    };
    QStringList lines;
    if (record.repeated > 1 && connection.isLive())
        lines << ConnectionText::tr("%n connection(s) wait alike. This is the newest of them.", nullptr,
                                    static_cast<int>(record.repeated));
    else if (record.repeated > 1)
        lines << ConnectionText::tr("%n connection(s) ended alike. This is the last of them.", nullptr,
                                    static_cast<int>(record.repeated));
    if (const QString text = applicationText(connection.application, connection.processId); !text.isEmpty())
        lines << ConnectionText::tr("Application: %1").arg(text);
    if (connection.identity)
        lines << identityLines(*connection.identity);
    if (shownState(connection) == ConnectionState::Failed)
        lines << ConnectionText::tr("Failed: %1").arg(errorMessage(connection.error));
    else if (connection.error.isError())
        lines << ConnectionText::tr("Ended: %1").arg(errorMessage(connection.error));
    if (!connection.target().isEmpty())
        lines << ConnectionText::tr("Target: %1").arg(connection.target());
    if (!connection.dialed.isNull())
        lines << ConnectionText::tr("Connected to: %1").arg(connection.dialed.toString());
    lines << ConnectionText::tr("Client: %1").arg(connection.client.toString());
    if (!connection.user.isEmpty())
        lines << ConnectionText::tr("Logged in as: %1").arg(connection.user);
    if (!connection.rule.isEmpty())
        lines << ConnectionText::tr("Rule: %1").arg(connection.rule);
    if (!connection.route.isEmpty())
        lines << ConnectionText::tr("By way of: %1", "server or route")
                     .arg(engine::shownWay(connection.route, connection.servers));
    if (!connection.listener.isEmpty())
        lines << ConnectionText::tr("Listener: %1").arg(connection.listener);
    lines << ConnectionText::tr("Opened at: %1").arg(when(connection.openedAt));
    if (connection.closedAt > 0)
        lines << ConnectionText::tr("Ended at: %1").arg(when(connection.closedAt));
    return lines.join(u'\n');
}

bool matchesWords(const Connection &connection, const QStringList &words)
{
    if (words.isEmpty())
        return true;
    const std::array fields{applicationText(connection.application, connection.processId),
                            clientText(connection),
                            connection.target(),
                            stateCellText(connection),
                            connection.rule,
                            engine::shownWay(connection.route, connection.servers)};
    return std::all_of(words.begin(), words.end(), [&fields](const QString &word) {
        return std::any_of(fields.begin(), fields.end(), [&word](const QString &field) {
            return field.contains(word, Qt::CaseInsensitive);
        });
    });
}

} // namespace ui
