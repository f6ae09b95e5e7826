// SPDX-License-Identifier: MIT
#include "ui/hintlabel.h"

#include <QEvent>

namespace ui
{

namespace
{

constexpr int kMargin = 12;

} // namespace

HintLabel::HintLabel(const QString &objectName, QWidget *over)
    : QLabel(over)
{
    setObjectName(objectName);
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setForegroundRole(QPalette::PlaceholderText);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    over->installEventFilter(this);
    hide();
}

void HintLabel::setHint(const QString &text)
{
    if (text == this->text())
        return;
    setText(text);
    fit();
    setVisible(!text.isEmpty());
}

bool HintLabel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize)
        fit();
    return QLabel::eventFilter(watched, event);
}

void HintLabel::fit()
{
    const QRect room = parentWidget()->rect().marginsRemoved({kMargin, kMargin, kMargin, kMargin});
    QRect fitted(QPoint(), QSize(room.width(), std::min(heightForWidth(room.width()), room.height())));
    fitted.moveCenter(room.center());
    setGeometry(fitted);
}

} // namespace ui
