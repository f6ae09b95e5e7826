// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"
#include "tests/support/echoserver.h"
#include "tests/support/process.h"
#include "tests/support/pumps.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QTest>

#include <thread>

using namespace engine;
using std::chrono::milliseconds;
using test::StreamEnd;

namespace
{

constexpr qsizetype kChunk = 256 * 1024;

/// Sends `chunks` times the chunk and then a FIN.
void sendChunks(test::RawSocket &socket, const QByteArray &chunk, int chunks)
{
    for (int i = 0; i < chunks; ++i) {
        if (!socket.send(chunk, test::scaled(milliseconds{60'000})))
            return;
    }
    socket.shutdownWrite();
}

/// The hash of everything to the stream's end.
QByteArray hashOfStream(test::RawSocket &socket, qsizetype &size)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    size = 0;
    while (socket.end() == StreamEnd::Open) {
        const QByteArray bytes = socket.receiveSome(kChunk);
        if (bytes.isEmpty() && socket.end() == StreamEnd::Open)
            break; // nothing for longer than anybody has patience
        hash.addData(bytes);
        size += bytes.size();
    }
    return hash.result();
}

QByteArray hashOfChunks(const QByteArray &chunk, int chunks)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    for (int i = 0; i < chunks; ++i)
        hash.addData(chunk);
    return hash.result();
}

/// What went through one direction.
struct Transfer {
    qsizetype size = 0;
    QByteArray hash;
};

} // namespace

class TestEngineRelay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void movesBulkBothWaysAtOnce_data() { test::addPumpRows(); }
    void movesBulkBothWaysAtOnce();
    void keepsTheOtherDirectionWhenTheClientHasFinished_data() { test::addPumpRows(); }
    void keepsTheOtherDirectionWhenTheClientHasFinished();
    void keepsTheOtherDirectionWhenTheTargetHasFinished_data() { test::addPumpRows(); }
    void keepsTheOtherDirectionWhenTheTargetHasFinished();
    void deliversWhatWasSentBeforeTheFin_data() { test::addPumpRows(); }
    void deliversWhatWasSentBeforeTheFin();
    void passesAResetOn_data();
    void passesAResetOn();
    void passesAResetOnAfterAHalfClose_data();
    void passesAResetOnAfterAHalfClose();
    void noticesAResetWhileNobodyReads_data() { test::addPumpRows(); }
    void noticesAResetWhileNobodyReads();
    void deliversAnAnswerToAClientThatStillSends_data() { test::addPumpRows(); }
    void deliversAnAnswerToAClientThatStillSends();
    void holdsBackASourceWhoseReaderRests_data();
    void holdsBackASourceWhoseReaderRests();
    void getsPastUrgentData_data();
    void getsPastUrgentData();
    void answersSmallExchangesAtOnce_data() { test::addPumpRows(); }
    void answersSmallExchangesAtOnce();
    void sharesTheThreadAmongBusyRelays_data() { test::addPumpRows(); }
    void sharesTheThreadAmongBusyRelays();
    void countsBytesAndStates_data() { test::addPumpRows(); }
    void countsBytesAndStates();

private:
    void bulkBothWays(test::RelayedPair &pair, const QByteArray &up, const QByteArray &down, int chunks,
                      Transfer &atTarget, Transfer &atClient);
};

void TestEngineRelay::bulkBothWays(test::RelayedPair &pair, const QByteArray &up, const QByteArray &down,
                                   int chunks, Transfer &atTarget, Transfer &atClient)
{
    std::thread upSender([&] { sendChunks(pair.client, up, chunks); });
    std::thread downSender([&] { sendChunks(pair.target, down, chunks); });
    std::thread upReader([&] { atTarget.hash = hashOfStream(pair.target, atTarget.size); });
    atClient.hash = hashOfStream(pair.client, atClient.size);
    upSender.join();
    downSender.join();
    upReader.join();
}

void TestEngineRelay::movesBulkBothWaysAtOnce()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    const Endpoint client = pair.client.local();
    // An odd size, so that chunks and reads never line up.
    const QByteArray up = test::patternBytes(kChunk - 17, 1);
    const QByteArray down = test::patternBytes(kChunk - 31, 2);
    const int chunks = test::rounds(200); // 50 MB each way
    Transfer atTarget;
    Transfer atClient;
    bulkBothWays(pair, up, down, chunks, atTarget, atClient);

