// SPDX-License-Identifier: MIT
#pragma once

#include "ui/ppx.h"

// What became of a .ppx file, in the program's language.

namespace ui
{

/// "Rule \"Work\": taken over"
[[nodiscard]] QString ppxLineText(const PpxLine &line);
/// Why a file could not be read, in a sentence.
[[nodiscard]] QString ppxProblemText(const PpxProblem &problem);

} // namespace ui
