// SPDX-License-Identifier: MIT
#include "engine/net/activity.h"
#include "engine/net/deadline_queue.h"

#include "tests/support/fakeclock.h"
#include "tests/support/pace.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <vector>

using namespace engine;
using std::chrono::milliseconds;

namespace
{

/// A deadline that counts, and then does what the test wants.
class Alarm final : public net::Deadline
{
public:
    explicit Alarm(std::function<void()> then = {})
        : m_then(std::move(then))
    {
    }
    int fired = 0;

private:
    void onDeadline() override
    {
        ++fired;
        if (m_then)
            m_then();
    }

    std::function<void()> m_then;
};

struct Scene {
    test::FakeClock clock;
    net::DeadlineQueue queue{clock};

    void advance(milliseconds time)
    {
        clock.advance(time);
        queue.fireDue();
    }
};

} // namespace

class TestDeadlineQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firesInOrder_data();
    void firesInOrder();
    void firesWhenDueAndNotBefore();
    void movesADeadline_data();
    void movesADeadline();
    void cancels();
    void letsACallbackCancelItself();
    void letsACallbackCancelAnother();
    void letsACallbackScheduleItselfAgain();
    void letsACallbackScheduleWhatIsDueAlready();
    void letsACallbackMoveAnother();
    void letsACallbackDestroyItself();
    void doesAsASimpleListWould();
    void wakesByItself();
    void wakesForTheEarliest();
    void wakesAgainWhenItWokeTooEarly();
    void tellsHowLongNothingMoved();
};

void TestDeadlineQueue::firesInOrder_data()
{
    QTest::addColumn<QList<int>>("delays");
    QTest::newRow("none") << QList<int>{};
    QTest::newRow("one") << QList<int>{5};
    QTest::newRow("as they come") << QList<int>{1, 2, 3, 4, 5, 6, 7, 8, 9};
    QTest::newRow("backwards") << QList<int>{9, 8, 7, 6, 5, 4, 3, 2, 1};
    QTest::newRow("mixed") << QList<int>{5, 1, 9, 3, 7, 2, 8, 4, 6};
    QTest::newRow("at the same time") << QList<int>{4, 4, 4, 4, 4};
    QTest::newRow("some at the same time") << QList<int>{4, 2, 4, 1, 2, 4, 1};
    QTest::newRow("now and long past") << QList<int>{0, -3'600'000, 7, -1};
}

void TestDeadlineQueue::firesInOrder()
{
    QFETCH(QList<int>, delays);
    Scene scene;
    QList<int> fired;
    std::vector<std::unique_ptr<Alarm>> alarms;
    for (const int delay : std::as_const(delays)) {
        alarms.push_back(std::make_unique<Alarm>([&fired, delay] { fired.append(delay); }));
        scene.queue.schedule(*alarms.back(), milliseconds{delay});
    }
    QCOMPARE(scene.queue.size(), static_cast<std::size_t>(delays.size()));
    scene.advance(milliseconds{9});
    std::sort(delays.begin(), delays.end());
    QCOMPARE(fired, delays);
    QCOMPARE(scene.queue.size(), 0U);
}

void TestDeadlineQueue::firesWhenDueAndNotBefore()
{
    Scene scene;
    Alarm soon;
    Alarm later;
    scene.queue.schedule(later, milliseconds{20});
    scene.queue.schedule(soon, milliseconds{10});
    scene.advance(milliseconds{9});
    QCOMPARE(soon.fired, 0);
    scene.advance(milliseconds{1});
    QCOMPARE(soon.fired, 1);
    QVERIFY(!soon.isScheduled());
    QCOMPARE(later.fired, 0);
    QVERIFY(later.isScheduled());
    scene.advance(milliseconds{9});
    QCOMPARE(later.fired, 0);
    scene.advance(milliseconds{100});
    QCOMPARE(later.fired, 1);
    QCOMPARE(soon.fired, 1);
}

void TestDeadlineQueue::movesADeadline_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::newRow("to the front") << 50 << 1;
    QTest::newRow("earlier, but behind others") << 50 << 25;
    QTest::newRow("to the end") << 5 << 60;
    QTest::newRow("later, but before others") << 5 << 35;
    QTest::newRow("to where it was") << 30 << 30;
}

