// SPDX-License-Identifier: MIT
#include "tests/support/association.h"
#include "tests/support/bytes.h"
#include "tests/support/echoserver.h"
#include "tests/support/process.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <future>
#include <thread>

using namespace engine;
using std::chrono::milliseconds;
using test::StreamEnd;

namespace
{

/// Long enough not to pass by accident, short enough to wait for.
constexpr milliseconds kShort = test::scaled(milliseconds{300});
/// A timer that fires later than this after its time is broken.
constexpr milliseconds kLate = test::scaled(milliseconds{3'000});

bool pingPong(test::RawSocket &client)
{
    return client.send("ping") && client.receive(4) == "ping";
}

/// Round trips through a relay until `stop`, in microseconds.
QList<qint64> measurePings(test::RawSocket &client, const std::atomic<bool> &stop)
{
    QList<qint64> times;
    while (!stop) {
        QElapsedTimer time;
        time.start();
        if (!pingPong(client))
            return {};
        times << time.nsecsElapsed() / 1000;
    }
    std::sort(times.begin(), times.end());
    return times;
}

qint64 percentile(const QList<qint64> &sorted, double share)
{
    return sorted.isEmpty() ? -1
                            : sorted[static_cast<qsizetype>(share * static_cast<double>(sorted.size() - 1))];
}

} // namespace

class TestEngineLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsAHandshakeThatTakesTooLong_data();
    void endsAHandshakeThatTakesTooLong();
    void givesUpATargetThatDoesNotAnswer_data();
    void givesUpATargetThatDoesNotAnswer();
    void stopsDiallingForAClientThatLeft();
    void connectsWhenASlowTargetAnswersInTime();
    void endsAnIdleRelay();
    void followsANewIdleTimeout();
    void keepsARelayThatIsUsed();
    void endsAHalfClosedRelayThatIsIdle();
    void refusesMoreClientsThanAllowed();
    void refusesMoreClientsFromOneAddressThanAllowed();
    void takesNoLimitForZero();
    void survivesWithoutDescriptors();
    void saysSoWhenThereIsNoDescriptorForTheTarget();
    void relaysBulkWithoutDescriptorsForPipes();
    void loginFloodStallsNobody();
    void refusedClientThatKeepsSendingStallsNobody();
};

void TestEngineLimits::endsAHandshakeThatTakesTooLong_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<bool>("drips");

    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("greeting only") << test::socks5Greeting() << false;
    QTest::newRow("half a request") << test::socks5Greeting() + QByteArray::fromHex("05010001") << false;
    QTest::newRow("half a socks4 request") << QByteArray::fromHex("0401") << false;
    // An absolute deadline: a client that sends a byte now and then gains nothing by it.
    QTest::newRow("a byte now and then") << QByteArray::fromHex("0401005c7f000001") << true;
}

void TestEngineLimits::endsAHandshakeThatTakesTooLong()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const bool, drips);

    Profile profile = test::openProfile();
    profile.limits.handshakeTimeout = kShort;
    test::TestEngine engine(profile);
    const Endpoint proxy = engine.listener();
    QElapsedTimer time;
    time.start();
    test::RawSocket client = test::RawSocket::connectTo(proxy);
    const Endpoint clientAddress = client.local();
    client.send(sent);
    if (!drips)
        client.waitForEnd();
    while (drips && client.end() == StreamEnd::Open && test::passed(time) < kLate) {
        (void)client.receiveSome(1, milliseconds{20});
        client.send("u");
    }
    QVERIFY(client.end() != StreamEnd::Open);
    QVERIFY(time.elapsed() >= kShort.count() - 1);
    QVERIFY(time.elapsed() < (kShort + kLate).count());
    const Connection ended = engine.endedOf(clientAddress);
    QCOMPARE(ended.state, ConnectionState::Failed);
    QCOMPARE(ended.error.code, ErrorCode::HandshakeTimedOut);
}

void TestEngineLimits::givesUpATargetThatDoesNotAnswer_data()
{
    QTest::addColumn<bool>("socks5");
    QTest::newRow("socks4") << false;
    QTest::newRow("socks5") << true;
}

