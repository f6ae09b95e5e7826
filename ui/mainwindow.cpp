// SPDX-License-Identifier: MIT
#include "ui/mainwindow.h"

#include "engine/engine.h"
#include "ui/about.h"
#include "ui/applicationicons.h"
#include "ui/applicationspage.h"
#include "ui/connectionrules.h"
#include "ui/connectionspage.h"
#include "ui/defaultroutemenu.h"
#include "ui/emptystate.h"
#include "ui/explaindialog.h"
#include "ui/format.h"
#include "ui/headings.h"
#include "ui/icons.h"
#include "ui/listenermenu.h"
#include "ui/livetable.h"
#include "ui/logview.h"
#include "ui/maindocks.h"
#include "ui/mainmenu.h"
#include "ui/mainpages.h"
#include "ui/maintoolbar.h"
#include "ui/models.h"
#include "ui/newrulemenu.h"
#include "ui/profilestore.h"
#include "ui/profiletransfer.h"
#include "ui/proxystatus.h"
#include "ui/proxyswitch.h"
#include "ui/rulespage.h"
#include "ui/serverspage.h"
#include "ui/statusbar.h"
#include "ui/statuspanel.h"
#include "ui/trafficview.h"
#include "ui/whatsthis.h"
#include "ui/windowlayout.h"

#include <QAction>
#include <QActionGroup>
#include <QClipboard>
#include <QCloseEvent>
#include <QGuiApplication>
#include <QMessageBox>

#include <chrono>
#include <utility>

