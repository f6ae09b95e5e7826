// SPDX-License-Identifier: MIT
#include "engine/net/socket.h"

#include "tests/support/bytes.h"
#include "tests/support/process.h"
#include "tests/support/pumps.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QTest>

#include <algorithm>
#include <array>

using namespace engine;
using std::chrono::milliseconds;

namespace
{

/// Long enough for what should not come: what does come over loopback takes less than a millisecond.
constexpr milliseconds kQuiet = test::scaled(milliseconds{100});
/// RSV, FRAG, ATYP, an IPv4 address and a port.
constexpr int kHeaderV4 = 10;
constexpr int kLargestPayloadV4 = 65'507;

QByteArray header(const Endpoint &target, int fragment = 0)
{
    return QByteArray(2, '\0') + static_cast<char>(fragment) + test::socks5Request(target).sliced(3);
}

QByteArray header(const QByteArray &name, int port)
{
    return QByteArray(3, '\0') + test::socks5Request(name, port).sliced(3);
}

/// A client with its association.
struct Association {
    test::RawSocket control;
    test::RawDatagrams socket;
    test::SocksReply reply;

    bool send(const QByteArray &bytes) const { return socket.send(reply.bound, bytes); }
    /// Sends there and back, and whether all of it came as it should.
    bool echoes(const test::RawDatagrams &target, const QByteArray &header, const QByteArray &payload) const
    {
        send(header + payload);
        const auto asked = target.receive();
        if (asked.bytes != payload)
            return false;
        target.send(asked.from, "echo " + payload);
        const auto answer = socket.receive();
        return answer.from == reply.bound && answer.bytes == ::header(target.endpoint()) + "echo " + payload;
    }
    bool echoes(const test::RawDatagrams &target, const QByteArray &payload = "hello") const
    {
        return echoes(target, ::header(target.endpoint()), payload);
    }
};

Association associate(const Endpoint &proxy, const Endpoint &declared)
{
    Association association{test::RawSocket::connectTo(proxy), test::RawDatagrams(proxy.address), {}};
    association.control.send(test::socks5Greeting() + test::socks5Request(declared, test::kUdpAssociate));
    if (association.control.receive(2) == QByteArray::fromHex("0500"))
        association.reply = test::readSocks5Reply(association.control);
    return association;
}

Association associate(const Endpoint &proxy)
{
    return associate(proxy, test::endpoint("0.0.0.0", 0));
}

/// Which of these is at the address that the name leads to; null when none hears anything.
const test::RawDatagrams *whoHears(const Association &association, const QByteArray &name,
                                   const std::array<test::RawDatagrams, 2> &candidates)
{
    constexpr milliseconds kLook{10};
    for (const test::RawDatagrams &candidate : candidates) {
        if (candidate.isOpen())
            association.send(header(name, candidate.endpoint().port) + "probe");
    }
    QElapsedTimer time;
    time.start();
    while (test::passed(time) < test::kPatience) {
        for (const test::RawDatagrams &candidate : candidates) {
            if (candidate.isOpen() && candidate.receive(kLook).bytes == "probe")
                return &candidate;
        }
    }
    return nullptr;
}

} // namespace

class TestEngineUdp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void carriesDatagrams_data();
    void carriesDatagrams();
    void carriesTheLargestDatagrams_data() { test::addPumpRows(); }
    void carriesTheLargestDatagrams();
    void losesNothingOfABurst_data() { test::addPumpRows(); }
    void losesNothingOfABurst();
    void assemblesFragments_data() { test::addPumpRows(); }
    void assemblesFragments();
    void dropsWhatIsNotTheClients_data() { test::addPumpRows(); }
    void dropsWhatIsNotTheClients();
    void takesThePortThatWasDeclared();
    void doesNotTakeATargetForADeclaration();
    void filtersByTheListenersSetting_data();
    void filtersByTheListenersSetting();
    void dropsWhatCannotGo();
    void leadsNobodyBackToItself();
    void endsWithTheControlConnection_data() { test::addPumpRows(); }
    void endsWithTheControlConnection();
    void ignoresWhatTheControlConnectionSays();
    void endsWhenIdle_data() { test::addPumpRows(); }
    void endsWhenIdle();
    void isClosedWhenAsked();
    void isBlockedWhereNothingIsAllowed();
    void servesManyAndGivesTheirDescriptorsBack_data() { test::addPumpRows(); }
    void servesManyAndGivesTheirDescriptorsBack();
};

