// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace ui
{

/// Whether the place of QSettings exists: its file, or on Windows its key. `place` is QSettings::fileName().
[[nodiscard]] bool areSharedSettingsThere(const QString &place);

/// Removes the place when it holds nothing, which QSettings leaves when its last value is removed.
void removeSharedSettings(const QString &place);

} // namespace ui
