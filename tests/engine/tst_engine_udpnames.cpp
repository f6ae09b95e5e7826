// SPDX-License-Identifier: MIT
#include "tests/support/association.h"
#include "tests/support/testengine.h"

#include <QHash>
#include <QTest>
#include <QUdpSocket>

#include <mutex>

#include <dlfcn.h>
#include <netdb.h>

using namespace engine;
using namespace Qt::StringLiterals;

namespace
{

/// Gives each name's address in turn, the last one again and again, and counts what it was asked for. It
/// takes the place of the system's resolver in the whole test.
class Names
{
public:
    void set(const QHash<QByteArray, QList<QByteArray>> &addresses)
    {
        const std::scoped_lock lock(m_mutex);
        m_addresses = addresses;
        m_asked.clear();
    }
    /// Empty for names that are the system's to find.
    QByteArray take(const QByteArray &name)
    {
        const std::scoped_lock lock(m_mutex);
        const auto found = m_addresses.find(name);
        if (found == m_addresses.end())
            return {};
        m_asked << name;
        return found->size() > 1 ? found->takeFirst() : found->constFirst();
    }
    QList<QByteArray> asked()
    {
        const std::scoped_lock lock(m_mutex);
        return m_asked;
    }

private:
    std::mutex m_mutex;
    QHash<QByteArray, QList<QByteArray>> m_addresses;
    QList<QByteArray> m_asked;
};

Names g_names;

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

extern "C" int getaddrinfo(const char *node, const char *service, const addrinfo *hints, addrinfo **found)
{
    using Call = int (*)(const char *, const char *, const addrinfo *, addrinfo **);
    static const auto system = reinterpret_cast<Call>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    const QByteArray address = g_names.take(node);
    return system(address.isEmpty() ? node : address.constData(), service, hints, found);
}

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
    g_names.set({{"bad.test", {kForbiddenText}}, {"good.test", {kAllowedText}}});
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
    g_names.set({{"good.test", {kAllowedText, kForbiddenText}}});
    test::TestEngine engine(blockingProfile(true));
    Hosts hosts;
    QCOMPARE(hosts.forbidden.state(), QAbstractSocket::BoundState);
    const test::UdpClient client(engine.listener());
    QVERIFY(client.socket.send(client.relay, hosts.header("good.test") + "one"));
    QCOMPARE(hosts.heardByAllowed(), "one");
    QCOMPARE(g_names.asked(), QList<QByteArray>{"good.test"});
    // Another association asks again, and is told of the other one.
    const test::UdpClient second(engine.listener());
    QVERIFY(second.socket.send(second.relay, hosts.header("good.test") + "two"));
    QTRY_COMPARE(g_names.asked().size(), 2);
    QCOMPARE(hosts.heardByForbidden(kQuiet), "");
    QCOMPARE(hosts.heardByAllowed(kQuiet), "");
}

void TestEngineUdpNames::sendsNothingWhereTheyHaveNot()
{
    g_names.set({{"bad.test", {kForbiddenText, kAllowedText}}});
    test::TestEngine engine(blockingProfile(true));
    Hosts hosts;
    QCOMPARE(hosts.forbidden.state(), QAbstractSocket::BoundState);
    const test::UdpClient client(engine.listener());
    QVERIFY(client.socket.send(client.relay, hosts.header("bad.test") + "one"));
    QTRY_COMPARE(g_names.asked().size(), 1);
    QCOMPARE(hosts.heardByForbidden(kQuiet), "");
    // It is not asked for once more, in the hope of an address that no rule is against.
    QCOMPARE(hosts.heardByAllowed(kQuiet), "");
    QCOMPARE(g_names.asked().size(), 1);
}

/// A rule that decides by the name comes before the one on addresses.
void TestEngineUdpNames::looksNothingUpThatIsDecidedByName()
{
    g_names.set({{"ads.test", {kForbiddenText}}, {"good.test", {kAllowedText}}});
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
    QCOMPARE(g_names.asked(), QList<QByteArray>{"good.test"});
}

QTEST_GUILESS_MAIN(TestEngineUdpNames)
#include "tst_engine_udpnames.moc"
