// SPDX-License-Identifier: MIT
#include "ui/filteredit.h"

#include "ui/icons.h"

#include <QAction>

namespace ui
{

FilterEdit::FilterEdit(const QString &objectName, const QString &text, const QString &toolTip, int characters,
                       QWidget *parent)
    : QLineEdit(parent)
{
    setObjectName(objectName);
    setAccessibleName(text);
    setPlaceholderText(text);
    setToolTip(toolTip);
    setClearButtonEnabled(true);
    addAction(symbolIcon(QStringLiteral("filter")), QLineEdit::LeadingPosition);
    setMaximumWidth(fontMetrics().averageCharWidth() * characters);
    auto *escape = new QAction(tr("Clear the filter"), this);
    escape->setObjectName(QStringLiteral("actionClearFilter"));
    escape->setShortcut(QKeySequence(Qt::Key_Escape));
    escape->setShortcutContext(Qt::WidgetShortcut);
    connect(escape, &QAction::triggered, this, &QLineEdit::clear);
    // With nothing to clear, the key is the dialog's again.
    escape->setEnabled(false);
    connect(this, &QLineEdit::textChanged, escape,
            [escape](const QString &typed) { escape->setEnabled(!typed.isEmpty()); });
    QWidget::addAction(escape);
}

} // namespace ui
