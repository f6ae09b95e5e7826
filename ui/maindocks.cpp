// SPDX-License-Identifier: MIT
#include "ui/maindocks.h"

#include "ui/actions.h"
#include "ui/floatingplace.h"
#include "ui/icons.h"
#include "ui/logview.h"
#include "ui/models.h"
#include "ui/trafficview.h"

#include <QAction>
#include <QDockWidget>
#include <QEvent>
#include <QLineEdit>
#include <QMainWindow>
#include <QWindow>

#include <utility>

namespace ui
{

namespace
{

constexpr int kLogWidth = 620;
constexpr int kTrafficWidth = 380;
constexpr int kHeight = 230;

} // namespace

MainDocks::MainDocks(QMainWindow &window, const ProxyStatus &status, Models &models, const Actions &actions)
    : QObject(&window)
    , m_window(window)
    , m_floatLog(*actions.floatLog)
    , m_floatTraffic(*actions.floatTraffic)
    , m_logDock(new QDockWidget(tr("Log"), &window))
    , m_trafficDock(new QDockWidget(tr("Traffic"), &window))
    , m_logWidth(kLogWidth)
    , m_trafficWidth(kTrafficWidth)
    , m_log(new LogView(models.log, m_logDock))
    , m_traffic(new TrafficView(status, models.traffic, m_trafficDock))
{
    m_logDock->setObjectName(QStringLiteral("logDock"));
    m_logDock->setWidget(m_log);
    m_trafficDock->setObjectName(QStringLiteral("trafficDock"));
    m_trafficDock->setWidget(m_traffic);
    arrange();
    makeToggles();
    letFloat(*m_logDock, m_floatLog, Qt::AlignLeft);
    letFloat(*m_trafficDock, m_floatTraffic, Qt::AlignRight);
    showFloating();
}

QAction &MainDocks::showLogAction() const
{
    return *m_logDock->toggleViewAction();
}

QAction &MainDocks::showTrafficAction() const
{
    return *m_trafficDock->toggleViewAction();
}

void MainDocks::arrange()
{
    m_window.addDockWidget(Qt::BottomDockWidgetArea, m_logDock);
    m_window.addDockWidget(Qt::BottomDockWidgetArea, m_trafficDock);
    m_window.splitDockWidget(m_logDock, m_trafficDock, Qt::Horizontal);
    m_window.resizeDocks({m_logDock, m_trafficDock}, {kLogWidth, kTrafficWidth}, Qt::Horizontal);
    m_window.resizeDocks({m_logDock}, {kHeight}, Qt::Vertical);
}

void MainDocks::makeToggles()
{
    QAction *log = m_logDock->toggleViewAction();
    log->setObjectName(QStringLiteral("actionLog"));
    log->setToolTip(tr("Show or hide the log"));
    log->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_L));
    log->setIcon(symbolIcon(QStringLiteral("log")));
    QAction *traffic = m_trafficDock->toggleViewAction();
    traffic->setObjectName(QStringLiteral("actionTraffic"));
    traffic->setToolTip(tr("Show or hide the traffic graph"));
    traffic->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_T));
    traffic->setIcon(symbolIcon(QStringLiteral("traffic")));
}

void MainDocks::letFloat(QDockWidget &dock, QAction &action, Qt::AlignmentFlag side)
{
    auto *place = new FloatingPlace(dock, m_window, side);
    dock.installEventFilter(this);
    connect(&dock, &QDockWidget::topLevelChanged, this, &MainDocks::takeFloating);
    connect(&dock, &QDockWidget::topLevelChanged, this, &MainDocks::showFloating);
    connect(&dock, &QDockWidget::visibilityChanged, this, &MainDocks::showFloating);
    connect(&dock, &QDockWidget::topLevelChanged, this, &MainDocks::floatingChanged);
    connect(&dock, &QDockWidget::visibilityChanged, this, &MainDocks::floatingChanged);
    connect(&action, &QAction::triggered, place, [&dock, place](bool floating) {
        place->remember();
        dock.setVisible(true);
        dock.setFloating(floating);
        place->apply();
    });
}

