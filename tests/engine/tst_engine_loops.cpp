// SPDX-License-Identifier: MIT
#include "tests/support/association.h"
#include "tests/support/upstreamscene.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

// Servers that lead back here, by ways that cannot be seen from here.

using namespace engine;
using namespace Qt::StringLiterals;
using test::Dialect;
using test::nameTarget;
using test::Proxy;
using test::Servers;

namespace
{

/// A loop goes round once for each request that raises suspicion, and a few times more until the test is
/// back.
constexpr std::uint64_t kBound = 200;

Profile everyProtocol()
{
    Profile profile = test::openProfile();
    profile.listeners.front().protocols |= Protocol::Http;
    return profile;
}

/// Two machines, each of which goes by way of the other.
struct TwoEngines {
    explicit TwoEngines(const Dialect &dialect)
        : one(servers)
        , other(servers)
    {
        Servers first(everyProtocol());
        Servers second(everyProtocol());
        first.add("s", dialect, other.listener());
        second.add("s", dialect, one.listener());
        areReady = one.apply(first.profile) && other.apply(second.profile);
        profile = first.profile;
    }

    Servers servers{everyProtocol()};
    Profile profile; ///< of the first
    Proxy one;
    Proxy other;
    bool areReady = false;
};

/// Nothing goes round any more: nobody is connected, and what both have counted has not grown for longer than
/// they take to tell, and since both have told twice.
bool settle(TwoEngines &engines)
{
    constexpr std::chrono::milliseconds kStillness{600};
    constexpr qsizetype kTold = 2;
    QElapsedTimer still;
    still.start();
    std::uint64_t accepted = 0;
    qsizetype toldByOne = engines.one.deltas().size();
    qsizetype toldByOther = engines.other.deltas().size();
    return engines.one.waitFor([&] {
        const Totals &one = engines.one.totals();
        const Totals &other = engines.other.totals();
        if (one.live + other.live != 0 || one.accepted + other.accepted != accepted) {
            accepted = one.accepted + other.accepted;
            toldByOne = engines.one.deltas().size();
            toldByOther = engines.other.deltas().size();
            still.restart();
        }
        return still.hasExpired(kStillness.count()) && engines.one.deltas().size() >= toldByOne + kTold &&
               engines.other.deltas().size() >= toldByOther + kTold;
    });
}

bool tellsOfTheLoop(const Proxy &proxy)
{
    return std::any_of(proxy.ended().begin(), proxy.ended().end(), [](const Connection &connection) {
        return connection.error.code == ErrorCode::LoopDetected &&
               connection.error.detail.toEnglish() == u"s: it leads back here"_s;
    });
}

} // namespace

class TestEngineLoops : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void breaksALoop_data();
    void breaksALoop();
    void breaksALoopOfDatagrams();
    void findsALoopThatIsLonger();
    void goesByWayOfAServerThatIsMerelyBusy();
    void triesAgainWithOtherRules();
};

void TestEngineLoops::breaksALoop_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    QTest::addColumn<bool>("byName");
    for (const Dialect &dialect : test::kDialects) {
        if (dialect.login)
            continue;
        for (const bool byName : {false, true})
            QTest::addRow("%s, %s", dialect.title, byName ? "by name" : "by address") << &dialect << byName;
    }
}

void TestEngineLoops::breaksALoop()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const bool, byName);
    TwoEngines engines(*dialect);
    QVERIFY(engines.areReady);
    if (byName) {
        engines.profile.servers.front().host = u"localhost"_s;
        QVERIFY(engines.one.apply(engines.profile));
    }
    const Destination target = test::targetFor(*dialect);
    test::RawSocket client = engines.one.ask(target);
    QVERIFY(test::readSocks5Reply(client).code > 0);
    client.close();
    QVERIFY(engines.one.waitFor([&] { return engines.one.totals().live == 0; }));
    QVERIFY2(engines.one.totals().accepted < kBound,
             QByteArray::number(qulonglong(engines.one.totals().accepted)).constData());
    // Either may have found it; the other has its refusal.
    QVERIFY(
        engines.one.waitFor([&] { return tellsOfTheLoop(engines.one) || tellsOfTheLoop(engines.other); }));
    // From now on at once.
    QVERIFY(settle(engines));
    const std::uint64_t before = engines.one.totals().accepted;
    test::RawSocket next = engines.one.ask(target);
    QVERIFY(test::readSocks5Reply(next).code > 0);
    (void)engines.one.errorOf(next);
    next.close();
    QVERIFY(settle(engines));
    QVERIFY2(engines.one.totals().accepted <= before + 2,
             QByteArray::number(qulonglong(engines.one.totals().accepted - before)).constData());
    QVERIFY(!engines.one.everythingTold().contains(u"secret"_s));
}

