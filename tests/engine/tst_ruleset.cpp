// SPDX-License-Identifier: MIT
#include "engine/rules/rule_set.h"

#include "engine/rules/program_index.h"
#include "engine/rules/trace.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace engine;

namespace
{

Address address(const QString &text)
{
    return Address::fromLiteral(text).value();
}

Destination toHost(const QString &host, std::uint16_t port = 443)
{
    return {{}, host.toUtf8(), port};
}

Destination toAddress(const QString &text, std::uint16_t port = 443)
{
    return {address(text), {}, port};
}

/// Its action is to be told from every other: by way of its name.
RuleProfile named(const QString &name)
{
    RuleProfile rule;
    rule.name = name;
    rule.action = Action::byWayOf(name);
    return rule;
}

RuleProfile hostRule(const QStringList &hosts)
{
    RuleProfile rule = named(u"hosts"_s);
    rule.hosts = hosts;
    return rule;
}

RuleProfile applicationRule(const QStringList &applications, bool tree = false)
{
    RuleProfile rule = named(u"applications"_s);
    rule.applications = applications;
    rule.tree = tree;
    return rule;
}

Profile withRules(const QList<RuleProfile> &rules)
{
    Profile profile;
    profile.rules = rules;
    return profile;
}

Program program(const QString &name, const QString &path = {}, const QString &script = {})
{
    return {1, name, path, script};
}

Decision decide(const Profile &profile, const RuleQuery &query)
{
    return RuleSet(profile).decide(query);
}

bool matches(const RuleProfile &rule, const RuleQuery &query)
{
    return decide(withRules({rule}), query).rule == 0;
}

RuleQuery queryTo(const Destination &destination)
{
    RuleQuery query;
    query.destination = destination;
    return query;
}

} // namespace

class TestRuleSet : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void matchesNames_data();
    void matchesNames();
    void matchesAddresses_data();
    void matchesAddresses();
    void matchesResolvedAddressesOfNames();
    void matchesPorts_data();
    void matchesPorts();
    void matchesTransports();
    void matchesUsers();
    void matchesClients();
    void matchesApplications_data();
    void matchesApplications();
    void matchesParentsOfATree();
    void comparesProgramsAsWindowsDoes_data();
    void comparesProgramsAsWindowsDoes();
    void matchesEverythingWithoutConditions();
    void needsAllConditions();
    void takesTheFirstRuleThatMatches();
    void skipsDisabledRules();
    void fallsBackToTheDefaultAction();
    void followsTheMode();
    void judgesUnidentifiedApplications_data();
    void judgesUnidentifiedApplications();
    void saysWhatItAsksFor();
};