    QCOMPARE(atTarget.size, up.size() * chunks);
    QCOMPARE(atClient.size, down.size() * chunks);
    QCOMPARE(atTarget.hash.toHex(), hashOfChunks(up, chunks).toHex());
    QCOMPARE(atClient.hash.toHex(), hashOfChunks(down, chunks).toHex());
    QCOMPARE(pair.client.end(), StreamEnd::Fin);
    QCOMPARE(pair.target.end(), StreamEnd::Fin);
    const Connection ended = engine.endedOf(client);
    QCOMPARE(ended.state, ConnectionState::Closed);
    QCOMPARE(ended.bytesUp, static_cast<std::uint64_t>(up.size() * chunks));
    QCOMPARE(ended.bytesDown, static_cast<std::uint64_t>(down.size() * chunks));
}

void TestEngineRelay::keepsTheOtherDirectionWhenTheClientHasFinished()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    pair.client.send("last words");
    pair.client.shutdownWrite();
    QCOMPARE(pair.target.receiveAll(), QByteArray("last words"));
    QCOMPARE(pair.target.end(), StreamEnd::Fin);
    QVERIFY(engine.waitFor(
        [&] { return engine.liveOf(pair.client.local()).state == ConnectionState::HalfClosed; }));

    const QByteArray answer = test::patternBytes(3'000'000);
    std::thread sender([&] {
        pair.target.send(answer);
        pair.target.close();
    });
    const QByteArray received = pair.client.receiveAll();
    sender.join();
    QVERIFY(received == answer);
    QCOMPARE(pair.client.end(), StreamEnd::Fin);
}

void TestEngineRelay::keepsTheOtherDirectionWhenTheTargetHasFinished()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    pair.target.send("greeting");
    pair.target.shutdownWrite();
    QCOMPARE(pair.client.receiveAll(), QByteArray("greeting"));
    QCOMPARE(pair.client.end(), StreamEnd::Fin);

    const QByteArray upload = test::patternBytes(3'000'000);
    std::thread sender([&] {
        pair.client.send(upload);
        pair.client.close();
    });
    const QByteArray received = pair.target.receiveAll();
    sender.join();
    QVERIFY(received == upload);
    QCOMPARE(pair.target.end(), StreamEnd::Fin);
}

/// A FIN that arrives together with the data before it must not overtake it.
void TestEngineRelay::deliversWhatWasSentBeforeTheFin()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    for (const int size : {1, 1'000, 131'072, 131'073, 500'000}) {
        const QByteArray bytes = test::patternBytes(size);
        for (int i = 0; i < test::rounds(10); ++i) {
            test::RelayedPair pair = test::openRelay(engine.listener(), listener);
            QVERIFY(pair.isOpen());
            std::thread sender([&] {
                pair.target.send(bytes);
                pair.target.close();
            });
            const QByteArray received = pair.client.receiveAll();
            sender.join();
            QVERIFY(received == bytes);
            QCOMPARE(pair.client.end(), StreamEnd::Fin);
        }
    }
}

namespace
{

void addPumpAndSideRows()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<bool>("byTarget");
    QTest::newRow("native pump, by the target") << RelayPump::Native << true;
    QTest::newRow("native pump, by the client") << RelayPump::Native << false;
    QTest::newRow("portable pump, by the target") << RelayPump::Portable << true;
    QTest::newRow("portable pump, by the client") << RelayPump::Portable << false;
}

} // namespace

void TestEngineRelay::passesAResetOn_data()
{
    addPumpAndSideRows();
}

void TestEngineRelay::passesAResetOn()
{
    QFETCH(const bool, byTarget);
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    const Endpoint client = pair.client.local();
    pair.client.send("hello");
    QCOMPARE(pair.target.receive(5), QByteArray("hello"));
    test::RawSocket &resetting = byTarget ? pair.target : pair.client;
    test::RawSocket &other = byTarget ? pair.client : pair.target;
    resetting.reset();
    QCOMPARE(other.waitForEnd(), StreamEnd::Reset);
    const Connection ended = engine.endedOf(client);
    QCOMPARE(ended.state, ConnectionState::Failed);
    QCOMPARE(ended.error.code, ErrorCode::ConnectionReset);
}

