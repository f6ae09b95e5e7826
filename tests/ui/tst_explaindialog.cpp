// SPDX-License-Identifier: MIT
#include "fakeprofilestore.h"
#include "tests/support/pace.h"
#include "ui/connectionrules.h"
#include "ui/explaindialog.h"
#include "ui/programfields.h"
#include "ui/servermodel.h"

#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMutex>
#include <QScopeGuard>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>
#include <QThread>
#include <QThreadPool>

#include <algorithm>
#include <functional>

using engine::Action;
using engine::Connection;
using engine::ConnectionState;

namespace
{

/// One rule "Only these", which blocks.
engine::Profile blocking(const std::function<void(engine::RuleProfile &)> &what)
{
    engine::Profile profile;
    profile.rules.resize(1);
    profile.rules[0].name = QStringLiteral("Only these");
    profile.rules[0].action = Action::block();
    what(profile.rules[0]);
    return profile;
}

Connection openConnection()
{
    Connection made;
    made.id = 1;
    made.state = ConnectionState::Open;
    made.client = {engine::Address::fromV4(0x7f000001), 40'001};
    made.targetHost = QStringLiteral("example.org");
    made.targetPort = 443;
    return made;
}

/// Everything goes by way of the first of two servers that works.
engine::Profile byGroup()
{
    engine::Profile profile;
    for (const char *id : {"a", "b"}) {
        engine::ServerProfile server;
        server.id = QString::fromLatin1(id);
        profile.servers << server;
    }
    profile.routes = {{QStringLiteral("r"),
                       QStringLiteral("Both"),
                       engine::RouteKind::Failover,
                       {QStringLiteral("a"), QStringLiteral("b")}}};
    profile.defaultAction = engine::Action::byWayOf(QStringLiteral("r"));
    return profile;
}

/// Takes its time to be compiled: one rule for "last.example" and a hundred thousand domains.
engine::Profile large()
{
    return blocking([](engine::RuleProfile &rule) {
        for (int i = 0; i < 99'999; ++i)
            rule.hosts << QStringLiteral("*.domain-%1.example").arg(i);
        rule.hosts << QStringLiteral("last.example");
    });
}

/// Stands for a folder of programs on a server that does not answer yet.
class SilentFolder
{
public:
    /// Called from another thread, which then waits.
    [[nodiscard]] ui::ProgramFields::Finder finder()
    {
        return [this](const QString &text) {
            {
                const QMutexLocker lock(&m_mutex);
                m_asked << text;
            }
            m_answers.tryAcquire(1, test::kPatience);
            return engine::Program{0, text, QStringLiteral("/silent/") + text, {}};
        };
    }
    void answer(int count) { m_answers.release(count); }
    [[nodiscard]] QStringList asked()
    {
        const QMutexLocker lock(&m_mutex);
        return m_asked;
    }

private:
    QMutex m_mutex;
    QStringList m_asked;
    QSemaphore m_answers;
};

/// Turns the event loop until it is so; the longest that one turn has taken.
template <typename Predicate> std::chrono::milliseconds longestTurnUntil(Predicate isSo)
{
    std::chrono::milliseconds longest{};
    QElapsedTimer since;
    since.start();
    while (!isSo() && test::passed(since) < test::kPatience) {
        QElapsedTimer turn;
        turn.start();
        QCoreApplication::processEvents();
        longest = std::max(longest, test::passed(turn));
        QThread::msleep(1); // somebody else's turn
    }
    return longest;
}

} // namespace

class TestExplainDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksForAClient_data();
    void asksForAClient();
    void asksForAChild();
    void keepsAllParentsThatAreKnown();
    void findsWhatANameStarts();
    void waitsForNoProgram();
    void looksForTheNewestProgram();
    void endsBeforeItsProgramIsFound();
    void asksForNobody_data();
    void asksForNobody();
    void refusesWhatIsNoHost();
    void refusesWhatIsNoAddress();
    void tellsWhatWasDecidedThen_data();
    void tellsWhatWasDecidedThen();
    void tellsOfTheMemberThatWasTakenThen();
    void tellsWhatNoServerCarries();
    void tellsOnlyOfTheConnection();
    void doesNotHoldUpWhoTypes();
    void answersTheNewestQuestion();
    void dropsWhatIsNotAskedAnyMore();
    void endsBeforeItsAnswer();

private:
    /// Until all that was asked is answered: what waits begins when the one before it is done.
    static void settle()
    {
        for (int turn = 0; turn < 2; ++turn) {
            QThreadPool::globalInstance()->waitForDone();
            QCoreApplication::processEvents();
        }
    }
    [[nodiscard]] std::unique_ptr<ui::ExplainDialog> dialogFor(const engine::ExplainRequest &request)
    {
        auto dialog =
            std::make_unique<ui::ExplainDialog>(m_store, m_servers, request, QStringList(), nullptr);
        dialog->setAttribute(Qt::WA_DeleteOnClose, false);
        dialog->show();
        return dialog;
    }
    template <typename T> [[nodiscard]] static T *find(const ui::ExplainDialog &dialog, const char *name)
    {
        auto *found = dialog.findChild<T *>(QLatin1String(name));
        if (found == nullptr)
            qFatal("no %s", name);
        return found;
    }

    FakeProfileStore m_store;
    ui::ServerModel m_servers;
};

void TestExplainDialog::asksForAClient_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("client");
    QTest::addColumn<QString>("decision");
    QTest::newRow("both") << "anna"
                          << "192.168.1.20"
                          << "Blocked";
    QTest::newRow("with spaces around the address") << "anna"
                                                    << " 192.168.1.20 "
                                                    << "Blocked";
    QTest::newRow("another user") << "bob"
                                  << "192.168.1.20"
                                  << "Direct";
    QTest::newRow("another address") << "anna"
                                     << "192.168.2.20"
                                     << "Direct";
    QTest::newRow("nobody") << ""
                            << ""
                            << "Direct";
}

