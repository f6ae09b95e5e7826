// SPDX-License-Identifier: MIT
#include "ui/defaultroutemenu.h"

#include "ui/format.h"
#include "ui/profilestore.h"
#include "ui/rulemodel.h"
#include "ui/ruletext.h"

#include <QAction>
#include <QActionGroup>

#include <algorithm>

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
    m_choices = offered();
    fill();
    showInForce();
}

/// The first ones of the profile; the one in force takes the last one's place if it is not among them.
QList<DefaultRouteMenu::Choice> DefaultRouteMenu::offered() const
{
    const engine::Profile &profile = m_store.profile();
    QList<Choice> all;
    for (const engine::ServerProfile &server : profile.servers)
        all << Choice{server.shownName(), Action::byWayOf(server.id)};
    for (const engine::RouteProfile &route : profile.routes)
        all << Choice{route.shownName(), Action::byWayOf(route.id)};
    QList<Choice> listed = all.first(std::min<qsizetype>(all.size(), kMenuRoutes));
    const auto inForce = std::find_if(all.begin(), all.end(), [&profile](const Choice &choice) {
        return choice.action == profile.defaultAction;
    });
    if (inForce - all.begin() >= listed.size() && inForce != all.end())
        listed.back() = *inForce;
    return listed;
}

void DefaultRouteMenu::showProfile()
{
    const engine::Profile &profile = m_store.profile();
    const QList<Choice> choices = offered();
    const bool hasMore = profile.servers.size() + profile.routes.size() > kMenuRoutes;
    if (choices != m_choices || hasMore != m_hasMore) {
        m_choices = choices;
        m_hasMore = hasMore;
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
    add({actionText(Action::direct(), m_store.profile()), Action::direct()});
    add({actionText(Action::block(), m_store.profile()), Action::block()});
    addSeparator();
    for (const Choice &choice : std::as_const(m_choices))
        add(choice);
    if (!m_hasMore && !m_choices.isEmpty())
        return;
    if (m_hasMore)
        addSeparator();
    QAction *servers = addAction(m_hasMore ? tr("&More…") : tr("&No servers yet…"), this,
                                 &DefaultRouteMenu::serversRequested);
    servers->setObjectName(QStringLiteral("defaultRouteServers"));
    servers->setToolTip(tr("Go to the page of servers"));
}

void DefaultRouteMenu::add(const Choice &choice)
{
    // In a menu an ampersand would mark a key.
    QAction *action =
        addAction(menuText(choice.name), this, [this, chosen = choice.action] { choose(chosen); });
    action->setObjectName(objectNameOf(choice.action));
    action->setCheckable(true);
    action->setData(QVariant::fromValue(choice.action));
    m_actions->addAction(action);
}

void DefaultRouteMenu::choose(const Action &action)
{
    if (action != m_store.profile().defaultAction) {
        const QModelIndex defaultRule =
            m_rules.index(m_rules.ruleCount(), static_cast<int>(RuleColumn::Action));
        m_rules.setData(defaultRule, QVariant::fromValue(action), RuleModel::ActionRole);
    }
    // The tick follows what is in force, not the click.
    showInForce();
}

void DefaultRouteMenu::showInForce()
{
    for (QAction *action : m_actions->actions())
        action->setChecked(action->data().value<Action>() == m_store.profile().defaultAction);
}

} // namespace ui