/// A floating dock is named after the program, as it stands alone among other windows. Qt gives the command
/// that shows the dock its title, in place of the text that has the command's letter. Of one that is closed
/// the command for its own window is not checked: it is to open that.
void MainDocks::showFloating()
{
    m_floatLog.setChecked(m_logDock->isFloating() && !m_logDock->isHidden());
    m_logDock->setWindowTitle(m_logDock->isFloating() ? tr("Log - Hosier") : tr("Log"));
    showLogAction().setText(tr("&Log"));
    m_floatTraffic.setChecked(m_trafficDock->isFloating() && !m_trafficDock->isHidden());
    m_trafficDock->setWindowTitle(m_trafficDock->isFloating() ? tr("Traffic - Hosier") : tr("Traffic"));
    showTrafficAction().setText(tr("&Traffic"));
    m_areApart = m_areApart || m_logDock->isFloating() || m_trafficDock->isFloating();
}

bool MainDocks::areBesideEachOther() const
{
    const auto isDocked = [](const QDockWidget &dock) {
        return dock.isVisible() && !dock.isFloating();
    };
    const Qt::DockWidgetArea area = m_window.dockWidgetArea(m_logDock);
    return isDocked(*m_logDock) && isDocked(*m_trafficDock) &&
           (area == Qt::BottomDockWidgetArea || area == Qt::TopDockWidgetArea) &&
           m_window.dockWidgetArea(m_trafficDock) == area &&
           m_window.tabifiedDockWidgets(m_logDock).isEmpty();
}

/// Later: Qt still gives the one that has docked the little that the other one leaves.
void MainDocks::takeFloating(bool floating)
{
    m_areApart = true;
    if (!floating)
        QMetaObject::invokeMethod(this, &MainDocks::restoreWidths, Qt::QueuedConnection);
}

void MainDocks::rememberWidths()
{
    if (m_areApart || !areBesideEachOther())
        return;
    m_logWidth = m_logDock->width();
    m_trafficWidth = m_trafficDock->width();
}

/// In proportion, as the window may have another width now.
void MainDocks::restoreWidths()
{
    if (m_logDock->isFloating() || m_trafficDock->isFloating())
        return;
    m_areApart = false;
    if (!areBesideEachOther())
        return;
    const int room = m_logDock->width() + m_trafficDock->width();
    const int logWidth = room * m_logWidth / (m_logWidth + m_trafficWidth);
    m_window.resizeDocks({m_logDock, m_trafficDock}, {logWidth, room - logWidth}, Qt::Horizontal);
}

bool MainDocks::isFloatingInSight() const
{
    const auto isInSight = [](const QDockWidget &dock) {
        return dock.isFloating() && dock.isVisible() && !dock.isMinimized();
    };
    return isInSight(*m_logDock) || isInSight(*m_trafficDock);
}

void MainDocks::putAway()
{
    for (QDockWidget *dock : {m_logDock, m_trafficDock}) {
        if (!dock->isFloating() || dock->isHidden())
            continue;
        m_putAway << dock;
        dock->hide();
    }
}

void MainDocks::bringBack()
{
    const QList<QDockWidget *> docks = std::exchange(m_putAway, {});
    for (QDockWidget *dock : docks)
        dock->show();
}

void MainDocks::raiseOnceExposed()
{
    m_window.windowHandle()->installEventFilter(this);
}

bool MainDocks::eventFilter(QObject *watched, QEvent *event)
{
    // The first size comes before a dock is in sight.
    const bool hasNewSize = event->type() == QEvent::Resize || event->type() == QEvent::Show;
    if (hasNewSize && (watched == m_logDock || watched == m_trafficDock))
        rememberWidths();
    if (event->type() == QEvent::Expose && watched == m_window.windowHandle() &&
        m_window.windowHandle()->isExposed()) {
        watched->removeEventFilter(this);
        QMetaObject::invokeMethod(this, &MainDocks::raiseFloating, Qt::QueuedConnection);
    }
    return QObject::eventFilter(watched, event);
}

void MainDocks::raiseFloating()
{
    for (QDockWidget *dock : {m_logDock, m_trafficDock}) {
        if (dock->isFloating() && dock->isVisible())
            dock->raise();
    }
}

void MainDocks::focusLogFilter()
{
    m_logDock->setVisible(true);
    m_logDock->raise();
    if (m_logDock->isFloating())
        m_logDock->activateWindow();
    m_log->filterEdit().setFocus(Qt::ShortcutFocusReason);
    m_log->filterEdit().selectAll();
}

} // namespace ui