void TestExplainDialog::asksForAClient()
{
    m_store.put(blocking([](engine::RuleProfile &rule) {
        rule.users << QStringLiteral("anna");
        rule.clients << *engine::AddressRange::fromString(QStringLiteral("192.168.1.0/24"));
    }));
    engine::ExplainRequest request;
    request.host = QStringLiteral("example.org");
    const auto dialog = dialogFor(request);
    QFETCH(const QString, user);
    QFETCH(const QString, client);
    QFETCH(const QString, decision);
    find<QLineEdit>(*dialog, "explainUserEdit")->setText(user);
    find<QLineEdit>(*dialog, "explainClientEdit")->setText(client);
    QTRY_COMPARE(find<QLabel>(*dialog, "explainDecision")->text(), decision);
}

void TestExplainDialog::asksForAChild()
{
    m_store.put(blocking([](engine::RuleProfile &rule) {
        rule.applications << QStringLiteral("builder") << QStringLiteral("/opt/run");
        rule.tree = true;
    }));
    engine::ExplainRequest request;
    request.host = QStringLiteral("example.org");
    request.application.program.name = QStringLiteral("curl");
    const auto dialog = dialogFor(request);
    const auto *decision = find<QLabel>(*dialog, "explainDecision");
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
    auto *parent = find<QComboBox>(*dialog, "explainParentCombo");
    parent->setCurrentText(QStringLiteral("/usr/bin/builder"));
    QTRY_COMPARE(decision->text(), QStringLiteral("Blocked"));
    parent->setCurrentText(QStringLiteral("bash"));
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
    parent->setCurrentText(QStringLiteral("/opt/run"));
    QTRY_COMPARE(decision->text(), QStringLiteral("Blocked"));
}

void TestExplainDialog::keepsAllParentsThatAreKnown()
{
    m_store.put(blocking([](engine::RuleProfile &rule) {
        rule.applications << QStringLiteral("builder");
        rule.tree = true;
    }));
    engine::ExplainRequest request;
    request.host = QStringLiteral("example.org");
    request.application.program.name = QStringLiteral("curl");
    request.application.parents = {{2, QStringLiteral("sh"), QStringLiteral("/bin/sh"), {}},
                                   {1, QStringLiteral("builder"), {}, {}}};
    const auto dialog = dialogFor(request);
    auto *parent = find<QComboBox>(*dialog, "explainParentCombo");
    QCOMPARE(parent->currentText(), QStringLiteral("/bin/sh"));
    const auto *decision = find<QLabel>(*dialog, "explainDecision");
    QTRY_COMPARE(decision->text(), QStringLiteral("Blocked"));
    parent->setCurrentText(QString());
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
}

