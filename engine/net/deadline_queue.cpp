// SPDX-License-Identifier: MIT
#include "engine/net/deadline_queue.h"

#include <algorithm>

namespace engine::net
{

DeadlineQueue::DeadlineQueue(const Clock &clock)
    : m_clock(clock)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_armedFor = TimePoint::max();
        fireDue();
        armTimer();
    });
}

void DeadlineQueue::schedule(Deadline &deadline, TimePoint when)
{
    if (!deadline.isScheduled()) {
        deadline.m_when = when;
        m_heap.push_back(&deadline);
        deadline.m_index = m_heap.size() - 1;
        siftUp(deadline.m_index);
    } else {
        deadline.m_when = when;
        siftUp(deadline.m_index);
        siftDown(deadline.m_index);
    }
    armTimer();
}

void DeadlineQueue::cancel(Deadline &deadline)
{
    if (!deadline.isScheduled())
        return;
    const std::size_t index = deadline.m_index;
    Deadline *last = m_heap.back();
    m_heap.pop_back();
    deadline.m_index = Deadline::kNotQueued;
    if (last == &deadline)
        return;
    place(index, last);
    siftUp(index);
    siftDown(last->m_index);
}

void DeadlineQueue::fireDue()
{
    const TimePoint present = now();
    while (!m_heap.empty() && m_heap.front()->m_when <= present) {
        Deadline *due = m_heap.front();
        cancel(*due);
        due->onDeadline();
    }
}

void DeadlineQueue::place(std::size_t index, Deadline *deadline)
{
    m_heap[index] = deadline;
    deadline->m_index = index;
}

void DeadlineQueue::siftUp(std::size_t index)
{
    Deadline *moving = m_heap[index];
    while (index > 0) {
        const std::size_t parent = (index - 1) / 2;
        if (m_heap[parent]->m_when <= moving->m_when)
            break;
        place(index, m_heap[parent]);
        index = parent;
    }
    place(index, moving);
}

void DeadlineQueue::siftDown(std::size_t index)
{
    Deadline *moving = m_heap[index];
    for (;;) {
        std::size_t child = 2 * index + 1;
        if (child >= m_heap.size())
            break;
        if (child + 1 < m_heap.size() && m_heap[child + 1]->m_when < m_heap[child]->m_when)
            ++child;
        if (moving->m_when <= m_heap[child]->m_when)
            break;
        place(index, m_heap[child]);
        index = child;
    }
    place(index, moving);
}

void DeadlineQueue::armTimer()
{
    // A deadline that moved later leaves the timer alone: one early wake-up costs less than re-arming for
    // each of thousands of connections.
    if (m_heap.empty() || m_heap.front()->m_when >= m_armedFor)
        return;
    m_armedFor = m_heap.front()->m_when;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(m_armedFor - now());
    m_timer.start(
        std::clamp(wait, std::chrono::milliseconds(0), std::chrono::milliseconds(24 * 3600 * 1000)));
}

} // namespace engine::net
