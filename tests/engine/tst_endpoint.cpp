// SPDX-License-Identifier: MIT
#include "engine/endpoint.h"

#include <QNetworkInterface>
#include <QRandomGenerator>
#include <QSet>
#include <QTest>

using namespace engine;

namespace
{

constexpr int kRandomRounds = 20'000;

/// Always the same sequence, so that a failure can be seen again.
QRandomGenerator fixedRandom()
{
    return QRandomGenerator(1928);
}

std::array<std::uint8_t, 16> randomV6(QRandomGenerator &random)
{
    std::array<std::uint8_t, 16> bytes{};
    // Runs of zeros are what the short form of an address is about.
    const bool sparse = random.bounded(2) == 0;
    for (std::uint8_t &byte : bytes)
        byte = sparse && random.bounded(3) != 0 ? 0 : static_cast<std::uint8_t>(random.bounded(256));
    return bytes;
}

QString text(const char *latin1)
{
    return QString::fromLatin1(latin1);
}

/// The network of a prefix length, by masking.
QHostAddress masked(const QHostAddress &address, int length)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        const quint32 mask = length == 0 ? 0U : 0xffff'ffffU << (32 - length);
        return QHostAddress(address.toIPv4Address() & mask);
    }
    Q_IPV6ADDR bytes = address.toIPv6Address();
    for (int bit = length; bit < 128; ++bit)
        bytes.c[bit / 8] = static_cast<quint8>(bytes.c[bit / 8] & ~(0x80U >> (bit % 8)));
    return QHostAddress(bytes);
}

} // namespace

class TestEndpoint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsLiteral_data();
    void readsLiteral();
    void takesNamesForNames_data();
    void takesNamesForNames();
    void keepsTheInterfaceOfALinkLocalAddress();
    void storesMappedAddressesAsIpv4();
    void knowsLoopbackAndUnspecified_data();
    void knowsLoopbackAndUnspecified();
    void isNothingByDefault();
    void readsAndWritesEndpoints_data();
    void readsAndWritesEndpoints();
    void refusesEndpoint_data();
    void refusesEndpoint();
    void readsRange_data();
    void readsRange();
    void refusesRange_data();
    void refusesRange();
    void findsTheRangeAroundAnAddress_data();
    void findsTheRangeAroundAnAddress();
    void rangeHoldsItsOwnOnly_data();
    void rangeHoldsItsOwnOnly();
    void agreesWithQHostAddressOnIpv4();
    void agreesWithQHostAddressOnIpv6();
    void agreesWithQHostAddressOnSubnets();
    void endpointsSurviveTheirText();
    void ordersAndHashesByValue();
};

