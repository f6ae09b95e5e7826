// SPDX-License-Identifier: MIT
#include "engine/profile_json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QObject>
#include <QTest>

using namespace Qt::StringLiterals;
using engine::parseProfile;
using engine::Profile;
using engine::ProfileDocument;
using engine::ProfileError;

namespace
{

constexpr int kHashLength = 64;

/// A profile that uses every key of the format and is valid today.
const QByteArray kWholeProfile = R"({
  "version": 1,
  "listeners": [
    { "name": "Local", "address": "127.0.0.1", "port": 1080,
      "protocols": ["socks4", "socks5", "http"],
      "authentication": "none", "clients": ["127.0.0.0/8", "::1/128"] },
    { "name": "Office", "address": "::", "port": 1081, "protocols": ["socks5"], "authentication": "password" },
    { "name": "Everyone", "address": "192.0.2.1", "port": 1080, "authentication": "none", "open": true,
      "udpFiltering": "endpoint-independent" }
  ],
  "users": [ { "name": "alice", "password": { "scheme": "pbkdf2-sha512", "iterations": 1000,
               "salt": "AAECAwQFBgcICQoLDA0ODw==", "hash": "@HASH@" } } ],
  "servers": [
    { "id": "office", "name": "Office", "protocol": "socks5", "host": "proxy.example", "port": 1080,
      "username": "bob", "resolveNames": "remote", "tls": false },
    { "id": "exit", "protocol": "http", "host": "2001:db8::1", "port": 8080, "passwordFile": "/etc/hosier/exit" },
    { "id": "safe", "protocol": "http", "host": "safe.example", "port": 443, "tls": true, "resolveNames": "local",
      "username": "eve", "withoutPassword": true,
      "certificateSha256": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" }
  ],
  "routes": [
    { "id": "any", "name": "Any", "kind": "failover", "members": ["office", "out"] },
    { "id": "out", "name": "Out", "kind": "chain", "members": ["office", "exit"] }
  ],
  "rules": [
    { "name": "Local network", "enabled": true, "applications": ["firefox", "/opt/app*/bin/x*"], "tree": true, "users": ["alice"],
      "clients": ["127.0.0.0/8"], "hosts": ["localhost", "127.0.0.0/8", "*.lan", "10.0.0.1-10.0.0.9", "a-b.example"],
      "ports": ["80", "8000-9000"], "transports": ["tcp", "udp"], "action": "direct" },
    { "name": "Later", "enabled": false, "hosts": ["*.example"], "action": "proxy:any" }
  ],
  "defaultAction": "direct",
  "unidentifiedApplications": "block",
  "resolveForRules": true,
  "mode": "everything",
  "limits": { "handshakeTimeoutSeconds": 2.5, "connectTimeoutSeconds": 10, "bindTimeoutSeconds": 40, "idleTimeoutSeconds": 60,
              "halfClosedTimeoutSeconds": 30, "udpIdleTimeoutSeconds": 50, "drainTimeoutSeconds": 0, "maximumClients": 0,
              "maximumClientsPerAddress": 100 },
  "relayPump": "portable"
})";

QByteArray wholeProfile()
{
    return QByteArray(kWholeProfile).replace("@HASH@", QByteArray(kHashLength, 'h').toBase64());
}

/// The smallest profile, with `listener` as more keys of its listener and `more` as more keys of the profile.
QByteArray smallProfile(const QByteArray &listener = {}, const QByteArray &more = {})
{
    return R"({ "version": 1, "listeners": [ { "name": "L", "address": "127.0.0.1", "port": 1080)" +
           listener + "} ]" + more + "}";
}

QByteArray listenerAt(const QByteArray &address, const QByteArray &more = {})
{
    return R"({ "version": 1, "listeners": [ { "name": "L", "address": )" + address + R"(, "port": 1080)" +
           more + "} ] }";
}

QByteArray userProfile(const QByteArray &user)
{
    return smallProfile({}, R"(, "users": [ )" + user + " ]");
}

QByteArray password(const QByteArray &iterations, const QByteArray &salt, const QByteArray &hash)
{
    return R"({ "name": "bob", "password": { "scheme": "pbkdf2-sha512", "iterations": )" + iterations +
           R"(, "salt": ")" + salt + R"(", "hash": ")" + hash + R"(" } })";
}

QByteArray server(const QByteArray &id, const QByteArray &more = {})
{
    return R"({ "id": ")" + id + R"(", "protocol": "socks5", "host": "h", "port": 1)" + more + "}";
}

QByteArray withServers(const QByteArray &servers, const QByteArray &more = {})
{
    return smallProfile({}, R"(, "servers": [ )" + servers + " ]" + more);
}

QByteArray withRule(const QByteArray &rule)
{
    return smallProfile({}, R"(, "rules": [ { "action": "direct", )" + rule + " } ]");
}

QString errorList(const QList<ProfileError> &errors)
{
    QStringList lines;
    for (const ProfileError &error : errors)
        lines += error.toMessage().toEnglish();
    return lines.join(u'\n');
}

} // namespace

class ProfileJsonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryKey();
    void fillsInDefaults();
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void reportsAllErrorsAtOnce();
    void boundsTheNumberOfErrors();
    void boundsTheLengthOfMessages();
    void refusesTooLargeInput();
    void survivesTruncation();
    void survivesChangedBytes();
    void roundTrips();
    void writesWhatWasChanged();
    void writesOnlyWhatWasChosen();
    void hashesAndVerifiesPasswords();
    void knowsAnIndependentHash();
};

void ProfileJsonTest::readsEveryKey()
{
    const auto document = parseProfile(wholeProfile());
    QVERIFY2(document, qPrintable(document ? QString() : errorList(document.error())));
    const Profile &profile = document->profile;
    QCOMPARE(profile.listeners.size(), 3);
    QCOMPARE(profile.listeners[0].name, u"Local"_s);
    QCOMPARE(profile.listeners[0].endpoint().toString(), u"127.0.0.1:1080"_s);
    QCOMPARE(profile.listeners[0].protocols,
             engine::Protocol::Socks4 | engine::Protocol::Socks5 | engine::Protocol::Http);
    QCOMPARE(profile.listeners[0].clients.size(), 2);
    QCOMPARE(profile.listeners[1].authentication, engine::Authentication::Password);
    QCOMPARE(profile.listeners[1].endpoint().toString(), u"[::]:1081"_s);
    QVERIFY(profile.listeners[2].open);
    QCOMPARE(profile.listeners[1].udpFiltering, engine::UdpFiltering::AddressAndPortDependent);
    QCOMPARE(profile.listeners[2].udpFiltering, engine::UdpFiltering::EndpointIndependent);
    QCOMPARE(profile.users.size(), 1);
    QCOMPARE(profile.users[0].name, u"alice"_s);
    QCOMPARE(profile.users[0].password.iterations, 1000);
    QCOMPARE(profile.users[0].password.salt.size(), 16);
    QCOMPARE(profile.users[0].password.hash, QByteArray(kHashLength, 'h'));
    QCOMPARE(profile.servers.size(), 3);
    QCOMPARE(profile.servers[0], (engine::ServerProfile{.id = u"office"_s,
                                                        .name = u"Office"_s,
                                                        .protocol = engine::ServerProtocol::Socks5,
                                                        .host = u"proxy.example"_s,
                                                        .port = 1080,
                                                        .username = u"bob"_s,
                                                        .resolveNames = engine::NameResolution::Remote,
                                                        .tls = false,
                                                        .certificateSha256 = {},
                                                        .passwordFile = {},
                                                        .withoutPassword = false}));
    QCOMPARE(profile.servers[1].passwordFile, u"/etc/hosier/exit"_s);
    QVERIFY(profile.servers[2].tls);
    QVERIFY(profile.servers[2].withoutPassword);
    QCOMPARE(profile.servers[2].certificateSha256, QByteArray("01234567890123456789012345678901"));
    QCOMPARE(profile.servers[2].resolveNames, engine::NameResolution::Local);
    QCOMPARE(profile.routes.size(), 2);
    QCOMPARE(profile.routes[0], (engine::RouteProfile{.id = u"any"_s,
                                                      .name = u"Any"_s,
                                                      .kind = engine::RouteKind::Failover,
                                                      .members = {u"office"_s, u"out"_s}}));
    QCOMPARE(profile.routes[1].kind, engine::RouteKind::Chain);
    QCOMPARE(profile.rules.size(), 2);
    const engine::RuleProfile &rule = profile.rules[0];
    QCOMPARE(rule.name, u"Local network"_s);
    QVERIFY(rule.enabled && rule.tree);
    QCOMPARE(rule.applications, QStringList({u"firefox"_s, u"/opt/app*/bin/x*"_s}));
    QCOMPARE(rule.users, QStringList{u"alice"_s});
    QCOMPARE(rule.clients.size(), 1);
    QCOMPARE(rule.hosts.size(), 5);
    QCOMPARE(rule.ports, (QList<engine::PortRange>{{80, 80}, {8000, 9000}}));
    QCOMPARE(rule.transports, engine::Transport::Tcp | engine::Transport::Udp);
    QCOMPARE(rule.action, engine::Action::direct());
    QVERIFY(!profile.rules[1].enabled);
    QCOMPARE(profile.rules[1].action, engine::Action::byWayOf(u"any"_s));
    QCOMPARE(profile.defaultAction, engine::Action::direct());
    QCOMPARE(profile.unidentifiedApplications, engine::Action::block());
    QVERIFY(profile.resolveForRules);
    QCOMPARE(profile.mode, engine::RoutingMode::Everything);
    QCOMPARE(profile.limits.handshakeTimeout, std::chrono::milliseconds(2500));
    QCOMPARE(profile.limits.connectTimeout, std::chrono::milliseconds(10'000));
    QCOMPARE(profile.limits.bindTimeout, std::chrono::milliseconds(40'000));
    QCOMPARE(profile.limits.idleTimeout, std::chrono::milliseconds(60'000));
    QCOMPARE(profile.limits.halfClosedTimeout, std::chrono::milliseconds(30'000));
    QCOMPARE(profile.limits.udpIdleTimeout, std::chrono::milliseconds(50'000));
    QCOMPARE(profile.limits.drainTimeout, std::chrono::milliseconds(0));
    QCOMPARE(profile.limits.maximumClients, 0);
    QCOMPARE(profile.limits.maximumClientsPerAddress, 100);
    QCOMPARE(profile.relayPump, engine::RelayPump::Portable);
}

void ProfileJsonTest::fillsInDefaults()
{
    const auto document = parseProfile(smallProfile());
    QVERIFY(document);
    const engine::ListenerProfile listener = document->profile.listeners.value(0);
    QCOMPARE(listener.protocols, engine::Protocol::Socks4 | engine::Protocol::Socks5);
    QCOMPARE(listener.authentication, engine::Authentication::None);
    QVERIFY(listener.clients.isEmpty());
    QVERIFY(!listener.open);
    QCOMPARE(document->profile.limits, engine::Limits());
    QCOMPARE(document->profile.relayPump, engine::RelayPump::Automatic);
    QCOMPARE(document->profile.defaultAction, engine::Action::direct());
}

void ProfileJsonTest::accepts_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF") + smallProfile();
    QTest::newRow("http next to socks") << smallProfile(R"(, "protocols": ["http", "socks5"])");
    QTest::newRow("http alone") << smallProfile(R"(, "protocols": ["http"])");
    QTest::newRow("one client address without prefix") << smallProfile(R"(, "clients": ["192.0.2.7"])");
    QTest::newRow("IPv6 loopback without password") << listenerAt(R"("::1")");
    QTest::newRow("any 127/8 address without password") << listenerAt(R"("127.9.9.9")");
    QTest::newRow("default action block") << smallProfile({}, R"(, "defaultAction": "block")");
    QTest::newRow("enabled rule") << smallProfile({}, R"(, "rules": [ { "action": "block" } ])");
    QTest::newRow("everything by way of a server")
        << withServers(server("a"), R"(, "defaultAction": "proxy:a", "mode": "everything")");
    QTest::newRow("wildcards at both ends of a name") << withRule(R"("hosts": ["*", "*.mail.*", "mail.*"])");
    QTest::newRow("wildcards at names with numbers") << withRule(
        R"("hosts": ["www.*", "*.10.in-addr.arpa", "10.example.*", "1und1.*", "*.7-zip.*", "a10.*"])");
    QTest::newRow("names with numbers, dashes and underscores")
        << withRule(R"("hosts": ["box7", "7", "10.example", "1-2.example", "10.0-1.example", "555-1234",
                                 "_sip._tcp.example", "a--b", "xn--bcher-kva.example", "bücher.example"])");
    QTest::newRow("names with the dot of the root")
        << withRule(R"("hosts": ["example.org.", "*.lan.", "10.0.0.1.", "::1."])");
    QTest::newRow("IPv6 addresses") << withRule(
        R"("hosts": ["::1", "[::1]", "::", "fe80::1%lo", "fe80::1%eth987", "::ffff:10.0.0.1",
                                 "2001:db8::/32", "::ffff:10.0.0.0/104", "fc00::-fdff::", "[::1]-[::9]"])");
    QTest::newRow("IPv4 addresses") << withRule(
        R"("hosts": ["10.0.0.1", "0.0.0.0/0", "10.0.0.0/8", "10.0.0.1-10.0.0.1", "0.0.0.0"])");
    QTest::newRow("disabled rule that decides otherwise")
        << smallProfile({}, R"(, "rules": [ { "action": "block", "enabled": false } ])");
    QTest::newRow("route used by two others")
        << withServers(server("a"), R"(, "routes": [ { "id": "r", "kind": "chain", "members": ["a"] },
               { "id": "s", "kind": "balance", "members": ["r", "a"] },
               { "id": "t", "kind": "failover", "members": ["r", "s"] } ])");
    QTest::newRow("shortest timeout") << smallProfile({}, R"(, "limits": { "idleTimeoutSeconds": 0.01 })");
    QTest::newRow("name beyond ASCII")
        << userProfile(QByteArray(password("1000", "AAECAwQFBgc=", QByteArray(kHashLength, 'x').toBase64()))
                           .replace("bob", "bøb"));
}

void ProfileJsonTest::accepts()
{
    QFETCH(QByteArray, json);
    const auto document = parseProfile(json);
    QVERIFY2(document, qPrintable(document ? QString() : errorList(document.error())));
}

void ProfileJsonTest::refuses_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("message"); ///< part of it
    const auto row = [](const char *name, const QByteArray &json, const char *path, const char *message) {
        QTest::newRow(name) << json << QString::fromUtf8(path) << QString::fromUtf8(message);
    };
    const QByteArray hash = QByteArray(kHashLength, 'h').toBase64();

    row("empty input", "", "$", "the profile is empty");
    row("blank input", " \n", "$", "the profile is empty");
    row("not JSON, from its beginning", "oops", "$", "line 1, column");
    row("not JSON, with its place", "{\n  \"version\": 1,\n  oops\n}", "$", "line 3");
    row("a list", "[]", "$", "object");
    row("no version", R"({ "listeners": [] })", "$.version", "missing");
    row("a later version", R"({ "version": 2, "somethingNew": {} })", "$.version", "reads version 1");
    row("version as text", R"({ "version": "1" })", "$.version", "must be a number, not text");
    row("no listeners", R"({ "version": 1 })", "$.listeners", "missing");
    row("empty listener list", R"({ "version": 1, "listeners": [] })", "$.listeners", "at least one");
    row("listeners no list", R"({ "version": 1, "listeners": {} })", "$.listeners",
        "must be a list, not an object");
    row("listener no object", R"({ "version": 1, "listeners": [1] })", "$.listeners[0]", "must be an object");
    row("unknown key", smallProfile({}, R"(, "color": 1)"), "$.color", "unknown key");
    row("unknown key with spaces", smallProfile({}, R"(, "a b": 1)"), "$[\"a b\"]", "unknown key");
    row("unknown key of a listener", smallProfile(R"(, "adress": "")"), "$.listeners[0].adress",
        "unknown key");
    row("too many listeners", R"({ "version": 1, "listeners": [ )" + QByteArray("1,").repeated(64) + "1 ] }",
        "$.listeners", "64");

    row("no name", R"({ "version": 1, "listeners": [ { "address": "::1", "port": 1 } ] })",
        "$.listeners[0].name", "missing");
    row("empty name", R"({ "version": 1, "listeners": [ { "name": "", "address": "::1", "port": 1 } ] })",
        "$.listeners[0].name", "empty");
    row("name that forges log lines",
        R"({ "version": 1, "listeners": [ { "name": "a\nb", "address": "::1", "port": 1 } ] })",
        "$.listeners[0].name", "control characters");
    row("address as name", listenerAt(R"("localhost")"), "$.listeners[0].address",
        "not an IPv4 or IPv6 address");
    row("abbreviated address", listenerAt(R"("127.1")"), "$.listeners[0].address",
        "not an IPv4 or IPv6 address");
    row("address as number", listenerAt("1"), "$.listeners[0].address", "must be text");
    for (const char *port : {"0", "65536", "-1", "1e99"}) {
        QTest::addRow("port %s", port)
            << R"({ "version": 1, "listeners": [ { "name": "L", "address": "::1", "port": )" +
                   QByteArray(port) + " } ] }"
            << u"$.listeners[0].port"_s << u"must be from 1 to 65535"_s;
    }
    row("port as fraction",
        R"({ "version": 1, "listeners": [ { "name": "L", "address": "::1", "port": 1.5 } ] })",
        "$.listeners[0].port", "whole number");
    row("port as text",
        R"({ "version": 1, "listeners": [ { "name": "L", "address": "::1", "port": "1" } ] })",
        "$.listeners[0].port", "must be a number, not text");
    row("same endpoint twice", R"({ "version": 1, "listeners": [ { "name": "A", "address": "::1", "port": 1 },
        { "name": "B", "address": "0:0::1", "port": 1 } ] })",
        "$.listeners[1]", "$.listeners[0]");
    row("open to the network by mistake", listenerAt(R"("0.0.0.0")"), "$.listeners[0].address",
        "\"open\" to true");
    row("open to the network by IPv6", listenerAt(R"("::")"), "$.listeners[0].address", "\"open\" to true");
    row("open is false", listenerAt(R"("192.0.2.1")", R"(, "open": false)"), "$.listeners[0].address",
        "whoever");
    row("open as text", smallProfile(R"(, "open": "yes")"), "$.listeners[0].open", "true or false");
    row("unknown protocol", smallProfile(R"(, "protocols": ["socks5", "ftp"])"),
        "$.listeners[0].protocols[1]", "\"ftp\" is none of \"socks4\", \"socks5\", \"http\"");
    row("protocol listed twice", smallProfile(R"(, "protocols": ["socks5", "socks5"])"),
        "$.listeners[0].protocols[1]", "twice");
    row("no protocols", smallProfile(R"(, "protocols": [])"), "$.listeners[0].protocols", "at least one");
    row("unknown filtering", smallProfile(R"(, "udpFiltering": "none")"), "$.listeners[0].udpFiltering",
        "\"none\" is none of");
    row("unknown authentication", smallProfile(R"(, "authentication": "kerberos")"),
        "$.listeners[0].authentication", "\"kerberos\" is none of");
    row("password that nobody has", smallProfile(R"(, "authentication": "password")"),
        "$.listeners[0].authentication", "nobody could log in");
    row("password that nobody has, open", smallProfile(R"(, "authentication": "password", "open": true)"),
        "$.listeners[0].authentication", "nobody could log in");
    row("password and an empty list of users",
        smallProfile(R"(, "authentication": "password")", R"(, "users": [])"),
        "$.listeners[0].authentication", "nobody could log in");
    row("client range with host bits", smallProfile(R"(, "clients": ["127.0.0.1/8"])"),
        "$.listeners[0].clients[0]", "has bits set behind its prefix: write \"127.0.0.0/8\"");
    row("client range as name", smallProfile(R"(, "clients": ["::1", "localhost"])"),
        "$.listeners[0].clients[1]", "not an address");

    row("user without password", userProfile(R"({ "name": "bob" })"), "$.users[0].password", "missing");
    row("user with plain password", userProfile(R"({ "name": "bob", "password": "secret" })"),
        "$.users[0].password", "must be an object, not text");
    row("user name too long",
        userProfile(QByteArray(password("1000", "AAECAwQFBgc=", hash)).replace("bob", QByteArray(256, 'b'))),
        "$.users[0].name", "255");
    row("same user twice",
        userProfile(password("1000", "AAECAwQFBgc=", hash) + "," + password("1000", "AAECAwQFBgc=", hash)),
        "$.users[1].name", "already");
    row("few iterations", userProfile(password("999", "AAECAwQFBgc=", hash)),
        "$.users[0].password.iterations", "1000");
    row("iterations that would stall", userProfile(password("5000001", "AAECAwQFBgc=", hash)),
        "$.users[0].password.iterations", "5000000");
    row("salt no base64", userProfile(password("1000", "not base64!", hash)), "$.users[0].password.salt",
        "base64");
    row("short salt", userProfile(password("1000", "AAEC", hash)), "$.users[0].password.salt",
        "8 to 64 bytes");
    row("short hash", userProfile(password("1000", "AAECAwQFBgc=", "AAEC")), "$.users[0].password.hash",
        "base64 of 64 bytes, not of 3");
    row("other scheme", userProfile(password("1000", "AAECAwQFBgc=", hash).replace("pbkdf2-sha512", "md5")),
        "$.users[0].password.scheme", "\"md5\"");

    row("server without host", withServers(R"({ "id": "a", "protocol": "socks5", "port": 1 })"),
        "$.servers[0].host", "missing");
    row("server's unknown protocol", withServers(server("a").replace("socks5", "ssh")),
        "$.servers[0].protocol", "\"ssh\"");
    row("server's password in the profile", withServers(server("a", R"(, "password": "x")")),
        "$.servers[0].password", "unknown key");
    row("server's name resolution", withServers(server("a", R"(, "resolveNames": "maybe")")),
        "$.servers[0].resolveNames", "\"maybe\"");
    row("server without a password, from a file",
        withServers(server("a", R"(, "withoutPassword": true, "passwordFile": "/p")")),
        "$.servers[0].withoutPassword", "passwordFile");
    row("server's tls", withServers(server("a", R"(, "tls": 1)")), "$.servers[0].tls", "true or false");
    row("server's port", withServers(server("a").replace("\"port\": 1", "\"port\": 0")), "$.servers[0].port",
        "from 1");
    row("id with a colon", withServers(server("a:b")), "$.servers[0].id", "may hold only");
    row("same id twice", withServers(server("a") + "," + server("a")), "$.servers[1].id", "$.servers[0].id");
    row("route with a server's id",
        withServers(server("a"), R"(, "routes": [ { "id": "a", "kind": "chain", "members": ["a"] } ])"),
        "$.routes[0].id", "$.servers[0].id");
    row("route's kind",
        withServers(server("a"), R"(, "routes": [ { "id": "r", "kind": "x", "members": ["a"] } ])"),
        "$.routes[0].kind", "\"x\" is none of");
    row("route without members",
        withServers(server("a"), R"(, "routes": [ { "id": "r", "kind": "chain", "members": [] } ])"),
        "$.routes[0].members", "at least one");
    row("route with an unknown member",
        withServers(server("a"), R"(, "routes": [ { "id": "r", "kind": "chain", "members": ["a", "b"] } ])"),
        "$.routes[0].members[1]", "\"b\"");
    row("route that contains itself",
        smallProfile({}, R"(, "routes": [ { "id": "r", "kind": "chain", "members": ["r"] } ])"),
        "$.routes[0].members", "r → r");
    row("route that contains itself by way of others",
        smallProfile({}, R"(, "routes": [ { "id": "q", "kind": "chain", "members": ["r"] },
            { "id": "r", "kind": "chain", "members": ["s"] },
            { "id": "s", "kind": "chain", "members": ["r"] } ])"),
        "$.routes[1].members", "r → s → r");

    row("rule without action", smallProfile({}, R"(, "rules": [ {} ])"), "$.rules[0].action", "missing");
    row("rule's unknown action", smallProfile({}, R"(, "rules": [ { "action": "reject" } ])"),
        "$.rules[0].action", "\"reject\"");
    row("rule by way of an unknown server",
        smallProfile({}, R"(, "rules": [ { "action": "proxy:x", "enabled": false } ])"), "$.rules[0].action",
        "\"x\"");
    row("rule's enabled as number", withRule(R"("enabled": 1)"), "$.rules[0].enabled", "true or false");
    row("rule's port", withRule(R"("ports": ["80", "http"])"), "$.rules[0].ports[1]", "\"http\"");
    row("rule's port as number", withRule(R"("ports": [80])"), "$.rules[0].ports[0]", "must be text");
    row("rule's port with a sign", withRule(R"("ports": ["+80"])"), "$.rules[0].ports[0]", "\"+80\"");
    row("rule's ports backwards", withRule(R"("ports": ["90-80"])"), "$.rules[0].ports[0]", "\"90-80\"");
    row("rule's port too large", withRule(R"("ports": ["80-65536"])"), "$.rules[0].ports[0]", "neither");
    row("rule's address block with host bits", withRule(R"("hosts": ["10.0.0.1/8"])"), "$.rules[0].hosts[0]",
        "\"10.0.0.1/8\" has bits set behind its prefix: write \"10.0.0.0/8\"");
    row("rule's IPv6 block with host bits", withRule(R"("hosts": ["2001:db8::1/32"])"), "$.rules[0].hosts[0]",
        "write \"2001:db8::/32\"");
    row("rule's address block with too long a prefix", withRule(R"("hosts": ["10.0.0.1/33"])"),
        "$.rules[0].hosts[0]", "is not an address block");
    row("rule's addresses backwards", withRule(R"("hosts": ["10.0.0.9-10.0.0.1"])"), "$.rules[0].hosts[0]",
        "range");
    row("rule's addresses of two families", withRule(R"("hosts": ["10.0.0.9-::1"])"), "$.rules[0].hosts[0]",
        "range");
    row("rule's host with a space", withRule(R"("hosts": ["a b"])"), "$.rules[0].hosts[0]", "space");
    row("rule's clients with host bits", withRule(R"("clients": ["192.168.1.7/16"])"),
        "$.rules[0].clients[0]", "has bits set behind its prefix: write \"192.168.0.0/16\"");
    row("rule's clients", withRule(R"("clients": ["me"])"), "$.rules[0].clients[0]", "\"me\"");
    row("rule's wildcard inside a label", withRule(R"("hosts": ["ex*mple.org"])"), "$.rules[0].hosts[0]",
        "whole labels");
    const auto host = [&row](const char *name, const char *entry, const char *message) {
        row(name, withRule(R"("hosts": [")" + QByteArray(entry) + R"("])"), "$.rules[0].hosts[0]", message);
    };
    host("rule's addresses with a wildcard", "192.168.*", "write a block");
    host("rule's short addresses with a wildcard", "10.*", "write a block");
    host("rule's addresses with two wildcards", "172.16.*.*", "write a block");
    host("rule's addresses with a wildcard in a number", "10.1*", "write a block");
    host("rule's addresses with a wildcard before them", "*.168.1.1", "write a block");
    host("rule's address with a number too large", "10.0.0.256", "neither a name nor an address");
    host("rule's address too short", "10.0.0", "neither a name nor an address");
    host("rule's address too long", "10.0.0.1.1", "neither a name nor an address");
    host("rule's address with a leading zero", "10.0.0.010", "neither a name nor an address");
    host("rule's IPv6 address that is none", "fe80:::1", "neither a name nor an address");
    host("rule's range of numbers too large", "10.0.0.256-10.0.0.300", "range");
    host("rule's host with a dot before it", ".example.org", "\"*.lan\"");
    host("rule's host with an empty label", "example..org", "missing before or after a dot");
    host("rule's host of a dot", ".", "missing before or after a dot");
    host("rule's wildcard before an empty label", "*..org", "missing before or after a dot");
    host("rule's wildcard for a character", "ex?mple.org", "\"?\" is no wildcard");
    host("rule's wildcard for a digit", "10.0.0.?", "\"?\" is no wildcard");
    host("rule's host with a port", "example.org:443", "belongs into \"ports\"");
    host("rule's address with a port", "10.0.0.1:80", "belongs into \"ports\"");
    host("rule's IPv6 address with a port", "[::1]:80", "belongs into \"ports\"");
    host("rule's URL", "http://example.org", "is a URL");
    host("rule's list of hosts", "a.org, b.org", "more than one entry");
    row("rule's list of programs", withRule(R"("applications": ["firefox, curl"])"),
        "$.rules[0].applications[0]", "more than one entry");
    row("rule's part of a path", withRule(R"("applications": ["bin/curl"])"), "$.rules[0].applications[0]",
        "whole path");
    row("rule's program with a space behind it", withRule(R"("applications": ["curl "])"),
        "$.rules[0].applications[0]", "leave that out");
    row("rule's program by way of dots", withRule(R"("applications": ["/usr/bin/../bin/curl"])"),
        "$.rules[0].applications[0]", "write \"/usr/bin/curl\"");
    row("rule's wildcard between labels", withRule(R"("hosts": ["a.*.org"])"), "$.rules[0].hosts[0]",
        "whole labels");
    row("rule that sends UDP where it cannot go",
        withServers(R"({ "id": "h", "protocol": "http", "host": "h", "port": 1 })",
                    R"(, "rules": [ { "transports": ["udp"], "action": "proxy:h" } ])"),
        "$.rules[0].action", "cannot carry UDP");
    row("rule that sends UDP along a chain that cannot carry it",
        withServers(server("a") + R"(, { "id": "h", "protocol": "http", "host": "h", "port": 1 })",
                    R"(, "routes": [ { "id": "r", "kind": "chain", "members": ["a", "h"] } ],
                       "rules": [ { "transports": ["udp"], "action": "proxy:r" } ])"),
        "$.rules[0].action", "cannot carry UDP");
    row("chain of too many servers", withServers(server("a"), R"(, "routes": [
            { "id": "r", "kind": "chain", "members": ["a", "a", "a", "a"] },
            { "id": "s", "kind": "chain", "members": ["r", "r", "a"] } ])"),
        "$.routes[1].members", "more than 8");
    row("names remote by SOCKS4",
        withServers(
            R"({ "id": "a", "protocol": "socks4", "host": "h", "port": 1, "resolveNames": "remote" })"),
        "$.servers[0].resolveNames", "socks4a");
    row("pinned certificate without TLS",
        withServers(server("a", R"(, "certificateSha256": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")")),
        "$.servers[0].certificateSha256", "tls");
    row("pinned certificate of the wrong size",
        withServers(server("a", R"(, "tls": true, "certificateSha256": "MDEy")")),
        "$.servers[0].certificateSha256", "");
    row("colon in the name for Basic",
        withServers(R"({ "id": "a", "protocol": "http", "host": "h", "port": 1, "username": "a:b" })"),
        "$.servers[0].username", "colon");
    row("unidentified applications by way of nothing",
        smallProfile({}, R"(, "unidentifiedApplications": "proxy:x")"), "$.unidentifiedApplications",
        "\"x\"");
    row("unidentified applications unknown", smallProfile({}, R"(, "unidentifiedApplications": "ask")"),
        "$.unidentifiedApplications", "is none of \"default\", \"direct\", \"block\", \"proxy:ID\"");
    row("unknown mode", smallProfile({}, R"(, "mode": "sometimes")"), "$.mode", "\"sometimes\"");
    row("rule's transport", withRule(R"("transports": ["sctp"])"), "$.rules[0].transports[0]", "\"sctp\"");
    row("default action by way of nothing", smallProfile({}, R"(, "defaultAction": "proxy:")"),
        "$.defaultAction", "no server or route");
    row("default action unknown", smallProfile({}, R"(, "defaultAction": "maybe")"), "$.defaultAction",
        "\"maybe\"");

    row("unknown limit", smallProfile({}, R"(, "limits": { "maximumCats": 1 })"), "$.limits.maximumCats",
        "unknown key");
    row("timeout of zero", smallProfile({}, R"(, "limits": { "handshakeTimeoutSeconds": 0 })"),
        "$.limits.handshakeTimeoutSeconds", "0.01 to 3600");
    row("timeout too long", smallProfile({}, R"(, "limits": { "connectTimeoutSeconds": 3601 })"),
        "$.limits.connectTimeoutSeconds", "0.01 to 3600");
    row("timeout as text", smallProfile({}, R"(, "limits": { "idleTimeoutSeconds": "60" })"),
        "$.limits.idleTimeoutSeconds", "must be a number");
    row("negative count", smallProfile({}, R"(, "limits": { "maximumClients": -1 })"),
        "$.limits.maximumClients", "0 to 1000000");
    row("unknown relay pump", smallProfile({}, R"(, "relayPump": "magic")"), "$.relayPump", "\"magic\"");
}

void ProfileJsonTest::refuses()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, path);
    QFETCH(QString, message);
    const auto document = parseProfile(json);
    QVERIFY(!document);
    QCOMPARE(document.error().size(), 1);
    QCOMPARE(document.error()[0].path, path);
    QVERIFY2(document.error()[0].message.toEnglish().contains(message),
             qPrintable(errorList(document.error())));
}