void TestRuleSet::matchesNames_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("expected");

    QTest::newRow("same name") << u"example.org"_s << u"example.org"_s << true;
    QTest::newRow("other name") << u"example.org"_s << u"example.com"_s << false;
    QTest::newRow("name below") << u"example.org"_s << u"www.example.org"_s << false;
    QTest::newRow("name above") << u"www.example.org"_s << u"example.org"_s << false;
    QTest::newRow("case of the name") << u"example.org"_s << u"EXAMPLE.Org"_s << true;
    QTest::newRow("case of the pattern") << u"*.EXAMPLE.org"_s << u"www.example.org"_s << true;
    QTest::newRow("dot behind the name") << u"example.org"_s << u"example.org."_s << true;
    QTest::newRow("dot behind the pattern") << u"example.org."_s << u"example.org"_s << true;
    QTest::newRow("dot behind a wildcard pattern") << u"*.org."_s << u"example.org"_s << true;
    QTest::newRow("two dots behind the name") << u"example.org"_s << u"example.org.."_s << false;
    QTest::newRow("name with a dash") << u"a-b.example"_s << u"a-b.example"_s << true;
    QTest::newRow("single label") << u"localhost"_s << u"localhost"_s << true;

    QTest::newRow("under: one label more") << u"*.lan"_s << u"printer.lan"_s << true;
    QTest::newRow("under: two labels more") << u"*.lan"_s << u"a.printer.lan"_s << true;
    QTest::newRow("under: itself") << u"*.lan"_s << u"lan"_s << false;
    QTest::newRow("under: itself behind a dot") << u"*.lan"_s << u".lan"_s << false;
    QTest::newRow("under: end inside a label") << u"*.lan"_s << u"wlan"_s << false;
    QTest::newRow("under: end inside a deeper label") << u"*.lan"_s << u"my.wlan"_s << false;
    QTest::newRow("under: with a dot behind") << u"*.lan"_s << u"printer.lan."_s << true;
    QTest::newRow("under: several labels") << u"*.example.org"_s << u"www.example.org"_s << true;
    QTest::newRow("under: several labels, itself") << u"*.example.org"_s << u"example.org"_s << false;

    QTest::newRow("start: one label more") << u"mail.*"_s << u"mail.example"_s << true;
    QTest::newRow("start: two labels more") << u"mail.*"_s << u"mail.example.org"_s << true;
    QTest::newRow("start: itself") << u"mail.*"_s << u"mail"_s << false;
    QTest::newRow("start: itself with a dot behind") << u"mail.*"_s << u"mail."_s << false;
    QTest::newRow("start: inside a label") << u"mail.*"_s << u"mailbox.example"_s << false;
    QTest::newRow("start: not at the start") << u"mail.*"_s << u"a.mail.example"_s << false;

    QTest::newRow("around: labels on both sides") << u"*.mail.*"_s << u"a.mail.example"_s << true;
    QTest::newRow("around: more labels") << u"*.mail.*"_s << u"a.b.mail.example.org"_s << true;
    QTest::newRow("around: nothing before") << u"*.mail.*"_s << u"mail.example"_s << false;
    QTest::newRow("around: nothing behind") << u"*.mail.*"_s << u"a.mail"_s << false;
    QTest::newRow("around: only a dot behind") << u"*.mail.*"_s << u"a.mail."_s << false;
    QTest::newRow("around: inside a label") << u"*.mail.*"_s << u"a.webmail.example"_s << false;
    QTest::newRow("around: several labels") << u"*.b.c.*"_s << u"a.b.c.d"_s << true;
    QTest::newRow("around: labels not in a row") << u"*.b.c.*"_s << u"a.b.x.c.d"_s << false;

    QTest::newRow("everything") << u"*"_s << u"example.org"_s << true;
    QTest::newRow("everything: the root") << u"*"_s << u"."_s << true;
    QTest::newRow("asterisk inside a label is none") << u"ex*mple.org"_s << u"example.org"_s << false;

    QTest::newRow("letters beyond ASCII") << u"b\u00fccher.example"_s << u"B\u00dcCHER.example"_s << true;
    QTest::newRow("name in its ASCII form")
        << u"*.b\u00fccher.example"_s << u"www.xn--bcher-kva.example"_s << true;
    QTest::newRow("pattern in its ASCII form") << u"xn--bcher-kva.*"_s << u"b\u00fccher.example"_s << true;

    QTest::newRow("block for a name that looks like one") << u"10.0.0.0/8"_s << u"10.example"_s << false;
    QTest::newRow("short form of an address is a name") << u"127.0.0.0/8"_s << u"127.1"_s << false;
    QTest::newRow("short form of an address by its name") << u"127.1"_s << u"127.1"_s << true;
    QTest::newRow("longest name") << u"*.org"_s << QString(251, u'a') + u".org"_s << true;
    QTest::newRow("as many labels as there can be") << u"*.b"_s << u"a."_s.repeated(126) + u"b"_s << true;
}

void TestRuleSet::matchesNames()
{
    QFETCH(const QString, pattern);
    QFETCH(const QString, name);
    QFETCH(const bool, expected);
    QCOMPARE(matches(hostRule({pattern}), queryTo(toHost(name))), expected);
    QCOMPARE(matches(hostRule({u"other.example"_s, pattern}), queryTo(toHost(name))), expected);
}

