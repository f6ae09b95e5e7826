// SPDX-License-Identifier: MIT
#include "ui/windowlayout.h"

#include <QDockWidget>
#include <QEvent>
#include <QGuiApplication>
#include <QMainWindow>
#include <QScreen>
#include <QSettings>
#include <QStyle>
#include <QWindow>

#include <algorithm>

namespace ui
{

namespace
{

/// Raise when docks or toolbars change so that old states no longer fit.
constexpr int kStateVersion = 1;
constexpr QSize kDefaultSize{1100, 700};
/// This much of the window's top must be on a screen for the user to get hold of it.
constexpr QSize kGrip{120, 24};
/// Beside and below a window, as wide as window managers' frames are there.
constexpr int kLikelyBorder = 5;

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

/// What the window manager puts around it; as long as that is not known, what it is likely to put there.
QMargins frameOf(const QWidget &window)
{
    const QMargins known =
        window.windowHandle() != nullptr ? window.windowHandle()->frameMargins() : QMargins();
    if (!known.isNull())
        return known;
    const int title = window.style()->pixelMetric(QStyle::PM_TitleBarHeight, nullptr, &window);
    return {kLikelyBorder, title, kLikelyBorder, kLikelyBorder};
}

bool fillsScreen(const QWidget &window)
{
    return window.isMaximized() || window.isFullScreen();
}

/// Fits a window onto its screen once it is seen there, with the frame that it has got by then. Not at each
/// time, nor in another size than its first: whoever moves it off the edge or sizes it means that.
class FirstFit : public QObject
{
public:
    explicit FirstFit(QWidget &window)
        : QObject(&window)
        , m_window(window)
        , m_size(window.size())
    {
        m_window.installEventFilter(this);
    }

    bool eventFilter(QObject * /*watched*/, QEvent *event) override
    {
        if (event->type() == QEvent::Show && m_window.windowHandle() != nullptr) {
            m_window.removeEventFilter(this);
            m_window.windowHandle()->installEventFilter(this);
        } else if (event->type() == QEvent::Expose && m_window.windowHandle()->isExposed()) {
            m_window.windowHandle()->removeEventFilter(this);
            QMetaObject::invokeMethod(this, &FirstFit::fit, Qt::QueuedConnection);
        }
        return false;
    }

private:
    void fit()
    {
        deleteLater();
        const QWindow *handle = m_window.windowHandle();
        if (handle == nullptr || fillsScreen(m_window) || m_window.size() != m_size)
            return;
        const QRect fitted = fittedWithFrame(m_window.geometry(), handle->frameMargins(),
                                             m_window.screen()->availableGeometry());
        if (fitted != m_window.geometry())
            m_window.setGeometry(fitted);
    }

    QWidget &m_window;
    const QSize m_size;
};

} // namespace

void restoreLayout(QMainWindow &window)
{
    const QSettings settings;
    const QRect available = QGuiApplication::primaryScreen()->availableGeometry();
    if (!window.restoreGeometry(settings.value(kGeometryKey).toByteArray())) {
        window.resize(kDefaultSize.boundedTo(available.marginsRemoved(frameOf(window)).size()));
        new FirstFit(window);
    }
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
    if (!screen || fillsScreen(window) || isWithinReach(window.geometry()))
        return;
    window.setGeometry(fittedWithFrame(window.geometry(), frameOf(window), screen->availableGeometry()));
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

QRect roomAround(const QRect &place, const QList<ScreenRoom> &screens, const QRect &otherwise)
{
    const auto hasMiddle = [&place](const ScreenRoom &screen) {
        return screen.whole.contains(place.center());
    };
    const auto found = std::find_if(screens.begin(), screens.end(), hasMiddle);
    return found != screens.end() ? found->available : otherwise;
}

QRect fittedWithFrame(const QRect &window, const QMargins &frame, const QRect &available)
{
    return fittedInto(window, available.marginsRemoved(frame));
}

QRect fittedInto(const QRect &frame, const QRect &available)
{
    QRect fitted(frame.topLeft(), frame.size().boundedTo(available.size()));
    fitted.moveLeft(std::clamp(fitted.left(), available.left(), available.right() - fitted.width() + 1));
    fitted.moveTop(std::clamp(fitted.top(), available.top(), available.bottom() - fitted.height() + 1));
    return fitted;
}

} // namespace ui
