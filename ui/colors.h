// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>
#include <QPalette>

#include <cstdint>

namespace ui
{

/// Meanings that have a colour. Each is also told by an icon or by text.
enum class Tone : std::uint8_t {
    Good,    ///< green
    Busy,    ///< blue
    Warning, ///< amber
    Bad,     ///< red
    Muted,   ///< grey: over, not important
    Down,    ///< traffic to the client
    Up,      ///< traffic to the target
};

/// The tone's hue, as light or dark as it takes to read as text on the palette's `role`.
[[nodiscard]] QColor toneColor(Tone tone, const QPalette &palette, QPalette::ColorRole role = QPalette::Base);
/// The contrast of two colours as WCAG 2 counts it: 1 to 21.
[[nodiscard]] double contrast(const QColor &a, const QColor &b);
/// `share` (0..1) of `over` laid on `under`.
[[nodiscard]] QColor mixed(const QColor &under, const QColor &over, double share);

} // namespace ui
