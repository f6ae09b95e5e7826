// SPDX-License-Identifier: MIT
#include "ui/maintoolbar.h"

#include "engine/profile.h"
#include "ui/actions.h"
#include "ui/defaultroutemenu.h"
#include "ui/elidedlabel.h"
#include "ui/filteredit.h"
#include "ui/format.h"
#include "ui/maindocks.h"
#include "ui/proxystatus.h"
#include "ui/proxyswitch.h"
#include "ui/ruletext.h"

#include <QAction>
#include <QActionGroup>
#include <QEvent>
#include <QMenu>
#include <QToolButton>

namespace ui
{

namespace
{

/// The name of a server may be long, and there is more to show.
constexpr int kRouteCharacters = 22;

} // namespace

MainToolBar::MainToolBar(const Actions &actions, const MainDocks &docks, DefaultRouteMenu &routes,
                         FilterEdit &filter, QWidget *parent)
    : QToolBar(tr("Toolbar"), parent)
    , m_actions(actions)
    , m_switch(new ProxySwitch(this))
    , m_headline(new ElidedLabel(this))
{
    setObjectName(QStringLiteral("toolBar"));
    setMovable(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    toggleViewAction()->setVisible(false);
    m_switch->setToolTip(actions.proxyOn->toolTip());
    m_headline->setObjectName(QStringLiteral("headline"));
    auto *modes = new QMenu(this);
    modes->setObjectName(QStringLiteral("modeMenu"));
    modes->setToolTipsVisible(true);
    modes->addActions(actions.modes->actions());
    m_mode = makeMenuButton(QStringLiteral("modeButton"), *modes);
    m_route = makeMenuButton(QStringLiteral("routeButton"), routes);
    for (QWidget *widget : {static_cast<QWidget *>(m_switch), static_cast<QWidget *>(m_headline),
                            static_cast<QWidget *>(m_mode), static_cast<QWidget *>(m_route)})
        addWidget(widget);
    addAction(actions.systemProxy);
    addWidget(&filter);
    addActions({&docks.showTrafficAction(), &docks.showLogAction()});
    for (QAction *action : this->actions()) {
        if (QWidget *button = widgetForAction(action); button != nullptr && button != m_headline)
            button->setFocusPolicy(button == &filter ? Qt::StrongFocus : Qt::TabFocus);
    }
}

QToolButton *MainToolBar::makeMenuButton(const QString &objectName, QMenu &menu)
{
    auto *button = new QToolButton(this);
    button->setObjectName(objectName);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setMenu(&menu);
    return button;
}

void MainToolBar::showStatus(const ProxyStatus &status)
{
    m_switch->setChecked(status.isOn());
    m_switch->showState(status.state(), status.title());
    m_headline->setText(status.headline(), status.description());
}

void MainToolBar::showProfile(const engine::Profile &profile)
{
    showMode(profile);
    showRoute(profile);
}

void MainToolBar::showMode(const engine::Profile &profile)
{
    const QString text = tr("Mode: %1").arg(modeText(profile.mode));
    m_mode->setText(text);
    m_mode->setAccessibleName(text);
    m_mode->setToolTip(m_actions.modeAction(profile.mode)->toolTip());
}

/// What really happens by default: the mode may have put the default action out of force.
void MainToolBar::showRoute(const engine::Profile &profile)
{
    using engine::RoutingMode;
    const QString chosen = actionText(profile.defaultAction, profile);
    switch (profile.mode) {
    case RoutingMode::Rules:
        m_route->setAccessibleName(tr("Default: %1", "server, or what is done").arg(chosen));
        m_route->setToolTip(tr("What is done when no rule matches: %1").arg(chosen));
        break;
    case RoutingMode::Everything:
        m_route->setAccessibleName(tr("All: %1", "server, or what is done").arg(chosen));
        m_route->setToolTip(tr("What is done with everything, whatever the rules say: %1").arg(chosen));
        break;
    case RoutingMode::Direct:
        m_route->setAccessibleName(
            tr("All: %1", "server, or what is done").arg(actionText(engine::Action::direct(), profile)));
        m_route->setToolTip(
            tr("Everything connects directly. The default action for the other modes: %1").arg(chosen));
        break;
    }
    elideRoute();
}

void MainToolBar::elideRoute()
{
    const int room = m_route->fontMetrics().averageCharWidth() * kRouteCharacters;
    const QString text = m_route->fontMetrics().elidedText(m_route->accessibleName(), Qt::ElideRight, room);
    m_route->setText(menuText(text));
}

void MainToolBar::changeEvent(QEvent *event)
{
    QToolBar::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_route != nullptr)
        elideRoute();
}

} // namespace ui