void TestEngineLimits::givesUpATargetThatDoesNotAnswer()
{
    QFETCH(const bool, socks5);
    const test::SilentEndpoint silent;
    if (!silent.isSilent())
        QSKIP("On this system a listener with a full queue answers");

    Profile profile = test::openProfile();
    profile.limits.connectTimeout = kShort;
    test::TestEngine engine(profile);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    QElapsedTimer time;
    time.start();
    if (socks5) {
        client.send(test::socks5Greeting() + test::socks5Request(silent.endpoint()));
        QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
        QCOMPARE(test::readSocks5Reply(client).code, 6);
    } else {
        client.send(test::socks4Request(silent.endpoint()));
        QCOMPARE(test::readSocks4Reply(client).code, 91);
    }
    QVERIFY(time.elapsed() >= kShort.count() - 1);
    QVERIFY(time.elapsed() < (kShort + kLate).count());
    QCOMPARE(client.waitForEnd(), StreamEnd::Fin);
    client.close();
    QCOMPARE(engine.endedOf(clientAddress).error.code, ErrorCode::ConnectionTimedOut);
}

void TestEngineLimits::stopsDiallingForAClientThatLeft()
{
    const test::SilentEndpoint silent;
    if (!silent.isSilent())
        QSKIP("On this system a listener with a full queue answers");
    test::TestEngine engine;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    client.send(test::socks5Greeting() + test::socks5Request(silent.endpoint()));
    QVERIFY(
        engine.waitFor([&] { return engine.liveOf(clientAddress).state == ConnectionState::Connecting; }));
    QCOMPARE(engine.liveOf(clientAddress).target(), silent.endpoint().toString());
    client.reset();
    QCOMPARE(engine.endedOf(clientAddress).error.code, ErrorCode::ClientGone);
}

void TestEngineLimits::connectsWhenASlowTargetAnswersInTime()
{
    test::SilentEndpoint silent;
    if (!silent.isSilent())
        QSKIP("On this system a listener with a full queue answers");
    test::TestEngine engine;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    client.send(test::socks5Greeting() + test::socks5Request(silent.endpoint()) + "early");
    client.shutdownWrite();
    QVERIFY(
        engine.waitFor([&] { return engine.liveOf(clientAddress).state == ConnectionState::Connecting; }));
    silent.answer();
    // The system sends its SYN again after a second.
    QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
    QCOMPARE(test::readSocks5Reply(client).code, 0);
}

void TestEngineLimits::endsAnIdleRelay()
{
    Profile profile = test::openProfile();
    profile.limits.idleTimeout = kShort;
    test::TestEngine engine(profile);
    const test::RawListener listener;
    const Endpoint proxy = engine.listener();
    QElapsedTimer time;
    time.start();
    test::RelayedPair pair = test::openRelay(proxy, listener);
    QVERIFY(pair.isOpen());
    const Endpoint client = pair.client.local();
    QVERIFY(pair.client.waitForEnd() != StreamEnd::Open);
    QVERIFY(pair.target.waitForEnd() != StreamEnd::Open);
    QVERIFY(time.elapsed() >= kShort.count() / 2);
    QVERIFY(time.elapsed() < (kShort + kLate).count());
    QCOMPARE(engine.endedOf(client).error.code, ErrorCode::IdleTimedOut);
}

/// That was open before the timeout was made shorter.
void TestEngineLimits::followsANewIdleTimeout()
{
    Profile profile = test::openProfile();
    profile.listeners.front().protocols |= Protocol::Http;
    test::TestEngine engine(profile);
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    test::RawSocket forwarded = test::RawSocket::connectTo(engine.listener());
    const QByteArray get =
        "GET http://" + listener.endpoint().toString().toUtf8() + "/ HTTP/1.1\r\nHost: x\r\n\r\n";
    forwarded.send(get);
    const test::RawSocket origin = listener.accept();
    test::RawSocket between = test::RawSocket::connectTo(engine.listener());
    between.send(get);
    test::RawSocket answering = listener.accept();
    QVERIFY(!answering.receive(3).isEmpty());
    QVERIFY(answering.send("HTTP/1.1 204 No Content\r\n\r\n"));
    QVERIFY(between.receive(12) == "HTTP/1.1 204");
    const test::UdpClient association(engine.listener());
    QVERIFY(pair.isOpen());
    QVERIFY(origin.isOpen());
    QVERIFY(!association.relay.isNull());
    QVERIFY(engine.waitForCounts(4, 4));
    profile.limits.idleTimeout = kShort;
    profile.limits.udpIdleTimeout = kShort;
    QVERIFY(engine.apply(profile));
    for (const Endpoint &client : {pair.client.local(), forwarded.local(), association.control.local()})
        QCOMPARE(engine.endedOf(client).error.code, ErrorCode::IdleTimedOut);
    // Of an HTTP client that asks for nothing more, that is no error.
    QCOMPARE(engine.endedOf(between.local()).state, ConnectionState::Closed);
}

