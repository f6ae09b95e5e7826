// SPDX-License-Identifier: MIT
#include "ppxsample.h"
#include "ui/ppx.h"
#include "ui/ppxentries.h"
#include "ui/ppxtext.h"

#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using engine::Action;
using engine::RouteKind;
using engine::ServerProtocol;
using ui::PpxFinding;

namespace
{

const ui::PpxContext kHere{u"box"_s, false};

ui::PpxProfile read(const QByteArray &content, const ui::PpxContext &context = kHere)
{
    auto profile = ui::readPpx(content, context);
    if (!profile)
        qFatal("%s", qPrintable(ui::ppxProblemText(profile.error())));
    return *std::move(profile);
}

QByteArray inProfile(const QByteArray &sections)
{
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ProxifierProfile version=\"102\">\n" + sections +
           "</ProxifierProfile>\n";
}

constexpr qsizetype kMoreThanAField = 100'001; ///< entries
const QByteArray kOneProxy = "<ProxyList><Proxy id=\"100\" type=\"SOCKS5\"><Address>192.0.2.1</Address>"
                             "<Port>1080</Port></Proxy></ProxyList>\n";

QByteArray withRule(const QByteArray &fields)
{
    return inProfile(kOneProxy + "<RuleList>\n<Rule enabled=\"true\"><Name>R</Name>" + fields +
                     "</Rule>\n<Rule enabled=\"true\"><Name>Default</Name><Action type=\"Direct\"/></Rule>"
                     "</RuleList>");
}

QList<PpxFinding> findings(const ui::PpxProfile &profile)
{
    QList<PpxFinding> found;
    for (const ui::PpxLine &line : profile.report)
        found << line.finding;
    return found;
}

const ui::PpxLine *findLine(const ui::PpxProfile &profile, PpxFinding finding)
{
    const auto found = std::find_if(profile.report.begin(), profile.report.end(),
                                    [finding](const ui::PpxLine &line) { return line.finding == finding; });
    return found == profile.report.end() ? nullptr : &*found;
}

} // namespace

class TestPpx : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAProfileOfVersion102();
    void readsAProfileOfVersion101();
    void readsUtf16();
    void convertsTargets_data();
    void convertsTargets();
    void convertsApplications_data();
    void convertsApplications();
    void splitsLists_data();
    void splitsLists();
    void readsPorts_data();
    void readsPorts();
    void readsServers_data();
    void readsServers();
    void readsChains_data();
    void readsChains();
    void readsRules_data();
    void readsRules();
    void losesNothingUnseen();
    void neverOpensAnotherWay();
    void tellsOfOptions_data();
    void tellsOfOptions();
    void refusesWhatIsNoProfile_data();
    void refusesWhatIsNoProfile();
    void survivesEveryTruncation();
    void boundsTheReport();
    void saysSomethingOfEachFinding();
};

