// SPDX-License-Identifier: MIT
#pragma once

#include "app/commandline.h"
#include "app/profilefile.h"
#include "app/singleinstance.h"

namespace engine
{
class Engine;
}

namespace app
{

/// Names the program to Qt: where settings are, what windows belong to. Before any application object is
/// made.
void nameProgram();

/// What does not need an engine: --help, --version, --check, --set-password, --show, --toggle, --quit,
/// --restore-system-proxy. The process's exit code.
[[nodiscard]] int runCommand(int &argc, char **argv, const CommandLine &commandLine);

/// Proxy off when it is on, on when it is off.
[[nodiscard]] Reply toggleProxy(engine::Engine &engine);

/// Tells on standard error that this start waits for the end of another instance.
void printWaiting();

/// Becomes the instance of this profile. False, with a line on standard error, when another one is.
[[nodiscard]] bool claimOrReport(SingleInstance &instance, const ProfileFile &file);

} // namespace app
