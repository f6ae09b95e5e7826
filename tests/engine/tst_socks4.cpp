// SPDX-License-Identifier: MIT
#include "engine/proto/socks4.h"

#include "tests/support/wire.h"

#include <QTest>

// SOCKS4.protocol and SOCKS4A.protocol.

using namespace engine;
using Status = Parsed<socks4::Request>::Status;
using test::hex;

Q_DECLARE_METATYPE(engine::socks4::Command)
Q_DECLARE_METATYPE(engine::ErrorCode)
Q_DECLARE_METATYPE(Status)

namespace
{

const QByteArray kToTestNet = hex("04 01 00 50 c0 00 02 01");
const QByteArray kToName = hex("04 01 01 bb 00 00 00 01");
const QByteArray kNul(1, '\0');

} // namespace

class TestSocks4 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsRequest_data();
    void readsRequest();
    void refusesRequest_data();
    void refusesRequest();
    void waitsForMore_data();
    void waitsForMore();
    void takesNoOtherVersion();
    void takesNoOtherCommand();
    void everyZeroDotAddressButZeroAnnouncesAName();
    void stopsAtTheFirstNul();
    void writesReply_data();
    void writesReply();
};

void TestSocks4::readsRequest_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<socks4::Command>("command");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("port");
    QTest::addColumn<QByteArray>("userId");

    using enum socks4::Command;
    const auto row = [](const char *title, const QByteArray &message, socks4::Command command,
                        const char *address, const QByteArray &name, int port, const QByteArray &userId) {
        QTest::newRow(title) << message << command << QString::fromLatin1(address) << name << port << userId;
    };
    row("connect without user id", kToTestNet + kNul, Connect, "192.0.2.1", "", 80, "");
    row("connect with user id", kToTestNet + "fred" + kNul, Connect, "192.0.2.1", "", 80, "fred");
    row("bind", hex("04 02 00 15 c0 00 02 01 00"), Bind, "192.0.2.1", "", 21, "");
    row("port zero", hex("04 01 00 00 7f 00 00 01 00"), Connect, "127.0.0.1", "", 0, "");
    row("highest port", hex("04 01 ff ff 7f 00 00 01 00"), Connect, "127.0.0.1", "", 65535, "");
    row("port in network order", hex("04 01 12 34 7f 00 00 01 00"), Connect, "127.0.0.1", "", 0x1234, "");
    row("highest address", hex("04 01 00 50 ff ff ff ff 00"), Connect, "255.255.255.255", "", 80, "");
    row("all-zero address is an address", hex("04 01 00 50 00 00 00 00 00"), Connect, "0.0.0.0", "", 80, "");
    row("0.0.1.1 is an address", hex("04 01 00 50 00 00 01 01 00"), Connect, "0.0.1.1", "", 80, "");
    row("0.1.0.1 is an address", hex("04 01 00 50 00 01 00 01 00"), Connect, "0.1.0.1", "", 80, "");
    row("1.0.0.1 is an address", hex("04 01 00 50 01 00 00 01 00"), Connect, "1.0.0.1", "", 80, "");
    row("user id of any bytes", kToTestNet + "\x01 \xff\x7f" + kNul, Connect, "192.0.2.1", "", 80,
        "\x01 \xff\x7f");
    row("longest user id", kToTestNet + QByteArray(255, 'u') + kNul, Connect, "192.0.2.1", "", 80,
        QByteArray(255, 'u'));
    row("4a name", kToName + kNul + "example.org" + kNul, Connect, "", "example.org", 443, "");
    row("4a name with user id", kToName + "fred" + kNul + "example.org" + kNul, Connect, "", "example.org",
        443, "fred");
    row("4a bind", hex("04 02 01 bb 00 00 00 ff 00 61 00"), Bind, "", "a", 443, "");
    row("4a longest name", kToName + kNul + QByteArray(255, 'n') + kNul, Connect, "", QByteArray(255, 'n'),
        443, "");
    row("4a longest of both", kToName + QByteArray(255, 'u') + kNul + QByteArray(255, 'n') + kNul, Connect,
        "", QByteArray(255, 'n'), 443, QByteArray(255, 'u'));
    row("4a name in UTF-8",
        kToName + kNul +
            "b\xc3\xbc"
            "cher.example" +
            kNul,
        Connect, "",
        "b\xc3\xbc"
        "cher.example",
        443, "");
    row("4a address written as a name", kToName + kNul + "192.0.2.1" + kNul, Connect, "", "192.0.2.1", 443,
        "");
}