void TestEndpoint::readsLiteral_data()
{
    QTest::addColumn<QString>("literal");
    QTest::addColumn<QString>("canonical");

    const auto row = [](const char *title, const char *literal, const char *canonical) {
        QTest::newRow(title) << text(literal) << text(canonical);
    };
    row("IPv4", "192.0.2.1", "192.0.2.1");
    row("lowest IPv4", "0.0.0.0", "0.0.0.0");
    row("highest IPv4", "255.255.255.255", "255.255.255.255");
    row("IPv6", "2001:db8::1", "2001:db8::1");
    row("IPv6 in brackets", "[2001:db8::1]", "2001:db8::1");
    row("IPv6 in full", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1");
    row("IPv6 in capitals", "2001:DB8::A", "2001:db8::a");
    row("unspecified IPv6", "::", "::");
    row("loopback IPv6", "::1", "::1");
    row("mapped", "::ffff:192.0.2.1", "192.0.2.1");
    row("mapped in hexadecimal", "::ffff:c000:201", "192.0.2.1");
    row("mapped in brackets", "[::ffff:192.0.2.1]", "192.0.2.1");
    row("IPv4 inside another prefix", "64:ff9b::192.0.2.1", "64:ff9b::c000:201");
}

void TestEndpoint::readsLiteral()
{
    QFETCH(const QString, literal);
    QFETCH(const QString, canonical);

    const std::optional<Address> address = Address::fromLiteral(literal);
    QVERIFY(address);
    QCOMPARE(address->toString(), canonical);
    QCOMPARE(address->isV4(), !canonical.contains(u':'));
    QCOMPARE(address->isV6(), canonical.contains(u':'));
    QCOMPARE(Address::fromLiteral(address->toString()), address);
}

void TestEndpoint::takesNamesForNames_data()
{
    QTest::addColumn<QString>("name");

    for (const char *name : {"",
                             "localhost",
                             "example.org",
                             "127.1",
                             "1",
                             "0x7f000001",
                             "2130706433",
                             "017700000001",
                             "127.0.0.01",
                             "127.0.0.1.",
                             ".127.0.0.1",
                             "127.0.0",
                             "127.0.0.1.1",
                             "127..0.1",
                             "256.0.0.1",
                             "1.2.3.999",
                             "1.2.3.-4",
                             "+1.2.3.4",
                             "1.2.3.4 ",
                             " 1.2.3.4",
                             "1.2.3.4/8",
                             "1.2.3.4:80",
                             "0000.0.0.0",
                             "[]",
                             "[127.0.0.1]",
                             "[::1",
                             "::1]",
                             "[[::1]]",
                             ":",
                             ":::",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1::2::3",
                             "12345::",
                             "g::",
                             "::1/128",
                             "::256.0.0.1",
                             "[::1]:80"})
        QTest::newRow(name) << text(name);
    QTest::newRow("Arabic digits") << QStringLiteral(u"١٢٧.0.0.1");
    QTest::newRow("full-width digits") << QStringLiteral(u"１.1.1.1");
    QTest::newRow("NUL in IPv4") << text("1.2.3.4").append(QChar(0)).append(u'5');
    QTest::newRow("NUL in IPv6") << text("::1").append(QChar(0)).append(u'5');
    QTest::newRow("long") << QString(1000, u'1');
    QTest::newRow("long with colons") << QString(1000, u':');
}

void TestEndpoint::takesNamesForNames()
{
    QFETCH(const QString, name);
    const std::optional<Address> address = Address::fromLiteral(name);
    QVERIFY2(!address, address ? qPrintable(address->toString()) : "");
}

void TestEndpoint::keepsTheInterfaceOfALinkLocalAddress()
{
    // Interface 1 is the loopback on Linux; its name differs elsewhere.
    const QString name = QNetworkInterface::interfaceNameFromIndex(1);
    const std::optional<Address> address = Address::fromLiteral(text("fe80::1%") + name);
    QVERIFY(address);
    QCOMPARE(address->scopeId(), 1U);
    QCOMPARE(address->toString(), text("fe80::1%") + name);
    QCOMPARE(address->toHostAddress().scopeId(), name);
    QVERIFY(*address != *Address::fromLiteral(text("fe80::1")));
    QCOMPARE(Address::fromLiteral(text("fe80::1%1")), address);
    for (const char *unknown : {"fe80::1%", "fe80::1%no-such", "::ffff:1.2.3.4%1"})
        QVERIFY2(!Address::fromLiteral(text(unknown)), unknown);
    // Qt for Windows takes any number for that of an interface.
    const QString number = text("4000000000");
    if (QNetworkInterface::interfaceIndexFromName(number) == 0)
        QVERIFY(!Address::fromLiteral(text("fe80::1%") + number));
}

void TestEndpoint::storesMappedAddressesAsIpv4()
{
    const Address plain = Address::fromV4(0xc0000201);
    QHostAddress mapped(QStringLiteral("::ffff:192.0.2.1"));
    QCOMPARE(mapped.protocol(), QAbstractSocket::IPv6Protocol);
    QVERIFY(Address::fromHostAddress(mapped) == plain);
    QVERIFY(Address::fromHostAddress(QHostAddress(QStringLiteral("192.0.2.1"))) == plain);
    QCOMPARE(plain.bytes().size(), std::size_t(4));
    // ::192.0.2.1, the old "compatible" form, is an IPv6 address.
    QVERIFY(Address::fromLiteral(text("::192.0.2.1"))->isV6());
    QVERIFY(Address::fromHostAddress(QHostAddress()).isNull());
}

void TestEndpoint::knowsLoopbackAndUnspecified_data()
{
    QTest::addColumn<QString>("literal");
    QTest::addColumn<bool>("loopback");
    QTest::addColumn<bool>("unspecified");

    QTest::newRow("127.0.0.1") << text("127.0.0.1") << true << false;
    QTest::newRow("127.255.255.255") << text("127.255.255.255") << true << false;
    QTest::newRow("126.255.255.255") << text("126.255.255.255") << false << false;
    QTest::newRow("128.0.0.0") << text("128.0.0.0") << false << false;
    QTest::newRow("mapped 127.0.0.1") << text("::ffff:127.0.0.1") << true << false;
    QTest::newRow("::1") << text("::1") << true << false;
    QTest::newRow("::2") << text("::2") << false << false;
    QTest::newRow("1::1") << text("1::1") << false << false;
    QTest::newRow("0.0.0.0") << text("0.0.0.0") << false << true;
    QTest::newRow("::") << text("::") << false << true;
    QTest::newRow("mapped 0.0.0.0") << text("::ffff:0.0.0.0") << false << true;
}

void TestEndpoint::knowsLoopbackAndUnspecified()
{
    QFETCH(const QString, literal);
    QFETCH(const bool, loopback);
    QFETCH(const bool, unspecified);

    const std::optional<Address> address = Address::fromLiteral(literal);
    QVERIFY(address);
    QCOMPARE(address->isLoopback(), loopback);
    QCOMPARE(address->isUnspecified(), unspecified);
}

void TestEndpoint::isNothingByDefault()
{
    const Address address;
    QVERIFY(address.isNull());
    QVERIFY(!address.isV4());
    QVERIFY(!address.isV6());
    QVERIFY(!address.isLoopback());
    QVERIFY(!address.isUnspecified());
    QVERIFY(address.bytes().empty());
    QVERIFY(address.toString().isEmpty());
    QVERIFY(address.toHostAddress().isNull());
    QVERIFY(Endpoint().isNull());
    QVERIFY(Endpoint({}, 80).toString().isEmpty());
    QVERIFY(!AddressRange().contains(address));
    QVERIFY(!AddressRange().contains(Address::fromV4(0)));
}

void TestEndpoint::readsAndWritesEndpoints_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("canonical");

    QTest::newRow("IPv4") << text("192.0.2.1:80") << text("192.0.2.1:80");
    QTest::newRow("IPv6") << text("[2001:db8::1]:443") << text("[2001:db8::1]:443");
    QTest::newRow("port zero") << text("127.0.0.1:0") << text("127.0.0.1:0");
    QTest::newRow("highest port") << text("[::]:65535") << text("[::]:65535");
    QTest::newRow("mapped") << text("[::ffff:127.0.0.1]:80") << text("127.0.0.1:80");
}