namespace ui
{

namespace
{

/// How often durations and fading rates move on when the engine has nothing to tell.
constexpr std::chrono::milliseconds kRefreshInterval{500};
constexpr std::chrono::milliseconds kStatusMessageTime{4'000};
constexpr std::chrono::milliseconds kProblemTime{10'000};
/// A storm leaves connections out with every delta: they are told of together, no more often than that.
constexpr std::chrono::milliseconds kUnlistedInterval{1'000};
constexpr std::uint16_t kLikelyPort = 443; // most connections are HTTPS

} // namespace

MainWindow::MainWindow(engine::Engine &engine, ProxyStatus &status, ProfileStore &store, Models &models,
                       QWidget *parent)
    : QMainWindow(parent)
    , m_engine(engine)
    , m_status(status)
    , m_store(store)
    , m_models(models)
    , m_actions(this)
    , m_pages(new MainPages(this))
    , m_connections(&models.connections)
    , m_applications(&models.applications)
    , m_icons(new ApplicationIcons(this))
    , m_log(&models.log)
    , m_page(new ConnectionsPage(*m_connections, *m_icons, status, this))
    , m_applicationsPage(new ApplicationsPage(*m_applications, *m_icons, status, this))
    , m_rules(new RulesPage(store, models.rules, m_connections->applications(), this))
    , m_servers(new ServersPage(engine, store, models, this))
    , m_docks(new MainDocks(*this, status, models, m_actions))
    , m_logView(&m_docks->log())
    , m_traffic(&m_docks->traffic())
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowIcon(applicationIcon());
    makePages();
    m_log->setVisible(false);
    makeToolBar();
    makeMenus();
    connectActions();
    connectPages();
    setStatusBar(new StatusBar(this));
    m_statusPanel = new StatusPanel(status, *statusBar());
    explainControls(*this);
    growToHeadings(*this);
    restore();
    connect(&m_status, &ProxyStatus::stateChanged, this, &MainWindow::showStatus);
    connect(&m_store, &ProfileStore::profileChanged, this, &MainWindow::showProfile);
    m_refresh.setInterval(kRefreshInterval);
    connect(&m_refresh, &QTimer::timeout, this, &MainWindow::refresh);
    showStatus();
    showSelection();
    showProfile();
}

MainWindow::~MainWindow()
{
    m_docks->disconnect(this);
    save();
}

bool MainWindow::isWatching() const
{
    return isVisible() && !isMinimized();
}

void MainWindow::bringToFront()
{
    if (isMinimized())
        setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    bringAllWithinReach(*this);
    raise();
    activateWindow();
}

void MainWindow::leave()
{
    save();
    hide();
    m_docks->putAway();
}

void MainWindow::showServers()
{
    bringToFront();
    m_pages->setCurrentWidget(m_servers);
    m_servers->setFocus(Qt::OtherFocusReason);
}

void MainWindow::applyDelta(const engine::Delta &delta)
{
    m_status.applyDelta(delta);
    m_log->append(delta.events, delta.droppedEvents);
    if (!m_isLive) {
        m_applications->applyEvents(delta.events);
        m_traffic->applyEvents(delta.events);
        return;
    }
    m_connections->applyDelta(delta);
    m_applications->applyDelta(delta);
    m_rules->takeUses(delta.ruleUses);
    m_traffic->applyDelta(delta, m_applications->ledger());
    m_statusPanel->showTraffic();
    m_unlisted += delta.briefOmitted;
    tellUnlisted();
    m_sinceUpdate.start();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    save();
    // At the session's end nobody can answer for a window that stays.
    if (qApp->isSavingSession()) {
        event->accept();
        return;
    }
    event->ignore();
    Q_EMIT closeRequested();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    bringAllWithinReach(*this);
    updateWatching();
    m_docks->raiseOnceExposed();
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QMainWindow::hideEvent(event);
    updateWatching();
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        updateWatching();
}

void MainWindow::makePages()
{
    const auto add = [this](auto &page, const char *name, const QString &title, const QString &symbol,
                            const PageFilter &filter) {
        page.setObjectName(QLatin1String(name));
        m_pages->add(page, title, symbol, filter);
    };
    add(*m_page, "connectionsPage", tr("&Connections"), QStringLiteral("connections"),
        {tr("Filter connections"),
         tr("Show only connections with all these words in application, client, target, login, rule, route "
            "or state (Ctrl+F)"),
         [this] { return m_connections->filter(); },
         [this](const QString &text) {
             m_connections->setFilter(text);
         }});
    add(*m_applicationsPage, "applicationsPage", tr("&Applications"), QStringLiteral("applications"),
        {tr("Filter applications"),
         tr("Show only applications with all these words in their name or rule (Ctrl+F)"),
         [this] { return m_applications->filter(); },
         [this](const QString &text) {
             m_applications->setFilter(text);
         }});
    add(*m_rules, "rulesPage", tr("&Rules"), QStringLiteral("rules"),
        {tr("Filter rules"),
         tr("Show only rules with all these words in name, applications, hosts, ports or action (Ctrl+F)"),
         [this] { return m_rules->filter(); },
         [this](const QString &text) {
             m_rules->setFilter(text);
         }});
    add(*m_servers, "serversPage", tr("&Servers"), QStringLiteral("servers"),
        {tr("Filter servers"),
         tr("Show only servers and routes with all these words in their columns (Ctrl+F)"),
         [this] { return m_servers->filter(); },
         [this](const QString &text) {
             m_servers->setFilter(text);
         }});
    setCentralWidget(m_pages);
}

void MainWindow::makeToolBar()
{
    auto *routes = new DefaultRouteMenu(m_store, m_models.rules, tr("Defa&ult route"), this);
    routes->setObjectName(QStringLiteral("routeButtonMenu"));
    connect(routes, &DefaultRouteMenu::serversRequested, this, &MainWindow::showServers);
    m_toolBar = new MainToolBar(m_actions, *m_docks, *routes, m_pages->filterEdit(), this);
    addToolBar(Qt::TopToolBarArea, m_toolBar);
}

void MainWindow::makeMenus()
{
    m_newRuleMenu = new NewRuleMenu(m_store, *m_connections, this);
    // What is known of the connection may have grown since it was selected.
    connect(m_newRuleMenu, &QMenu::aboutToShow, this, &MainWindow::showSelection);
    connect(m_newRuleMenu, &NewRuleMenu::ruleChosen, m_rules, &RulesPage::addRule);
    connect(m_newRuleMenu, &NewRuleMenu::editorRequested, m_rules, &RulesPage::newRuleFrom);
    m_rules->addButton(m_actions.explain);
    m_rules->addButton(m_actions.applyRules);
    auto *routes = new DefaultRouteMenu(m_store, m_models.rules, tr("Defa&ult route"), this);
    routes->menuAction()->setObjectName(QStringLiteral("actionDefaultRoute"));
    connect(routes, &DefaultRouteMenu::serversRequested, this, &MainWindow::showServers);
    const MenuParts parts{m_actions, *m_pages,   *m_docks,       *m_applicationsPage,
                          *m_rules,  *m_servers, *m_newRuleMenu, *routes};
    m_listenerMenu = new ListenerMenu(fillMenuBar(*this, parts), m_engine, m_store, m_status, *this);
    fillConnectionMenu(m_page->view(), parts);
}

void MainWindow::connectActions()
{
    connect(m_actions.closeWindow, &QAction::triggered, this, &QWidget::close);
    auto *transfer = new ProfileTransfer(m_store, this);
    connect(m_actions.importProfile, &QAction::triggered, transfer, &ProfileTransfer::chooseImport);
    connect(m_actions.exportProfile, &QAction::triggered, transfer, &ProfileTransfer::chooseExport);
    connect(transfer, &ProfileTransfer::done, this, [this](const QString &message) {
        statusBar()->showMessage(message, static_cast<int>(kStatusMessageTime.count()));
    });
    connect(m_actions.copy, &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(m_page->selectedText()); });
    connect(m_actions.copyTarget, &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(m_page->selectedTargets()); });
    connect(m_actions.closeConnection, &QAction::triggered, this, &MainWindow::closeSelected);
    connect(m_actions.filterPage, &QAction::triggered, m_pages, &MainPages::focusFilter);
    connect(m_actions.filterLog, &QAction::triggered, m_docks, &MainDocks::focusLogFilter);
    connect(m_docks, &MainDocks::floatingChanged, this, &MainWindow::updateWatching);
    connect(m_actions.proxyOn, &QAction::triggered, this, &MainWindow::toggleProxy);
    connect(&m_toolBar->proxySwitch(), &QAbstractButton::clicked, this, &MainWindow::toggleProxy);
    connect(m_actions.retry, &QAction::triggered, this, [this] { m_engine.retryListeners(); });
    connect(m_actions.closeAll, &QAction::triggered, this, [this] { m_engine.closeAllConnections(); });
    const auto offerToCloseAll = [this] {
        m_actions.closeAll->setEnabled(m_status.totals().live > 0);
    };
    connect(&m_status, &ProxyStatus::trafficChanged, this, offerToCloseAll);
    offerToCloseAll();
    connect(m_actions.copyEnvironment, &QAction::triggered, m_listenerMenu, &ListenerMenu::copyEnvironment);
    connect(m_actions.explainConnection, &QAction::triggered, this, &MainWindow::explainCurrent);
    connect(m_actions.explain, &QAction::triggered, this, [this] {
        engine::ExplainRequest request;
        request.port = kLikelyPort;
        explain(request);
    });
    connect(m_actions.applyRules, &QAction::triggered, this,
            [this] { m_engine.applyRulesToOpenConnections(); });
    connect(&m_engine, &engine::Engine::rulesApplied, this, &MainWindow::showApplied);
    connect(m_actions.modes, &QActionGroup::triggered, this, &MainWindow::chooseMode);
    connect(m_rules, &RulesPage::rulesModeRequested, m_actions.modeRules, &QAction::trigger);
    const auto tell = [this](const QString &text) {
        statusBar()->showMessage(text, static_cast<int>(kStatusMessageTime.count()));
    };
    connect(m_rules, &RulesPage::told, this, tell);
    connect(m_logView, &LogView::told, this, tell);
    connect(m_actions.about, &QAction::triggered, this, &MainWindow::showAbout);
    connect(m_actions.aboutQt, &QAction::triggered, this, &MainWindow::showAboutQt);
}

void MainWindow::connectPages()
{
    connectEmptyState(m_page->emptyState());
    connectEmptyState(m_applicationsPage->emptyState());
    connect(m_page, &ConnectionsPage::retryRequested, m_actions.retry, &QAction::trigger);
    connect(m_page, &ConnectionsPage::otherPortRequested, m_listenerMenu, &ListenerMenu::useOtherPort);
    connect(m_page, &ConnectionsPage::selectionChanged, this, &MainWindow::showSelection);
    connect(m_applicationsPage, &ApplicationsPage::closeRequested, this,
            [this](const QList<engine::ConnectionId> &ids) { m_engine.closeConnections(ids); });
    connect(m_applicationsPage, &ApplicationsPage::newRuleRequested, m_rules, &RulesPage::newRuleFrom);
    connect(m_rules, &RulesPage::clearFilterRequested, m_pages, [this] { m_pages->clearFilterOf(*m_rules); });
    connect(m_servers, &ServersPage::clearFilterRequested, m_pages,
            [this] { m_pages->clearFilterOf(*m_servers); });
}

void MainWindow::connectEmptyState(EmptyState &empty)
{
    empty.setProxy([this] { return m_listenerMenu->localProxy(); });
    connect(&empty, &EmptyState::proxyOnRequested, m_actions.proxyOn, &QAction::trigger);
    connect(&empty, &EmptyState::retryRequested, m_actions.retry, &QAction::trigger);
    connect(&empty, &EmptyState::otherPortRequested, m_listenerMenu, &ListenerMenu::useOtherPort);
    connect(&empty, &EmptyState::copyEnvironmentRequested, m_listenerMenu, &ListenerMenu::copyEnvironment);
    connect(&empty, &EmptyState::clearFilterRequested, m_pages, &MainPages::clearFilter);
}

void MainWindow::updateWatching()
{
    const bool watching = isWatching();
    if (watching)
        m_docks->bringBack();
    setLive(watching || m_docks->isFloatingInSight());
    if (watching == m_watching)
        return;
    m_watching = watching;
    Q_EMIT watchingChanged(watching);
}

/// A dock that floats stays when the window goes to the tray.
void MainWindow::setLive(bool isLive)
{
    if (isLive == m_isLive)
        return;
    m_isLive = isLive;
    m_engine.setDetail(isLive ? engine::Detail::Connections : engine::Detail::Totals);
    m_log->setVisible(isLive);
    if (isLive) {
        m_statusPanel->showTraffic();
        m_traffic->refresh();
        m_sinceUpdate.start();
        m_refresh.start();
    } else {
        m_refresh.stop();
        m_applications->suspend();
        m_traffic->suspend();
    }
}

void MainWindow::showStatus()
{
    const QString title = m_status.title();
    m_actions.showStatus(m_status);
    m_toolBar->showStatus(m_status);
    m_page->showStatus();
    m_applicationsPage->showStatus();
    m_statusPanel->showState();
    setWindowTitle(m_status.profileName().isEmpty()
                       ? tr("%1 - Hosier", "proxy state").arg(title)
                       : tr("%1 - %2 - Hosier", "profile, proxy state").arg(m_status.profileName(), title));
}

void MainWindow::showSelection()
{
    const bool any = m_page->hasSelection();
    m_actions.copy->setEnabled(any);
    m_actions.copyTarget->setEnabled(any);
    m_actions.closeConnection->setEnabled(any);
    const std::optional<engine::Connection> current = m_page->currentConnection();
    m_newRuleMenu->setConnection(current);
    m_actions.explainConnection->setEnabled(current.has_value());
}

void MainWindow::showProfile()
{
    m_actions.showMode(m_store.profile().mode);
    m_toolBar->showProfile(m_store.profile());
}

void MainWindow::chooseMode(const QAction *chosen)
{
    engine::Profile profile = m_store.profile();
    profile.mode = static_cast<engine::RoutingMode>(chosen->data().toInt());
    const QStringList problems = m_store.change(profile);
    if (!problems.isEmpty())
        statusBar()->showMessage(tr("The mode could not be changed: %1").arg(problems.join(u' ')),
                                 static_cast<int>(kProblemTime.count()));
    // The tick follows what is in force, not the click.
    showProfile();
}

void MainWindow::showApplied(int closed)
{
    statusBar()->showMessage(
        closed == 0 ? tr("The rules decide about all open connections as they did: none was closed.")
                    : tr("%n open connection(s) closed: the rules decide otherwise now.", nullptr, closed),
        static_cast<int>(kStatusMessageTime.count()));
}

void MainWindow::refresh()
{
    if (!m_sinceUpdate.hasExpired(kRefreshInterval.count() - 50))
        return;
    if (m_connections->totalCount() > 0)
        m_connections->refresh();
    m_applications->refresh();
    m_traffic->refresh();
    m_statusPanel->showTraffic();
    tellUnlisted();
}

/// What the list of connections does not show, for its number.
void MainWindow::tellUnlisted()
{
    if (m_sinceUnlisted.isValid() && !m_sinceUnlisted.hasExpired(kUnlistedInterval.count()))
        return;
    if (m_unlisted > 0)
        m_sinceUnlisted.start();
    m_log->appendUnlisted(std::exchange(m_unlisted, 0));
}

void MainWindow::toggleProxy()
{
    m_engine.setAccepting(!m_engine.isAccepting());
    // The tick follows what the engine measures, not the click.
    showStatus();
}

void MainWindow::closeSelected()
{
    const QList<engine::ConnectionId> ids = m_page->selectedLive();
    if (!ids.isEmpty())
        m_engine.closeConnections(ids);
}

void MainWindow::explainCurrent()
{
    if (const std::optional<engine::Connection> connection = m_page->currentConnection())
        explain(explainRequestFor(*connection))->setConnection(*connection);
}

/// Beside the window, not in its way: rules can be changed while it tells what comes of that.
ExplainDialog *MainWindow::explain(const engine::ExplainRequest &request)
{
    const QStringList applications = m_connections->applications().names();
    auto *dialog = new ExplainDialog(m_store, m_servers->model(), request, applications, this);
    connect(dialog, &ExplainDialog::ruleActivated, m_rules, [this](int index) {
        m_pages->setCurrentWidget(m_rules);
        m_rules->selectRule(index);
    });
    dialog->show();
    return dialog;
}

void MainWindow::showAbout()
{
    aboutHosier(this)->open();
}

void MainWindow::showAboutQt()
{
    ui::aboutQt(this)->open();
}

} // namespace ui
