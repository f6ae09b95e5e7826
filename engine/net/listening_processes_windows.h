// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

#include <vector>

#include <windows.h>

namespace engine::net
{

/// A row of the system's tables of listening sockets.
struct ListeningSocket {
    Endpoint local;
    DWORD processId = 0;
};

/// Whose of these sockets, in their order, keeps a listener of ours from an address; 0 when none does.
/// `ownProcess`: whose IPv6 listeners leave IPv4 to others, as ours do.
[[nodiscard]] DWORD listeningProcess(const Endpoint &wanted, const std::vector<ListeningSocket> &sockets,
                                     DWORD ownProcess);

/// The same of all that listen now. Blocks for as long as the system takes to list its sockets.
[[nodiscard]] DWORD listeningProcess(const Endpoint &wanted);

} // namespace engine::net
