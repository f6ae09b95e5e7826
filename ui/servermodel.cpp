// SPDX-License-Identifier: MIT
#include "ui/servermodel.h"

#include <QDateTime>
#include <QFont>
#include <QLocale>
#include <QMimeData>

#include <algorithm>

namespace ui
{

namespace
{

using engine::RouteKind;
using engine::RouteProfile;
using engine::ServerProfile;

constexpr quintptr kSectionId = 0;

QString mimeType()
{
    return QStringLiteral("application/x-hosier-servers");
}

ServerModel::Section sectionOf(const QModelIndex &index)
{
    return static_cast<ServerModel::Section>(index.internalId() - 1);
}

template <typename List> qsizetype rowIn(const List &list, const QString &id)
{
    for (qsizetype row = 0; row < list.size(); ++row) {
        if (list.at(row).id == id)
            return row;
    }
    return -1;
}

bool isRightAligned(ServerColumn column)
{
    return column >= ServerColumn::Tcp;
}

} // namespace

QModelIndex ServerModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    if (!parent.isValid())
        return createIndex(row, column, kSectionId);
    return createIndex(row, column, static_cast<quintptr>(parent.row()) + 1);
}

QModelIndex ServerModel::parent(const QModelIndex &index) const
{
    if (!index.isValid() || isSection(index))
        return {};
    return createIndex(static_cast<int>(sectionOf(index)), 0, kSectionId);
}

int ServerModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return 2;
    if (!isSection(parent) || parent.column() != 0)
        return 0;
    const qsizetype rows =
        parent.row() == static_cast<int>(Section::Servers) ? m_servers.size() : m_routes.size();
    return static_cast<int>(rows);
}

int ServerModel::columnCount(const QModelIndex &) const
{
    return kServerColumns;
}

QVariant ServerModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const auto column = static_cast<ServerColumn>(index.column());
    if (isSection(index))
        return sectionData(static_cast<Section>(index.row()), index.column(), role);
    if (role == Qt::TextAlignmentRole && isRightAligned(column))
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    const qsizetype row = index.row();
    const bool route = isRoute(index);
    if (role == IdRole)
        return route ? m_routes.at(row).id : m_servers.at(row).id;
    if (role == StateRole)
        return static_cast<int>(route ? routeState(m_routes.at(row)).state : stateOf(m_servers.at(row).id));
    if (role == Qt::DisplayRole)
        return route ? routeText(m_routes.at(row), column) : serverText(m_servers.at(row), column);
    if (role == Qt::ToolTipRole)
        return route ? routeText(m_routes.at(row), column) : serverToolTip(m_servers.at(row), column);
    return {};
}

QVariant ServerModel::sectionData(Section section, int column, int role) const
{
    if (column != 0)
        return {};
    if (role == Qt::DisplayRole)
        return sectionText(section);
    if (role == Qt::FontRole) {
        QFont font;
        font.setBold(true);
        return font;
    }
    return {};
}

QVariant ServerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const auto column = static_cast<ServerColumn>(section);
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && isRightAligned(column))
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    if (role == Qt::ToolTipRole && column == ServerColumn::Tcp)
        return tr("Milliseconds until a target answered through the server");
    if (role == Qt::ToolTipRole && column == ServerColumn::Udp)
        return tr("Milliseconds until a datagram was answered through the server");
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case ServerColumn::Name:
        return tr("Name", "column");
    case ServerColumn::Protocol:
        return tr("Protocol", "column");
    case ServerColumn::Address:
        return tr("Address", "column");
    case ServerColumn::Health:
        return tr("Health", "column");
    case ServerColumn::Tcp:
        return tr("TCP (ms)", "column");
    case ServerColumn::Udp:
        return tr("UDP (ms)", "column");
    case ServerColumn::LastCheck:
        return tr("Last check", "column");
    }
    return {};
}

Qt::ItemFlags ServerModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    if (isSection(index))
        return isRoutesHeading(index) ? Qt::ItemIsEnabled | Qt::ItemIsDropEnabled : Qt::ItemIsEnabled;
    const Qt::ItemFlags flags =
        Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren;
    return isRoute(index) ? flags | Qt::ItemIsDropEnabled : flags;
}

QStringList ServerModel::mimeTypes() const
{
    return {mimeType()};
}

QMimeData *ServerModel::mimeData(const QModelIndexList &indexes) const
{
    QStringList ids;
    for (const QModelIndex &index : indexes) {
        if (index.column() == 0 && !isSection(index))
            ids << index.data(IdRole).toString();
    }
    if (ids.isEmpty())
        return nullptr;
    auto *data = new QMimeData;
    data->setData(mimeType(), ids.join(u'\n').toUtf8());
    return data;
}

bool ServerModel::canDropMimeData(const QMimeData *data, Qt::DropAction, int row, int,
                                  const QModelIndex &parent) const
{
    const bool isOnHeading = isRoutesHeading(parent) && row < 0; // not between two routes
    return data->hasFormat(mimeType()) && (isRoute(parent) || isOnHeading);
}