void TestPpx::readsAProfileOfVersion102()
{
    const ui::PpxProfile profile = read(kPpxSample102);
    QCOMPARE(profile.servers.size(), 3);
    QCOMPARE(profile.servers.at(0).name, u"Office"_s);
    QCOMPARE(profile.servers.at(0).host, u"proxy.example.org"_s);
    QCOMPARE(profile.servers.at(0).port, 1'080);
    QCOMPARE(profile.servers.at(0).username, u"bob"_s);
    QCOMPARE(profile.servers.at(1).protocol, ServerProtocol::Http);
    QCOMPARE(profile.servers.at(1).name, u"192.0.2.7"_s);
    QCOMPARE(profile.servers.at(2).resolveNames, engine::NameResolution::Local);
    QCOMPARE(profile.routes.size(), 2);
    QCOMPARE(profile.routes.at(0).kind, RouteKind::Failover);
    QCOMPARE(profile.routes.at(0).members, (QStringList{profile.servers.at(0).id, profile.servers.at(1).id}));
    QCOMPARE(profile.routes.at(1).kind, RouteKind::Balance);
    QCOMPARE(profile.routes.at(1).members, QStringList{profile.servers.at(1).id});
    QCOMPARE(profile.rules.size(), 4);
    QCOMPARE(profile.rules.at(0).hosts, (QStringList{u"localhost"_s, u"127.0.0.1"_s, u"box"_s, u"::1"_s}));
    QCOMPARE(profile.rules.at(0).action, Action::direct());
    QCOMPARE(profile.rules.at(1).applications, (QStringList{u"firefox"_s, u"some app"_s, u"fire*"_s}));
    QCOMPARE(profile.rules.at(1).ports, (QList<engine::PortRange>{{80, 80}, {443, 443}, {8'000, 9'000}}));
    QCOMPARE(profile.rules.at(1).action, Action::byWayOf(profile.routes.at(0).id));
    QCOMPARE(profile.rules.at(2).hosts, (QStringList{u"*.example.org"_s, u"10.0.0.0-10.255.255.255"_s,
                                                     u"192.168.1.0/24"_s, u"172.16.0.0/12"_s}));
    QCOMPARE(profile.rules.at(2).action, Action::byWayOf(profile.servers.at(1).id));
    QVERIFY(!profile.rules.at(3).enabled);
    QCOMPARE(profile.rules.at(3).action, Action::block());
    QCOMPARE(profile.defaultAction, Action::byWayOf(profile.servers.at(0).id));
    // Nothing of the password, and it is told at its line.
    const ui::PpxLine *locked = findLine(profile, PpxFinding::PasswordLocked);
    QVERIFY(locked != nullptr);
    QCOMPARE(locked->subject, u"Office"_s);
    QCOMPARE(kPpxSample102.split('\n').at(locked->line - 1).trimmed(),
             QByteArray("<Authentication enabled=\"true\">"));
    for (const ui::PpxLine &line : profile.report)
        QVERIFY(!ui::ppxLineText(line).contains(u"AAAEuL6ruF"_s));
    QVERIFY(findings(profile).contains(PpxFinding::TryDirect));
    QVERIFY(findings(profile).contains(PpxFinding::MemberOff));
}

void TestPpx::readsAProfileOfVersion101()
{
    const ui::PpxProfile profile = read(kPpxSample101);
    QCOMPARE(profile.servers.size(), 1);
    QCOMPARE(profile.routes.size(), 0);
    QCOMPARE(profile.rules.size(), 2);
    QCOMPARE(profile.rules.at(0).applications, (QStringList{u"Burp Suite"_s, u"com.example.agent"_s}));
    QCOMPARE(profile.rules.at(1).hosts, (QStringList{u"ads.example.org"_s, u"*.ads.example.net"_s}));
    QCOMPARE(profile.defaultAction, Action::direct());
    const ui::PpxLine *simple = findLine(profile, PpxFinding::MacroUnknown);
    QVERIFY(simple != nullptr);
    QCOMPARE(simple->value, u"%SimpleHostnames%"_s);
}

void TestPpx::readsUtf16()
{
    QByteArray content("\xff\xfe");
    QString text = QString::fromUtf8(kPpxSample102);
    text.replace(u"UTF-8"_s, u"UTF-16"_s);
    for (const QChar c : text) {
        content += static_cast<char>(c.unicode() & 0xff);
        content += static_cast<char>(c.unicode() >> 8);
    }
    QCOMPARE(read(content).rules, read(kPpxSample102).rules);
}

void TestPpx::convertsTargets_data()
{
    using F = PpxFinding;
    QTest::addColumn<QString>("target");
    QTest::addColumn<QStringList>("hosts");
    QTest::addColumn<std::optional<PpxFinding>>("finding");
    const auto row = [](const char *name, const char16_t *target, const QStringList &hosts,
                        std::optional<PpxFinding> finding = std::nullopt) {
        QTest::newRow(name) << QString::fromUtf16(target) << hosts << finding;
    };
    row("name", u"example.org", {u"example.org"_s});
    row("name with a dash", u"my-host", {u"my-host"_s});
    row("IPv4", u"192.0.2.1", {u"192.0.2.1"_s});
    row("IPv6", u"2001:db8::1", {u"2001:db8::1"_s});
    row("IPv6 in brackets", u"[::1]", {u"::1"_s});
    row("everything", u"*", {u"*"_s});
    row("every IPv4 address", u"*.*.*.*", {u"0.0.0.0/0"_s}, F::AddressBlock);
    row("names below", u"*.example.org", {u"*.example.org"_s});
    row("names that begin so", u"mail.*", {u"mail.*"_s});
    row("names around", u"*.google.*", {u"*.google.*"_s});
    row("any beginning", u"*google.com", {u"google.com"_s, u"*.google.com"_s}, F::WildcardNarrowed);
    row("any end", u"google*", {u"google"_s, u"google.*"_s}, F::WildcardNarrowed);
    row("any of both", u"*google*", {u"google"_s, u"google.*"_s, u"*.google"_s, u"*.google.*"_s},
        F::WildcardNarrowed);
    row("in the middle", u"ads.*.com", {}, F::WildcardUnusable);
    row("in a label", u"ad*s.com", {}, F::WildcardUnusable);
    row("question mark", u"host?.com", {}, F::WildcardUnusable);
    row("only wildcards", u"**", {}, F::WildcardUnusable);
    row("only wildcards with a dot", u"*.*", {}, F::WildcardUnusable);
    row("IPv4 wildcard", u"192.168.1.*", {u"192.168.1.0/24"_s}, F::AddressBlock);
    row("two IPv4 wildcards", u"172.16.*.*", {u"172.16.0.0/16"_s}, F::AddressBlock);
    row("short IPv4 wildcard", u"10.*", {u"10.0.0.0/8"_s}, F::AddressBlock);
    row("IPv4 wildcard in the middle", u"10.*.0.1", {}, F::WildcardUnusable);
    row("IPv4 wildcard in a number", u"10.1*.0.0", {}, F::WildcardUnusable);
    row("IPv4 wildcard of a wrong number", u"300.1.*.*", {}, F::TargetWrong);
    row("IPv4 wildcard too long", u"1.2.3.4.*", {}, F::WildcardUnusable);
    row("range", u"10.0.0.1-10.0.0.9", {u"10.0.0.1-10.0.0.9"_s});
    row("IPv6 range", u"fc00::-fdff::", {u"fc00::-fdff::"_s});
    row("range backwards", u"10.0.0.9-10.0.0.1", {}, F::TargetWrong);
    row("range of two kinds", u"10.0.0.1-::1", {}, F::TargetWrong);
    row("range to nowhere", u"10.0.0.1-", {}, F::TargetWrong);
    row("block", u"10.0.0.0/8", {u"10.0.0.0/8"_s});
    row("block with host bits", u"10.1.2.3/8", {u"10.0.0.0/8"_s}, F::AddressBlock);
    row("block with a mask", u"10.0.0.0/255.0.0.0", {u"10.0.0.0/8"_s}, F::AddressBlock);
    row("block too long", u"10.0.0.0/33", {}, F::TargetWrong);
    row("URL", u"https://example.org/", {}, F::TargetWrong);
    row("with a port", u"example.org:443", {}, F::TargetWrong);
    row("with a leading dot", u".example.org", {}, F::TargetWrong);
    row("with an empty label", u"example..org", {}, F::TargetWrong);
    row("wildcards around an empty label", u"*example..org*", {}, F::TargetWrong);
    row("number beyond an address", u"10.0.0.256", {}, F::TargetWrong);
    row("numbers of no address", u"10.0.0", {}, F::TargetWrong);
    row("range beyond addresses", u"10.0.0.256-10.0.1.1", {}, F::TargetWrong);
    row("this computer", u"%computername%", {u"box"_s}, F::ComputerName);
    row("another macro", u"%LocalSubnet%", {}, F::MacroUnknown);
    row("too long", QString(300, u'a').toStdU16String().c_str(), {}, F::TargetWrong);
}

void TestPpx::convertsTargets()
{
    QFETCH(const QString, target);
    QFETCH(const QStringList, hosts);
    QFETCH(const std::optional<PpxFinding>, finding);
    const ui::PpxConverted converted = ui::convertPpxTarget(target, kHere);
    QCOMPARE(converted.texts, hosts);
    QVERIFY(converted.finding == finding);
}

void TestPpx::convertsApplications_data()
{
    using F = PpxFinding;
    QTest::addColumn<QString>("list");
    QTest::addColumn<bool>("onWindows");
    QTest::addColumn<QString>("application");
    QTest::addColumn<std::optional<PpxFinding>>("finding");
    const auto row = [](const char *name, const char *list, bool onWindows, const char *application,
                        std::optional<PpxFinding> finding = std::nullopt) {
        QTest::newRow(name) << QString::fromUtf8(list) << onWindows << QString::fromUtf8(application)
                            << finding;
    };
    row("of Windows, there", "firefox.exe", true, "firefox.exe");
    row("of Windows, here", "firefox.EXE", false, "firefox", F::ProgramSuffix);
    row("with wildcards", "fire*", false, "fire*");
    row("in quotes", "\"some app\"", false, "some app");
    row("with a blank", "some app", false, "some app", F::UnquotedSpaces);
    row("path", "/usr/bin/curl", false, "/usr/bin/curl");
    row("path of Windows, there", "\"C:\\Program Files\\x.exe\"", true, "C:\\Program Files\\x.exe");
    row("path of Windows, here", "C:\\x.exe", false, "C:\\x.exe", F::ForeignPath);
    row("macro", "%ProgramFiles%\\x.exe", true, "", F::MacroUnknown);
    row("nothing but the suffix", ".exe", false, "", F::ApplicationWrong);
    row("a blank before the suffix", "curl .exe", false, "", F::ApplicationWrong);
    row("a directory", "/usr/bin/", false, "", F::ApplicationWrong);
    row("byte order mark", "\"\xef\xbb\xbf\"", false, "", F::ApplicationWrong);
    row("byte order mark before it",
        "\"\xef\xbb\xbf"
        "curl\"",
        false, "", F::ApplicationWrong);
}

void TestPpx::convertsApplications()
{
    QFETCH(const QString, list);
    QFETCH(const bool, onWindows);
    QFETCH(const QString, application);
    QFETCH(const std::optional<PpxFinding>, finding);
    const QList<ui::PpxEntry> entries = ui::splitPpxList(list);
    QCOMPARE(entries.size(), 1);
    const ui::PpxConverted converted = ui::convertPpxApplication(entries.at(0), {u"box"_s, onWindows});
    QCOMPARE(converted.texts, application.isEmpty() ? QStringList() : QStringList{application});
    QVERIFY(converted.finding == finding);
}

void TestPpx::splitsLists_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("semicolons") << u"a; b;c ;"_s << QStringList{u"a"_s, u"b"_s, u"c"_s};
    QTest::newRow("lines") << u"a\r\nb\nc\r\n"_s << QStringList{u"a"_s, u"b"_s, u"c"_s};
    QTest::newRow("commas and blanks") << u"a, b c"_s << QStringList{u"a"_s, u"b"_s, u"c"_s};
    QTest::newRow("range with blanks")
        << u"10.0.0.1 - 10.0.0.9; b"_s << QStringList{u"10.0.0.1-10.0.0.9"_s, u"b"_s};
    QTest::newRow("range with a blank before") << u"80 -90"_s << QStringList{u"80-90"_s};
    QTest::newRow("range with a blank behind") << u"80- 90 100"_s << QStringList{u"80-90"_s, u"100"_s};
    QTest::newRow("a dash on its own") << u"a; -; b"_s << QStringList{u"a"_s, u"-"_s, u"b"_s};
    QTest::newRow("nothing") << u" ; ;\n"_s << QStringList();
}

