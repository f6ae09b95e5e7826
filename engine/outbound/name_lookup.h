// SPDX-License-Identifier: MIT
#pragma once

#include "engine/outbound/lookup_pool.h"

namespace engine
{

/// Asks the system (name_lookup_posix.cpp, name_lookup_windows.cpp) for the addresses of a name, in the order
/// that it prefers. Any thread; blocks, with a name server that does not answer for a minute or more.
[[nodiscard]] LookupPool::Addresses lookUpName(const QByteArray &name);

} // namespace engine
