// SPDX-License-Identifier: MIT
#include "ui/applicationicons.h"
#include "ui/applicationmodel.h"
#include "ui/applicationspage.h"
#include "ui/livetable.h"
#include "ui/proxystatus.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using engine::Connection;
using engine::ConnectionState;
using engine::Delta;
using ui::ApplicationColumn;

namespace
{

Connection connection(engine::ConnectionId id, const QString &application, const QString &rule = {})
{
    Connection made;
    made.id = id;
    made.state = ConnectionState::Open;
    made.client = {engine::Address::fromV4(0x7f000001), static_cast<std::uint16_t>(40'000 + id)};
    made.targetHost = QStringLiteral("example.org");
    made.targetPort = 443;
    made.application = application;
    made.processId = application.isEmpty() ? 0 : 4'000 + static_cast<std::int64_t>(id);
    made.rule = rule;
    return made;
}

Connection withBytes(Connection connection, std::uint64_t down, std::uint64_t up)
{
    connection.bytesDown = down;
    connection.bytesUp = up;
    return connection;
}

Connection fromAddress(Connection connection, std::uint32_t address, const QString &user = {})
{
    connection.client.address = engine::Address::fromV4(address);
    connection.user = user;
    return connection;
}

Connection ended(Connection connection)
{
    connection.state = ConnectionState::Closed;
    return connection;
}

engine::Event closing(const Connection &connection)
{
    engine::Event event;
    event.code = engine::EventCode::ConnectionClosed;
    event.connection = connection.id;
    event.client = connection.client;
    event.application = connection.application;
    event.processId = connection.processId;
    event.identity = connection.identity;
    event.user = connection.user;
    event.rule = connection.rule;
    event.bytesDown = connection.bytesDown;
    event.bytesUp = connection.bytesUp;
    return event;
}

/// Of the program at a path, which may run a script.
Connection ofProgram(Connection connection, const QString &path, const QString &script = {})
{
    engine::Application application;
    application.program = {connection.processId, connection.application, path, script};
    connection.identity = std::make_shared<const engine::Application>(application);
    return connection;
}

const QString kCurl = QStringLiteral("curl");
const QString kFirefox = QStringLiteral("firefox");
const QString kPython = QStringLiteral("python3");
const QString kPythonPath = QStringLiteral("/usr/bin/python3");

} // namespace

class TestApplications : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void addsUpConnectionsOfOneProgram();
    void measuresAndFadesRates();
    void namesWhoIsNoProgram();
    void tellsScriptsOfOneInterpreterApart();
    void tellsProgramsOfOneNameApart();
    void makesNoRuleOfAPattern();
    void keepsWhatItKnowsOfEndedPrograms();
    void waitsForTheIdentification();
    void movesWhatWasCountedUnderAnother();
    void tellsTheRuleInForce();
    void countsEndedConnectionsWhileHidden();
    void countsNothingTwice();
    void forgetsWhatWasSeenLongestAgo();
    void sortsByEveryColumn_data();
    void sortsByEveryColumn();
    void filtersByNameAndRule();
    void keepsTheSelectionThroughChanges();
    void saysNothingWhileItIsNotShown();
    void closesAndMakesRulesForTheSelected();
    void saysWhatToDoNext();
    void findsIconsLater();
    void findsIconsOfDesktopEntries();
    void tellsWhoseProgramItIs();
    void knowsClientsOfThisMachine();

private:
    void apply(Delta delta)
    {
        delta.elapsedMs = m_now;
        m_model->applyDelta(delta);
    }
    void whole(const QList<Connection> &connections)
    {
        Delta delta;
        delta.whole = true;
        delta.added = connections;
        apply(delta);
    }
    void add(const QList<Connection> &connections)
    {
        Delta delta;
        delta.added = connections;
        apply(delta);
    }
    void remove(const QList<Connection> &connections)
    {
        Delta delta;
        delta.removed = connections;
        apply(delta);
    }
    void pass(std::chrono::milliseconds time) { m_now += time.count(); }
    [[nodiscard]] QString text(int row, ApplicationColumn column) const
    {
        return m_model->index(row, static_cast<int>(column)).data().toString();
    }
    [[nodiscard]] QStringList names() const
    {
        QStringList names;
        for (int row = 0; row < m_model->rowCount(); ++row)
            names << text(row, ApplicationColumn::Name);
        return names;
    }
    [[nodiscard]] const ui::ApplicationRecord &record(int row) const { return m_model->recordAt(row); }

    std::int64_t m_now = 0;
    std::unique_ptr<ui::ApplicationModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestApplications::init()
{
    m_now = 100'000;
    const auto now = [this] {
        return m_now;
    };
    m_model = std::make_unique<ui::ApplicationModel>(ui::Clock{now, now}, nullptr);
    m_tester = std::make_unique<QAbstractItemModelTester>(
        m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_model->setShown(true);
    whole({});
}

void TestApplications::cleanup()
{
    m_tester.reset();
    m_model.reset();
}

void TestApplications::addsUpConnectionsOfOneProgram()
{
    add({withBytes(connection(1, kCurl), 100, 10), withBytes(connection(2, kCurl), 200, 20),
         connection(3, kFirefox)});
    QCOMPARE(names(), (QStringList{kCurl, kFirefox}));
    QCOMPARE(record(0).live, 2);
    QCOMPARE(record(0).bytesDown, 300U);
    QCOMPARE(record(0).bytesUp, 30U);
    Delta delta;
    delta.changed = {{2, ConnectionState::Open, 25, 1'200}, {99, ConnectionState::Open, 1, 1}};
    apply(delta);
    QCOMPARE(record(0).bytesDown, 1'300U);
    QCOMPARE(record(0).bytesUp, 35U);
    QCOMPARE(text(0, ApplicationColumn::LastSeen), QStringLiteral("Now"));
    remove(
        {ended(withBytes(connection(1, kCurl), 150, 10)), ended(withBytes(connection(2, kCurl), 1'200, 25))});
    QCOMPARE(record(0).live, 0);
    QCOMPARE(record(0).bytesDown, 1'350U);
    QCOMPARE(record(0).connections, 2U);
    pass(std::chrono::seconds(65));
    m_model->refresh();
    QCOMPARE(text(0, ApplicationColumn::LastSeen), QStringLiteral("1 min 5 s ago"));
}

void TestApplications::measuresAndFadesRates()
{
    add({connection(1, kCurl)});
    for (int i = 1; i <= 50; ++i) {
        pass(std::chrono::milliseconds(200));
        Delta delta;
        delta.changed = {{1, ConnectionState::Open, 0, static_cast<std::uint64_t>(i) * 2'000}};
        apply(delta);
    }
    QVERIFY2(std::abs(record(0).downRate - 10'000) < 100, qPrintable(QString::number(record(0).downRate)));
    QVERIFY(text(0, ApplicationColumn::UpRate).isEmpty());
    pass(std::chrono::seconds(20));
    m_model->refresh();
    QVERIFY(text(0, ApplicationColumn::DownRate).isEmpty());
}

void TestApplications::namesWhoIsNoProgram()
{
    add({connection(1, {}), fromAddress(connection(2, {}), 0xc0a80114),
         fromAddress(connection(3, {}), 0xc0a80114, QStringLiteral("anna")), connection(4, kCurl)});
    pass(ui::kIdentificationGrace);
    m_model->refresh();
    QCOMPARE(names(), (QStringList{kCurl, QStringLiteral("Unidentified programs"),
                                   QStringLiteral("Client 192.168.1.20"),
                                   QStringLiteral("Client 192.168.1.20 (anna)")}));
    const auto rule = ui::ruleFor(record(3));
    QVERIFY(rule);
    QCOMPARE(rule->clients.front().toString(), QStringLiteral("192.168.1.20/32"));
    QCOMPARE(rule->users, QStringList{QStringLiteral("anna")});
    QVERIFY(!ui::ruleFor(record(1)));
}

void TestApplications::tellsScriptsOfOneInterpreterApart()
{
    const QString get = QStringLiteral("/home/me/get.py");
    const QString put = QStringLiteral("/home/me/put.py");
    add({ofProgram(connection(1, kPython), kPythonPath, put),
         ofProgram(connection(2, kPython), kPythonPath, get),
         ofProgram(connection(3, kPython), kPythonPath, get),
         ofProgram(connection(4, kPython), kPythonPath)});
    QCOMPARE(names(), (QStringList{QStringLiteral("get.py"), QStringLiteral("put.py"), kPython}));
    QCOMPARE(record(0).live, 2);
    const auto rule = ui::ruleFor(record(0));
    QVERIFY(rule);
    QCOMPARE(rule->name, QStringLiteral("get.py"));
    QCOMPARE(rule->applications, QStringList{get});
    QCOMPARE(ui::ruleFor(record(2))->applications, QStringList{kPython});
    // The interpreter's icon, and whoever looks for the interpreter finds its scripts.
    QCOMPARE(m_model->index(0, 0).data(ui::ApplicationModel::ProgramRole).toString(), kPython);
    m_model->setFilter(kPython);
    QCOMPARE(m_model->rowCount(), 3);
    m_model->setFilter(QStringLiteral("get"));
    QCOMPARE(names(), QStringList{QStringLiteral("get.py")});
}

void TestApplications::tellsProgramsOfOneNameApart()
{
    const QString usual = QStringLiteral("/usr/bin/curl");
    const QString own = QStringLiteral("/opt/curl");
    add({ofProgram(connection(1, kCurl), usual)});
    QCOMPARE(names(), QStringList{kCurl});
    QCOMPARE(ui::ruleFor(record(0))->applications, QStringList{kCurl});
    add({ofProgram(connection(2, kCurl), own)});
    QCOMPARE(names(),
             (QStringList{QStringLiteral("curl (/opt/curl)"), QStringLiteral("curl (/usr/bin/curl)")}));
    for (int row = 0; row < 2; ++row) {
        const auto rule = ui::ruleFor(record(row));
        QCOMPARE(rule->name, kCurl);
        QCOMPARE(rule->applications, QStringList{row == 0 ? own : usual});
    }
    // Two scripts of one name, too.
    const QString mine = QStringLiteral("/home/me/run");
    const QString theirs = QStringLiteral("/home/you/run");
    add({ofProgram(connection(3, kPython), kPythonPath, mine),
         ofProgram(connection(4, kPython), kPythonPath, theirs)});
    QCOMPARE(text(2, ApplicationColumn::Name), QStringLiteral("run (/home/me/run)"));
    QCOMPARE(ui::ruleFor(record(3))->applications, QStringList{theirs});
}

/// The path is needed to tell the two apart, and a rule would read it as many.
void TestApplications::makesNoRuleOfAPattern()
{
    add({ofProgram(connection(1, kCurl), QStringLiteral("/opt/*/curl"))});
    QVERIFY(ui::ruleFor(record(0)));
    add({ofProgram(connection(2, kCurl), QStringLiteral("/usr/bin/curl"))});
    QCOMPARE(text(0, ApplicationColumn::Name), QStringLiteral("curl (/opt/*/curl)"));
    QVERIFY(!ui::ruleFor(record(0)));
    QVERIFY(ui::ruleFor(record(1)));
}

/// Found out after it was counted, and ended while nobody looked.
void TestApplications::keepsWhatItKnowsOfEndedPrograms()
{
    const QString script = QStringLiteral("/home/me/get.py");
    add({withBytes(connection(1, kPython), 100, 0)});
    QCOMPARE(names(), QStringList{kPython});
    const Connection known = ofProgram(withBytes(connection(1, kPython), 150, 0), kPythonPath, script);
    add({known});
    QCOMPARE(names(), QStringList{QStringLiteral("get.py")});
    m_model->suspend();
    m_model->applyEvents(
        {closing(known), closing(ofProgram(withBytes(connection(2, kPython), 7, 0), kPythonPath, script))});
    whole({});
    QCOMPARE(names(), QStringList{QStringLiteral("get.py")});
    QCOMPARE(record(0).bytesDown, 157U);
    QCOMPARE(record(0).connections, 2U);
    QCOMPARE(record(0).live, 0);
}

void TestApplications::waitsForTheIdentification()
{
    add({withBytes(connection(1, {}), 500, 0)});
    QCOMPARE(m_model->rowCount(), 0);
    pass(std::chrono::milliseconds(400));
    add({withBytes(connection(1, kCurl), 700, 0)});
    QCOMPARE(names(), QStringList{kCurl});
    QCOMPARE(record(0).bytesDown, 700U);
    // Who ends unidentified will not be identified any more.
    remove({ended(connection(2, {}))});
    QCOMPARE(names(), (QStringList{kCurl, QStringLiteral("Unidentified programs")}));
    pass(ui::kIdentificationGrace);
    m_model->refresh();
    QCOMPARE(record(1).live, 0);
}

void TestApplications::movesWhatWasCountedUnderAnother()
{
    add({withBytes(connection(1, {}, QStringLiteral("A")), 500, 5), withBytes(connection(2, {}), 1, 1)});
    pass(ui::kIdentificationGrace);
    m_model->refresh();
    QCOMPARE(record(0).live, 2);
    add({withBytes(connection(1, kCurl, QStringLiteral("A")), 600, 5)});
    QCOMPARE(names(), (QStringList{kCurl, QStringLiteral("Unidentified programs")}));
    QCOMPARE(record(0).bytesDown, 600U);
    QCOMPARE(record(1).bytesDown, 1U);
    QCOMPARE(record(1).live, 1);
    QCOMPARE(record(1).liveRules.size(), 1);
    add({withBytes(connection(2, kCurl), 1, 1)});
    QCOMPARE(names(), QStringList{kCurl});
    QCOMPARE(record(0).connections, 2U);
}

void TestApplications::tellsTheRuleInForce()
{
    Connection undecided = connection(1, kCurl);
    undecided.state = ConnectionState::Connecting;
    add({undecided});
    QCOMPARE(text(0, ApplicationColumn::Rule), QString());
    add({connection(1, kCurl, QStringLiteral("Work"))});
    QCOMPARE(text(0, ApplicationColumn::Rule), QStringLiteral("Work"));
    add({connection(2, kCurl), connection(3, kCurl, QStringLiteral("Work"))});
    QCOMPARE(text(0, ApplicationColumn::Rule), QStringLiteral("Several"));
    QVERIFY(m_model->index(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("No rule, Work")));
    remove({ended(connection(1, kCurl, QStringLiteral("Work"))),
            ended(connection(3, kCurl, QStringLiteral("Work")))});
    QCOMPARE(text(0, ApplicationColumn::Rule), QStringLiteral("No rule"));
    remove({ended(connection(2, kCurl))});
    // The latest one's.
    QCOMPARE(text(0, ApplicationColumn::Rule), QStringLiteral("Work"));
}

void TestApplications::countsEndedConnectionsWhileHidden()
{
    add({withBytes(connection(1, kCurl), 100, 0), withBytes(connection(2, kCurl), 100, 0)});
    m_model->setShown(false);
    m_model->suspend();
    m_model->applyEvents({closing(withBytes(connection(1, kCurl), 150, 0)),
                          closing(withBytes(connection(3, kFirefox), 30, 3))});
    // A delta of the time before, on its way when the window was shown again.
    Delta late;
    late.events = {closing(withBytes(connection(4, kFirefox), 7, 0))};
    apply(late);
    m_model->setShown(true);
    whole({withBytes(connection(2, kCurl), 300, 0)});
    QCOMPARE(names(), (QStringList{kCurl, kFirefox}));
    QCOMPARE(record(0).bytesDown, 450U);
    QCOMPARE(record(0).live, 1);
    QCOMPARE(record(0).connections, 2U);
    QCOMPARE(record(1).bytesDown, 37U);
    QCOMPARE(record(1).live, 0);
    // What nobody told of has ended all the same.
    whole({});
    QCOMPARE(record(0).live, 0);
    QCOMPARE(record(0).bytesDown, 450U);
}

void TestApplications::countsNothingTwice()
{
    const Connection one = withBytes(connection(1, kCurl), 100, 0);
    Delta delta;
    delta.removed = {ended(one)};
    delta.events = {closing(one)};
    apply(delta);
    QCOMPARE(record(0).connections, 1U);
    QCOMPARE(record(0).bytesDown, 100U);
    const Connection two = withBytes(connection(2, kCurl), 10, 0);
    delta.whole = true;
    delta.removed = {ended(two)};
    delta.events = {closing(two)};
    apply(delta);
    QCOMPARE(record(0).connections, 2U);
    QCOMPARE(record(0).bytesDown, 110U);
    QCOMPARE(record(0).live, 0);
}

void TestApplications::forgetsWhatWasSeenLongestAgo()
{
    add({connection(1, QStringLiteral("old but here"))});
    for (engine::ConnectionId id = 2; id < 2 + ui::kMaximumApplications; ++id) {
        pass(std::chrono::milliseconds(1));
        remove({ended(connection(id, QStringLiteral("program-%1").arg(id)))});
    }
    QCOMPARE(m_model->rowCount(), static_cast<int>(ui::kMaximumApplications));
    QVERIFY(names().contains(QStringLiteral("old but here")));
    QVERIFY(!names().contains(QStringLiteral("program-2")));
    QVERIFY(names().contains(QStringLiteral("program-3")));
    // Without one that could go instead, also one that is here goes; what it does is not counted any more.
    QList<Connection> many;
    for (engine::ConnectionId id = 10'000; id < 10'000 + ui::kMaximumApplications; ++id)
        many << connection(id, QStringLiteral("late-%1").arg(id));
    add(many);
    QVERIFY(!names().contains(QStringLiteral("old but here")));
    Delta delta;
    delta.changed = {{1, ConnectionState::Open, 5, 5}};
    delta.removed = {ended(connection(1, QStringLiteral("old but here")))};
    apply(delta);
    QCOMPARE(m_model->rowCount(), static_cast<int>(ui::kMaximumApplications));
}

void TestApplications::sortsByEveryColumn_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QStringList>("ascending");
    QTest::addColumn<QStringList>("descending");
    const QString a = QStringLiteral("a");
    const QString b = QStringLiteral("b");
    const QString c = QStringLiteral("c");
    QTest::newRow("name") << static_cast<int>(ApplicationColumn::Name) << QStringList{a, b, c}
                          << QStringList{c, b, a};
    QTest::newRow("live") << static_cast<int>(ApplicationColumn::Live) << QStringList{c, a, b}
                          << QStringList{b, a, c};
    QTest::newRow("down") << static_cast<int>(ApplicationColumn::Down) << QStringList{b, a, c}
                          << QStringList{c, a, b};
    QTest::newRow("up") << static_cast<int>(ApplicationColumn::Up) << QStringList{c, b, a}
                        << QStringList{a, b, c};
    QTest::newRow("down rate") << static_cast<int>(ApplicationColumn::DownRate) << QStringList{a, c, b}
                               << QStringList{b, c, a};
    QTest::newRow("up rate") << static_cast<int>(ApplicationColumn::UpRate) << QStringList{a, c, b}
                             << QStringList{b, a, c};
    QTest::newRow("rule") << static_cast<int>(ApplicationColumn::Rule) << QStringList{b, c, a}
                          << QStringList{a, c, b};
    QTest::newRow("last seen") << static_cast<int>(ApplicationColumn::LastSeen) << QStringList{c, a, b}
                               << QStringList{a, b, c};
}

void TestApplications::sortsByEveryColumn()
{
    QFETCH(const int, column);
    QFETCH(const QStringList, ascending);
    QFETCH(const QStringList, descending);
    add({withBytes(connection(1, QStringLiteral("a"), QStringLiteral("Z")), 20, 30),
         withBytes(connection(2, QStringLiteral("b"), QStringLiteral("A")), 0, 0),
         connection(3, QStringLiteral("b"), QStringLiteral("A"))});
    remove({ended(withBytes(connection(4, QStringLiteral("c"), QStringLiteral("M")), 90, 3))});
    pass(std::chrono::seconds(60));
    m_model->refresh();
    pass(std::chrono::milliseconds(200));
    Delta delta;
    delta.changed = {{2, ConnectionState::Open, 10, 10}};
    apply(delta);
    m_model->sort(column, Qt::AscendingOrder);
    QCOMPARE(names(), ascending);
    m_model->sort(column, Qt::DescendingOrder);
    QCOMPARE(names(), descending);
}

void TestApplications::filtersByNameAndRule()
{
    add({connection(1, kCurl, QStringLiteral("Work")), connection(2, kFirefox)});
    m_model->setFilter(QStringLiteral("FIRE"));
    QCOMPARE(names(), QStringList{kFirefox});
    m_model->setFilter(QStringLiteral("work cu"));
    QCOMPARE(names(), QStringList{kCurl});
    add({connection(3, QStringLiteral("wget"), QStringLiteral("Work"))});
    QCOMPARE(m_model->rowCount(), 1);
    QCOMPARE(m_model->totalCount(), 3);
    m_model->setFilter({});
    QCOMPARE(m_model->rowCount(), 3);
}

void TestApplications::keepsTheSelectionThroughChanges()
{
    add({connection(1, QStringLiteral("m"))});
    const QPersistentModelIndex kept = m_model->index(0, 2);
    add({connection(2, QStringLiteral("a")), connection(3, QStringLiteral("z"))});
    QCOMPARE(kept.row(), 1);
    m_model->sort(0, Qt::DescendingOrder);
    add({connection(4, QStringLiteral("zz"))});
    QCOMPARE(kept.row(), 2);
    QCOMPARE(kept.sibling(kept.row(), 0).data().toString(), QStringLiteral("m"));
    m_model->setFilter(QStringLiteral("z"));
    QVERIFY(!kept.isValid());
}

void TestApplications::saysNothingWhileItIsNotShown()
{
    m_model->setShown(false);
    QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    add({connection(1, kCurl)});
    m_model->refresh();
    QCOMPARE(inserted.size() + changed.size(), 0);
    m_model->setShown(true);
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(names(), QStringList{kCurl});
}

void TestApplications::closesAndMakesRulesForTheSelected()
{
    const ui::ProxyStatus status({});
    ui::ApplicationIcons icons;
    ui::ApplicationsPage page(*m_model, icons, status);
    page.resize(700, 300);
    page.show();
    add({connection(1, kCurl), connection(2, kFirefox), connection(3, kCurl)});
    remove({ended(connection(4, kCurl))});
    QSignalSpy closed(&page, &ui::ApplicationsPage::closeRequested);
    QSignalSpy wanted(&page, &ui::ApplicationsPage::newRuleRequested);
    QVERIFY(!page.closeAction().isEnabled());
    page.view().selectRow(0);
    QVERIFY(page.closeAction().isEnabled());
    page.activateWindow();
    page.view().setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    QTest::keyClick(&page.view(), Qt::Key_Delete);
    QCOMPARE(closed.size(), 1);
    QCOMPARE(closed.front().front().value<QList<engine::ConnectionId>>(),
             (QList<engine::ConnectionId>{1, 3}));
    page.newRuleAction().trigger();
    QCOMPARE(wanted.front().front().value<engine::RuleProfile>().applications, QStringList{kCurl});
    page.findChild<QAction *>(QStringLiteral("actionCopyApplications"))->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("curl\t2\t")));
    page.view().selectAll();
    QVERIFY(!page.newRuleAction().isEnabled());
}

void TestApplications::saysWhatToDoNext()
{
    ui::ProxyStatus status({});
    ui::ApplicationIcons icons;
    ui::ApplicationsPage page(*m_model, icons, status);
    page.show();
    status.setAccepting(true);
    engine::ListenerStatus listener;
    listener.endpoint = {engine::Address::fromV4(0x7f000001), 1'080};
    listener.protocols = engine::Protocol::Socks5;
    listener.state = engine::ListenerState::Listening;
    status.setListeners({listener});
    page.showStatus();
    QCOMPARE(page.findChild<QLabel *>(QStringLiteral("applicationsEmptyHeading"))->text(),
             QStringLiteral("No applications yet"));
    QVERIFY(!page.view().isVisible());
    add({connection(1, kCurl)});
    QVERIFY(page.view().isVisible());
    m_model->setFilter(QStringLiteral("nothing like it"));
    QVERIFY(!page.view().isVisible());
    QCOMPARE(page.findChild<QLabel *>(QStringLiteral("applicationsEmptyHeading"))->text(),
             QStringLiteral("No application matches"));
}

void TestApplications::findsIconsLater()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("test/16x16/apps")));
    QFile index(folder.filePath(QStringLiteral("test/index.theme")));
    QVERIFY(index.open(QIODevice::WriteOnly));
    index.write("[Icon Theme]\nName=test\nDirectories=16x16/apps\n\n[16x16/apps]\nSize=16\nType=Fixed\n");
    index.close();
    QImage image(16, 16, QImage::Format_ARGB32);
    image.fill(Qt::red);
    QVERIFY(image.save(folder.filePath(QStringLiteral("test/16x16/apps/firefox.png"))));
    QIcon::setThemeSearchPaths({folder.path()});
    QIcon::setThemeName(QStringLiteral("test"));
    ui::ApplicationIcons icons;
    QSignalSpy found(&icons, &ui::ApplicationIcons::found);
    const auto color = [&icons](const QString &name) {
        return icons.icon(name).pixmap(16).toImage().pixelColor(8, 8);
    };
    QVERIFY(color(QStringLiteral("Firefox")) != QColor(Qt::red));
    QTRY_COMPARE_WITH_TIMEOUT(found.size(), 1, 20'000);
    QCOMPARE(color(QStringLiteral("Firefox")), QColor(Qt::red));
    QVERIFY(!icons.icon(QStringLiteral("of no theme")).isNull());
}

void TestApplications::findsIconsOfDesktopEntries()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("applications")));
    QImage image(16, 16, QImage::Format_ARGB32);
    image.fill(Qt::green);
    const QString picture = folder.filePath(QStringLiteral("own.png"));
    QVERIFY(image.save(picture));
    QFile entry(folder.filePath(QStringLiteral("applications/org.example.Own.desktop")));
    QVERIFY(entry.open(QIODevice::WriteOnly));
    entry.write("[Desktop Entry]\nName=Own\nExec=\"/opt/own tool/own-tool\" --new %U\nIcon=" +
                picture.toUtf8() + "\n\n[Desktop Action new]\nExec=other\nIcon=none\n");
    entry.close();
    const QByteArray before = qgetenv("XDG_DATA_DIRS");
    const auto restore = qScopeGuard([&before] { qputenv("XDG_DATA_DIRS", before); });
    qputenv("XDG_DATA_DIRS", folder.path().toUtf8());
    if (!QStandardPaths::standardLocations(QStandardPaths::ApplicationsLocation)
             .contains(folder.filePath(QStringLiteral("applications"))))
        QSKIP("no desktop entries on this system");
    ui::ApplicationIcons icons;
    const auto color = [&icons](const QString &name) {
        return icons.icon(name).pixmap(16).toImage().pixelColor(8, 8);
    };
    QVERIFY(color(QStringLiteral("own-tool")) != QColor(Qt::green));
    QTRY_COMPARE_WITH_TIMEOUT(color(QStringLiteral("own-tool")), QColor(Qt::green), 20'000);
    // As Flatpak calls it.
    QTRY_COMPARE_WITH_TIMEOUT(color(QStringLiteral("org.example.Own")), QColor(Qt::green), 20'000);
    QSignalSpy found(&icons, &ui::ApplicationIcons::found);
    static_cast<void>(icons.icon(QStringLiteral("other")));
    QTest::qWait(0);
    QVERIFY(color(QStringLiteral("other")) != QColor(Qt::green));
    QCOMPARE(found.size(), 0);
}

void TestApplications::tellsWhoseProgramItIs()
{
    Connection known = connection(1, kCurl);
    engine::Application curl{{4'001, kCurl, QStringLiteral("/usr/bin/curl"), QStringLiteral("/opt/get.sh")},
                             QStringLiteral("anna"),
                             {{2, QStringLiteral("sh"), {}, {}}, {1, QStringLiteral("builder"), {}, {}}}};
    known.identity = std::make_shared<const engine::Application>(curl);
    add({known});
    const QString toolTip = m_model->index(0, 0).data(Qt::ToolTipRole).toString();
    for (const QString &line :
         {QStringLiteral("Path: /usr/bin/curl"), QStringLiteral("Script: /opt/get.sh"),
          QStringLiteral("Runs as: anna"), QStringLiteral("Child of: sh \u2190 builder")})
        QVERIFY2(toolTip.split(u'\n').contains(line), qPrintable(toolTip));
}

/// They come by the machine's address in the network, to a listener there.
void TestApplications::knowsClientsOfThisMachine()
{
    Connection local = fromAddress(connection(1, {}), 0xc0a80101);
    local.isLocal = true;
    add({local});
    pass(ui::kIdentificationGrace);
    m_model->refresh();
    QCOMPARE(names(), QStringList{QStringLiteral("Unidentified programs")});
    Delta delta;
    delta.events = {closing(local)};
    delta.removed = {ended(local)};
    apply(delta);
    QCOMPARE(names(), QStringList{QStringLiteral("Unidentified programs")});
}

QTEST_MAIN(TestApplications)
#include "tst_applications.moc"