void TestPpx::splitsLists()
{
    QFETCH(const QString, list);
    QTEST(ui::splitPpxWords(list), "words");
}

void TestPpx::readsPorts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("last");
    QTest::newRow("one") << u"443"_s << 443 << 443;
    QTest::newRow("range") << u"8000-9000"_s << 8'000 << 9'000;
    QTest::newRow("highest") << u"65535"_s << 65'535 << 65'535;
    QTest::newRow("too high") << u"65536"_s << -1 << -1;
    QTest::newRow("far too high") << u"99999999999999999999"_s << -1 << -1;
    QTest::newRow("backwards") << u"9-8"_s << -1 << -1;
    QTest::newRow("signed") << u"+80"_s << -1 << -1;
    QTest::newRow("word") << u"http"_s << -1 << -1;
    QTest::newRow("open") << u"80-"_s << -1 << -1;
    QTest::newRow("nothing") << QString() << -1 << -1;
}

void TestPpx::readsPorts()
{
    QFETCH(const QString, text);
    const auto ports = ui::readPpxPorts(text);
    QTEST(ports ? ports->first : -1, "first");
    QTEST(ports ? ports->last : -1, "last");
}

void TestPpx::readsServers_data()
{
    using F = PpxFinding;
    QTest::addColumn<QByteArray>("proxy");
    QTest::addColumn<int>("count");
    QTest::addColumn<PpxFinding>("finding");
    const auto row = [](const char *name, const QByteArray &proxy, int count, PpxFinding finding) {
        QTest::newRow(name) << proxy << count << finding;
    };
    const QByteArray place = "<Address>a.example</Address><Port>1</Port>";
    row("SOCKS5", "<Proxy id=\"1\" type=\"SOCKS5\">" + place + "</Proxy>", 1, F::ServerTaken);
    row("SOCKS4A", "<Proxy id=\"1\" type=\"SOCKS4A\">" + place + "</Proxy>", 1, F::ServerTaken);
    row("SOCKS4", "<Proxy id=\"1\" type=\"SOCKS4\">" + place + "</Proxy>", 1, F::Socks4Names);
    row("HTTP", "<Proxy id=\"1\" type=\"HTTP\">" + place + "</Proxy>", 1, F::PlainHttp);
    row("unknown type", "<Proxy id=\"1\" type=\"SSH\">" + place + "</Proxy>", 0, F::ProtocolUnknown);
    row("no type", "<Proxy id=\"1\">" + place + "</Proxy>", 0, F::ProtocolUnknown);
    row("no port", "<Proxy id=\"1\" type=\"SOCKS5\"><Address>a</Address></Proxy>", 0, F::PortWrong);
    row("port 0", "<Proxy id=\"1\" type=\"SOCKS5\"><Address>a</Address><Port>0</Port></Proxy>", 0,
        F::PortWrong);
    row("port range", "<Proxy id=\"1\" type=\"SOCKS5\"><Address>a</Address><Port>1-2</Port></Proxy>", 0,
        F::PortWrong);
    row("no address", "<Proxy id=\"1\" type=\"SOCKS5\"><Port>1</Port></Proxy>", 0, F::AddressWrong);
    row("wildcard", "<Proxy id=\"1\" type=\"SOCKS5\"><Address>*.a</Address><Port>1</Port></Proxy>", 0,
        F::AddressWrong);
    row("id twice",
        "<Proxy id=\"1\" type=\"SOCKS5\">" + place + "</Proxy><Proxy id=\"1\" type=\"SOCKS5\">" + place +
            "</Proxy>",
        1, F::IdTwice);
    row("login that is off",
        "<Proxy id=\"1\" type=\"SOCKS5\">" + place +
            "<Authentication enabled=\"false\"><Username>x</Username></Authentication></Proxy>",
        1, F::LoginOff);
    row("colon in a user of HTTP",
        "<Proxy id=\"1\" type=\"HTTPS\">" + place +
            "<Authentication enabled=\"true\"><Username>x:y</Username></Authentication></Proxy>",
        1, F::UserNameWrong);
    row("long label",
        "<Proxy id=\"1\" type=\"SOCKS5\"><Label>" + QByteArray(300, 'x') + "</Label>" + place + "</Proxy>", 1,
        F::NameCut);
    row("label of a byte order mark",
        "<Proxy id=\"1\" type=\"SOCKS5\"><Label>\xef\xbb\xbf</Label>" + place + "</Proxy>", 1, F::NameCut);
    row("byte order mark in a user",
        "<Proxy id=\"1\" type=\"SOCKS5\">" + place +
            "<Authentication enabled=\"true\"><Username>\xef\xbb\xbf</Username></Authentication></Proxy>",
        1, F::UserNameWrong);
    row("unknown flags", "<Proxy id=\"1\" type=\"SOCKS5\">" + place + "<Options>4096</Options></Proxy>", 1,
        F::SettingIgnored);
    row("unknown setting", "<Proxy id=\"1\" type=\"SOCKS5\">" + place + "<Robot>1</Robot></Proxy>", 1,
        F::SettingIgnored);
    row("other element", "<Robot/>", 0, F::SectionUnknown);
}

