// SPDX-License-Identifier: MIT
#include "engine/rules/trace.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace engine;

namespace
{

RuleProfile blocking(const QString &name)
{
    RuleProfile rule;
    rule.name = name;
    rule.action = Action::block();
    return rule;
}

Trace explain(const QList<RuleProfile> &rules, const RuleQuery &query)
{
    Profile profile;
    profile.rules = rules;
    return RuleSet(profile).explain(query);
}

/// The line about the only rule.
QString lineOf(const RuleProfile &rule, const RuleQuery &query)
{
    return traceText(explain({rule}, query)).section(u'\n', 0, 0);
}

RuleQuery someQuery()
{
    RuleQuery query;
    query.destination = {{}, "example.org", 443};
    query.client = Address::fromV4(0x7f00'0001);
    return query;
}

} // namespace

class TestRuleSetTrace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheFailedCondition_data();
    void namesTheFailedCondition();
    void comparesTheParentsOfATree();
    void saysWhenThePathIsNotKnown_data();
    void saysWhenThePathIsNotKnown();
    void showsTheResolvedAddress();
    void boundsTheEntries();
    void keepsTextOnOneLine();
    void endsAtTheRuleThatDecides();
    void saysWhenNoRuleMatches();
    void saysWhenTheModeDecides();
    void saysWhenTheApplicationIsNotIdentified();
    void saysWhenTheClientIsOnAnotherMachine();
};

void TestRuleSetTrace::namesTheFailedCondition_data()
{
    QTest::addColumn<RuleCondition>("condition");
    QTest::addColumn<QString>("text");

    QTest::newRow("user") << RuleCondition::ByUser << u"user: \"bob\" is none of \"alice\""_s;
    QTest::newRow("client") << RuleCondition::ByClient
                            << u"client: \"127.0.0.1\" is none of \"10.0.0.0/8\""_s;
    QTest::newRow("host") << RuleCondition::ByHost
                          << u"host: \"example.org\" is none of \"*.lan\", \"::1\""_s;
    QTest::newRow("port") << RuleCondition::ByPort << u"port: 443 is none of 80, 8000-9000"_s;
    QTest::newRow("transport") << RuleCondition::ByTransport << u"transport: tcp is none of udp"_s;
    QTest::newRow("application")
        << RuleCondition::ByApplication
        << u"application: \"curl\" (\"/usr/bin/curl\") is none of \"firefox\", \"/opt/*/x\""_s;
}

/// Of rules that ask for more and more, each fails by what was added.
void TestRuleSetTrace::namesTheFailedCondition()
{
    QFETCH(const RuleCondition, condition);
    QFETCH(const QString, text);
    const Application curl{{1, u"curl"_s, u"/usr/bin/curl"_s, {}}, {}, {{2, u"bash"_s, {}, {}}}};
    RuleQuery query = someQuery();
    query.user = u"bob"_s;
    query.application = &curl;

    RuleProfile rule = blocking(u"R"_s);
    switch (condition) {
    case RuleCondition::ByUser:
        rule.users = {u"alice"_s};
        [[fallthrough]];
    case RuleCondition::ByClient:
        rule.clients = {AddressRange::fromString(u"10.0.0.0/8"_s).value()};
        [[fallthrough]];
    case RuleCondition::ByHost:
        rule.hosts = {u"*.lan"_s, u"::1"_s};
        [[fallthrough]];
    case RuleCondition::ByPort:
        rule.ports = {{80, 80}, {8000, 9000}};
        [[fallthrough]];
    case RuleCondition::ByTransport:
        rule.transports = Transport::Udp;
        [[fallthrough]];
    case RuleCondition::ByApplication:
        rule.applications = {u"firefox"_s, u"/opt/*/x"_s};
    }
    const Trace trace = explain({rule}, query);
    QCOMPARE(trace.steps.size(), 1);
    QCOMPARE(trace.steps[0].outcome, TraceStep::Outcome::Failed);
    QCOMPARE(trace.steps[0].condition, condition);
    QCOMPARE(lineOf(rule, query), u"rule 1 \"R\": "_s + text);
}

