// SPDX-License-Identifier: MIT
#include "tests/support/process.h"
#include "tests/support/pumps.h"
#include "tests/support/upstreamscene.h"

#include <QTest>

#include <algorithm>
#include <array>

using namespace engine;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using test::checkRelay;
using test::Dialect;
using test::nameTarget;
using test::Proxy;
using test::Servers;

namespace
{

constexpr const Dialect &kSocks4a = test::kDialects[1];
constexpr const Dialect &kSocks5 = test::kDialects[2];
constexpr const Dialect &kSocks5Login = test::kDialects[3];
constexpr const Dialect &kHttp = test::kDialects[4];

/// What a server does instead of its part.
enum class Fault {
    HangUp,
    HangUpInTheMiddle,
    Reset,
    ResetInTheMiddle,
    Garbage,
};
struct NamedFault {
    const char *title;
    Fault fault;
};
constexpr NamedFault kFaults[] = {{"hangs up", Fault::HangUp},
                                  {"hangs up in the middle", Fault::HangUpInTheMiddle},
                                  {"resets", Fault::Reset},
                                  {"resets in the middle", Fault::ResetInTheMiddle},
                                  {"sends garbage", Fault::Garbage}};

void commit(Fault fault, test::RawSocket &server, const QByteArray &answer)
{
    if (fault == Fault::HangUpInTheMiddle || fault == Fault::ResetInTheMiddle)
        server.send(answer.chopped(1));
    if (fault == Fault::Garbage)
        server.send("garbage\r\n\r\n");
    if (fault == Fault::Reset || fault == Fault::ResetInTheMiddle)
        server.reset();
    else
        server.shutdownWrite();
}

void addDialectsOnPumps()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<const Dialect *>("dialect");
}

struct NamedPump {
    const char *title;
    RelayPump pump;
};
constexpr NamedPump kPumps[] = {{"native", RelayPump::Native}, {"portable", RelayPump::Portable}};

} // namespace

Q_DECLARE_METATYPE(Fault)
Q_DECLARE_METATYPE(engine::ErrorCode)

class TestEngineUpstream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reachesTheTarget_data();
    void reachesTheTarget();
    void passesOnAReset_data() { test::addPumpRows(); }
    void passesOnAReset();
    void looksUpNamesWhenToldTo();
    void goesToTheNextServer_data();
    void goesToTheNextServer();
    void goesToTheNextServerWhenNobodyListens();
    void probesAMemberThatHasFailed();
    void tellsOfAServerThatStalls_data();
    void tellsOfAServerThatStalls();
    void tellsWhatWentWrong_data();
    void tellsWhatWentWrong();
    void refusesAHeadWithoutEnd_data() { test::addPumpRows(); }
    void refusesAHeadWithoutEnd();
    void goesThroughChains_data() { test::addPumpRows(); }
    void goesThroughChains();
    void sendsAHostTheSameWay();
    void tellsWhenAServerDiesAndComesBack();
    void detectsALoop();
    void givesUpWithTheClient_data();
    void givesUpWithTheClient();
    void neverTellsAPassword();
    void changesPasswordsWithTheProfile();
    void survivesChangesOfTheProfile_data() { test::addPumpRows(); }
    void survivesChangesOfTheProfile();
};

void TestEngineUpstream::reachesTheTarget_data()
{
    addDialectsOnPumps();
    QTest::addColumn<bool>("whole");
    for (const NamedPump &pump : kPumps) {
        for (const Dialect &dialect : test::kDialects) {
            for (const bool whole : {true, false})
                QTest::addRow("%s, %s, %s", pump.title, dialect.title, whole ? "whole" : "byte by byte")
                    << pump.pump << &dialect << whole;
        }
    }
}

