// SPDX-License-Identifier: MIT
#include "engine/proto/socks5.h"

#include "tests/support/wire.h"

#include <QTest>

// RFC 1928 and RFC 1929.

using namespace engine;
using test::hex;

Q_DECLARE_METATYPE(engine::socks5::Command)
Q_DECLARE_METATYPE(engine::ErrorCode)

namespace
{

/// RFC 1928 section 4 up to RSV, for CONNECT.
const QByteArray kConnect = hex("05 01 00");

QByteArray nameField(const QByteArray &name)
{
    return QByteArray(1, '\x03') + static_cast<char>(name.size()) + name;
}

QByteArray loginMessage(const QByteArray &user, const QByteArray &password)
{
    return QByteArray(1, '\x01') + static_cast<char>(user.size()) + user +
           static_cast<char>(password.size()) + password;
}

template <typename T> bool isDone(const Parsed<T> &parsed)
{
    return parsed.status == Parsed<T>::Status::Done;
}

template <typename T> bool isBad(const Parsed<T> &parsed, ErrorCode error)
{
    return parsed.status == Parsed<T>::Status::Bad && parsed.error == error && parsed.size == 0;
}

template <typename T> bool needsMore(const Parsed<T> &parsed)
{
    return parsed.status == Parsed<T>::Status::NeedMore;
}

/// What every refused message must show.
template <typename Parse> void checkRefused(Parse parse, const QByteArray &message, ErrorCode error)
{
    QVERIFY(isBad(test::parseBytes(parse, message), error));
    test::checkEveryPrefix(parse, message);
    test::checkTrailingBytes(parse, message);
}

/// What every message that was read must show.
template <typename Parse> void checkSplits(Parse parse, const QByteArray &message)
{
    QCOMPARE(test::parseBytes(parse, message).size, static_cast<std::size_t>(message.size()));
    test::checkEveryPrefix(parse, message);
    test::checkTrailingBytes(parse, message);
}

} // namespace

class TestSocks5 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsGreeting_data();
    void readsGreeting();
    void refusesGreetingOfAnotherVersion();
    void readsLogin_data();
    void readsLogin();
    void refusesLogin_data();
    void refusesLogin();
    void readsRequest_data();
    void readsRequest();
    void refusesRequest_data();
    void refusesRequest();
    void waitsForRequest_data();
    void waitsForRequest();
    void takesThreeCommands();
    void takesThreeAddressTypes();
    void readsDestinationOfUdpHeader();
    void writesMethodAndLoginReplies();
    void writesReply_data();
    void writesReply();
};

void TestSocks5::readsGreeting_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<bool>("noAuthentication");
    QTest::addColumn<bool>("userPassword");

    QTest::newRow("no authentication") << hex("05 01 00") << true << false;
    QTest::newRow("user and password") << hex("05 01 02") << false << true;
    QTest::newRow("both") << hex("05 02 00 02") << true << true;
    QTest::newRow("both, the other way round") << hex("05 02 02 00") << true << true;
    QTest::newRow("GSSAPI only") << hex("05 01 01") << false << false;
    QTest::newRow("curl: GSSAPI among others") << hex("05 03 00 01 02") << true << true;
    QTest::newRow("one method many times") << hex("05 05 02 02 02 02 02") << false << true;
    QTest::newRow("no method at all") << hex("05 00") << false << false;
    QTest::newRow("none acceptable is no method") << hex("05 01 ff") << false << false;
    QTest::newRow("255 private methods") << hex("05 ff") + QByteArray(255, '\x80') << false << false;
    QTest::newRow("the 255th counts") << hex("05 ff") + QByteArray(254, '\x80') + '\0' << true << false;
}

void TestSocks5::readsGreeting()
{
    QFETCH(const QByteArray, message);
    QFETCH(const bool, noAuthentication);
    QFETCH(const bool, userPassword);

    const auto parsed = test::parseBytes(socks5::parseGreeting, message);
    QVERIFY(isDone(parsed));
    QCOMPARE(parsed.value.noAuthentication, noAuthentication);
    QCOMPARE(parsed.value.userPassword, userPassword);
    checkSplits(socks5::parseGreeting, message);
}

void TestSocks5::refusesGreetingOfAnotherVersion()
{
    for (int version = 0; version < 256; ++version) {
        const QByteArray first(1, static_cast<char>(version));
        const auto parsed = test::parseBytes(socks5::parseGreeting, first);
        if (version == 5)
            QVERIFY(needsMore(parsed));
        else
            checkRefused(socks5::parseGreeting, first + hex("01 00"), ErrorCode::ProtocolError);
    }
    QVERIFY(needsMore(test::parseBytes(socks5::parseGreeting, QByteArray())));
}

