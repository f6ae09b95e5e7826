// SPDX-License-Identifier: MIT
#include "engine/proto/upstream.h"

#include "engine/proto/http.h"
#include "engine/proto/socks4.h"

#include "tests/support/wire.h"

#include <QTest>

// SOCKS4.protocol, SOCKS4A.protocol, RFC 1928, RFC 1929 and RFC 9110 section 9.3.6, from the client's side.

using namespace engine;
using test::hex;

Q_DECLARE_METATYPE(engine::Destination)

namespace
{

constexpr auto kCommands = {socks5::Command::Connect, socks5::Command::Bind, socks5::Command::UdpAssociate};

Destination destination(const char *host, int port)
{
    Destination made;
    made.port = static_cast<std::uint16_t>(port);
    if (const auto literal = Address::fromLiteral(QString::fromLatin1(host)))
        made.address = *literal;
    else
        made.name = host;
    return made;
}

void addDestinations()
{
    QTest::addColumn<Destination>("target");
    QTest::newRow("IPv4") << destination("192.0.2.7", 80);
    QTest::newRow("IPv4, lowest port") << destination("255.255.255.255", 1);
    QTest::newRow("IPv4, highest port") << destination("1.2.3.4", 65'535);
    QTest::newRow("name") << destination("www.example.org", 443);
    QTest::newRow("name of one letter") << destination("x", 256);
    QTest::newRow("longest name") << destination(QByteArray(255, 'n').constData(), 255);
    QTest::newRow("name in UTF-8") << destination("b\xc3\xbc"
                                                  "cher.example",
                                                  8080);
}

template <typename Parse> void checkSplits(Parse parse, const QByteArray &message)
{
    QCOMPARE(test::parseBytes(parse, message).size, static_cast<std::size_t>(message.size()));
    test::checkEveryPrefix(parse, message);
    test::checkTrailingBytes(parse, message);
}

template <typename Parse> void checkRefused(Parse parse, const QByteArray &message)
{
    const auto parsed = test::parseBytes(parse, message);
    QVERIFY(parsed.isBad());
    QCOMPARE(parsed.error, ErrorCode::UpstreamProtocolError);
    test::checkEveryPrefix(parse, message);
    test::checkTrailingBytes(parse, message);
}

} // namespace

class TestUpstream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void socks4SaysNamesAndIPv4();
    void asksSocks4AsItsServersUnderstand_data() { addDestinations(); }
    void asksSocks4AsItsServersUnderstand();
    void readsSocks4Reply_data();
    void readsSocks4Reply();
    void refusesSocks4Reply();
    void offersWhatThereIs_data();
    void offersWhatThereIs();
    void readsMethod_data();
    void readsMethod();
    void refusesMethodReplyOfAnotherVersion();
    void logsInAsServersUnderstand_data();
    void logsInAsServersUnderstand();
    void readsLoginReply_data();
    void readsLoginReply();
    void refusesLoginReplyOfAnotherVersion();
    void asksSocks5AsItsServersUnderstand_data();
    void asksSocks5AsItsServersUnderstand();
    void readsSocks5Reply_data();
    void readsSocks5Reply();
    void refusesSocks5Reply_data();
    void refusesSocks5Reply();
    void understandsARefusalWithoutAnAddress_data();
    void understandsARefusalWithoutAnAddress();
    void readsWhatOurOwnServerSays();
    void asksHttpAsItsServersUnderstand_data();
    void asksHttpAsItsServersUnderstand();
    void saysNothingOfALoginToHttpWithoutOne();
};

void TestUpstream::socks4SaysNamesAndIPv4()
{
    QVERIFY(upstream::canSayInSocks4(destination("192.0.2.7", 80)));
    QVERIFY(upstream::canSayInSocks4(destination("www.example.org", 80)));
    QVERIFY(!upstream::canSayInSocks4(destination("2001:db8::7", 80)));
}

