// SPDX-License-Identifier: MIT
#include "ui/listenermenu.h"

#include "engine/engine.h"
#include "ui/lansharing.h"
#include "ui/listenersdialog.h"
#include "ui/portdoctor.h"
#include "ui/profilestore.h"
#include "ui/proxystatus.h"
#include "ui/settingsmenu.h"
#include "ui/sharingdialog.h"
#include "ui/userdialog.h"

#include <QAction>
#include <QMainWindow>
#include <QMenu>
#include <QStatusBar>

#include <chrono>

namespace ui
{

namespace
{

constexpr std::chrono::milliseconds kMessageTime{8'000};

/// Brings the dialog of that kind to the front, if one is open; null otherwise.
template <typename Dialog> Dialog *raiseOpen(const QWidget &window)
{
    for (Dialog *dialog : window.findChildren<Dialog *>()) {
        if (!dialog->isVisible())
            continue; // It is about to be deleted.
        dialog->raise();
        dialog->activateWindow();
        return dialog;
    }
    return nullptr;
}

} // namespace

ListenerMenu::ListenerMenu(QMenu &menu, engine::Engine &engine, ProfileStore &store, ProxyStatus &status,
                           QMainWindow &window)
    : QObject(&window)
    , m_engine(engine)
    , m_store(store)
    , m_status(status)
    , m_window(window)
    , m_sharing(new LanSharing(store, status, this))
    , m_doctor(new PortDoctor(store, status, this))
    , m_settings(new SettingsMenu([this] { return localProxy(); }, &window))
    , m_listeners(new QAction(tr("&Listeners and users..."), &window))
    , m_share(new QAction(tr("S&hare on the local network"), &window))
{
    makeActions(menu);
    connect(m_sharing, &LanSharing::changed, this, &ListenerMenu::showSharing);
    connect(m_share, &QAction::triggered, this, &ListenerMenu::toggleSharing);
    connect(m_listeners, &QAction::triggered, this, &ListenerMenu::openListeners);
    connect(m_settings, &SettingsMenu::copied, this, &ListenerMenu::tell);
    connect(m_doctor, &PortDoctor::told, this, &ListenerMenu::tell);
    showSharing();
}

void ListenerMenu::makeActions(QMenu &menu)
{
    m_listeners->setObjectName(QStringLiteral("actionListeners"));
    m_listeners->setToolTip(tr("Choose where clients come in, and who may log in"));
    m_share->setObjectName(QStringLiteral("actionShare"));
    m_share->setCheckable(true);
    for (QAction *action : {m_listeners, m_share}) {
        action->setStatusTip(action->toolTip());
        action->setMenuRole(QAction::NoRole);
    }
    menu.addMenu(m_settings);
    menu.addSeparator();
    menu.addActions({m_listeners, m_share});
}

void ListenerMenu::showSharing()
{
    QString text;
    switch (m_sharing->state()) {
    case SharingState::Off:
        text = tr("Let computers of the local network use this proxy, with name and password");
        break;
    case SharingState::Closed:
        text = tr("Set up, but not open: the proxy is off");
        break;
    case SharingState::Failed:
        text = tr("Set up, but the listener could not be opened");
        break;
    case SharingState::On:
        text = tr("Computers of the local network can use this proxy. Switch it off to end that.");
        break;
    }
    m_share->setChecked(m_sharing->state() == SharingState::On);
    m_share->setToolTip(text);
    m_share->setStatusTip(text);
}

void ListenerMenu::toggleSharing()
{
    switch (m_sharing->state()) {
    case SharingState::Off:
        if (m_sharing->needsUser() || m_sharing->formerUser() != nullptr)
            askForUser();
        else
            finishStart(m_sharing->start(std::nullopt));
        break;
    case SharingState::Closed:
    case SharingState::Failed:
        openSharing();
        break;
    case SharingState::On: {
        const QStringList problems = m_sharing->stop();
        tell(problems.isEmpty() ? tr("The proxy is no longer shared on the local network.")
                                : problems.join(u' '));
        break;
    }
    }
    // The tick follows what is measured, not the click.
    showSharing();
}

/// Without somebody who can log in there is nothing to share. Who could before still can.
void ListenerMenu::askForUser()
{
    const engine::UserProfile *former = m_sharing->formerUser();
    auto *dialog = new UserDialog(
        m_store, former != nullptr ? former->name : QString(),
        [this](const engine::UserProfile &user) {
            QStringList problems = m_sharing->start(user);
            if (problems.isEmpty())
                openSharing();
            return problems;
        },
        &m_window);
    if (former != nullptr) {
        dialog->setWindowTitle(tr("Share on the local network"));
        dialog->setReason(
            tr("Other computers log in as before. Enter a password only if it is to be another one."));
        dialog->acceptUnchanged();
    } else {
        dialog->setReason(
            tr("Whoever uses the proxy from another computer has to log in. Choose the name and the "
               "password for that."));
    }
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void ListenerMenu::finishStart(const QStringList &problems)
{
    if (problems.isEmpty())
        openSharing();
    else
        tell(tr("The proxy could not be shared: %1").arg(problems.join(u' ')));
}

void ListenerMenu::openSharing()
{
    if (auto *open = raiseOpen<SharingDialog>(m_window)) {
        open->showSharing();
        return;
    }
    auto *dialog = new SharingDialog(*m_sharing, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SharingDialog::proxyOnRequested, this, [this] { m_engine.setAccepting(true); });
    dialog->show();
}

void ListenerMenu::openListeners()
{
    if (raiseOpen<ListenersDialog>(m_window) != nullptr)
        return;
    auto *dialog = new ListenersDialog(m_store, m_status, *m_share, &m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ListenersDialog::sharingRequested, this, &ListenerMenu::openSharing);
    dialog->show();
}

void ListenerMenu::useOtherPort()
{
    m_doctor->takeOffer();
}

std::optional<ProxyAddress> ListenerMenu::localProxy() const
{
    std::optional<ProxyAddress> proxy = ui::localProxy(m_status, m_store.profile());
    if (proxy)
        proxy->bypass = m_bypassList();
    return proxy;
}

void ListenerMenu::copyEnvironment()
{
    m_settings->copy(kUsualShell);
}

void ListenerMenu::tell(const QString &text)
{
    m_window.statusBar()->showMessage(text, static_cast<int>(kMessageTime.count()));
}

} // namespace ui
