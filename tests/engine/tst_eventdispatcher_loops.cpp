// SPDX-License-Identifier: MIT
#include "engine/net/epoll_dispatcher.h"

#include "tests/support/notifiers.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QPointer>
#include <QTest>
#include <QTimer>

#include <atomic>
#include <functional>
#include <semaphore>
#include <thread>

using namespace engine;
using test::waitFor;

namespace
{

constexpr int kLate = -1;

/// A loop that ends with kLate when nobody ends it in time.
class BoundedLoop final : public QEventLoop
{
public:
    BoundedLoop()
    {
        connect(&m_late, &QTimer::timeout, this, [this] { exit(kLate); });
        m_late.start(test::kPatience);
    }

private:
    QTimer m_late;
};

/// Called from another thread. By a pointer to a member: what a lambda holds would cross inside Qt, where the
/// thread sanitizer does not see that it may.
class Receiver final : public QObject
{
public:
    explicit Receiver(std::function<void(int)> then)
        : m_then(std::move(then))
    {
    }
    void receive() { m_then(++m_received); }
    void callFromElsewhere() { QMetaObject::invokeMethod(this, &Receiver::receive, Qt::QueuedConnection); }
    [[nodiscard]] int received() const { return m_received; }

private:
    std::function<void(int)> m_then;
    int m_received = 0;
};

} // namespace

/// Loops, and what wakes and ends them, on a thread that runs with the engine's own dispatcher.
class TestEventDispatcherLoops : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isTheOneOfThisThread();
    void losesNoWakeUp();
    void wakesFromEachSleep();
    void quitsFromWithin_data();
    void quitsFromWithin();
    void quitsFromAnotherThread();
    void quitsThoughALoopRanInside();
    void servesALoopWithinALoop();
    void leavesDeletionToTheOuterLoop();
};

void TestEventDispatcherLoops::isTheOneOfThisThread()
{
    QVERIFY(qobject_cast<net::EpollDispatcher *>(QAbstractEventDispatcher::instance()));
    QVERIFY(net::nativePollerOfThisThread());
}

void TestEventDispatcherLoops::losesNoWakeUp()
{
    const int calls = test::rounds(10'000);
    BoundedLoop loop;
    Receiver receiver([&](int received) {
        if (received == calls)
            loop.quit();
    });
    std::thread other([&] {
        for (int i = 0; i < calls; ++i)
            receiver.callFromElsewhere();
    });
    const int result = loop.exec();
    other.join();
    QCOMPARE(result, 0);
    QCOMPARE(receiver.received(), calls);
}

/// Nothing else is there to wake it, and the next call comes only after this one.
void TestEventDispatcherLoops::wakesFromEachSleep()
{
    const int calls = test::rounds(2'000);
    BoundedLoop loop;
    std::binary_semaphore delivered(0);
    Receiver receiver([&](int) { delivered.release(); });
    std::atomic<bool> late = false;
    std::thread other([&] {
        for (int i = 0; i < calls && !late; ++i) {
            receiver.callFromElsewhere();
            late = !delivered.try_acquire_for(test::kPatience);
        }
        loop.quit();
    });
    const int result = loop.exec();
    other.join();
    QVERIFY(!late);
    QCOMPARE(result, 0);
    QCOMPARE(receiver.received(), calls);
}

void TestEventDispatcherLoops::quitsFromWithin_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::newRow("a posted call") << QByteArray("posted");
    QTest::newRow("a timer") << QByteArray("timer");
    QTest::newRow("a notifier") << QByteArray("notifier");
    QTest::newRow("what is called before it sleeps") << QByteArray("block");
}

void TestEventDispatcherLoops::quitsFromWithin()
{
    QFETCH(const QByteArray, from);
    BoundedLoop loop;
    QTimer timer;
    const test::SocketPair pair;
    pair.send();
    QSocketNotifier notifier(pair.near(), QSocketNotifier::Read);
    notifier.setEnabled(from == "notifier");
    const auto quit = [&] {
        loop.exit(7);
    };
    connect(&timer, &QTimer::timeout, &loop, quit);
    connect(&notifier, &QSocketNotifier::activated, &loop, quit);
    if (from == "posted")
        QMetaObject::invokeMethod(&loop, quit, Qt::QueuedConnection);
    if (from == "timer")
        timer.start(1);
    if (from == "block")
        connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, &loop, quit);
    QCOMPARE(loop.exec(), 7);
}

void TestEventDispatcherLoops::quitsFromAnotherThread()
{
    for (int i = 0; i < test::rounds(500); ++i) {
        BoundedLoop loop;
        std::binary_semaphore begun(0);
        std::thread other([&] {
            begun.acquire();
            loop.exit(i);
        });
        QMetaObject::invokeMethod(
            &loop, [&] { begun.release(); }, Qt::QueuedConnection);
        const int result = loop.exec();
        other.join();
        QCOMPARE(result, i);
    }
}

void TestEventDispatcherLoops::quitsThoughALoopRanInside()
{
    BoundedLoop loop;
    QTimer timer;
    connect(&timer, &QTimer::timeout, &loop, [&] {
        timer.stop();
        loop.exit(7);
        QEventLoop().processEvents();
    });
    timer.start(1);
    QCOMPARE(loop.exec(), 7);
}

void TestEventDispatcherLoops::servesALoopWithinALoop()
{
    const test::SocketPair pair;
    test::Watch watch(pair.near(), QSocketNotifier::Read);
    BoundedLoop outer;
    QTimer starter;
    starter.setSingleShot(true);
    bool served = false;
    connect(&starter, &QTimer::timeout, &outer, [&] {
        pair.send();
        QMetaObject::invokeMethod(
            &outer, [&] { outer.exit(7); }, Qt::QueuedConnection);
        int looks = 0;
        served = waitFor([&] { return ++looks > 3 && watch.count > 0; });
        pair.receive();
    });
    starter.start(1);
    QCOMPARE(outer.exec(), 7);
    QVERIFY(served);
    // And what comes afterwards.
    QVERIFY(test::passSomeTurns());
    pair.send();
    QVERIFY(watch.happens());
}

/// Who deleted it may still use it when the inner turn returns; then it goes without another event.
void TestEventDispatcherLoops::leavesDeletionToTheOuterLoop()
{
    BoundedLoop outer;
    const QPointer<QObject> doomed(new QObject);
    connect(doomed, &QObject::destroyed, &outer, [&] { outer.exit(7); });
    QTimer starter;
    bool kept = false;
    connect(&starter, &QTimer::timeout, &outer, [&] {
        starter.stop();
        doomed->deleteLater();
        QEventLoop().processEvents();
        kept = !doomed.isNull();
    });
    starter.start(1);
    QCOMPARE(outer.exec(), 7);
    QVERIFY(kept);
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    return test::runOnNativeThread<TestEventDispatcherLoops>(argc, argv);
}

#include "tst_eventdispatcher_loops.moc"
