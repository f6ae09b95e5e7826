// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>
#include <cstddef>
#include <vector>

namespace engine::net
{

using TimePoint = std::chrono::steady_clock::time_point;

/// Where the engine's time comes from; tests bring their own.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimePoint now() const { return std::chrono::steady_clock::now(); }
};

class DeadlineQueue;

/// One thing that must not take forever. Base class of what waits; it is in the queue at most once.
class Deadline
{
public:
    [[nodiscard]] bool isScheduled() const { return m_index != kNotQueued; }

protected:
    Deadline() = default;
    ~Deadline() = default;
    Q_DISABLE_COPY_MOVE(Deadline)

private:
    friend class DeadlineQueue;
    static constexpr std::size_t kNotQueued = static_cast<std::size_t>(-1);

    virtual void onDeadline() = 0;

    TimePoint m_when;
    std::size_t m_index = kNotQueued;
};

/// All deadlines of the engine in one heap behind one QTimer. Engine thread only.
class DeadlineQueue : public QObject
{
public:
    explicit DeadlineQueue(const Clock &clock);

    [[nodiscard]] TimePoint now() const { return m_clock.now(); }
    /// Sets or moves a deadline.
    void schedule(Deadline &deadline, TimePoint when);
    void schedule(Deadline &deadline, std::chrono::milliseconds fromNow)
    {
        schedule(deadline, now() + fromNow);
    }
    void cancel(Deadline &deadline);
    /// Calls everything that is due. The timer does it; tests with their own clock do it themselves.
    void fireDue();
    [[nodiscard]] std::size_t size() const { return m_heap.size(); }

private:
    void place(std::size_t index, Deadline *deadline);
    void siftUp(std::size_t index);
    void siftDown(std::size_t index);
    void armTimer();

    const Clock &m_clock;
    std::vector<Deadline *> m_heap;
    QTimer m_timer;
    TimePoint m_armedFor = TimePoint::max();
};

} // namespace engine::net
