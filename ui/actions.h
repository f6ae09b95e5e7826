// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QObject>

class QAction;
class QActionGroup;
class QWidget;

namespace ui
{

class ProxyStatus;

/// The program's actions, shared by menus, toolbar and tray. Who owns them connects them.
struct Actions {
    explicit Actions(QWidget *window);

    /// Ticks, texts and what is possible, by the measured state.
    void showStatus(const ProxyStatus &status);
    /// Ticks the mode that is in force.
    void showMode(engine::RoutingMode mode);
    /// Ticks the choice, as of Language::choice().
    void showLanguage(const QString &choice) const;
    [[nodiscard]] QAction *modeAction(engine::RoutingMode mode) const;

    QAction *quit;
    QAction *startAtLogin;
    QAction *closeWindow;
    QAction *importProfile;
    QAction *exportProfile;
    QAction *copy;
    QAction *copyTarget;
    QAction *closeConnection;
    QAction *explainConnection;
    QAction *explain;
    QAction *applyRules;
    QAction *filterPage; ///< whichever is in sight
    QAction *filterLog;
    QAction *settings;
    QAction *proxyOn;
    QAction *retry;
    QAction *systemProxy; ///< with systemProxyBypass: SystemProxyView's; without one it can do nothing
    QAction *systemProxyBypass;
    QAction *copyEnvironment;
    QAction *closeAll;
    QAction *modeRules;
    QAction *modeEverything;
    QAction *modeDirect;
    QActionGroup *modes; ///< of the three; each one's data is its engine::RoutingMode as int
    QActionGroup
        *languages; ///< the system's and each one there is; each one's data is what Language::choose() takes
    QAction *floatLog;
    QAction *floatTraffic;
    QAction *about;
    QAction *aboutQt;
};

} // namespace ui
