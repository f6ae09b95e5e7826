// SPDX-License-Identifier: MIT
#include "fakeprofilestore.h"
#include "ui/connectionmodel.h"
#include "ui/connectionrules.h"
#include "ui/newrulemenu.h"

#include <QAction>
#include <QSignalSpy>
#include <QTest>

using engine::Connection;
using ui::ProgramForm;
using ui::RuleSubject;

namespace
{

const QString kCurl = QStringLiteral("curl");
const QString kPython = QStringLiteral("python3");
const QString kCurlPath = QStringLiteral("/usr/bin/curl");
const QString kScript = QStringLiteral("/opt/tool/fetch.py");

Connection connection(engine::ConnectionId id, const engine::Program &program)
{
    Connection made;
    made.id = id;
    made.state = engine::ConnectionState::Open;
    made.targetHost = QStringLiteral("example.org");
    made.targetPort = 443;
    made.application = program.name;
    made.processId = program.processId;
    engine::Application application;
    application.program = program;
    made.identity = std::make_shared<const engine::Application>(application);
    return made;
}

} // namespace

class TestConnectionRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsTheProgram_data();
    void tellsTheProgram();
    void makesNoPatterns_data();
    void makesNoPatterns();
    void makesOnlyHostsThatARuleCanSay_data();
    void makesOnlyHostsThatARuleCanSay();
    void tellsProgramsOfOneNameApart_data();
    void tellsProgramsOfOneNameApart();
    void offersRoutesBeforeServers();
    void opensTheEditorForMore();
    void offersNoPatterns();

private:
    [[nodiscard]] static QAction *action(const ui::NewRuleMenu &menu, const char *name)
    {
        auto *found = menu.findChild<QAction *>(QLatin1String(name));
        if (found == nullptr)
            qFatal("no %s", name);
        return found;
    }

    FakeProfileStore m_store;
};

void TestConnectionRules::tellsTheProgram_data()
{
    QTest::addColumn<engine::Program>("program");
    QTest::addColumn<int>("form");
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("name");
    const engine::Program curl{7, kCurl, kCurlPath, {}};
    const engine::Program script{7, kPython, QStringLiteral("/usr/bin/python3"), kScript};
    const auto row = [](const char *name, const engine::Program &program, ProgramForm form,
                        const QString &entry, const QString &ruleName) {
        QTest::newRow(name) << program << static_cast<int>(form) << entry << ruleName;
    };
    row("by name", curl, ProgramForm::Name, kCurl, kCurl);
    row("by path", curl, ProgramForm::Path, kCurlPath, kCurl);
    row("by path, which is not known", {7, kCurl, {}, {}}, ProgramForm::Path, kCurl, kCurl);
    row("a script", script, ProgramForm::Name, kScript, QStringLiteral("fetch.py"));
    row("a script by path", script, ProgramForm::Path, kScript, QStringLiteral("fetch.py"));
}

void TestConnectionRules::tellsTheProgram()
{
    QFETCH(const engine::Program, program);
    QFETCH(const int, form);
    QFETCH(const QString, name);
    const Connection asked = connection(1, program);
    const auto alone = ui::ruleFor(asked, RuleSubject::Application, static_cast<ProgramForm>(form));
    QVERIFY(alone);
    QTEST(alone->applications.join(u'|'), "entry");
    QCOMPARE(alone->name, name);
    const auto both = ui::ruleFor(asked, RuleSubject::ApplicationAndHost, static_cast<ProgramForm>(form));
    QVERIFY(both);
    QTEST(both->applications.join(u'|'), "entry");
    QCOMPARE(both->hosts, QStringList{asked.targetHost});
    QCOMPARE(both->name, name + QStringLiteral(", example.org"));
}