void TestSocks5::readsLogin_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");

    const QByteArray nul(1, '\0');
    QTest::newRow("plain") << QByteArray("alice") << QByteArray("secret");
    QTest::newRow("shortest") << QByteArray("a") << QByteArray("b");
    QTest::newRow("longest user") << QByteArray(255, 'u') << QByteArray("b");
    QTest::newRow("longest password") << QByteArray("a") << QByteArray(255, 'p');
    QTest::newRow("longest of both") << QByteArray(255, 'u') << QByteArray(255, 'p');
    // Outside RFC 1929, but clients send it; whether it is right is not the parser's to say.
    QTest::newRow("empty password") << QByteArray("alice") << QByteArray();
    QTest::newRow("UTF-8") << QByteArray("al\xc3\xac"
                                         "ce")
                           << QByteArray("\xe2\x82\xac");
    QTest::newRow("NUL inside") << "al" + nul + "ice"
                                << "sec" + nul + "ret";
    QTest::newRow("control bytes") << QByteArray("\x01\x1f\x7f\xff") << QByteArray("\r\n\t");
}

void TestSocks5::readsLogin()
{
    QFETCH(const QByteArray, user);
    QFETCH(const QByteArray, password);

    const QByteArray message = loginMessage(user, password);
    const auto parsed = test::parseBytes(socks5::parseLogin, message);
    QVERIFY(isDone(parsed));
    QCOMPARE(parsed.value.user, user);
    QCOMPARE(parsed.value.password, password);
    checkSplits(socks5::parseLogin, message);
}

void TestSocks5::refusesLogin_data()
{
    QTest::addColumn<QByteArray>("message");

    QTest::newRow("version five") << hex("05 01 61 01 62");
    QTest::newRow("version zero") << hex("00 01 61 01 62");
    QTest::newRow("user of no length") << hex("01 00 01 62");
    QTest::newRow("nothing of any length") << hex("01 00 00");
    QTest::newRow("request instead of login") << hex("05 01 00 01 7f 00 00 01 00 50");
}

void TestSocks5::refusesLogin()
{
    QFETCH(const QByteArray, message);
    checkRefused(socks5::parseLogin, message, ErrorCode::ProtocolError);
}

void TestSocks5::readsRequest_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<socks5::Command>("command");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("port");

    using enum socks5::Command;
    const auto row = [](const char *title, const QByteArray &message, socks5::Command command,
                        const char *address, const QByteArray &name, int port) {
        QTest::newRow(title) << message << command << QString::fromLatin1(address) << name << port;
    };
    const QByteArray v6 = hex("04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01");
    const QByteArray longest(255, 'n');
    row("connect IPv4", kConnect + hex("01 c0 00 02 01 00 50"), Connect, "192.0.2.1", "", 80);
    row("connect IPv6", kConnect + v6 + hex("01 bb"), Connect, "2001:db8::1", "", 443);
    row("mapped IPv4 is IPv4", kConnect + hex("04 00000000000000000000ffffc0000201 01 bb"), Connect,
        "192.0.2.1", "", 443);
    row("unspecified IPv6", kConnect + hex("04 00000000000000000000000000000000 00 00"), Connect, "::", "",
        0);
    row("connect name", kConnect + nameField("example.org") + hex("01 bb"), Connect, "", "example.org", 443);
    row("shortest name", kConnect + nameField("a") + hex("01 bb"), Connect, "", "a", 443);
    row("longest name", kConnect + nameField(longest) + hex("ff ff"), Connect, "", longest, 65535);
    row("name in UTF-8",
        kConnect +
            nameField("b\xc3\xbc"
                      "cher.example") +
            hex("01 bb"),
        Connect, "",
        "b\xc3\xbc"
        "cher.example",
        443);
    row("address written as a name", kConnect + nameField("192.0.2.1") + hex("01 bb"), Connect, "",
        "192.0.2.1", 443);
    row("bind", hex("05 02 00 01 c0 00 02 01 00 15"), Bind, "192.0.2.1", "", 21);
    row("associate", hex("05 03 00 01 00 00 00 00 00 00"), UdpAssociate, "0.0.0.0", "", 0);
    row("port in network order", kConnect + hex("01 c0 00 02 01 12 34"), Connect, "192.0.2.1", "", 0x1234);
}