/// The server is asked for what the client asked for, names unresolved; what the target sends together with
/// the server's answer reaches the client.
void TestEngineUpstream::reachesTheTarget()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const bool, whole);
    const test::RawListener listener;
    Servers servers(test::pumpProfile());
    servers.add("s", *dialect, listener.endpoint());
    Proxy proxy(servers);
    const Destination target = test::targetFor(*dialect);
    test::RawSocket client = proxy.ask(target);
    test::RawSocket server = listener.accept();
    const test::Pace pace = whole ? test::Pace::Whole : test::Pace::ByteByByte;
    QVERIFY(test::play(server, test::exchanges(*dialect, target), pace, "early"));
    const test::SocksReply reply = test::readSocks5Reply(client);
    QCOMPARE(reply.code, 0);
    if (dialect->protocol != ServerProtocol::Http)
        QCOMPARE(reply.bound.toString(), u"192.0.2.9:4660"_s);
    QCOMPARE(client.receive(5), QByteArray("early"));
    checkRelay(client, server);
}

void TestEngineUpstream::passesOnAReset()
{
    const test::RawListener listener;
    Servers servers(test::pumpProfile());
    servers.add("s", kSocks5, listener.endpoint());
    Proxy proxy(servers);
    for (const bool fromClient : {true, false}) {
        test::RawSocket client = proxy.ask(nameTarget());
        test::RawSocket server = listener.accept();
        QVERIFY(test::play(server, test::exchanges(kSocks5, nameTarget())));
        QCOMPARE(test::readSocks5Reply(client).code, 0);
        (fromClient ? client : server).reset();
        QCOMPARE((fromClient ? server : client).waitForEnd(), test::StreamEnd::Reset);
    }
}

void TestEngineUpstream::looksUpNamesWhenToldTo()
{
    const test::RawListener listener;
    Servers servers;
    servers.add("s", kSocks4a, listener.endpoint());
    servers.profile.servers[0].resolveNames = NameResolution::Local;
    Proxy proxy(servers);
    const test::RawSocket client = proxy.ask({{}, "localhost", 443});
    test::RawSocket server = listener.accept();
    QVERIFY(test::play(server, test::exchanges(kSocks4a, {test::address("127.0.0.1"), {}, 443})));
}

void TestEngineUpstream::goesToTheNextServer_data()
{
    addDialectsOnPumps();
    QTest::addColumn<int>("stage");
    QTest::addColumn<Fault>("fault");
    for (const NamedPump &pump : kPumps) {
        for (const Dialect &dialect : test::kDialects) {
            const auto stages = static_cast<int>(test::exchanges(dialect, test::targetFor(dialect)).size());
            for (int stage = 0; stage < stages; ++stage) {
                for (const NamedFault &fault : kFaults)
                    QTest::addRow("%s, %s %s at stage %d", pump.title, dialect.title, fault.title, stage)
                        << pump.pump << &dialect << stage << fault.fault;
            }
        }
    }
}

/// Whatever the first does wrong, and when.
void TestEngineUpstream::goesToTheNextServer()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const int, stage);
    QFETCH(const Fault, fault);
    const test::RawListener faulty;
    const test::RawListener good;
    Servers servers(test::pumpProfile());
    servers.add("a", *dialect, faulty.endpoint());
    servers.add("b", *dialect, good.endpoint());
    servers.group();
    Proxy proxy(servers);
    const Destination target = test::targetFor(*dialect);
    const test::Exchanges exchanges = test::exchanges(*dialect, target);
    test::RawSocket client = proxy.ask(target);
    test::RawSocket first = faulty.accept();
    QVERIFY(test::playUntil(first, exchanges, stage));
    commit(fault, first, exchanges[stage].answer);
    test::RawSocket second = good.accept();
    QVERIFY(test::play(second, exchanges));
    QCOMPARE(test::readSocks5Reply(client).code, 0);
    QVERIFY(first.waitForEnd() != test::StreamEnd::Open || !first.isOpen());
}

