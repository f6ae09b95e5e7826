// SPDX-License-Identifier: MIT
#pragma once

#include "app/commandline.h"

namespace app
{

/// The program with its interface: its whole life. The process's exit code.
[[nodiscard]] int runDesktop(int &argc, char **argv, const CommandLine &commandLine);

} // namespace app
