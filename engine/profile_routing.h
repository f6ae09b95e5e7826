// SPDX-License-Identifier: MIT
#pragma once

#include "engine/json_reader.h"
#include "engine/profile.h"

namespace engine
{

/// Checks the parts of a profile that are not served yet ("servers", "routes", "rules") and reads
/// "defaultAction": shape, ids, references and cycles, and that nothing in force would need them. Any thread.
[[nodiscard]] DefaultAction checkRouting(const json::Node &root);

} // namespace engine