void TestUpstream::asksSocks4AsItsServersUnderstand()
{
    QFETCH(const Destination, target);
    for (const QByteArray &userId : {QByteArray(), QByteArray("fred"), QByteArray(255, 'u')}) {
        for (const socks5::Command command : {socks5::Command::Connect, socks5::Command::Bind}) {
            const QByteArray message = upstream::makeSocks4Request(command, target, userId);
            const auto parsed = test::parseBytes(socks4::parseRequest, message);
            QCOMPARE(parsed.size, static_cast<std::size_t>(message.size()));
            QCOMPARE(static_cast<int>(parsed.value.command), static_cast<int>(command));
            QVERIFY(parsed.value.destination == target);
            QCOMPARE(parsed.value.userId, userId);
            QCOMPARE(parsed.value.is4a, target.isName());
        }
    }
}

void TestUpstream::readsSocks4Reply_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("bound");

    QTest::newRow("granted") << hex("00 5a 04 38 c0 00 02 07") << 90 << "192.0.2.7:1080";
    QTest::newRow("granted, nothing said of it") << hex("00 5a 00 00 00 00 00 00") << 90 << "0.0.0.0:0";
    QTest::newRow("granted, version 4") << hex("04 5a ff ff ff ff ff ff") << 90 << "255.255.255.255:65535";
    for (const int code : {0, 89, 91, 92, 93, 255}) {
        QTest::addRow("code %d", code)
            << hex("00") + static_cast<char>(code) + hex("00 50 01 02 03 04") << code << "1.2.3.4:80";
    }
}

void TestUpstream::readsSocks4Reply()
{
    QFETCH(const QByteArray, message);
    QFETCH(const int, code);
    QFETCH(const QString, bound);
    const auto parsed = test::parseBytes(upstream::parseSocks4Reply, message);
    QCOMPARE(static_cast<int>(parsed.value.code), code);
    QCOMPARE((Endpoint{parsed.value.bound.address, parsed.value.bound.port}.toString()), bound);
    checkSplits(upstream::parseSocks4Reply, message);
}

void TestUpstream::refusesSocks4Reply()
{
    for (const char *message : {"01", "05 00", "48 54 54 50 2f 31 2e 31", "ff ff ff ff ff ff ff ff ff"})
        checkRefused(upstream::parseSocks4Reply, hex(message));
}

void TestUpstream::offersWhatThereIs_data()
{
    QTest::addColumn<bool>("login");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("no login") << false << hex("05 01 00");
    QTest::newRow("a login, and none for servers that want none") << true << hex("05 02 00 02");
}

void TestUpstream::offersWhatThereIs()
{
    QFETCH(const bool, login);
    QFETCH(const QByteArray, message);
    QCOMPARE(upstream::makeGreeting(login), message);
    const auto parsed = test::parseBytes(socks5::parseGreeting, message);
    QCOMPARE(parsed.size, static_cast<std::size_t>(message.size()));
    QVERIFY(parsed.value.noAuthentication);
    QCOMPARE(parsed.value.userPassword, login);
}

void TestUpstream::readsMethod_data()
{
    QTest::addColumn<int>("method");
    for (const int method : {0, 1, 2, 3, 0x7f, 0x80, 0xfe, 0xff})
        QTest::addRow("method %d", method) << method;
}

void TestUpstream::readsMethod()
{
    QFETCH(const int, method);
    const QByteArray message = hex("05") + static_cast<char>(method);
    QCOMPARE(static_cast<int>(test::parseBytes(upstream::parseMethodReply, message).value), method);
    checkSplits(upstream::parseMethodReply, message);
}

void TestUpstream::refusesMethodReplyOfAnotherVersion()
{
    for (const char *message : {"00", "04 00", "01 00", "48 54", "15 03 03 00 02 02 28"})
        checkRefused(upstream::parseMethodReply, hex(message));
}

void TestUpstream::logsInAsServersUnderstand_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");
    QTest::newRow("plain") << QByteArray("bob") << QByteArray("secret");
    QTest::newRow("shortest") << QByteArray("b") << QByteArray("s");
    QTest::newRow("longest") << QByteArray(255, 'b') << QByteArray(255, 's');
    QTest::newRow("no password") << QByteArray("bob") << QByteArray();
    QTest::newRow("every byte") << QByteArray("b\xc3\xb6"
                                              "b")
                                << hex("00 01 3a 7f 80 ff");
}