void TestEngineRelay::passesAResetOnAfterAHalfClose_data()
{
    addPumpAndSideRows();
}

/// The end that has finished sending then dies: the other one must not wait for its reader until a timeout.
void TestEngineRelay::passesAResetOnAfterAHalfClose()
{
    QFETCH(const bool, byTarget);
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    test::RawSocket &resetting = byTarget ? pair.target : pair.client;
    test::RawSocket &other = byTarget ? pair.client : pair.target;
    resetting.shutdownWrite();
    QCOMPARE(other.waitForEnd(), StreamEnd::Fin);
    resetting.reset();
    QVERIFY(engine.waitForCounts(1, 0));
    QVERIFY(engine.hasEvent(EventCode::ConnectionFailed, ErrorCode::ConnectionReset));
    // It has read the FIN before; what the reset does to it shows when it sends.
    QVERIFY(engine.waitFor([&] { return !other.send("x"); }));
}

void TestEngineRelay::noticesAResetWhileNobodyReads()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    // The client does not read, so the relay holds bytes that it cannot send.
    const QByteArray bytes = test::patternBytes(kChunk);
    while (pair.target.send(bytes, milliseconds{200})) {
    }
    pair.client.reset();
    QCOMPARE(pair.target.waitForEnd(), StreamEnd::Reset);
    QVERIFY(engine.waitForCounts(1, 0));
}

/// A server that answers "too large" and closes while the client is still sending: the answer must get
/// through.
void TestEngineRelay::deliversAnAnswerToAClientThatStillSends()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    pair.client.send("upload");
    QCOMPARE(pair.target.receive(6), QByteArray("upload"));
    pair.target.send("413 too large");
    pair.target.shutdownWrite();
    QCOMPARE(pair.client.receive(13), QByteArray("413 too large"));
    QCOMPARE(pair.client.waitForEnd(), StreamEnd::Fin);
    QVERIFY(pair.client.send("more"));
    QCOMPARE(pair.target.receive(4), QByteArray("more"));
}

void TestEngineRelay::holdsBackASourceWhoseReaderRests_data()
{
    addPumpAndSideRows();
}

