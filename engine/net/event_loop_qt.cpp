// SPDX-License-Identifier: MIT
#include "engine/net/event_loop.h"

// Platforms where Qt's own dispatcher serves: Windows reports sockets by messages, not by polling them all.

namespace engine::net
{

std::unique_ptr<QAbstractEventDispatcher> makeNativeDispatcher()
{
    return nullptr;
}

Poller *nativePollerOfThisThread()
{
    return nullptr;
}

} // namespace engine::net
