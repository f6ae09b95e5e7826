// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace ui
{

/// Where a file really lies, as the system tells of a program that was begun from it. Empty when it cannot be
/// opened, as an alias that stands for an app of the Store cannot.
[[nodiscard]] QString imagePathOf(const QString &file);
/// "C:\..." and "\\server\..." of "\\?\C:\..." and "\\?\UNC\server\...".
[[nodiscard]] QString withoutNamespace(const QString &path);

} // namespace ui
