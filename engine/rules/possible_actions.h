// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

namespace engine
{

/// Everything that may be decided about some request of this transport, whatever it asks for.
[[nodiscard]] QList<Action> possibleActions(const Profile &profile, Transport transport);
/// The servers and routes that some request may be sent by way of.
[[nodiscard]] QStringList possibleWays(const Profile &profile);

} // namespace engine