void TestEndpoint::readsAndWritesEndpoints()
{
    QFETCH(const QString, written);
    QFETCH(const QString, canonical);

    const std::optional<Endpoint> endpoint = Endpoint::fromString(written);
    QVERIFY(endpoint);
    QCOMPARE(endpoint->toString(), canonical);
    QVERIFY(Endpoint::fromString(canonical) == endpoint);
}

void TestEndpoint::refusesEndpoint_data()
{
    QTest::addColumn<QString>("written");
    for (const char *written : {"",
                                ":",
                                ":1080",
                                "*:1080",
                                "127.0.0.1",
                                "127.0.0.1:",
                                "127.0.0.1:65536",
                                "127.0.0.1:99999",
                                "127.0.0.1:-1",
                                "127.0.0.1:+1",
                                "127.0.0.1: 1",
                                "127.0.0.1:1 ",
                                "127.0.0.1:0x50",
                                "127.0.0.1:100000",
                                "localhost:80",
                                "::1",
                                "::1:80",
                                "[::1]",
                                "[::1]80",
                                "[::1]:",
                                "[127.0.0.1]:80",
                                "[::1:80",
                                "127.0.0.1:80:80"})
        QTest::newRow(written) << text(written);
}

void TestEndpoint::refusesEndpoint()
{
    QFETCH(const QString, written);
    QVERIFY(!Endpoint::fromString(written));
}

void TestEndpoint::readsRange_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("canonical");

    const auto row = [](const char *written, const char *canonical) {
        QTest::newRow(written) << text(written) << text(canonical);
    };
    row("10.0.0.0/8", "10.0.0.0/8");
    row("0.0.0.0/0", "0.0.0.0/0");
    row("192.0.2.1", "192.0.2.1/32");
    row("192.0.2.1/32", "192.0.2.1/32");
    row("192.0.2.128/25", "192.0.2.128/25");
    row("::1/128", "::1/128");
    row("::1", "::1/128");
    row("::/0", "::/0");
    row("fc00::/7", "fc00::/7");
    row("2001:db8::/33", "2001:db8::/33");
    row("[::1]/128", "::1/128");
    row("::ffff:192.0.2.1", "192.0.2.1/32");
    // A mapped address counts its prefix in IPv6 bits, the first 96 of which say "mapped".
    row("::ffff:10.0.0.0/104", "10.0.0.0/8");
    row("::ffff:0.0.0.0/96", "0.0.0.0/0");
}