void TestRuleSet::matchesAddresses_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("expected");

    QTest::newRow("same address") << u"192.0.2.1"_s << u"192.0.2.1"_s << true;
    QTest::newRow("other address") << u"192.0.2.1"_s << u"192.0.2.2"_s << false;
    QTest::newRow("with a dot behind") << u"192.0.2.1."_s << u"192.0.2.1"_s << true;
    QTest::newRow("block: first") << u"10.0.0.0/8"_s << u"10.0.0.0"_s << true;
    QTest::newRow("block: last") << u"10.0.0.0/8"_s << u"10.255.255.255"_s << true;
    QTest::newRow("block: before") << u"10.0.0.0/8"_s << u"9.255.255.255"_s << false;
    QTest::newRow("block: behind") << u"10.0.0.0/8"_s << u"11.0.0.0"_s << false;
    QTest::newRow("block: odd length") << u"192.0.2.128/25"_s << u"192.0.2.127"_s << false;
    QTest::newRow("range: first") << u"10.0.0.3-10.0.1.9"_s << u"10.0.0.3"_s << true;
    QTest::newRow("range: inside") << u"10.0.0.3-10.0.1.9"_s << u"10.0.0.255"_s << true;
    QTest::newRow("range: last") << u"10.0.0.3-10.0.1.9"_s << u"10.0.1.9"_s << true;
    QTest::newRow("range: before") << u"10.0.0.3-10.0.1.9"_s << u"10.0.0.2"_s << false;
    QTest::newRow("range: behind") << u"10.0.0.3-10.0.1.9"_s << u"10.0.1.10"_s << false;
    QTest::newRow("range of one") << u"10.0.0.3-10.0.0.3"_s << u"10.0.0.3"_s << true;
    QTest::newRow("range of all") << u"0.0.0.0-255.255.255.255"_s << u"203.0.113.1"_s << true;
    QTest::newRow("all of IPv4") << u"0.0.0.0/0"_s << u"203.0.113.1"_s << true;
    QTest::newRow("all of IPv4 is not IPv6") << u"0.0.0.0/0"_s << u"::1"_s << false;
    QTest::newRow("all of IPv6") << u"::/0"_s << u"2001:db8::1"_s << true;
    QTest::newRow("all of IPv6 is not IPv4") << u"::/0"_s << u"203.0.113.1"_s << false;
    QTest::newRow("IPv6 address") << u"2001:db8::1"_s << u"2001:db8:0::1"_s << true;
    QTest::newRow("IPv6 block: last")
        << u"2001:db8::/33"_s << u"2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"_s << true;
    QTest::newRow("IPv6 block: behind") << u"2001:db8::/33"_s << u"2001:db8:8000::"_s << false;
    QTest::newRow("IPv6 block beyond 64 bits") << u"2001:db8::10/124"_s << u"2001:db8::1f"_s << true;
    QTest::newRow("IPv6 block beyond 64 bits: behind") << u"2001:db8::10/124"_s << u"2001:db8::20"_s << false;
    QTest::newRow("IPv6 range across 64 bits")
        << u"2001:db8::ffff-2001:db8:0:1::"_s << u"2001:db8:0:1::"_s << true;
    QTest::newRow("IPv6 range: behind")
        << u"2001:db8::ffff-2001:db8:0:1::"_s << u"2001:db8:0:1::1"_s << false;
    QTest::newRow("mapped address is IPv4") << u"192.0.2.0/24"_s << u"::ffff:192.0.2.1"_s << true;
    QTest::newRow("mapped entry is IPv4") << u"::ffff:192.0.2.1"_s << u"192.0.2.1"_s << true;
    QTest::newRow("mapped block is IPv4") << u"::ffff:192.0.2.0/120"_s << u"192.0.2.1"_s << true;
    QTest::newRow("everything") << u"*"_s << u"192.0.2.1"_s << true;
    QTest::newRow("wildcards are for names") << u"192.*"_s << u"192.0.2.1"_s << false;
}

