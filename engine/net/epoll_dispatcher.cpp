// SPDX-License-Identifier: MIT
#include "engine/net/epoll_dispatcher.h"

#include <QCoreApplication>
#include <QEvent>
#include <QSocketNotifier>
#include <QTimerEvent>

#include <algorithm>
#include <utility>

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace engine::net
{

namespace
{

constexpr std::array<std::uint32_t, 3> kEventsOfType{EPOLLIN, EPOLLOUT, EPOLLPRI};
constexpr std::array<Ready, 3> kReadyOfType{Ready::Readable, Ready::Writable, Ready::Urgent};

/// Empties an eventfd or timerfd.
void readCounter(int descriptor)
{
    std::uint64_t count = 0;
    (void)!::read(descriptor, &count, sizeof count);
}

} // namespace

std::unique_ptr<EpollDispatcher> EpollDispatcher::make()
{
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const int timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (epoll >= 0 && wake >= 0 && timer >= 0)
        return std::unique_ptr<EpollDispatcher>(new EpollDispatcher(epoll, wake, timer));
    ::close(epoll);
    ::close(wake);
    ::close(timer);
    return nullptr;
}

EpollDispatcher::EpollDispatcher(int epoll, int wakeDescriptor, int timerDescriptor)
    : m_poller(epoll)
    , m_wakeDescriptor(wakeDescriptor)
    , m_timerDescriptor(timerDescriptor)
{
    m_poller.watchLevel(wakeDescriptor, EPOLLIN, *this);
    m_poller.watchLevel(timerDescriptor, EPOLLIN, *this);
}

EpollDispatcher::~EpollDispatcher()
{
    ::close(m_wakeDescriptor);
    ::close(m_timerDescriptor);
}

void EpollDispatcher::startingUp()
{
    m_thread.store(std::this_thread::get_id());
}

bool EpollDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_interrupted.store(false);
    m_hasPosted = false;
    // A turn inside a handler has cleared what was meant for this one: then Qt's loop has to look again.
    const auto mayWait = [this, flags, turn = ++m_turn] {
        return flags.testFlag(QEventLoop::WaitForMoreEvents) && !m_hasPosted && m_turn == turn &&
               !m_interrupted.load(std::memory_order_relaxed);
    };
    Q_EMIT awake();
    QCoreApplication::sendPostedEvents();
    if (mayWait())
        Q_EMIT aboutToBlock();
    // Sockets and timers are served in here; only posted events and an interruption need Qt's loop around it.
    do {
        m_poller.wait(mayWait() ? -1 : 0);
    } while (mayWait());
    return true;
}

void EpollDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    m_notifiers[notifier->socket()][static_cast<std::size_t>(notifier->type())] = notifier;
    updateNotifiers(notifier->socket());
}

void EpollDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const auto found = m_notifiers.find(notifier->socket());
    if (found == m_notifiers.end())
        return;
    QSocketNotifier *&entry = (*found)[static_cast<std::size_t>(notifier->type())];
    if (entry == notifier)
        entry = nullptr;
    updateNotifiers(notifier->socket());
}

void EpollDispatcher::updateNotifiers(Descriptor descriptor)
{
    const Notifiers &notifiers = m_notifiers[descriptor];
    std::uint32_t events = 0;
    for (std::size_t type = 0; type < notifiers.size(); ++type) {
        if (notifiers[type])
            events |= kEventsOfType[type];
    }
    if (events == 0)
        m_notifiers.remove(descriptor);
    m_poller.watchLevel(descriptor, events, *this);
}

void EpollDispatcher::onReady(Descriptor descriptor, ReadyFlags ready)
{
    if (descriptor == m_wakeDescriptor) {
        acceptWakeUp();
        return;
    }
    if (descriptor == m_timerDescriptor) {
        fireTimers();
        return;
    }
    for (std::size_t type = 0; type < kReadyOfType.size(); ++type) {
        if (ready.testFlag(kReadyOfType[type]))
            activate(descriptor, static_cast<int>(type));
    }
}

