// SPDX-License-Identifier: MIT
#include "ui/windowlayout.h"

#include <QDockWidget>
#include <QGuiApplication>
#include <QMainWindow>
#include <QScreen>
#include <QSettings>

#include <algorithm>

namespace ui
{

namespace
{

/// Raise when docks or toolbars change so that old states no longer fit.
constexpr int kStateVersion = 1;
constexpr QSize kDefaultSize{1000, 680};
/// This much of the window's top must be on a screen for the user to get hold of it.
constexpr QSize kGrip{120, 24};

const QString kGeometryKey = QStringLiteral("mainWindow/geometry");
const QString kStateKey = QStringLiteral("mainWindow/state");

bool isWithinReach(const QRect &frame)
{
    const QRect top(frame.topLeft(), QSize(frame.width(), kGrip.height()));
    const QList<QScreen *> screens = QGuiApplication::screens();
    return std::any_of(screens.begin(), screens.end(), [&top](const QScreen *screen) {
        const QRect seen = screen->availableGeometry() & top;
        return seen.width() >= std::min(kGrip.width(), top.width()) && seen.height() >= kGrip.height() / 2;
    });
}

} // namespace

void restoreLayout(QMainWindow &window)
{
    const QSettings settings;
    const QRect available = QGuiApplication::primaryScreen()->availableGeometry();
    if (!window.restoreGeometry(settings.value(kGeometryKey).toByteArray()))
        window.resize(kDefaultSize.boundedTo(available.size()));
    window.restoreState(settings.value(kStateKey).toByteArray(), kStateVersion);
    bringWithinReach(window);
}

void saveLayout(const QMainWindow &window)
{
    QSettings settings;
    settings.setValue(kGeometryKey, window.saveGeometry());
    settings.setValue(kStateKey, window.saveState(kStateVersion));
}

void bringWithinReach(QWidget &window)
{
    const QScreen *screen = QGuiApplication::primaryScreen();
    if (!screen || window.isMaximized() || window.isFullScreen() || isWithinReach(window.geometry()))
        return;
    window.setGeometry(fittedInto(window.geometry(), screen->availableGeometry()));
}

void bringAllWithinReach(QMainWindow &window)
{
    bringWithinReach(window);
    const QList<QDockWidget *> docks = window.findChildren<QDockWidget *>();
    for (QDockWidget *dock : docks) {
        if (dock->isFloating())
            bringWithinReach(*dock);
    }
}

void keepWithinReach(QMainWindow &window)
{
    const auto bringBack = [&window] {
        bringAllWithinReach(window);
    };
    const auto watch = [&window, bringBack](QScreen *screen) {
        QObject::connect(screen, &QScreen::availableGeometryChanged, &window, bringBack,
                         Qt::QueuedConnection);
    };
    // Queued, as Qt itself moves windows of a screen that goes.
    QObject::connect(qGuiApp, &QGuiApplication::screenRemoved, &window, bringBack, Qt::QueuedConnection);
    QObject::connect(qGuiApp, &QGuiApplication::screenAdded, &window, watch);
    const QList<QScreen *> screens = QGuiApplication::screens();
    std::for_each(screens.begin(), screens.end(), watch);
}

QRect fittedInto(const QRect &frame, const QRect &available)
{
    QRect fitted(frame.topLeft(), frame.size().boundedTo(available.size()));
    fitted.moveLeft(std::clamp(fitted.left(), available.left(), available.right() - fitted.width() + 1));
    fitted.moveTop(std::clamp(fitted.top(), available.top(), available.bottom() - fitted.height() + 1));
    return fitted;
}

} // namespace ui
