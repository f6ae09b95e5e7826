// SPDX-License-Identifier: MIT
#include "ui/elidedlabel.h"

#include <QPainter>

#include <algorithm>

namespace ui
{

ElidedLabel::ElidedLabel(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void ElidedLabel::setText(const QString &text, const QString &toolTip)
{
    const QString tip = toolTip.isEmpty() ? text : toolTip;
    if (text == m_text && tip == this->toolTip())
        return;
    m_text = text;
    setToolTip(tip);
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height() + 2};
}

QSize ElidedLabel::minimumSizeHint() const
{
    // Without a text it leaves the room to others.
    const int width = std::min(fontMetrics().averageCharWidth() * 6, sizeHint().width());
    return {width, fontMetrics().height() + 2};
}

void ElidedLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(m_text, Qt::ElideRight, width()));
}

} // namespace ui