bool ServerModel::dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                               const QModelIndex &parent)
{
    if (!canDropMimeData(data, action, row, column, parent))
        return false;
    const QStringList ids = QString::fromUtf8(data->data(mimeType())).split(u'\n');
    if (isRoute(parent))
        Q_EMIT membersDropped(parent.siblingAtColumn(0).data(IdRole).toString(), ids);
    else
        Q_EMIT routeWanted(ids);
    return true;
}

void ServerModel::forgetStale(const QList<ServerProfile> &wanted)
{
    for (const ServerProfile &server : std::as_const(m_servers)) {
        ServerProfile before = server;
        const qsizetype row = rowIn(wanted, server.id);
        if (row >= 0)
            before.name = wanted.at(row).name;
        if (row < 0 || wanted.at(row) != before)
            m_known.remove(server.id);
        else if (wanted.at(row) != server) // another one to the engine, which begins anew with it
            forgetHealth(server.id);
    }
}

/// What a check has shown stays.
void ServerModel::forgetHealth(const QString &serverId)
{
    const auto known = m_known.find(serverId);
    if (known == m_known.end())
        return;
    known->health = {};
    if (known->state != ServerState::Checking)
        known->state = known->check ? stateAfter(*known->check) : ServerState::Unknown;
    known->error = known->check ? known->check->error : engine::Error();
}

void ServerModel::setChecking(const QString &serverId)
{
    if (rowIn(m_servers, serverId) < 0)
        return;
    m_known[serverId].state = ServerState::Checking;
    publishKnowledge(serverId);
}

void ServerModel::setCheck(const engine::ServerCheck &check)
{
    if (rowIn(m_servers, check.serverId) < 0)
        return;
    ServerKnowledge &known = m_known[check.serverId];
    known.state = stateAfter(check);
    known.error = check.error;
    known.check = check;
    publishKnowledge(check.serverId);
}

/// Real use says nothing of UDP, so a server that works again is no better than its last check.
void ServerModel::setHealth(const engine::ServerHealth &health)
{
    if (rowIn(m_servers, health.serverId) < 0)
        return;
    ServerKnowledge &known = m_known[health.serverId];
    const bool udpFailed = known.check && !known.check->error.isError() && known.check->udpError.isError();
    known.state = health.isDown ? ServerState::Down : udpFailed ? ServerState::Limited : ServerState::Works;
    known.error = health.lastError;
    known.health = health;
    publishKnowledge(health.serverId);
}

QStringList ServerModel::deadServers() const
{
    QStringList dead;
    for (auto known = m_known.cbegin(); known != m_known.cend(); ++known) {
        if (known->health.isDown)
            dead.append(known.key());
    }
    return dead;
}

/// The server's row, and all routes: any may lead through it.
void ServerModel::publishKnowledge(const QString &serverId)
{
    if (m_order.followsKnowledge())
        arrange();
    const QModelIndex changed = indexOf(serverId);
    Q_EMIT dataChanged(changed, changed.siblingAtColumn(kServerColumns - 1));
    if (const int routes = static_cast<int>(m_routes.size()); routes > 0) {
        const QModelIndex parent = sectionIndex(Section::Routes);
        Q_EMIT dataChanged(index(0, 0, parent), index(routes - 1, kServerColumns - 1, parent));
    }
}

QModelIndex ServerModel::sectionIndex(Section section) const
{
    return createIndex(static_cast<int>(section), 0, kSectionId);
}

QModelIndex ServerModel::indexOf(const QString &id) const
{
    if (const qsizetype row = rowIn(m_servers, id); row >= 0)
        return index(static_cast<int>(row), 0, sectionIndex(Section::Servers));
    if (const qsizetype row = rowIn(m_routes, id); row >= 0)
        return index(static_cast<int>(row), 0, sectionIndex(Section::Routes));
    return {};
}

bool ServerModel::isSection(const QModelIndex &index)
{
    return index.isValid() && index.internalId() == kSectionId;
}

bool ServerModel::isRoutesHeading(const QModelIndex &index)
{
    return isSection(index) && index.row() == static_cast<int>(Section::Routes);
}

bool ServerModel::isRoute(const QModelIndex &index)
{
    return index.isValid() && !isSection(index) && sectionOf(index) == Section::Routes;
}

ServerState ServerModel::stateOf(const QString &id) const
{
    if (const auto known = m_known.constFind(id); known != m_known.cend())
        return known->state;
    const qsizetype row = rowIn(m_routes, id);
    return row >= 0 ? routeState(m_routes.at(row)).state : ServerState::Unknown;
}

ServerState ServerModel::stateAfter(const engine::ServerCheck &check) const
{
    if (check.error.isError())
        return ServerState::Down;
    const qsizetype row = rowIn(m_servers, check.serverId);
    const bool hasUdp = row >= 0 && m_servers.at(row).protocol == engine::ServerProtocol::Socks5;
    return hasUdp && check.udpError.isError() ? ServerState::Limited : ServerState::Works;
}

