// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/epoll_poller.h"

#include <QAbstractEventDispatcher>
#include <QHash>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace engine::net
{

/// The engine thread's event dispatcher on Linux: waits on the engine's own epoll set, in which Qt's
/// notifiers and the wake-up descriptor are members like any socket. Qt's stock dispatchers poll every
/// descriptor on every turn, and one of them around an epoll set costs two more system calls for every small
/// exchange.
class EpollDispatcher final : public QAbstractEventDispatcher, private PollHandler
{
    Q_OBJECT

public:
    /// Nothing when the system has no descriptors left.
    static std::unique_ptr<EpollDispatcher> make();
    ~EpollDispatcher() override;

    [[nodiscard]] EpollPoller &poller() { return m_poller; }

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;
    void registerTimer(int id, qint64 intervalMs, Qt::TimerType type, QObject *object) override;
    bool unregisterTimer(int id) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int id) override;
    void wakeUp() override;
    void interrupt() override;
    void startingUp() override;

private:
    using Clock = std::chrono::steady_clock;
    struct Timer {
        int id;
        std::chrono::milliseconds interval;
        Qt::TimerType type;
        QObject *object;
        Clock::time_point due;
    };
    /// Read, write and exception, as QSocketNotifier::Type counts them.
    using Notifiers = std::array<QSocketNotifier *, 3>;

    EpollDispatcher(int epoll, int wakeDescriptor, int timerDescriptor);
    void onReady(Descriptor descriptor, ReadyFlags ready) override;
    void updateNotifiers(Descriptor descriptor);
    void activate(Descriptor descriptor, int type);
    void acceptWakeUp();
    void fireTimers();
    void armTimerDescriptor();

    EpollPoller m_poller;
    int m_wakeDescriptor;
    int m_timerDescriptor;
    QHash<Descriptor, Notifiers> m_notifiers;
    std::vector<Timer> m_timers; ///< a handful
    Clock::time_point m_armedFor = Clock::time_point::max();
    std::atomic<bool> m_wakeSent = false;
    std::atomic<bool> m_interrupted = false;
    std::atomic<std::thread::id> m_thread;
    std::uint64_t m_turn = 0; ///< of processEvents(), counted
    bool m_hasPosted = false; ///< engine thread only: Qt has events for us to deliver
};

} // namespace engine::net