void TestPpx::readsServers()
{
    QFETCH(const QByteArray, proxy);
    QFETCH(const PpxFinding, finding);
    const ui::PpxProfile profile = read(inProfile("<ProxyList>" + proxy + "</ProxyList>"));
    QTEST(static_cast<int>(profile.servers.size()), "count");
    QVERIFY(findings(profile).contains(finding));
    for (const engine::ServerProfile &server : profile.servers)
        QVERIFY(!server.username.contains(u':') && server.name.size() <= 255);
}

void TestPpx::readsChains_data()
{
    using F = PpxFinding;
    QTest::addColumn<QByteArray>("chain");
    QTest::addColumn<int>("members");
    QTest::addColumn<PpxFinding>("finding");
    const auto row = [](const char *name, const QByteArray &chain, int members, PpxFinding finding) {
        QTest::newRow(name) << chain << members << finding;
    };
    const QByteArray member = "<Proxy enabled=\"true\">100</Proxy>";
    row("simple", "<Chain id=\"1\" type=\"simple\">" + member + "</Chain>", 1, F::RouteTaken);
    row("balance", "<Chain id=\"1\" type=\"load_balancing\">" + member + "</Chain>", 1, F::StickyByHost);
    row("chain without one of its servers",
        "<Chain id=\"1\" type=\"simple\">" + member + "<Proxy enabled=\"true\">9</Proxy></Chain>", 0,
        F::ChainBroken);
    row("group without one of its servers",
        "<Chain id=\"1\" type=\"redundancy\">" + member + "<Proxy enabled=\"true\">9</Proxy></Chain>", 1,
        F::MemberMissing);
    row("member that is off",
        "<Chain id=\"1\" type=\"simple\">" + member + "<Proxy enabled=\"false\">100</Proxy></Chain>", 1,
        F::MemberOff);
    row("too long", "<Chain id=\"1\" type=\"simple\">" + member.repeated(9) + "</Chain>", 0, F::ChainTooLong);
    row("empty", "<Chain id=\"1\" type=\"simple\"/>", 0, F::RouteEmpty);
    row("unknown type", "<Chain id=\"1\" type=\"random\">" + member + "</Chain>", 0, F::RouteKindUnknown);
    row("never direct",
        "<Chain id=\"1\" type=\"redundancy\">" + member +
            "<RedundancyTryDirect>true</RedundancyTryDirect></Chain>",
        1, F::TryDirect);
    row("timeout",
        "<Chain id=\"1\" type=\"redundancy\">" + member + "<RedundancyTimeout>30</RedundancyTimeout></Chain>",
        1, F::SettingIgnored);
}