void TestEndpoint::readsRange()
{
    QFETCH(const QString, written);
    QFETCH(const QString, canonical);

    const std::optional<AddressRange> range = AddressRange::fromString(written);
    QVERIFY(range);
    QCOMPARE(range->toString(), canonical);
    QVERIFY(AddressRange::fromString(canonical) == range);
    QVERIFY(range->contains(range->network));
}

void TestEndpoint::refusesRange_data()
{
    QTest::addColumn<QString>("written");
    for (const char *written : {"",
                                "/",
                                "/8",
                                "10.0.0.0/",
                                "10.0.0.0/33",
                                "10.0.0.0/-1",
                                "10.0.0.0/+8",
                                "10.0.0.0/08x",
                                "10.0.0.0/8/8",
                                "10.0.0.0/255.0.0.0",
                                "10.0.0.1/8",
                                "10.0.0.0/6",
                                "10/8",
                                "::/129",
                                "::1/127",
                                "2001:db8::1/64",
                                "localhost",
                                "10.0.0.1-10.0.0.9",
                                "::ffff:10.0.0.0/8",
                                "::ffff:0.0.0.0/0",
                                "::ffff:10.0.0.0/129"})
        QTest::newRow(written) << text(written);
}

void TestEndpoint::refusesRange()
{
    QFETCH(const QString, written);
    QVERIFY(!AddressRange::fromString(written));
}

void TestEndpoint::findsTheRangeAroundAnAddress_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("found"); ///< empty: none
    const auto row = [](const char *written, const char *found) {
        QTest::newRow(written) << text(written) << text(found);
    };
    row("10.0.0.0/8", "10.0.0.0/8");
    row("10.0.0.1/8", "10.0.0.0/8");
    row("10.255.255.255/9", "10.128.0.0/9");
    row("192.0.2.7/32", "192.0.2.7/32");
    row("192.0.2.7/0", "0.0.0.0/0");
    row("2001:db8::1/33", "2001:db8::/33");
    row("::1/0", "::/0");
    row("::ffff:10.1.2.3/104", "10.0.0.0/8");
    row("10.0.0.1/33", "");
    row("10.0.0.1/", "");
    row("localhost/8", "");
}

void TestEndpoint::findsTheRangeAroundAnAddress()
{
    QFETCH(const QString, written);
    QFETCH(const QString, found);
    const std::optional<AddressRange> range = AddressRange::around(written);
    QCOMPARE(range ? range->toString() : QString(), found);
}

void TestEndpoint::rangeHoldsItsOwnOnly_data()
{
    QTest::addColumn<QString>("range");
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("inside");

    const auto row = [](const char *title, const char *range, const char *address, bool inside) {
        QTest::newRow(title) << text(range) << text(address) << inside;
    };
    row("first of /8", "10.0.0.0/8", "10.0.0.0", true);
    row("last of /8", "10.0.0.0/8", "10.255.255.255", true);
    row("before /8", "10.0.0.0/8", "9.255.255.255", false);
    row("behind /8", "10.0.0.0/8", "11.0.0.0", false);
    row("last of /9", "10.128.0.0/9", "10.255.255.255", true);
    row("before /9", "10.128.0.0/9", "10.127.255.255", false);
    row("odd prefix, inside", "192.0.2.160/27", "192.0.2.191", true);
    row("odd prefix, outside", "192.0.2.160/27", "192.0.2.192", false);
    row("single", "192.0.2.1/32", "192.0.2.1", true);
    row("single, neighbour", "192.0.2.1/32", "192.0.2.0", false);
    row("all of IPv4", "0.0.0.0/0", "255.255.255.255", true);
    row("all of IPv4 holds no IPv6", "0.0.0.0/0", "::1", false);
    row("all of IPv6", "::/0", "ffff::", true);
    row("all of IPv6 holds no IPv4", "::/0", "127.0.0.1", false);
    row("a mapped client is an IPv4 client", "127.0.0.0/8", "::ffff:127.0.0.1", true);
    row("IPv6 /7", "fc00::/7", "fdff::1", true);
    row("behind IPv6 /7", "fc00::/7", "fe00::", false);
    row("IPv6 /127", "::2/127", "::3", true);
    row("behind IPv6 /127", "::2/127", "::4", false);
}