/// This test, on a PATH of its own.
void TestExplainDialog::findsWhatANameStarts()
{
    const QFileInfo own(QCoreApplication::applicationFilePath());
    const QByteArray before = qgetenv("PATH");
    const auto putBack = qScopeGuard([&before] { qputenv("PATH", before); });
    qputenv("PATH", QFile::encodeName(QDir::toNativeSeparators(own.path())));
    const QString path = QDir::toNativeSeparators(own.canonicalFilePath());
    m_store.put(blocking([&path](engine::RuleProfile &rule) { rule.applications << path; }));
    engine::ExplainRequest request;
    request.host = QStringLiteral("example.org");
    const auto dialog = dialogFor(request);
    const auto *decision = find<QLabel>(*dialog, "explainDecision");
    const auto *found = find<QLabel>(*dialog, "explainFound");
    QVERIFY(!found->isVisible());
    auto *application = find<QComboBox>(*dialog, "explainApplicationCombo");
    application->setCurrentText(own.completeBaseName());
    QTRY_COMPARE(decision->text(), QStringLiteral("Blocked"));
    QCOMPARE(found->text(), own.completeBaseName() + QStringLiteral(": ") + path);
    QVERIFY(found->isVisible());
    application->setCurrentText(path);
    QTRY_VERIFY(!found->isVisible());
    application->setCurrentText(QStringLiteral("no-such-program"));
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
    QTRY_COMPARE(found->text(), QStringLiteral("no-such-program: the path is not known"));
    find<QLineEdit>(*dialog, "explainHostEdit")->clear();
    QTRY_VERIFY(!found->isVisible());
}

void TestExplainDialog::waitsForNoProgram()
{
    SilentFolder folder;
    QDialog dialog;
    ui::ProgramFields fields({}, {}, &dialog, folder.finder());
    QSignalSpy found(&fields, &ui::ProgramFields::found);
    fields.program()->setCurrentText(QStringLiteral("tool"));
    fields.starter()->setCurrentText(QStringLiteral("shell"));
    fields.look();
    QCOMPARE(fields.application().program, (engine::Program{0, QStringLiteral("tool"), {}, {}}));
    QCOMPARE(fields.application().parents.value(0).path, QString());
    QCOMPARE(fields.foundText(), QStringLiteral("tool: its file is being looked for...\n"
                                                "shell: its file is being looked for..."));
    folder.answer(2);
    QTRY_COMPARE(found.size(), 1);
    QCOMPARE(fields.application().program.path, QStringLiteral("/silent/tool"));
    QCOMPARE(fields.application().parents.value(0).path, QStringLiteral("/silent/shell"));
    QCOMPARE(fields.foundText(), QStringLiteral("tool: /silent/tool\nshell: /silent/shell"));
    // Once for each text.
    fields.look();
    fields.starter()->setCurrentText(QStringLiteral("other"));
    fields.look();
    folder.answer(1);
    QTRY_COMPARE(found.size(), 2);
    QCOMPARE(folder.asked(),
             (QStringList{QStringLiteral("tool"), QStringLiteral("shell"), QStringLiteral("other")}));
}

void TestExplainDialog::looksForTheNewestProgram()
{
    SilentFolder folder;
    QDialog dialog;
    ui::ProgramFields fields({}, {}, &dialog, folder.finder());
    QSignalSpy found(&fields, &ui::ProgramFields::found);
    for (const char *text : {"first", "second", "newest"}) {
        fields.program()->setCurrentText(QString::fromLatin1(text));
        fields.look();
        fields.look(); // as when another field changes meanwhile
    }
    folder.answer(2);
    QTRY_COMPARE(found.size(), 1);
    settle();
    QCOMPARE(found.size(), 1);
    QCOMPARE(folder.asked(), (QStringList{QStringLiteral("first"), QStringLiteral("newest")}));
    QCOMPARE(fields.application().program.path, QStringLiteral("/silent/newest"));
}

