// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

namespace engine
{

/// Everything that may be decided about some request of this transport, whatever it asks for.
[[nodiscard]] QList<Action> possibleActions(const Profile &profile, Transport transport);

} // namespace engine
