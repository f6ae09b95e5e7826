// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace engine
{

/// One helper thread for what would stall the relays: deriving passwords, asking the system who holds a port.
/// Tasks run in order; they hand their results over themselves.
class Worker
{
public:
    Worker() = default;
    ~Worker() { stop(); }
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    /// Any thread. The helper thread starts with the first task.
    void run(std::function<void()> task);

    /// Forgets what has not begun and waits for the task under way. Nothing runs after it.
    void stop();

private:
    void loop();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_tasks;
    bool m_stop = false;
    std::thread m_thread;
};

} // namespace engine
