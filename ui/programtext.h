// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"

#include <QStringList>

// Programs as people write and read them.

namespace ui
{

/// A program by its name or path, of this system or of Windows: "curl", "/usr/bin/curl", "C:\Tools\curl.exe".
[[nodiscard]] engine::Program programCalled(const QString &nameOrPath);
/// What was found of a program that somebody has entered: "curl: /usr/bin/curl". Empty when a program that
/// is no script was entered by its path.
[[nodiscard]] QString foundProgramText(const QString &entered, const engine::Program &program);
/// The file name of the script that it runs; empty when it runs none.
[[nodiscard]] QString scriptName(const engine::Program &program);
/// What is known beyond the name, one fact a line: path, script, user, parents.
[[nodiscard]] QStringList identityLines(const engine::Application &application);

} // namespace ui