void TestExplainDialog::endsBeforeItsProgramIsFound()
{
    SilentFolder folder;
    {
        QDialog dialog;
        ui::ProgramFields fields({}, {}, &dialog, folder.finder());
        fields.program()->setCurrentText(QStringLiteral("tool"));
        fields.look();
    }
    folder.answer(1);
    settle();
    QCOMPARE(folder.asked(), QStringList{QStringLiteral("tool")});
}

void TestExplainDialog::asksForNobody_data()
{
    QTest::addColumn<engine::Program>("program");
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("told");
    const engine::Program whole{7, QStringLiteral("curl"), QStringLiteral("/usr/bin/curl"), {}};
    const engine::Program nameOnly{7, QStringLiteral("curl"), {}, {}}; // of a protected process of Windows
    const engine::Program pathOnly{7, {}, QStringLiteral("/usr/bin/curl"), {}};
    const QString nobody = QStringLiteral("By way of Office");
    QTest::newRow("all is known") << whole << QString() << nobody;
    QTest::newRow("the path is not known") << nameOnly << QString() << nobody;
    QTest::newRow("the name is not known") << pathOnly << QString() << nobody;
    QTest::newRow("its name") << whole << whole.name << "Blocked";
    QTest::newRow("its path") << whole << whole.path << "Blocked";
    QTest::newRow("its name without a path") << nameOnly << nameOnly.name << "Blocked";
}

/// A field that is cleared says that the program is not identified.
void TestExplainDialog::asksForNobody()
{
    engine::Profile profile = blocking([](engine::RuleProfile &rule) {
        rule.applications << QStringLiteral("curl") << QStringLiteral("/usr/bin/curl");
    });
    profile.servers = {fakeServer(QStringLiteral("s"), QStringLiteral("Office"))};
    profile.unidentifiedApplications = Action::byWayOf(QStringLiteral("s"));
    m_store.put(profile);
    engine::ExplainRequest request;
    request.host = QStringLiteral("example.org");
    QFETCH(const engine::Program, program);
    request.application.program = program;
    const auto dialog = dialogFor(request);
    const auto *decision = find<QLabel>(*dialog, "explainDecision");
    QTRY_COMPARE(decision->text(), QStringLiteral("Blocked"));
    auto *application = find<QComboBox>(*dialog, "explainApplicationCombo");
    application->setCurrentText(QStringLiteral("wget"));
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
    QFETCH(const QString, written);
    application->setCurrentText(written);
    QFETCH(const QString, told);
    QTRY_COMPARE(decision->text(), told);
}

void TestExplainDialog::refusesWhatIsNoHost()
{
    m_store.put({});
    engine::ExplainRequest request;
    request.host = QStringLiteral("a*b"); // as a client has asked
    const auto dialog = dialogFor(request);
    const auto *problem = find<QLabel>(*dialog, "explainProblem");
    const auto *decision = find<QLabel>(*dialog, "explainDecision");
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
    QVERIFY(!problem->isVisible());
    auto *host = find<QLineEdit>(*dialog, "explainHostEdit");
    for (const char *text : {"*.example.org", "example.org/", "example.org:443", "exam ple.org"}) {
        host->setText(QString::fromLatin1(text));
        QTRY_VERIFY(problem->text().contains(QLatin1StringView(text)));
        QVERIFY(problem->isVisible());
        QVERIFY(decision->text() != QStringLiteral("Direct"));
    }
    host->setText(QStringLiteral("2001:db8::1"));
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
    QVERIFY(!problem->isVisible());
}

void TestExplainDialog::refusesWhatIsNoAddress()
{
    m_store.put({});
    engine::ExplainRequest request;
    request.host = QStringLiteral("example.org");
    const auto dialog = dialogFor(request);
    const auto *problem = find<QLabel>(*dialog, "explainProblem");
    QVERIFY(!problem->isVisible());
    auto *client = find<QLineEdit>(*dialog, "explainClientEdit");
    client->setText(QStringLiteral("192.168.1"));
    QTRY_VERIFY(problem->isVisible());
    QVERIFY(problem->text().contains(QStringLiteral("\"192.168.1\"")));
    QVERIFY(find<QLabel>(*dialog, "explainDecision")->text() != QStringLiteral("Direct"));
    client->setText(QStringLiteral("192.168.1.1"));
    QTRY_VERIFY(!problem->isVisible());
    QTRY_COMPARE(find<QLabel>(*dialog, "explainDecision")->text(), QStringLiteral("Direct"));
}

