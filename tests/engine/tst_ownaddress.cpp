// SPDX-License-Identifier: MIT
#include "engine/net/own_address.h"

#include "tests/support/ownnetwork.h"
#include "tests/support/rawsocket.h"

#include <QFile>
#include <QNetworkInterface>
#include <QTest>

using namespace engine;
using namespace Qt::StringLiterals;

namespace
{

/// Two addresses in one network, and a way to others there.
const QString kMakeNetwork =
    u"ip link set lo up && "
    "ip link add lan0 type veth peer name lan1 && ip link set lan0 up && ip link set lan1 up && "
    "ip address add 10.77.0.1/24 dev lan0 && ip address add 10.77.0.2/24 dev lan0 && "
    "ip route add default via 10.77.0.3"_s;

Address addressOf(const char *text)
{
    return *Address::fromLiteral(QString::fromLatin1(text));
}

/// An address of this machine in a network; null when it is in none.
Address inANetwork()
{
    for (const QHostAddress &address : QNetworkInterface::allAddresses()) {
        if (!address.isLoopback() && !address.isLinkLocal())
            return Address::fromHostAddress(address);
    }
    return {};
}

} // namespace

class TestOwnAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsAddressesOfThisMachine();
    void knowsClientsOfThisMachine_data();
    void knowsClientsOfThisMachine();
    void knowsClientsByAnyAddressInANetwork();
    void knowsASecondAddressInANetwork();
    void knowsWhoReachesAListener_data();
    void knowsWhoReachesAListener();
};

void TestOwnAddress::knowsAddressesOfThisMachine()
{
    QVERIFY(net::isOwnAddress(addressOf("127.0.0.1")));
    QVERIFY(net::isOwnAddress(addressOf("127.1.2.3")));
    QVERIFY(net::isOwnAddress(addressOf("::1")));
    QVERIFY(!net::isOwnAddress(addressOf("203.0.113.9")));
    QVERIFY(!net::isOwnAddress(addressOf("2001:db8::1")));
    QVERIFY(!net::isOwnAddress(Address()));
}

void TestOwnAddress::knowsClientsOfThisMachine_data()
{
    QTest::addColumn<QString>("client");
    QTest::addColumn<QString>("reached");
    QTest::addColumn<bool>("isOwn");
    const auto row = [](const char *name, const char *client, const char *reached, bool isOwn) {
        QTest::newRow(name) << QString::fromLatin1(client) << QString::fromLatin1(reached) << isOwn;
    };
    row("loopback", "127.0.0.1", "127.0.0.1", true);
    row("loopback, IPv6", "::1", "::1", true);
    row("an address in the network, both", "192.0.2.1", "192.0.2.1", true);
    // A program may say which of this machine's addresses it comes from.
    row("that reaches loopback", "192.0.2.1", "127.0.0.1", true);
    row("that reaches loopback, IPv6", "2001:db8::1", "::1", true);
    row("another machine", "203.0.113.9", "192.0.2.1", false);
}

void TestOwnAddress::knowsClientsOfThisMachine()
{
    QFETCH(const QString, client);
    QFETCH(const QString, reached);
    QTEST(net::isOwnClient(*Address::fromLiteral(client), *Address::fromLiteral(reached)), "isOwn");
}

void TestOwnAddress::knowsClientsByAnyAddressInANetwork()
{
    const Address own = inANetwork();
    if (own.isNull())
        QSKIP("this machine has no address but loopback");
    QVERIFY(net::isOwnAddress(own));
    QVERIFY(net::isOwnClient(own, addressOf("192.0.2.1")));
}

/// Begins this test again where it has a network of its own.
void TestOwnAddress::knowsASecondAddressInANetwork()
{
    if (!test::isInOwnNetwork()) {
        const std::optional<int> exitCode = test::runInOwnNetwork(kMakeNetwork);
        if (!exitCode)
            QSKIP(test::kNoOwnNetwork);
        QCOMPARE(*exitCode, 0);
        return;
    }
    for (const char *bindsToAny : {"0", "1"}) {
        QFile setting(u"/proc/sys/net/ipv4/ip_nonlocal_bind"_s);
        QVERIFY(setting.open(QIODevice::WriteOnly) && setting.write(bindsToAny) == 1);
        setting.close();
        QVERIFY(net::isOwnAddress(addressOf("10.77.0.1")));
        // There, nothing that a program may ask tells it from the others.
        QCOMPARE(net::isOwnAddress(addressOf("10.77.0.2")), *bindsToAny == '0');
        for (const char *other : {"10.77.0.3", "10.77.0.255", "0.0.0.0", "224.0.0.1", "255.255.255.255"})
            QVERIFY2(!net::isOwnAddress(addressOf(other)), other);
    }
}

void TestOwnAddress::knowsWhoReachesAListener_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("listening");
    QTest::addColumn<bool>("does");
    const auto row = [](const char *name, const char *target, const char *listening, bool does) {
        QTest::newRow(name) << QString::fromLatin1(target) << QString::fromLatin1(listening) << does;
    };
    row("its address", "127.0.0.1", "127.0.0.1", true);
    row("another one", "127.0.0.2", "127.0.0.1", false);
    row("one of those it listens at", "127.0.0.2", "0.0.0.0", true);
    row("another machine", "203.0.113.9", "0.0.0.0", false);
    row("any address, which leads here", "0.0.0.0", "127.0.0.1", true);
    row("any address, both", "0.0.0.0", "0.0.0.0", true);
    row("IPv6", "::1", "::", true);
    row("another family", "127.0.0.1", "::", false);
}

void TestOwnAddress::knowsWhoReachesAListener()
{
    QFETCH(const QString, target);
    QFETCH(const QString, listening);
    const Endpoint asked = test::endpoint(target.toLatin1().constData(), 1'080);
    Endpoint at = test::endpoint(listening.toLatin1().constData(), 1'080);
    QTEST(net::reaches(asked, at), "does");
    at.port = 1'081;
    QVERIFY(!net::reaches(asked, at));
}

QTEST_GUILESS_MAIN(TestOwnAddress)
#include "tst_ownaddress.moc"
