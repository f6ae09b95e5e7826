// SPDX-License-Identifier: MIT
#include "ui/windowbar.h"

#include "ui/elidedlabel.h"
#include "ui/icons.h"

#include <QAction>
#include <QLabel>
#include <QStyle>

namespace ui
{

namespace
{

constexpr int kIconMargin = 6;

} // namespace

WindowBar::WindowBar(const QString &title, const QString &objectName, const QString &textName,
                     QWidget *parent)
    : QToolBar(title, parent)
    , m_text(new ElidedLabel(this))
{
    setObjectName(objectName);
    setMovable(false);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    toggleViewAction()->setVisible(false);
    auto *icon = new QLabel(this);
    const int size = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    icon->setPixmap(symbolIcon(QStringLiteral("info")).pixmap(size));
    icon->setContentsMargins(kIconMargin, 0, kIconMargin, 0);
    m_text->setObjectName(textName);
    addWidget(icon);
    addWidget(m_text);
}

void WindowBar::setText(const QString &text)
{
    m_text->setText(text);
}

QAction *WindowBar::addCommand(const char *objectName, const QString &title, const QString &toolTip)
{
    QAction *action = addAction(title);
    action->setObjectName(QLatin1String(objectName));
    action->setToolTip(toolTip);
    widgetForAction(action)->setFocusPolicy(Qt::TabFocus);
    return action;
}

} // namespace ui