void TestEngineUpstream::goesToTheNextServerWhenNobodyListens()
{
    const test::RefusingEndpoint refusing;
    const test::RawListener good;
    Servers servers;
    servers.add("a", kSocks5, refusing.endpoint());
    servers.add("b", kSocks5, good.endpoint());
    servers.group();
    Proxy proxy(servers);
    for (int i = 0; i < 3; ++i) {
        test::RawSocket client = proxy.ask(nameTarget());
        test::RawSocket server = good.accept();
        QVERIFY(test::play(server, test::exchanges(kSocks5, nameTarget())));
        QCOMPARE(test::readSocks5Reply(client).code, 0);
        const Endpoint address = client.local();
        client.close();
        server.close();
        const Connection ended = proxy.endedOf(address);
        QCOMPARE(ended.route, QStringLiteral("route"));
        QCOMPARE(ended.servers, QStringList{QStringLiteral("b")});
    }
    QVERIFY(proxy.hears(EventCode::ServerDown));
}

/// By itself and without a request, a little after the client that met the failure.
void TestEngineUpstream::probesAMemberThatHasFailed()
{
    const test::RawListener faulty;
    const test::RawListener good;
    Servers servers;
    servers.add("a", kSocks5, faulty.endpoint());
    servers.add("b", kSocks5, good.endpoint());
    servers.group();
    Proxy proxy(servers);
    QList<ServerHealth> told;
    QObject::connect(&proxy.engine(), &Engine::serverHealthChanged, &proxy,
                     [&told](const ServerHealth &health) { told << health; });
    test::RawSocket client = proxy.ask(nameTarget());
    faulty.accept().reset();
    test::RawSocket server = good.accept();
    QVERIFY(test::play(server, test::exchanges(kSocks5, nameTarget())));
    QCOMPARE(test::readSocks5Reply(client).code, 0);
    test::RawSocket probe = faulty.accept();
    QCOMPARE(probe.receive(3), test::socks5Greeting());
    probe.reset();
    QVERIFY(proxy.waitFor([&] { return !told.isEmpty(); }));
    QCOMPARE(told[0].serverId, u"a"_s);
    QVERIFY(told[0].isDown);
    QVERIFY(told[0].lastError.isError());
    QVERIFY(told[0].nextProbeAt > 0);
    QVERIFY(!good.accept(milliseconds{0}).isOpen());
}

void TestEngineUpstream::tellsOfAServerThatStalls_data()
{
    addDialectsOnPumps();
    QTest::addColumn<int>("stage");
    for (const NamedPump &pump : kPumps) {
        for (const Dialect &dialect : test::kDialects) {
            const auto stages = static_cast<int>(test::exchanges(dialect, test::targetFor(dialect)).size());
            for (int stage = 0; stage < stages; ++stage)
                QTest::addRow("%s, %s, stage %d", pump.title, dialect.title, stage)
                    << pump.pump << &dialect << stage;
        }
    }
}

void TestEngineUpstream::tellsOfAServerThatStalls()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const int, stage);
    const test::RawListener listener;
    Servers servers(test::pumpProfile());
    servers.profile.limits.connectTimeout = std::max(test::scaled(milliseconds{300}), milliseconds{1'000});
    servers.add("s", *dialect, listener.endpoint());
    Proxy proxy(servers);
    const Destination target = test::targetFor(*dialect);
    const test::Exchanges exchanges = test::exchanges(*dialect, target);
    test::RawSocket client = proxy.ask(target);
    test::RawSocket server = listener.accept();
    QVERIFY(test::playUntil(server, exchanges, stage));
    server.send(exchanges[stage].answer.first(1));
    QCOMPARE(test::readSocks5Reply(client).code, 6);
    QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
}

void TestEngineUpstream::tellsWhatWentWrong_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<ErrorCode>("error");
    QTest::addColumn<int>("code");
    const auto row = [](const char *title, const Dialect &dialect, const QByteArray &answer, ErrorCode error,
                        int code) {
        QTest::newRow(title) << &dialect << answer << error << code;
    };
    const auto reply = [](int code) {
        return QByteArray::fromHex("0500") + QByteArray::fromHex("05") + static_cast<char>(code) +
               QByteArray::fromHex("0001000000000000");
    };
    row("socks4, rejected", kSocks4a, QByteArray::fromHex("005b000000000000"), ErrorCode::UpstreamFailed, 1);
    row("socks5, not allowed", kSocks5, reply(2), ErrorCode::UpstreamRefused, 2);
    row("socks5, network unreachable", kSocks5, reply(3), ErrorCode::NetworkUnreachable, 3);
    row("socks5, host unreachable", kSocks5, reply(4), ErrorCode::HostUnreachable, 4);
    row("socks5, refused", kSocks5, reply(5), ErrorCode::ConnectionRefused, 5);
    row("socks5, a login is wanted", kSocks5, QByteArray::fromHex("05ff"), ErrorCode::UpstreamLoginFailed, 1);
    row("socks5, wrong password", kSocks5Login, QByteArray::fromHex("05020101"),
        ErrorCode::UpstreamLoginFailed, 1);
    row("http, forbidden", kHttp, "HTTP/1.1 403 No\r\n\r\n", ErrorCode::UpstreamRefused, 2);
    row("http, a login is wanted", kHttp, "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\n\r\n",
        ErrorCode::UpstreamLoginFailed, 1);
    row("http, bad gateway", kHttp, "HTTP/1.1 502 No\r\n\r\n", ErrorCode::UpstreamFailed, 1);
    row("http, garbage", kHttp, "SSH-2.0-OpenSSH_9.2\r\n\r\n", ErrorCode::UpstreamProtocolError, 1);
}