void TestPpx::readsChains()
{
    QFETCH(const QByteArray, chain);
    QFETCH(const PpxFinding, finding);
    // Also where the chains stand before the proxies.
    for (const QByteArray &sections : {kOneProxy + "<ChainList>" + chain + "</ChainList>",
                                       "<ChainList>" + chain + "</ChainList>" + kOneProxy}) {
        const ui::PpxProfile profile = read(inProfile(sections));
        QTEST(static_cast<int>(profile.routes.isEmpty() ? 0 : profile.routes.at(0).members.size()),
              "members");
        QVERIFY(findings(profile).contains(finding));
    }
}

void TestPpx::readsRules_data()
{
    using F = PpxFinding;
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<bool>("taken");
    QTest::addColumn<PpxFinding>("finding");
    const auto row = [](const char *name, const char *fields, bool taken, PpxFinding finding) {
        QTest::newRow(name) << QByteArray(fields) << taken << finding;
    };
    row("direct", "<Targets>a</Targets><Action type=\"Direct\"/>", true, F::RuleTaken);
    row("by way of the proxy", "<Ports>80</Ports><Action type=\"Proxy\">100</Action>", true, F::RuleTaken);
    row("any", "<Targets>Any</Targets><Ports>80</Ports><Action type=\"Block\"/>", true, F::RuleTaken);
    row("some targets", "<Targets>a; b*c</Targets><Action type=\"Direct\"/>", true, F::WildcardUnusable);
    row("no target is left", "<Targets>b*c</Targets><Action type=\"Direct\"/>", false, F::RuleEmptied);
    row("no port is left", "<Ports>x</Ports><Action type=\"Direct\"/>", false, F::RuleEmptied);
    row("no application is left", "<Applications>%a%</Applications><Action type=\"Direct\"/>", false,
        F::RuleEmptied);
    row("addresses", "<Targets>10.0.0.1</Targets><Action type=\"Direct\"/>", true, F::AddressesNotForNames);
}

