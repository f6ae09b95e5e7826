// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace ui
{

/// What a rule has to name to be about the program that a file starts: where a link leads to, except to a
/// script or archive, which is known by the whole path that it was begun by; of the command of a Snap or a
/// Flatpak, its name. Looks at the file. Names, and what there is no more to say of, come back as they are.
[[nodiscard]] QString programEntryOf(const QString &nameOrFile);

} // namespace ui
