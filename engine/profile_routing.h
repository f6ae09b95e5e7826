// SPDX-License-Identifier: MIT
#pragma once

#include "engine/json_reader.h"
#include "engine/profile.h"

#include <QJsonObject>

namespace engine
{

/// Reads "servers", "routes", "rules" and what else decides where a connection goes into the profile: shape,
/// ids, references, cycles. Any thread.
void readRouting(const json::Node &root, Profile &profile);

/// The keys that readRouting() reads, beside others that `json` already holds.
void routingToJson(const Profile &profile, QJsonObject &json);

} // namespace engine
