// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

class QAction;
class QWidget;

namespace ui
{

class ProxyStatus;

/// The program's actions, shared by menus, toolbar and tray. Who owns them connects them.
struct Actions {
    explicit Actions(QWidget *window);

    /// Ticks, texts and what is possible, by the measured state.
    void showStatus(const ProxyStatus &status);

    QAction *quit;
    QAction *closeWindow;
    QAction *copy;
    QAction *copyTarget;
    QAction *closeConnection;
    QAction *filterConnections;
    QAction *filterLog;
    QAction *proxyOn;
    QAction *retry;
    QAction *copyEnvironment;
    QAction *closeAll;
    QAction *floatLog;
    QAction *about;
    QAction *aboutQt;
};

} // namespace ui