void TestPpx::readsRules()
{
    QFETCH(const QByteArray, fields);
    QFETCH(const PpxFinding, finding);
    const ui::PpxProfile profile = read(withRule(fields));
    QTEST(profile.rules.size() == 1, "taken");
    QVERIFY(findings(profile).contains(finding));
    QCOMPARE(findLine(profile, finding)->line, 5);
}

/// What went by way of a server, or asked for more than is understood, lets nothing through by accident.
/// Whatever is not read is told of.
void TestPpx::losesNothingUnseen()
{
    const QByteArray rule =
        "<RuleList><Rule enabled=\"true\"><Name>a</Name><Targets>a.example</Targets><Action "
        "type=\"Block\"/></Rule></RuleList>";
    const ui::PpxProfile twice = read(inProfile(rule + rule));
    QCOMPARE(twice.rules.size(), 1);
    QVERIFY(findings(twice).contains(PpxFinding::SectionUnknown));
    QVERIFY(!findings(read(inProfile(rule))).contains(PpxFinding::SectionUnknown));
    const ui::PpxProfile many = read(withRule("<Ports>" + QByteArray("1-2;").repeated(kMoreThanAField) +
                                              "</Ports><Action type=\"Block\"/>"));
    QVERIFY(findings(many).contains(PpxFinding::TooMany));
}

