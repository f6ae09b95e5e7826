// SPDX-License-Identifier: MIT
#include "engine/rule_coverage.h"
#include "engine/rules/rule_set.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace engine;

namespace
{

RuleProfile withHosts(const QStringList &hosts)
{
    RuleProfile rule;
    rule.hosts = hosts;
    return rule;
}

RuleProfile withApplications(const QStringList &applications, bool tree = false)
{
    RuleProfile rule;
    rule.applications = applications;
    rule.tree = tree;
    return rule;
}

RuleProfile withPorts(std::uint16_t first, std::uint16_t last)
{
    RuleProfile rule;
    rule.ports = {{first, last}};
    return rule;
}

RuleProfile withClients(const QStringList &ranges)
{
    RuleProfile rule;
    for (const QString &range : ranges)
        rule.clients << AddressRange::fromString(range).value();
    return rule;
}

RuleProfile withTransports(Transports transports)
{
    RuleProfile rule;
    rule.transports = transports;
    return rule;
}

RuleProfile withUsers(const QStringList &users)
{
    RuleProfile rule;
    rule.users = users;
    return rule;
}

} // namespace

class TestRuleCoverage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comparesTwoRules_data();
    void comparesTwoRules();
    void knowsWhatMatchesEverything_data();
    void knowsWhatMatchesEverything();
    void namesTheFirst();
    void leavesOutWhatIsOff();
    void findsNothingThatDecides();
    void staysWithinItsBudget();
};