/// Asked for as an address, and as a name that is its text.
void TestRuleSet::matchesAddresses()
{
    QFETCH(const QString, pattern);
    QFETCH(const QString, host);
    QFETCH(const bool, expected);
    const RuleProfile rule = hostRule({pattern});
    QCOMPARE(matches(rule, queryTo(toAddress(host))), expected);
    QCOMPARE(matches(rule, queryTo(toHost(host))), expected);
    QCOMPARE(matches(rule, queryTo(toHost(host.toUpper()))), expected);
    if (host.contains(u':'))
        QCOMPARE(matches(rule, queryTo(toHost(u'[' + host + u']'))), expected);
    else
        QCOMPARE(matches(rule, queryTo(toHost(host + u'.'))), expected);
}

void TestRuleSet::matchesResolvedAddressesOfNames()
{
    const RuleProfile rule = hostRule({u"10.0.0.0/8"_s, u"*.lan"_s});
    RuleQuery query = queryTo(toHost(u"intranet.example"_s));
    QVERIFY(!matches(rule, query));
    query.resolved = address(u"10.1.2.3"_s);
    QVERIFY(matches(rule, query));
    query.resolved = address(u"192.0.2.1"_s);
    QVERIFY(!matches(rule, query));
    query.destination = toHost(u"printer.lan"_s);
    QVERIFY(matches(rule, query));
}

void TestRuleSet::matchesPorts_data()
{
    QTest::addColumn<QList<int>>("ranges");
    QTest::addColumn<int>("port");
    QTest::addColumn<bool>("expected");

    const QList<int> two{80, 80, 8000, 9000};
    QTest::newRow("single") << two << 80 << true;
    QTest::newRow("before a single one") << two << 79 << false;
    QTest::newRow("behind a single one") << two << 81 << false;
    QTest::newRow("first") << two << 8000 << true;
    QTest::newRow("inside") << two << 8500 << true;
    QTest::newRow("last") << two << 9000 << true;
    QTest::newRow("behind") << two << 9001 << false;
    QTest::newRow("lowest") << QList<int>{0, 0} << 0 << true;
    QTest::newRow("highest") << QList<int>{65535, 65535} << 65535 << true;
    QTest::newRow("all") << QList<int>{0, 65535} << 12345 << true;
    QTest::newRow("overlapping, in the second") << QList<int>{1, 100, 50, 200} << 150 << true;
    QTest::newRow("overlapping, in both") << QList<int>{1, 100, 50, 200} << 60 << true;
}

void TestRuleSet::matchesPorts()
{
    QFETCH(const QList<int>, ranges);
    QFETCH(const int, port);
    QFETCH(const bool, expected);
    RuleProfile rule = named(u"ports"_s);
    for (qsizetype i = 0; i < ranges.size(); i += 2)
        rule.ports.append({static_cast<std::uint16_t>(ranges[i]), static_cast<std::uint16_t>(ranges[i + 1])});
    QCOMPARE(matches(rule, queryTo(toHost(u"a.example"_s, static_cast<std::uint16_t>(port)))), expected);
}

void TestRuleSet::matchesTransports()
{
    RuleProfile rule = named(u"transports"_s);
    RuleQuery tcp = queryTo(toHost(u"a.example"_s));
    RuleQuery udp = tcp;
    udp.transport = Transport::Udp;
    rule.transports = Transport::Udp;
    QVERIFY(!matches(rule, tcp));
    QVERIFY(matches(rule, udp));
    rule.transports = Transport::Tcp;
    QVERIFY(matches(rule, tcp));
    QVERIFY(!matches(rule, udp));
    rule.transports = Transport::Tcp | Transport::Udp;
    QVERIFY(matches(rule, tcp));
    QVERIFY(matches(rule, udp));
}

void TestRuleSet::matchesUsers()
{
    RuleProfile rule = named(u"users"_s);
    rule.users = {u"alice"_s, u"bob"_s};
    RuleQuery query = queryTo(toHost(u"a.example"_s));
    QVERIFY(!matches(rule, query));
    query.user = u"bob"_s;
    QVERIFY(matches(rule, query));
    query.user = u"Bob"_s;
    QVERIFY(!matches(rule, query));
    query.user = u"carol"_s;
    QVERIFY(!matches(rule, query));
}