void TestEngineLoops::breaksALoopOfDatagrams()
{
    TwoEngines engines(test::kDialects[2]);
    QVERIFY(engines.areReady);
    const test::UdpClient client(engines.one.listener());
    const test::RawDatagrams target;
    QVERIFY(engines.one.waitFor([&] {
        return client.sendTo(target, "round and round") &&
               (engines.one.hasEvent(EventCode::UdpRouteFailed, ErrorCode::LoopDetected) ||
                engines.other.hasEvent(EventCode::UdpRouteFailed, ErrorCode::LoopDetected));
    }));
    QVERIFY(engines.one.totals().accepted < kBound);
    QVERIFY(target.receive(std::chrono::milliseconds{50}).from.isNull());
}

/// By way of two servers of its own that both lead back.
void TestEngineLoops::findsALoopThatIsLonger()
{
    TwoEngines engines(test::kDialects[2]);
    QVERIFY(engines.areReady);
    Servers third(everyProtocol());
    third.add("s", test::kDialects[2], engines.one.listener());
    Proxy between(third);
    Servers second(everyProtocol());
    second.add("s", test::kDialects[2], between.listener());
    QVERIFY(engines.other.apply(second.profile));
    test::RawSocket client = engines.one.ask(nameTarget());
    QVERIFY(test::readSocks5Reply(client).code > 0);
    client.close();
    QVERIFY(engines.one.waitFor([&] { return engines.one.totals().live == 0; }));
    QVERIFY(engines.one.totals().accepted < kBound);
}

void TestEngineLoops::goesByWayOfAServerThatIsMerelyBusy()
{
    constexpr std::size_t kClients = 40;
    const test::RawListener listener;
    const Dialect &dialect = test::kDialects[2];
    Servers servers;
    servers.add("s", dialect, listener.endpoint());
    Proxy proxy(servers);
    std::vector<test::RawSocket> clients;
    std::vector<test::RawSocket> asked;
    int tests = 0;
    for (std::size_t i = 0; i < kClients; ++i)
        clients.push_back(proxy.ask(nameTarget()));
    // All of them, and what it is tested with, come in.
    while (asked.size() < kClients) {
        test::RawSocket server = listener.accept();
        QVERIFY(server.isOpen());
        QCOMPARE(server.receive(3), QByteArray::fromHex("050100"));
        QVERIFY(server.send(QByteArray::fromHex("0500")));
        const QByteArray request = server.receive(5);
        const bool isName = request.startsWith(QByteArray::fromHex("05010003"));
        const QByteArray name = isName ? server.receive(request.back()) : QByteArray();
        if (name == nameTarget().name) {
            QCOMPARE(server.receive(2).size(), 2);
            asked.push_back(std::move(server));
        } else {
            QVERIFY(!isName || name.startsWith("loop-test-"));
            ++tests;
        }
        QVERIFY(tests <= 4);
    }
    const QByteArray granted = QByteArray::fromHex("05000001c00002091234");
    for (test::RawSocket &server : asked)
        QVERIFY(server.send(granted));
    for (test::RawSocket &client : clients)
        QCOMPARE(test::readSocks5Reply(client).code, 0);
}

/// What a change of the profile may have mended is not held against a server.
void TestEngineLoops::triesAgainWithOtherRules()
{
    TwoEngines engines(test::kDialects[2]);
    QVERIFY(engines.areReady);
    test::RawSocket client = engines.one.ask(nameTarget());
    QVERIFY(test::readSocks5Reply(client).code > 0);
    const test::RawListener target;
    Profile direct = everyProtocol();
    QVERIFY(engines.other.apply(direct));
    QVERIFY(engines.one.apply(engines.profile));
    test::RawSocket mended = engines.one.ask({target.endpoint().address, {}, target.endpoint().port});
    QCOMPARE(test::readSocks5Reply(mended).code, 0);
}

QTEST_GUILESS_MAIN(TestEngineLoops)
#include "tst_engine_loops.moc"