void TestExplainDialog::tellsWhatWasDecidedThen_data()
{
    QTest::addColumn<ConnectionState>("state");
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("route");
    QTest::addColumn<QString>("text");
    const QString now = QStringLiteral("This is what would be decided now.");
    QTest::newRow("live, as now") << ConnectionState::Open << "Only these"
                                  << ""
                                  << "";
    QTest::newRow("live, not decided yet") << ConnectionState::Handshake << ""
                                           << ""
                                           << "";
    QTest::newRow("live, under other rules")
        << ConnectionState::Open << "Old"
        << "Office" << now + QStringLiteral(" When it was opened: rule Old, by way of Office.");
    QTest::newRow("live, under no rule")
        << ConnectionState::Open << ""
        << "" << now + QStringLiteral(" When it was opened: no rule, direct.");
    QTest::newRow("closed, as now") << ConnectionState::Closed << "Only these"
                                    << ""
                                    << now + QStringLiteral(" When it was opened: rule Only these, direct.");
    QTest::newRow("blocked") << ConnectionState::Failed << "Only these"
                             << "" << now + QStringLiteral(" When it was opened: rule Only these.");
    QTest::newRow("ended undecided") << ConnectionState::Failed << ""
                                     << "" << now;
}

void TestExplainDialog::tellsWhatWasDecidedThen()
{
    m_store.put(blocking([](engine::RuleProfile &) {}));
    Connection connection = openConnection();
    QFETCH(const ConnectionState, state);
    QFETCH(const QString, rule);
    QFETCH(const QString, route);
    QFETCH(const QString, text);
    connection.state = state;
    connection.rule = rule;
    connection.route = route;
    if (state == ConnectionState::Failed)
        connection.error.code = engine::ErrorCode::ConnectionTimedOut;
    const auto dialog = dialogFor(ui::explainRequestFor(connection));
    dialog->setConnection(connection);
    settle();
    const auto *past = find<QLabel>(*dialog, "explainPast");
    QCOMPARE(past->isVisible() ? past->text() : QString(), text);
}

void TestExplainDialog::tellsOfTheMemberThatWasTakenThen()
{
    engine::Profile profile = byGroup();
    m_store.put(profile);
    Connection connection = openConnection();
    connection.route = QStringLiteral("Both");
    connection.servers = {QStringLiteral("a")};
    const auto dialog = dialogFor(ui::explainRequestFor(connection));
    const auto *past = find<QLabel>(*dialog, "explainPast");
    dialog->setConnection(connection);
    settle();
    QVERIFY(!past->isVisible());
    connection.servers = {QStringLiteral("b")};
    dialog->setConnection(connection);
    QTRY_VERIFY(past->isVisible());
    QVERIFY2(past->text().endsWith(QStringLiteral("no rule, by way of Both (b).")), qPrintable(past->text()));
}

void TestExplainDialog::tellsWhatNoServerCarries()
{
    engine::Profile profile = byGroup();
    for (engine::ServerProfile &server : profile.servers)
        server.protocol = engine::ServerProtocol::Http;
    m_store.put(profile);
    engine::ExplainRequest request = ui::explainRequestFor(openConnection());
    request.transport = engine::Transport::Udp;
    const auto dialog = dialogFor(request);
    settle();
    const QString told = find<QLabel>(*dialog, "explainReason")->text();
    QVERIFY2(told.contains(QStringLiteral("only SOCKS5 carries UDP")), qPrintable(told));
    QVERIFY2(told.contains(QStringLiteral("The name is not looked up")), qPrintable(told));
}

