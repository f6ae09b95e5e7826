// SPDX-License-Identifier: MIT
#include "ui/mainwindow.h"

#include "engine/engine.h"
#include "ui/about.h"
#include "ui/applicationicons.h"
#include "ui/applicationspage.h"
#include "ui/connectionrules.h"
#include "ui/connectionspage.h"
#include "ui/elidedlabel.h"
#include "ui/emptystate.h"
#include "ui/explaindialog.h"
#include "ui/filteredit.h"
#include "ui/format.h"
#include "ui/headings.h"
#include "ui/icons.h"
#include "ui/listenermenu.h"
#include "ui/livetable.h"
#include "ui/logview.h"
#include "ui/mainmenu.h"
#include "ui/models.h"
#include "ui/newrulemenu.h"
#include "ui/profilestore.h"
#include "ui/profiletransfer.h"
#include "ui/proxystatus.h"
#include "ui/proxyswitch.h"
#include "ui/rulespage.h"
#include "ui/ruletext.h"
#include "ui/serverspage.h"
#include "ui/statuspanel.h"
#include "ui/trafficview.h"
#include "ui/whatsthis.h"
#include "ui/windowlayout.h"

#include <QAction>
#include <QActionGroup>
#include <QClipboard>
#include <QCloseEvent>
#include <QDockWidget>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolBar>
#include <QToolButton>

#include <chrono>

namespace ui
{

namespace
{

/// How often durations and fading rates move on when the engine has nothing to tell.
constexpr std::chrono::milliseconds kRefreshInterval{500};
constexpr std::chrono::milliseconds kStatusMessageTime{4'000};
constexpr int kFilterCharacters = 36;
constexpr std::uint16_t kLikelyPort = 443; // most connections are HTTPS

const QString kApplicationColumnsKey = QStringLiteral("applications/columns");
const QString kColumnsKey = QStringLiteral("connections/columns");
const QString kLogColumnsKey = QStringLiteral("log/columns");
const QString kPageKey = QStringLiteral("mainWindow/page");
const QString kRuleColumnsKey = QStringLiteral("rules/columns");
const QString kServerColumnsKey = QStringLiteral("servers/columns");
const QString kRangeKey = QStringLiteral("traffic/rangeSeconds");

/// By name, so that it is the same one when there are more; otherwise the first.
int indexOfPage(const QTabWidget &pages, const QString &objectName)
{
    int at = pages.count() - 1;
    while (at > 0 && pages.widget(at)->objectName() != objectName)
        --at;
    return at;
}

} // namespace

MainWindow::MainWindow(engine::Engine &engine, ProxyStatus &status, ProfileStore &store, Models &models,
                       QWidget *parent)
    : QMainWindow(parent)
    , m_engine(engine)
    , m_status(status)
    , m_store(store)
    , m_models(models)
    , m_actions(this)
    , m_pages(new QTabWidget(this))
    , m_pageActions(new QActionGroup(this))
    , m_connections(&models.connections)
    , m_applications(&models.applications)
    , m_icons(new ApplicationIcons(this))
    , m_log(&models.log)
    , m_page(new ConnectionsPage(*m_connections, *m_icons, status, this))
    , m_applicationsPage(new ApplicationsPage(*m_applications, *m_icons, status, this))
    , m_rules(new RulesPage(store, models.rules, m_connections->applications(), this))
    , m_servers(new ServersPage(engine, store, models, this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowIcon(applicationIcon());
    makePages();
    m_log->setVisible(false);
    makeDocks();
    makeToolBar();
    makeMenus();
    connectActions();
    connectPage();
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
    raise();
    activateWindow();
}

void MainWindow::applyDelta(const engine::Delta &delta)
{
    m_status.applyDelta(delta);
    m_log->append(delta.events, delta.droppedEvents);
    if (!m_watching) {
        m_applications->applyEvents(delta.events);
        m_traffic->applyEvents(delta.events);
        return;
    }
    m_connections->applyDelta(delta);
    m_applications->applyDelta(delta);
    m_rules->takeUses(delta.ruleUses);
    m_traffic->applyDelta(delta, m_applications->ledger());
    m_statusPanel->showTraffic();
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
    updateWatching();
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
    m_pages->setObjectName(QStringLiteral("pages"));
    m_pages->setAccessibleName(tr("Pages"));
    m_pages->setDocumentMode(true);
    addPage(m_page, tr("&Connections"), symbolIcon(QStringLiteral("connections")),
            QStringLiteral("connectionsPage"));
    addPage(m_applicationsPage, tr("&Applications"), symbolIcon(QStringLiteral("applications")),
            QStringLiteral("applicationsPage"));
    addPage(m_rules, tr("&Rules"), symbolIcon(QStringLiteral("rules")), QStringLiteral("rulesPage"));
    addPage(m_servers, tr("&Servers"), symbolIcon(QStringLiteral("servers")), QStringLiteral("serversPage"));
    setCentralWidget(m_pages);
    connect(m_pages, &QTabWidget::currentChanged, this,
            [this](int page) { m_pageActions->actions().at(page)->setChecked(true); });
}

/// A tab, and an action of the View menu that goes to it.
void MainWindow::addPage(QWidget *page, const QString &title, const QIcon &icon, const QString &objectName)
{
    page->setObjectName(objectName);
    const QString plainTitle = withoutMnemonic(title);
    const int number = m_pages->addTab(page, icon, plainTitle);
    auto *action = new QAction(icon, title, m_pageActions);
    action->setObjectName(objectName + QStringLiteral("Action"));
    action->setToolTip(tr("Go to the page %1").arg(plainTitle));
    action->setShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + number)));
    action->setCheckable(true);
    action->setChecked(number == m_pages->currentIndex());
    connect(action, &QAction::triggered, page, [this, page] {
        m_pages->setCurrentWidget(page);
        page->setFocus(Qt::ShortcutFocusReason);
    });
}

