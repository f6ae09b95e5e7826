// SPDX-License-Identifier: MIT
#include "ui/userinterface.h"

#include "engine/engine.h"
#include "ui/icons.h"
#include "ui/loginstartaction.h"
#include "ui/mainwindow.h"
#include "ui/placeholders.h"
#include "ui/proxystatus.h"
#include "ui/systemproxyview.h"
#include "ui/trayicon.h"

#include <QAction>
#include <QApplication>

namespace ui
{

UserInterface::UserInterface(engine::Engine &engine, ProfileStore &store, LoginStart &loginStart,
                             const Options &options, QObject *parent)
    : QObject(parent)
    , m_engine(engine)
    , m_options(options)
    , m_status(std::make_unique<ProxyStatus>(options.profileName))
    , m_window(std::make_unique<MainWindow>(engine, *m_status, store))
    , m_tray(std::make_unique<TrayIcon>(*m_status, m_window->actions()))
{
    new LoginStartAction(loginStart, *m_window->actions().startAtLogin, *m_window);
    QApplication::setQuitOnLastWindowClosed(false);
    QApplication::setWindowIcon(applicationIcon());
    QApplication::setPalette(withReadablePlaceholders(QApplication::palette()));
    m_status->setListeners(engine.listeners());
    m_status->setAccepting(engine.isAccepting());
    connect(&engine, &engine::Engine::acceptingChanged, m_status.get(), &ProxyStatus::setAccepting);
    connect(&engine, &engine::Engine::listenersChanged, m_status.get(), &ProxyStatus::setListeners);
    connect(&engine, &engine::Engine::delta, m_window.get(), [this](const engine::Delta &delta) {
        m_window->applyDelta(delta);
        m_engine.acknowledge(delta.seq);
    });
    connect(m_window->actions().quit, &QAction::triggered, this, &UserInterface::quit);
    connect(m_window.get(), &MainWindow::closeRequested, this, &UserInterface::closeWindow);
    connect(m_window.get(), &MainWindow::watchingChanged, m_tray.get(), &TrayIcon::setWindowShown);
    connect(m_tray.get(), &TrayIcon::toggleWindowRequested, this, &UserInterface::toggleWindow);
    connect(m_tray.get(), &TrayIcon::showWindowRequested, this, &UserInterface::showWindow);
    // However the end came about, from the menu, a signal or another process: a window in sight would turn
    // down QCoreApplication::quit(), as it hides when it is closed.
    connect(&engine, &engine::Engine::stopped, this, &UserInterface::leave);
    engine.setDetail(engine::Detail::Totals);
    if (options.systemProxy != nullptr)
        new SystemProxyView(*options.systemProxy, m_window->actions(), *m_window); // the window's child
}

UserInterface::~UserInterface() = default;

void UserInterface::start()
{
    m_status->setAccepting(m_engine.isAccepting());
    m_tray->show();
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

void UserInterface::toggleWindow()
{
    if (m_window->isWatching())
        m_window->hide();
    else
        m_window->bringToFront();
}

} // namespace ui
