// SPDX-License-Identifier: MIT
#pragma once

#include "ui/menuroutes.h"

#include <QMenu>

class QActionGroup;

namespace ui
{

class ProfileStore;
class RuleModel;

/// Chooses what is done with connections that no rule decides about: Direct, Block, or one of the servers and
/// routes. The one in force is ticked, and always among those that are listed.
class DefaultRouteMenu : public QMenu
{
    Q_OBJECT

public:
    /// `rules` makes the change, so that it can be undone as if it had been made in the list of rules. Both
    /// must outlive it.
    DefaultRouteMenu(const ProfileStore &store, RuleModel &rules, const QString &title,
                     QWidget *parent = nullptr);

Q_SIGNALS:
    /// There are others, or none: whoever wants one goes to the page of servers.
    void serversRequested();

private:
    [[nodiscard]] MenuRoutes offered() const;
    [[nodiscard]] QStringList namesOf(const QStringList &ids) const;
    void showProfile();
    void fill();
    void add(const QString &name, const engine::Action &choice);
    void addWayToServers();
    void choose(const engine::Action &action);
    void showInForce();

    const ProfileStore &m_store;
    RuleModel &m_rules;
    MenuRoutes m_routes;     ///< as they are listed
    QStringList m_names;     ///< theirs
    QActionGroup *m_actions; ///< one a choice
};

} // namespace ui
