// SPDX-License-Identifier: MIT
#include "ui/placeholders.h"

#include "ui/colors.h"

namespace ui
{

namespace
{

/// Below this contrast a hint is not seen; it need not be as strong as text.
constexpr double kFaintest = 2.5;
/// What a hint has of the colour of text.
constexpr float kStrength = 0.55F;

} // namespace

QPalette withReadablePlaceholders(const QPalette &palette)
{
    const QColor base = palette.color(QPalette::Base);
    const QColor hint = palette.color(QPalette::PlaceholderText);
    if (contrast(base, mixed(base, hint, hint.alphaF())) >= kFaintest)
        return palette;
    QPalette readable = palette;
    QColor text = palette.color(QPalette::Text);
    text.setAlphaF(kStrength);
    readable.setColor(QPalette::PlaceholderText, text);
    return readable;
}

} // namespace ui
