// SPDX-License-Identifier: MIT
#include "ui/windowframes.h"

#include <QApplication>
#include <QEvent>
#include <QPalette>
#include <QWidget>

#include <utility>

namespace ui
{

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

WindowFrames::WindowFrames(Painter paint, QObject *parent)
    : QObject(parent)
    , m_paint(std::move(paint))
{
    qApp->installEventFilter(this);
}

bool WindowFrames::eventFilter(QObject *watched, QEvent *event)
{
    const QEvent::Type type = event->type();
    // A window has its frame before it is told to show, and may be given another one later.
    if (type != QEvent::Show && type != QEvent::PaletteChange && type != QEvent::WinIdChange)
        return false;
    const auto *widget = qobject_cast<QWidget *>(watched);
    if (widget != nullptr && widget->isWindow() && widget->internalWinId() != 0)
        m_paint(widget->internalWinId(), isDark(widget->palette()));
    return false;
}

} // namespace ui
