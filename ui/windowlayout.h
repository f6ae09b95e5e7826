// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QMargins>
#include <QRect>

class QMainWindow;
class QWidget;

namespace ui
{

/// Geometry and docks as they were left, from QSettings. A window that would be out of reach is moved into
/// sight; one that is shown the first time has room on the screen with its frame.
void restoreLayout(QMainWindow &window);
void saveLayout(const QMainWindow &window);
/// Moves a window that no screen shows the top of into sight, unless it fills a screen.
void bringWithinReach(QWidget &window);
/// Also its floating docks.
void bringAllWithinReach(QMainWindow &window);
/// Does that whenever a screen goes, or has another size.
void keepWithinReach(QMainWindow &window);
struct ScreenRoom {
    QRect whole;
    QRect available; ///< without the desktop's bars
};

/// What is available on the screen that has the middle of `place`, or `otherwise` where none has.
[[nodiscard]] QRect roomAround(const QRect &place, const QList<ScreenRoom> &screens, const QRect &otherwise);
/// `frame` moved, and made smaller if need be, so that it lies within `available`.
[[nodiscard]] QRect fittedInto(const QRect &frame, const QRect &available);
/// `window` likewise, with `frame` around it.
[[nodiscard]] QRect fittedWithFrame(const QRect &window, const QMargins &frame, const QRect &available);

} // namespace ui
