// SPDX-License-Identifier: MIT
// Which rows the model has, and in what order.
#include "ui/servermodel.h"

#include <QSet>

#include <algorithm>

namespace ui
{

using engine::RouteProfile;
using engine::ServerProfile;

void ServerModel::setProfile(const engine::Profile &profile)
{
    forgetStale(profile.servers);
    updateRows(Section::Servers, m_servers, profile.servers);
    updateRows(Section::Routes, m_routes, profile.routes);
    arrange();
    for (const Section section : {Section::Servers, Section::Routes}) {
        const QModelIndex parent = sectionIndex(section);
        Q_EMIT dataChanged(parent, parent);
        if (const int rows = rowCount(parent); rows > 0)
            Q_EMIT dataChanged(index(0, 0, parent), index(rows - 1, kServerColumns - 1, parent));
    }
}

/// New rows stand where the profile has them until they are arranged.
template <typename Entry>
void ServerModel::updateRows(Section section, QList<Entry> &current, const QList<Entry> &wanted)
{
    const QModelIndex parent = sectionIndex(section);
    QHash<QString, qsizetype> &places = m_places.at(static_cast<std::size_t>(section));
    places.clear();
    for (qsizetype place = 0; place < wanted.size(); ++place)
        places.insert(wanted.at(place).id, place);
    QSet<QString> kept;
    for (int row = static_cast<int>(current.size()) - 1; row >= 0; --row) {
        if (const QString id = current.at(row).id; places.contains(id)) {
            kept.insert(id);
            continue;
        }
        beginRemoveRows(parent, row, row);
        current.removeAt(row);
        endRemoveRows();
    }
    for (qsizetype place = 0; place < wanted.size(); ++place) {
        if (kept.contains(wanted.at(place).id))
            continue;
        const int row = static_cast<int>(std::min(place, current.size()));
        beginInsertRows(parent, row, row);
        current.insert(row, wanted.at(place));
        endInsertRows();
    }
    for (Entry &entry : current)
        entry = wanted.at(places.value(entry.id));
}

void ServerModel::sort(int column, Qt::SortOrder order)
{
    m_order = ServerOrder(column, order);
    arrange();
}

void ServerModel::arrange()
{
    arrangeRows(Section::Servers, m_servers);
    arrangeRows(Section::Routes, m_routes);
}

template <typename Entry> void ServerModel::arrangeRows(Section section, QList<Entry> &entries)
{
    const QHash<QString, qsizetype> &places = m_places.at(static_cast<std::size_t>(section));
    QList<ServerSortKey> keys;
    for (const Entry &entry : std::as_const(entries)) {
        keys << sortKey(entry);
        keys.last().place = places.value(entry.id);
    }
    if (const QList<qsizetype> sorted = m_order.sorted(keys); !std::is_sorted(sorted.begin(), sorted.end()))
        moveRows(section, entries, sorted);
}

/// `sorted`: the rows that they have now, in their new order.
template <typename Entry>
void ServerModel::moveRows(Section section, QList<Entry> &entries, const QList<qsizetype> &sorted)
{
    const QModelIndex parent = sectionIndex(section);
    Q_EMIT layoutAboutToBeChanged({parent}, VerticalSortHint);
    QList<Entry> moved;
    QList<int> newRows(sorted.size());
    for (const qsizetype row : sorted) {
        newRows[row] = static_cast<int>(moved.size());
        moved << entries.at(row);
    }
    entries = moved;
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after = before;
    for (QModelIndex &index : after) {
        if (index.parent() == parent)
            index = this->index(newRows.at(index.row()), index.column(), parent);
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({parent}, VerticalSortHint);
}

ServerSortKey ServerModel::sortKey(const ServerProfile &server) const
{
    return m_order.column() ? serverSortKey(server, m_known.value(server.id), *m_order.column())
                            : ServerSortKey();
}

/// Equal ones where routes have nothing.
ServerSortKey ServerModel::sortKey(const RouteProfile &route) const
{
    if (m_order.column() == ServerColumn::Health)
        return healthSortKey(routeState(route).state);
    return m_order.column() ? ServerSortKey{routeText(route, *m_order.column())} : ServerSortKey();
}

} // namespace ui
