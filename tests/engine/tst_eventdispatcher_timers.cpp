// SPDX-License-Identifier: MIT
#include "engine/net/epoll_dispatcher.h"

#include "tests/support/notifiers.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPointer>
#include <QTest>
#include <QTimer>

#include <memory>

using namespace engine;
using std::chrono::milliseconds;
using test::waitFor;

namespace
{

QAbstractEventDispatcher &dispatcher()
{
    return *QAbstractEventDispatcher::instance();
}

/// An object with timers of its own.
class Ticking final : public QObject
{
public:
    explicit Ticking(int &count)
        : m_count(count)
    {
    }

protected:
    void timerEvent(QTimerEvent *) override { ++m_count; }

private:
    int &m_count;
};

} // namespace

/// Timers on a thread that runs with the engine's own dispatcher.
class TestEventDispatcherTimers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firesASingleShotOnce_data() { addIntervals(); }
    void firesASingleShotOnce();
    void firesARepeatingTimer_data() { addIntervals(); }
    void firesARepeatingTimer();
    void servesTheOthersBesideATimerOfZero();
    void stopsATimerInItsOwnSlot();
    void stopsAnotherTimerThatIsDue();
    void startsATimerInASlot();
    void changesAnInterval();
    void forgetsTheTimersOfADeletedObject();
    void deletesAnObjectInATimersSlot();
    void tellsTheTimersAndWhatIsLeftOfThem();

private:
    static void addIntervals();
};

void TestEventDispatcherTimers::addIntervals()
{
    QTest::addColumn<int>("interval");
    QTest::newRow("zero") << 0;
    QTest::newRow("one millisecond") << 1;
    QTest::newRow("twenty milliseconds") << 20;
}

void TestEventDispatcherTimers::firesASingleShotOnce()
{
    QFETCH(const int, interval);
    QTimer timer;
    timer.setSingleShot(true);
    int fired = 0;
    connect(&timer, &QTimer::timeout, this, [&] { ++fired; });
    QElapsedTimer time;
    time.start();
    timer.start(interval);
    QVERIFY(waitFor([&] { return fired > 0; }));
    QVERIFY(test::passed(time) >= milliseconds{interval});
    QVERIFY(test::passSomeTurns());
    QCOMPARE(fired, 1);
    QVERIFY(!timer.isActive());
    timer.start(interval);
    QVERIFY(waitFor([&] { return fired == 2; }));
}

void TestEventDispatcherTimers::firesARepeatingTimer()
{
    constexpr int kTimes = 5;
    QFETCH(const int, interval);
    QTimer timer;
    int fired = 0;
    connect(&timer, &QTimer::timeout, this, [&] { ++fired; });
    QElapsedTimer time;
    time.start();
    timer.start(interval);
    QVERIFY(waitFor([&] { return fired >= kTimes; }));
    QVERIFY(test::passed(time) >= kTimes * milliseconds{interval});
    timer.stop();
    const int before = fired;
    QVERIFY(test::passSomeTurns());
    QCOMPARE(fired, before);
}

void TestEventDispatcherTimers::servesTheOthersBesideATimerOfZero()
{
    QTimer other;
    int fired = 0;
    connect(&other, &QTimer::timeout, this, [&] { ++fired; });
    other.start(1);
    const test::SocketPair pair;
    pair.send();
    test::Watch watch(pair.near(), QSocketNotifier::Read);
    QTimer busy;
    QObject receiver;
    int posted = 0;
    connect(&busy, &QTimer::timeout, &receiver, [&] {
        QMetaObject::invokeMethod(
            &receiver, [&] { ++posted; }, Qt::QueuedConnection);
    });
    busy.start(0);
    QVERIFY(waitFor([&] { return fired > 2 && watch.count > 2 && posted > 2; }));
}

void TestEventDispatcherTimers::stopsATimerInItsOwnSlot()
{
    QTimer timer;
    int fired = 0;
    connect(&timer, &QTimer::timeout, this, [&] {
        ++fired;
        timer.stop();
    });
    timer.start(0);
    QVERIFY(waitFor([&] { return fired > 0; }));
    QVERIFY(test::passSomeTurns());
    QCOMPARE(fired, 1);
}

