// SPDX-License-Identifier: MIT
#include "engine/worker.h"

#include "tests/support/pace.h"
#include "tests/support/process.h"

#include <QTest>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

using namespace engine;

namespace
{

bool isReady(const std::future<void> &future)
{
    return future.wait_for(test::kPatience) == std::future_status::ready;
}

/// Waits until the worker has done everything that it was given so far.
bool hasDoneAll(Worker &worker)
{
    auto done = std::make_shared<std::promise<void>>();
    const std::future<void> future = done->get_future();
    worker.run([done] { done->set_value(); });
    return isReady(future);
}

/// Calls a function when the last copy of it goes.
std::shared_ptr<void> atTheEnd(std::function<void()> function)
{
    return {nullptr, [function = std::move(function)](void *) {
                function();
            }};
}

} // namespace

class TestWorker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsItsThreadWithTheFirstTask();
    void runsTasksInOrderOnOneOtherThread();
    void takesTasksFromAnyThread();
    void runsATaskThatATaskGaveIt();
    void runsATaskThatTheEndOfATaskGaveIt();
    void dropsWhatHasNotBegunWhenItStops();
    void takesNothingFromWhatItDrops();
    void runsNothingAfterStop();
    void stopsWithoutEverHavingRun();
    void stopsWhenItIsDestroyed();
};

void TestWorker::startsItsThreadWithTheFirstTask()
{
    const int before = test::runningThreads();
    if (before < 0)
        QSKIP("This system does not tell a process's threads");
    Worker worker;
    QCOMPARE(test::runningThreads(), before);
    QVERIFY(hasDoneAll(worker));
    QVERIFY(hasDoneAll(worker));
    QCOMPARE(test::runningThreads(), before + 1);
    worker.stop();
    QTRY_COMPARE(test::runningThreads(), before);
}

void TestWorker::runsTasksInOrderOnOneOtherThread()
{
    std::vector<int> order;
    std::vector<std::thread::id> threads;
    Worker worker;
    for (int i = 0; i < 1'000; ++i) {
        worker.run([&, i] {
            order.push_back(i);
            threads.push_back(std::this_thread::get_id());
        });
    }
    QVERIFY(hasDoneAll(worker));
    QCOMPARE(order.size(), 1'000U);
    for (int i = 0; i < 1'000; ++i)
        QCOMPARE(order[static_cast<std::size_t>(i)], i);
    QVERIFY(threads.front() != std::this_thread::get_id());
    QVERIFY(std::all_of(threads.begin(), threads.end(),
                        [&](const std::thread::id &id) { return id == threads.front(); }));
}

void TestWorker::takesTasksFromAnyThread()
{
    constexpr int kThreads = 4;
    constexpr int kTasks = 500;
    int count = 0; // of the helper thread alone
    std::atomic<int> last[kThreads]{};
    std::atomic<bool> inOrder = true;
    Worker worker;
    std::vector<std::thread> givers;
    for (std::atomic<int> &mine : last) {
        givers.emplace_back([&] {
            for (int i = 1; i <= kTasks; ++i) {
                worker.run([&, i] {
                    ++count;
                    if (mine.exchange(i) != i - 1)
                        inOrder = false;
                });
            }
        });
    }
    for (std::thread &giver : givers)
        giver.join();
    QVERIFY(hasDoneAll(worker));
    QCOMPARE(count, kThreads * kTasks);
    QVERIFY(inOrder);
}

void TestWorker::runsATaskThatATaskGaveIt()
{
    std::promise<void> done;
    std::vector<int> order;
    Worker worker;
    worker.run([&] {
        order.push_back(1);
        worker.run([&] {
            order.push_back(3);
            done.set_value();
        });
        order.push_back(2);
    });
    QVERIFY(isReady(done.get_future()));
    QCOMPARE(order, (std::vector<int>{1, 2, 3}));
}

void TestWorker::runsATaskThatTheEndOfATaskGaveIt()
{
    std::promise<void> done;
    Worker worker;
    worker.run([end = atTheEnd([&] { worker.run([&] { done.set_value(); }); })] {});
    QVERIFY(isReady(done.get_future()));
}

void TestWorker::dropsWhatHasNotBegunWhenItStops()
{
    std::promise<void> begun;
    std::promise<void> dropped;
    std::atomic<bool> finished = false;
    std::atomic<int> ran = 0;
    Worker worker;
    worker.run([&] {
        begun.set_value();
        finished = isReady(dropped.get_future());
    });
    worker.run([&, end = atTheEnd([&] { dropped.set_value(); })] { ++ran; });
    for (int i = 0; i < 10; ++i)
        worker.run([&] { ++ran; });
    QVERIFY(isReady(begun.get_future()));
    worker.stop();
    QVERIFY2(finished, "stop() waits for the task under way, and drops the others before");
    QCOMPARE(ran.load(), 0);
}

/// What a task holds may give the worker another when it goes, as it may after the task was run.
void TestWorker::takesNothingFromWhatItDrops()
{
    std::promise<void> begun;
    std::promise<void> dropped;
    std::atomic<bool> ran = false;
    Worker worker;
    worker.run([&] {
        begun.set_value();
        (void)isReady(dropped.get_future());
    });
    const auto giveAnother = [&] {
        dropped.set_value();
        worker.run([&] { ran = true; });
    };
    worker.run([end = atTheEnd(giveAnother)] {});
    QVERIFY(isReady(begun.get_future()));
    worker.stop();
    QVERIFY(!ran);
}

void TestWorker::runsNothingAfterStop()
{
    std::atomic<int> ran = 0;
    const int threads = test::runningThreads();
    Worker worker;
    worker.run([&] { ++ran; });
    QVERIFY(hasDoneAll(worker));
    worker.stop();
    worker.run([&] { ++ran; });
    worker.stop();
    QCOMPARE(ran.load(), 1);
    // Those of the tests before may have been about to end when they were counted.
    QTRY_VERIFY(test::runningThreads() <= threads);
}

void TestWorker::stopsWithoutEverHavingRun()
{
    std::atomic<bool> ran = false;
    Worker worker;
    worker.stop();
    worker.run([&] { ran = true; });
    worker.stop();
    QVERIFY(!ran);
}

void TestWorker::stopsWhenItIsDestroyed()
{
    std::promise<void> begun;
    std::promise<void> dropped;
    std::atomic<bool> finished = false;
    {
        Worker worker;
        worker.run([&] {
            begun.set_value();
            finished = isReady(dropped.get_future());
        });
        worker.run([end = atTheEnd([&] { dropped.set_value(); })] {});
        QVERIFY(isReady(begun.get_future()));
    }
    QVERIFY(finished);
}

QTEST_GUILESS_MAIN(TestWorker)
#include "tst_worker.moc"
