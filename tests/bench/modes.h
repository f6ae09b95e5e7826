// SPDX-License-Identifier: MIT
#pragma once

#include "options.h"

namespace bench
{

// One subcommand each: reads its options, runs for a bounded time, prints JSON lines and returns the exit
// status. A new kind of traffic is one more of these and a line in load.cpp's table.
int runTarget(Options &options);
int runConnections(Options &options);
int runBulk(Options &options);
int runPingPong(Options &options);
int runIdle(Options &options);
int runDatagrams(Options &options);

} // namespace bench
