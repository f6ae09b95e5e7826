// SPDX-License-Identifier: MIT
#include "tests/support/association.h"
#include "tests/support/httporigin.h"
#include "tests/support/ruleprofiles.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QDateTime>
#include <QTest>

#include <utility>

// What the engine tells about its rules: hits, bytes, the last hit, and who asked.

using namespace engine;
using test::hostRule;

namespace
{

constexpr int kDefault = RuleUse::kDefaultRule;

bool isUse(const RuleUse &use, std::uint64_t hits, std::uint64_t up, std::uint64_t down)
{
    return use.hits == hits && use.bytesUp == up && use.bytesDown == down;
}

QByteArray get(const Endpoint &target)
{
    return "GET http://" + target.toString().toUtf8() + "/ HTTP/1.1\r\nHost: ignored.example\r\n\r\n";
}

/// What a BIND has brought together; closed when something went wrong.
test::RelayedPair bringAPeer(const Endpoint &proxy, const Endpoint &asked)
{
    test::RawSocket client = test::RawSocket::connectTo(proxy);
    client.send(test::socks5Greeting() + test::socks5Request(asked, test::kBind));
    if (client.receive(2) != QByteArray::fromHex("0500"))
        return {};
    const test::SocksReply reply = test::readSocks5Reply(client);
    test::RawSocket peer = test::RawSocket::connectTo(reply.bound);
    if (test::readSocks5Reply(client).code != 0)
        return {};
    return {std::move(client), std::move(peer)};
}

} // namespace

class TestEngineRuleUse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsConnectionsAndTheirBytes();
    void countsABind();
    void countsThePeerOfABind();
    void countsEachForwardedRequest();
    void countsEachDestinationOfAnAssociationOnce();
    void countsAnswersForTheRuleOfWhoAnswers();
    void countsTheDefaultActionOfTheMode();
    void tellsBytesOfALiveConnectionWhenTheWindowComesBack();
    void keepsCountsWhenTheProfileChanges();
    void tellsAllThatIsKnownOfTheApplication();
};

void TestEngineRuleUse::countsConnectionsAndTheirBytes()
{
    const std::int64_t begun = QDateTime::currentMSecsSinceEpoch();
    test::TestEngine engine(
        test::ruleProfile({hostRule("Two", "127.0.0.2"), hostRule("Three", "127.0.0.3", Action::block()),
                           hostRule("Never", "x")}));
    const Endpoint proxy = engine.listener();
    const test::RawListener one;
    const test::RawListener two(test::address("127.0.0.2"));
    test::RelayedPair byRule = test::openRelay(proxy, two);
    QVERIFY(byRule.client.send("12345"));
    QCOMPARE(byRule.target.receive(5).size(), 5);
    QVERIFY(byRule.target.send("123"));
    QCOMPARE(byRule.client.receive(3).size(), 3);
    test::RelayedPair byDefault = test::openRelay(proxy, one);
    QVERIFY(byDefault.client.send("1234567"));
    QCOMPARE(byDefault.target.receive(7).size(), 7);
    for (int i = 0; i < 2; ++i)
        QVERIFY(!test::connectThrough(proxy, test::endpoint("127.0.0.3", 9)).isOpen());

    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(0), 1, 5, 3); }));
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(1), 2, 0, 0); }));
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(kDefault), 1, 7, 0); }));
    QVERIFY(isUse(engine.useOf(2), 0, 0, 0));
    QCOMPARE(engine.useOf(2).lastHitAt, std::int64_t(0));
    QVERIFY(engine.useOf(0).lastHitAt >= begun);
    QVERIFY(engine.useOf(0).lastHitAt <= QDateTime::currentMSecsSinceEpoch());
    // Also what moved since the last delta before the end.
    QVERIFY(byRule.client.send("678"));
    QCOMPARE(byRule.target.receive(3).size(), 3);
    byRule.client.close();
    byRule.target.close();
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(0), 1, 8, 3); }));
}

void TestEngineRuleUse::countsABind()
{
    test::TestEngine engine(test::ruleProfile({hostRule("One", "127.0.0.1")}));
    test::RelayedPair bound = bringAPeer(engine.listener(), test::endpoint("127.0.0.1", 21));
    QVERIFY(bound.target.send("hello"));
    QCOMPARE(bound.client.receive(5), QByteArray("hello"));
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(0), 1, 0, 5); }));
}