void MainWindow::makeDocks()
{
    m_logDock = new QDockWidget(tr("Log"), this);
    m_logDock->setObjectName(QStringLiteral("logDock"));
    m_logView = new LogView(*m_log, m_logDock);
    m_logDock->setWidget(m_logView);
    m_trafficDock = new QDockWidget(tr("Traffic"), this);
    m_trafficDock->setObjectName(QStringLiteral("trafficDock"));
    m_traffic = new TrafficView(m_status, m_models.traffic, m_trafficDock);
    m_trafficDock->setWidget(m_traffic);
    addDockWidget(Qt::BottomDockWidgetArea, m_logDock);
    addDockWidget(Qt::BottomDockWidgetArea, m_trafficDock);
    splitDockWidget(m_logDock, m_trafficDock, Qt::Horizontal);
    resizeDocks({m_logDock, m_trafficDock}, {620, 380}, Qt::Horizontal);
    resizeDocks({m_logDock}, {230}, Qt::Vertical);

    QAction *logToggle = m_logDock->toggleViewAction();
    logToggle->setObjectName(QStringLiteral("actionLog"));
    logToggle->setText(tr("&Log"));
    logToggle->setToolTip(tr("Show or hide the log"));
    logToggle->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_L));
    logToggle->setIcon(symbolIcon(QStringLiteral("log")));
    QAction *trafficToggle = m_trafficDock->toggleViewAction();
    trafficToggle->setObjectName(QStringLiteral("actionTraffic"));
    trafficToggle->setText(tr("&Traffic"));
    trafficToggle->setToolTip(tr("Show or hide the traffic graph"));
    trafficToggle->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_T));
    trafficToggle->setIcon(symbolIcon(QStringLiteral("traffic")));
    // A floating dock is named after the program, as it stands alone among other windows.
    connect(m_logDock, &QDockWidget::topLevelChanged, this, [this](bool floating) {
        m_logDock->setWindowTitle(floating ? tr("Log - Hosier") : tr("Log"));
        m_actions.floatLog->setChecked(floating);
    });
}

void MainWindow::makeToolBar()
{
    auto *bar = new QToolBar(tr("Toolbar"), this);
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->toggleViewAction()->setVisible(false);
    m_switch = new ProxySwitch(bar);
    m_switch->setToolTip(m_actions.proxyOn->toolTip());
    m_headline = new ElidedLabel(bar);
    m_headline->setObjectName(QStringLiteral("headline"));
    makeModeButton(bar);
    m_filter = new FilterEdit(QStringLiteral("filterEdit"), tr("Filter connections"),
                              tr("Show only connections with all these words in application, client, target, "
                                 "login or state (Ctrl+F)"),
                              kFilterCharacters, bar);
    bar->addWidget(m_switch);
    bar->addWidget(m_headline);
    bar->addWidget(m_mode);
    bar->addAction(m_actions.systemProxy);
    bar->addWidget(m_filter);
    bar->addAction(m_trafficDock->toggleViewAction());
    bar->addAction(m_logDock->toggleViewAction());
    addToolBar(Qt::TopToolBarArea, bar);
    for (QAction *action : bar->actions()) {
        if (QWidget *button = bar->widgetForAction(action); button != nullptr && button != m_headline)
            button->setFocusPolicy(button == m_filter ? Qt::StrongFocus : Qt::TabFocus);
    }
}

