// SPDX-License-Identifier: MIT
#include "ui/userinterface.h"

#include "engine/engine.h"
#include "ui/crashbar.h"
#include "ui/icons.h"
#include "ui/loginstartaction.h"
#include "ui/mainwindow.h"
#include "ui/notifier.h"
#include "ui/proxystatus.h"
#include "ui/settingsview.h"
#include "ui/systemproxyview.h"
#include "ui/trayicon.h"

#include <QAction>
#include <QApplication>
#include <QStatusBar>
#include <QTimer>

#include <chrono>

namespace ui
{

namespace
{

constexpr std::chrono::milliseconds kMessageTime{8'000};
/// At login the tray may come after the program.
constexpr std::chrono::milliseconds kTrayPatience{10'000};

} // namespace

UserInterface::UserInterface(engine::Engine &engine, ProfileStore &store, LoginStart &loginStart,
                             Settings &settings, const Options &options, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_options(options)
    , m_status(std::make_unique<ProxyStatus>(options.profileName))
    , m_window(std::make_unique<MainWindow>(engine, *m_status, store))
    , m_tray(std::make_unique<TrayIcon>(*m_status, m_window->actions()))
    , m_notifier(std::make_unique<Notifier>(settings, systemClock()))
{
    new LoginStartAction(loginStart, *m_window->actions().startAtLogin, *m_window);
    QApplication::setQuitOnLastWindowClosed(false);
    QApplication::setWindowIcon(applicationIcon());
    m_status->setListeners(engine.listeners());
    m_status->setAccepting(engine.isAccepting());
    connect(&engine, &engine::Engine::acceptingChanged, m_status.get(), &ProxyStatus::setAccepting);
    connect(&engine, &engine::Engine::listenersChanged, m_status.get(), &ProxyStatus::setListeners);
    connect(&engine, &engine::Engine::delta, m_window.get(), [this](const engine::Delta &delta) {
        m_window->applyDelta(delta);
        m_notifier->takeEvents(delta.events);
        m_engine.acknowledge(delta.seq);
    });
    connect(m_window->actions().quit, &QAction::triggered, this, &UserInterface::quit);
    connect(m_window.get(), &MainWindow::closeRequested, this, &UserInterface::closeWindow);
    connect(m_window.get(), &MainWindow::watchingChanged, m_tray.get(), &TrayIcon::setWindowShown);
    connect(m_tray.get(), &TrayIcon::toggleWindowRequested, this, &UserInterface::toggleWindow);
    connect(m_tray.get(), &TrayIcon::showWindowRequested, this, &UserInterface::showWindow);
    connect(m_notifier.get(), &Notifier::told, this, &UserInterface::notify);
    // However the end came about, from the menu, a signal or another process: a window in sight would turn
    // down QCoreApplication::quit(), as it hides when it is closed.
    connect(&engine, &engine::Engine::stopped, this, &UserInterface::leave);
    engine.setDetail(engine::Detail::Totals);
    new SettingsView(engine, settings, store, options.logFile, *m_window); // the window's child
    if (options.systemProxy != nullptr)
        new SystemProxyView(*options.systemProxy, m_window->actions(), *m_window); // the window's child
}

UserInterface::~UserInterface() = default;

void UserInterface::start()
{
    m_status->setAccepting(m_engine.isAccepting());
    m_tray->show();
    QTimer::singleShot(kTrayPatience, this, &UserInterface::tellOfMissingTray);
    if (!m_options.crashNote.isEmpty()) {
        m_window->addToolBarBreak();
        m_window->addToolBar(new CrashBar(m_options.crashNote, m_window.get()));
    }
    if (!m_options.minimized)
        m_window->show();
    else if (!m_tray->isAvailable())
        m_window->showMinimized();
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
    m_window->hide();
    m_tray->hide();
}

/// Out of sight at once: connections may take a moment to drain.
void UserInterface::quit()
{
    leave();
    Q_EMIT quitRequested();
}

void UserInterface::tellOfMissingTray()
{
    if (m_tray->isMissingForTheFirstTime())
        m_window->statusBar()->showMessage(
            tr("This desktop has no tray for Hosier: closing the window quits it."));
}

/// Whoever looks at the window sees it there.
void UserInterface::notify(const Notification &notification)
{
    if (m_tray->canNotify() && !m_window->isActiveWindow())
        m_tray->notify(notification);
    else
        m_window->statusBar()->showMessage(QString(notification.text).replace(u'\n', u' '),
                                           static_cast<int>(kMessageTime.count()));
}

void UserInterface::toggleWindow()
{
    if (m_window->isWatching())
        m_window->hide();
    else
        m_window->bringToFront();
}

} // namespace ui
