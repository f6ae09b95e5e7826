// SPDX-License-Identifier: MIT
#include "ui/standardbuttons.h"

#include "ui/format.h"

#include <QApplication>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFileDialog>
#include <QPushButton>

namespace ui
{

StandardButtons::StandardButtons(QObject *parent)
    : QObject(parent)
{
    qApp->installEventFilter(this);
}

bool StandardButtons::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::Show)
        return false;
    const auto *box = qobject_cast<QDialogButtonBox *>(watched);
    // Qt's own dialog has letters that go together.
    if (box == nullptr || qobject_cast<QFileDialog *>(box->window()) != nullptr)
        return false;
    const QList<QAbstractButton *> buttons = box->buttons();
    for (QAbstractButton *button : buttons) {
        if (box->standardButton(button) != QDialogButtonBox::NoButton)
            button->setText(withoutMnemonic(button->text()));
    }
    return false;
}

} // namespace ui
