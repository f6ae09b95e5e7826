// SPDX-License-Identifier: MIT
#include "engine/limits.h"
#include "engine/net/event_loop.h"
#include "engine/proto/socks5.h"
#include "engine/proto/udp.h"
#include "engine/relay/udp_names.h"
#include "engine/relay/udp_peers.h"
#include "engine/relay/udp_reassembly.h"
#include "tests/support/fakeclock.h"

#include <QTest>

#include <algorithm>

using namespace engine;
using std::chrono::milliseconds;

Q_DECLARE_METATYPE(engine::ErrorCode)

namespace
{

using Status = Parsed<socks5::UdpHeader>::Status;

Endpoint endpoint(const char *address, int port)
{
    return {*Address::fromLiteral(QString::fromLatin1(address)), static_cast<std::uint16_t>(port)};
}

socks5::UdpHeader fragment(int number, const char *host = "192.0.2.1")
{
    return {static_cast<std::uint8_t>(number), {endpoint(host, 53).address, {}, 53}};
}

constexpr int kLast = socks5::kLastFragment;

/// An association's names, which are looked up by the test.
struct NamesScene final : private ConnectionHost {
    void connectionEnded(LiveConnection &, Registry::Record &, const Error &) override {}
    /// A datagram has been sent to the name, which leads there.
    void send(const QByteArray &name, const Address &address)
    {
        QVERIFY(names.wait({{}, name, 53}, {}));
        std::exchange(found, {})(QList<Address>{address});
    }
    /// A datagram was to be sent to the name, which is not found this time.
    void sendInVain(const QByteArray &name)
    {
        QVERIFY(names.wait({{}, name, 53}, {}));
        std::exchange(found, {})(Unexpected{Error{ErrorCode::NameLookupFailed, {}}});
    }

    test::FakeClock clock;
    net::DeadlineQueue deadlines{clock};
    std::unique_ptr<net::Poller> poller = net::makePortablePoller();
    Registry registry;
    RelayServices relays{*poller, deadlines, registry, *this, PipePool(false), nullptr, {}};
    UdpServices::Found found;
    UdpServices services{relays,
                         [this](const QByteArray &, UdpServices::Found callback) {
                             found = std::move(callback);
                             return 1;
                         },
                         [](std::uint64_t) {},
                         {},
                         {},
                         {},
                         {},
                         {},
                         {},
                         0,
                         {},
                         {}};
    UdpNames names{services, [](const std::optional<Address> &, const std::vector<UdpNames::Waiting> &) {
                   }};
};

} // namespace

class TestUdp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsHeader_data();
    void readsHeader();
    void refusesHeader_data();
    void refusesHeader();
    void writesHeaderThatReadsBack_data();
    void writesHeaderThatReadsBack();
    void unwraps_data();
    void unwraps();
    void reassembles_data();
    void reassembles();
    void forgetsASequenceAfterItsTime();
    void boundsWhatItKeeps();
    void admitsByFiltering_data();
    void admitsByFiltering();
    void knowsWhichRuleAPeerCountsFor();
    void forgetsTheOldestPeer();
    void knowsWhereANameLedThatIsOld();
};

void TestUdp::readsHeader_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("fragment");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    const auto row = [](const char *title, const char *header, int fragment, const char *host, int port) {
        QTest::newRow(title) << QByteArray::fromHex(header) << fragment << QString::fromLatin1(host) << port;
    };
    row("IPv4", "0000 00 01 c0000201 0035", 0, "192.0.2.1", 53);
    row("IPv6", "0000 00 04 20010db8000000000000000000000001 ffff", 0, "2001:db8::1", 65'535);
    row("name", "0000 00 03 01 61 0000", 0, "a", 0);
    row("first fragment", "0000 01 01 c0000201 0035", 1, "192.0.2.1", 53);
    row("last of fragments", "0000 ff 01 c0000201 0035", 255, "192.0.2.1", 53);
}

void TestUdp::readsHeader()
{
    QFETCH(const QByteArray, header);
    QFETCH(const int, fragment);
    QFETCH(const QString, host);
    QFETCH(const int, port);
    for (const QByteArray &payload : {QByteArray(), QByteArray("payload")}) {
        const QByteArray datagram = header + payload;
        const auto parsed = socks5::parseUdpHeader(bytesOf(datagram));
        QVERIFY(parsed.status == Status::Done);
        QCOMPARE(parsed.size, std::size_t(header.size()));
        QCOMPARE(int(parsed.value.fragment), fragment);
        QCOMPARE(parsed.value.destination.host(), host);
        QCOMPARE(int(parsed.value.destination.port), port);
    }
    for (qsizetype size = 0; size < header.size(); ++size) {
        const QByteArray part = header.first(size);
        QVERIFY(socks5::parseUdpHeader(bytesOf(part)).status == Status::NeedMore);
    }
}

