// SPDX-License-Identifier: MIT
#pragma once

class QAction;
class QActionGroup;
class QMainWindow;
class QMenu;
class QTabWidget;

namespace ui
{

struct Actions;
class ApplicationsPage;
class LiveTable;
class NewRuleMenu;
class RulesPage;
class ServersPage;

/// What the main window has that its menus lead to. All of it lives as long as the window.
struct MenuParts {
    const Actions &actions;
    QTabWidget &pages;
    QActionGroup &pageActions; ///< of the View menu, one a page
    ApplicationsPage &applications;
    RulesPage &rules;
    ServersPage &servers;
    NewRuleMenu &newRule; ///< for the selected connection
    QAction &showTraffic;
    QAction &showLog;
};

/// Fills the window's menu bar, so that there is a command for everything. Returns the menu Proxy, which goes
/// on with what is about listeners.
[[nodiscard]] QMenu &fillMenuBar(QMainWindow &window, const MenuParts &parts);
/// The menu of the table of connections, and its keys.
void fillConnectionMenu(LiveTable &view, const MenuParts &parts);

} // namespace ui
