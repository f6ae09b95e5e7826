// SPDX-License-Identifier: MIT
#include "engine/net/epoll_poller.h"

#include <unistd.h>

namespace engine::net
{

namespace
{

ReadyFlags fromEpoll(std::uint32_t events)
{
    ReadyFlags ready;
    ready.setFlag(Ready::Readable, events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR));
    ready.setFlag(Ready::Writable, events & (EPOLLOUT | EPOLLHUP | EPOLLERR));
    ready.setFlag(Ready::PeerClosed, events & (EPOLLRDHUP | EPOLLHUP));
    ready.setFlag(Ready::Broken, events & (EPOLLHUP | EPOLLERR));
    ready.setFlag(Ready::Urgent, events & EPOLLPRI);
    return ready;
}

/// What epoll gives back for a descriptor: its number, and which of its users it belonged to.
std::uint64_t keyOf(Descriptor descriptor, std::uint32_t generation)
{
    return static_cast<std::uint64_t>(generation) << 32 | static_cast<std::uint32_t>(descriptor);
}

} // namespace

EpollPoller::~EpollPoller()
{
    ::close(m_epoll);
}

EpollPoller::Slot &EpollPoller::slotOf(Descriptor descriptor)
{
    const auto index = static_cast<std::size_t>(descriptor);
    if (index >= m_slots.size())
        m_slots.resize(index + index / 2 + 64);
    return m_slots[index];
}

bool EpollPoller::add(Descriptor descriptor, PollHandler &handler)
{
    Slot &slot = slotOf(descriptor);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;
    event.data.u64 = keyOf(descriptor, slot.generation);
    if (::epoll_ctl(m_epoll, EPOLL_CTL_ADD, static_cast<int>(descriptor), &event) != 0)
        return false;
    slot.handler = &handler;
    return true;
}

void EpollPoller::setHandler(Descriptor descriptor, PollHandler &handler)
{
    slotOf(descriptor).handler = &handler;
}

void EpollPoller::remove(Descriptor descriptor)
{
    // The kernel forgets the descriptor when it is closed, which comes next, and spares us a call here. The
    // generation makes sure that events already fetched for it reach nobody.
    Slot &slot = slotOf(descriptor);
    slot.handler = nullptr;
    ++slot.generation;
}

void EpollPoller::release(Descriptor descriptor)
{
    (void)::epoll_ctl(m_epoll, EPOLL_CTL_DEL, static_cast<int>(descriptor), nullptr);
    remove(descriptor);
}

void EpollPoller::continueLater(Descriptor descriptor, ReadyFlags what)
{
    m_later.push_back({keyOf(descriptor, slotOf(descriptor).generation), what});
}

void EpollPoller::watchLevel(Descriptor descriptor, std::uint32_t events, PollHandler &handler)
{
    Slot &slot = slotOf(descriptor);
    const int fd = static_cast<int>(descriptor);
    if (events == 0) {
        // The descriptor may be closed already: then the kernel has forgotten it by itself.
        (void)::epoll_ctl(m_epoll, EPOLL_CTL_DEL, fd, nullptr);
        remove(descriptor);
        return;
    }
    const bool known = slot.handler != nullptr;
    slot.handler = &handler;
    epoll_event event{};
    event.events = events;
    event.data.u64 = keyOf(descriptor, slot.generation);
    (void)::epoll_ctl(m_epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
}

void EpollPoller::wait(int timeoutMs)
{
    const int count = ::epoll_wait(m_epoll, m_events.data(), kEventsPerWait, m_later.empty() ? timeoutMs : 0);
    for (int i = 0; i < count; ++i) {
        const epoll_event &event = m_events[static_cast<std::size_t>(i)];
        deliver(event.data.u64, fromEpoll(event.events));
    }
    deliverLater();
}

void EpollPoller::deliver(std::uint64_t key, ReadyFlags ready)
{
    const Slot &slot = m_slots[static_cast<std::uint32_t>(key)];
    if (slot.handler && slot.generation == key >> 32)
        slot.handler->onReady(static_cast<Descriptor>(key & 0xffffffffU), ready);
}

void EpollPoller::deliverLater()
{
    m_now.swap(m_later);
    for (const Later &entry : m_now)
        deliver(entry.key, entry.what);
    m_now.clear();
}

} // namespace engine::net