void TestEngineUpstream::tellsWhatWentWrong()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const QByteArray, answer);
    QFETCH(const ErrorCode, error);
    QFETCH(const int, code);
    const test::RawListener listener;
    Servers servers;
    servers.add("s", *dialect, listener.endpoint());
    servers.profile.servers[0].name = u"The exit"_s;
    Proxy proxy(servers);
    test::RawSocket client = proxy.ask(nameTarget());
    test::RawSocket server = listener.accept();
    server.send(answer);
    QCOMPARE(test::readSocks5Reply(client).code, code);
    const Error told = proxy.errorOf(client);
    QCOMPARE(told.code, error);
    QVERIFY(told.detail.toEnglish().startsWith(u"The exit"_s));
}

void TestEngineUpstream::refusesAHeadWithoutEnd()
{
    const test::RawListener listener;
    Servers servers(test::pumpProfile());
    servers.add("s", kHttp, listener.endpoint());
    Proxy proxy(servers);
    for (const QByteArray &line : {QByteArray("A: b\r\n"), QByteArray("x")}) {
        test::RawSocket client = proxy.ask(nameTarget());
        test::RawSocket server = listener.accept();
        server.send("HTTP/1.1 200 OK\r\n" + line.repeated(200'000 / static_cast<int>(line.size())));
        QCOMPARE(test::readSocks5Reply(client).code, 1);
        QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
        QCOMPARE(proxy.errorOf(client).code, ErrorCode::UpstreamProtocolError);
    }
}

/// One connection carries it all: each server is asked for the next, and the last for the target.
void TestEngineUpstream::goesThroughChains()
{
    const test::RawListener first;
    Servers servers(test::pumpProfile());
    const auto &dialects = test::kDialects;
    const std::array ids{"a", "b", "c", "d", "e"};
    const std::array<const Dialect *, 5> chain{&dialects[3], &dialects[5], &dialects[1], &dialects[0],
                                               &dialects[2]};
    servers.add(ids[0], *chain[0], first.endpoint());
    test::Exchanges all;
    for (std::size_t i = 1; i < chain.size(); ++i) {
        const Endpoint next = test::endpoint("192.0.2.1", 1080 + static_cast<int>(i));
        servers.add(ids[i], *chain[i], next);
        all += test::exchanges(*chain[i - 1], {next.address, {}, next.port});
    }
    all += test::exchanges(*chain.back(), nameTarget());
    servers.group(RouteKind::Chain);
    Proxy proxy(servers);
    for (const test::Pace pace : {test::Pace::Whole, test::Pace::ByteByByte}) {
        test::RawSocket client = proxy.ask(nameTarget());
        test::RawSocket server = first.accept();
        QVERIFY(test::play(server, all, pace, "early"));
        QCOMPARE(test::readSocks5Reply(client).code, 0);
        QCOMPARE(client.receive(5), QByteArray("early"));
        const Endpoint address = client.local();
        checkRelay(client, server);
        QCOMPARE(proxy.endedOf(address).servers.join(u','), QStringLiteral("a,b,c,d,e"));
    }
}

void TestEngineUpstream::sendsAHostTheSameWay()
{
    const std::array<test::RawListener, 3> listeners;
    Servers servers;
    for (std::size_t i = 0; i < listeners.size(); ++i)
        servers.add(std::array{"a", "b", "c"}[i], kSocks5, listeners[i].endpoint());
    servers.group(RouteKind::Balance);
    Proxy proxy(servers);
    std::size_t chosen = listeners.size();
    for (int i = 0; i < 5; ++i) {
        const test::RawSocket client = proxy.ask(nameTarget());
        test::RawSocket server;
        std::size_t index = 0;
        QVERIFY(proxy.waitFor([&] {
            index = (index + 1) % listeners.size();
            server = listeners[index].accept(milliseconds{0});
            return server.isOpen();
        }));
        QVERIFY(i == 0 || index == chosen);
        chosen = index;
        QVERIFY(test::play(server, test::exchanges(kSocks5, nameTarget())));
    }
}

void TestEngineUpstream::tellsWhenAServerDiesAndComesBack()
{
    const test::RawListener listener;
    Servers servers;
    servers.add("s", kSocks5, listener.endpoint());
    Proxy proxy(servers);
    for (int i = 0; i < kFailuresUntilDown; ++i) {
        QVERIFY(!proxy.hasEvent(EventCode::ServerDown));
        test::RawSocket client = proxy.ask(nameTarget());
        listener.accept().reset();
        QCOMPARE(test::readSocks5Reply(client).code, 1);
    }
    QVERIFY(proxy.hears(EventCode::ServerDown));
    // It is all there is, so it is tried all the same.
    test::RawSocket client = proxy.ask(nameTarget());
    test::RawSocket server = listener.accept();
    QVERIFY(test::play(server, test::exchanges(kSocks5, nameTarget())));
    QVERIFY(proxy.hears(EventCode::ServerUp));
}

void TestEngineUpstream::detectsALoop()
{
    Servers servers;
    Proxy proxy(servers);
    servers.add("s", kSocks5, proxy.listener());
    QVERIFY(proxy.apply(servers.profile));
    test::RawSocket client = proxy.ask(nameTarget());
    QCOMPARE(test::readSocks5Reply(client).code, 2);
    QCOMPARE(proxy.errorOf(client).code, ErrorCode::LoopDetected);
    QVERIFY(proxy.waitForCounts(1, 0));
}

void TestEngineUpstream::givesUpWithTheClient_data()
{
    tellsOfAServerThatStalls_data();
}

void TestEngineUpstream::givesUpWithTheClient()
{
    if (test::openDescriptors() < 0)
        QSKIP("This system does not tell a process's descriptors");
    QFETCH(const Dialect *, dialect);
    QFETCH(const int, stage);
    const test::RawListener listener;
    Servers servers(test::pumpProfile());
    servers.add("s", *dialect, listener.endpoint());
    Proxy proxy(servers);
    QVERIFY(proxy.waitForState(ListenerState::Listening));
    const Destination target = test::targetFor(*dialect);
    const int descriptors = test::openDescriptors();
    for (int i = 0; i < 5; ++i) {
        test::RawSocket client = proxy.ask(target);
        test::RawSocket server = listener.accept();
        QVERIFY(test::playUntil(server, test::exchanges(*dialect, target), stage));
        client.reset();
        QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
    }
    QVERIFY(proxy.waitFor([&] { return test::openDescriptors() <= descriptors; }));
}

void TestEngineUpstream::neverTellsAPassword()
{
    const test::RawListener listener;
    Servers servers;
    servers.add("s", kSocks5Login, listener.endpoint());
    Proxy proxy(servers);
    proxy.engine().setEventLevel(EventLevel::Debug);
    for (const char *answer : {"05020100", "05020101", "0502ffff", "05ff", "0502"}) {
        test::RawSocket client = proxy.ask(nameTarget());
        test::RawSocket server = listener.accept();
        server.send(QByteArray::fromHex(answer));
        server.shutdownWrite();
        (void)test::readSocks5Reply(client);
        QVERIFY(proxy.errorOf(client).isError());
    }
    const QString told = proxy.everythingTold();
    QVERIFY(told.contains(u"target.invalid"_s));
    QVERIFY(!told.contains(QLatin1StringView(test::kServerPassword)));
    QVERIFY(!told.contains(QString::fromLatin1(QByteArray("bob:sec:ret").toBase64())));
}

/// A server of the profile before is never told the password of the one that takes its id.
void TestEngineUpstream::changesPasswordsWithTheProfile()
{
    const test::RawListener before;
    const test::RawListener after;
    Servers servers;
    servers.add("s", kSocks5Login, before.endpoint());
    Proxy proxy(servers);
    QVERIFY(!proxy.listener().isNull());
    Servers changed;
    changed.add("s", kSocks5Login, after.endpoint());
    RuleProfile slow;
    slow.name = u"Takes a while to compile"_s;
    for (int i = 0; i < test::rounds(400'000); ++i)
        slow.hosts << u"*.host%1.example"_s.arg(i);
    changed.profile.rules << slow;
    proxy.engine().applyProfile(changed.profile, {{u"s"_s, "new"}});
    const auto login = [](const QByteArray &password) {
        return test::socks5Login("bob", password);
    };
    const test::Exchanges greeting = test::exchanges(kSocks5Login, nameTarget()).first(1);
    test::RawSocket early = proxy.ask(nameTarget());
    test::RawSocket old = before.accept();
    QVERIFY(test::play(old, greeting));
    QCOMPARE(old.receive(login("sec:ret").size()), login("sec:ret"));
    QVERIFY(proxy.hears(EventCode::ProfileApplied));
    test::RawSocket late = proxy.ask(nameTarget());
    test::RawSocket next = after.accept();
    QVERIFY(test::play(next, greeting));
    QCOMPARE(next.receive(login("new").size()), login("new"));
}

/// The server at hand changes, gets another password, and goes, while it is being asked: a connection goes on
/// by the way it has begun.
void TestEngineUpstream::survivesChangesOfTheProfile()
{
    const test::RawListener listener;
    const test::RawListener other;
    Servers servers(test::pumpProfile());
    servers.add("s", kSocks5Login, listener.endpoint());
    Proxy proxy(servers);
    test::RawSocket client = proxy.ask(nameTarget());
    test::RawSocket server = listener.accept();
    const test::Exchanges exchanges = test::exchanges(kSocks5Login, nameTarget());
    QVERIFY(test::playUntil(server, exchanges, 2));

    Servers changed(test::pumpProfile());
    changed.add("s", kSocks5, other.endpoint());
    QVERIFY(proxy.apply(changed.profile));
    proxy.engine().setServerPasswords({});
    server.send(exchanges[2].answer);
    QCOMPARE(test::readSocks5Reply(client).code, 0);
    checkRelay(client, server);

    client = proxy.ask(nameTarget());
    server = other.accept();
    QVERIFY(test::playUntil(server, test::exchanges(kSocks5, nameTarget()), 0));
    QVERIFY(proxy.apply(test::pumpProfile()));
    QVERIFY(server.send(QByteArray::fromHex("0500")));
    QVERIFY(test::play(server, test::exchanges(kSocks5, nameTarget()).sliced(1)));
    QCOMPARE(test::readSocks5Reply(client).code, 0);
    Profile blocking = test::pumpProfile();
    blocking.defaultAction = Action::block();
    QVERIFY(proxy.apply(blocking));
    QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
}

QTEST_GUILESS_MAIN(TestEngineUpstream)
#include "tst_engine_upstream.moc"
