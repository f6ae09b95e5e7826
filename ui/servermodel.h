// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/serverorder.h"
#include "ui/servertext.h"

#include <QAbstractItemModel>
#include <QHash>

#include <array>
#include <cstdint>

namespace ui
{

/// The profile's servers and routes as a tree of two sections, with what is known of their health. Dragging
/// rows onto a route asks for them to become its members. Each section is in the profile's order until it is
/// sorted; routes stay in it where a column says nothing of them.
class ServerModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole, ///< of a server or route; empty for a section
        StateRole,             ///< ServerState as int
    };
    enum class Section : std::uint8_t { Servers, Routes };

    using QAbstractItemModel::QAbstractItemModel;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &index) const override;
    using QObject::parent;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    [[nodiscard]] Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData *mimeData(const QModelIndexList &indexes) const override;
    bool canDropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                         const QModelIndex &parent) const override;
    bool dropMimeData(const QMimeData *data, Qt::DropAction action, int row, int column,
                      const QModelIndex &parent) override;
    /// By a ServerColumn; -1: as in the profile. What is learnt later moves rows, too.
    void sort(int column, Qt::SortOrder order) override;

    /// Rows that stay keep their indexes. What was known of a server that has changed is forgotten.
    void setProfile(const engine::Profile &profile);
    void setChecking(const QString &serverId);
    void setCheck(const engine::ServerCheck &check);
    void setHealth(const engine::ServerHealth &health);

    /// Of its rows a view hides so many, which the section's heading tells.
    void setHiddenCount(Section section, int count);

    /// Ids of those that the engine takes for dead.
    [[nodiscard]] QStringList deadServers() const;

    [[nodiscard]] QModelIndex sectionIndex(Section section) const;
    /// Of a server or route; invalid when there is none with that id.
    [[nodiscard]] QModelIndex indexOf(const QString &id) const;
    [[nodiscard]] static bool isSection(const QModelIndex &index);
    [[nodiscard]] static bool isRoute(const QModelIndex &index);

Q_SIGNALS:
    void membersDropped(const QString &routeId, const QStringList &ids);
    /// They were dropped on the heading of the routes.
    void routeWanted(const QStringList &members);

private:
    struct RouteState {
        ServerState state = ServerState::Unknown;
        QStringList down; ///< members, by their ids
        QStringList limited;
        qsizetype members = 0;
    };

    template <typename Entry>
    void updateRows(Section section, QList<Entry> &current, const QList<Entry> &wanted);
    void arrange();
    template <typename Entry> void arrangeRows(Section section, QList<Entry> &entries);
    template <typename Entry>
    void moveRows(Section section, QList<Entry> &entries, const QList<qsizetype> &sorted);
    [[nodiscard]] ServerSortKey sortKey(const engine::ServerProfile &server) const;
    [[nodiscard]] ServerSortKey sortKey(const engine::RouteProfile &route) const;
    void forgetStale(const QList<engine::ServerProfile> &wanted);
    void forgetHealth(const QString &serverId);
    void publishKnowledge(const QString &serverId);
    [[nodiscard]] static bool isRoutesHeading(const QModelIndex &index);
    [[nodiscard]] ServerState stateOf(const QString &id) const;
    /// What the check alone says of its server.
    [[nodiscard]] ServerState stateAfter(const engine::ServerCheck &check) const;
    [[nodiscard]] RouteState routeState(const engine::RouteProfile &route) const;
    [[nodiscard]] QString shownName(const QString &id) const;
    [[nodiscard]] QStringList shownNames(const QStringList &ids) const;
    [[nodiscard]] QString sectionText(Section section) const;
    [[nodiscard]] QString serverText(const engine::ServerProfile &server, ServerColumn column) const;
    [[nodiscard]] QString serverToolTip(const engine::ServerProfile &server, ServerColumn column) const;
    [[nodiscard]] QString routeText(const engine::RouteProfile &route, ServerColumn column) const;
    [[nodiscard]] QString routeHealthText(const engine::RouteProfile &route) const;
    [[nodiscard]] QString membersText(const engine::RouteProfile &route) const;
    [[nodiscard]] QVariant sectionData(Section section, int column, int role) const;

    QList<engine::ServerProfile> m_servers; ///< as they are shown
    QList<engine::RouteProfile> m_routes;   ///< likewise
    ServerOrder m_order;
    std::array<QHash<QString, qsizetype>, 2> m_places; ///< by Section: where the profile has each id
    std::array<int, 2> m_hiddenCounts{};               ///< by Section
    QHash<QString, ServerKnowledge> m_known;           ///< by the server's id
};

} // namespace ui