void TestRuleSetTrace::comparesTheParentsOfATree()
{
    const Application curl{{1, u"curl"_s, {}, {}}, {}, {{2, u"bash"_s, {}, {}}, {3, u"cron"_s, {}, {}}}};
    RuleQuery query = someQuery();
    query.application = &curl;
    RuleProfile rule = blocking({});
    rule.applications = {u"zsh"_s};
    rule.tree = true;
    QCOMPARE(lineOf(rule, query),
             u"rule 1: application: \"curl\", child of \"bash\", \"cron\", is none of \"zsh\""_s);
}

void TestRuleSetTrace::saysWhenThePathIsNotKnown_data()
{
    QTest::addColumn<QStringList>("entries");
    QTest::addColumn<bool>("tree");
    QTest::addColumn<QString>("text");
    QTest::newRow("a path") << QStringList{u"/usr/bin/curl"_s} << false
                            << u"\"curl\", the path is not known, asked for is \"/usr/bin/curl\""_s;
    QTest::newRow("a pattern of paths")
        << QStringList{u"*/curl"_s} << false << u"\"curl\", the path is not known, asked for is \"*/curl\""_s;
    QTest::newRow("a name and a path")
        << QStringList{u"ssh"_s, u"/bin/x"_s} << false
        << u"\"curl\", the path is not known, asked for is \"ssh\", \"/bin/x\""_s;
    QTest::newRow("a path of a tree")
        << QStringList{u"/bin/x"_s} << true
        << u"\"curl\", child of \"bash\", the path is not known, asked for is \"/bin/x\""_s;
    QTest::newRow("names") << QStringList{u"ssh"_s, u"cur?l"_s} << false
                           << u"\"curl\" is none of \"ssh\", \"cur?l\""_s;
}

void TestRuleSetTrace::saysWhenThePathIsNotKnown()
{
    QFETCH(const QStringList, entries);
    QFETCH(const bool, tree);
    QFETCH(const QString, text);
    const Application curl{{1, u"curl"_s, {}, {}}, {}, {{2, u"bash"_s, {}, {}}}};
    RuleQuery query = someQuery();
    query.application = &curl;
    RuleProfile rule = blocking({});
    rule.applications = entries;
    rule.tree = tree;
    QCOMPARE(lineOf(rule, query), u"rule 1: application: "_s + text);
}