void TestRuleCoverage::comparesTwoRules_data()
{
    QTest::addColumn<RuleProfile>("earlier");
    QTest::addColumn<RuleProfile>("later");
    QTest::addColumn<bool>("covered");
    const RuleProfile any;
    const auto hosts = [](const char *row, const QStringList &earlier, const QStringList &later,
                          bool covered) {
        QTest::newRow(row) << withHosts(earlier) << withHosts(later) << covered;
    };
    QTest::newRow("the same") << withHosts({u"a.org"_s}) << withHosts({u"a.org"_s}) << true;
    QTest::newRow("anything before something") << any << withHosts({u"a.org"_s}) << true;
    QTest::newRow("something before anything") << withHosts({u"a.org"_s}) << any << false;
    QTest::newRow("different fields") << withPorts(80, 80) << withHosts({u"a.org"_s}) << false;
    hosts("a name in another case", {u"A.org."_s}, {u"a.ORG"_s}, true);
    hosts("a domain before a host", {u"*.a.org"_s}, {u"www.a.org"_s}, true);
    hosts("a domain does not hold its own name", {u"*.a.org"_s}, {u"a.org"_s}, false);
    hosts("label borders", {u"*.a.org"_s}, {u"www.ba.org"_s}, false);
    hosts("a domain in a domain", {u"*.org"_s}, {u"*.a.org"_s}, true);
    hosts("a domain around a domain", {u"*.a.org"_s}, {u"*.org"_s}, false);
    hosts("beginnings", {u"mail.*"_s}, {u"mail.a.*"_s, u"mail.org"_s}, true);
    hosts("in the middle", {u"*.mail.*"_s}, {u"*.mail.org"_s, u"a.mail.*"_s, u"a.mail.org"_s}, true);
    hosts("not in the middle", {u"*.mail.*"_s}, {u"mail.*"_s}, false);
    hosts("everything", {u"*"_s}, {u"10.0.0.0/8"_s, u"a.org"_s, u"*"_s}, true);
    hosts("not everything", {u"*.org"_s}, {u"*"_s}, false);
    hosts("a block in a block", {u"10.0.0.0/8"_s}, {u"10.1.0.0/16"_s, u"10.0.0.1-10.0.0.9"_s}, true);
    hosts("a range beyond a block", {u"10.0.0.0/31"_s}, {u"10.0.0.1-10.0.0.2"_s}, false);
    hosts("addresses and names", {u"0.0.0.0/0"_s}, {u"a.org"_s}, false);
    hosts("families", {u"0.0.0.0/0"_s}, {u"::1"_s}, false);
    hosts("one entry is not covered", {u"a.org"_s, u"b.org"_s}, {u"a.org"_s, u"c.org"_s}, false);
    QTest::newRow("ports in a range") << withPorts(1, 1'024) << withPorts(80, 443) << true;
    QTest::newRow("ports beyond a range") << withPorts(1, 442) << withPorts(80, 443) << false;
    QTest::newRow("clients") << withClients({u"192.168.0.0/16"_s}) << withClients({u"192.168.1.0/24"_s})
                             << true;
    QTest::newRow("wider clients") << withClients({u"192.168.1.0/24"_s}) << withClients({u"192.168.0.0/16"_s})
                                   << false;
    QTest::newRow("users") << withUsers({u"anna"_s, u"bob"_s}) << withUsers({u"bob"_s}) << true;
    QTest::newRow("users in another case") << withUsers({u"anna"_s}) << withUsers({u"Anna"_s}) << false;
    QTest::newRow("both transports are any")
        << withTransports(Transport::Tcp | Transport::Udp) << any << true;
    QTest::newRow("one transport is not any") << withTransports(Transport::Tcp) << any << false;
    QTest::newRow("a wildcard before a name")
        << withApplications({u"fire*"_s}) << withApplications({u"firefox"_s}) << true;
    QTest::newRow("a wildcard before a wildcard")
        << withApplications({u"*fox*"_s}) << withApplications({u"fire?ox*"_s, u"fox*"_s}) << false;
    QTest::newRow("a star stands for a question mark")
        << withApplications({u"f*x"_s}) << withApplications({u"f?x"_s}) << true;
    QTest::newRow("a question mark does not stand for a star")
        << withApplications({u"f?x"_s}) << withApplications({u"f*x"_s}) << false;
    QTest::newRow("names are not paths")
        << withApplications({u"*"_s}) << withApplications({u"/usr/bin/curl"_s}) << false;
    QTest::newRow("children need a tree")
        << withApplications({u"sh"_s}) << withApplications({u"sh"_s}, true) << false;
    QTest::newRow("a tree holds the program itself")
        << withApplications({u"sh"_s}, true) << withApplications({u"sh"_s}) << true;
}

void TestRuleCoverage::comparesTwoRules()
{
    QFETCH(const RuleProfile, earlier);
    QFETCH(const RuleProfile, later);
    QFETCH(const bool, covered);
    QCOMPARE(coveringRules({earlier, later}), (QList<int>{-1, covered ? 0 : -1}));
}

void TestRuleCoverage::knowsWhatMatchesEverything_data()
{
    QTest::addColumn<RuleProfile>("earlier");
    QTest::addColumn<bool>("coversAll");
    const auto ports = [](const QList<PortRange> &ranges) {
        RuleProfile rule;
        rule.ports = ranges;
        return rule;
    };
    QTest::newRow("any host") << withHosts({u"*"_s}) << true;
    QTest::newRow("any host, among others") << withHosts({u"a.org"_s, u"*"_s}) << true;
    QTest::newRow("hosts under any") << withHosts({u"*.org"_s, u"*.net"_s}) << false;
    QTest::newRow("all addresses, which names are not") << withHosts({u"0.0.0.0/0"_s, u"::/0"_s}) << false;
    QTest::newRow("all clients") << withClients({u"0.0.0.0/0"_s, u"::/0"_s}) << true;
    QTest::newRow("all clients, in another order")
        << withClients({u"10.0.0.0/8"_s, u"::/0"_s, u"0.0.0.0/0"_s}) << true;
    QTest::newRow("all clients of IPv4") << withClients({u"0.0.0.0/0"_s}) << false;
    QTest::newRow("all clients of IPv6") << withClients({u"::/0"_s}) << false;
    QTest::newRow("half of the clients of IPv6") << withClients({u"0.0.0.0/0"_s, u"::/1"_s}) << false;
    QTest::newRow("mapped addresses are of IPv4")
        << withClients({u"::ffff:0.0.0.0/96"_s, u"0.0.0.0/0"_s}) << false;
    QTest::newRow("all ports") << withPorts(0, 65'535) << true;
    QTest::newRow("all ports, among others") << ports({{80, 80}, {0, 65'535}}) << true;
    QTest::newRow("clients may ask for port 0") << withPorts(1, 65'535) << false;
    QTest::newRow("all ports but the last") << withPorts(0, 65'534) << false;
    QTest::newRow("any application, which not every client has")
        << withApplications({u"*"_s, u"/*"_s, u"*/*"_s}, true) << false;
    QTest::newRow("any user is one that logged in") << withUsers({u"*"_s}) << false;
    RuleProfile all = withClients({u"0.0.0.0/0"_s, u"::/0"_s});
    all.hosts = QStringList{u"*"_s};
    all.ports = {{0, 65'535}};
    all.transports = Transport::Tcp | Transport::Udp;
    QTest::newRow("all that can be listed") << all << true;
    all.transports = Transport::Tcp;
    QTest::newRow("all of TCP") << all << false;
}

/// Before a rule that asks for nothing, and before one that asks for something else.
void TestRuleCoverage::knowsWhatMatchesEverything()
{
    QFETCH(const RuleProfile, earlier);
    QFETCH(const bool, coversAll);
    const QList<int> covering{-1, coversAll ? 0 : -1};
    QCOMPARE(coveringRules({earlier, RuleProfile()}), covering);
    RuleProfile other;
    other.users = QStringList{u"anna"_s};
    QCOMPARE(coveringRules({earlier, other}), covering);
    // The other way about, nothing is before what asks for nothing.
    QCOMPARE(coveringRules({RuleProfile(), earlier}), (QList<int>{-1, 0}));
    // As the rules judge it: requests of every kind.
    Profile profile;
    profile.rules = {earlier, RuleProfile()};
    const RuleSet rules(profile);
    int seen = 0;
    for (const QString &host : {u"a.org"_s, u"b"_s, u"192.0.2.1"_s, u"2001:db8::1"_s}) {
        for (const QString &client : {u"127.0.0.1"_s, u"::1"_s, u"192.168.1.2"_s, u"fe80::2"_s}) {
            for (const std::uint16_t port : std::initializer_list<std::uint16_t>{0, 80, 65'535}) {
                for (const Transport transport : {Transport::Tcp, Transport::Udp}) {
                    RuleQuery query;
                    query.destination = destinationOf(host, port);
                    query.client = Address::fromLiteral(client).value();
                    query.isLocal = query.client.isLoopback();
                    query.transport = transport;
                    seen += rules.decide(query).rule == 1 ? 1 : 0;
                }
            }
        }
    }
    QCOMPARE(seen == 0, coversAll);
}

void TestRuleCoverage::namesTheFirst()
{
    const RuleProfile wide = withHosts({u"*.org"_s});
    const RuleProfile narrow = withHosts({u"a.org"_s});
    QCOMPARE(coveringRules({withPorts(1, 2), wide, wide, narrow}), (QList<int>{-1, -1, 1, 1}));
}

void TestRuleCoverage::leavesOutWhatIsOff()
{
    RuleProfile off = withHosts({u"*.org"_s});
    off.enabled = false;
    const RuleProfile narrow = withHosts({u"a.org"_s});
    QCOMPARE(coveringRules({off, narrow, off}), (QList<int>{-1, -1, -1}));
}

/// Of random rules, none that is said to be covered ever decides.
void TestRuleCoverage::findsNothingThatDecides()
{
    QRandomGenerator random{2'024};
    const auto below = [&random](int end) {
        return random.bounded(end);
    };
    const auto pick = [&below](const QStringList &list) {
        return list.at(below(static_cast<int>(list.size())));
    };
    const QStringList patterns{u"*"_s,        u"a"_s,
                               u"a.b"_s,      u"*.b"_s,
                               u"*.a.b"_s,    u"a.*"_s,
                               u"a.b.*"_s,    u"*.a.*"_s,
                               u"*.a.b.*"_s,  u"b.a.b"_s,
                               u"b.a.*"_s,    u"10.0.0.0/30"_s,
                               u"10.0.0.1"_s, u"10.0.0.1-10.0.0.6"_s};
    const QStringList asked{u"a"_s, u"a.b"_s, u"b.a.b"_s, u"a.a.b"_s, u"b.a.b.a"_s, u"a.b.a"_s, u"b"_s};
    const QStringList programs{u"ab"_s, u"a*"_s, u"?b"_s, u"*b*"_s, u"*"_s, u"/x/ab"_s, u"/x/*"_s, u"*/ab"_s};
    const QStringList ranges{u"0.0.0.0/0"_s, u"::/0"_s, u"192.0.2.0/24"_s};
    const QStringList clients{u"127.0.0.1"_s, u"192.0.2.1"_s, u"2001:db8::1"_s};
    int covered = 0;
    for (int round = 0; round < 3'000; ++round) {
        Profile profile;
        for (int i = 0; i < 4; ++i) {
            RuleProfile rule;
            rule.enabled = below(8) > 0;
            for (int n = below(3); n > 0; --n)
                rule.hosts << pick(patterns);
            for (int n = below(3); n > 0; --n)
                rule.applications << pick(programs);
            rule.tree = below(2) == 0;
            for (int n = below(2) * below(4); n > 0; --n)
                rule.clients << AddressRange::fromString(pick(ranges)).value();
            if (below(3) == 0)
                rule.ports = {{static_cast<std::uint16_t>(below(2)), 65'535}};
            if (below(3) == 0)
                rule.transports = below(2) == 0 ? Transport::Tcp : Transport::Udp;
            profile.rules << rule;
        }
        const QList<int> covering = coveringRules(profile.rules);
        covered +=
            static_cast<int>(std::count_if(covering.begin(), covering.end(), [](int c) { return c >= 0; }));
        const RuleSet rules(profile);
        for (int i = 0; i < 40; ++i) {
            Application application;
            application.program = {
                1, pick({u"ab"_s, u"b"_s, u"axb"_s}), u"/x/"_s + pick({u"ab"_s, u"c"_s}), {}};
            if (below(2) == 0)
                application.parents = {{2, u"ab"_s, u"/x/ab"_s, {}}};
            RuleQuery query;
            query.application = below(4) > 0 ? &application : nullptr;
            query.transport = below(2) == 0 ? Transport::Tcp : Transport::Udp;
            if (below(3) == 0)
                query.destination.address =
                    Address::fromV4(0x0a00'0000U + static_cast<std::uint32_t>(below(8)));
            else
                query.destination.name = pick(asked).toUtf8();
            query.destination.port = static_cast<std::uint16_t>(below(2));
            query.client = Address::fromLiteral(pick(clients)).value();
            query.isLocal = below(2) == 0;
            const Decision decision = rules.decide(query);
            if (decision.rule >= 0)
                QCOMPARE(covering.at(decision.rule), -1);
        }
    }
    QVERIFY2(covered > 500, qPrintable(QString::number(covered)));
}

void TestRuleCoverage::staysWithinItsBudget()
{
    QList<RuleProfile> rules;
    for (int i = 0; i < 5'000; ++i)
        rules << withHosts({u"host-%1.example"_s.arg(i), u"other-%1.example"_s.arg(i)});
    rules << rules.front();
    QElapsedTimer timer;
    timer.start();
    const QList<int> covering = coveringRules(rules);
    QCOMPARE(covering.size(), rules.size());
    QCOMPARE(covering.count(-1), covering.size()); // the last one was not come to
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    RuleProfile longest = withHosts({});
    for (int i = 0; i <= kMaximumCoverageEntries; ++i)
        longest.hosts << u"host-%1.example"_s.arg(i);
    QCOMPARE(coveringRules({longest, longest}), (QList<int>{-1, -1}));
    QCOMPARE(coveringRules({RuleProfile(), longest}), (QList<int>{-1, 0}));
}

QTEST_GUILESS_MAIN(TestRuleCoverage)
#include "tst_rulecoverage.moc"
