// SPDX-License-Identifier: MIT
#include "engine/inbound/pac.h"
#include "engine/rules/rule_set.h"

#include <QByteArrayList>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace engine;

namespace
{

constexpr int kNodeTimeout = 60'000;
const QString kVia = u"SOCKS5 127.0.0.1:1080; SOCKS 127.0.0.1:1080; PROXY 127.0.0.1:1080"_s;

PacProxy proxy(Protocols protocols = Protocol::Socks4 | Protocol::Socks5 | Protocol::Http,
               bool asksForLogin = false)
{
    return {{Address::fromV4(0x7f000001), 1'080}, protocols, asksForLogin};
}

RuleProfile hosts(const QStringList &entries, const Action &action = Action::direct())
{
    RuleProfile rule;
    rule.name = u"secret name of a rule"_s;
    rule.hosts = entries;
    rule.action = action;
    return rule;
}

/// Where each file sends each pair of URL and host, by a real JavaScript engine: one run for all, since
/// starting it takes longest. Empty: it failed.
QList<QStringList> evaluateAll(const QByteArrayList &files, const QList<QStringList> &asked)
{
    QTemporaryDir folder;
    QFile script(folder.filePath(u"pac.js"_s));
    QJsonArray pairs;
    for (const QStringList &pair : asked)
        pairs.append(QJsonArray::fromStringList(pair));
    if (!script.open(QIODevice::WriteOnly))
        return {};
    script.write("var asked = " + QJsonDocument(pairs).toJson(QJsonDocument::Compact) + ", all = [];\n");
    for (const QByteArray &pac : files)
        script.write("(function () {\n" + pac +
                     "all.push(asked.map(function (p) { return FindProxyForURL(p[0], p[1]); }));\n})();\n");
    script.write("console.log(JSON.stringify(all));\n");
    script.close();
    QProcess node;
    node.start(u"node"_s, {script.fileName()});
    if (!node.waitForFinished(kNodeTimeout))
        return {};
    QList<QStringList> answers;
    for (const QJsonValue &answer : QJsonDocument::fromJson(node.readAllStandardOutput()).array())
        answers << answer.toVariant().toStringList();
    if (answers.isEmpty())
        qWarning("%s", node.readAllStandardError().constData());
    return answers;
}

QStringList evaluate(const QByteArray &pac, const QList<QStringList> &asked)
{
    return evaluateAll({pac}, asked).value(0);
}

bool hasNode()
{
    return !QStandardPaths::findExecutable(u"node"_s).isEmpty();
}

} // namespace

class TestPac : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsEachHostItsWay_data();
    void sendsEachHostItsWay();
    void sendsTheRestItsWay_data();
    void sendsTheRestItsWay();
    void followsTheMode_data();
    void followsTheMode();
    void agreesWithTheRules();
    void namesTheProxy_data();
    void namesTheProxy();
    void keepsSecrets();
    void cannotBeBrokenOutOf();
    void staysShort();

private:
    [[nodiscard]] static Profile randomProfile(QRandomGenerator &random);
    [[nodiscard]] static bool isAlwaysDirect(const Profile &profile, const QString &host, std::uint16_t port);
};

void TestPac::sendsEachHostItsWay_data()
{
    const Action out = Action::byWayOf(u"out"_s);
    RuleProfile application = hosts({u"*.example.org"_s}, out);
    application.applications = {u"firefox"_s};
    RuleProfile anyHost = hosts({}, out);
    anyHost.users = {u"alice"_s};
    RuleProfile secure = hosts({u"*.example.org"_s});
    secure.ports = {{443, 443}, {8'000, 8'999}};
    RuleProfile udp = hosts({u"*"_s}, Action::block());
    udp.transports = Transport::Udp;
    RuleProfile disabled = hosts({u"*"_s}, Action::block());
    disabled.enabled = false;
    QTest::addColumn<QList<RuleProfile>>("rules");
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("direct");
    const auto row = [](const char *name, const QList<RuleProfile> &rules, const QString &url, bool direct) {
        QTest::newRow(name) << rules << url << direct;
    };
    row("no rules", {}, u"http://example.org/"_s, false);
    row("name", {hosts({u"intra.lan"_s})}, u"http://intra.lan/x?y"_s, true);
    row("name in capitals", {hosts({u"Intra.LAN"_s})}, u"http://INTRA.lan/"_s, true);
    row("another name", {hosts({u"intra.lan"_s})}, u"http://xintra.lan/"_s, false);
    row("under", {hosts({u"*.lan"_s})}, u"http://a.b.lan/"_s, true);
    row("not under itself", {hosts({u"*.lan"_s})}, u"http://lan/"_s, false);
    row("not under a longer label", {hosts({u"*.lan"_s})}, u"http://a.xlan/"_s, false);
    row("start", {hosts({u"mail.*"_s})}, u"http://mail.example.org/"_s, true);
    row("not the start of a label", {hosts({u"mail.*"_s})}, u"http://mailx.example.org/"_s, false);
    row("within", {hosts({u"*.mail.*"_s})}, u"http://a.mail.b/"_s, true);
    row("not within at an end", {hosts({u"*.mail.*"_s})}, u"http://mail.b/"_s, false);
    row("address", {hosts({u"192.0.2.7"_s})}, u"http://192.0.2.7:81/"_s, true);
    row("block", {hosts({u"10.0.0.0/8"_s})}, u"http://10.255.0.1/"_s, true);
    row("beside a block", {hosts({u"10.0.0.0/8"_s})}, u"http://11.0.0.0/"_s, false);
    row("range", {hosts({u"10.0.0.5-10.0.0.9"_s})}, u"http://10.0.0.9/"_s, true);
    row("a name is no address", {hosts({u"10.0.0.0/8"_s})}, u"http://ten.example/"_s, false);
    row("short form of an address", {hosts({u"*"_s})}, u"http://10.1/"_s, false);
    row("IPv6 is the proxy's", {hosts({u"*"_s})}, u"http://[2001:db8::1]/"_s, false);
    row("everything", {hosts({u"*"_s})}, u"http://example.org/"_s, true);
    row("no host asked", {hosts({})}, u"http://example.org/"_s, true);
    row("root", {hosts({u"intra.lan"_s})}, u"http://intra.lan./"_s, true);
    row("port of the scheme", {secure}, u"https://www.example.org/"_s, true);
    row("port of the URL", {secure}, u"http://www.example.org:8080/"_s, true);
    row("wrong port", {secure}, u"http://www.example.org/"_s, false);
    row("name and password in the URL", {secure}, u"http://me:443@www.example.org/"_s, false);
    row("unknown scheme", {hosts({u"*"_s})}, u"gopher://example.org/"_s, false);
    row("the first rule counts", {hosts({u"a.lan"_s}, out), hosts({u"*.lan"_s})}, u"http://a.lan/"_s, false);
    row("the next rule", {hosts({u"a.lan"_s}, out), hosts({u"*.lan"_s})}, u"http://b.lan/"_s, true);
    row("blocked", {hosts({u"a.lan"_s}, Action::block()), hosts({u"*.lan"_s})}, u"http://a.lan/"_s, false);
    row("maybe of an application", {application, hosts({u"*"_s})}, u"http://www.example.org/"_s, false);
    row("beside the application's", {application, hosts({u"*"_s})}, u"http://www.example.net/"_s, true);
    row("maybe of a user", {anyHost, hosts({u"*"_s})}, u"http://www.example.net/"_s, false);
    row("not for UDP", {udp, hosts({u"*"_s})}, u"http://www.example.net/"_s, true);
    row("disabled", {disabled, hosts({u"*"_s})}, u"http://www.example.net/"_s, true);
}

void TestPac::sendsEachHostItsWay()
{
    QFETCH(const QList<RuleProfile>, rules);
    QFETCH(const QString, url);
    QFETCH(const bool, direct);
    if (!hasNode())
        QSKIP("no JavaScript engine");
    Profile profile;
    profile.defaultAction = Action::block();
    profile.rules = rules;
    const QString host = url.section(u'/', 2, 2).section(u'@', -1);
    const QString name = host.startsWith(u'[') ? host.section(u']', 0, 0).mid(1) : host.section(u':', 0, 0);
    const QByteArray pac = makePac(profile, proxy(), PacDetail::DirectHosts);
    QCOMPARE(evaluate(pac, {{url, name}}), QStringList{direct ? u"DIRECT"_s : kVia});
    // A mode in which no rule is asked has none to reflect.
    profile.mode = RoutingMode::Everything;
    QVERIFY(makePac(profile, proxy(), PacDetail::DirectHosts).contains("rules = [\n\n];"));
}

/// The default action is direct: the rest is, unless a rule that is not the browser's to judge may match.
void TestPac::sendsTheRestItsWay_data()
{
    const Action out = Action::byWayOf(u"out"_s);
    RuleProfile application = hosts({u"*.example.org"_s});
    application.applications = {u"firefox"_s};
    RuleProfile user = hosts({}, out);
    user.users = {u"alice"_s};
    user.ports = {{80, 80}};
    RuleProfile client = hosts({u"192.0.2.7"_s}, Action::block());
    client.clients = {*AddressRange::fromString(u"10.0.0.0/8"_s)};
    QTest::addColumn<QList<RuleProfile>>("rules");
    QTest::addColumn<bool>("resolves");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("direct");
    const auto row = [](const char *name, const QList<RuleProfile> &rules, bool resolves, const QString &host,
                        bool direct) {
        QTest::newRow(name) << rules << resolves << host << direct;
    };
    row("no rules", {}, false, u"example.org"_s, true);
    row("matched", {hosts({u"*.example.org"_s}, out)}, false, u"www.example.org"_s, false);
    row("unmatched", {hosts({u"*.example.org"_s}, out)}, false, u"example.net"_s, true);
    row("blocked", {hosts({u"ads.test"_s}, Action::block())}, false, u"ads.test"_s, false);
    row("maybe of an application", {application}, false, u"www.example.org"_s, false);
    row("beside the application's", {application}, false, u"www.example.net"_s, true);
    row("maybe of a user", {user}, false, u"example.org"_s, false);
    row("maybe of a client", {client}, false, u"192.0.2.7"_s, false);
    row("beside the client's", {client}, false, u"192.0.2.8"_s, true);
    row("a name is no address", {hosts({u"10.0.0.0/8"_s}, out)}, false, u"ten.example"_s, true);
    row("a name may lead there", {hosts({u"10.0.0.0/8"_s}, out)}, true, u"ten.example"_s, false);
    row("a name that is not in ASCII", {hosts({u"b\u00fcro.lan"_s}, out)}, false, u"b\u00fcro.lan"_s, false);
    row("short form of an address", {hosts({u"10.0.0.1"_s}, out)}, false, u"10.1"_s, false);
    row("hexadecimal form of an address", {hosts({u"10.0.0.1"_s}, out)}, false, u"0xa.0.0.0x1"_s, false);
    row("IPv6", {}, false, u"2001:db8::1"_s, false);
    row("an empty label", {}, false, u"a..lan"_s, false);
}

void TestPac::sendsTheRestItsWay()
{
    QFETCH(const QList<RuleProfile>, rules);
    QFETCH(const bool, resolves);
    QFETCH(const QString, host);
    QFETCH(const bool, direct);
    if (!hasNode())
        QSKIP("no JavaScript engine");
    Profile profile;
    profile.defaultAction = Action::direct();
    profile.rules = rules;
    profile.resolveForRules = resolves;
    const QList<QStringList> asked{{u"http://"_s + host + u'/', host}};
    QCOMPARE(evaluate(makePac(profile, proxy(), PacDetail::DirectHosts), asked),
             QStringList{direct ? u"DIRECT"_s : kVia});
    // Whoever may not know the rules cannot tell what is direct.
    QCOMPARE(evaluate(makePac(profile, proxy(), PacDetail::NoRules), asked), QStringList{kVia});
}

void TestPac::followsTheMode_data()
{
    QTest::addColumn<RoutingMode>("mode");
    QTest::addColumn<Action>("defaultAction");
    QTest::addColumn<bool>("direct");
    QTest::newRow("direct") << RoutingMode::Direct << Action::block() << true;
    QTest::newRow("everything by a server") << RoutingMode::Everything << Action::byWayOf(u"out"_s) << false;
    QTest::newRow("everything blocked") << RoutingMode::Everything << Action::block() << false;
    QTest::newRow("everything direct") << RoutingMode::Everything << Action::direct() << true;
}

void TestPac::followsTheMode()
{
    QFETCH(const RoutingMode, mode);
    QFETCH(const Action, defaultAction);
    QFETCH(const bool, direct);
    if (!hasNode())
        QSKIP("no JavaScript engine");
    Profile profile;
    profile.mode = mode;
    profile.defaultAction = defaultAction;
    profile.rules = {hosts({u"direct.test"_s}), hosts({u"blocked.test"_s}, Action::block())};
    const QByteArray pac = makePac(profile, proxy(), PacDetail::DirectHosts);
    const QString way = direct ? u"DIRECT"_s : kVia;
    QCOMPARE(evaluate(pac, {{u"http://direct.test/"_s, u"direct.test"_s},
                            {u"http://blocked.test/"_s, u"blocked.test"_s},
                            {u"http://[::1]/"_s, u"::1"_s}}),
             QStringList({way, way, way}));
    QVERIFY(!pac.contains("blocked"));
}

/// Some rules of all kinds that a browser's request could meet.
Profile TestPac::randomProfile(QRandomGenerator &random)
{
    const QStringList entries{u"*.lan"_s, u"a.lan"_s,       u"a.*"_s,
                              u"*.a.*"_s, u"10.0.0.0/30"_s, u"10.0.0.2-10.0.0.9"_s,
                              u"*"_s,     u"lan"_s};
    Profile profile;
    profile.resolveForRules = random.bounded(2) == 0;
    profile.defaultAction = random.bounded(2) == 0 ? Action::direct() : Action::block();
    profile.mode = random.bounded(8) != 0   ? RoutingMode::Rules
                   : random.bounded(2) == 0 ? RoutingMode::Direct
                                            : RoutingMode::Everything;
    if (random.bounded(3) == 0)
        profile.unidentifiedApplications = Action::block();
    for (int number = 0; number < 4; ++number) {
        RuleProfile rule = hosts({entries.at(random.bounded(int(entries.size())))},
                                 random.bounded(2) == 0 ? Action::direct() : Action::block());
        if (random.bounded(4) == 0)
            rule.applications = {u"firefox"_s};
        if (random.bounded(3) == 0)
            rule.ports = {{80, 80}};
        if (random.bounded(6) == 0)
            rule.users = {u"alice"_s};
        if (random.bounded(6) == 0)
            rule.clients = {*AddressRange::fromString(u"127.0.0.0/8"_s)};
        profile.rules << rule;
    }
    return profile;
}

/// Whether the rules send it directly for every program, and whatever the name is resolved to.
bool TestPac::isAlwaysDirect(const Profile &profile, const QString &host, std::uint16_t port)
{
    const RuleSet rules(profile);
    Application firefox;
    firefox.program.name = u"firefox"_s;
    Application other;
    other.program.name = u"other"_s;
    for (int who = 0; who < 12; ++who) {
        for (const char *resolved : {"", "10.0.0.1", "10.0.0.5", "192.0.2.1"}) {
            RuleQuery query;
            query.user = who % 2 == 0 ? QString() : u"alice"_s;
            query.client = Address::fromV4(who % 4 < 2 ? 0x7f000001 : 0xc0000207);
            query.destination = {{}, host.toUtf8(), port};
            query.application = who < 4 ? nullptr : who < 8 ? &firefox : &other;
            if (profile.resolveForRules)
                query.resolved = Address::fromLiteral(QString::fromLatin1(resolved));
            if (rules.decide(query).action != Action::direct())
                return false;
        }
    }
    return true;
}

/// Random rules: whatever the file sends directly, the rules send directly, whoever asks.
void TestPac::agreesWithTheRules()
{
    if (!hasNode())
        QSKIP("no JavaScript engine");
    QList<QStringList> pairs;
    for (const char *name : {"a.lan", "b.lan", "lan", "a.b", "x.a.y", "a", "10.0.0.1", "10.0.0.3", "10.0.0.8",
                             "10.0.1.0", "..a.lan"}) {
        const QString host = QString::fromLatin1(name);
        pairs << QStringList{u"http://"_s + host + u'/', host}
              << QStringList{u"https://"_s + host + u'/', host};
    }
    QRandomGenerator random(20'261);
    QList<Profile> profiles;
    QByteArrayList files;
    for (int round = 0; round < 300; ++round) {
        profiles << randomProfile(random);
        files << makePac(profiles.constLast(), proxy(), PacDetail::DirectHosts);
    }
    const QList<QStringList> answers = evaluateAll(files, pairs);
    QCOMPARE(answers.size(), profiles.size());
    int direct = 0;
    for (qsizetype round = 0; round < profiles.size(); ++round) {
        for (qsizetype at = 0; at < pairs.size(); ++at) {
            if (answers.at(round).at(at) != u"DIRECT"_s)
                continue;
            ++direct;
            const QString host = pairs.at(at).constLast();
            QVERIFY2(isAlwaysDirect(profiles.at(round), host, at % 2 == 0 ? 80 : 443), qPrintable(host));
        }
    }
    // Or nothing was tested.
    QVERIFY(direct > 300);
}

void TestPac::namesTheProxy_data()
{
    QTest::addColumn<Protocols>("protocols");
    QTest::addColumn<bool>("asksForLogin");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("all") << Protocols(Protocol::Socks4 | Protocol::Socks5 | Protocol::Http) << false
                         << kVia.toLatin1();
    QTest::newRow("HTTP") << Protocols(Protocol::Http) << false << QByteArray("PROXY 127.0.0.1:1080");
    QTest::newRow("no SOCKS5") << Protocols(Protocol::Socks4 | Protocol::Http) << false
                               << QByteArray("SOCKS 127.0.0.1:1080; PROXY 127.0.0.1:1080");
    QTest::newRow("browsers cannot log in to SOCKS")
        << Protocols(Protocol::Socks5 | Protocol::Http) << true << QByteArray("PROXY 127.0.0.1:1080");
}

void TestPac::namesTheProxy()
{
    QFETCH(const Protocols, protocols);
    QFETCH(const bool, asksForLogin);
    QFETCH(const QByteArray, expected);
    const QByteArray pac = makePac({}, proxy(protocols, asksForLogin), PacDetail::DirectHosts);
    QVERIFY2(pac.startsWith("var proxy = \"" + expected + "\";\n"), pac.constData());
}

void TestPac::keepsSecrets()
{
    Profile profile;
    RuleProfile rule = hosts({u"intra.lan"_s});
    rule.users = {u"alice"_s};
    rule.applications = {u"firefox"_s};
    profile.rules = {rule, hosts({u"other.lan"_s})};
    profile.users = {{u"alice"_s, {}}};
    const QByteArray pac = makePac(profile, proxy(), PacDetail::DirectHosts);
    QVERIFY(pac.contains("other.lan"));
    for (const char *secret : {"secret name", "alice", "firefox"})
        QVERIFY2(!pac.contains(secret), secret);
    QVERIFY(!makePac(profile, proxy(), PacDetail::NoRules).contains(".lan"));
}

void TestPac::cannotBeBrokenOutOf()
{
    if (!hasNode())
        QSKIP("no JavaScript engine");
    Profile profile;
    profile.defaultAction = Action::block();
    for (const QString &host :
         {u"\"];throw 1;//"_s, u"</script>"_s, u"a\\"_s, u"\u2028x"_s, u"b\u00fcro.lan"_s})
        profile.rules << hosts({host});
    const QByteArray pac = makePac(profile, proxy(), PacDetail::DirectHosts);
    QVERIFY(!pac.contains("</script>"));
    QVERIFY(std::all_of(pac.begin(), pac.end(), [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); }));
    QCOMPARE(evaluate(pac, {{u"http://xn--bro-hoa.lan/"_s, u"xn--bro-hoa.lan"_s}, {u"http://x/"_s, u"x"_s}}),
             (QStringList{u"DIRECT"_s, kVia}));
}

/// What does not fit is the proxy's to decide.
void TestPac::staysShort()
{
    Profile profile;
    profile.defaultAction = Action::block();
    for (int number = 0; number < 20'000; ++number)
        profile.rules << hosts({u"host%1.lan"_s.arg(number)});
    const QByteArray pac = makePac(profile, proxy(), PacDetail::DirectHosts);
    QVERIFY(pac.size() < 64 * 1024);
    if (!hasNode())
        return;
    profile.defaultAction = Action::direct();
    QCOMPARE(evaluate(makePac(profile, proxy(), PacDetail::DirectHosts),
                      {{u"http://elsewhere.lan/"_s, u"elsewhere.lan"_s}}),
             QStringList{kVia});
    QCOMPARE(evaluate(pac, {{u"http://host1.lan/"_s, u"host1.lan"_s},
                            {u"http://host19999.lan/"_s, u"host19999.lan"_s}}),
             (QStringList{u"DIRECT"_s, kVia}));
}

QTEST_GUILESS_MAIN(TestPac)
#include "tst_pac.moc"