/// What a client, or who named a program, has chosen makes no rule for others.
void TestConnectionRules::makesNoPatterns_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<engine::Program>("program");
    QTest::addColumn<int>("form");
    QTest::addColumn<QString>("offered"); // for the application, the host, the domain, both
    const engine::Program curl{7, kCurl, kCurlPath, {}};
    const auto row = [](const char *name, const char *host, const engine::Program &program, ProgramForm form,
                        const char *offered) {
        QTest::newRow(name) << QString::fromLatin1(host) << program << static_cast<int>(form)
                            << QString::fromLatin1(offered);
    };
    const auto byHost = [&row, &curl](const char *name, const char *host, const char *offered) {
        row(name, host, curl, ProgramForm::Name, offered);
    };
    byHost("a host", "www.example.org", "yes yes yes yes");
    byHost("an address", "192.0.2.1", "yes yes no yes");
    byHost("an address with a dot at its end", "192.0.2.1.", "yes yes no yes");
    byHost("an IPv6 address", "2001:db8::1", "yes yes no yes");
    byHost("a name with dashes", "my-host.example.org", "yes yes yes yes");
    byHost("everything", "*", "yes no no no");
    byHost("everything in the root", "*.", "yes no no no");
    byHost("a top-level domain", "*.org", "yes no no no");
    byHost("a domain", "*.example.org", "yes no no no");
    byHost("beginnings", "mail.*", "yes no no no");
    byHost("a block", "0.0.0.0/0", "yes no no no");
    byHost("a block of one", "192.0.2.1/32", "yes no no no");
    byHost("a block of IPv6", "::/0", "yes no no no");
    byHost("a range", "10.0.0.1-10.0.0.9", "yes no no no");
    byHost("a range in the root", "10.0.0.1-10.0.0.9.", "yes no no no");
    byHost("a block behind a label", "x.0.0.0.0/0", "yes no no no");
    byHost("a range behind a label", "x.10.0.0.1-10.0.0.9", "yes yes no yes");
    byHost("an address behind a label", "x.10.0.0.1", "yes yes no yes");
    const auto byProgram = [&row](const char *name, const engine::Program &program, ProgramForm form,
                                  const char *offered) {
        row(name, "example.org", program, form, offered);
    };
    const engine::Program starred{7, QStringLiteral("*"), QStringLiteral("/app/bin/x"), {}};
    byProgram("a program called as a pattern", starred, ProgramForm::Name, "no yes yes no");
    byProgram("that program by its path", starred, ProgramForm::Path, "yes yes yes yes");
    const engine::Program inStars{7, kCurl, QStringLiteral("/opt/*/curl"), {}};
    byProgram("a path that is a pattern", inStars, ProgramForm::Path, "no yes yes no");
    byProgram("that program by its name", inStars, ProgramForm::Name, "yes yes yes yes");
    byProgram("a question mark", {7, QStringLiteral("cur?"), kCurlPath, {}}, ProgramForm::Name,
              "no yes yes no");
    byProgram("a script", {7, kPython, QStringLiteral("/usr/bin/python3"), QStringLiteral("/opt/?.py")},
              ProgramForm::Name, "no yes yes no");
}

void TestConnectionRules::makesNoPatterns()
{
    QFETCH(const engine::Program, program);
    QFETCH(const int, form);
    Connection asked = connection(1, program);
    QFETCH(const QString, host);
    asked.targetHost = host;
    QStringList offered;
    for (const RuleSubject subject : {RuleSubject::Application, RuleSubject::Host, RuleSubject::Domain,
                                      RuleSubject::ApplicationAndHost}) {
        const auto rule = ui::ruleFor(asked, subject, static_cast<ProgramForm>(form));
        offered << (rule ? QStringLiteral("yes") : QStringLiteral("no"));
    }
    QTEST(offered.join(u' '), "offered");
}

void TestConnectionRules::makesOnlyHostsThatARuleCanSay_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QStringList>("hosts");
    QTest::addColumn<QStringList>("domain");
    const QStringList domain{QStringLiteral("example.org"), QStringLiteral("*.example.org")};
    const auto row = [](const char *name, const char *host, bool isUsable, const QStringList &offered) {
        const QString text = QString::fromUtf8(host);
        QTest::newRow(name) << text << (isUsable ? QStringList{text} : QStringList{}) << offered;
    };
    row("name", "www.example.org", true, domain);
    row("name with the dot of the root", "www.example.org.", true, domain);
    row("IPv4 address", "192.0.2.1", true, {});
    row("IPv6 address", "2001:db8::1", true, {});
    row("IPv6 address with a zone", "fe80::1%eth987", true, {});
    row("number beyond an address", "192.0.2.256", false, {});
    row("dot before a name", ".example.org", false, {});
    row("name with a port", "www.example.org:80", false, {});
    row("question mark", "www.ex?mple.org", false, {});
    row("wildcard", "*.example.org", false, {});
    row("everything", "*", false, {});
}

void TestConnectionRules::makesOnlyHostsThatARuleCanSay()
{
    QFETCH(const QString, host);
    QFETCH(const QStringList, hosts);
    QFETCH(const QStringList, domain);
    Connection asked = connection(1, {7, kCurl, kCurlPath, {}});
    asked.targetHost = host;
    const engine::RuleProfile none;
    QCOMPARE(ui::ruleFor(asked, RuleSubject::Host).value_or(none).hosts, hosts);
    QCOMPARE(ui::ruleFor(asked, RuleSubject::Host).has_value(), !hosts.isEmpty());
    QCOMPARE(ui::ruleFor(asked, RuleSubject::ApplicationAndHost).value_or(none).hosts, hosts);
    QCOMPARE(ui::ruleFor(asked, RuleSubject::ApplicationAndHost).has_value(), !hosts.isEmpty());
    QCOMPARE(ui::ruleFor(asked, RuleSubject::Domain).value_or(none).hosts, domain);
    QVERIFY(ui::ruleFor(asked, RuleSubject::Application));
}

