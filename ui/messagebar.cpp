// SPDX-License-Identifier: MIT
#include "ui/messagebar.h"

#include <QPushButton>

namespace ui
{

MessageBar::MessageBar(const QString &objectName, QWidget *parent)
    : PageBar(objectName, parent)
{
    const QPushButton *close = addButton(QStringLiteral("Close"), tr("Dismiss"));
    connect(close, &QPushButton::clicked, this, &QWidget::hide);
    hide();
}

void MessageBar::tell(const QString &text)
{
    setText(text);
    setVisible(!text.isEmpty());
}

} // namespace ui