void TestDeadlineQueue::movesADeadline()
{
    QFETCH(const int, from);
    QFETCH(const int, to);
    Scene scene;
    QList<int> order;
    std::vector<std::unique_ptr<Alarm>> others;
    for (const int delay : {10, 20, 30, 40}) {
        others.push_back(std::make_unique<Alarm>([&order, delay] { order.append(delay); }));
        scene.queue.schedule(*others.back(), milliseconds{delay});
    }
    Alarm moved([&order] { order.append(0); });
    scene.queue.schedule(moved, milliseconds{from});
    scene.queue.schedule(moved, milliseconds{to});
    QCOMPARE(scene.queue.size(), 5U);
    scene.advance(milliseconds{to - 1});
    QCOMPARE(moved.fired, 0);
    scene.advance(milliseconds{1});
    QCOMPARE(moved.fired, 1);
    scene.advance(milliseconds{100});
    QCOMPARE(moved.fired, 1);
    order.removeOne(0);
    QCOMPARE(order, (QList<int>{10, 20, 30, 40}));
}

void TestDeadlineQueue::cancels()
{
    Scene scene;
    Alarm cancelled;
    Alarm kept;
    scene.queue.cancel(cancelled); // not scheduled: nothing happens
    scene.queue.schedule(cancelled, milliseconds{10});
    scene.queue.schedule(kept, milliseconds{20});
    scene.queue.cancel(cancelled);
    QVERIFY(!cancelled.isScheduled());
    scene.queue.cancel(cancelled);
    QCOMPARE(scene.queue.size(), 1U);
    scene.advance(milliseconds{30});
    QCOMPARE(cancelled.fired, 0);
    QCOMPARE(kept.fired, 1);
    scene.queue.schedule(cancelled, milliseconds{10});
    scene.advance(milliseconds{10});
    QCOMPARE(cancelled.fired, 1);
}

void TestDeadlineQueue::letsACallbackCancelItself()
{
    Scene scene;
    bool scheduledWithin = true;
    Alarm *self = nullptr;
    Alarm alarm([&] {
        scheduledWithin = self->isScheduled();
        scene.queue.cancel(*self);
    });
    self = &alarm;
    Alarm other;
    scene.queue.schedule(alarm, milliseconds{1});
    scene.queue.schedule(other, milliseconds{2});
    scene.advance(milliseconds{5});
    QVERIFY(!scheduledWithin);
    QCOMPARE(alarm.fired, 1);
    QCOMPARE(other.fired, 1);
}

void TestDeadlineQueue::letsACallbackCancelAnother()
{
    Scene scene;
    Alarm due;
    Alarm last;
    Alarm first([&] { scene.queue.cancel(due); });
    scene.queue.schedule(first, milliseconds{1});
    scene.queue.schedule(due, milliseconds{2});
    scene.queue.schedule(last, milliseconds{3});
    scene.advance(milliseconds{5});
    QCOMPARE(first.fired, 1);
    QCOMPARE(due.fired, 0);
    QCOMPARE(last.fired, 1);
}

void TestDeadlineQueue::letsACallbackScheduleItselfAgain()
{
    Scene scene;
    Alarm *self = nullptr;
    Alarm alarm([&] { scene.queue.schedule(*self, milliseconds{10}); });
    self = &alarm;
    scene.queue.schedule(alarm, milliseconds{10});
    for (int round = 1; round <= 3; ++round) {
        scene.advance(milliseconds{9});
        QCOMPARE(alarm.fired, round - 1);
        scene.advance(milliseconds{1});
        QCOMPARE(alarm.fired, round);
        QVERIFY(alarm.isScheduled());
    }
    scene.queue.cancel(alarm);
}

void TestDeadlineQueue::letsACallbackScheduleWhatIsDueAlready()
{
    Scene scene;
    Alarm added;
    Alarm alarm([&] { scene.queue.schedule(added, milliseconds{0}); });
    scene.queue.schedule(alarm, milliseconds{1});
    scene.advance(milliseconds{1});
    QCOMPARE(added.fired, 1);
}

void TestDeadlineQueue::letsACallbackMoveAnother()
{
    Scene scene;
    Alarm due;
    Alarm alarm([&] { scene.queue.schedule(due, milliseconds{10}); });
    scene.queue.schedule(alarm, milliseconds{1});
    scene.queue.schedule(due, milliseconds{2});
    scene.advance(milliseconds{5});
    QCOMPARE(due.fired, 0);
    scene.advance(milliseconds{10});
    QCOMPARE(due.fired, 1);
}

void TestDeadlineQueue::letsACallbackDestroyItself()
{
    Scene scene;
    std::unique_ptr<Alarm> alarm;
    Alarm other;
    alarm = std::make_unique<Alarm>([&] { alarm.reset(); });
    scene.queue.schedule(*alarm, milliseconds{1});
    scene.queue.schedule(other, milliseconds{2});
    scene.advance(milliseconds{2});
    QVERIFY(!alarm);
    QCOMPARE(other.fired, 1);
}