/// Asked for as anybody, who comes is another rule's than the request.
void TestEngineRuleUse::countsThePeerOfABind()
{
    test::TestEngine engine(test::ruleProfile({hostRule("One", "127.0.0.1")}));
    test::RelayedPair bound = bringAPeer(engine.listener(), test::endpoint("0.0.0.0", 0));
    QVERIFY(bound.target.send("hello"));
    QCOMPARE(bound.client.receive(5), QByteArray("hello"));
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(0), 1, 0, 5); }));
    QVERIFY(isUse(engine.useOf(kDefault), 1, 0, 0));
}

void TestEngineRuleUse::countsEachForwardedRequest()
{
    test::TestEngine engine(test::ruleProfile({hostRule("Two", "127.0.0.2")}));
    const test::RawListener one;
    const test::RawListener two(test::address("127.0.0.2"));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(get(one.endpoint()));
    test::RawSocket target = one.accept();
    QVERIFY(test::answerRequest(target));
    client.send(get(one.endpoint()));
    QVERIFY(test::answerRequest(target));
    client.send(get(two.endpoint()));
    test::RawSocket other = two.accept();
    QVERIFY(test::answerRequest(other));
    QVERIFY(engine.waitFor([&] { return engine.useOf(0).hits == 1 && engine.useOf(0).bytesDown > 0; }));
    QVERIFY(engine.waitFor([&] { return engine.useOf(kDefault).hits == 2; }));
    // The two answers of the first target are as long as two of the second.
    QVERIFY(
        engine.waitFor([&] { return engine.useOf(kDefault).bytesDown == 2 * engine.useOf(0).bytesDown; }));
    QCOMPARE(engine.liveOf(client.local()).rule, QStringLiteral("Two"));
}

void TestEngineRuleUse::countsEachDestinationOfAnAssociationOnce()
{
    test::TestEngine engine(
        test::ruleProfile({hostRule("Two", "127.0.0.2"), hostRule("Three", "127.0.0.3", Action::block())}));
    const test::UdpClient client(engine.listener());
    const test::RawDatagrams one;
    const test::RawDatagrams two(test::address("127.0.0.2"));
    const test::RawDatagrams three(test::address("127.0.0.3"));
    // Many at once, so that datagrams of several rules lie in one batch.
    for (int i = 0; i < 5; ++i) {
        QVERIFY(client.sendTo(one, "12345"));
        QVERIFY(client.sendTo(two, "12"));
        QVERIFY(client.sendTo(three, "1"));
    }
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(one.receive().bytes, QByteArray("12345"));
        QCOMPARE(two.receive().bytes, QByteArray("12"));
    }
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(kDefault), 1, 25, 0); }));
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(0), 1, 10, 0); }));
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(1), 1, 0, 0); }));
    QVERIFY(engine.waitFor(
        [&] { return engine.liveOf(client.control.local()).rule == QStringLiteral("Three"); }));
}

/// Whatever was sent elsewhere meanwhile.
void TestEngineRuleUse::countsAnswersForTheRuleOfWhoAnswers()
{
    Profile profile = test::ruleProfile({hostRule("Two", "127.0.0.2")});
    test::TestEngine engine(profile);
    const test::UdpClient client(engine.listener());
    const test::RawDatagrams one;
    const test::RawDatagrams two(test::address("127.0.0.2"));
    QVERIFY(client.sendTo(one, "1"));
    QVERIFY(client.sendTo(two, "22"));
    const Endpoint seenByOne = one.receive().from;
    const Endpoint seenByTwo = two.receive().from;
    for (int i = 0; i < 3; ++i) {
        QVERIFY(one.send(seenByOne, "12345"));
        QVERIFY(client.hears(one, "12345"));
        QVERIFY(two.send(seenByTwo, "123"));
        QVERIFY(client.hears(two, "123"));
    }
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(kDefault), 1, 1, 15); }));
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(0), 1, 2, 9); }));
    // A rule that takes a destination over has decided about it once.
    profile.rules.prepend(hostRule("One", "127.0.0.1"));
    QVERIFY(engine.apply(profile));
    const qsizetype before = engine.deltas().size();
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() >= before + 2; }));
    QVERIFY(isUse(engine.useOf(0), 0, 0, 0)); // nothing has gone there since
    QVERIFY(client.sendTo(one, "1"));
    QVERIFY(!one.receive().from.isNull());
    QVERIFY(client.sendTo(one, "1"));
    QVERIFY(!one.receive().from.isNull());
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(0), 1, 2, 0); }));
    QVERIFY(isUse(engine.useOf(kDefault), 1, 1, 15));
}

