// SPDX-License-Identifier: MIT
#pragma once

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
/// `frame` moved, and made smaller if need be, so that it lies within `available`.
[[nodiscard]] QRect fittedInto(const QRect &frame, const QRect &available);
/// `window` likewise, with `frame` around it.
[[nodiscard]] QRect fittedWithFrame(const QRect &window, const QMargins &frame, const QRect &available);

} // namespace ui