void TestRuleSet::matchesClients()
{
    RuleProfile rule = named(u"clients"_s);
    rule.clients = {AddressRange::fromString(u"192.0.2.0/24"_s).value(),
                    AddressRange::fromString(u"2001:db8::/32"_s).value()};
    RuleQuery query = queryTo(toHost(u"a.example"_s));
    query.isLocal = false;
    QVERIFY(!matches(rule, query));
    for (const QString &inside : {u"192.0.2.255"_s, u"::ffff:192.0.2.7"_s, u"2001:db8:1::1"_s}) {
        query.client = address(inside);
        QVERIFY2(matches(rule, query), qPrintable(inside));
    }
    for (const QString &outside : {u"192.0.3.0"_s, u"2001:db9::"_s, u"127.0.0.1"_s}) {
        query.client = address(outside);
        QVERIFY2(!matches(rule, query), qPrintable(outside));
    }
}

void TestRuleSet::matchesApplications_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<bool>("expected");

    // The application is python3, at /usr/bin/python3.11, and runs /opt/Tools/fetch.py.
    QTest::newRow("short name") << u"python3"_s << true;
    QTest::newRow("other name") << u"python"_s << false;
    QTest::newRow("name of the executable's file is not the short name") << u"python3.11"_s << false;
    QTest::newRow("path") << u"/usr/bin/python3.11"_s << true;
    QTest::newRow("other path") << u"/bin/python3.11"_s << false;
    QTest::newRow("end of a path") << u"bin/python3.11"_s << false;
    QTest::newRow("name of the script") << u"fetch.py"_s << true;
    QTest::newRow("path of the script") << u"/opt/Tools/fetch.py"_s << true;
    QTest::newRow("wildcard at the end of a name") << u"py*"_s << true;
    QTest::newRow("wildcard at the start of a name") << u"*3"_s << true;
    QTest::newRow("wildcard inside a name") << u"p*3"_s << true;
    QTest::newRow("wildcard that stands for nothing") << u"python*3"_s << true;
    QTest::newRow("wildcards on both sides") << u"*tho*"_s << true;
    QTest::newRow("wildcard for the script's name") << u"*.py"_s << true;
    QTest::newRow("any") << u"*"_s << true;
    QTest::newRow("one character") << u"pytho?3"_s << true;
    QTest::newRow("one character at the start") << u"?ython3"_s << true;
    QTest::newRow("one character is not none") << u"python3?"_s << false;
    QTest::newRow("one character is not two") << u"pyth?3"_s << false;
    QTest::newRow("wildcard inside a path") << u"/opt/*/fetch.py"_s << true;
    QTest::newRow("wildcard across parts of a path") << u"/*/fetch.py"_s << true;
    QTest::newRow("wildcard before a path's end") << u"*/fetch.py"_s << true;
    QTest::newRow("wildcard that goes back") << u"/*/python3.1*1"_s << true;
    QTest::newRow("wildcard that matches the start only") << u"/opt/*/fetch"_s << false;
    QTest::newRow("pattern without a slash is for names") << u"*python3.11"_s << false;
    QTest::newRow("pattern with a slash is for paths") << u"*/python3"_s << false;
    QTest::newRow("brackets are characters") << u"[p]ython3"_s << false;
#ifndef Q_OS_WIN
    QTest::newRow("other case") << u"Python3"_s << false;
    QTest::newRow("other case of a path") << u"/opt/tools/fetch.py"_s << false;
#endif
}