void TestEndpoint::rangeHoldsItsOwnOnly()
{
    QFETCH(const QString, range);
    QFETCH(const QString, address);
    QFETCH(const bool, inside);

    const std::optional<AddressRange> parsed = AddressRange::fromString(range);
    const std::optional<Address> candidate = Address::fromLiteral(address);
    QVERIFY(parsed && candidate);
    QCOMPARE(parsed->contains(*candidate), inside);
    QVERIFY(!parsed->contains(Address()));
}

void TestEndpoint::agreesWithQHostAddressOnIpv4()
{
    QRandomGenerator random = fixedRandom();
    for (int i = 0; i < kRandomRounds; ++i) {
        const quint32 value = random.generate();
        const QHostAddress theirs(value);
        const Address ours = Address::fromV4(value);
        QCOMPARE(ours.toString(), theirs.toString());
        QCOMPARE(ours.toHostAddress(), theirs);
        QCOMPARE(ours.isLoopback(), theirs.isLoopback());
        QVERIFY(Address::fromHostAddress(theirs) == ours);
        QVERIFY(Address::fromLiteral(theirs.toString()) == ours);
        QVERIFY(Address::fromV4Bytes(ours.bytes().first<4>()) == ours);
    }
}

void TestEndpoint::agreesWithQHostAddressOnIpv6()
{
    QRandomGenerator random = fixedRandom();
    for (int i = 0; i < kRandomRounds; ++i) {
        const auto bytes = randomV6(random);
        const QHostAddress theirs(bytes.data());
        const Address ours = Address::fromV6Bytes(bytes);
        QVERIFY(ours.isV6());
        QCOMPARE(ours.toString(), theirs.toString());
        QCOMPARE(ours.toHostAddress(), theirs);
        QCOMPARE(ours.isLoopback(), theirs.isLoopback());
        QVERIFY(Address::fromHostAddress(theirs) == ours);
        QVERIFY(Address::fromLiteral(theirs.toString()) == ours);
        QVERIFY(std::equal(bytes.begin(), bytes.end(), ours.bytes().begin(), ours.bytes().end()));
    }
}

void TestEndpoint::agreesWithQHostAddressOnSubnets()
{
    QRandomGenerator random = fixedRandom();
    int inside = 0;
    for (int i = 0; i < kRandomRounds; ++i) {
        const bool v4 = random.bounded(2) == 0;
        const QHostAddress base =
            v4 ? QHostAddress(random.generate()) : QHostAddress(randomV6(random).data());
        const int length = random.bounded(v4 ? 33 : 129);
        const QHostAddress network = masked(base, length);
        // Half of the candidates differ from the network in one bit only.
        QHostAddress candidate = v4 ? QHostAddress(network.toIPv4Address() ^ (1U << random.bounded(32)))
                                    : QHostAddress(randomV6(random).data());
        if (random.bounded(2) == 0)
            candidate = base;
        const AddressRange range{Address::fromHostAddress(network), static_cast<std::uint8_t>(length)};
        const bool expected = candidate.isInSubnet(network, length);
        QCOMPARE(range.contains(Address::fromHostAddress(candidate)), expected);
        QVERIFY(AddressRange::fromString(range.toString()) == range);
        inside += expected;
    }
    QVERIFY(inside > kRandomRounds / 4 && inside < kRandomRounds);
}

void TestEndpoint::endpointsSurviveTheirText()
{
    QRandomGenerator random = fixedRandom();
    for (int i = 0; i < kRandomRounds; ++i) {
        const auto port = static_cast<std::uint16_t>(random.bounded(65536));
        const Endpoint v4{Address::fromV4(random.generate()), port};
        const Endpoint v6{Address::fromV6Bytes(randomV6(random)), port};
        QVERIFY(Endpoint::fromString(v4.toString()) == v4);
        QVERIFY(Endpoint::fromString(v6.toString()) == v6);
    }
}

void TestEndpoint::ordersAndHashesByValue()
{
    const Address a = Address::fromV4(0x0a000001);
    const Address b = Address::fromV4(0x0a000002);
    const Address c = *Address::fromLiteral(text("::1"));
    QVERIFY(a < b);
    QVERIFY((a < c) != (c < a));
    QVERIFY(Endpoint(a, 1) < Endpoint(a, 2));
    QVERIFY(Endpoint(a, 2) < Endpoint(b, 1));
    QSet<Address> set{a, b, c, a};
    QCOMPARE(set.size(), 3);
    QVERIFY(set.contains(Address::fromV4(0x0a000001)));
    QCOMPARE(qHash(a), qHash(Address::fromV4(0x0a000001)));
}

QTEST_GUILESS_MAIN(TestEndpoint)
#include "tst_endpoint.moc"