void TestEngineLimits::keepsARelayThatIsUsed()
{
    // The machine may have other things to do: a pause has to be that much longer to end it.
    constexpr milliseconds kTimeout = std::max(2 * kShort, milliseconds{2'400});
    constexpr milliseconds kPause = kTimeout / 8;
    Profile profile = test::openProfile();
    profile.limits.idleTimeout = kTimeout;
    test::TestEngine engine(profile);
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    QElapsedTimer time;
    time.start();
    // One direction is enough, and it takes turns which.
    for (bool up = true; test::passed(time) < 2 * kTimeout; up = !up) {
        test::RawSocket &from = up ? pair.client : pair.target;
        test::RawSocket &to = up ? pair.target : pair.client;
        QVERIFY(from.send("x"));
        QCOMPARE(to.receive(1), QByteArray("x"));
        (void)to.receiveSome(1, kPause);
    }
    QVERIFY(pair.client.send("still there"));
    QCOMPARE(pair.target.receive(11), QByteArray("still there"));
}

void TestEngineLimits::endsAHalfClosedRelayThatIsIdle()
{
    Profile profile = test::openProfile();
    profile.limits.halfClosedTimeout = kShort;
    test::TestEngine engine(profile);
    const test::RawListener listener;
    test::RelayedPair open = test::openRelay(engine.listener(), listener);
    test::RelayedPair halfClosed = test::openRelay(engine.listener(), listener);
    QVERIFY(open.isOpen() && halfClosed.isOpen());
    const Endpoint client = halfClosed.client.local();
    QElapsedTimer time;
    time.start();
    halfClosed.client.shutdownWrite();
    QVERIFY(halfClosed.client.waitForEnd() != StreamEnd::Open);
    QVERIFY(time.elapsed() >= kShort.count() / 2);
    QVERIFY(time.elapsed() < (kShort + kLate).count());
    QCOMPARE(engine.endedOf(client).error.code, ErrorCode::HalfClosedTimedOut);
    QVERIFY(open.client.send("still there"));
    QCOMPARE(open.target.receive(11), QByteArray("still there"));
}

void TestEngineLimits::refusesMoreClientsThanAllowed()
{
    Profile profile = test::openProfile();
    profile.limits.maximumClients = 3;
    test::TestEngine engine(profile);
    const test::RawListener listener;
    std::vector<test::RelayedPair> pairs;
    for (int i = 0; i < 3; ++i) {
        pairs.push_back(test::openRelay(engine.listener(), listener));
        QVERIFY(pairs.back().isOpen());
    }
    test::RawSocket extra = test::RawSocket::connectTo(engine.listener());
    QCOMPARE(extra.receiveAll(), QByteArray());
    QVERIFY(extra.end() != StreamEnd::Open);
    QVERIFY(engine.waitFor([&] { return engine.totals().refused == 1; }));
    QVERIFY(engine.hasEvent(EventCode::ClientRefused, ErrorCode::TooManyClients));
    QCOMPARE(engine.totals().accepted, std::uint64_t(3));
    // One that leaves makes room for one.
    pairs.pop_back();
    QVERIFY(engine.waitForCounts(3, 2));
    QVERIFY(test::openRelay(engine.listener(), listener).isOpen());
}

void TestEngineLimits::refusesMoreClientsFromOneAddressThanAllowed()
{
    Profile profile = test::openProfile();
    profile.limits.maximumClientsPerAddress = 2;
    test::TestEngine engine(profile);
    const test::RawListener listener;
    std::vector<test::RelayedPair> pairs;
    const auto openFrom = [&](const char *address) {
        test::RawSocket::Options options;
        options.bindTo = test::address(address);
        pairs.push_back(test::openRelay(engine.listener(), listener, options));
        return pairs.back().isOpen();
    };
    QVERIFY(openFrom("127.0.0.1"));
    QVERIFY(openFrom("127.0.0.1"));
    QVERIFY(!openFrom("127.0.0.1"));
    QVERIFY(openFrom("127.0.0.2"));
    QVERIFY(engine.waitFor([&] { return engine.totals().refused == 1; }));
    QVERIFY(engine.hasEvent(EventCode::ClientRefused, ErrorCode::TooManyClientsFromAddress));
    pairs.erase(pairs.begin());
    QVERIFY(engine.waitForCounts(3, 2));
    QVERIFY(openFrom("127.0.0.1"));
}

void TestEngineLimits::takesNoLimitForZero()
{
    Profile profile = test::openProfile();
    profile.limits.maximumClients = 0;
    profile.limits.maximumClientsPerAddress = 0;
    test::TestEngine engine(profile);
    const test::RawListener listener;
    std::vector<test::RelayedPair> pairs;
    for (int i = 0; i < 40; ++i) {
        pairs.push_back(test::openRelay(engine.listener(), listener));
        QVERIFY(pairs.back().isOpen());
    }
}

namespace
{

/// So many descriptors that the engine's own reserve does not turn clients away first.
std::vector<test::RawSocket> takeManyDescriptors(const test::RawListener &listener)
{
    std::vector<test::RawSocket> taken;
    for (int i = 0; i < 150; ++i) {
        taken.push_back(test::RawSocket::connectTo(listener.endpoint()));
        taken.push_back(listener.accept());
    }
    return taken;
}

} // namespace

void TestEngineLimits::survivesWithoutDescriptors()
{
    if (!test::DescriptorLimit::isSupported())
        QSKIP("This system has no limit to lower");
    // To look for a program opens descriptors for a moment, and may start a thread, which may not come
    // between the count of descriptors and the limit.
    test::IncuriousEngine engine;
    const test::EchoServer echo;
    const test::RawListener listener;
    const Endpoint proxy = engine.listener();
    test::RawSocket open = test::connectThrough(proxy, echo.endpoint());
    QVERIFY(pingPong(open));
    const std::vector<test::RawSocket> taken = takeManyDescriptors(listener);
    {
        // An odd number: one client more than there are descriptors to serve them with.
        const test::DescriptorLimit limit(test::openDescriptors() + 7);
        std::vector<test::RawSocket> waiting;
        for (int i = 0; i < 7; ++i)
            waiting.push_back(test::RawSocket::connectTo(proxy));
        // Who cannot be served is told so at once, instead of waiting in the listener's queue.
        for (test::RawSocket &client : waiting) {
            if (client.isOpen())
                client.send(test::socks5Greeting("\x02"));
        }
        QVERIFY(engine.waitFor([&] { return engine.hasEvent(EventCode::DescriptorsExhausted); }));
        QVERIFY(pingPong(open));
        QVERIFY(std::any_of(waiting.begin(), waiting.end(), [](test::RawSocket &client) {
            return client.isOpen() && client.receiveAll(kLate).isEmpty() && client.end() != StreamEnd::Open;
        }));
    }
    test::RawSocket after;
    QVERIFY(engine.waitFor([&] {
        after = test::connectThrough(proxy, echo.endpoint());
        return after.isOpen();
    }));
    QVERIFY(pingPong(after));
    QVERIFY(pingPong(open));
}

void TestEngineLimits::saysSoWhenThereIsNoDescriptorForTheTarget()
{
    if (!test::DescriptorLimit::isSupported())
        QSKIP("This system has no limit to lower");
    test::IncuriousEngine engine;
    const test::RawListener listener;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(test::socks5Greeting());
    QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
    const std::vector<test::RawSocket> taken = takeManyDescriptors(listener);
    {
        const test::DescriptorLimit limit(test::openDescriptors());
        client.send(test::socks5Request(listener.endpoint()));
        QCOMPARE(test::readSocks5Reply(client).code, 1);
    }
    client.close();
    QVERIFY(engine.waitFor(
        [&] { return engine.hasEvent(EventCode::ConnectionFailed, ErrorCode::TooManyOpenFiles); }));
}

void TestEngineLimits::relaysBulkWithoutDescriptorsForPipes()
{
    if (!test::DescriptorLimit::isSupported())
        QSKIP("This system has no limit to lower");
    test::IncuriousEngine engine;
    const test::RawListener listener;
    test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    const std::vector<test::RawSocket> taken = takeManyDescriptors(listener);
    const QByteArray bulk = test::patternBytes(10'000'000);
    // The thread is there before the limit: a sanitizer needs a descriptor when one starts.
    std::promise<void> started;
    std::promise<void> limited;
    std::thread sender([&] {
        started.set_value();
        limited.get_future().wait();
        pair.client.send(bulk);
        pair.client.shutdownWrite();
    });
    started.get_future().wait();
    const test::DescriptorLimit limit(test::openDescriptors());
    limited.set_value();
    const QByteArray received = pair.target.receiveAll();
    sender.join();
    QVERIFY(received == bulk);
}

/// Passwords are expensive on purpose. Deriving them must cost neither the relays nor those who have logged
/// in.
void TestEngineLimits::loginFloodStallsNobody()
{
    Profile profile = test::passwordProfile();
    profile.users = {test::user("alice", "secret", 10'000)};
    test::TestEngine engine(profile);
    const test::EchoServer echo;
    const Endpoint proxy = engine.listener();
    test::RawSocket open = test::connectThrough(proxy, echo.endpoint(), "alice", "secret");
    QVERIFY(open.isOpen());

    std::vector<test::RawSocket> flood;
    for (int i = 0; i < 200; ++i) {
        flood.push_back(test::RawSocket::connectTo(proxy));
        flood.back().send(test::socks5Greeting("\x02") +
                          test::socks5Login("alice", "guess " + QByteArray::number(i)));
    }
    std::atomic<bool> stop = false;
    QList<qint64> pings;
    std::thread pinger([&] { pings = measurePings(open, stop); });
    QElapsedTimer time;
    time.start();
    const bool remembered = test::connectThrough(proxy, echo.endpoint(), "alice", "secret").isOpen();
    const qint64 rememberedMs = time.elapsed();
    int refused = 0;
    for (test::RawSocket &client : flood)
        refused += client.receiveAll() == QByteArray::fromHex("0502 0101");
    stop = true;
    pinger.join();
    QVERIFY(remembered);
    QVERIFY2(rememberedMs < kLate.count(), QByteArray::number(rememberedMs).constData());
    QCOMPARE(refused, 200);
    QVERIFY(!pings.isEmpty());
    const qint64 p99 = percentile(pings, 0.99);
    QVERIFY2(p99 < 50'000 * test::kSlowness, QByteArray::number(p99).constData());
    flood.clear();
    QVERIFY(engine.waitFor([&] { return engine.totals().live == 1; }));
    QVERIFY(engine.waitFor([&] { return engine.hasEvent(EventCode::LoginFailed, ErrorCode::LoginFailed); }));
}

/// It is read so that its refusal arrives, but not at the cost of others and not for ever.
void TestEngineLimits::refusedClientThatKeepsSendingStallsNobody()
{
    test::TestEngine engine;
    const test::EchoServer echo;
    const test::RefusingEndpoint refusing;
    test::RawSocket open = test::connectThrough(engine.listener(), echo.endpoint());
    test::RawSocket flooder = test::RawSocket::connectTo(engine.listener());
    QVERIFY(open.isOpen());
    flooder.send(test::socks5Greeting() + test::socks5Request(refusing.endpoint()));
    QCOMPARE(flooder.receive(2), QByteArray::fromHex("0500"));
    QCOMPARE(test::readSocks5Reply(flooder).code, 5);

    std::atomic<bool> stop = false;
    const QByteArray chunk = test::patternBytes(1'000'000);
    QElapsedTimer time;
    time.start();
    std::thread sender([&] {
        while (test::passed(time) < test::kPatience && flooder.send(chunk)) {
        }
        stop = true;
    });
    const QList<qint64> pings = measurePings(open, stop);
    sender.join();
    // Not the worst one, which the machine may be to blame for; so there have to be some.
    constexpr qsizetype kFewest = 20;
    QVERIFY2(pings.size() >= kFewest, QByteArray::number(pings.size()).constData());
    const qint64 p99 = percentile(pings, 0.99);
    QVERIFY2(p99 < 500'000 * test::kSlowness, QByteArray::number(p99).constData());
    QVERIFY2(test::passed(time) < test::kPatience, "The client was never cut off");
}

QTEST_GUILESS_MAIN(TestEngineLimits)
#include "tst_engine_limits.moc"
