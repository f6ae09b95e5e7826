// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/poller.h"

#include <array>
#include <vector>

#include <sys/epoll.h>

namespace engine::net
{

/// One epoll set for all sockets of the engine. Linux; waited on by EpollDispatcher.
class EpollPoller final : public Poller
{
public:
    explicit EpollPoller(int epoll)
        : m_epoll(epoll)
    {
    }
    ~EpollPoller() override;

    bool add(Descriptor descriptor, PollHandler &handler) override;
    void setHandler(Descriptor descriptor, PollHandler &handler) override;
    void remove(Descriptor descriptor) override;
    void release(Descriptor descriptor) override;
    void rearm(Descriptor, ReadyFlags) override {}
    void continueLater(Descriptor descriptor, ReadyFlags what) override;

    /// Watches a descriptor level-triggered for exactly these epoll events; 0 stops it. For Qt's notifiers.
    void watchLevel(Descriptor descriptor, std::uint32_t events, PollHandler &handler);
    /// Waits once for events, at most that long (-1: for ever), and delivers them.
    void wait(int timeoutMs);

private:
    static constexpr int kEventsPerWait = 256;

    struct Slot {
        PollHandler *handler = nullptr;
        std::uint32_t generation = 0;
    };
    struct Later {
        std::uint64_t key;
        ReadyFlags what;
    };

    Slot &slotOf(Descriptor descriptor);
    void deliver(std::uint64_t key, ReadyFlags ready);
    void deliverLater();

    int m_epoll;
    std::vector<Slot> m_slots; ///< by descriptor
    std::vector<Later> m_later;
    std::vector<Later> m_now;
    std::array<epoll_event, kEventsPerWait> m_events;
};

} // namespace engine::net