void TestDeadlineQueue::doesAsASimpleListWould()
{
    QRandomGenerator random(1883);
    constexpr int kAlarms = 60;
    Scene scene;
    QList<int> fired;
    std::vector<std::unique_ptr<Alarm>> alarms;
    std::map<int, net::TimePoint> model;
    for (int i = 0; i < kAlarms; ++i)
        alarms.push_back(std::make_unique<Alarm>([&fired, i] { fired.append(i); }));

    for (int operation = 0; operation < 1'000; ++operation) {
        const int which = random.bounded(kAlarms);
        Alarm &alarm = *alarms[static_cast<std::size_t>(which)];
        const int kind = random.bounded(10);
        if (kind < 6) {
            const net::TimePoint when = scene.clock.now() + milliseconds{1 + random.bounded(100)};
            scene.queue.schedule(alarm, when);
            model[which] = when;
        } else if (kind < 8) {
            scene.queue.cancel(alarm);
            model.erase(which);
        } else {
            fired.clear();
            scene.advance(milliseconds{random.bounded(20)});
            net::TimePoint before{};
            for (const int id : std::as_const(fired)) {
                QVERIFY(model.contains(id));
                QVERIFY(model[id] >= before && model[id] <= scene.clock.now());
                before = model[id];
                model.erase(id);
            }
            QVERIFY(std::all_of(model.begin(), model.end(),
                                [&](const auto &entry) { return entry.second > scene.clock.now(); }));
        }
        QCOMPARE(scene.queue.size(), model.size());
        QCOMPARE(alarm.isScheduled(), model.contains(which));
    }
}

void TestDeadlineQueue::wakesByItself()
{
    Scene scene;
    Alarm second;
    Alarm first([&] { scene.queue.schedule(second, milliseconds{5}); });
    scene.queue.schedule(first, milliseconds{5});
    scene.clock.advance(milliseconds{5});
    QTRY_COMPARE_WITH_TIMEOUT(first.fired, 1, int(test::kPatience.count()));
    scene.clock.advance(milliseconds{5});
    QTRY_COMPARE_WITH_TIMEOUT(second.fired, 1, int(test::kPatience.count()));
}

/// The timer, set for something far away, is set anew for what comes before it.
void TestDeadlineQueue::wakesForTheEarliest()
{
    Scene scene;
    Alarm distant;
    Alarm close;
    scene.queue.schedule(distant, std::chrono::hours{100 * 24});
    scene.queue.schedule(close, milliseconds{1});
    scene.clock.advance(milliseconds{1});
    QTRY_COMPARE_WITH_TIMEOUT(close.fired, 1, int(test::kPatience.count()));
    QCOMPARE(distant.fired, 0);
    scene.queue.schedule(distant, milliseconds{0});
    QTRY_COMPARE_WITH_TIMEOUT(distant.fired, 1, int(test::kPatience.count()));
}

/// A deadline that was moved later, or cancelled, leaves the timer where it was.
void TestDeadlineQueue::wakesAgainWhenItWokeTooEarly()
{
    Scene scene;
    Alarm moved;
    Alarm cancelled;
    scene.queue.schedule(cancelled, milliseconds{1});
    scene.queue.schedule(moved, milliseconds{2});
    scene.queue.cancel(cancelled);
    scene.queue.schedule(moved, milliseconds{30});
    Alarm early;
    scene.queue.schedule(early, milliseconds{10});
    scene.clock.advance(milliseconds{10});
    QTRY_COMPARE_WITH_TIMEOUT(early.fired, 1, int(test::kPatience.count()));
    QCOMPARE(moved.fired, 0);
    scene.clock.advance(milliseconds{20});
    QTRY_COMPARE_WITH_TIMEOUT(moved.fired, 1, int(test::kPatience.count()));
}

/// What moved counts from the look at it: a timeout strikes late, never early.
void TestDeadlineQueue::tellsHowLongNothingMoved()
{
    constexpr milliseconds kTimeout{800};
    const test::FakeClock clock;
    const net::TimePoint start = clock.now();
    net::Activity activity;
    activity.begin(start);
    QVERIFY(!activity.isIdle(start + kTimeout - milliseconds{1}, kTimeout));
    QVERIFY(activity.isIdle(start + kTimeout, kTimeout));
    activity.note();
    const net::TimePoint looked = start + kTimeout + net::Activity::checkInterval(kTimeout);
    QVERIFY(!activity.isIdle(looked, kTimeout));
    QVERIFY(!activity.isIdle(looked + kTimeout - milliseconds{1}, kTimeout));
    QVERIFY(activity.isIdle(looked + kTimeout, kTimeout));
    // A shorter timeout holds for what has been still all the time.
    QVERIFY(activity.isIdle(looked + kTimeout / 2, kTimeout / 2));
}

QTEST_GUILESS_MAIN(TestDeadlineQueue)
#include "tst_deadlinequeue.moc"
