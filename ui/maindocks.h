// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QRect>

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
    [[nodiscard]] bool arePutAway() const { return !m_putAway.isEmpty(); }
    /// After the layout was restored.
    void showFloating();

Q_SIGNALS:
    void floatingChanged();

private:
    void arrange();
    void makeToggles();
    void letFloat(QDockWidget &dock, QAction &action);
    void rememberPlace(const QDockWidget &dock);
    void placeFloating(QDockWidget &dock);
    [[nodiscard]] QRect firstPlace(const QDockWidget &dock) const;

    QMainWindow &m_window;
    const Actions &m_actions;
    QDockWidget *m_logDock;
    QDockWidget *m_trafficDock;
    QList<QDockWidget *> m_putAway;
    QHash<const QDockWidget *, QRect> m_places; ///< where they floated last
    LogView *m_log;
    TrafficView *m_traffic;
};

} // namespace ui
