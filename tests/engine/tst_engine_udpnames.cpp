// SPDX-License-Identifier: MIT
#include "tests/support/association.h"
#include "tests/support/fakenames.h"
#include "tests/support/fakeserver.h"
#include "tests/support/testengine.h"

#include <QTest>
#include <QUdpSocket>

using namespace engine;
using namespace Qt::StringLiterals;
using test::fakeNames;

namespace
{

constexpr std::uint32_t kAllowed = 0x7f000001;
constexpr std::uint32_t kForbidden = 0x7f000002;
const QByteArray kAllowedText = "127.0.0.1";
const QByteArray kForbiddenText = "127.0.0.2";
/// Long enough for what should not come: what does come over loopback takes less than a millisecond.
constexpr std::chrono::milliseconds kQuiet = test::scaled(std::chrono::milliseconds{100});

Profile blockingProfile(bool resolveForRules)
{
    Profile profile = test::openProfile();
    RuleProfile rule;
    rule.name = u"Forbidden"_s;
    rule.hosts = QStringList{QString::fromLatin1(kForbiddenText)};
    rule.action = Action::block();
    profile.rules = {rule};
    profile.resolveForRules = resolveForRules;
    return profile;
}

/// Two hosts that differ in their address alone.
struct Hosts {
    test::RawDatagrams allowed{Address::fromV4(kAllowed)};
    QUdpSocket forbidden;

    Hosts() { forbidden.bind(QHostAddress(kForbidden), allowed.endpoint().port); }

    [[nodiscard]] QByteArray heardByAllowed(std::chrono::milliseconds timeout = test::kPatience) const
    {
        return allowed.receive(timeout).bytes;
    }
    [[nodiscard]] QByteArray heardByForbidden(std::chrono::milliseconds timeout = test::kPatience)
    {
        if (!forbidden.hasPendingDatagrams())
            forbidden.waitForReadyRead(static_cast<int>(timeout.count()));
        QByteArray bytes(64, '\0');
        const qint64 size =
            forbidden.hasPendingDatagrams() ? forbidden.readDatagram(bytes.data(), bytes.size()) : 0;
        return bytes.first(std::max<qint64>(size, 0));
    }
    [[nodiscard]] QByteArray header(const QByteArray &name) const
    {
        return QByteArray(3, '\0') + test::socks5Request(name, allowed.endpoint().port).sliced(3);
    }
};

} // namespace

/// Rules for addresses and datagrams to names.
class TestEngineUdpNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void looksAtAddressesOnRequestOnly_data();
    void looksAtAddressesOnRequestOnly();
    void sendsWhereTheRulesHaveLooked();
    void sendsNothingWhereTheyHaveNot();
    void looksNothingUpThatIsDecidedByName();
    void leavesAServerANameThatOnlyItKnows_data();
    void leavesAServerANameThatOnlyItKnows();
    void tellsAServerTheAddressThatANameIs();
};

void TestEngineUdpNames::looksAtAddressesOnRequestOnly_data()
{
    QTest::addColumn<bool>("resolveForRules");
    QTest::newRow("by name alone") << false;
    QTest::newRow("by address, too") << true;
}

void TestEngineUdpNames::looksAtAddressesOnRequestOnly()
{
    QFETCH(const bool, resolveForRules);
    fakeNames().set({{"bad.test", {kForbiddenText}}, {"good.test", {kAllowedText}}});
    test::TestEngine engine(blockingProfile(resolveForRules));
    Hosts hosts;
    QCOMPARE(hosts.forbidden.state(), QAbstractSocket::BoundState);
    const test::UdpClient client(engine.listener());
    QVERIFY(client.socket.send(client.relay, hosts.header("bad.test") + "to bad"));
    QVERIFY(client.socket.send(client.relay, hosts.header("good.test") + "to good"));
    QCOMPARE(hosts.heardByAllowed(), "to good");
    QCOMPARE(hosts.heardByForbidden(resolveForRules ? kQuiet : test::kPatience),
             resolveForRules ? "" : "to bad");
    // Whoever names the address meets the rule in either case.
    QVERIFY(client.socket.send(client.relay, hosts.header(kForbiddenText) + "to the address"));
    QCOMPARE(hosts.heardByForbidden(kQuiet), "");
}

/// A name that leads elsewhere the second time: the address that was looked at is the one that is sent to.
void TestEngineUdpNames::sendsWhereTheRulesHaveLooked()
{
    fakeNames().set({{"good.test", {kAllowedText, kForbiddenText}}});
    test::TestEngine engine(blockingProfile(true));
    Hosts hosts;
    QCOMPARE(hosts.forbidden.state(), QAbstractSocket::BoundState);
    const test::UdpClient client(engine.listener());
    QVERIFY(client.socket.send(client.relay, hosts.header("good.test") + "one"));
    QCOMPARE(hosts.heardByAllowed(), "one");
    QCOMPARE(fakeNames().asked(), QList<QByteArray>{"good.test"});
    // Another association asks again, and is told of the other one.
    const test::UdpClient second(engine.listener());
    QVERIFY(second.socket.send(second.relay, hosts.header("good.test") + "two"));
    QTRY_COMPARE(fakeNames().asked().size(), 2);
    QCOMPARE(hosts.heardByForbidden(kQuiet), "");
    QCOMPARE(hosts.heardByAllowed(kQuiet), "");
}

