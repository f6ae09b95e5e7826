// SPDX-License-Identifier: MIT
#include "ui/statusbar.h"

#include <QSizeGrip>
#include <QStyleOption>
#include <QStylePainter>

#include <algorithm>

namespace ui
{

namespace
{

constexpr int kMargin = 6;

} // namespace

StatusBar::StatusBar(QWidget *parent)
    : QStatusBar(parent)
{
    connect(this, &QStatusBar::messageChanged, this, [this](const QString &message) {
        setToolTip(message);
        setAccessibleName(message);
    });
}

QString StatusBar::shownMessage() const
{
    const QString line = currentMessage().replace(u'\n', u' ');
    return fontMetrics().elidedText(line, Qt::ElideRight, messageRect().width());
}

/// QStatusBar's own draws the whole message, and cuts it off where the next widget begins.
void StatusBar::paintEvent(QPaintEvent *event)
{
    if (currentMessage().isEmpty()) {
        QStatusBar::paintEvent(event);
        return;
    }
    QStylePainter painter(this);
    QStyleOption option;
    option.initFrom(this);
    painter.drawPrimitive(QStyle::PE_PanelStatusBar, option);
    for (const QWidget *widget : shownWidgets()) {
        if (qobject_cast<const QSizeGrip *>(widget) != nullptr)
            continue;
        QStyleOption frame;
        frame.initFrom(widget);
        frame.rect = widget->geometry().adjusted(-2, -1, 2, 1);
        painter.drawPrimitive(QStyle::PE_FrameStatusBarItem, frame);
    }
    painter.setPen(palette().windowText().color());
    painter.drawText(messageRect(), Qt::AlignLeft | Qt::AlignVCenter, shownMessage());
}

/// While there is a message, all but the permanent ones are hidden.
QList<QWidget *> StatusBar::shownWidgets() const
{
    QList<QWidget *> widgets = findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly);
    widgets.removeIf([](const QWidget *widget) { return !widget->isVisible(); });
    return widgets;
}

QRect StatusBar::messageRect() const
{
    int right = width() - kMargin;
    for (const QWidget *widget : shownWidgets())
        right = std::min(right, widget->x() - kMargin);
    return {kMargin, 0, std::max(right - kMargin, 0), height()};
}

} // namespace ui