void TestEngineUdp::carriesDatagrams_data()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<QString>("listener");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QByteArray>("name"); // in place of the address
    const auto row = [](const char *title, const char *listener, const char *target, const QByteArray &name) {
        for (const auto &[pumpName, pump] :
             {std::pair("native", RelayPump::Native), std::pair("portable", RelayPump::Portable)})
            QTest::addRow("%s, %s", pumpName, title)
                << pump << QString::fromLatin1(listener) << QString::fromLatin1(target) << name;
    };
    row("IPv4", "127.0.0.1", "127.0.0.1", {});
    row("IPv6", "127.0.0.1", "::1", {});
    row("name", "127.0.0.1", "", "localhost");
    row("literal as a name", "127.0.0.1", "127.0.0.1", "127.0.0.1");
    row("IPv4 for a client over IPv6", "::1", "127.0.0.1", {});
    row("IPv6 for a client over IPv6", "::1", "::1", {});
    row("name for a client over IPv6", "::1", "", "localhost");
}

void TestEngineUdp::carriesDatagrams()
{
    QFETCH(const QString, listener);
    QFETCH(const QString, target);
    QFETCH(const QByteArray, name);
    if ((listener + target).contains(u':') && !test::hasIpv6())
        QSKIP("This machine has no IPv6 loopback");
    Profile profile = test::pumpProfile();
    profile.listeners.front().address = *Address::fromLiteral(listener);
    test::TestEngine engine(profile);
    Association association = associate(engine.listener());
    QCOMPARE(association.reply.code, 0);
    QCOMPARE(association.reply.bound.address, *Address::fromLiteral(listener));
    QVERIFY(association.reply.bound.port != 0);

    // A name goes to the address the system prefers, which may be of either family.
    const bool isEither = target.isEmpty();
    const std::array candidates{
        test::RawDatagrams(isEither ? test::address("127.0.0.1") : *Address::fromLiteral(target)),
        test::RawDatagrams(test::address("::1"))};
    const test::RawDatagrams *peer = isEither ? whoHears(association, name, candidates) : &candidates[0];
    QVERIFY(peer);
    const QByteArray head = name.isEmpty() ? header(peer->endpoint()) : header(name, peer->endpoint().port);
    QVERIFY(association.echoes(*peer, head, "hello"));
    QVERIFY(association.echoes(*peer, head, ""));
    QVERIFY(association.echoes(*peer, head, test::patternBytes(1400)));

    const Endpoint client = association.control.local();
    association.control.close();
    const Connection ended = engine.endedOf(client);
    QCOMPARE(ended.state, ConnectionState::Closed);
    QCOMPARE(ended.command, ClientCommand::UdpAssociate);
    const QString host = name.isEmpty() ? peer->endpoint().address.toString() : QString::fromLatin1(name);
    QCOMPARE(ended.targetHost, host);
    QVERIFY(ended.target().startsWith(u"UDP "));
    QCOMPARE(ended.targetPort, peer->endpoint().port);
    QCOMPARE(ended.bytesDown, std::uint64_t(5 + 1400 + 3 * 5));
    QVERIFY(ended.bytesUp >= 1405);
}

