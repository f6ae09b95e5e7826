// SPDX-License-Identifier: MIT
#include "ui/hintlabel.h"

#include <QEvent>

#include <algorithm>
#include <utility>

namespace ui
{

namespace
{

constexpr int kMargin = 6;

} // namespace

HintLabel::HintLabel(const QString &objectName, QWidget *over, std::function<QRect()> room)
    : QLabel(over)
    , m_room(std::move(room))
{
    setObjectName(objectName);
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    setForegroundRole(QPalette::PlaceholderText);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
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
}

bool HintLabel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize)
        fit();
    return QLabel::eventFilter(watched, event);
}

void HintLabel::fit()
{
    const QRect whole = m_room ? m_room() : parentWidget()->rect();
    const QRect room = whole.marginsRemoved({kMargin, kMargin, kMargin, kMargin});
    // No wider than the text, so that no more than need be is covered. Above and below, the margin gives way.
    const int width = std::min(room.width(), fontMetrics().horizontalAdvance(text()) + 2 * kMargin);
    const int height = heightForWidth(width);
    QRect fitted(QPoint(), QSize(width, height));
    fitted.moveCenter(room.center());
    setGeometry(fitted);
    // Half a hint is worse than none.
    setVisible(!text().isEmpty() && height <= whole.height());
}

} // namespace ui