void TestEngineRuleUse::countsTheDefaultActionOfTheMode()
{
    Profile profile = test::ruleProfile({hostRule("One", "127.0.0.1")});
    profile.mode = RoutingMode::Everything;
    test::TestEngine engine(profile);
    const test::RawListener one;
    QVERIFY(test::openRelay(engine.listener(), one).isOpen());
    QVERIFY(engine.waitFor([&] { return engine.useOf(kDefault).hits == 1; }));
    // Nothing of the profile decides in the mode Direct.
    profile.mode = RoutingMode::Direct;
    QVERIFY(engine.apply(profile));
    QVERIFY(test::openRelay(engine.listener(), one).isOpen());
    QVERIFY(engine.waitForCounts(2, 0));
    QCOMPARE(engine.useOf(kDefault).hits, std::uint64_t(1));
    QCOMPARE(engine.useOf(0).hits, std::uint64_t(0));
}

void TestEngineRuleUse::tellsBytesOfALiveConnectionWhenTheWindowComesBack()
{
    test::TestEngine engine(test::ruleProfile({hostRule("One", "127.0.0.1")}));
    const test::RawListener one;
    QVERIFY(!engine.listener().isNull());
    engine.engine().setDetail(Detail::Totals);
    test::RelayedPair pair = test::openRelay(engine.listener(), one);
    QVERIFY(pair.client.send("12345"));
    QCOMPARE(pair.target.receive(5).size(), 5);
    const qsizetype before = engine.deltas().size();
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() >= before + 2; }));
    const RuleUses &hidden = engine.deltas().last().ruleUses;
    QVERIFY(!hidden.whole && hidden.uses.isEmpty() && hidden.rules.isEmpty());
    engine.engine().setDetail(Detail::Connections);
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(0), 1, 5, 0); }));
}

void TestEngineRuleUse::keepsCountsWhenTheProfileChanges()
{
    Profile profile = test::ruleProfile({hostRule("One", "127.0.0.1"), hostRule("Two", "127.0.0.2")});
    test::TestEngine engine(profile);
    const test::RawListener one;
    const test::RawListener two(test::address("127.0.0.2"));
    test::RelayedPair first = test::openRelay(engine.listener(), one);
    const test::RelayedPair second = test::openRelay(engine.listener(), two);
    QVERIFY(engine.waitFor([&] { return engine.useOf(0).hits == 1 && engine.useOf(1).hits == 1; }));
    // The first moves below, the second is edited.
    profile.rules.swapItemsAt(0, 1);
    profile.rules[0].hosts << QStringLiteral("example.org");
    QVERIFY(engine.apply(profile));
    QVERIFY(first.client.send("12345"));
    QCOMPARE(first.target.receive(5).size(), 5);
    QVERIFY(engine.waitFor([&] { return isUse(engine.useOf(1), 1, 5, 0); }));
    QVERIFY(isUse(engine.useOf(0), 0, 0, 0));
    QCOMPARE(engine.deltas().last().ruleUses.rules, profile.rules);
}

void TestEngineRuleUse::tellsAllThatIsKnownOfTheApplication()
{
    test::TestEngine engine(test::ruleProfile({}));
    const test::RawListener one;
    const test::RelayedPair pair = test::openRelay(engine.listener(), one);
    QVERIFY(engine.waitFor([&] { return engine.liveOf(pair.client.local()).processId != 0; }));
    const Connection connection = engine.liveOf(pair.client.local());
    QVERIFY(connection.identity);
    QCOMPARE(connection.identity->program.name, connection.application);
    QCOMPARE(connection.identity->program.processId, QCoreApplication::applicationPid());
    QVERIFY(connection.identity->program.path.contains(u"tst_engine_ruleuse"));
    QVERIFY(!connection.identity->parents.isEmpty());
}

QTEST_GUILESS_MAIN(TestEngineRuleUse)
#include "tst_engine_ruleuse.moc"