void TestEngineUdp::carriesTheLargestDatagrams()
{
    test::TestEngine engine(test::pumpProfile());
    const Association association = associate(engine.listener());
    const test::RawDatagrams target;
    const QByteArray largest = test::patternBytes(kLargestPayloadV4 - kHeaderV4);
    for (int i = 0; i < 5; ++i) {
        QVERIFY(association.send(header(target.endpoint()) + largest));
        const auto asked = target.receive();
        QVERIFY(asked.bytes == largest);
        target.send(asked.from, largest);
        QVERIFY(association.socket.receive().bytes == header(target.endpoint()) + largest);
    }
    // With the header it would be longer than a datagram can be: it is lost, and nothing else is.
    QVERIFY(association.send(header(target.endpoint()) + "x"));
    const Endpoint outside = target.receive().from;
    QVERIFY(target.send(outside, largest + "y"));
    QVERIFY(association.echoes(target));
}

void TestEngineUdp::losesNothingOfABurst()
{
    test::TestEngine engine(test::pumpProfile());
    const Association association = associate(engine.listener());
    const test::RawDatagrams target;
    constexpr int kWindow = 100; // more than a batch
    for (int round = 0; round < test::rounds(20); ++round) {
        for (int i = 0; i < kWindow; ++i)
            QVERIFY(association.send(header(target.endpoint()) + QByteArray::number(i)));
        for (int i = 0; i < kWindow; ++i) {
            const auto asked = target.receive();
            QCOMPARE(asked.bytes, QByteArray::number(i));
            target.send(asked.from, asked.bytes);
        }
        for (int i = 0; i < kWindow; ++i)
            QCOMPARE(association.socket.receive().bytes, header(target.endpoint()) + QByteArray::number(i));
    }
}

