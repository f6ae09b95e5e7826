// SPDX-License-Identifier: MIT
#pragma once

class QMainWindow;
class QMenu;

namespace ui
{

struct Actions;
class ApplicationsPage;
class DefaultRouteMenu;
class LiveTable;
class MainDocks;
class MainPages;
class NewRuleMenu;
class RulesPage;
class ServersPage;

/// What the main window has that its menus lead to. All of it lives as long as the window.
struct MenuParts {
    const Actions &actions;
    MainPages &pages;
    const MainDocks &docks;
    ApplicationsPage &applications;
    RulesPage &rules;
    ServersPage &servers;
    NewRuleMenu &newRule; ///< for the selected connection
    DefaultRouteMenu &defaultRoute;
};

/// Fills the window's menu bar, so that there is a command for everything. Returns the menu Proxy, which goes
/// on with what is about listeners.
[[nodiscard]] QMenu &fillMenuBar(QMainWindow &window, const MenuParts &parts);
/// The menu of the table of connections, and its keys.
void fillConnectionMenu(LiveTable &view, const MenuParts &parts);

} // namespace ui