void TestRuleSet::matchesApplications()
{
    QFETCH(const QString, pattern);
    QFETCH(const bool, expected);
    const Application application{
        program(u"python3"_s, u"/usr/bin/python3.11"_s, u"/opt/Tools/fetch.py"_s), u"me"_s, {}};
    RuleQuery query = queryTo(toHost(u"a.example"_s));
    query.application = &application;
    QCOMPARE(matches(applicationRule({pattern}), query), expected);
    QCOMPARE(matches(applicationRule({u"curl"_s, u"/opt/other/*"_s, pattern}, true), query), expected);
    query.isLocal = false;
    QVERIFY(!matches(applicationRule({pattern}), query));
    query.isLocal = true;
    query.application = nullptr;
    QVERIFY(!matches(applicationRule({pattern}), query));
}

void TestRuleSet::matchesParentsOfATree()
{
    const Application application{program(u"curl"_s, u"/usr/bin/curl"_s),
                                  u"me"_s,
                                  {program(u"bash"_s, u"/bin/bash"_s, u"/home/me/nightly.sh"_s),
                                   program(u"cron"_s, u"/usr/sbin/cron"_s)}};
    RuleQuery query = queryTo(toHost(u"a.example"_s));
    query.application = &application;
    for (const QString &entry : {u"bash"_s, u"nightly.sh"_s, u"cr?n"_s, u"/usr/sbin/*"_s, u"*.sh"_s}) {
        QVERIFY2(matches(applicationRule({entry}, true), query), qPrintable(entry));
        QVERIFY2(!matches(applicationRule({entry}, false), query), qPrintable(entry));
    }
    QVERIFY(matches(applicationRule({u"curl"_s}, true), query));
    QVERIFY(!matches(applicationRule({u"zsh"_s}, true), query));
}

void TestRuleSet::comparesProgramsAsWindowsDoes_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<bool>("expected");

    // The program is Firefox.exe, at C:\Program Files\Mozilla\Firefox.exe.
    QTest::newRow("name as it is") << u"Firefox.exe"_s << true;
    QTest::newRow("without the suffix") << u"firefox"_s << true;
    QTest::newRow("in upper case") << u"FIREFOX.EXE"_s << true;
    QTest::newRow("wildcard with the suffix") << u"fire*.exe"_s << true;
    QTest::newRow("wildcard without it") << u"fire???"_s << true;
    QTest::newRow("any program") << u"*.exe"_s << true;
    QTest::newRow("wildcard for the suffix") << u"firefox.*"_s << true;
    QTest::newRow("wildcard with a part of the suffix") << u"FIRE*.?xe"_s << true;
    QTest::newRow("wildcard over the dot of the suffix") << u"firefox?exe"_s << true;
    QTest::newRow("wildcards before the suffix") << u"firefo?.exe"_s << true;
    QTest::newRow("wildcard behind the suffix") << u"firefox.exe*"_s << true;
    QTest::newRow("wildcard before the suffix's end only") << u"*e.exe"_s << false;
    QTest::newRow("wildcard for another suffix") << u"firefox.c*"_s << false;
    QTest::newRow("suffix twice") << u"firefox.exe.exe"_s << false;
    QTest::newRow("suffix twice with a wildcard") << u"fire*.exe.exe"_s << false;
    QTest::newRow("wildcard for the suffix in a path") << u"*\\mozilla\\firefox.*"_s << true;
    QTest::newRow("wildcard for the suffix of another path") << u"*\\opera\\firefox.*"_s << false;
    QTest::newRow("other name") << u"fire.exe"_s << false;
    QTest::newRow("path as it is") << u"C:\\Program Files\\Mozilla\\Firefox.exe"_s << true;
    QTest::newRow("path with slashes") << u"c:/program files/mozilla/firefox"_s << true;
    QTest::newRow("wildcard in a path") << u"c:\\*\\firefox.exe"_s << true;
    QTest::newRow("other path") << u"D:\\Program Files\\Mozilla\\Firefox.exe"_s << false;
}

void TestRuleSet::comparesProgramsAsWindowsDoes()
{
    QFETCH(const QString, pattern);
    QFETCH(const bool, expected);
    const rules::ProgramIndex index({{{pattern, false}, 0}}, 1, rules::ProgramNaming::Windows);
    rules::RuleBits bits(1);
    index.collect({program(u"Firefox.exe"_s, u"C:\\Program Files\\Mozilla\\Firefox.exe"_s), {}, {}}, bits);
    QCOMPARE(bits.contains(0), expected);
    QCOMPARE(bits.isEmpty(), !expected);
}