void TestEngineUdp::assemblesFragments()
{
    test::TestEngine engine(test::pumpProfile());
    const Association association = associate(engine.listener());
    const test::RawDatagrams target;
    const QByteArray part = test::patternBytes(20'000);
    association.send(header(target.endpoint(), 1) + part);
    association.send(header(target.endpoint(), 2) + part);
    association.send(header(target.endpoint()) + "in between");
    association.send(header(target.endpoint(), 3 | 0x80) + "end");
    QCOMPARE(target.receive().bytes, QByteArray("in between"));
    QVERIFY(target.receive().bytes == part + part + "end");
    // A gap: nothing goes out.
    association.send(header(target.endpoint(), 1) + "a");
    association.send(header(target.endpoint(), 3 | 0x80) + "c");
    QVERIFY(association.echoes(target));
}

void TestEngineUdp::dropsWhatIsNotTheClients()
{
    test::TestEngine engine(test::pumpProfile());
    Association association = associate(engine.listener());
    const test::RawDatagrams target;
    const test::RawDatagrams otherHost(test::address("127.0.0.2"));
    const test::RawDatagrams otherPort;
    // Before the client has sent, its port is open, but not to other hosts.
    QVERIFY(otherHost.send(association.reply.bound, header(target.endpoint()) + "stranger"));
    QVERIFY(association.echoes(target));
    QVERIFY(otherHost.send(association.reply.bound, header(target.endpoint()) + "stranger"));
    QVERIFY(otherPort.send(association.reply.bound, header(target.endpoint()) + "stranger"));
    QVERIFY(association.send("no header"));
    QVERIFY(association.send(header(target.endpoint()).chopped(1)));
    QVERIFY(association.echoes(target)); // and no stranger before it
    const Endpoint client = association.control.local();
    association.control.close();
    QCOMPARE(engine.endedOf(client).datagramsDropped, std::uint64_t(5));
    QCOMPARE(engine.totals().datagramsDropped, std::uint64_t(5));
}

void TestEngineUdp::takesThePortThatWasDeclared()
{
    test::TestEngine engine;
    const test::RawDatagrams declared;
    const test::RawDatagrams target;
    for (const Endpoint &endpoint :
         {declared.endpoint(), test::endpoint("0.0.0.0", declared.endpoint().port)}) {
        const Association association = associate(engine.listener(), endpoint);
        QVERIFY(association.send(header(target.endpoint()) + "from another port"));
        QVERIFY(declared.send(association.reply.bound, header(target.endpoint()) + "from the declared one"));
        QCOMPARE(target.receive().bytes, QByteArray("from the declared one"));
    }
}

void TestEngineUdp::doesNotTakeATargetForADeclaration()
{
    test::TestEngine engine;
    const test::RawDatagrams target;
    QVERIFY(associate(engine.listener(), test::endpoint("192.0.2.1", 53)).echoes(target));
}

void TestEngineUdp::filtersByTheListenersSetting_data()
{
    QTest::addColumn<int>("filtering");
    QTest::addColumn<QByteArrayList>("arriving");
    using enum UdpFiltering;
    QTest::newRow("address and port") << int(AddressAndPortDependent) << QByteArrayList{"known"};
    QTest::newRow("address") << int(AddressDependent) << QByteArrayList{"port", "known"};
    QTest::newRow("anybody") << int(EndpointIndependent) << QByteArrayList{"host", "port", "known"};
}

void TestEngineUdp::filtersByTheListenersSetting()
{
    QFETCH(const int, filtering);
    QFETCH(const QByteArrayList, arriving);
    Profile profile = test::openProfile();
    profile.listeners.front().udpFiltering = static_cast<UdpFiltering>(filtering);
    test::TestEngine engine(profile);
    const Association association = associate(engine.listener());
    const test::RawDatagrams known;
    const test::RawDatagrams otherPort;
    const test::RawDatagrams otherHost(test::address("127.0.0.2"));
    association.send(header(known.endpoint()) + "x");
    const Endpoint outside{test::address("127.0.0.1"), known.receive().from.port};
    QVERIFY(otherHost.send(outside, "host"));
    QVERIFY(otherPort.send(outside, "port"));
    QVERIFY(known.send(outside, "known"));
    for (const QByteArray &expected : arriving)
        QCOMPARE(association.socket.receive().bytes.sliced(kHeaderV4), expected);
}

void TestEngineUdp::dropsWhatCannotGo()
{
    test::TestEngine engine;
    Association association = associate(engine.listener());
    const test::RawDatagrams target;
    QVERIFY(association.send(header(test::endpoint("127.0.0.1", 0)) + "to no port"));
    QVERIFY(association.send(header(test::endpoint("255.255.255.255", 9)) + "to all"));
    // A name whose form no resolver accepts; more than may wait for it.
    const QByteArray name = QByteArray(64, 'x') + ".example";
    for (int i = 0; i < 40; ++i)
        QVERIFY(association.send(header(name, 9) + "to nobody"));
    QVERIFY(association.echoes(target));
    const Endpoint client = association.control.local();
    QVERIFY(engine.waitFor([&] {
        association.echoes(target); // so that there is something to tell
        return engine.totals().datagramsDropped == 42;
    }));
    association.control.close();
    QCOMPARE(engine.endedOf(client).datagramsDropped, std::uint64_t(42));
}

void TestEngineUdp::leadsNobodyBackToItself()
{
    test::TestEngine engine;
    Association association = associate(engine.listener());
    const test::RawDatagrams target;
    QVERIFY(association.send(header(engine.listener()) + "loop"));
    QVERIFY(association.send(header("127.0.0.1", engine.listener().port) + "loop"));
    QVERIFY(association.echoes(target));
    const Endpoint client = association.control.local();
    association.control.close();
    QCOMPARE(engine.endedOf(client).datagramsDropped, std::uint64_t(2));
}

void TestEngineUdp::endsWithTheControlConnection()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawDatagrams target;
    for (const bool reset : {false, true}) {
        Association association = associate(engine.listener());
        QVERIFY(association.echoes(target));
        const Endpoint client = association.control.local();
        if (reset)
            association.control.reset();
        else
            association.control.close();
        const Connection ended = engine.endedOf(client);
        QCOMPARE(ended.state, reset ? ConnectionState::Failed : ConnectionState::Closed);
        QCOMPARE(ended.error.code, reset ? ErrorCode::ConnectionReset : ErrorCode::None);
        association.send(header(target.endpoint()) + "too late");
        QVERIFY(target.receive(kQuiet).from.isNull());
    }
}

