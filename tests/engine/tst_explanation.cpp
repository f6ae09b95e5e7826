// SPDX-License-Identifier: MIT
#include "engine/explanation.h"

#include "engine/profile_json.h"
#include "engine/rules/possible_actions.h"

#include <QNetworkInterface>
#include <QTest>

#include <algorithm>

using namespace engine;
using namespace Qt::StringLiterals;

namespace
{

constexpr auto kProfile = R"({
  "version": 1,
  "listeners": [ { "name": "L", "address": "127.0.0.1", "port": 1080 } ],
  "servers": [ { "id": "a", "name": "Office", "protocol": "socks5", "host": "h", "port": 1 },
               { "id": "b", "protocol": "http", "host": "h", "port": 2 } ],
  "routes": [ { "id": "r", "name": "Both", "kind": "chain", "members": ["a", "b"] } ],
  "rules": [ { "name": "Off", "enabled": false, "action": "block" },
             { "name": "Ssh", "applications": ["ssh"], "action": "block" },
             { "applications": ["/usr/bin/cur?"], "hosts": ["*.example"], "transports": ["tcp"], "action": "proxy:r" },
             { "name": "Users", "users": ["alice"], "clients": ["192.0.2.0/24"], "action": "proxy:a" } ],
  "defaultAction": "direct"
})";

Profile profile()
{
    const auto document = parseProfile(QByteArray(kProfile));
    return document ? document->profile : Profile();
}

ExplainRequest request(const QString &host)
{
    ExplainRequest request;
    request.application.program.name = u"curl"_s;
    request.application.program.path = u"/usr/bin/curl"_s;
    request.host = host;
    request.port = 443;
    return request;
}

} // namespace

class TestExplanation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesRulesRouteAndServers();
    void namesTheDefault();
    void knowsWhoAsks();
    void knowsNobody();
    void knowsALocalClientByItsAddressInTheNetwork();
    void knowsThisMachineByItsAddresses();
    void asksRulesOnAddressesAboutAResolvedName();
    void choosesServersForWhatTheyAreAskedFor();
    void knowsItsOwnListeners_data();
    void knowsItsOwnListeners();
    void saysThatTheModeDecides();
    void listsWhatMayHappen();
    void choosesServersByTheirHealth_data();
    void choosesServersByTheirHealth();
    void choosesServersByWhatTheyCarry_data();
    void choosesServersByWhatTheyCarry();
    void saysWhoLooksNamesUp_data();
    void saysWhoLooksNamesUp();
};

void TestExplanation::namesRulesRouteAndServers()
{
    const Explanation explanation = explainRequest(profile(), request(u"www.example"_s));
    QCOMPARE(explanation.rules.size(), 3);
    QCOMPARE(explanation.rules[0].reason, u"disabled"_s);
    QVERIFY(!explanation.rules[1].matched);
    QVERIFY(explanation.rules[1].reason.contains(u"\"ssh\""_s));
    QVERIFY(explanation.rules[2].matched);
    QCOMPARE(explanation.rule, 2);
    QCOMPARE(explanation.action, Action::byWayOf(u"r"_s));
    QCOMPARE(explanation.route, u"Both"_s);
    QCOMPARE(explanation.servers, QStringList({u"Office"_s, u"b"_s}));
    const QStringList lines = explanation.toLines();
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines[0], u"rule 1 \"Off\": disabled"_s);
    QCOMPARE(lines[2], u"rule 3: matches"_s);
    QVERIFY2(lines[3].startsWith(u"decision: by way of Both (Office \u2192 b)"_s), qPrintable(lines[3]));
    QVERIFY2(lines[4].startsWith(u"address: the last server looks the name up"_s), qPrintable(lines[4]));
}

void TestExplanation::choosesServersByTheirHealth_data()
{
    QTest::addColumn<RouteKind>("kind");
    QTest::addColumn<QStringList>("dead");
    QTest::addColumn<QStringList>("servers");
    QTest::addColumn<QStringList>("passedOver");
    const QString second = profile().servers[1].shownName();
    QTest::newRow("all well") << RouteKind::Failover << QStringList() << QStringList{u"Office"_s}
                              << QStringList();
    QTest::newRow("the first is dead")
        << RouteKind::Failover << QStringList{u"a"_s} << QStringList{second} << QStringList{u"Office"_s};
    QTest::newRow("one that is not needed is dead")
        << RouteKind::Failover << QStringList{u"b"_s} << QStringList{u"Office"_s} << QStringList();
    QTest::newRow("all are dead") << RouteKind::Failover << QStringList{u"a"_s, u"b"_s}
                                  << QStringList{u"Office"_s} << QStringList();
    QTest::newRow("nobody of that name")
        << RouteKind::Failover << QStringList{u"x"_s} << QStringList{u"Office"_s} << QStringList();
    QTest::newRow("no choice") << RouteKind::Chain << QStringList{u"a"_s} << QStringList{u"Office"_s, second}
                               << QStringList();
}

