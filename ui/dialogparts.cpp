// SPDX-License-Identifier: MIT
#include "ui/dialogparts.h"

#include "ui/colors.h"

#include <QAccessible>
#include <QLabel>
#include <QLayout>

namespace ui
{

QLabel *makeProblemLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(QStringLiteral("problems"));
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, toneColor(Tone::Bad, palette, QPalette::Window));
    label->setPalette(palette);
    label->hide();
    return label;
}

void showProblem(QLabel &label, const QString &problem)
{
    label.setText(problem);
    label.setVisible(!problem.isEmpty());
    if (problem.isEmpty())
        return;
    QAccessibleEvent event(&label, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void showProblemLines(QLabel &label, const QStringList &lines)
{
    showProblem(label, lines.join(u'\n'));
}

QLabel *makeHintLabel(QWidget *parent, const QString &objectName)
{
    auto *label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, toneColor(Tone::Muted, palette, QPalette::Window));
    label->setPalette(palette);
    return label;
}

void growToFit(QWidget &dialog)
{
    // Wrapped text makes the height depend on the width, which no size hint tells.
    const int wanted = dialog.layout()->totalHeightForWidth(dialog.width());
    if (wanted > dialog.height())
        dialog.resize(dialog.width(), wanted);
}

} // namespace ui