void TestUpstream::logsInAsServersUnderstand()
{
    QFETCH(const QByteArray, user);
    QFETCH(const QByteArray, password);
    const QByteArray message = upstream::makeLogin({user, password});
    const auto parsed = test::parseBytes(socks5::parseLogin, message);
    QCOMPARE(parsed.size, static_cast<std::size_t>(message.size()));
    QCOMPARE(parsed.value.user, user);
    QCOMPARE(parsed.value.password, password);
}

void TestUpstream::readsLoginReply_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("accepted") << hex("01 00") << true;
    QTest::newRow("accepted, version 5") << hex("05 00") << true;
    QTest::newRow("refused") << hex("01 01") << false;
    QTest::newRow("refused, version 5") << hex("05 01") << false;
    QTest::newRow("refused by the highest status") << hex("01 ff") << false;
}

void TestUpstream::readsLoginReply()
{
    QFETCH(const QByteArray, message);
    QFETCH(const bool, accepted);
    QCOMPARE(test::parseBytes(upstream::parseLoginReply, message).value, accepted);
    checkSplits(upstream::parseLoginReply, message);
}

void TestUpstream::refusesLoginReplyOfAnotherVersion()
{
    for (const char *message : {"00", "00 00", "02 00", "04 5a", "ff ff"})
        checkRefused(upstream::parseLoginReply, hex(message));
}

void TestUpstream::asksSocks5AsItsServersUnderstand_data()
{
    addDestinations();
    QTest::newRow("IPv6") << destination("2001:db8::7", 443);
    QTest::newRow("nowhere, as UDP ASSOCIATE says it") << destination("0.0.0.0", 0);
}

void TestUpstream::asksSocks5AsItsServersUnderstand()
{
    QFETCH(const Destination, target);
    for (const socks5::Command command : kCommands) {
        const QByteArray message = upstream::makeSocks5Request(command, target);
        const auto parsed = test::parseBytes(socks5::parseRequest, message);
        QCOMPARE(parsed.size, static_cast<std::size_t>(message.size()));
        QCOMPARE(static_cast<int>(parsed.value.command), static_cast<int>(command));
        QVERIFY(parsed.value.destination == target);
    }
}

void TestUpstream::readsSocks5Reply_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<int>("code");
    QTest::addColumn<Destination>("bound");

    QTest::newRow("IPv4") << hex("05 00 00 01 c0 00 02 07 04 38") << 0 << destination("192.0.2.7", 1080);
    QTest::newRow("IPv6") << hex("05 00 00 04 20010db8 00000000 00000000 00000007 04 38") << 0
                          << destination("2001:db8::7", 1080);
    QTest::newRow("name") << hex("05 00 00 03 04") + "host" + hex("04 38") << 0 << destination("host", 1080);
    QTest::newRow("longest name") << hex("05 00 00 03 ff") + QByteArray(255, 'n') + hex("04 38") << 0
                                  << destination(QByteArray(255, 'n').constData(), 1080);
    QTest::newRow("nothing said") << hex("05 00 00 01 00 00 00 00 00 00") << 0 << destination("0.0.0.0", 0);
    QTest::newRow("reserved byte in use")
        << hex("05 00 ff 01 01 02 03 04 00 50") << 0 << destination("1.2.3.4", 80);
    for (const int code : {1, 2, 8, 9, 255}) {
        QTest::addRow("code %d", code) << hex("05") + static_cast<char>(code) + hex("00 01 00 00 00 00 00 00")
                                       << code << destination("0.0.0.0", 0);
    }
}

void TestUpstream::readsSocks5Reply()
{
    QFETCH(const QByteArray, message);
    QFETCH(const int, code);
    QFETCH(const Destination, bound);
    const auto parsed = test::parseBytes(upstream::parseSocks5Reply, message);
    QCOMPARE(static_cast<int>(parsed.value.code), code);
    QVERIFY(parsed.value.bound == bound);
    checkSplits(upstream::parseSocks5Reply, message);
}

void TestUpstream::refusesSocks5Reply_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("SOCKS4") << hex("00 5a 00 00 00 00 00 00");
    QTest::newRow("HTTP") << QByteArray("HTTP/1.1 400 Bad Request\r\n\r\n");
    QTest::newRow("unknown address type") << hex("05 00 00 02 01 02 03 04 00 50");
    QTest::newRow("address type 0") << hex("05 00 00 00 00 00");
    QTest::newRow("empty name") << hex("05 00 00 03 00 04 38");
    QTest::newRow("name with a line break") << hex("05 00 00 03 02 0a 41 04 38");
    QTest::newRow("name with a NUL") << hex("05 00 00 03 02 41 00 04 38");
}