void TestExplanation::choosesServersByTheirHealth()
{
    QFETCH(const RouteKind, kind);
    QFETCH(const QStringList, dead);
    QFETCH(const QStringList, servers);
    Profile changed = profile();
    changed.routes[0].kind = kind;
    ExplainRequest asked = request(u"www.example"_s);
    asked.deadServers = dead;
    const Explanation explanation = explainRequest(changed, asked);
    QCOMPARE(explanation.servers, servers);
    QTEST(explanation.passedOver, "passedOver");
    const QString told = explanation.toLines().at(explanation.rules.size());
    QCOMPARE(told.contains(u"; down: Office)"_s), !explanation.passedOver.isEmpty());
    QCOMPARE(told.contains(u"; the first member that works"_s), kind == RouteKind::Failover);
}

void TestExplanation::choosesServersByWhatTheyCarry_data()
{
    QTest::addColumn<QList<ServerProtocol>>("protocols");
    QTest::addColumn<Transport>("transport");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("told");
    using P = ServerProtocol;
    const QString name = u"www.example"_s;
    QTest::newRow("TCP by the first") << QList{P::Http, P::Socks5} << Transport::Tcp << name
                                      << u"by way of Both (Office; the first member that works)"_s;
    QTest::newRow("UDP by the one that carries it") << QList{P::Http, P::Socks5} << Transport::Udp << name
                                                    << u"by way of Both (b; the first member that works)"_s;
    QTest::newRow("UDP by none") << QList{P::Http, P::Socks4a} << Transport::Udp << name
                                 << u"by way of Both, which fails: "_s;
    QTest::newRow("IPv6 not by SOCKS4") << QList{P::Socks4, P::Socks5} << Transport::Tcp << u"2001:db8::1"_s
                                        << u"by way of Both (b; the first member that works)"_s;
    QTest::newRow("IPv6 by none") << QList{P::Socks4, P::Socks4a} << Transport::Tcp << u"2001:db8::1"_s
                                  << u"by way of Both, which fails: "_s;
}

void TestExplanation::choosesServersByWhatTheyCarry()
{
    QFETCH(const QList<ServerProtocol>, protocols);
    QFETCH(const QString, told);
    Profile changed = profile();
    changed.routes[0].kind = RouteKind::Failover;
    for (qsizetype i = 0; i < protocols.size(); ++i)
        changed.servers[i].protocol = protocols[i];
    changed.rules.clear();
    changed.defaultAction = Action::byWayOf(u"r"_s);
    QFETCH(const QString, host);
    ExplainRequest asked = request(host);
    QFETCH(const Transport, transport);
    asked.transport = transport;
    const Explanation explanation = explainRequest(changed, asked);
    const QString line = explanation.toLines().at(0);
    QVERIFY2(line.startsWith(u"decision: "_s + told), qPrintable(line));
    QCOMPARE(explanation.obstacle.isError(), told.contains(u"fails"_s));
    QCOMPARE(explanation.servers.isEmpty(), explanation.obstacle.isError());
}

void TestExplanation::saysWhoLooksNamesUp_data()
{
    QTest::addColumn<Action>("action");
    QTest::addColumn<NameResolution>("resolveNames");
    QTest::addColumn<QString>("told");
    QTest::newRow("server") << Action::byWayOf(u"a"_s) << NameResolution::Remote
                            << u"address: the last server looks the name up; "_s;
    QTest::newRow("for the server") << Action::byWayOf(u"a"_s) << NameResolution::Local
                                    << u"address: looked up here to connect; "_s;
    QTest::newRow("direct") << Action::direct() << NameResolution::Remote
                            << u"address: looked up here to connect; "_s;
    QTest::newRow("nobody") << Action::block() << NameResolution::Remote << u"address: not looked up; "_s;
}

void TestExplanation::saysWhoLooksNamesUp()
{
    QFETCH(const Action, action);
    QFETCH(const NameResolution, resolveNames);
    QFETCH(const QString, told);
    Profile changed = profile();
    changed.servers[0].resolveNames = resolveNames;
    changed.rules.clear();
    changed.defaultAction = action;
    const QString line = explainRequest(changed, request(u"www.example"_s)).toLines().at(1);
    QVERIFY2(line.startsWith(told), qPrintable(line));
}

void TestExplanation::namesTheDefault()
{
    const Explanation explanation = explainRequest(profile(), request(u"example.org"_s));
    QCOMPARE(explanation.rules.size(), 4);
    QCOMPARE(explanation.rule, -1);
    QCOMPARE(explanation.action, Action::direct());
    QVERIFY(explanation.route.isEmpty());
    QVERIFY(explanation.decidedBy.contains(u"default"_s));
}