/// A valid profile has no route that leads back to itself, so this ends.
ServerModel::RouteState ServerModel::routeState(const RouteProfile &route) const
{
    RouteState result;
    result.members = route.members.size();
    ServerState worst = ServerState::Works;
    for (const QString &member : route.members) {
        const ServerState state = stateOf(member);
        if (state == ServerState::Down)
            result.down << member;
        else if (state == ServerState::Unknown || state == ServerState::Checking)
            worst = std::min(worst, state);
        else if (state == ServerState::Limited)
            result.limited << member;
    }
    const bool isDown =
        route.kind == RouteKind::Chain ? !result.down.isEmpty() : result.down.size() == result.members;
    if (isDown)
        result.state = ServerState::Down;
    else
        result.state = result.down.isEmpty() && result.limited.isEmpty() ? worst : ServerState::Limited;
    return result;
}

QString ServerModel::shownName(const QString &id) const
{
    if (const qsizetype row = rowIn(m_servers, id); row >= 0)
        return m_servers.at(row).shownName();
    const qsizetype row = rowIn(m_routes, id);
    return row >= 0 ? m_routes.at(row).shownName() : id;
}

QStringList ServerModel::shownNames(const QStringList &ids) const
{
    QStringList names;
    for (const QString &id : ids)
        names << shownName(id);
    return names;
}

void ServerModel::setHiddenCount(Section section, int count)
{
    int &hidden = m_hiddenCounts.at(static_cast<std::size_t>(section));
    if (count == hidden)
        return;
    hidden = count;
    const QModelIndex heading = sectionIndex(section);
    Q_EMIT dataChanged(heading, heading, {Qt::DisplayRole});
}

QString ServerModel::sectionText(Section section) const
{
    if (const int hidden = m_hiddenCounts.at(static_cast<std::size_t>(section)); hidden > 0) {
        const int all = rowCount(sectionIndex(section));
        return (section == Section::Servers ? tr("Servers (%1 of %2)", "shown, all")
                                            : tr("Routes (%1 of %2)", "shown, all"))
            .arg(all - hidden)
            .arg(all);
    }
    if (section == Section::Servers)
        return m_servers.isEmpty() ? tr("Servers (none yet)")
                                   : tr("Servers (%n)", nullptr, static_cast<int>(m_servers.size()));
    return m_routes.isEmpty() ? tr("Routes (none yet): chains and groups of servers")
                              : tr("Routes (%n)", nullptr, static_cast<int>(m_routes.size()));
}

QString ServerModel::serverText(const ServerProfile &server, ServerColumn column) const
{
    const ServerKnowledge known = m_known.value(server.id);
    switch (column) {
    case ServerColumn::Name:
        return server.shownName();
    case ServerColumn::Protocol:
        return shownProtocolText(server);
    case ServerColumn::Address:
        return serverAddressText(server);
    case ServerColumn::Health:
        return healthText(known);
    case ServerColumn::Tcp:
        return tcpText(known);
    case ServerColumn::Udp:
        return udpText(server, known);
    case ServerColumn::LastCheck:
        return lastCheckText(known);
    }
    return {};
}

QString ServerModel::serverToolTip(const ServerProfile &server, ServerColumn column) const
{
    const ServerKnowledge known = m_known.value(server.id);
    if (column == ServerColumn::Name)
        return tr("Id: %1").arg(server.id);
    if (column == ServerColumn::Protocol)
        return protocolExplanation(server);
    if (column == ServerColumn::Udp && server.protocol != engine::ServerProtocol::Socks5)
        return noUdpText(server);
    if ((!known.check && !known.health.isDown) || column < ServerColumn::Health)
        return serverText(server, column);
    return knowledgeLines(server, known, QDateTime::currentMSecsSinceEpoch()).join(u'\n');
}

QString ServerModel::routeText(const RouteProfile &route, ServerColumn column) const
{
    switch (column) {
    case ServerColumn::Name:
        return route.shownName();
    case ServerColumn::Protocol:
        return routeKindText(route.kind);
    case ServerColumn::Address:
        return membersText(route);
    case ServerColumn::Health:
        return routeHealthText(route);
    case ServerColumn::Tcp:
    case ServerColumn::Udp:
    case ServerColumn::LastCheck:
        break;
    }
    return {};
}

QString ServerModel::routeHealthText(const RouteProfile &route) const
{
    const RouteState state = routeState(route);
    if (state.down.isEmpty() && state.state != ServerState::Limited)
        return healthText({state.state, {}, {}, {}});
    if (state.down.isEmpty())
        return tr("Works in part: %1", "names").arg(QLocale().createSeparatedList(shownNames(state.limited)));
    if (state.state == ServerState::Down && route.kind == RouteKind::Chain)
        return tr("Down: %1", "reason").arg(QLocale().createSeparatedList(shownNames(state.down)));
    if (state.state == ServerState::Down)
        return tr("Down: no member works");
    return tr("%1 of %2 members down: %3", "number, number, names")
        .arg(state.down.size())
        .arg(state.members)
        .arg(QLocale().createSeparatedList(shownNames(state.down)));
}

QString ServerModel::membersText(const RouteProfile &route) const
{
    const QStringList names = shownNames(route.members);
    return route.kind == RouteKind::Chain ? names.join(QStringLiteral(" \u2192 "))
                                          : names.join(QStringLiteral(", "));
}

} // namespace ui
