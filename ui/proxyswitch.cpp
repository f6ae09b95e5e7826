// SPDX-License-Identifier: MIT
#include "ui/proxyswitch.h"

#include "ui/colors.h"

#include <QPainter>
#include <QStyleOptionFocusRect>

#include <algorithm>

namespace ui
{

namespace
{

constexpr int kMargin = 6;

} // namespace

ProxySwitch::ProxySwitch(QWidget *parent)
    : QCheckBox(parent)
{
    setObjectName(QStringLiteral("proxySwitch"));
    setAccessibleName(tr("Proxy on"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
}

void ProxySwitch::showState(ProxyState state, const QString &title)
{
    m_state = state;
    setText(title);
    setAccessibleDescription(title);
    updateGeometry();
    update();
}

QSize ProxySwitch::sizeHint() const
{
    const QFontMetrics metrics(titleFont());
    // As wide for either word, so that the toolbar does not move when it is switched.
    const int label =
        std::max({metrics.horizontalAdvance(QCheckBox::text()), metrics.horizontalAdvance(tr("Proxy off")),
                  metrics.horizontalAdvance(tr("Proxy on"))});
    return {static_cast<int>(track().right()) + label + 2 * kMargin, metrics.height() + 2 * kMargin + 2};
}

QFont ProxySwitch::titleFont() const
{
    QFont title = font();
    title.setBold(true);
    return title;
}

QRectF ProxySwitch::track() const
{
    const double height = QFontMetrics(titleFont()).height() + 2;
    return {kMargin, (std::max<double>(this->height(), 0) - height) / 2, height * 1.8, height};
}

void ProxySwitch::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool troubled = m_state == ProxyState::Failed || m_state == ProxyState::Partial;
    const QColor off = mixed(palette().color(QPalette::Window), palette().color(QPalette::WindowText), 0.55);
    const QColor tone = troubled ? toneColor(Tone::Bad, palette(), QPalette::Window)
                                 : toneColor(Tone::Good, palette(), QPalette::Window);
    const QRectF groove = track();
    const QRectF outline = groove.adjusted(1, 1, -1, -1);
    const double radius = outline.height() / 2;
    painter.setPen(QPen(isChecked() ? tone : off, 1.6));
    painter.setBrush(isChecked() ? tone : palette().color(QPalette::Base));
    painter.drawRoundedRect(outline, radius, radius);

    const double inset = 3.5;
    const double size = outline.height() - 2 * inset;
    const QRectF knob(isChecked() ? outline.right() - inset - size : outline.left() + inset,
                      outline.top() + inset, size, size);
    painter.setPen(Qt::NoPen);
    painter.setBrush(isChecked() ? palette().color(QPalette::Base) : off);
    painter.drawEllipse(knob);
    if (isChecked())
        paintSign(painter, knob, tone);

    painter.setFont(titleFont());
    painter.setPen(troubled ? tone : palette().color(QPalette::WindowText));
    const QRectF label(groove.right() + kMargin, 0, width() - groove.right() - kMargin, height());
    painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter, text());
    if (hasFocus()) {
        QStyleOptionFocusRect option;
        option.initFrom(this);
        option.rect = rect().adjusted(1, 1, -1, -1);
        option.backgroundColor = palette().color(QPalette::Window);
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &option, &painter, this);
    }
}

void ProxySwitch::paintSign(QPainter &painter, const QRectF &knob, const QColor &color) const
{
    const auto at = [&knob](double x, double y) {
        return QPointF(knob.left() + x * knob.width(), knob.top() + y * knob.height());
    };
    painter.setPen(QPen(color, knob.width() * 0.15, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    switch (m_state) {
    case ProxyState::On:
        painter.drawPolyline(QPolygonF({at(0.28, 0.53), at(0.44, 0.68), at(0.72, 0.34)}));
        break;
    case ProxyState::Partial:
    case ProxyState::Failed:
        painter.drawLine(at(0.5, 0.25), at(0.5, 0.52));
        painter.drawPoint(at(0.5, 0.75));
        break;
    case ProxyState::Off:
    case ProxyState::Opening:
        break;
    }
}

} // namespace ui