void TestExplanation::knowsWhoAsks()
{
    ExplainRequest asked = request(u"example.org"_s);
    asked.user = u"alice"_s;
    asked.client = *Address::fromLiteral(u"192.0.2.7"_s);
    const Explanation explanation = explainRequest(profile(), asked);
    QCOMPARE(explanation.rule, 3);
    QCOMPARE(explanation.servers, QStringList{u"Office"_s});
}

void TestExplanation::knowsNobody()
{
    ExplainRequest asked = request(u"www.example"_s);
    asked.application = {};
    Profile strict = profile();
    QCOMPARE(explainRequest(strict, asked).action, Action::direct());
    strict.unidentifiedApplications = Action::block();
    QCOMPARE(explainRequest(strict, asked).action, Action::block());
}

void TestExplanation::knowsALocalClientByItsAddressInTheNetwork()
{
    ExplainRequest asked = request(u"www.example"_s);
    asked.client = *Address::fromLiteral(u"192.0.2.7"_s);
    QCOMPARE(explainRequest(profile(), asked).rule, -1);
    asked.isLocal = true;
    QCOMPARE(explainRequest(profile(), asked).rule, 2);
}

/// As it is asked on the command line, where nobody says that it is local.
void TestExplanation::knowsThisMachineByItsAddresses()
{
    const QList<QHostAddress> all = QNetworkInterface::allAddresses();
    const auto own = std::find_if(all.begin(), all.end(), [](const QHostAddress &address) {
        return !address.isLoopback() && !address.isLinkLocal();
    });
    if (own == all.end())
        QSKIP("this machine has no address besides loopback");
    ExplainRequest asked = request(u"www.example"_s);
    asked.client = Address::fromHostAddress(*own);
    QCOMPARE(explainRequest(profile(), asked).rule, 2);
}

void TestExplanation::asksRulesOnAddressesAboutAResolvedName()
{
    using Source = Explanation::AddressSource;
    Profile byAddress = profile();
    byAddress.rules[1].applications.clear();
    byAddress.rules[1].hosts << u"192.0.2.0/24"_s;
    ExplainRequest asked = request(u"example.org"_s);
    byAddress.resolveForRules = true;
    QCOMPARE(explainRequest(byAddress, asked).rule, -1);
    QCOMPARE(explainRequest(byAddress, asked).addressSource, Source::NotResolved);
    asked.isUnresolved = true;
    QCOMPARE(explainRequest(byAddress, asked).addressSource, Source::NotFound);
    asked.resolved = *Address::fromLiteral(u"192.0.2.7"_s);
    QCOMPARE(explainRequest(byAddress, asked).rule, 1);
    QCOMPARE(explainRequest(byAddress, asked).addressSource, Source::Resolved);
    QCOMPARE(explainRequest(byAddress, asked).address, asked.resolved);
    // An earlier rule decides by the name: the engine does not look it up, whatever was looked up before.
    Profile byName = byAddress;
    byName.rules[0].enabled = true;
    byName.rules[0].hosts = QStringList{asked.host};
    QCOMPARE(explainRequest(byName, asked).rule, 0);
    QCOMPARE(explainRequest(byName, asked).addressSource, Source::NotNeeded);
    QVERIFY(explainRequest(byName, asked).address.isNull());
    QVERIFY2(explainRequest(byName, asked).toLines().constLast().contains(u"not looked up for the rules"_s),
             qPrintable(explainRequest(byName, asked).toLines().constLast()));
    // The engine does not ask them any more, whatever was looked up before.
    byAddress.resolveForRules = false;
    QCOMPARE(explainRequest(byAddress, asked).rule, -1);
    QCOMPARE(explainRequest(byAddress, asked).addressSource, Source::NotWanted);
    // What was asked for as an address is that address.
    asked.host = u"198.51.100.1"_s;
    QCOMPARE(explainRequest(byAddress, asked).rule, -1);
    QCOMPARE(explainRequest(byAddress, asked).addressSource, Source::Asked);
    QCOMPARE(explainRequest(byAddress, asked).address.toString(), asked.host);
}

