// SPDX-License-Identifier: MIT
#include "tests/support/fakeserver.h"

#include "tests/support/socksclient.h"

namespace test
{

namespace
{

const QByteArray kUser = "bob";

Exchanges socks4Exchanges(const engine::Destination &target)
{
    const QByteArray request = target.isName() ? socks4aRequest(target.name, target.port)
                                               : socks4Request({target.address, target.port});
    return {{request, QByteArray::fromHex("005a1234c0000209")}};
}

Exchanges socks5Exchanges(const engine::Destination &target, bool login)
{
    const QByteArray request = target.isName() ? socks5Request(target.name, target.port)
                                               : socks5Request({target.address, target.port});
    const Exchange last{request, QByteArray::fromHex("05000001c00002091234")};
    if (!login)
        return {{socks5Greeting(), QByteArray::fromHex("0500")}, last};
    return {{socks5Greeting(QByteArray::fromHex("0002")), QByteArray::fromHex("0502")},
            {socks5Login(kUser, kServerPassword), QByteArray::fromHex("0100")},
            last};
}

Exchanges httpExchanges(const engine::Destination &target, bool login)
{
    QByteArray host = target.isName() ? target.name : target.address.toString().toLatin1();
    if (target.address.isV6())
        host = '[' + host + ']';
    host += ':' + QByteArray::number(target.port);
    QByteArray request = "CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\n";
    if (login)
        request += "Proxy-Authorization: Basic " + (kUser + ':' + kServerPassword).toBase64() + "\r\n";
    return {{request + "\r\n", "HTTP/1.1 200 Connection established\r\nVia: 1.1 fake\r\n\r\n"}};
}

bool send(RawSocket &server, const QByteArray &answer, Pace pace, const QByteArray &early)
{
    if (pace == Pace::Whole)
        return server.send(answer + early);
    return server.sendByteByByte(answer) && server.send(early);
}

} // namespace

Exchanges exchanges(const Dialect &dialect, const engine::Destination &target)
{
    switch (dialect.protocol) {
    case engine::ServerProtocol::Socks4:
    case engine::ServerProtocol::Socks4a:
        return socks4Exchanges(target);
    case engine::ServerProtocol::Socks5:
        return socks5Exchanges(target, dialect.login);
    case engine::ServerProtocol::Http:
        return httpExchanges(target, dialect.login);
    }
    Q_UNREACHABLE();
    return {};
}

engine::Destination targetFor(const Dialect &dialect)
{
    if (dialect.takesNames())
        return {{}, "target.invalid", 443};
    return {address("192.0.2.7"), {}, 443};
}

engine::ServerProfile serverProfile(const char *id, const Dialect &dialect, const engine::Endpoint &endpoint)
{
    engine::ServerProfile profile;
    profile.id = QString::fromLatin1(id);
    profile.protocol = dialect.protocol;
    profile.host = endpoint.address.toString();
    profile.port = endpoint.port;
    if (dialect.login)
        profile.username = QString::fromLatin1(kUser);
    if (!dialect.takesNames())
        profile.resolveNames = engine::NameResolution::Local;
    return profile;
}

bool play(RawSocket &server, const Exchanges &exchanges, Pace pace, const QByteArray &early)
{
    for (qsizetype i = 0; i < exchanges.size(); ++i) {
        if (server.receive(exchanges[i].request.size()) != exchanges[i].request)
            return false;
        if (!send(server, exchanges[i].answer, pace, i + 1 == exchanges.size() ? early : QByteArray()))
            return false;
    }
    return true;
}

bool playUntil(RawSocket &server, const Exchanges &exchanges, qsizetype stage)
{
    return play(server, exchanges.first(stage)) &&
           server.receive(exchanges[stage].request.size()) == exchanges[stage].request;
}

} // namespace test
