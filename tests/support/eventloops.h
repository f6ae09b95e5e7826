// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/event_loop.h"

#include "tests/support/pace.h"

#include <QDeadlineTimer>
#include <QEventLoop>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>

namespace test
{

/// Lets the events of this thread happen until it is so; false after `timeout`. Unlike QTRY_* it sleeps in
/// the thread's dispatcher as a program does.
inline bool waitFor(const std::function<bool()> &isSo, std::chrono::milliseconds timeout = kPatience)
{
    QEventLoop loop;
    QTimer look;
    const QDeadlineTimer deadline(timeout);
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (isSo() || deadline.hasExpired())
            loop.quit();
    });
    look.start(std::chrono::milliseconds{1});
    if (!isSo())
        loop.exec();
    return isSo();
}

/// Lets the loop sleep and wake several times.
inline bool passSomeTurns()
{
    int turns = 0;
    return waitFor([&] { return ++turns > 5; });
}

/// Lets what is ready happen, in several turns, without waiting for more.
inline void spin()
{
    for (int turn = 0; turn < 10; ++turn) {
        QCoreApplication::processEvents(QEventLoop::AllEvents);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
}

/// Runs a test object on a thread with the engine's own dispatcher, as the engine runs; not at all where
/// there is none. Returns the number of tests that failed.
template <typename Test> int runOnNativeThread(int argc, char **argv)
{
    std::unique_ptr<QAbstractEventDispatcher> dispatcher = engine::net::makeNativeDispatcher();
    if (!dispatcher)
        return 0;
    std::atomic<int> failed = 1; // the thread sanitizer does not see how Qt waits for a thread
    const std::unique_ptr<QThread> thread(QThread::create([&] {
        Test test;
        failed = QTest::qExec(&test, argc, argv);
    }));
    thread->setEventDispatcher(dispatcher.release());
    thread->start();
    thread->wait();
    return failed;
}

} // namespace test
