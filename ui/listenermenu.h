// SPDX-License-Identifier: MIT
#pragma once

#include "ui/clientsettings.h"

#include <QObject>

#include <functional>
#include <optional>
#include <utility>

class QAction;
class QMainWindow;
class QMenu;

namespace engine
{
class Engine;
struct UserProfile;
} // namespace engine

namespace ui
{

class LanSharing;
class PortDoctor;
class ProfileStore;
class ProxyStatus;
class SettingsMenu;

/// What the menu Proxy offers about listeners: their dialog, the switch "Share on the local network", and
/// settings for other programs; and the window's part of the port doctor. Messages go to the status bar.
class ListenerMenu : public QObject
{
    Q_OBJECT

public:
    /// Adds its actions to the menu. All must outlive it.
    ListenerMenu(QMenu &menu, engine::Engine &engine, ProfileStore &store, ProxyStatus &status,
                 QMainWindow &window);

    void openSharing();
    void openListeners();
    /// Gives a listener that failed the port that is offered.
    void useOtherPort();
    /// Where the hosts come from that programs of this machine are to reach without the proxy; the default
    /// list when nobody says.
    void setBypassList(std::function<QStringList()> bypassList) { m_bypassList = std::move(bypassList); }
    /// What programs of this machine best use; nothing while no listener is open.
    [[nodiscard]] std::optional<ProxyAddress> localProxy() const;
    /// The environment variables that point programs there.
    void copyEnvironment();

private:
    void makeActions(QMenu &menu);
    void showSharing();
    void toggleSharing();
    void askForUser();
    void finishStart(const QStringList &problems);
    void tell(const QString &text);

    engine::Engine &m_engine;
    ProfileStore &m_store;
    ProxyStatus &m_status;
    QMainWindow &m_window;
    std::function<QStringList()> m_bypassList = defaultBypassList;
    LanSharing *m_sharing;
    PortDoctor *m_doctor;
    SettingsMenu *m_settings;
    QAction *m_listeners;
    QAction *m_share;
};

} // namespace ui
