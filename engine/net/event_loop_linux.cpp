// SPDX-License-Identifier: MIT
#include "engine/net/event_loop.h"

#include "engine/net/epoll_dispatcher.h"

namespace engine::net
{

std::unique_ptr<QAbstractEventDispatcher> makeNativeDispatcher()
{
    return EpollDispatcher::make();
}

Poller *nativePollerOfThisThread()
{
    auto *dispatcher = qobject_cast<EpollDispatcher *>(QAbstractEventDispatcher::instance());
    return dispatcher ? &dispatcher->poller() : nullptr;
}

} // namespace engine::net
