// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <qwindowdefs.h>

#include <functional>

class QPalette;

namespace ui
{

[[nodiscard]] bool isDark(const QPalette &palette);

/// Tells the system whether a window's frame with its title bar is to be dark. Windows: from version 1809 on;
/// elsewhere the frame is the window manager's matter, and nothing happens.
void paintFrame(WId window, bool dark);

/// As long as it lives, the frames of all windows are as dark as their palettes. One for the application.
class WindowFrames : public QObject
{
    Q_OBJECT

public:
    using Painter = std::function<void(WId window, bool dark)>;

    explicit WindowFrames(Painter paint = paintFrame, QObject *parent = nullptr);

    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    Painter m_paint;
};

} // namespace ui
