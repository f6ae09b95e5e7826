// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

#include <QString>

#include <cstdint>
#include <optional>

namespace engine
{

struct PortHolder {
    std::int64_t processId = 0;
    QString name; ///< of its service or its executable, in short; empty when the system does not tell
};

/// The process that listens on a TCP port in a way that keeps others from `endpoint`. Nothing when there is
/// none, or on Linux when it is another user's and we have no right to look; Windows tells everybody's. Takes
/// milliseconds: any thread but the engine's and the interface's.
[[nodiscard]] std::optional<PortHolder> findPortHolder(const Endpoint &endpoint);

} // namespace engine