void TestConnectionRules::tellsProgramsOfOneNameApart_data()
{
    QTest::addColumn<engine::Program>("other");
    QTest::addColumn<QString>("entry");
    QTest::newRow("the same program") << engine::Program{8, kCurl, kCurlPath, {}} << kCurl;
    QTest::newRow("a copy elsewhere")
        << engine::Program{8, kCurl, QStringLiteral("/opt/curl"), {}} << kCurlPath;
    QTest::newRow("one whose path is not known") << engine::Program{8, kCurl, {}, {}} << kCurl;
    QTest::newRow("another program") << engine::Program{8, kPython, QStringLiteral("/opt/python3"), {}}
                                     << kCurl;
}

void TestConnectionRules::tellsProgramsOfOneNameApart()
{
    QFETCH(const engine::Program, other);
    const Connection asked = connection(1, {7, kCurl, kCurlPath, {}});
    ui::ConnectionModel connections;
    engine::Delta delta;
    delta.whole = true;
    delta.added = {asked, connection(2, other)};
    connections.applyDelta(delta);
    ui::NewRuleMenu menu(m_store, connections, nullptr);
    menu.setConnection(asked);
    const QSignalSpy wanted(&menu, &ui::NewRuleMenu::editorRequested);
    action(menu, "actionRuleForApplication")->trigger();
    QTEST(wanted.front().front().value<engine::RuleProfile>().applications.join(u'|'), "entry");
}

void TestConnectionRules::offersRoutesBeforeServers()
{
    engine::Profile profile;
    for (int server = 0; server < 30; ++server)
        profile.servers << fakeServer(QStringLiteral("s%1").arg(server),
                                      QStringLiteral("Server %1").arg(server));
    engine::RouteProfile chain;
    chain.id = QStringLiteral("chain");
    chain.name = QStringLiteral("Chain");
    profile.routes << chain;
    m_store.put(profile);
    const ui::ConnectionModel connections;
    ui::NewRuleMenu menu(m_store, connections, nullptr);
    menu.setConnection(connection(1, {7, kCurl, kCurlPath, {}}));
    QMenu *choices = action(menu, "actionRuleForHostMenu")->menu();
    Q_EMIT choices->aboutToShow();
    QStringList offered;
    for (const QAction *entry : choices->actions()) {
        if (entry->text().startsWith(QStringLiteral("By way of")))
            offered << entry->text();
    }
    QCOMPARE(offered.size(), 21);
    QCOMPARE(offered.front(), QStringLiteral("By way of Chain"));
    QCOMPARE(offered.at(1), QStringLiteral("By way of Server 0"));
    QVERIFY(action(menu, "actionRuleForHostMore")->isVisible());
    profile.servers.resize(20);
    m_store.put(profile);
    Q_EMIT choices->aboutToShow();
    QVERIFY(!action(menu, "actionRuleForHostMore")->isVisible());
}

void TestConnectionRules::opensTheEditorForMore()
{
    const ui::ConnectionModel connections;
    ui::NewRuleMenu menu(m_store, connections, nullptr);
    menu.setConnection(connection(1, {7, kCurl, kCurlPath, {}}));
    const QSignalSpy chosen(&menu, &ui::NewRuleMenu::ruleChosen);
    const QSignalSpy wanted(&menu, &ui::NewRuleMenu::editorRequested);
    action(menu, "actionRuleForHostMore")->trigger();
    QCOMPARE(chosen.size(), 0);
    QCOMPARE(wanted.front().front().value<engine::RuleProfile>().hosts,
             QStringList{QStringLiteral("example.org")});
}

void TestConnectionRules::offersNoPatterns()
{
    ui::ConnectionModel connections;
    ui::NewRuleMenu menu(m_store, connections, nullptr);
    Connection asked = connection(1, {7, kCurl, QStringLiteral("/opt/*/curl"), {}});
    asked.targetHost = QStringLiteral("0.0.0.0/0");
    menu.setConnection(asked);
    QVERIFY(action(menu, "actionRuleForApplicationDirect")->isEnabled());
    for (const char *name : {"actionRuleForHostMenu", "actionRuleForHostDirect", "actionRuleForHost",
                             "actionRuleForDomainMenu", "actionRuleForBothMenu"})
        QVERIFY2(!action(menu, name)->isEnabled(), name);
    // Another program of that name has come, so that the path is needed, which is a pattern.
    engine::Delta delta;
    delta.whole = true;
    delta.added = {asked, connection(2, {8, kCurl, kCurlPath, {}})};
    connections.applyDelta(delta);
    menu.setConnection(asked);
    QVERIFY(!action(menu, "actionRuleForApplicationDirect")->isEnabled());
}

QTEST_MAIN(TestConnectionRules)
#include "tst_connectionrules.moc"
