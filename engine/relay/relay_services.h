// SPDX-License-Identifier: MIT
#pragma once

#include "engine/limits.h"
#include "engine/net/deadline_queue.h"
#include "engine/net/poller.h"
#include "engine/relay/live_connection.h"
#include "engine/relay/pipe_pool.h"
#include "engine/stats/registry.h"

#include <array>

namespace engine
{

/// Read in one go when copying. Larger gains nothing once it no longer fits the core's cache.
inline constexpr std::size_t kCopyBufferSize = std::size_t{128} * 1024;

/// What every relay shares.
struct RelayServices {
    net::Poller &poller;
    net::DeadlineQueue &deadlines;
    Registry &registry;
    ConnectionHost &host;
    PipePool pipes;
    const Limits *limits = nullptr;                       ///< of the profile in force
    std::array<std::uint8_t, kCopyBufferSize> copyBuffer; ///< between a read and its write only
};

} // namespace engine