void TestSocks4::readsRequest()
{
    QFETCH(const QByteArray, message);
    QFETCH(const socks4::Command, command);
    QFETCH(const QString, address);
    QFETCH(const QByteArray, name);
    QFETCH(const int, port);
    QFETCH(const QByteArray, userId);

    const auto parsed = test::parseBytes(socks4::parseRequest, message);
    QCOMPARE(parsed.status, Status::Done);
    QCOMPARE(parsed.size, static_cast<std::size_t>(message.size()));
    QCOMPARE(parsed.value.command, command);
    QCOMPARE(parsed.value.destination.address.toString(), address);
    QCOMPARE(parsed.value.destination.name, name);
    QCOMPARE(parsed.value.destination.isName(), address.isEmpty());
    QCOMPARE(int(parsed.value.destination.port), port);
    QCOMPARE(parsed.value.userId, userId);
    QCOMPARE(parsed.value.is4a, address.isEmpty());
    test::checkEveryPrefix(socks4::parseRequest, message);
    test::checkTrailingBytes(socks4::parseRequest, message);
}

void TestSocks4::refusesRequest_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<ErrorCode>("error");

    using enum ErrorCode;
    QTest::newRow("socks5 greeting") << hex("05 01 00") << ProtocolError;
    QTest::newRow("http") << QByteArray("GET / HTTP/1.1\r\n") << ProtocolError;
    QTest::newRow("reply version") << hex("00 5a 00 00 00 00 00 00") << ProtocolError;
    QTest::newRow("user id too long") << kToTestNet + QByteArray(256, 'u') + kNul << ProtocolError;
    QTest::newRow("user id without end") << kToTestNet + QByteArray(256, 'u') << ProtocolError;
    QTest::newRow("4a user id too long")
        << kToName + QByteArray(256, 'u') + kNul + "a" + kNul << ProtocolError;
    QTest::newRow("4a empty name") << kToName + kNul + kNul << ProtocolError;
    QTest::newRow("4a name too long") << kToName + kNul + QByteArray(256, 'n') + kNul << ProtocolError;
    QTest::newRow("4a name without end") << kToName + kNul + QByteArray(256, 'n') << ProtocolError;
    QTest::newRow("4a name with space") << kToName + kNul + "exam ple" + kNul << ProtocolError;
    QTest::newRow("4a name with newline") << kToName + kNul + "a\nb" + kNul << ProtocolError;
    QTest::newRow("4a name with escape") << kToName + kNul + "a\x1b[31m" + kNul << ProtocolError;
    QTest::newRow("4a name with delete") << kToName + kNul + "a\x7f" + kNul << ProtocolError;
    QTest::newRow("command zero") << hex("04 00 00 50 c0 00 02 01 00") << CommandUnsupported;
    QTest::newRow("command three") << hex("04 03 00 50 c0 00 02 01 00") << CommandUnsupported;
    QTest::newRow("4a command three") << hex("04 03 00 50 00 00 00 01 00 61 00") << CommandUnsupported;
}

void TestSocks4::refusesRequest()
{
    QFETCH(const QByteArray, message);
    QFETCH(const ErrorCode, error);

    const auto parsed = test::parseBytes(socks4::parseRequest, message);
    QCOMPARE(parsed.status, Status::Bad);
    QCOMPARE(parsed.error, error);
    QCOMPARE(parsed.size, std::size_t(0));
    test::checkEveryPrefix(socks4::parseRequest, message);
    test::checkTrailingBytes(socks4::parseRequest, message);
}

