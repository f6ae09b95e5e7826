// SPDX-License-Identifier: MIT
#include "ui/mainmenu.h"

#include "ui/actions.h"
#include "ui/applicationspage.h"
#include "ui/columnmenu.h"
#include "ui/defaultroutemenu.h"
#include "ui/livetable.h"
#include "ui/logview.h"
#include "ui/maindocks.h"
#include "ui/mainpages.h"
#include "ui/newrulemenu.h"
#include "ui/rulespage.h"
#include "ui/serverspage.h"
#include "ui/sortmenu.h"

#include <QAction>
#include <QActionGroup>
#include <QCoreApplication>
#include <QMainWindow>
#include <QMenuBar>
#include <QWhatsThis>

namespace ui
{

namespace
{

struct MenuText {
    Q_DECLARE_TR_FUNCTIONS(ui::MainMenu)
};

QMenu *addMenu(QMainWindow &window, const QString &title)
{
    QMenu *menu = window.menuBar()->addMenu(title);
    menu->setToolTipsVisible(true);
    return menu;
}

void addFileMenu(QMainWindow &window, const Actions &actions)
{
    QMenu *file = addMenu(window, MenuText::tr("&File"));
    file->addActions({actions.importProfile, actions.exportProfile});
    file->addSeparator();
    file->addAction(actions.closeWindow);
    file->addAction(actions.startAtLogin);
    file->addSeparator();
    file->addAction(actions.quit);
}

void addEditMenu(QMainWindow &window, const Actions &actions, const RulesPage &rules)
{
    QMenu *edit = addMenu(window, MenuText::tr("&Edit"));
    edit->addActions({&rules.undoAction(), &rules.redoAction()});
    edit->addSeparator();
    edit->addActions({actions.copy, actions.copyTarget});
    edit->addSeparator();
    edit->addActions({actions.filterPage, actions.filterLog});
    edit->addSeparator();
    edit->addAction(actions.settings);
}

QMenu &addProxyMenu(QMainWindow &window, const MenuParts &parts)
{
    const Actions &actions = parts.actions;
    QMenu *proxy = addMenu(window, MenuText::tr("&Proxy"));
    proxy->addActions({actions.proxyOn, actions.retry});
    QMenu *mode = proxy->addMenu(MenuText::tr("&Mode"));
    mode->setToolTipsVisible(true);
    mode->menuAction()->setObjectName(QStringLiteral("actionMode"));
    mode->addActions(actions.modes->actions());
    proxy->addMenu(&parts.defaultRoute);
    proxy->addActions({actions.systemProxy, actions.systemProxyBypass});
    proxy->addSeparator();
    proxy->addActions({actions.closeConnection, &parts.applications.closeAction(), actions.closeAll});
    proxy->addSeparator();
    proxy->addAction(actions.copyEnvironment);
    return *proxy;
}

void addRuleMenu(QMainWindow &window, const MenuParts &parts)
{
    QMenu *rules = addMenu(window, MenuText::tr("&Rules"));
    rules->addActions(parts.rules.actions());
    rules->addSeparator();
    rules->addMenu(&parts.newRule);
    rules->addAction(&parts.applications.newRuleAction());
    rules->addActions({parts.actions.explainConnection, parts.actions.explain});
    rules->addSeparator();
    rules->addAction(parts.actions.applyRules);
}

/// What is done shows on the page, and is done to what is selected there.
void addServerMenu(QMainWindow &window, const MenuParts &parts)
{
    QMenu *servers = addMenu(window, MenuText::tr("&Servers"));
    servers->menuAction()->setObjectName(QStringLiteral("actionServersMenu"));
    servers->addActions(parts.servers.actionsForMenu());
    QObject::connect(servers, &QMenu::triggered, &parts.pages,
                     [&pages = parts.pages, &page = parts.servers] { pages.setCurrentWidget(&page); });
}

void addViewMenu(QMainWindow &window, const MenuParts &parts)
{
    QMenu *view = addMenu(window, MenuText::tr("&View"));
    view->addActions(parts.pages.commands().actions());
    view->addSeparator();
    view->addMenu(makeSortMenu(parts.pages, view));
    view->addMenu(makeColumnsMenu(parts.pages, view));
    view->addSeparator();
    view->addActions({&parts.docks.showTrafficAction(), parts.actions.floatTraffic});
    view->addActions({&parts.docks.showLogAction(), parts.actions.floatLog});
    view->addSeparator();
    QMenu *language = view->addMenu(MenuText::tr("La&nguage"));
    language->setToolTipsVisible(true);
    language->menuAction()->setObjectName(QStringLiteral("actionLanguage"));
    language->addActions(parts.actions.languages->actions());
}

void addLogMenu(QMainWindow &window, const LogView &log)
{
    QMenu *menu = addMenu(window, MenuText::tr("&Log"));
    menu->menuAction()->setObjectName(QStringLiteral("actionLogMenu"));
    menu->addActions({&log.pauseAction(), &log.newestAction()});
    menu->addSeparator();
    menu->addAction(&log.onlyAction());
    menu->addSeparator();
    menu->addActions({&log.copyAction(), &log.saveAction(), &log.clearAction()});
    menu->addSeparator();
    menu->addMenu(log.makeColumnsMenu(menu));
}

} // namespace

QMenu &fillMenuBar(QMainWindow &window, const MenuParts &parts)
{
    addFileMenu(window, parts.actions);
    addEditMenu(window, parts.actions, parts.rules);
    QMenu &proxy = addProxyMenu(window, parts);
    addRuleMenu(window, parts);
    addServerMenu(window, parts);
    addLogMenu(window, parts.docks.log());
    addViewMenu(window, parts);
    QMenu *help = addMenu(window, MenuText::tr("&Help"));
    QAction *whatsThis = QWhatsThis::createAction(&window);
    whatsThis->setObjectName(QStringLiteral("actionWhatsThis"));
    whatsThis->setText(MenuText::tr("&What's This?"));
    whatsThis->setToolTip(MenuText::tr("Then click what you want to have explained"));
    whatsThis->setStatusTip(whatsThis->toolTip());
    help->addAction(whatsThis);
    help->addSeparator();
    help->addActions({parts.actions.about, parts.actions.aboutQt});
    return proxy;
}

void fillConnectionMenu(LiveTable &view, const MenuParts &parts)
{
    const Actions &actions = parts.actions;
    // These act on the table's selection: their keys belong to it alone, so that Ctrl+C and Delete stay what
    // they are in text fields and in the log.
    for (QAction *action :
         {actions.copy, actions.copyTarget, actions.closeConnection, actions.explainConnection})
        action->setShortcutContext(Qt::WidgetShortcut);
    const auto separator = [&view] {
        auto *action = new QAction(&view);
        action->setSeparator(true);
        return action;
    };
    view.addActions({parts.newRule.menuAction(), actions.explainConnection, separator(), actions.copy,
                     actions.copyTarget, separator(), actions.closeConnection, actions.closeAll});
    view.setContextMenuPolicy(Qt::ActionsContextMenu);
}

} // namespace ui