void MainWindow::makeModeButton(QToolBar *bar)
{
    auto *menu = new QMenu(bar);
    menu->setObjectName(QStringLiteral("modeMenu"));
    menu->setToolTipsVisible(true);
    menu->addActions(m_actions.modes->actions());
    m_mode = new QToolButton(bar);
    m_mode->setObjectName(QStringLiteral("modeButton"));
    m_mode->setPopupMode(QToolButton::InstantPopup);
    m_mode->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_mode->setMenu(menu);
}

void MainWindow::makeMenus()
{
    m_newRuleMenu = new NewRuleMenu(m_store, *m_connections, this);
    // What is known of the connection may have grown since it was selected.
    connect(m_newRuleMenu, &QMenu::aboutToShow, this, &MainWindow::showSelection);
    connect(m_newRuleMenu, &NewRuleMenu::ruleChosen, this, &MainWindow::addRule);
    connect(m_newRuleMenu, &NewRuleMenu::editorRequested, m_rules, &RulesPage::newRuleFrom);
    m_rules->addButton(m_actions.explain);
    m_rules->addButton(m_actions.applyRules);
    const MenuParts parts{m_actions,
                          *m_pages,
                          *m_pageActions,
                          *m_applicationsPage,
                          *m_rules,
                          *m_servers,
                          *m_newRuleMenu,
                          *m_trafficDock->toggleViewAction(),
                          *m_logDock->toggleViewAction()};
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
    connect(m_actions.filterConnections, &QAction::triggered, this, &MainWindow::focusFilter);
    connect(m_actions.filterLog, &QAction::triggered, this, &MainWindow::focusLogFilter);
    connect(m_actions.proxyOn, &QAction::triggered, this, &MainWindow::toggleProxy);
    connect(m_switch, &QAbstractButton::clicked, this, &MainWindow::toggleProxy);
    connect(m_actions.retry, &QAction::triggered, this, [this] { m_engine.retryListeners(); });
    connect(m_actions.closeAll, &QAction::triggered, this, [this] { m_engine.closeAllConnections(); });
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
    connect(m_rules, &RulesPage::told, this, [this](const QString &text) {
        statusBar()->showMessage(text, static_cast<int>(kStatusMessageTime.count()));
    });
    connect(m_actions.floatLog, &QAction::triggered, this, [this](bool floating) {
        m_logDock->setVisible(true);
        m_logDock->setFloating(floating);
    });
    connect(m_actions.about, &QAction::triggered, this, &MainWindow::showAbout);
    connect(m_actions.aboutQt, &QAction::triggered, this, &MainWindow::showAboutQt);
}

void MainWindow::connectPage()
{
    m_filter->setText(m_connections->filter());
    connect(m_filter, &QLineEdit::textChanged, m_connections, &ConnectionModel::setFilter);
    connect(m_filter, &QLineEdit::textEdited, m_pages, [this] { m_pages->setCurrentWidget(m_page); });
    connect(m_filter, &QLineEdit::returnPressed, &m_page->view(), [this] { m_page->view().setFocus(); });
    connect(m_page, &ConnectionsPage::proxyOnRequested, m_actions.proxyOn, &QAction::trigger);
    connect(m_page, &ConnectionsPage::retryRequested, m_actions.retry, &QAction::trigger);
    connect(m_page, &ConnectionsPage::copyEnvironmentRequested, m_listenerMenu,
            &ListenerMenu::copyEnvironment);
    connect(m_page, &ConnectionsPage::otherPortRequested, m_listenerMenu, &ListenerMenu::useOtherPort);
    connect(m_page, &ConnectionsPage::clearFilterRequested, m_filter, &QLineEdit::clear);
    connect(m_page, &ConnectionsPage::selectionChanged, this, &MainWindow::showSelection);
    const auto proxy = [this] {
        return m_listenerMenu->localProxy();
    };
    m_page->emptyState().setProxy(proxy);
    EmptyState &empty = m_applicationsPage->emptyState();
    empty.setProxy(proxy);
    connect(&empty, &EmptyState::proxyOnRequested, m_actions.proxyOn, &QAction::trigger);
    connect(&empty, &EmptyState::retryRequested, m_actions.retry, &QAction::trigger);
    connect(&empty, &EmptyState::otherPortRequested, m_listenerMenu, &ListenerMenu::useOtherPort);
    connect(&empty, &EmptyState::copyEnvironmentRequested, m_listenerMenu, &ListenerMenu::copyEnvironment);
    connect(m_applicationsPage, &ApplicationsPage::closeRequested, this,
            [this](const QList<engine::ConnectionId> &ids) { m_engine.closeConnections(ids); });
    connect(m_applicationsPage, &ApplicationsPage::newRuleRequested, m_rules, &RulesPage::newRuleFrom);
}

