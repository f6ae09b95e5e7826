// SPDX-License-Identifier: MIT
#include "ui/filteredit.h"

#include "ui/icons.h"

#include <QAction>

#include <algorithm>

namespace ui
{

FilterEdit::FilterEdit(const QString &objectName, const QString &text, const QString &toolTip, int characters,
                       QWidget *parent)
    : QLineEdit(parent)
{
    setObjectName(objectName);
    setTitle(text);
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

void FilterEdit::setTitle(const QString &title)
{
    setAccessibleName(title);
    setPlaceholderText(title);
    updateGeometry();
}

QSize FilterEdit::sizeHint() const
{
    // The least is room for one letter, however wide.
    constexpr int kMargin = 3;
    const int title = fontMetrics().horizontalAdvance(placeholderText()) + 2 * kMargin;
    const QSize usual = QLineEdit::sizeHint();
    return {std::max(usual.width(), minimumSizeHint().width() - fontMetrics().maxWidth() + title),
            usual.height()};
}

} // namespace ui