void TestEventDispatcherTimers::stopsAnotherTimerThatIsDue()
{
    QTimer timers[2];
    int fired = 0;
    for (QTimer &timer : timers) {
        connect(&timer, &QTimer::timeout, this, [&] {
            ++fired;
            timers[0].stop();
            timers[1].stop();
        });
        timer.start(0);
    }
    QVERIFY(waitFor([&] { return fired > 0; }));
    QVERIFY(test::passSomeTurns());
    QCOMPARE(fired, 1);
}

void TestEventDispatcherTimers::startsATimerInASlot()
{
    QTimer first;
    QTimer second;
    int fired = 0;
    connect(&second, &QTimer::timeout, this, [&] { ++fired; });
    connect(&first, &QTimer::timeout, this, [&] {
        first.stop();
        second.start(1);
    });
    first.start(1);
    QVERIFY(waitFor([&] { return fired > 1; }));
}

/// The kernel's timer, set for something far away, is set anew.
void TestEventDispatcherTimers::changesAnInterval()
{
    QTimer timer;
    int fired = 0;
    connect(&timer, &QTimer::timeout, this, [&] { ++fired; });
    timer.start(std::chrono::hours{24});
    timer.setInterval(milliseconds{1});
    QVERIFY(waitFor([&] { return fired > 0; }));
    timer.setInterval(std::chrono::hours{24});
    const int before = fired;
    QVERIFY(test::passSomeTurns());
    QCOMPARE(fired, before);
}

void TestEventDispatcherTimers::forgetsTheTimersOfADeletedObject()
{
    int fired = 0;
    auto ticking = std::make_unique<Ticking>(fired);
    const int id = ticking->startTimer(milliseconds{0});
    ticking->startTimer(milliseconds{1});
    ticking->startTimer(milliseconds{2});
    QCOMPARE(dispatcher().registeredTimers(ticking.get()).size(), 3);
    QVERIFY(waitFor([&] { return fired > 2; }));
    ticking.reset();
    const int before = fired;
    QCOMPARE(dispatcher().remainingTime(id), -1);
    QVERIFY(test::passSomeTurns());
    QCOMPARE(fired, before);
}

void TestEventDispatcherTimers::deletesAnObjectInATimersSlot()
{
    // Itself, a little later.
    auto *timer = new QTimer;
    const QPointer<QTimer> watched(timer);
    connect(timer, &QTimer::timeout, timer, &QObject::deleteLater);
    // Another one that is due as well, at once.
    auto doomed = std::make_unique<QTimer>();
    bool fired = false;
    connect(doomed.get(), &QTimer::timeout, this, [&] { fired = true; });
    QTimer neighbour;
    connect(&neighbour, &QTimer::timeout, this, [&] { doomed.reset(); });
    neighbour.start(0);
    doomed->start(0);
    timer->start(0);
    QVERIFY(waitFor([&] { return !watched && !doomed; }));
    QVERIFY(!fired);
}

void TestEventDispatcherTimers::tellsTheTimersAndWhatIsLeftOfThem()
{
    constexpr int kInterval = 3'600'000;
    QTimer timer;
    QCOMPARE(timer.remainingTime(), -1);
    timer.start(kInterval);
    const int left = timer.remainingTime();
    QVERIFY(left <= kInterval && left > kInterval - static_cast<int>(test::kPatience.count()));
    const auto timers = dispatcher().registeredTimers(&timer);
    QCOMPARE(timers.size(), 1);
    QCOMPARE(timers.front().timerId, timer.timerId());
    QCOMPARE(timers.front().interval, kInterval);
    QCOMPARE(timers.front().timerType, Qt::CoarseTimer);
    timer.start(0);
    QCOMPARE(timer.remainingTime(), 0);
    timer.stop();
    QVERIFY(dispatcher().registeredTimers(&timer).isEmpty());
    QVERIFY(!dispatcher().unregisterTimer(-5));
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    return test::runOnNativeThread<TestEventDispatcherTimers>(argc, argv);
}

#include "tst_eventdispatcher_timers.moc"