void TestRuleSet::matchesEverythingWithoutConditions()
{
    RuleQuery query = queryTo(toAddress(u"192.0.2.1"_s));
    QVERIFY(matches(named(u"all"_s), query));
    query.isLocal = false;
    query.transport = Transport::Udp;
    QVERIFY(matches(named(u"all"_s), query));
    QVERIFY(matches(named(u"all"_s), RuleQuery()));
}

/// Every condition is spoiled in turn.
void TestRuleSet::needsAllConditions()
{
    RuleProfile rule = hostRule({u"*.example"_s});
    rule.applications = {u"curl"_s};
    rule.users = {u"alice"_s};
    rule.clients = {AddressRange::fromString(u"127.0.0.0/8"_s).value()};
    rule.ports = {{443, 443}};
    rule.transports = Transport::Tcp;

    const Application curl{program(u"curl"_s), {}, {}};
    const Application wget{program(u"wget"_s), {}, {}};
    RuleQuery good = queryTo(toHost(u"a.example"_s));
    good.user = u"alice"_s;
    good.client = address(u"127.0.0.1"_s);
    good.application = &curl;
    QVERIFY(matches(rule, good));

    QList<RuleQuery> spoiled(6, good);
    spoiled[0].application = &wget;
    spoiled[1].user = u"bob"_s;
    spoiled[2].client = address(u"192.0.2.1"_s);
    spoiled[3].destination.name = "a.test";
    spoiled[4].destination.port = 80;
    spoiled[5].transport = Transport::Udp;
    for (const RuleQuery &query : spoiled)
        QVERIFY(!matches(rule, query));
}

void TestRuleSet::takesTheFirstRuleThatMatches()
{
    RuleProfile narrow = hostRule({u"a.example"_s});
    narrow.action = Action::block();
    const Profile profile =
        withRules({hostRule({u"b.example"_s}), narrow, hostRule({u"*.example"_s}), named(u"rest"_s)});
    const Decision decision = decide(profile, queryTo(toHost(u"a.example"_s)));
    QCOMPARE(decision.rule, 1);
    QCOMPARE(decision.action, Action::block());
    QCOMPARE(decide(profile, queryTo(toHost(u"b.example"_s))).rule, 0);
    QCOMPARE(decide(profile, queryTo(toHost(u"c.example"_s))).rule, 2);
    QCOMPARE(decide(profile, queryTo(toHost(u"example"_s))).rule, 3);
    QCOMPARE(decide(profile, queryTo(toHost(u"example"_s))).action, Action::byWayOf(u"rest"_s));
}

void TestRuleSet::skipsDisabledRules()
{
    RuleProfile disabled = named(u"disabled"_s);
    disabled.enabled = false;
    const Profile profile = withRules({disabled, hostRule({u"*.example"_s})});
    QCOMPARE(decide(profile, queryTo(toHost(u"a.example"_s))).rule, 1);
    QCOMPARE(decide(profile, queryTo(toHost(u"a.test"_s))).rule, Decision::kDefaultRule);
}

void TestRuleSet::fallsBackToTheDefaultAction()
{
    Profile profile = withRules({hostRule({u"*.example"_s})});
    profile.defaultAction = Action::block();
    const Decision expected{Action::block(), Decision::kDefaultRule};
    QCOMPARE(decide(profile, queryTo(toHost(u"a.test"_s))), expected);
    profile.rules.clear();
    QCOMPARE(decide(profile, queryTo(toHost(u"a.test"_s))), expected);
}