void TestEngineUdp::ignoresWhatTheControlConnectionSays()
{
    test::TestEngine engine;
    Association association = associate(engine.listener());
    const test::RawDatagrams target;
    QVERIFY(association.control.send(test::patternBytes(300'000)));
    QVERIFY(association.echoes(target));
}

void TestEngineUdp::endsWhenIdle()
{
    Profile profile = test::pumpProfile();
    // The machine may have other things to do: a pause has to be that much longer to end it.
    profile.limits.udpIdleTimeout = std::max(test::scaled(milliseconds{400}), milliseconds{2'000});
    test::TestEngine engine(profile);
    Association association = associate(engine.listener());
    const Endpoint client = association.control.local();
    const test::RawDatagrams target;
    // While something moves it lives on.
    QElapsedTimer timer;
    timer.start();
    while (test::passed(timer) < profile.limits.udpIdleTimeout * 2) {
        QVERIFY(association.echoes(target));
        QTest::qSleep(20);
    }
    QCOMPARE(association.control.waitForEnd(), test::StreamEnd::Reset);
    QCOMPARE(engine.endedOf(client).error.code, ErrorCode::IdleTimedOut);
}

void TestEngineUdp::isClosedWhenAsked()
{
    test::TestEngine engine;
    Association association = associate(engine.listener());
    const Endpoint client = association.control.local();
    QVERIFY(engine.waitFor([&] { return engine.liveOf(client).state == ConnectionState::Open; }));
    QCOMPARE(engine.liveOf(client).target(), QStringLiteral("UDP"));
    engine.engine().closeConnections({engine.liveOf(client).id});
    QCOMPARE(association.control.waitForEnd(), test::StreamEnd::Reset);
    QCOMPARE(engine.endedOf(client).error.code, ErrorCode::ClosedByUser);
}

void TestEngineUdp::isBlockedWhereNothingIsAllowed()
{
    Profile profile = test::openProfile();
    test::TestEngine engine(profile);
    Association association = associate(engine.listener());
    const int port = engine.listener().port;
    profile.defaultAction = Action::block();
    QVERIFY(engine.apply(profile));
    QCOMPARE(association.control.waitForEnd(), test::StreamEnd::Reset);
    QCOMPARE(associate(test::endpoint("127.0.0.1", port)).reply.code, 2);
}

void TestEngineUdp::servesManyAndGivesTheirDescriptorsBack()
{
    if (test::openDescriptors() < 0)
        QSKIP("This system does not tell a process's descriptors");
    test::TestEngine engine(test::pumpProfile());
    const test::RawDatagrams client;
    const test::RawDatagrams target;
    const auto round = [&](int count) {
        std::vector<test::RawSocket> controls;
        for (int i = 0; i < count; ++i) {
            // They share a socket, which the engine cannot know.
            Association association = associate(engine.listener(), client.endpoint());
            const QByteArray payload = QByteArray::number(i);
            client.send(association.reply.bound, header(target.endpoint()) + payload);
            const auto asked = target.receive();
            if (asked.bytes != payload || !target.send(asked.from, payload) ||
                client.receive().bytes != header(target.endpoint()) + payload)
                return false;
            controls.push_back(std::move(association.control));
        }
        return true;
    };
    QVERIFY(round(5));
    QVERIFY(engine.waitForCounts(5, 0));
    const int before = test::openDescriptors();
    // Four descriptors each, of which this process has all.
    const int many = std::min(500, (net::descriptorLimit() - 200) / 4);
    QVERIFY(many > 0);
    QVERIFY(round(many));
    QVERIFY(engine.waitForCounts(5 + many, 0));
    QVERIFY(engine.waitFor([before] { return test::openDescriptors() <= before; }));
}

QTEST_GUILESS_MAIN(TestEngineUdp)
#include "tst_engine_udp.moc"
