// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/bytes.h"
#include "tests/support/fakeserver.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QHash>

// An engine that goes by way of servers that the test plays.
namespace test
{

/// A profile's servers: the last is the one to go by, or group() is.
class Servers
{
public:
    explicit Servers(engine::Profile base = openProfile())
        : profile(std::move(base))
    {
    }
    void add(const char *id, const Dialect &dialect, const engine::Endpoint &endpoint)
    {
        profile.servers << serverProfile(id, dialect, endpoint);
        passwords.insert(QString::fromLatin1(id), kServerPassword);
        profile.defaultAction = engine::Action::byWayOf(QString::fromLatin1(id));
    }
    void group(engine::RouteKind kind = engine::RouteKind::Failover)
    {
        engine::RouteProfile route{QStringLiteral("route"), {}, kind, {}};
        for (const engine::ServerProfile &server : std::as_const(profile.servers))
            route.members << server.id;
        profile.routes = {route};
        profile.defaultAction = engine::Action::byWayOf(route.id);
    }

    engine::Profile profile;
    QHash<QString, QByteArray> passwords;
};

/// An engine that goes by way of these servers.
class Proxy : public TestEngine
{
public:
    explicit Proxy(const Servers &servers)
        : TestEngine(servers.profile)
    {
        engine().setServerPasswords(servers.passwords);
    }
    /// A client that has asked and not been answered.
    [[nodiscard]] RawSocket ask(const engine::Destination &target)
    {
        RawSocket client = RawSocket::connectTo(listener());
        const QByteArray request = target.isName() ? socks5Request(target.name, target.port)
                                                   : socks5Request({target.address, target.port});
        if (!client.send(socks5Greeting() + request) || client.receive(2) != QByteArray::fromHex("0500"))
            client.close();
        return client;
    }
    /// Of the client's connection, once it has ended.
    [[nodiscard]] engine::Error errorOf(RawSocket &client)
    {
        const engine::Endpoint address = client.local();
        client.close();
        return endedOf(address).error;
    }
    [[nodiscard]] bool hears(engine::EventCode code)
    {
        return waitFor([this, code] { return hasEvent(code); });
    }
    /// Everything that the log and the interface are told, as one text.
    [[nodiscard]] QString everythingTold() const
    {
        QString all;
        for (const engine::Event &event : events())
            all += event.detail + event.error.detail.toEnglish() + event.target + event.user;
        for (const engine::Connection &connection : ended())
            all += connection.error.detail.toEnglish() + connection.targetHost + connection.user;
        return all;
    }
};

/// A target that nobody here can look up.
[[nodiscard]] inline engine::Destination nameTarget()
{
    return {{}, "target.invalid", 443};
}

/// Both ways, and each way's end.
inline void checkRelay(RawSocket &client, RawSocket &server)
{
    const QByteArray up = patternBytes(300'000, 1);
    const QByteArray down = patternBytes(300'000, 2);
    QVERIFY(client.send("question"));
    QCOMPARE(server.receive(8), QByteArray("question"));
    QVERIFY(server.send(down));
    QVERIFY(client.receive(down.size()) == down);
    QVERIFY(client.send(up));
    client.shutdownWrite();
    QVERIFY(server.receiveAll() == up);
    QCOMPARE(server.end(), StreamEnd::Fin);
    QVERIFY(server.send("last words"));
    server.close();
    QCOMPARE(client.receiveAll(), QByteArray("last words"));
    QCOMPARE(client.end(), StreamEnd::Fin);
}

} // namespace test
