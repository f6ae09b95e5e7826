// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"

namespace ui
{

/// The program that somebody means, as it would be known if it ran: of a name, the executable that a command
/// of that name starts; of a script, its interpreter with it. Where there is none, only the name is known.
/// Looks at files.
[[nodiscard]] engine::Program findProgram(const QString &nameOrFile);

} // namespace ui