/// Looked up anew for each event: the one before may have deleted the notifier.
void EpollDispatcher::activate(Descriptor descriptor, int type)
{
    const auto found = m_notifiers.constFind(descriptor);
    QSocketNotifier *notifier =
        found == m_notifiers.constEnd() ? nullptr : (*found)[static_cast<std::size_t>(type)];
    if (!notifier)
        return;
    QEvent event(QEvent::SockAct);
    QCoreApplication::sendEvent(notifier, &event);
}

void EpollDispatcher::acceptWakeUp()
{
    // Read before the flag is cleared: a wake-up that comes in between writes again.
    readCounter(m_wakeDescriptor);
    m_wakeSent.store(false);
    m_hasPosted = true;
}

void EpollDispatcher::wakeUp()
{
    if (std::this_thread::get_id() == m_thread.load()) {
        m_hasPosted = true;
        return;
    }
    if (m_wakeSent.exchange(true))
        return;
    const std::uint64_t one = 1;
    (void)!::write(m_wakeDescriptor, &one, sizeof one);
}

void EpollDispatcher::interrupt()
{
    m_interrupted.store(true);
    wakeUp();
}

void EpollDispatcher::registerTimer(int id, qint64 intervalMs, Qt::TimerType type, QObject *object)
{
    const std::chrono::milliseconds interval(intervalMs);
    m_timers.push_back({id, interval, type, object, Clock::now() + interval});
    armTimerDescriptor();
}

bool EpollDispatcher::unregisterTimer(int id)
{
    return std::erase_if(m_timers, [id](const Timer &timer) { return timer.id == id; }) > 0;
}

bool EpollDispatcher::unregisterTimers(QObject *object)
{
    return std::erase_if(m_timers, [object](const Timer &timer) { return timer.object == object; }) > 0;
}

QList<QAbstractEventDispatcher::TimerInfo> EpollDispatcher::registeredTimers(QObject *object) const
{
    QList<TimerInfo> all;
    for (const Timer &timer : m_timers) {
        if (timer.object == object)
            all.append(TimerInfo(timer.id, static_cast<int>(timer.interval.count()), timer.type));
    }
    return all;
}

int EpollDispatcher::remainingTime(int id)
{
    const auto found =
        std::find_if(m_timers.begin(), m_timers.end(), [id](const Timer &timer) { return timer.id == id; });
    if (found == m_timers.end())
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(found->due - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void EpollDispatcher::fireTimers()
{
    readCounter(m_timerDescriptor);
    m_armedFor = Clock::time_point::max();
    const Clock::time_point now = Clock::now();
    // By id, because a handler may start and stop timers, its own included.
    std::vector<int> due;
    for (const Timer &timer : m_timers) {
        if (timer.due <= now)
            due.push_back(timer.id);
    }
    for (const int id : due) {
        const auto timer = std::find_if(m_timers.begin(), m_timers.end(),
                                        [id](const Timer &entry) { return entry.id == id; });
        if (timer == m_timers.end())
            continue;
        // A turn that took long fires once, not once for every interval missed.
        timer->due = std::max(timer->due + timer->interval, now);
        QTimerEvent event(id);
        QCoreApplication::sendEvent(timer->object, &event);
    }
    armTimerDescriptor();
}

/// The kernel watches the earliest timer, so that waiting for sockets needs no look at the clock. One that
/// was stopped meanwhile costs an early wake-up, no more.
void EpollDispatcher::armTimerDescriptor()
{
    if (m_timers.empty())
        return;
    const auto next = std::min_element(m_timers.begin(), m_timers.end(),
                                       [](const Timer &a, const Timer &b) { return a.due < b.due; });
    if (next->due >= m_armedFor)
        return;
    m_armedFor = next->due;
    // steady_clock is CLOCK_MONOTONIC here. All zero would disarm it, so a time in the past is one
    // nanosecond.
    const auto since = std::max(next->due.time_since_epoch(), Clock::duration(1));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
    itimerspec when{};
    when.it_value.tv_sec = seconds.count();
    when.it_value.tv_nsec = std::chrono::nanoseconds(since - seconds).count();
    (void)::timerfd_settime(m_timerDescriptor, TFD_TIMER_ABSTIME, &when, nullptr);
}

} // namespace engine::net
