// SPDX-License-Identifier: MIT
#include "ui/statusbar.h"

#include <QSizeGrip>
#include <QStatusTipEvent>
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
    connect(this, &QStatusBar::messageChanged, this, &StatusBar::takeMessage);
    if (parent != nullptr)
        parent->installEventFilter(this);
}

/// QMainWindow would make the tip a message, and an empty one erases what stood there.
bool StatusBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::StatusTip)
        return QStatusBar::eventFilter(watched, event);
    setTip(static_cast<QStatusTipEvent *>(event)->tip());
    return true;
}

void StatusBar::takeMessage(const QString &message)
{
    // Whoever sees that a tip has gone may have something to tell.
    if (!m_showsTip || message != m_tip) {
        m_message = message;
        if (!message.isEmpty())
            m_tip.clear(); // it is news
        else if (!m_tip.isEmpty())
            showTip();
    }
    describe();
}

void StatusBar::setTip(const QString &tip)
{
    m_tip = tip;
    if (m_message.isEmpty())
        showTip();
    describe();
    update();
}

/// Where there is no message, so that what stands there gives way.
void StatusBar::showTip()
{
    m_showsTip = true;
    showMessage(m_tip);
    m_showsTip = false;
}

void StatusBar::describe()
{
    setToolTip(shownText());
    setAccessibleName(shownText());
}

QString StatusBar::shownText() const
{
    return m_tip.isEmpty() ? currentMessage() : m_tip;
}

QString StatusBar::shownMessage() const
{
    const QString line = shownText().replace(u'\n', u' ');
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
