// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

namespace engine::net
{

/// Whether it is an address of this machine, as the system says now. Asks for a descriptor for a moment,
/// sends nothing; without one, only loopback is known. Any thread.
[[nodiscard]] bool isOwnAddress(const Address &address);

/// Whether a client runs on this machine that came from there and reached us here: nobody else reaches a
/// loopback address, and a program may say which of this machine's addresses it comes from.
[[nodiscard]] bool isOwnClient(const Address &client, const Address &reached);

/// Whether who connects to the target reaches what listens at this address and port.
[[nodiscard]] bool reaches(const Endpoint &target, const Endpoint &listening);

} // namespace engine::net