void TestSocks5::readsRequest()
{
    QFETCH(const QByteArray, message);
    QFETCH(const socks5::Command, command);
    QFETCH(const QString, address);
    QFETCH(const QByteArray, name);
    QFETCH(const int, port);

    const auto parsed = test::parseBytes(socks5::parseRequest, message);
    QVERIFY(isDone(parsed));
    QCOMPARE(parsed.value.command, command);
    QCOMPARE(parsed.value.destination.address.toString(), address);
    QCOMPARE(parsed.value.destination.name, name);
    QCOMPARE(parsed.value.destination.isName(), address.isEmpty());
    QCOMPARE(int(parsed.value.destination.port), port);
    checkSplits(socks5::parseRequest, message);
}

void TestSocks5::refusesRequest_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<ErrorCode>("error");

    using enum ErrorCode;
    const QByteArray nul(1, '\0');
    const auto name = [](const QByteArray &text) {
        return kConnect + nameField(text) + hex("01 bb");
    };
    QTest::newRow("socks4 request") << hex("04 01 00 50 7f 00 00 01 00") << ProtocolError;
    QTest::newRow("reserved byte set") << hex("05 01 01 01 7f 00 00 01 00 50") << ProtocolError;
    QTest::newRow("name of no length") << kConnect + hex("03 00 01 bb") << ProtocolError;
    QTest::newRow("name of a NUL") << name(nul) << ProtocolError;
    QTest::newRow("name with NUL inside") << name("good.example" + nul + ".evil.example") << ProtocolError;
    QTest::newRow("name with NUL at its end") << name("good.example" + nul) << ProtocolError;
    QTest::newRow("name with space") << name("exam ple.org") << ProtocolError;
    QTest::newRow("name with a C1 control") << name("exam\xc2\x85"
                                                    "ple.org")
                                            << ProtocolError;
    QTest::newRow("name that turns the direction of writing") << name("gro.\xe2\x80\xae"
                                                                      "elpmaxe")
                                                              << ProtocolError;
    QTest::newRow("name that is not UTF-8") << name("ex\xe4"
                                                    "mple.org")
                                            << ProtocolError;
    QTest::newRow("name with line end") << name("example.org\r\n") << ProtocolError;
    QTest::newRow("name with escape") << name("\x1b[31mred") << ProtocolError;
    QTest::newRow("name with delete") << name("a\x7f") << ProtocolError;
    QTest::newRow("longest name, last byte wrong") << name(QByteArray(254, 'n') + ' ') << ProtocolError;
    QTest::newRow("address type zero") << kConnect + hex("00 7f 00 00 01 00 50") << AddressTypeUnsupported;
    QTest::newRow("address type two") << kConnect + hex("02 7f 00 00 01 00 50") << AddressTypeUnsupported;
    QTest::newRow("command zero") << hex("05 00 00 01 7f 00 00 01 00 50") << CommandUnsupported;
    QTest::newRow("command four") << hex("05 04 00 01 7f 00 00 01 00 50") << CommandUnsupported;
    QTest::newRow("Tor's resolve") << hex("05 f0 00 03 01 61 00 00") << CommandUnsupported;
}

void TestSocks5::refusesRequest()
{
    QFETCH(const QByteArray, message);
    QFETCH(const ErrorCode, error);
    checkRefused(socks5::parseRequest, message, error);
}

void TestSocks5::waitsForRequest_data()
{
    QTest::addColumn<QByteArray>("message");

    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("before the address type") << kConnect;
    QTest::newRow("before the name's length") << kConnect + hex("03");
    QTest::newRow("IPv4 but one byte") << kConnect + hex("01 7f 00 00 01 00");
    QTest::newRow("IPv6 but one byte") << kConnect + '\x04' + QByteArray(17, '\0');
    QTest::newRow("longest name but one byte") << kConnect + nameField(QByteArray(255, 'n')) + '\0';
    // A client hears of its command only after the whole request was read: else a reset may eat the reply.
    QTest::newRow("wrong command before its end") << hex("05 09 00 01 7f 00 00 01 00");
}

void TestSocks5::waitsForRequest()
{
    QFETCH(const QByteArray, message);
    QVERIFY(needsMore(test::parseBytes(socks5::parseRequest, message)));
    test::checkEveryPrefix(socks5::parseRequest, message);
}

void TestSocks5::takesThreeCommands()
{
    for (int command = 0; command < 256; ++command) {
        QByteArray message = kConnect + hex("01 7f 00 00 01 00 50");
        message[1] = static_cast<char>(command);
        const auto parsed = test::parseBytes(socks5::parseRequest, message);
        if (command >= 1 && command <= 3)
            QVERIFY(isDone(parsed));
        else
            QVERIFY(isBad(parsed, ErrorCode::CommandUnsupported));
    }
}

