// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"
#include "ui/actions.h"

#include <QElapsedTimer>
#include <QMainWindow>
#include <QTimer>

#include <cstdint>

namespace engine
{
class Engine;
struct ExplainRequest;
} // namespace engine

namespace ui
{

class ApplicationIcons;
class ApplicationModel;
class ApplicationsPage;
class ConnectionModel;
class ConnectionsPage;
class EmptyState;
class ExplainDialog;
class ListenerMenu;
class LogModel;
class LogView;
class MainDocks;
class MainPages;
class MainToolBar;
class NewRuleMenu;
class ProfileStore;
class ProxyStatus;
class RulesPage;
class ServersPage;
class StatusPanel;
class TrafficView;
struct Models;

/// The program's window: its pages, traffic and log. While nobody can see it, it keeps counters and events
/// and leaves the rest alone.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(engine::Engine &engine, ProxyStatus &status, ProfileStore &store, Models &models,
               QWidget *parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] const Actions &actions() const { return m_actions; }
    [[nodiscard]] MainPages &pages() const { return *m_pages; }
    [[nodiscard]] LogView &logView() const { return *m_logView; }
    [[nodiscard]] ServersPage &serversPage() const { return *m_servers; }
    [[nodiscard]] ListenerMenu &listenerMenu() const { return *m_listenerMenu; }
    /// Whether the window can be seen and is kept up to date.
    [[nodiscard]] bool isWatching() const;
    void bringToFront();
    /// Writes down layout and columns, as is done without asking whenever it goes out of sight.
    void save() const;
    /// Out of sight for good, with what stands in windows of its own.
    void leave();
    void showServers();
    ExplainDialog *explain(const engine::ExplainRequest &request);

public Q_SLOTS:
    void applyDelta(const engine::Delta &delta);

Q_SIGNALS:
    /// The window was asked to close. Hide it or quit.
    void closeRequested();
    void watchingChanged(bool watching);

protected:
    void closeEvent(QCloseEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void makePages();
    void makeToolBar();
    void makeMenus();
    void connectActions();
    void connectPages();
    void connectEmptyState(EmptyState &empty);
    void updateWatching();
    void setLive(bool isLive);
    void showStatus();
    void showSelection();
    void showProfile();
    void chooseMode(const QAction *chosen);
    void showApplied(int closed);
    void refresh();
    void tellUnlisted();
    void toggleProxy();
    void closeSelected();
    void explainCurrent();
    void showAbout();
    void showAboutQt();
    void restore();

    engine::Engine &m_engine;
    ProxyStatus &m_status;
    ProfileStore &m_store;
    Models &m_models;
    Actions m_actions;
    MainPages *m_pages;
    ConnectionModel *m_connections;
    ApplicationModel *m_applications;
    ApplicationIcons *m_icons;
    LogModel *m_log;
    ConnectionsPage *m_page;
    ApplicationsPage *m_applicationsPage;
    RulesPage *m_rules;
    ServersPage *m_servers;
    MainDocks *m_docks;
    LogView *m_logView;
    TrafficView *m_traffic;
    MainToolBar *m_toolBar = nullptr;
    NewRuleMenu *m_newRuleMenu = nullptr;
    ListenerMenu *m_listenerMenu = nullptr;
    StatusPanel *m_statusPanel = nullptr;
    QTimer m_refresh;
    QElapsedTimer m_sinceUpdate;
    QElapsedTimer m_sinceUnlisted;
    std::uint64_t m_unlisted = 0; ///< ended connections that were not listed, and not told of either yet
    bool m_watching = false;
    bool m_isLive = false; ///< something of it is seen: itself or a floating dock
};

} // namespace ui
