// SPDX-License-Identifier: MIT
#pragma once

#include <QProxyStyle>

namespace ui
{

/// Fusion outlines check boxes and radio buttons in a shade little darker than the window: faint on a light
/// one, and not to be seen on a dark one. This gives them an outline that stands out, and leaves all else to
/// Fusion.
class IndicatorStyle : public QProxyStyle
{
    Q_OBJECT

public:
    IndicatorStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget = nullptr) const override;
};

} // namespace ui