void MainWindow::updateWatching()
{
    const bool watching = isWatching();
    if (watching == m_watching)
        return;
    m_watching = watching;
    m_engine.setDetail(watching ? engine::Detail::Connections : engine::Detail::Totals);
    m_log->setVisible(watching);
    if (watching) {
        m_statusPanel->showTraffic();
        m_traffic->refresh();
        m_sinceUpdate.start();
        m_refresh.start();
    } else {
        m_refresh.stop();
        m_applications->suspend();
        m_traffic->suspend();
    }
    Q_EMIT watchingChanged(watching);
}

void MainWindow::showStatus()
{
    const QString title = m_status.title();
    m_actions.showStatus(m_status);
    m_switch->setChecked(m_status.isOn());
    m_switch->showState(m_status.state(), title);
    m_headline->setText(m_status.headline(), m_status.description());
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
    const engine::RoutingMode mode = m_store.profile().mode;
    m_actions.showMode(mode);
    const QString text = tr("Mode: %1").arg(modeText(mode));
    m_mode->setText(text);
    m_mode->setAccessibleName(text);
    m_mode->setToolTip(m_actions.modeAction(mode)->toolTip());
}

void MainWindow::chooseMode(const QAction *chosen)
{
    engine::Profile profile = m_store.profile();
    profile.mode = static_cast<engine::RoutingMode>(chosen->data().toInt());
    const QStringList problems = m_store.change(profile);
    if (!problems.isEmpty())
        statusBar()->showMessage(tr("The mode could not be changed: %1").arg(problems.join(u' ')));
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

/// From a menu, at once: what it did is told, and can be undone.
void MainWindow::addRule(const engine::RuleProfile &rule)
{
    if (m_rules->addRule(rule))
        statusBar()->showMessage(tr("The rule %1 now comes before all others: %2.")
                                     .arg(rule.name, actionText(rule.action, m_store.profile())),
                                 static_cast<int>(kStatusMessageTime.count()));
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

/// Of the page in sight, or else of the connections.
void MainWindow::focusFilter()
{
    const bool forApplications = m_pages->currentWidget() == m_applicationsPage;
    if (!forApplications)
        m_pages->setCurrentWidget(m_page);
    QLineEdit *edit = forApplications ? &m_applicationsPage->filterEdit() : m_filter;
    edit->setFocus(Qt::ShortcutFocusReason);
    edit->selectAll();
}

void MainWindow::focusLogFilter()
{
    m_logDock->setVisible(true);
    m_logDock->raise();
    if (m_logDock->isFloating())
        m_logDock->activateWindow();
    m_logView->filterEdit().setFocus(Qt::ShortcutFocusReason);
    m_logView->filterEdit().selectAll();
}

void MainWindow::restore()
{
    const QSettings settings;
    m_page->restoreColumns(settings.value(kColumnsKey).toByteArray());
    m_applicationsPage->restoreColumns(settings.value(kApplicationColumnsKey).toByteArray());
    m_rules->restoreColumns(settings.value(kRuleColumnsKey).toByteArray());
    m_servers->restoreColumns(settings.value(kServerColumnsKey).toByteArray());
    m_logView->restoreColumns(settings.value(kLogColumnsKey).toByteArray());
    m_traffic->setRangeSeconds(settings.value(kRangeKey, m_traffic->rangeSeconds()).toInt());
    m_pages->setCurrentIndex(indexOfPage(*m_pages, settings.value(kPageKey).toString()));
    restoreLayout(*this);
    m_actions.floatLog->setChecked(m_logDock->isFloating());
}

void MainWindow::save() const
{
    QSettings settings;
    settings.setValue(kColumnsKey, m_page->saveColumns());
    settings.setValue(kApplicationColumnsKey, m_applicationsPage->saveColumns());
    settings.setValue(kRuleColumnsKey, m_rules->saveColumns());
    settings.setValue(kServerColumnsKey, m_servers->saveColumns());
    settings.setValue(kLogColumnsKey, m_logView->saveColumns());
    settings.setValue(kRangeKey, m_traffic->rangeSeconds());
    settings.setValue(kPageKey, m_pages->currentWidget()->objectName());
    saveLayout(*this);
}

} // namespace ui