void TestUdp::refusesHeader_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<ErrorCode>("error");
    const auto row = [](const char *title, const char *header, ErrorCode error) {
        QTest::newRow(title) << QByteArray::fromHex(header) << error;
    };
    using enum ErrorCode;
    row("first reserved byte set", "01", ProtocolError);
    row("second reserved byte set", "0001 00 01 c0000201 0035", ProtocolError);
    row("address type zero", "0000 00 00", AddressTypeUnsupported);
    row("address type two", "0000 00 02 c0000201 0035", AddressTypeUnsupported);
    row("empty name", "0000 00 03 00 0035", ProtocolError);
    row("name with NUL", "0000 00 03 01 00 0035", ProtocolError);
    row("name with space", "0000 00 03 03 612062 0035", ProtocolError);
}

void TestUdp::refusesHeader()
{
    QFETCH(const QByteArray, header);
    QFETCH(const ErrorCode, error);
    const auto parsed = socks5::parseUdpHeader(bytesOf(header));
    QVERIFY(parsed.status == Status::Bad);
    QCOMPARE(parsed.error, error);
}

void TestUdp::writesHeaderThatReadsBack_data()
{
    QTest::addColumn<QString>("source");
    QTest::newRow("IPv4") << QStringLiteral("192.0.2.1:53");
    QTest::newRow("IPv6") << QStringLiteral("[2001:db8::1]:65535");
}

void TestUdp::writesHeaderThatReadsBack()
{
    QFETCH(const QString, source);
    const Endpoint from = *Endpoint::fromString(source);
    std::array<std::uint8_t, socks5::kMaximumAddressHeaderSize> bytes;
    const std::size_t size = socks5::writeUdpHeader(bytes, from);
    QCOMPARE(size, socks5::udpHeaderSize(from.address));
    const auto parsed = socks5::parseUdpHeader(Bytes(bytes).first(size));
    QVERIFY(parsed.status == Status::Done);
    QCOMPARE(parsed.size, size);
    QCOMPARE(int(parsed.value.fragment), 0);
    QCOMPARE(Endpoint(parsed.value.destination.address, parsed.value.destination.port), from);
}

void TestUdp::unwraps_data()
{
    QTest::addColumn<QByteArray>("datagram");
    QTest::addColumn<int>("headers");
    QTest::addColumn<QString>("source"); // empty: nothing comes of it
    QTest::addColumn<QByteArray>("payload");
    const QByteArray v4 = QByteArray::fromHex("00000001c00002010035");
    const QByteArray v6 = QByteArray::fromHex("0000000420010db80000000000000000000000010050");
    const QByteArray name = QByteArray::fromHex("00000003") + "\x04" + "host" + QByteArray::fromHex("0035");
    QTest::newRow("none") << QByteArray("payload") << 0 << QString() << QByteArray("payload");
    QTest::newRow("one") << v4 + "payload" << 1 << "192.0.2.1:53" << QByteArray("payload");
    QTest::newRow("the innermost one counts")
        << v4 + name + v6 + "p" << 3 << "[2001:db8::1]:80" << QByteArray("p");
    QTest::newRow("no payload") << v6 + v4 << 2 << "192.0.2.1:53" << QByteArray();
    QTest::newRow("one too few") << v4 + "payload" << 2 << QString() << QByteArray();
    QTest::newRow("a fragment") << QByteArray::fromHex("00000101c00002010035") + "p" << 1 << QString()
                                << QByteArray();
    QTest::newRow("a fragment inside")
        << v4 + QByteArray::fromHex("00008101c00002010035") + "p" << 2 << QString() << QByteArray();
    QTest::newRow("an unknown type inside")
        << v4 + QByteArray::fromHex("00000002c00002010035") + "p" << 2 << QString() << QByteArray();
    for (const qsizetype size : {0, 1, 3, 4, 9})
        QTest::addRow("cut after %d bytes", static_cast<int>(size))
            << v4.first(size) << 1 << QString() << QByteArray();
}