void TestSocks5::takesThreeAddressTypes()
{
    for (int type = 0; type < 256; ++type) {
        const QByteArray message = kConnect + static_cast<char>(type) + '\x04';
        const auto parsed = test::parseBytes(socks5::parseRequest, message);
        if (type == 1 || type == 3 || type == 4)
            QVERIFY(needsMore(parsed));
        else
            QVERIFY(isBad(parsed, ErrorCode::AddressTypeUnsupported));
    }
}

void TestSocks5::readsDestinationOfUdpHeader()
{
    const QByteArray v4 = hex("01 c0 00 02 01 00 35");
    const auto parsed = test::parseBytes(socks5::parseDestination, v4 + "datagram");
    QVERIFY(isDone(parsed));
    QCOMPARE(parsed.size, std::size_t(7));
    QCOMPARE(parsed.value.host(), QStringLiteral("192.0.2.1"));
    QCOMPARE(int(parsed.value.port), 53);
    checkSplits(socks5::parseDestination, v4);
    checkSplits(socks5::parseDestination, nameField("dns.example") + hex("00 35"));
    checkSplits(socks5::parseDestination, '\x04' + QByteArray(18, '\x01'));
    checkRefused(socks5::parseDestination, hex("05 00"), ErrorCode::AddressTypeUnsupported);
    QVERIFY(needsMore(test::parseBytes(socks5::parseDestination, QByteArray())));
}

void TestSocks5::writesMethodAndLoginReplies()
{
    using enum socks5::Method;
    const auto wire = [](std::array<std::uint8_t, 2> reply) {
        return QByteArray(reinterpret_cast<const char *>(reply.data()), 2).toHex();
    };
    QCOMPARE(wire(socks5::makeMethodReply(NoAuthentication)), QByteArray("0500"));
    QCOMPARE(wire(socks5::makeMethodReply(UserPassword)), QByteArray("0502"));
    QCOMPARE(wire(socks5::makeMethodReply(NoneAcceptable)), QByteArray("05ff"));
    QCOMPARE(wire(socks5::makeLoginReply(true)), QByteArray("0100"));
    QCOMPARE(wire(socks5::makeLoginReply(false)), QByteArray("0101"));
}

void TestSocks5::writesReply_data()
{
    QTest::addColumn<int>("reply");
    QTest::addColumn<QString>("bound");
    QTest::addColumn<QByteArray>("wire");

    const auto row = [](const char *title, int reply, const char *bound, const char *wire) {
        QTest::newRow(title) << reply << QString::fromLatin1(bound) << hex(wire);
    };
    row("succeeded, IPv4", 0, "192.0.2.7:8080", "05 00 00 01 c0 00 02 07 1f 90");
    row("succeeded, IPv6", 0, "[2001:db8::1]:443",
        "05 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 01 bb");
    row("mapped IPv4 is IPv4", 0, "[::ffff:192.0.2.7]:443", "05 00 00 01 c0 00 02 07 01 bb");
    row("highest port", 0, "127.0.0.1:65535", "05 00 00 01 7f 00 00 01 ff ff");
    for (int reply = 1; reply <= 8; ++reply) {
        const QByteArray wire = "05 0" + QByteArray::number(reply) + " 00 01 00 00 00 00 00 00";
        row(("failure " + QByteArray::number(reply)).constData(), reply, "", wire.constData());
    }
}

void TestSocks5::writesReply()
{
    QFETCH(const int, reply);
    QFETCH(const QString, bound);
    QFETCH(const QByteArray, wire);

    const Endpoint endpoint = Endpoint::fromString(bound).value_or(Endpoint());
    QCOMPARE(endpoint.isNull(), bound.isEmpty());
    const socks5::ReplyBytes bytes = socks5::makeReply(static_cast<std::uint8_t>(reply), endpoint);
    const QByteArray made(reinterpret_cast<const char *>(bytes.data()), bytes.size());
    QCOMPARE(made.toHex(), wire.toHex());
    // What a client reads behind REP and RSV is a destination like any other.
    const auto read = test::parseBytes(socks5::parseDestination, made.sliced(3));
    QVERIFY(isDone(read));
    QCOMPARE(read.size, static_cast<std::size_t>(made.size() - 3));
    QCOMPARE(read.value.port, endpoint.port);
}

QTEST_GUILESS_MAIN(TestSocks5)
#include "tst_socks5.moc"