void TestRuleSetTrace::showsTheResolvedAddress()
{
    RuleQuery query = someQuery();
    query.resolved = Address::fromV4(0xc000'0201);
    RuleProfile rule = blocking({});
    rule.hosts = QStringList{u"10.0.0.0/8"_s};
    QCOMPARE(lineOf(rule, query),
             u"rule 1: host: \"example.org\" (\"192.0.2.1\") is none of \"10.0.0.0/8\""_s);
}

void TestRuleSetTrace::boundsTheEntries()
{
    RuleProfile rule = blocking({});
    for (int i = 0; i < 1000; ++i)
        rule.hosts.append(QString(200, u'a') + QString::number(i));
    const Trace trace = explain({rule}, someQuery());
    QCOMPARE(trace.steps[0].entries.size(), 5);
    QCOMPARE(trace.steps[0].omitted, 995);
    QVERIFY(traceText(trace).size() < 1000);
    QVERIFY(traceText(trace).contains(u" and 995 more\n"));
}

void TestRuleSetTrace::keepsTextOnOneLine()
{
    const Application odd{{1, u"a\nrule 2: matches\u202e"_s, {}, {}}, {}, {}};
    RuleQuery query = someQuery();
    query.application = &odd;
    RuleProfile rule = blocking({});
    rule.applications = {u"b"_s};
    QCOMPARE(lineOf(rule, query),
             u"rule 1: application: \"a\ufffdrule 2: matches\ufffd\" is none of \"b\""_s);
}

void TestRuleSetTrace::endsAtTheRuleThatDecides()
{
    RuleProfile disabled = blocking(u"Off"_s);
    disabled.enabled = false;
    RuleProfile other = blocking({});
    other.ports = {{80, 80}};
    RuleProfile work = blocking(u"Work"_s);
    work.action = Action::byWayOf(u"office"_s);
    const Trace trace = explain({disabled, other, work, blocking(u"Later"_s)}, someQuery());
    QCOMPARE(trace.decision, (Decision{Action::byWayOf(u"office"_s), 2}));
    QCOMPARE(trace.steps.size(), 3);
    QCOMPARE(trace.steps[0].outcome, TraceStep::Outcome::Disabled);
    QCOMPARE(trace.steps[2].outcome, TraceStep::Outcome::Matched);
    QCOMPARE(traceText(trace), u"rule 1 \"Off\": disabled\n"
                               "rule 2: port: 443 is none of 80\n"
                               "rule 3 \"Work\": matches\n"
                               "decision: by way of \"office\" (rule 3 \"Work\")"_s);
}

void TestRuleSetTrace::saysWhenNoRuleMatches()
{
    RuleProfile rule = blocking({});
    rule.users = {u"alice"_s};
    QCOMPARE(traceText(explain({rule}, someQuery())),
             u"rule 1: user: nobody logged in, asked for is \"alice\"\n"
             "decision: direct (no rule matches: the default action)"_s);
}

void TestRuleSetTrace::saysWhenTheModeDecides()
{
    Profile profile;
    profile.rules = {blocking({})};
    profile.mode = RoutingMode::Direct;
    QCOMPARE(traceText(RuleSet(profile).explain(someQuery())),
             u"decision: direct (the mode decides, no rule is asked)"_s);
}

void TestRuleSetTrace::saysWhenTheApplicationIsNotIdentified()
{
    RuleProfile elsewhere = blocking({});
    elsewhere.applications = {u"curl"_s};
    elsewhere.ports = {{80, 80}};
    RuleProfile here = blocking({});
    here.applications = {u"curl"_s};
    Profile profile;
    profile.rules = {elsewhere, here, blocking({})};
    profile.unidentifiedApplications = Action::block();
    const Trace trace = RuleSet(profile).explain(someQuery());
    QCOMPARE(trace.decision, (Decision{Action::block(), Decision::kUnidentifiedRule}));
    QCOMPARE(traceText(trace),
             u"rule 1: port: 443 is none of 80\n"
             "rule 2: all else matches, but application: not identified, asked for is \"curl\"\n"
             "decision: block (the action for unidentified applications)"_s);
}

/// What the profile says of applications that are not identified is not for it.
void TestRuleSetTrace::saysWhenTheClientIsOnAnotherMachine()
{
    RuleProfile work = blocking(u"Work"_s);
    work.applications = {u"curl"_s};
    work.tree = true;
    RuleProfile users = work;
    users.users = {u"anna"_s};
    Profile profile;
    profile.rules = {work, users};
    profile.unidentifiedApplications = Action::block();
    RuleQuery query = someQuery();
    query.client = Address::fromV4(0xc0a8'0114);
    query.isLocal = false;
    const Trace trace = RuleSet(profile).explain(query);
    QCOMPARE(traceText(trace),
             u"rule 1 \"Work\": application: the client is on another machine, asked for is \"curl\"\n"
             "rule 2 \"Work\": user: nobody logged in, asked for is \"anna\"\n"
             "decision: direct (no rule matches: the default action)"_s);
    QVERIFY(trace.steps[0].isElsewhere);
    QVERIFY(!trace.steps[1].isElsewhere); // it did not fail by that
    query.isLocal = true;
    QVERIFY(!RuleSet(profile).explain(query).steps[0].isElsewhere);
}

QTEST_GUILESS_MAIN(TestRuleSetTrace)
#include "tst_ruleset_trace.moc"