void TestSocks4::waitsForMore_data()
{
    QTest::addColumn<QByteArray>("message");

    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("version") << hex("04");
    QTest::newRow("seven bytes") << kToTestNet.first(7);
    QTest::newRow("no end of user id") << kToTestNet;
    QTest::newRow("longest user id without end") << kToTestNet + QByteArray(255, 'u');
    QTest::newRow("4a before the name") << kToName + kNul;
    QTest::newRow("4a longest name without end") << kToName + kNul + QByteArray(255, 'n');
    // A client hears of its command only after the whole request was read: else a reset may eat the reply.
    QTest::newRow("wrong command before its end") << hex("04 09 00 50 c0 00 02 01");
    QTest::newRow("wrong name before its end") << kToName + kNul + " ";
}

void TestSocks4::waitsForMore()
{
    QFETCH(const QByteArray, message);

    QCOMPARE(test::parseBytes(socks4::parseRequest, message).status, Status::NeedMore);
    test::checkEveryPrefix(socks4::parseRequest, message);
}

void TestSocks4::takesNoOtherVersion()
{
    for (int version = 0; version < 256; ++version) {
        const QByteArray first(1, static_cast<char>(version));
        const auto parsed = test::parseBytes(socks4::parseRequest, first);
        QCOMPARE(parsed.status, version == 4 ? Status::NeedMore : Status::Bad);
    }
}

void TestSocks4::takesNoOtherCommand()
{
    for (int command = 0; command < 256; ++command) {
        QByteArray message = kToTestNet + kNul;
        message[1] = static_cast<char>(command);
        const auto parsed = test::parseBytes(socks4::parseRequest, message);
        QCOMPARE(parsed.status, command == 1 || command == 2 ? Status::Done : Status::Bad);
    }
}

void TestSocks4::everyZeroDotAddressButZeroAnnouncesAName()
{
    for (int last = 0; last < 256; ++last) {
        QByteArray message = hex("04 01 00 50 00 00 00 00 00 61 00");
        message[7] = static_cast<char>(last);
        const auto parsed = test::parseBytes(socks4::parseRequest, message);
        QCOMPARE(parsed.status, Status::Done);
        QCOMPARE(parsed.value.is4a, last != 0);
        QCOMPARE(parsed.size, std::size_t(last == 0 ? 9 : 11));
    }
}

void TestSocks4::stopsAtTheFirstNul()
{
    const QByteArray message = kToName + kNul + "good.example" + kNul;
    const auto parsed = test::parseBytes(socks4::parseRequest, message + "evil.example" + kNul);
    QCOMPARE(parsed.status, Status::Done);
    QCOMPARE(parsed.value.destination.name, QByteArray("good.example"));
    QCOMPARE(parsed.size, static_cast<std::size_t>(message.size()));
}

void TestSocks4::writesReply_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("bound");
    QTest::addColumn<QByteArray>("wire");

    const auto row = [](const char *title, int code, const char *bound, const char *wire) {
        QTest::newRow(title) << code << QString::fromLatin1(bound) << hex(wire);
    };
    row("granted", 90, "192.0.2.7:8080", "00 5a 1f 90 c0 00 02 07");
    row("rejected without address", 91, "", "00 5b 00 00 00 00 00 00");
    row("highest port and address", 90, "255.255.255.255:65535", "00 5a ff ff ff ff ff ff");
    row("IPv6 has no room", 90, "[2001:db8::1]:443", "00 5a 01 bb 00 00 00 00");
    row("mapped IPv4 is IPv4", 90, "[::ffff:192.0.2.7]:443", "00 5a 01 bb c0 00 02 07");
}

void TestSocks4::writesReply()
{
    QFETCH(const int, code);
    QFETCH(const QString, bound);
    QFETCH(const QByteArray, wire);

    const Endpoint endpoint = Endpoint::fromString(bound).value_or(Endpoint());
    QCOMPARE(endpoint.isNull(), bound.isEmpty());
    const auto reply = socks4::makeReply(static_cast<std::uint8_t>(code), endpoint);
    QCOMPARE(QByteArray(reinterpret_cast<const char *>(reply.data()), reply.size()).toHex(), wire.toHex());
}

QTEST_GUILESS_MAIN(TestSocks4)
#include "tst_socks4.moc"