void TestExplainDialog::tellsOnlyOfTheConnection()
{
    m_store.put(blocking([](engine::RuleProfile &) {}));
    Connection connection = openConnection();
    connection.rule = QStringLiteral("Only these");
    const auto dialog = dialogFor(ui::explainRequestFor(connection));
    dialog->setConnection(connection);
    const auto *past = find<QLabel>(*dialog, "explainPast");
    settle();
    QVERIFY(!past->isVisible());
    // The profile changes while it is open.
    m_store.put({});
    QTRY_VERIFY(past->isVisible());
    auto *host = find<QLineEdit>(*dialog, "explainHostEdit");
    host->setText(QStringLiteral("example.com"));
    QTRY_VERIFY(!past->isVisible());
    host->setText(connection.targetHost);
    QTRY_VERIFY(past->isVisible());
}

/// The machine may have others to serve: the interface stands still in every attempt when it computes itself.
void TestExplainDialog::doesNotHoldUpWhoTypes()
{
    constexpr auto kLongestStall = test::scaled(std::chrono::milliseconds{50});
    constexpr int kAttempts = 5;
    m_store.put(large());
    engine::ExplainRequest request;
    request.host = QStringLiteral("last.exampl");
    const auto dialog = dialogFor(request);
    const auto *decision = find<QLabel>(*dialog, "explainDecision");
    auto *host = find<QLineEdit>(*dialog, "explainHostEdit");
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
    auto least = std::chrono::milliseconds::max();
    for (int attempt = 0; attempt < kAttempts && least >= kLongestStall; ++attempt) {
        QTest::keyClick(host, Qt::Key_E);
        const auto typed =
            longestTurnUntil([decision] { return decision->text() == QStringLiteral("Blocked"); });
        QCOMPARE(decision->text(), QStringLiteral("Blocked"));
        QTest::keyClick(host, Qt::Key_Backspace);
        const auto erased =
            longestTurnUntil([decision] { return decision->text() == QStringLiteral("Direct"); });
        QCOMPARE(decision->text(), QStringLiteral("Direct"));
        least = std::min(least, std::max(typed, erased));
    }
    QVERIFY2(least < kLongestStall, qPrintable(QString::number(least.count())));
}

/// And no other that comes meanwhile.
void TestExplainDialog::answersTheNewestQuestion()
{
    m_store.put({});
    engine::ExplainRequest request;
    request.host = QStringLiteral("last.example");
    const auto dialog = dialogFor(request);
    const auto *decision = find<QLabel>(*dialog, "explainDecision");
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
    engine::Profile profile = large();
    m_store.put(profile);
    profile.servers = {fakeServer(QStringLiteral("s"), QStringLiteral("Office"))};
    for (const Action &action : {Action::direct(), Action::block(), Action::byWayOf(QStringLiteral("s"))}) {
        profile.rules[0].action = action;
        m_store.put(profile);
    }
    QStringList shown{decision->text()};
    longestTurnUntil([&] {
        if (decision->text() != shown.back())
            shown << decision->text();
        return shown.size() > 1;
    });
    settle();
    QCOMPARE(shown, (QStringList{QStringLiteral("Direct"), QStringLiteral("By way of Office")}));
    QCOMPARE(decision->text(), shown.back());
}

void TestExplainDialog::dropsWhatIsNotAskedAnyMore()
{
    m_store.put(large());
    engine::ExplainRequest request;
    request.host = QStringLiteral("last.example");
    const auto dialog = dialogFor(request);
    const auto *decision = find<QLabel>(*dialog, "explainDecision");
    auto *host = find<QLineEdit>(*dialog, "explainHostEdit");
    {
        // The pause would come after the answer.
        const QSignalBlocker blocker(host);
        host->clear();
        m_store.put(m_store.profile());
    }
    QCOMPARE(decision->text(), QStringLiteral("Where does the connection go?"));
    settle();
    QCOMPARE(decision->text(), QStringLiteral("Where does the connection go?"));
    host->setText(request.host);
    QTRY_COMPARE(decision->text(), QStringLiteral("Blocked"));
}

void TestExplainDialog::endsBeforeItsAnswer()
{
    m_store.put(large());
    engine::ExplainRequest request;
    request.host = QStringLiteral("last.example");
    auto dialog = dialogFor(request);
    m_store.put(large());
    dialog.reset();
    settle();
    dialog = dialogFor(request);
    QTRY_COMPARE(find<QLabel>(*dialog, "explainDecision")->text(), QStringLiteral("Blocked"));
}

QTEST_MAIN(TestExplainDialog)
#include "tst_explaindialog.moc"
