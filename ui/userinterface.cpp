// SPDX-License-Identifier: MIT
#include "ui/userinterface.h"

#include "engine/engine.h"
#include "ui/crashbar.h"
#include "ui/desktopnotices.h"
#include "ui/dialogparts.h"
#include "ui/enginewatch.h"
#include "ui/headings.h"
#include "ui/icons.h"
#include "ui/language.h"
#include "ui/listenermenu.h"
#include "ui/loginstartaction.h"
#include "ui/mainpages.h"
#include "ui/mainwindow.h"
#include "ui/models.h"
#include "ui/notifier.h"
#include "ui/opendialogs.h"
#include "ui/passwordbar.h"
#include "ui/profilestore.h"
#include "ui/proxystatus.h"
#include "ui/serverspage.h"
#include "ui/serverview.h"
#include "ui/settings.h"
#include "ui/settingsview.h"
#include "ui/systemproxycontrol.h"
#include "ui/systemproxyview.h"
#include "ui/trayhost.h"
#include "ui/trayicon.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QMenu>
#include <QStatusBar>
#include <QTimer>

#include <chrono>
#include <optional>

namespace ui
{

namespace
{

constexpr std::chrono::milliseconds kMessageTime{8'000};
/// At login the tray may come after the program.
constexpr std::chrono::milliseconds kTrayPatience{10'000};

} // namespace

UserInterface::UserInterface(engine::Engine &engine, ProfileStore &store, LoginStart &loginStart,
                             Settings &settings, Language &language, const Options &options, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_store(store)
    , m_loginStart(loginStart)
    , m_settings(settings)
    , m_language(language)
    , m_options(options)
    , m_status(std::make_unique<ProxyStatus>(options.profileName))
    , m_models(std::make_unique<Models>(engine, store))
    , m_trayHost(std::make_unique<TrayHost>())
    , m_notices(std::make_unique<DesktopNotices>())
    , m_notifier(std::make_unique<Notifier>(settings, systemClock()))
    , m_watch(std::make_unique<EngineWatch>(engine))
{
    QApplication::setQuitOnLastWindowClosed(false);
    QApplication::setWindowIcon(applicationIcon());
    m_status->setListeners(engine.listeners());
    m_status->setAccepting(engine.isAccepting());
    connect(&engine, &engine::Engine::acceptingChanged, m_status.get(), &ProxyStatus::setAccepting);
    connect(&engine, &engine::Engine::listenersChanged, m_status.get(), &ProxyStatus::setListeners);
    // However the end came about, from the menu, a signal or another process: a window in sight would turn
    // down QCoreApplication::quit(), as it hides when it is closed.
    connect(&engine, &engine::Engine::stopped, this, &UserInterface::leave);
    // Queued, because it is the window that asks for it.
    connect(&m_language, &Language::changed, this, &UserInterface::rebuild, Qt::QueuedConnection);
    connect(m_notifier.get(), &Notifier::told, this, &UserInterface::notify);
    connect(&engine, &engine::Engine::listenersChanged, m_notifier.get(), &Notifier::setListeners);
    connect(&engine, &engine::Engine::serverHealthChanged, m_notifier.get(), &Notifier::takeHealth);
    m_notifier->setServers(m_store.profile().servers);
    connect(&m_store, &ProfileStore::profileChanged, m_notifier.get(),
            [this] { m_notifier->setServers(m_store.profile().servers); });
    connect(m_notices.get(), &DesktopNotices::clicked, this, &UserInterface::showWindow);
    connect(m_watch.get(), &EngineWatch::stalledChanged, m_notifier.get(), &Notifier::setStalled);
    connect(&m_store, &ProfileStore::missingPasswordsChanged, this, &UserInterface::tellOfMissingPasswords,
            Qt::QueuedConnection);
    // Before there is a window, which says that it is in sight.
    engine.setDetail(engine::Detail::Totals);
    build();
    // Queued, so that the icon has been made.
    connect(m_trayHost.get(), &TrayHost::changed, this, &UserInterface::meetTray, Qt::QueuedConnection);
}

void UserInterface::build()
{
    m_window = std::make_unique<MainWindow>(m_engine, *m_status, m_store, *m_models);
    m_tray =
        std::make_unique<TrayIcon>(*m_status, m_window->actions(), m_store, m_models->rules, *m_trayHost);
    // Children of the window, all of them.
    new LoginStartAction(m_loginStart, *m_window->actions().startAtLogin, *m_window);
    if (SystemProxyControl *control = m_options.systemProxy) {
        new SystemProxyView(*control, m_window->actions(), *m_window);
        // Nothing says when others change the system's settings, and no window need become active for it.
        connect(&m_tray->menu(), &QMenu::aboutToShow, control, &SystemProxyControl::measure);
        m_window->listenerMenu().setBypassList([control] { return control->bypassList(); });
    }
    m_settingsView = new SettingsView(m_engine, m_settings, m_language, m_store, m_options.logFile,
                                      *m_trayHost, *m_window);
    addPasswordBar();
    const auto showLanguage = [this] {
        m_window->actions().showLanguage(m_language.choice());
    };
    showLanguage();
    connect(&m_language, &Language::choiceChanged, m_window.get(), showLanguage);
    connectWindow();
    showCrashNote();
}

/// In each window there is, until it is dismissed.
void UserInterface::showCrashNote()
{
    if (m_options.crashNote.isEmpty())
        return;
    auto *bar = new CrashBar(m_options.crashNote, m_window.get());
    connect(bar, &CrashBar::dismissed, this, [this] { m_options.crashNote.clear(); });
    m_window->addToolBarBreak();
    m_window->addToolBar(bar);
}

void UserInterface::connectWindow()
{
    const Actions &actions = m_window->actions();
    connect(&m_engine, &engine::Engine::delta, m_window.get(), [this](const engine::Delta &delta) {
        m_window->applyDelta(delta);
        m_notifier->takeEvents(delta.events);
        m_engine.acknowledge(delta.seq);
        m_watch->heard();
    });
    connect(actions.quit, &QAction::triggered, this, &UserInterface::quit);
    connect(actions.languages, &QActionGroup::triggered, &m_language,
            [this](const QAction *action) { m_language.choose(action->data().toString()); });
    connect(m_window.get(), &MainWindow::closeRequested, this, &UserInterface::closeWindow);
    connect(m_window.get(), &MainWindow::watchingChanged, m_tray.get(), &TrayIcon::setWindowShown);
    connect(m_window.get(), &MainWindow::watchingChanged, this, [this](bool watching) {
        if (!watching)
            return;
        m_waitsForTray = false; // from here on it is minimised by who has seen it
        if (!m_missingTray.isEmpty())
            tellOfMissingTray();
    });
    connect(m_tray.get(), &TrayIcon::toggleWindowRequested, this, &UserInterface::toggleWindow);
    connect(m_tray.get(), &TrayIcon::showWindowRequested, this, &UserInterface::showWindow);
    connect(m_tray.get(), &TrayIcon::serversRequested, m_window.get(), &MainWindow::showServers);
}

/// All texts are made with the widgets that show them. The old window keeps its layout in the settings, where
/// the new one finds it; what both show is in the models, and the engine goes on. Who chooses with the
/// keyboard goes on where it was.
void UserInterface::rebuild()
{
    const bool isShown = m_window->isVisible();
    const QString focus = focusNameOf(*m_window);
    const QStringList filters = m_window->pages().filters();
    const QStringList servers = m_window->serversPage().view().selectedIds();
    const std::optional<SettingsView::Place> settings = m_settingsView->place();
    const OpenDialogs dialogs = openDialogsOf(*m_window);
    const bool tellsOfTray =
        !m_missingTray.isEmpty() && m_window->statusBar()->currentMessage() == m_missingTray;
    m_settingsView->close();
    m_window->hide(); // which lets the engine pause what it sends to be shown
    m_tray.reset();
    m_window.reset();
    m_models->translateAgain();
    build();
    if (m_hasLeft)
        return;
    m_tray->show();
    m_window->pages().setFilters(filters);
    m_window->serversPage().view().selectIds(servers);
    // The widths of columns were made for other headings.
    growToHeadings(*m_window);
    if (tellsOfTray)
        showMissingTray();
    if (m_waitsForTray)
        m_window->showMinimized();
    else if (isShown)
        m_window->show();
    focusByName(*m_window, focus);
    reopen(dialogs, *m_window);
    if (settings)
        m_settingsView->openAt(*settings);
}

UserInterface::~UserInterface() = default;

void UserInterface::start()
{
    m_status->setAccepting(m_engine.isAccepting());
    m_tray->show();
    QTimer::singleShot(kTrayPatience, this, &UserInterface::tellOfMissingTray);
    m_hasStarted = true;
    if (!m_options.minimized && m_settings.startWindow() != StartWindow::InTray)
        m_window->show();
    else
        meetTray();
}

/// A window in the tray must be somewhere else while there is none: in the list of tasks. It goes back, as
/// hosts come after the program at login, and leave for a moment when a desktop locks its screen.
void UserInterface::meetTray()
{
    if (!m_hasStarted || m_hasLeft || !m_trayHost->isKnown())
        return;
    if (!m_tray->isAvailable()) {
        if (!m_window->isVisible()) {
            m_window->showMinimized();
            m_waitsForTray = true;
        }
        return;
    }
    if (m_waitsForTray && m_window->isMinimized())
        m_window->hide();
    m_waitsForTray = false;
    if (!m_missingTray.isEmpty() && m_window->statusBar()->currentMessage() == m_missingTray)
        m_window->statusBar()->clearMessage();
    m_missingTray.clear();
}

void UserInterface::showWindow()
{
    m_window->bringToFront();
}

void UserInterface::toggleProxy()
{
    m_engine.setAccepting(!m_engine.isAccepting());
}

void UserInterface::closeWindow()
{
    if (!m_tray->isAvailable()) {
        quit();
        return;
    }
    m_window->hide();
    m_tray->hintOnce();
}

void UserInterface::leave()
{
    m_hasLeft = true;
    m_window->leave();
    m_tray->hide();
}

void UserInterface::save()
{
    m_window->save();
    m_models->traffic.day.save();
}

/// Out of sight at once: connections may take a moment to drain.
void UserInterface::quit()
{
    leave();
    Q_EMIT quitRequested();
}

void UserInterface::tellOfMissingTray()
{
    if (m_tray->isMissingUntold())
        showMissingTray();
}

/// It counts as told once it stands in a window in sight; until then it is shown again with the window.
void UserInterface::showMissingTray()
{
    m_missingTray = tr("This desktop has no tray for Hosier: closing the window quits it.");
    m_window->statusBar()->showMessage(m_missingTray);
    if (m_window->isWatching())
        m_tray->setMissingTold();
}

void UserInterface::addPasswordBar()
{
    m_passwordBar = new PasswordBar(m_store, m_window.get());
    m_window->addToolBarBreak();
    m_window->addToolBar(m_passwordBar);
    // Adding shows it.
    m_passwordBar->setVisible(!m_passwordBar->message().isEmpty());
    connect(m_passwordBar, &PasswordBar::entryRequested, &m_window->serversPage(),
            &ServersPage::enterPassword);
}

/// For whoever does not see the window; once for all servers that the store did not tell of.
void UserInterface::tellOfMissingPasswords()
{
    const QString message = m_passwordBar->message();
    if (!message.isEmpty() && !m_window->isVisible() && m_settings.notifies(Notice::ServerHealth))
        notify({Notice::ServerHealth, tr("Password needed"), message, true});
}

/// Whoever looks at the window sees it there.
void UserInterface::notify(const Notification &notification)
{
    const auto showInWindow = [this, text = QString(notification.text).replace(u'\n', u' ')] {
        m_window->statusBar()->showMessage(text, static_cast<int>(kMessageTime.count()));
    };
    if (m_window->isActiveWindow())
        showInWindow();
    else if (m_tray->canNotify())
        m_tray->notify(notification);
    else
        m_notices->show(notification, showInWindow);
}

void UserInterface::toggleWindow()
{
    if (m_window->isWatching())
        m_window->hide();
    else
        m_window->bringToFront();
}

} // namespace ui
