// SPDX-License-Identifier: MIT
#pragma once

#include "ui/settings.h"

#include <QPalette>

namespace ui
{

/// Shows the whole program in this theme from now on. System is the platform's own style and colours; light
/// and dark are the same on every platform, in the style Fusion.
void applyTheme(Theme theme);
/// The colours of Theme::Light or Theme::Dark.
[[nodiscard]] QPalette themePalette(Theme theme);

} // namespace ui
