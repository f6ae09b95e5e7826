// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

namespace test
{

/// A listener on a free port of 127.0.0.1 that speaks SOCKS4 and SOCKS5.
[[nodiscard]] engine::ListenerProfile localListener(const char *name = "Local");
[[nodiscard]] engine::ListenerProfile passwordListener(const char *name = "Locked");
[[nodiscard]] engine::UserProfile user(const char *name, const char *password, int iterations = 1'000);
/// One listener, everything allowed, the engine's own limits.
[[nodiscard]] engine::Profile openProfile();
/// One listener that asks for a password; alice has "secret".
[[nodiscard]] engine::Profile passwordProfile();
[[nodiscard]] engine::AddressRange range(const char *cidr);

} // namespace test
