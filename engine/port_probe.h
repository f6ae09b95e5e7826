// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

#include <cstdint>

namespace engine
{

/// The port that a listener would get now at this address and port, or at any port when that is 0; 0 when it
/// would get none. Takes it for a moment, as a listener does. Any thread.
[[nodiscard]] std::uint16_t probePort(const Endpoint &wanted);

} // namespace engine
