// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QObject>

class QAction;
class QDockWidget;
class QMainWindow;

namespace ui
{

struct Actions;
class LogView;
class ProxyStatus;
class TrafficView;
struct Models;

/// The log and the traffic below the window's pages, or in windows of their own. The window owns it.
class MainDocks : public QObject
{
    Q_OBJECT

public:
    MainDocks(QMainWindow &window, const ProxyStatus &status, Models &models, const Actions &actions);

    [[nodiscard]] LogView &log() const { return *m_log; }
    [[nodiscard]] TrafficView &traffic() const { return *m_traffic; }
    [[nodiscard]] QAction &showLogAction() const;
    [[nodiscard]] QAction &showTrafficAction() const;
    /// Whether one stands in a window of its own, where it is seen while the main window is not.
    [[nodiscard]] bool isFloatingInSight() const;
    void focusLogFilter();
    /// Out of sight, those in windows of their own: until the main window is seen, or for good.
    void putAway();
    void bringBack();
    /// Once the window is there: some window managers put it above those it owns when it comes.
    void raiseOnceExposed();
    [[nodiscard]] bool arePutAway() const { return !m_putAway.isEmpty(); }
    /// After the layout was restored.
    void showFloating();

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void floatingChanged();

private:
    void arrange();
    void makeToggles();
    void raiseFloating();
    [[nodiscard]] bool areBesideEachOther() const;
    void takeFloating(bool floating);
    void rememberWidths();
    void restoreWidths();
    void letFloat(QDockWidget &dock, QAction &action, Qt::AlignmentFlag side);

    QMainWindow &m_window;
    // Not by the window's Actions, which are gone when the docks tell for the last time that they are hidden.
    QAction &m_floatLog;
    QAction &m_floatTraffic;
    QDockWidget *m_logDock;
    QDockWidget *m_trafficDock;
    QList<QDockWidget *> m_putAway;
    int m_logWidth; ///< beside the traffic, in the proportion that counts
    int m_trafficWidth;
    bool m_areApart = false; ///< one floats, or has just docked and not got its width yet
    LogView *m_log;
    TrafficView *m_traffic;
};

} // namespace ui
