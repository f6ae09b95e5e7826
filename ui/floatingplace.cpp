// SPDX-License-Identifier: MIT
#include "ui/floatingplace.h"

#include "ui/windowlayout.h"

#include <QDockWidget>
#include <QEvent>
#include <QGuiApplication>
#include <QMainWindow>
#include <QScreen>
#include <QStyle>

#include <chrono>

namespace ui
{

namespace
{

/// Low enough to leave, with its frame, the tabs and the page's buttons free in a window of the first size.
constexpr QSize kFloatingSize{560, 260};
/// Longer than Qt takes to move a dock that was dropped into the window to its place there.
constexpr std::chrono::milliseconds kSettling{500};

QRect roomOnScreen(const QRect &place, const QMainWindow &window)
{
    QList<ScreenRoom> screens;
    for (const QScreen *screen : QGuiApplication::screens())
        screens.append({screen->geometry(), screen->availableGeometry()});
    return roomAround(place, screens, window.screen()->availableGeometry());
}

} // namespace

FloatingPlace::FloatingPlace(QDockWidget &dock, const QMainWindow &window, Qt::AlignmentFlag side)
    : QObject(&dock)
    , m_dock(dock)
    , m_window(window)
    , m_side(side)
{
    m_settling.setSingleShot(true);
    m_settling.setInterval(kSettling);
    connect(&m_settling, &QTimer::timeout, this, &FloatingPlace::settle);
    m_dock.installEventFilter(this);
    connect(&m_dock, &QDockWidget::topLevelChanged, this, &FloatingPlace::takeFloating);
}

bool FloatingPlace::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::MouseButtonPress:
    case QEvent::NonClientAreaMouseButtonPress:
    case QEvent::MouseButtonDblClick:
    case QEvent::NonClientAreaMouseButtonDblClick:
        m_isDoubleClicked = event->type() == QEvent::MouseButtonDblClick;
        remember();
        break;
    case QEvent::MouseButtonRelease:
    case QEvent::NonClientAreaMouseButtonRelease:
    case QEvent::Move:
    case QEvent::Resize:
        m_settling.start();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

/// One that is dragged out is where it is dragged to, and one that is out of sight where the layout that is
/// being restored puts it. The button of a double click is down, too. Later: Qt still moves it after this.
void FloatingPlace::takeFloating(bool floating)
{
    const bool isDragged = QGuiApplication::mouseButtons() != Qt::NoButton && !m_isDoubleClicked;
    m_isPlaced = floating && (isDragged || !m_dock.isVisible());
    if (floating && !m_isPlaced)
        QMetaObject::invokeMethod(this, &FloatingPlace::applyUnlessPlaced, Qt::QueuedConnection);
}

void FloatingPlace::applyUnlessPlaced()
{
    if (!m_isPlaced)
        apply();
}

void FloatingPlace::apply()
{
    if (!m_dock.isFloating())
        return;
    const QRect place = m_place.isNull() ? firstPlace() : m_place;
    m_isPlaced = true;
    m_dock.setGeometry(fittedInto(place, roomOnScreen(place, m_window)));
}

/// Not while it is dragged: that may lead it into the window, over the other docks.
void FloatingPlace::settle()
{
    if (QGuiApplication::mouseButtons() == Qt::NoButton)
        remember();
}

void FloatingPlace::remember()
{
    if (m_isPlaced && m_dock.isFloating())
        m_place = m_dock.geometry();
}

QRect FloatingPlace::firstPlace() const
{
    const QWidget &pages = *m_window.centralWidget();
    const QRect room(pages.mapToGlobal(QPoint()), pages.size());
    const QSize size = kFloatingSize.boundedTo(room.size()).expandedTo(m_dock.minimumSizeHint());
    return QStyle::alignedRect(Qt::LeftToRight, Qt::AlignBottom | m_side, size, room);
}

} // namespace ui
