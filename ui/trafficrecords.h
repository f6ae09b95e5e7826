// SPDX-License-Identifier: MIT
#pragma once

#include "ui/routeledger.h"
#include "ui/trafficday.h"
#include "ui/trafficsources.h"

namespace ui
{

/// What the traffic view has gathered. It outlives the view, which is built again in another language.
struct TrafficRecords {
    RouteLedger routes;
    TrafficSources sources;
    TrafficDay day{systemClock()};
};

} // namespace ui