void TestExplanation::knowsItsOwnListeners_data()
{
    QTest::addColumn<QString>("listening");
    QTest::addColumn<QString>("host");
    QTest::addColumn<std::uint16_t>("port");
    QTest::addColumn<bool>("leadsBack");
    const auto row = [](const char *name, const char *listening, const char *host, std::uint16_t port,
                        bool leadsBack) {
        QTest::newRow(name) << QString::fromLatin1(listening) << QString::fromLatin1(host) << port
                            << leadsBack;
    };
    row("its address", "127.0.0.1", "127.0.0.1", 1'080, true);
    row("as IPv6 writes it", "127.0.0.1", "::ffff:127.0.0.1", 1'080, true);
    row("any address of this machine", "0.0.0.0", "127.0.0.2", 1'080, true);
    row("another port", "127.0.0.1", "127.0.0.1", 1'081, false);
    row("another machine", "0.0.0.0", "203.0.113.9", 1'080, false);
    row("a name that nobody has looked up", "127.0.0.1", "www.example", 1'080, false);
}

/// As the engine refuses it when it comes.
void TestExplanation::knowsItsOwnListeners()
{
    QFETCH(const QString, listening);
    QFETCH(const QString, host);
    QFETCH(const std::uint16_t, port);
    QFETCH(const bool, leadsBack);
    Profile direct = profile();
    direct.rules.clear();
    direct.listeners = {ListenerProfile()};
    direct.listeners.front().address = *Address::fromLiteral(listening);
    direct.listeners.front().port = 1'080;
    ExplainRequest asked = request(host);
    asked.port = port;
    const Explanation explanation = explainRequest(direct, asked);
    QCOMPARE(explanation.action, Action::direct());
    QCOMPARE(explanation.obstacle.code, leadsBack ? ErrorCode::LoopDetected : ErrorCode::None);
    QCOMPARE(explanation.toLines().constFirst().contains(u"direct, which fails: "_s), leadsBack);
}

/// Of the address that is asked for, which the engine has looked up, not of the name; and of BIND.
void TestExplanation::choosesServersForWhatTheyAreAskedFor()
{
    Profile some = profile();
    some.routes[0].kind = RouteKind::Failover;
    some.servers[0].protocol = ServerProtocol::Http;
    some.servers[1].protocol = ServerProtocol::Socks5;
    some.rules = {some.rules[2]};
    ExplainRequest asked = request(u"www.example"_s);
    QCOMPARE(explainRequest(some, asked).servers, QStringList{u"Office"_s});
    asked.isBind = true;
    QCOMPARE(explainRequest(some, asked).servers, QStringList{u"b"_s});
    asked.isBind = false;
    some.servers[0].protocol = ServerProtocol::Socks4a;
    RuleProfile addresses;
    addresses.hosts = QStringList{u"198.51.100.0/24"_s};
    addresses.action = Action::block();
    some.rules.prepend(addresses);
    some.resolveForRules = true;
    asked.resolved = *Address::fromLiteral(u"2001:db8::1"_s);
    QCOMPARE(explainRequest(some, asked).servers, QStringList{u"b"_s});
    some.routes[0].kind = RouteKind::Balance;
    asked.transport = Transport::Udp;
    some.rules[1].transports = Transport::Udp | Transport::Tcp;
    QVERIFY(explainRequest(some, asked).isForAssociation);
    asked.transport = Transport::Tcp;
    QVERIFY(!explainRequest(some, asked).isForAssociation);
    some.servers[0].protocol = ServerProtocol::Socks5;
    for (int i = 0; i < 50; ++i) {
        asked.resolved = Address::fromV4(0xc0000200U + static_cast<std::uint32_t>(i));
        ExplainRequest byAddress = asked;
        byAddress.host = asked.resolved.toString();
        some.rules[1].hosts.clear();
        QCOMPARE(explainRequest(some, asked).servers, explainRequest(some, byAddress).servers);
    }
}

void TestExplanation::saysThatTheModeDecides()
{
    Profile everything = profile();
    everything.mode = RoutingMode::Everything;
    everything.defaultAction = Action::byWayOf(u"a"_s);
    const Explanation explanation = explainRequest(everything, request(u"www.example"_s));
    QVERIFY(explanation.rules.isEmpty());
    QCOMPARE(explanation.servers, QStringList{u"Office"_s});
    QVERIFY(explanation.decidedBy.contains(u"mode"_s));
}

void TestExplanation::listsWhatMayHappen()
{
    using Actions = QList<Action>;
    const Action block = Action::block();
    const Action direct = Action::direct();
    const Action chain = Action::byWayOf(u"r"_s);
    const Action office = Action::byWayOf(u"a"_s);
    Profile some = profile();
    QCOMPARE(possibleActions(some, Transport::Tcp), Actions({direct, block, chain, office}));
    QCOMPARE(possibleActions(some, Transport::Udp), Actions({direct, block, office}));
    some.mode = RoutingMode::Everything;
    some.defaultAction = block;
    QCOMPARE(possibleActions(some, Transport::Udp), Actions{block});
    some.mode = RoutingMode::Direct;
    QCOMPARE(possibleActions(some, Transport::Udp), Actions{direct});
}

QTEST_GUILESS_MAIN(TestExplanation)
#include "tst_explanation.moc"