void TestRuleSet::followsTheMode()
{
    Profile profile = withRules({named(u"all"_s), applicationRule({u"curl"_s})});
    profile.defaultAction = Action::byWayOf(u"office"_s);
    profile.unidentifiedApplications = Action::block();
    const RuleQuery query = queryTo(toHost(u"a.example"_s));
    QCOMPARE(decide(profile, query).rule, 0);
    profile.mode = RoutingMode::Everything;
    QCOMPARE(decide(profile, query), (Decision{Action::byWayOf(u"office"_s), Decision::kModeRule}));
    QVERIFY(!RuleSet(profile).asksForApplications());
    profile.mode = RoutingMode::Direct;
    QCOMPARE(decide(profile, query), (Decision{Action::direct(), Decision::kModeRule}));
    QCOMPARE(RuleSet(profile).explain(query).steps.size(), 0);
}

void TestRuleSet::judgesUnidentifiedApplications_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isLocal");
    QTest::addColumn<bool>("isIdentified");
    QTest::addColumn<bool>("isSet");
    QTest::addColumn<int>("rule");

    // Rule 0: a.example. Rule 1: curl to b.example. Rule 2: *.example.
    QTest::newRow("an earlier rule decides") << u"a.example"_s << true << false << true << 0;
    QTest::newRow("it would be the first")
        << u"b.example"_s << true << false << true << Decision::kUnidentifiedRule;
    QTest::newRow("it would not match anyway") << u"c.example"_s << true << false << true << 2;
    QTest::newRow("nothing matches") << u"a.test"_s << true << false << true << Decision::kDefaultRule;
    QTest::newRow("the profile says nothing") << u"b.example"_s << true << false << false << 2;
    QTest::newRow("remote client") << u"b.example"_s << false << false << true << 2;
    QTest::newRow("identified as another") << u"b.example"_s << true << true << true << 2;
}

void TestRuleSet::judgesUnidentifiedApplications()
{
    QFETCH(const QString, name);
    QFETCH(const bool, isLocal);
    QFETCH(const bool, isIdentified);
    QFETCH(const bool, isSet);
    QFETCH(const int, rule);
    RuleProfile ofCurl = hostRule({u"b.example"_s});
    ofCurl.applications = {u"curl"_s};
    Profile profile = withRules({hostRule({u"a.example"_s}), ofCurl, hostRule({u"*.example"_s})});
    if (isSet)
        profile.unidentifiedApplications = Action::block();
    const Application wget{program(u"wget"_s), {}, {}};
    RuleQuery query = queryTo(toHost(name));
    query.isLocal = isLocal;
    query.application = isIdentified ? &wget : nullptr;
    const Decision decision = decide(profile, query);
    QCOMPARE(decision.rule, rule);
    QCOMPARE(decision.action.kind == Action::Kind::Block, rule == Decision::kUnidentifiedRule);
}

void TestRuleSet::saysWhatItAsksFor()
{
    RuleProfile application = applicationRule({u"curl"_s});
    RuleProfile block = hostRule({u"*.lan"_s, u"10.0.0.0/8"_s});
    Profile profile = withRules({application, block});
    QVERIFY(RuleSet(profile).asksForApplications());
    QVERIFY(RuleSet(profile).asksForHosts());
    QVERIFY(!RuleSet(profile).asksForAddresses());
    profile.resolveForRules = true;
    QVERIFY(RuleSet(profile).asksForAddresses());
    profile.rules[1].hosts = QStringList{u"*.lan"_s, u"*"_s};
    QVERIFY(!RuleSet(profile).asksForAddresses());
    profile.rules[1].hosts = QStringList{u"10.0.0.1-10.0.0.9"_s};
    profile.rules[0].enabled = false;
    profile.rules[1].enabled = false;
    QVERIFY(!RuleSet(profile).asksForApplications());
    QVERIFY(!RuleSet(profile).asksForHosts());
    QVERIFY(!RuleSet(profile).asksForAddresses());
    profile.rules[1].enabled = true;
    QVERIFY(RuleSet(profile).asksForHosts());
    profile.mode = RoutingMode::Everything;
    QVERIFY(!RuleSet(profile).asksForHosts());
}

QTEST_GUILESS_MAIN(TestRuleSet)
#include "tst_ruleset.moc"