void TestPpx::neverOpensAnotherWay()
{
    for (const QByteArray action : {"<Action type=\"Proxy\">7</Action>",
                                    "<Action type=\"Chain\">100</Action>", "<Action type=\"New\"/>", ""}) {
        const ui::PpxProfile profile = read(withRule("<Targets>a</Targets>" + action));
        QCOMPARE(profile.rules.size(), 1);
        QCOMPARE(profile.rules.at(0).action, Action::block());
        QVERIFY(findings(profile).contains(PpxFinding::BlockedInstead));
    }
    const ui::PpxProfile unknown = read(withRule("<Users>me</Users><Action type=\"Direct\"/>"));
    QCOMPARE(unknown.rules.size(), 1);
    QVERIFY(!unknown.rules.at(0).enabled);
    const ui::PpxProfile lost = read(inProfile("<RuleList><Rule enabled=\"true\"><Name>Default</Name>"
                                               "<Action type=\"Proxy\">1</Action></Rule></RuleList>"));
    QCOMPARE(lost.defaultAction, Action::block());
    QVERIFY(!read(inProfile({})).defaultAction);
}

void TestPpx::tellsOfOptions_data()
{
    QTest::addColumn<QByteArray>("option");
    QTest::addColumn<QString>("told"); // nothing: no line
    QTest::newRow("off") << QByteArray("<ProcessServices enabled=\"false\"/>") << QString();
    QTest::newRow("on") << QByteArray("<ProcessServices enabled=\"true\"/>") << u"ProcessServices: true"_s;
    QTest::newRow("mode") << QByteArray("<Udp mode=\"mode_bypass\"/>") << u"Udp: mode_bypass"_s;
    QTest::newRow("without loss") << QByteArray("<ConnectionLoopDetection enabled=\"true\"/>") << QString();
    QTest::newRow("usual exclusions")
        << QByteArray("<Resolve><ExclusionList>%ComputerName%; localhost; *.local</ExclusionList></Resolve>")
        << QString();
    QTest::newRow("other exclusions")
        << QByteArray("<Resolve><ExclusionList>*.lan</ExclusionList></Resolve>") << u"ExclusionList: *.lan"_s;
    QTest::newRow("unheard of") << QByteArray("<Warp speed=\"9\"><Core/></Warp>") << u"Warp"_s;
}

void TestPpx::tellsOfOptions()
{
    QFETCH(const QByteArray, option);
    const ui::PpxProfile profile = read(inProfile("<Options>" + option + "</Options>"));
    const ui::PpxLine *line = findLine(profile, PpxFinding::SettingIgnored);
    QTEST(line == nullptr ? QString() : line->value, "told");
}

