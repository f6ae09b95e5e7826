// SPDX-License-Identifier: MIT
#include "ui/defaultroutemenu.h"

#include "ui/format.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"
#include "ui/rulemodel.h"
#include "ui/ruletext.h"

#include <QAction>
#include <QActionGroup>

namespace ui
{

using engine::Action;

namespace
{

QString objectNameOf(const Action &action)
{
    switch (action.kind) {
    case Action::Kind::Direct:
        return QStringLiteral("defaultRouteDirect");
    case Action::Kind::Block:
        return QStringLiteral("defaultRouteBlock");
    case Action::Kind::Proxy:
        break;
    }
    return QStringLiteral("defaultRoute-") + action.proxy;
}

} // namespace

DefaultRouteMenu::DefaultRouteMenu(const ProfileStore &store, RuleModel &rules, const QString &title,
                                   QWidget *parent)
    : QMenu(title, parent)
    , m_store(store)
    , m_rules(rules)
    , m_actions(new QActionGroup(this))
{
    setToolTipsVisible(true);
    connect(&m_store, &ProfileStore::profileChanged, this, &DefaultRouteMenu::showProfile);
    m_routes = offered();
    m_names = namesOf(m_routes.ids);
    fill();
    showInForce();
}

/// With the one in force among them.
MenuRoutes DefaultRouteMenu::offered() const
{
    return menuRoutes(m_store.profile(), m_store.profile().defaultAction.proxy);
}

QStringList DefaultRouteMenu::namesOf(const QStringList &ids) const
{
    QStringList names;
    for (const QString &id : ids)
        names << shownNameOf(m_store.profile(), id);
    return names;
}

void DefaultRouteMenu::showProfile()
{
    const MenuRoutes routes = offered();
    const QStringList names = namesOf(routes.ids);
    if (routes != m_routes || names != m_names) {
        m_routes = routes;
        m_names = names;
        fill();
    }
    showInForce();
}

void DefaultRouteMenu::fill()
{
    // Later: one of them may be what has led here.
    for (QAction *action : actions()) {
        removeAction(action);
        m_actions->removeAction(action);
        action->deleteLater();
    }
    add(actionText(Action::direct(), m_store.profile()), Action::direct());
    add(actionText(Action::block(), m_store.profile()), Action::block());
    addSeparator();
    for (qsizetype at = 0; at < m_routes.ids.size(); ++at)
        add(m_names.at(at), Action::byWayOf(m_routes.ids.at(at)));
    if (m_routes.hasMore)
        addSeparator();
    if (m_routes.hasMore || m_routes.ids.isEmpty())
        addWayToServers();
}

void DefaultRouteMenu::addWayToServers()
{
    QAction *servers = addAction(m_routes.hasMore ? tr("&More…") : tr("&No servers yet…"), this,
                                 &DefaultRouteMenu::serversRequested);
    servers->setObjectName(QStringLiteral("defaultRouteServers"));
    servers->setToolTip(m_routes.hasMore ? tr("Go to the page of servers, where the menu of each server and "
                                              "route has \"Use as default route\"")
                                         : tr("Go to the page of servers"));
}

void DefaultRouteMenu::add(const QString &name, const Action &choice)
{
    // In a menu an ampersand would mark a key.
    QAction *action = addAction(menuText(name), this, [this, choice] { choose(choice); });
    action->setObjectName(objectNameOf(choice));
    action->setCheckable(true);
    action->setData(QVariant::fromValue(choice));
    m_actions->addAction(action);
}

void DefaultRouteMenu::choose(const Action &action)
{
    if (action != m_store.profile().defaultAction)
        m_rules.setDefaultAction(action);
    // The tick follows what is in force, not the click.
    showInForce();
}

void DefaultRouteMenu::showInForce()
{
    for (QAction *action : m_actions->actions())
        action->setChecked(action->data().value<Action>() == m_store.profile().defaultAction);
}

} // namespace ui