void TestEngineRelay::holdsBackASourceWhoseReaderRests()
{
    QFETCH(const bool, byTarget);
    if (test::residentKiB() < 0)
        QSKIP("This system does not tell a process's memory");
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    test::RawSocket &source = byTarget ? pair.target : pair.client;
    test::RawSocket &reader = byTarget ? pair.client : pair.target;
    const QByteArray chunk = test::patternBytes(kChunk);
    // 200 MB, and in no build less than all the buffers on the way can take.
    const int chunks = std::max(test::rounds(800), 200);
    const long before = test::residentKiB();
    std::atomic<int> sent = 0;
    std::thread sender([&] {
        for (; sent < chunks && source.send(chunk, test::scaled(milliseconds{60'000})); ++sent) {
        }
        source.shutdownWrite();
    });
    // Until the source is stuck: two looks a moment apart see the same count.
    int last = -1;
    while (std::exchange(last, sent.load()) != sent.load() || last == 0)
        std::this_thread::sleep_for(milliseconds{200});
    const int stuckAt = sent;
    const long grown = test::residentKiB() - before;

    qsizetype size = 0;
    const QByteArray hash = hashOfStream(reader, size);
    sender.join();
    QVERIFY2(stuckAt < chunks, "the source was never held back");
    QVERIFY2(grown < 16 * 1024, QByteArray::number(qlonglong(grown)).constData());
    QCOMPARE(size, chunk.size() * chunks);
    QCOMPARE(hash, hashOfChunks(chunk, chunks));
}

void TestEngineRelay::getsPastUrgentData_data()
{
    addPumpAndSideRows();
}

/// splice() stops at an urgent mark for good; and a byte of a protocol with urgent data must not get lost.
void TestEngineRelay::getsPastUrgentData()
{
    QFETCH(const bool, byTarget);
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    test::RawSocket &source = byTarget ? pair.target : pair.client;
    test::RawSocket &reader = byTarget ? pair.client : pair.target;
    const QByteArray bulk = test::patternBytes(2'000'000);
    QByteArray expected;
    bool sentAll = true;
    std::thread sender([&] {
        for (int i = 0; i < 5; ++i)
            sentAll = source.send(bulk) && source.sendUrgent('!') && source.send("after") && sentAll;
        source.shutdownWrite();
    });
    const QByteArray received = reader.receiveAll();
    sender.join();
    for (int i = 0; i < 5; ++i)
        expected += bulk + "!after";
    QVERIFY(sentAll);
    QCOMPARE(received.size(), expected.size());
    QVERIFY(received == expected);
    QCOMPARE(reader.end(), StreamEnd::Fin);
}

/// With Nagle's algorithm on either end, the delayed acknowledgement makes each exchange wait 40 ms.
void TestEngineRelay::answersSmallExchangesAtOnce()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    const int exchanges = test::rounds(300);
    QElapsedTimer time;
    time.start();
    for (int i = 0; i < exchanges; ++i) {
        // Two writes a question: the pattern that Nagle's algorithm delays.
        pair.client.send("ques");
        pair.client.send("tion");
        QCOMPARE(pair.target.receive(8), QByteArray("question"));
        pair.target.send("ans");
        pair.target.send("wer");
        QCOMPARE(pair.client.receive(6), QByteArray("answer"));
    }
    const double average = static_cast<double>(time.elapsed()) / exchanges;
    QVERIFY2(average < 20.0 * test::kSlowness, QByteArray::number(average).constData());
}

/// One relay at full speed leaves the others their turn.
void TestEngineRelay::sharesTheThreadAmongBusyRelays()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair busy = test::openRelay(engine.listener(), listener);
    test::RelayedPair quiet = test::openRelay(engine.listener(), listener);
    QVERIFY(busy.isOpen() && quiet.isOpen());
    std::atomic<bool> stop = false;
    const QByteArray chunk = test::patternBytes(kChunk);
    std::thread sender([&] {
        while (!stop && busy.target.send(chunk)) {
        }
        busy.target.shutdownWrite();
    });
    std::thread reader([&] { (void)busy.client.waitForEnd(test::scaled(milliseconds{60'000})); });
    QList<qint64> times;
    for (int i = 0; i < test::rounds(200); ++i) {
        QElapsedTimer time;
        time.start();
        quiet.client.send("question");
        if (quiet.target.receive(8) != "question")
            break;
        times << time.nsecsElapsed() / 1000;
    }
    stop = true;
    sender.join();
    reader.join();
    QCOMPARE(times.size(), test::rounds(200));
    std::sort(times.begin(), times.end());
    const qint64 median = times[times.size() / 2];
    QVERIFY2(median < 20'000 * test::kSlowness, QByteArray::number(median).constData());
}

void TestEngineRelay::countsBytesAndStates()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    const Endpoint client = pair.client.local();
    const auto live = [&] {
        return engine.liveOf(client);
    };
    QVERIFY(engine.waitFor([&] { return live().state == ConnectionState::Open; }));
    QCOMPARE(live().bytesUp, std::uint64_t(0));
    pair.client.send("12345");
    pair.target.send("123");
    QCOMPARE(pair.target.receive(5), QByteArray("12345"));
    QCOMPARE(pair.client.receive(3), QByteArray("123"));
    QVERIFY(engine.waitFor([&] { return live().bytesUp == 5 && live().bytesDown == 3; }));
    QVERIFY(engine.waitFor([&] { return engine.totals().bytesUp == 5 && engine.totals().bytesDown == 3; }));
    QVERIFY(engine.hasEvent(EventCode::ConnectionOpened));
    pair.target.close();
    QVERIFY(engine.waitFor([&] { return live().state == ConnectionState::HalfClosed; }));
    pair.client.close();
    QCOMPARE(engine.endedOf(client).state, ConnectionState::Closed);
    QVERIFY(engine.hasEvent(EventCode::ConnectionClosed));
    QVERIFY(engine.live().isEmpty());
}

QTEST_GUILESS_MAIN(TestEngineRelay)
#include "tst_engine_relay.moc"