void TestUpstream::refusesSocks5Reply()
{
    QFETCH(const QByteArray, message);
    checkRefused(upstream::parseSocks5Reply, message);
}

void TestUpstream::understandsARefusalWithoutAnAddress_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::newRow("address type 0") << hex("00 00 00 00 00 00 00");
    QTest::newRow("unknown address type") << hex("c8 01 02 03 04 00 50");
    QTest::newRow("empty name") << hex("03 00 00 00");
    QTest::newRow("unspeakable name") << hex("03 01 0a 00 50");
}

/// Whatever stands in the place of the address: the code is what matters.
void TestUpstream::understandsARefusalWithoutAnAddress()
{
    QFETCH(const QByteArray, address);
    const QByteArray message = hex("05 05 00") + address;
    const auto parsed = test::parseBytes(upstream::parseSocks5Reply, message);
    QCOMPARE(static_cast<int>(parsed.value.code), 5);
    QVERIFY(parsed.value.bound == Destination());
    QVERIFY(parsed.size > 0);
    for (qsizetype length = 0; length < message.size(); ++length) {
        const auto part = test::parseBytes(upstream::parseSocks5Reply, QByteArrayView(message).first(length));
        QVERIFY(!part.isBad());
    }
}

void TestUpstream::readsWhatOurOwnServerSays()
{
    for (const char *literal : {"192.0.2.7", "2001:db8::7"}) {
        const Destination bound = destination(literal, 1080);
        const socks5::ReplyBytes bytes = socks5::makeReply(3, {bound.address, bound.port});
        const auto reply = upstream::parseSocks5Reply({bytes.data(), static_cast<std::size_t>(bytes.size())});
        QCOMPARE(reply.size, static_cast<std::size_t>(bytes.size()));
        QCOMPARE(static_cast<int>(reply.value.code), 3);
        QVERIFY(reply.value.bound == bound);
    }
    const Destination bound = destination("192.0.2.7", 1080);
    const auto reply = upstream::parseSocks4Reply(socks4::makeReply(91, {bound.address, bound.port}));
    QCOMPARE(static_cast<int>(reply.value.code), 91);
    QVERIFY(reply.value.bound == bound);
    const auto method = upstream::parseMethodReply(socks5::makeMethodReply(socks5::Method::UserPassword));
    QCOMPARE(static_cast<int>(method.value), 2);
    QVERIFY(upstream::parseLoginReply(socks5::makeLoginReply(true)).value);
    QVERIFY(!upstream::parseLoginReply(socks5::makeLoginReply(false)).value);
}

void TestUpstream::asksHttpAsItsServersUnderstand_data()
{
    addDestinations();
    QTest::newRow("IPv6") << destination("2001:db8::7", 443);
}

void TestUpstream::asksHttpAsItsServersUnderstand()
{
    QFETCH(const Destination, target);
    const Login login{"bob", "sec:ret \xc3\xa4"};
    const QByteArray message = upstream::makeHttpConnect(target, &login);
    const std::vector<std::uint8_t> bytes = test::exactCopy(message);
    const auto parsed = http::parseRequestHead(bytes);
    QCOMPARE(parsed.size, static_cast<std::size_t>(message.size()));
    QCOMPARE(parsed.value.method, QByteArray("CONNECT"));
    QVERIFY(parsed.value.destination == target);
    const http::Header *const credentials = parsed.value.find("Proxy-Authorization");
    QVERIFY(credentials);
    const std::optional<Login> read = http::parseBasicCredentials(credentials->value);
    QVERIFY(read);
    QCOMPARE(read->user, login.user);
    QCOMPARE(read->password, login.password);
}

void TestUpstream::saysNothingOfALoginToHttpWithoutOne()
{
    QCOMPARE(upstream::makeHttpConnect(destination("2001:db8::7", 443), nullptr),
             QByteArray("CONNECT [2001:db8::7]:443 HTTP/1.1\r\nHost: [2001:db8::7]:443\r\n\r\n"));
}

QTEST_APPLESS_MAIN(TestUpstream)
#include "tst_upstream.moc"
