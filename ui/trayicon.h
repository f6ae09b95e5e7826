// SPDX-License-Identifier: MIT
#pragma once

#include "ui/defaultroutemenu.h"
#include "ui/proxystatus.h"

#include <QElapsedTimer>
#include <QMenu>
#include <QSystemTrayIcon>
#include <QTimer>

#include <memory>

namespace ui
{

struct Actions;
struct Notification;
class TrayHost;

/// The icon in the system's tray: how the proxy fares at a glance, and what is wanted most.
class TrayIcon : public QObject
{
    Q_OBJECT

public:
    /// Characters of a tool tip that Windows shows; the rest it cuts off.
    static constexpr qsizetype kToolTipLength = 127;

    /// All must outlive it.
    TrayIcon(const ProxyStatus &status, const Actions &actions, const ProfileStore &store, RuleModel &rules,
             const TrayHost &host, QObject *parent = nullptr);
    ~TrayIcon() override;

    /// In the tray, as soon as there is one.
    void show();
    void hide();
    /// Whether a tray shows it now: only then may the window disappear into it.
    [[nodiscard]] bool isAvailable() const;
    /// Whether this desktop has no tray, and nobody has been told.
    [[nodiscard]] bool isMissingUntold() const;
    /// That there is none has been seen: it is told once, ever.
    void setMissingTold();
    void setWindowShown(bool shown);
    /// Whether notify() shows anything.
    [[nodiscard]] bool canNotify() const;
    void notify(const Notification &notification);
    /// Tells once, ever, that the program goes on in the tray.
    void hintOnce();
    [[nodiscard]] const QMenu &menu() const { return m_menu; }
    [[nodiscard]] QString toolTip() const { return m_toolTip; }

Q_SIGNALS:
    void toggleWindowRequested();
    /// A message was clicked.
    void showWindowRequested();
    /// The window is to show its page of servers.
    void serversRequested();

private:
    void makeIcon();
    void showState();
    void showTraffic();
    void showToolTip();
    [[nodiscard]] QString makeToolTip() const;
    void activate(QSystemTrayIcon::ActivationReason reason);

    const ProxyStatus &m_status;
    const TrayHost &m_host;
    QMenu m_menu;
    QMenu m_modeMenu;
    DefaultRouteMenu m_routeMenu;
    std::unique_ptr<QSystemTrayIcon> m_icon; ///< null until there was a tray
    QAction *m_showHide;
    ProxyState m_shown = ProxyState::Off;
    QString m_toolTip;
    bool m_isWanted = false;
    QElapsedTimer m_sinceToolTip;
    QTimer m_messageClick;
};

} // namespace ui