void TestUdp::unwraps()
{
    QFETCH(const QByteArray, datagram);
    QFETCH(const int, headers);
    QFETCH(const QString, source);
    QFETCH(const QByteArray, payload);
    const auto inner = socks5::unwrapDatagram(bytesOf(datagram), static_cast<std::size_t>(headers));
    QCOMPARE(inner.has_value(), headers == 0 || !source.isEmpty());
    if (!inner)
        return;
    QVERIFY(std::ranges::equal(inner->payload, bytesOf(payload)));
    if (headers > 0)
        QCOMPARE((Endpoint{inner->source.address, inner->source.port}).toString(), source);
}

void TestUdp::reassembles_data()
{
    QTest::addColumn<QList<int>>("fragments");
    QTest::addColumn<QStringList>("datagrams"); // made of the numbers of their fragments
    const auto row = [](const char *title, const QList<int> &fragments, const QStringList &datagrams) {
        QTest::newRow(title) << fragments << datagrams;
    };
    row("one after the other", {1, 2, 3 | kLast}, {QStringLiteral("123")});
    row("one alone", {1 | kLast}, {QStringLiteral("1")});
    row("two sequences", {1, 2 | kLast, 1, 2, 3 | kLast}, {QStringLiteral("12"), QStringLiteral("123")});
    row("the end is missing", {1, 2}, {});
    row("the beginning is missing", {2, 3 | kLast}, {});
    row("one is missing", {1, 3, 4 | kLast}, {});
    row("lower number begins anew", {1, 2, 3, 1, 2 | kLast}, {QStringLiteral("12")});
    row("lower number in the middle", {1, 2, 3, 2, 4 | kLast}, {});
    row("first one again", {1, 1, 2 | kLast}, {QStringLiteral("12")});
    row("same number again", {1, 2, 2, 3 | kLast}, {});
    row("position zero", {1, kLast, 2 | kLast}, {});
    row("out of order", {2, 1, 3 | kLast}, {});
}

void TestUdp::reassembles()
{
    QFETCH(const QList<int>, fragments);
    QFETCH(const QStringList, datagrams);
    UdpReassembly reassembly;
    QStringList whole;
    for (const int number : fragments) {
        const QByteArray payload = QByteArray::number(number & ~kLast);
        if (const auto datagram = reassembly.add(fragment(number), bytesOf(payload), {})) {
            QCOMPARE(datagram->destination, fragment(number).destination);
            whole << QString::fromLatin1(datagram->payload);
        }
    }
    QCOMPARE(whole, datagrams);

    // Another destination is another sequence.
    QVERIFY(!reassembly.add(fragment(1), {}, {}));
    QVERIFY(!reassembly.add(fragment(2 | kLast, "192.0.2.2"), {}, {}));
    QVERIFY(reassembly.isEmpty());
}

