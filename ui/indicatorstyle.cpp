// SPDX-License-Identifier: MIT
#include "ui/indicatorstyle.h"

#include "ui/colors.h"

#include <QPainter>
#include <QStyleOption>

namespace ui
{

namespace
{

// Shares of the text's colour.
constexpr double kOutline = 0.55; ///< 3:1 against the window and more, as WCAG 2 asks of controls
constexpr double kDisabledOutline = 0.25;

QPen outlineOf(const QStyleOption &option)
{
    const double share = (option.state & QStyle::State_Enabled) != 0 ? kOutline : kDisabledOutline;
    return mixed(option.palette.color(QPalette::Window),
                 option.palette.color(QPalette::Active, QPalette::WindowText), share);
}

} // namespace

IndicatorStyle::IndicatorStyle()
    : QProxyStyle(QStringLiteral("fusion"))
{
}

void IndicatorStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                                   const QWidget *widget) const
{
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool isBox = element == PE_IndicatorCheckBox;
    const bool hasFocus =
        (option->state & State_HasFocus) != 0 && (option->state & State_KeyboardFocusChange) != 0;
    if ((!isBox && element != PE_IndicatorRadioButton) || hasFocus)
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, !isBox);
    painter->setPen(outlineOf(*option));
    painter->setBrush(Qt::NoBrush);
    const QRectF outline = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    if (isBox)
        painter->drawRect(outline);
    else
        painter->drawEllipse(outline);
    painter->restore();
}

} // namespace ui
