// SPDX-License-Identifier: MIT
#pragma once

#include <QPalette>

namespace ui
{

/// The palette with a text of empty fields that can be read. Themes of desktops that know no such colour
/// leave a half-transparent black, which on dark fields is none.
[[nodiscard]] QPalette withReadablePlaceholders(const QPalette &palette);

} // namespace ui
