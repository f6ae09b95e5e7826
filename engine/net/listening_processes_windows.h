// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

#include <windows.h>

namespace engine::net
{

/// The process that keeps others from listening on an address; 0 when none does. Blocks for as long as the
/// system takes to list its sockets.
[[nodiscard]] DWORD listeningProcess(const Endpoint &endpoint);

} // namespace engine::net