void TestPpx::refusesWhatIsNoProfile_data()
{
    using ui::XmlError;
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("isOther");
    QTest::addColumn<ui::XmlError>("error");
    QTest::newRow("nothing") << QByteArray() << false << XmlError::NotWellFormed;
    QTest::newRow("text") << QByteArray("hello") << false << XmlError::NotWellFormed;
    QTest::newRow("other XML") << QByteArray("<html/>") << true << XmlError::NotWellFormed;
    QTest::newRow("two roots") << QByteArray("<ProxifierProfile/><a/>") << false << XmlError::NotWellFormed;
    QTest::newRow("document type") << QByteArray("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>") << false
                                   << XmlError::DocumentType;
    QTest::newRow("billion laughs")
        << QByteArray("<!DOCTYPE a [<!ENTITY b \"cccccccccc\"><!ENTITY d \"&b;&b;&b;&b;&b;&b;\">"
                      "<!ENTITY e \"&d;&d;&d;&d;&d;&d;\">]><ProxifierProfile>&e;</ProxifierProfile>")
        << false << XmlError::DocumentType;
    QTest::newRow("external entity")
        << QByteArray("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><ProxifierProfile>&b;"
                      "</ProxifierProfile>")
        << false << XmlError::DocumentType;
    QTest::newRow("undeclared entity")
        << QByteArray("<ProxifierProfile>&b;</ProxifierProfile>") << false << XmlError::NotWellFormed;
    QTest::newRow("deep") << QByteArray("<a>").repeated(17) << false << XmlError::TooDeep;
    QTest::newRow("many elements") << "<a>" + QByteArray("<b/>").repeated(100'000) + "</a>" << false
                                   << XmlError::TooManyElements;
    QByteArray attributes;
    for (int i = 0; i < 100'000; ++i)
        attributes += " a" + QByteArray::number(i) + "=''";
    QTest::newRow("many attributes") << "<a" + attributes + "/>" << false << XmlError::TooManyAttributes;
    QTest::newRow("large") << QByteArray(ui::kMaximumXmlSize + 1, ' ') << false << XmlError::TooLarge;
}

void TestPpx::refusesWhatIsNoProfile()
{
    QFETCH(const QByteArray, content);
    const auto profile = ui::readPpx(content, kHere);
    QVERIFY(!profile);
    QTEST(profile.error().isOther, "isOther");
    QTEST(profile.error().xml.error, "error");
    QVERIFY(!ui::ppxProblemText(profile.error()).isEmpty());
}

void TestPpx::survivesEveryTruncation()
{
    const qsizetype end = kPpxSample102.lastIndexOf('>');
    for (qsizetype size = 0; size < end; ++size) {
        // A block of its own, so that reading past it is seen.
        const QByteArray part(kPpxSample102.constData(), size);
        QVERIFY2(!ui::readPpx(part, kHere), qPrintable(QString::number(size)));
    }
    QVERIFY(ui::readPpx(kPpxSample102.first(end + 1), kHere));
}

void TestPpx::boundsTheReport()
{
    const ui::PpxProfile profile = read(withRule("<Targets>" + QByteArray("a*b;").repeated(50'000) +
                                                 "good</Targets><Action type=\"Direct\"/>"));
    QCOMPARE(profile.report.size(), ui::kMaximumPpxReport + 1);
    QCOMPARE(profile.rules.at(0).hosts, QStringList{u"good"_s});
    const ui::PpxLine &last = profile.report.back();
    QCOMPARE(last.finding, PpxFinding::ReportCutOff);
    // One for each of the targets, besides what there is to say without them.
    const qsizetype others = read(withRule("<Targets>good</Targets><Action type=\"Direct\"/>")).report.size();
    QCOMPARE(last.value, QString::number(50'000 + others - ui::kMaximumPpxReport));
    QVERIFY(ui::ppxLineText(last).contains(last.value));
}

void TestPpx::saysSomethingOfEachFinding()
{
    QSet<QString> texts;
    for (int finding = 0; finding <= static_cast<int>(PpxFinding::ReportCutOff); ++finding) {
        const ui::PpxLine line{1,     ui::PpxPart::Rule, u"R"_s, static_cast<PpxFinding>(finding), u"v"_s,
                               u"b"_s};
        const QString text = ui::ppxLineText(line);
        QVERIFY2(text.startsWith(u"Rule \"R\": "_s) && text.size() > 14,
                 qPrintable(QString::number(finding)));
        texts.insert(text);
    }
    // The same words: server, route and rule taken over; an unknown type of server and of chain; "a is now
    // b".
    QCOMPARE(texts.size(), static_cast<int>(PpxFinding::ReportCutOff) + 1 - 4);
}

QTEST_GUILESS_MAIN(TestPpx)
#include "tst_ppx.moc"