void TestEngineUdpNames::sendsNothingWhereTheyHaveNot()
{
    fakeNames().set({{"bad.test", {kForbiddenText, kAllowedText}}});
    test::TestEngine engine(blockingProfile(true));
    Hosts hosts;
    QCOMPARE(hosts.forbidden.state(), QAbstractSocket::BoundState);
    const test::UdpClient client(engine.listener());
    QVERIFY(client.socket.send(client.relay, hosts.header("bad.test") + "one"));
    QTRY_COMPARE(fakeNames().asked().size(), 1);
    QCOMPARE(hosts.heardByForbidden(kQuiet), "");
    // It is not asked for once more, in the hope of an address that no rule is against.
    QCOMPARE(hosts.heardByAllowed(kQuiet), "");
    QCOMPARE(fakeNames().asked().size(), 1);
}

/// A rule that decides by the name comes before the one on addresses.
void TestEngineUdpNames::looksNothingUpThatIsDecidedByName()
{
    fakeNames().set({{"ads.test", {kForbiddenText}}, {"good.test", {kAllowedText}}});
    Profile profile = blockingProfile(true);
    RuleProfile byName;
    byName.hosts = QStringList{u"ads.test"_s};
    byName.action = Action::block();
    profile.rules.prepend(byName);
    test::TestEngine engine(profile);
    Hosts hosts;
    const test::UdpClient client(engine.listener());
    QVERIFY(client.socket.send(client.relay, hosts.header("ads.test") + "one"));
    QVERIFY(client.socket.send(client.relay, hosts.header("good.test") + "two"));
    QCOMPARE(hosts.heardByAllowed(), "two");
    QCOMPARE(fakeNames().asked(), QList<QByteArray>{"good.test"});
}

void TestEngineUdpNames::leavesAServerANameThatOnlyItKnows_data()
{
    QTest::addColumn<NameResolution>("resolveNames");
    QTest::newRow("a server that looks names up") << NameResolution::Remote;
    QTest::newRow("a server that wants addresses") << NameResolution::Local;
}

/// As of a connection: the rules ask for its address in vain, and it is decided about as a name.
void TestEngineUdpNames::leavesAServerANameThatOnlyItKnows()
{
    QFETCH(const NameResolution, resolveNames);
    fakeNames().set({{"far.test", {"no address"}}});
    const test::RawListener server;
    Profile profile = blockingProfile(true);
    profile.servers << test::serverProfile("s", test::kDialects[2], server.endpoint());
    profile.servers.front().resolveNames = resolveNames;
    profile.defaultAction = Action::byWayOf(u"s"_s);
    test::TestEngine engine(profile);
    const Hosts hosts;
    const test::UdpClient client(engine.listener());
    QVERIFY(client.socket.send(client.relay, hosts.header("far.test") + "one"));
    QTRY_COMPARE(fakeNames().asked().size(), 1);
    const bool isSent = resolveNames == NameResolution::Remote;
    test::RawSocket asked = server.accept(isSent ? test::kPatience : kQuiet);
    QCOMPARE(asked.isOpen(), isSent);
    if (isSent)
        QCOMPARE(asked.receive(3), QByteArray::fromHex("050100"));
    QTRY_COMPARE(engine.useOf(RuleUse::kDefaultRule).hits, std::uint64_t(isSent ? 1 : 0));
    // Once is enough, for as long as an address would be remembered. Here, it might have one by now.
    QVERIFY(client.socket.send(client.relay, hosts.header("far.test") + "two"));
    const std::uint64_t sent = isSent ? 6 : 0;
    QTRY_COMPARE(fakeNames().asked().size(), isSent ? 1 : 2);
    QVERIFY(engine.waitFor([&] { return engine.liveOf(client.control.local()).bytesUp == sent; }));
    QCOMPARE(fakeNames().asked().size(), isSent ? 1 : 2);
    QCOMPARE(engine.useOf(RuleUse::kDefaultRule).hits, std::uint64_t(isSent ? 1 : 0));
}

void TestEngineUdpNames::tellsAServerTheAddressThatANameIs()
{
    const test::RawListener server;
    const test::RawDatagrams relay;
    Profile profile = test::openProfile();
    profile.servers << test::serverProfile("s", test::kDialects[2], server.endpoint());
    profile.defaultAction = Action::byWayOf(u"s"_s);
    test::TestEngine engine(profile);
    const test::UdpClient client(engine.listener());
    const auto header = [](const QByteArray &request) {
        return QByteArray(3, '\0') + request.sliced(3);
    };
    constexpr int port = 53;
    QVERIFY(client.socket.send(client.relay, header(test::socks5Request("::1", port)) + "one"));
    test::RawSocket asked = server.accept();
    QCOMPARE(asked.receive(3), QByteArray::fromHex("050100"));
    asked.send(QByteArray::fromHex("0500"));
    QCOMPARE(asked.receive(10).size(), 10);
    asked.send(QByteArray::fromHex("050000") + test::socks5Request(relay.endpoint()).sliced(3));
    QCOMPARE(relay.receive().bytes, header(test::socks5Request(test::endpoint("::1", port))) + "one");
}

QTEST_GUILESS_MAIN(TestEngineUdpNames)
#include "tst_engine_udpnames.moc"