void ProfileJsonTest::reportsAllErrorsAtOnce()
{
    const auto document =
        parseProfile(R"({ "version": 1, "listeners": [ { "name": 1, "address": "x", "port": 0 } ],
        "limits": [], "defaultAction": "maybe", "extra": true })");
    QVERIFY(!document);
    QStringList paths;
    for (const ProfileError &error : document.error())
        paths += error.path;
    paths.sort();
    QCOMPARE(paths,
             QStringList({u"$.defaultAction"_s, u"$.extra"_s, u"$.limits"_s, u"$.listeners[0].address"_s,
                          u"$.listeners[0].name"_s, u"$.listeners[0].port"_s}));
}

void ProfileJsonTest::boundsTheNumberOfErrors()
{
    const auto document =
        parseProfile(smallProfile({}, R"(, "rules": [ )" + QByteArray("1,").repeated(999) + "1 ]"));
    QVERIFY(!document);
    QCOMPARE(document.error().size(), 101);
    QCOMPARE(document.error().constLast().message.toEnglish(), u"further errors: 900"_s);
}

void ProfileJsonTest::boundsTheLengthOfMessages()
{
    const QByteArray longText(100'000, 'x');
    const auto document = parseProfile(
        smallProfile(R"(, "protocols": [")" + longText + R"("])", R"(, ")" + longText + R"(": 1)"));
    QVERIFY(!document);
    QCOMPARE(document.error().size(), 2);
    for (const ProfileError &error : document.error())
        QVERIFY(error.toMessage().toEnglish().size() < 200);
}

void ProfileJsonTest::refusesTooLargeInput()
{
    const auto document = parseProfile(QByteArray(engine::kMaximumProfileSize + 1, ' '));
    QVERIFY(!document);
    QCOMPARE(document.error().size(), 1);
    QVERIFY(document.error()[0].message.toEnglish().contains(u"larger"_s));
}

void ProfileJsonTest::survivesTruncation()
{
    const QByteArray json = wholeProfile();
    for (qsizetype size = 0; size < json.size(); ++size)
        QVERIFY2(!parseProfile(json.first(size)), qPrintable(QString::number(size)));
}

void ProfileJsonTest::survivesChangedBytes()
{
    const QByteArray json = wholeProfile();
    for (const char byte : {'\0', '"', '[', '}', '9', '-', '\xff'}) {
        for (qsizetype i = 0; i < json.size(); ++i) {
            QByteArray changed = json;
            changed[i] = byte;
            const auto document = parseProfile(changed);
            if (document) // What is accepted must be writable and readable again.
                QVERIFY(parseProfile(QJsonDocument(document->json).toJson()));
            else
                QVERIFY(!document.error().isEmpty());
        }
    }
}

void ProfileJsonTest::roundTrips()
{
    const auto first = parseProfile(wholeProfile());
    QVERIFY(first);
    const QJsonObject written = engine::profileToJson(first->profile, first->json);
    const auto second = parseProfile(QJsonDocument(written).toJson());
    QVERIFY2(second, qPrintable(second ? QString() : errorList(second.error())));
    QVERIFY(second->profile == first->profile);
    const auto bare = parseProfile(QJsonDocument(engine::profileToJson(first->profile)).toJson());
    QVERIFY(bare);
    QVERIFY(bare->profile == first->profile);
}

void ProfileJsonTest::writesWhatWasChanged()
{
    const auto document = parseProfile(wholeProfile());
    QVERIFY(document);
    Profile changed = document->profile;
    changed.listeners.removeLast();
    changed.listeners[0].port = 9050;
    const QJsonObject written = engine::profileToJson(changed, document->json);
    const auto reread = parseProfile(QJsonDocument(written).toJson());
    QVERIFY(reread);
    QVERIFY(reread->profile == changed);
}

void ProfileJsonTest::writesOnlyWhatWasChosen()
{
    const auto document = parseProfile(smallProfile());
    QVERIFY(document);
    const QJsonObject written = engine::profileToJson(document->profile);
    QVERIFY(!written.contains("limits"_L1));
    QVERIFY(!written.contains("relayPump"_L1));
    for (const auto key : {"users"_L1, "servers"_L1, "routes"_L1, "rules"_L1, "mode"_L1, "resolveForRules"_L1,
                           "unidentifiedApplications"_L1})
        QVERIFY2(!written.contains(key), key.data());
    const QJsonObject listener = written.value("listeners"_L1).toArray().at(0).toObject();
    QVERIFY(!listener.contains("open"_L1));
    QVERIFY(!listener.contains("udpFiltering"_L1));
    QVERIFY(!listener.contains("clients"_L1));
}

void ProfileJsonTest::hashesAndVerifiesPasswords()
{
    const QByteArray password = "correct horse\xC3\xB8";
    const engine::PasswordHash hash = engine::hashPassword(password);
    QCOMPARE(hash.iterations, engine::kPasswordIterations);
    QCOMPARE(hash.salt.size(), 16);
    QCOMPARE(hash.hash.size(), kHashLength);
    QVERIFY(engine::verifyPassword(password, hash));
    QVERIFY(!engine::verifyPassword(password + "x", hash));
    QVERIFY(!engine::verifyPassword({}, hash));
    QVERIFY(engine::hashPassword(password).salt != hash.salt);
    QVERIFY(!engine::verifyPassword({}, engine::PasswordHash()));
}

/// hashlib.pbkdf2_hmac('sha512', b'secret', bytes(range(16)), 1000)
void ProfileJsonTest::knowsAnIndependentHash()
{
    engine::PasswordHash hash;
    hash.iterations = 1000;
    hash.salt = QByteArray::fromHex("000102030405060708090a0b0c0d0e0f");
    hash.hash = QByteArray::fromHex("f25b652dee5c23a28dad63a63059138b6884edf11724a24947d9618ddff14a7ebcfb13aa"
                                    "cefda1db40b8203bff7a7aa5c7c7fa01a44713ee979ef1ca5ca8408c");
    QCOMPARE(hash.hash.size(), kHashLength);
    QVERIFY(engine::verifyPassword("secret", hash));
    hash.hash[kHashLength - 1] = static_cast<char>(hash.hash[kHashLength - 1] ^ 1);
    QVERIFY(!engine::verifyPassword("secret", hash));
}

QTEST_GUILESS_MAIN(ProfileJsonTest)
#include "tst_profilejson.moc"
