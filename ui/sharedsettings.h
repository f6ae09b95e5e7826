// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace ui
{

/// Removes the place of QSettings, its file or on Windows its key, when it holds nothing: on Windows reading
/// alone makes the key. `place` is QSettings::fileName().
void removeSharedSettings(const QString &place);

} // namespace ui
