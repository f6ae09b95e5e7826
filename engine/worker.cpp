// SPDX-License-Identifier: MIT
#include "engine/worker.h"

#include <utility>

namespace engine
{

void Worker::stop()
{
    {
        // Outlives the lock: what the tasks hold may want to run another.
        std::deque<std::function<void()>> dropped;
        const std::lock_guard lock(m_mutex);
        m_stop = true;
        dropped.swap(m_tasks);
    }
    m_wake.notify_one();
    if (m_thread.joinable())
        m_thread.join();
}

void Worker::run(std::function<void()> task)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stop)
            return;
        m_tasks.push_back(std::move(task));
        if (!m_thread.joinable())
            m_thread = std::thread([this] { loop(); });
    }
    m_wake.notify_one(); // the lock is free for the one that wakes up
}

void Worker::loop()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stop || !m_tasks.empty(); });
        if (m_stop)
            return;
        std::function<void()> task = std::move(m_tasks.front());
        m_tasks.pop_front();
        lock.unlock();
        task();
        task = nullptr; // what it holds may want to run another
        lock.lock();
    }
}

} // namespace engine