void TestUdp::forgetsASequenceAfterItsTime()
{
    QVERIFY(kReassemblyTimeout >= milliseconds{5'000}); // RFC 1928 section 7
    const net::TimePoint start;
    UdpReassembly reassembly;
    QVERIFY(!reassembly.add(fragment(1), {}, start));
    QVERIFY(reassembly.add(fragment(2 | kLast), {}, start + kReassemblyTimeout - milliseconds{1}));
    QVERIFY(!reassembly.add(fragment(1), {}, start));
    QVERIFY(!reassembly.add(fragment(2 | kLast), {}, start + kReassemblyTimeout));

    QVERIFY(!reassembly.add(fragment(1), {}, start));
    reassembly.expire(start + kReassemblyTimeout - milliseconds{1});
    QVERIFY(!reassembly.isEmpty());
    reassembly.expire(start + kReassemblyTimeout);
    QVERIFY(reassembly.isEmpty());
}

void TestUdp::boundsWhatItKeeps()
{
    const QByteArray half(kMaximumReassemblySize / 2, 'x');
    UdpReassembly reassembly;
    QVERIFY(!reassembly.add(fragment(1), bytesOf(half), {}));
    const auto whole = reassembly.add(fragment(2 | kLast), bytesOf(half), {});
    QVERIFY(whole && whole->payload == half + half);
    QVERIFY(!reassembly.add(fragment(1), bytesOf(half), {}));
    QVERIFY(!reassembly.add(fragment(2), bytesOf(half), {}));
    QVERIFY(!reassembly.add(fragment(3 | kLast), bytesOf("x"), {}));
    QVERIFY(reassembly.isEmpty());
}

void TestUdp::admitsByFiltering_data()
{
    QTest::addColumn<int>("filtering");
    QTest::addColumn<QList<bool>>("admitted"); // the peer, its other port, somebody else
    using enum UdpFiltering;
    QTest::newRow("address and port") << int(AddressAndPortDependent) << QList<bool>{true, false, false};
    QTest::newRow("address") << int(AddressDependent) << QList<bool>{true, true, false};
    QTest::newRow("anybody") << int(EndpointIndependent) << QList<bool>{true, true, true};
}

void TestUdp::admitsByFiltering()
{
    QFETCH(const int, filtering);
    QFETCH(const QList<bool>, admitted);
    const auto rule = std::make_shared<RuleCounter>();
    UdpPeers peers(static_cast<UdpFiltering>(filtering));
    QCOMPARE(peers.find(endpoint("192.0.2.1", 53)) != nullptr, admitted[2]);
    peers.note(endpoint("192.0.2.1", 53), rule);
    QCOMPARE(peers.find(endpoint("192.0.2.1", 53)) != nullptr, admitted[0]);
    QCOMPARE(peers.find(endpoint("192.0.2.1", 54)) != nullptr, admitted[1]);
    QCOMPARE(peers.find(endpoint("192.0.2.2", 53)) != nullptr, admitted[2]);
}

void TestUdp::knowsWhichRuleAPeerCountsFor()
{
    const auto one = std::make_shared<RuleCounter>();
    const auto two = std::make_shared<RuleCounter>();
    UdpPeers peers(UdpFiltering::EndpointIndependent);
    QCOMPARE(*peers.find(endpoint("192.0.2.1", 53)), nullptr); // a stranger
    peers.note(endpoint("192.0.2.1", 53), one);
    peers.note(endpoint("192.0.2.1", 54), two);
    QCOMPARE(*peers.find(endpoint("192.0.2.1", 53)), one);
    QCOMPARE(*peers.find(endpoint("192.0.2.1", 54)), two);
    peers.note(endpoint("192.0.2.1", 53), two);
    QCOMPARE(*peers.find(endpoint("192.0.2.1", 53)), two);
    peers.clear();
    QCOMPARE(*peers.find(endpoint("192.0.2.1", 53)), nullptr);
}

void TestUdp::forgetsTheOldestPeer()
{
    UdpPeers peers(UdpFiltering::AddressAndPortDependent);
    const int count = static_cast<int>(kMaximumUdpPeers);
    for (int port = 1; port <= count + 1; ++port)
        peers.note(endpoint("192.0.2.1", port), {});
    QVERIFY(!peers.find(endpoint("192.0.2.1", 1)));
    QVERIFY(peers.find(endpoint("192.0.2.1", 2)));
    QVERIFY(peers.find(endpoint("192.0.2.1", count + 1)));
    peers.note(endpoint("192.0.2.1", 1), {});
    QVERIFY(peers.find(endpoint("192.0.2.1", 1)));
    QVERIFY(!peers.find(endpoint("192.0.2.1", 2)));
}

/// What has come from there may still come when the name would have to be looked up again.
void TestUdp::knowsWhereANameLedThatIsOld()
{
    NamesScene scene;
    const Address address = endpoint("192.0.2.1", 53).address;
    scene.send("a.example", address);
    QCOMPARE(scene.names.find("a.example"), address);
    scene.clock.advance(kUdpNameLifetime);
    QCOMPARE(scene.names.find("a.example"), std::nullopt);
    QCOMPARE(scene.names.findLast("a.example"), address);
    QCOMPARE(scene.names.findLast("b.example"), std::nullopt);
    // It may be there again in a moment.
    scene.sendInVain("a.example");
    QVERIFY(scene.names.isUnknown("a.example"));
    QCOMPARE(scene.names.find("a.example"), std::nullopt);
    QCOMPARE(scene.names.findLast("a.example"), address);
    scene.sendInVain("b.example");
    QVERIFY(scene.names.isUnknown("b.example"));
    QCOMPARE(scene.names.findLast("b.example"), std::nullopt);
    const Address other = endpoint("192.0.2.2", 53).address;
    scene.clock.advance(kUdpNameLifetime);
    scene.send("a.example", other);
    QVERIFY(!scene.names.isUnknown("a.example"));
    QCOMPARE(scene.names.find("a.example"), other);
    QCOMPARE(scene.names.findLast("a.example"), other);
}

QTEST_GUILESS_MAIN(TestUdp)
#include "tst_udp.moc"
