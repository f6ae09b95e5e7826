// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"

#include <QStringList>

// Programs as people write and read them.

namespace ui
{

/// A program by its name or path, of this system or of Windows: "curl", "/usr/bin/curl", "C:\Tools\curl.exe".
[[nodiscard]] engine::Program programCalled(const QString &nameOrPath);
/// What a rule has to name to be about the program that a file starts: where a link leads to, except to a
/// script, which is known by the path that it was begun by; of the command of a Snap or a Flatpak, its name.
/// Looks at the file. Names, and what there is no more to say of, come back as they are.
[[nodiscard]] QString programEntryOf(const QString &nameOrFile);
/// The file name of the script that it runs; empty when it runs none.
[[nodiscard]] QString scriptName(const engine::Program &program);
/// What is known beyond the name, one fact a line: path, script, user, parents.
[[nodiscard]] QStringList identityLines(const engine::Application &application);

} // namespace ui
