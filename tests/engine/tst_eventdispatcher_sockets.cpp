// SPDX-License-Identifier: MIT
#include "engine/net/epoll_dispatcher.h"

#include "tests/support/notifiers.h"
#include "tests/support/rawsocket.h"

#include <QCoreApplication>
#include <QPointer>
#include <QTest>

#include <memory>

#include <fcntl.h>

using test::SocketPair;
using test::waitFor;
using test::Watch;

/// Notifiers on a thread that runs with the engine's own dispatcher.
class TestEventDispatcherSockets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsThatASocketIsReadable();
    void tellsThatASocketIsWritable();
    void tellsUrgentData();
    void tellsTheEndOfAStream();
    void deletesNotifiersInASlot();
    void forgetsADescriptorThatWasUsedAgain();
};

void TestEventDispatcherSockets::tellsThatASocketIsReadable()
{
    const SocketPair pair;
    Watch watch(pair.near(), QSocketNotifier::Read);
    QVERIFY(test::passSomeTurns());
    QCOMPARE(watch.count, 0);
    pair.send();
    QVERIFY(watch.happens());
    QVERIFY2(watch.happens(), "told again for as long as it is so");
    watch.notifier->setEnabled(false);
    const int before = watch.count;
    QVERIFY(test::passSomeTurns());
    QCOMPARE(watch.count, before);
    watch.notifier->setEnabled(true);
    QVERIFY(watch.happens());
    pair.receive();
    const int after = watch.count;
    QVERIFY(test::passSomeTurns());
    QCOMPARE(watch.count, after);
}

void TestEventDispatcherSockets::tellsThatASocketIsWritable()
{
    const SocketPair pair;
    Watch read(pair.near(), QSocketNotifier::Read);
    Watch write(pair.near(), QSocketNotifier::Write);
    QVERIFY(write.happens());
    QCOMPARE(read.count, 0);
    write.notifier->setEnabled(false);
    pair.send();
    const int before = write.count;
    QVERIFY(read.happens());
    QCOMPARE(write.count, before);
    write.notifier->setEnabled(true);
    QVERIFY(write.happens());
    QVERIFY(read.happens());
    read.notifier.reset();
    QVERIFY(write.happens());
}

void TestEventDispatcherSockets::tellsUrgentData()
{
    const test::RawListener listener;
    test::RawSocket far = test::RawSocket::connectTo(listener.endpoint());
    const test::RawSocket near = listener.accept();
    Watch watch(near.handle(), QSocketNotifier::Exception);
    QVERIFY(far.send("x"));
    QVERIFY(test::passSomeTurns());
    QCOMPARE(watch.count, 0);
    QVERIFY(far.sendUrgent('!'));
    QVERIFY(watch.happens());
}

void TestEventDispatcherSockets::tellsTheEndOfAStream()
{
    SocketPair pair;
    Watch watch(pair.near(), QSocketNotifier::Read);
    QVERIFY(test::passSomeTurns());
    QCOMPARE(watch.count, 0);
    pair.closeFar();
    QVERIFY(watch.happens());
}

void TestEventDispatcherSockets::deletesNotifiersInASlot()
{
    const SocketPair pair;
    auto *read = new QSocketNotifier(pair.near(), QSocketNotifier::Read);
    auto write = std::make_unique<QSocketNotifier>(pair.near(), QSocketNotifier::Write);
    const QPointer<QSocketNotifier> watched(read);
    int reads = 0;
    int writes = 0;
    connect(write.get(), &QSocketNotifier::activated, this, [&] { ++writes; });
    // Readable and writable come in one event, and reading goes first.
    connect(read, &QSocketNotifier::activated, this, [&] {
        ++reads;
        write.reset();
        read->setEnabled(false);
        read->deleteLater();
    });
    pair.send();
    QVERIFY(waitFor([&] { return !watched; }));
    QVERIFY(test::passSomeTurns());
    QCOMPARE(reads, 1);
    QCOMPARE(writes, 0);
    Watch again(pair.near(), QSocketNotifier::Read);
    QVERIFY(again.happens());
}

/// Events already fetched for a descriptor are not for the one that has its number next.
void TestEventDispatcherSockets::forgetsADescriptorThatWasUsedAgain()
{
    const SocketPair silent;
    SocketPair pairs[2];
    std::unique_ptr<Watch> watches[2];
    std::unique_ptr<Watch> quiet;
    int number = -1;
    const auto replaceTheOther = [&](int mine) {
        const int other = 1 - mine;
        watches[mine]->notifier->setEnabled(false);
        number = pairs[other].near();
        watches[other].reset();
        pairs[other].closeNear();
        QCOMPARE(::fcntl(silent.near(), F_DUPFD_CLOEXEC, number), number);
        quiet = std::make_unique<Watch>(number, QSocketNotifier::Read);
    };
    for (const int i : {0, 1}) {
        watches[i] = std::make_unique<Watch>(pairs[i].near(), QSocketNotifier::Read);
        connect(watches[i]->notifier.get(), &QSocketNotifier::activated, this,
                [&replaceTheOther, i] { replaceTheOther(i); });
        pairs[i].send();
    }
    QVERIFY(waitFor([&] { return quiet != nullptr; }));
    QVERIFY(test::passSomeTurns());
    QCOMPARE(quiet->count, 0);
    silent.send();
    QVERIFY(quiet->happens());
    quiet.reset();
    ::close(number);
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    return test::runOnNativeThread<TestEventDispatcherSockets>(argc, argv);
}

#include "tst_eventdispatcher_sockets.moc"
