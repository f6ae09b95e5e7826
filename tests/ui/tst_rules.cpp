// SPDX-License-Identifier: MIT
#include "fakeprofilestore.h"
#include "ui/actioncombo.h"
#include "ui/linkednames.h"
#include "ui/programpicker.h"
#include "ui/ruledialog.h"
#include "ui/rulehistory.h"
#include "ui/rulemodel.h"
#include "ui/rulespage.h"
#include "ui/ruletext.h"
#include "ui/ruleuses.h"
#include "ui/seenapplications.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QComboBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>
#include <QTreeView>
#include <QTreeWidget>

#include <algorithm>
#include <atomic>
#include <functional>

#ifndef Q_OS_WIN
#include <sys/stat.h>
#endif

using engine::Action;
using engine::RuleProfile;
using ui::RuleColumn;
using namespace Qt::StringLiterals;

namespace
{

RuleProfile rule(const QString &name, const Action &action = Action::direct())
{
    RuleProfile made;
    made.name = name;
    made.action = action;
    return made;
}

/// A listener, a server "office", and the rules A to D.
engine::Profile exampleProfile()
{
    engine::Profile profile;
    engine::ListenerProfile listener;
    listener.name = QStringLiteral("Local");
    listener.address = engine::Address::fromV4(0x7f000001);
    listener.port = 1'080;
    profile.listeners << listener;
    engine::ServerProfile server;
    server.id = QStringLiteral("office");
    server.name = QStringLiteral("Office");
    server.host = QStringLiteral("proxy.example.org");
    server.port = 1'080;
    profile.servers << server;
    for (const QChar name : QStringLiteral("ABCD"))
        profile.rules << rule(name);
    profile.rules[1].hosts << QStringLiteral("*.example.org");
    profile.rules[1].action = Action::byWayOf(server.id);
    return profile;
}

/// The only commands there are while it lives: a program, a script, and where links can be made, one to each.
class Commands
{
public:
    Commands()
        : m_before(qgetenv("PATH"))
        , m_areMade(make(u"program"_s, "\x7f"
                                       "ELF") &&
                    make(u"script"_s, "#!/bin/sh\n"))
    {
#ifndef Q_OS_WIN
        m_areMade = m_areMade && QFile::link(m_folder.filePath(u"program"_s), m_folder.filePath(u"link"_s)) &&
                    QFile::link(m_folder.filePath(u"script"_s), m_folder.filePath(u"script-link"_s));
#endif
        qputenv("PATH", QFile::encodeName(QDir::toNativeSeparators(m_folder.path())));
    }
    ~Commands()
    {
        qputenv("PATH", m_before);
    }
    Q_DISABLE_COPY_MOVE(Commands)

    [[nodiscard]] bool areMade() const
    {
        return m_areMade;
    }

private:
    [[nodiscard]] bool make(const QString &name, const QByteArray &content) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(content) > 0 &&
               file.setPermissions(QFileDevice::ReadOwner | QFileDevice::ExeOwner);
    }

    const QTemporaryDir m_folder;
    const QByteArray m_before;
    bool m_areMade;
};

/// All that the engine knows of these rules.
engine::RuleUses usesOf(const engine::Profile &profile, const QList<engine::RuleUse> &uses)
{
    return {true, profile.rules, uses};
}

} // namespace

class TestRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void showsRulesAndTheDefault();
    void switchesARule();
    void changesTheDefaultAction();
    void choosesWhatUnidentifiedProgramsGet();
    void movesARule_data();
    void movesARule();
    void dragsARule_data();
    void dragsARule();
    void dragsTheRuleThatWasTaken_data();
    void dragsTheRuleThatWasTaken();
    void keepsTheSelectedRuleWhenOthersChange();
    void saysWhenAChangeIsRefused();
    void worksByKeyboard();
    void addsARule();
    void addsARuleWhereItWasWanted_data();
    void addsARuleWhereItWasWanted();
    void showsProblemsAtTheirFields_data();
    void showsProblemsAtTheirFields();
    void keepsWhatItHasNoFieldFor();
    void refusesToOverwriteARuleThatHasChanged();
    void offersSeenApplications();
    void tellsWhenRulesAreNotApplied();
    void showsWhatRulesHaveDecided();
    void keepsWhatRulesHaveDecidedWhenTheyMove();
    void findsManyRulesThatMoved();
    void showsDecisionsOnlyWhileItIsSeen();
    void findsTheDomain_data();
    void findsTheDomain();
    void remembersApplicationsInBounds();
    void marksRulesThatAreNeverReached();
    void undoesAndRedoes_data();
    void undoesAndRedoes();
    void undoesSeveralSteps();
    void doesNotUndoOverChangesElsewhere();
    void keepsAStepThatIsRefused();
    void passesOverAStepThatNeverSucceeds_data();
    void passesOverAStepThatNeverSucceeds();
    void passesOverAStepThatCannotBeMadeAgain();
    void boundsTheHistory();
    void givesAnExampleUnderEachField();
    void validatesWhileTyping();
    void validatesLongListsWhenTaken();
    void choosesTheFileOfAProgram();
    void takesAProgramAsItIsKnown_data();
    void takesAProgramAsItIsKnown();
    void tellsOfANameThatIsALink_data();
    void tellsOfANameThatIsALink();
    void tellsOfALinkInARuleThatIsThere();
    void tellsOfNoLinkInARuleOfAConnection();
    void takesListsApart();
    void picksARunningProgram();
    void takesARunningProgramAsItIs();
    void listsProgramsWithoutWaiting();

private:
    template <typename T> T *find(const char *name) const
    {
        auto *found = m_page->findChild<T *>(QLatin1String(name));
        if (found == nullptr)
            qFatal("no %s", name);
        return found;
    }
    [[nodiscard]] QString names() const
    {
        QString names;
        for (int row = 0; row < m_page->model().rowCount(); ++row)
            names += m_page->model().index(row, 0).data().toString().front();
        return names;
    }
    /// As after a reload: these, of exampleProfile() or new ones.
    void putRules(const QString &wanted)
    {
        const QList<RuleProfile> known = exampleProfile().rules;
        engine::Profile profile = m_store.profile();
        profile.rules.clear();
        for (const QChar name : wanted) {
            const auto found = std::find_if(known.begin(), known.end(),
                                            [name](const RuleProfile &one) { return one.name == name; });
            profile.rules << (found == known.end() ? rule(name) : *found);
        }
        m_store.put(profile);
    }
    [[nodiscard]] QString text(int row, RuleColumn column) const
    {
        return m_page->model().index(row, static_cast<int>(column)).data().toString();
    }
    [[nodiscard]] ui::RuleDialog *dialog() const { return find<ui::RuleDialog>("ruleDialog"); }
    /// Of the programs that run, those that have this in their name or path.
    void pick(const QString &filter, bool byPath);

    FakeProfileStore m_store;
    ui::SeenApplications m_seen;
    std::unique_ptr<ui::RuleModel> m_model;
    std::unique_ptr<ui::RulesPage> m_page;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestRules::init()
{
    m_store.failure.clear();
    m_store.put(exampleProfile());
    m_model = std::make_unique<ui::RuleModel>(m_store);
    m_page = std::make_unique<ui::RulesPage>(m_store, *m_model, m_seen);
    m_tester = std::make_unique<QAbstractItemModelTester>(
        &m_page->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_page->resize(800, 400);
    m_page->show();
}

void TestRules::cleanup()
{
    m_tester.reset();
    m_page.reset();
    m_model.reset();
}

void TestRules::showsRulesAndTheDefault()
{
    QCOMPARE(names(), QStringLiteral("ABCDD"));
    QCOMPARE(text(1, RuleColumn::Hosts), QStringLiteral("*.example.org"));
    QCOMPARE(text(1, RuleColumn::Action), QStringLiteral("Office"));
    QCOMPARE(text(0, RuleColumn::Applications), QStringLiteral("Any"));
    QCOMPARE(text(4, RuleColumn::Name), QStringLiteral("Default"));
    const ui::RuleModel &model = m_page->model();
    QVERIFY(!model.index(4, 0).data(Qt::CheckStateRole).isValid());
    QVERIFY(!model.flags(model.index(4, 0)).testFlag(Qt::ItemIsDragEnabled));
    engine::Profile profile = exampleProfile();
    profile.rules[0].name.clear();
    profile.rules[0].users << QStringLiteral("anna");
    profile.rules[0].transports = engine::Transport::Udp;
    m_store.put(profile);
    QCOMPARE(text(0, RuleColumn::Name), QStringLiteral("#1"));
    QCOMPARE(text(0, RuleColumn::Applications), QStringLiteral("user anna"));
    QCOMPARE(text(0, RuleColumn::Ports), QStringLiteral("UDP"));
}

void TestRules::switchesARule()
{
    ui::RuleModel &model = m_page->model();
    QVERIFY(model.setData(model.index(2, 0), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(!m_store.profile().rules.at(2).enabled);
    QCOMPARE(model.index(2, 0).data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Unchecked));
}

void TestRules::changesTheDefaultAction()
{
    auto *view = find<QTreeView>("rulesView");
    view->setCurrentIndex(m_page->model().index(4, 0));
    QVERIFY(!find<QAction>("actionRemoveRule")->isEnabled());
    QVERIFY(!find<QAction>("actionMoveRuleUp")->isEnabled());
    find<QAction>("actionEditRule")->trigger();
    auto *editor = find<ui::ActionCombo>("ruleActionEditor");
    editor->setCurrentIndex(editor->findText(QStringLiteral("By way of Office")));
    Q_EMIT editor->activated(editor->currentIndex());
    QCOMPARE(m_store.profile().defaultAction, Action::byWayOf(QStringLiteral("office")));
    QCOMPARE(text(4, RuleColumn::Action), QStringLiteral("Office"));
    QVERIFY(m_page->model().remove(4).isEmpty());
    QCOMPARE(m_page->model().rowCount(), 5);
}

void TestRules::choosesWhatUnidentifiedProgramsGet()
{
    auto *combo = find<ui::ActionCombo>("unidentifiedCombo");
    const auto choose = [combo](const QString &text) {
        combo->setCurrentIndex(combo->findText(text));
        Q_EMIT combo->activated(combo->currentIndex());
    };
    const QString skip = QStringLiteral("Skip rules about programs");
    const QString office = QStringLiteral("By way of Office");
    QCOMPARE(combo->currentText(), skip);
    choose(office);
    QCOMPARE(m_store.profile().unidentifiedApplications, Action::byWayOf(QStringLiteral("office")));
    QCOMPARE(combo->currentText(), office);
    m_page->undoAction().trigger();
    QVERIFY(!m_store.profile().unidentifiedApplications);
    QCOMPARE(combo->currentText(), skip);
    choose(QStringLiteral("Block"));
    QCOMPARE(m_store.profile().unidentifiedApplications, Action::block());
    // What is refused is told, and not shown as if it were so.
    m_store.failure = QStringLiteral("cannot write the profile");
    choose(skip);
    QCOMPARE(find<QMessageBox>("rulesProblem")->informativeText(), m_store.failure);
    QCOMPARE(m_store.profile().unidentifiedApplications, Action::block());
    QCOMPARE(combo->currentText(), QStringLiteral("Block"));
    m_store.failure.clear();
    choose(skip);
    QVERIFY(!m_store.profile().unidentifiedApplications);
    // Servers that come and go are offered at once.
    engine::Profile profile = exampleProfile();
    profile.servers.front().name = QStringLiteral("Branch");
    profile.unidentifiedApplications = Action::byWayOf(QStringLiteral("office"));
    m_store.put(profile);
    QCOMPARE(combo->currentText(), QStringLiteral("By way of Branch"));
    QCOMPARE(combo->findText(office), -1);
}

void TestRules::movesARule_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::addColumn<QString>("order");
    QTest::newRow("down by one") << 0 << 1 << QStringLiteral("BACDD");
    QTest::newRow("up by one") << 2 << 1 << QStringLiteral("ACBDD");
    QTest::newRow("to the end") << 0 << 3 << QStringLiteral("BCDAD");
    QTest::newRow("to the top") << 3 << 0 << QStringLiteral("DABCD");
    QTest::newRow("never below the default") << 0 << 4 << QStringLiteral("ABCDD");
    QTest::newRow("never the default") << 4 << 0 << QStringLiteral("ABCDD");
}

void TestRules::movesARule()
{
    QFETCH(const int, from);
    QFETCH(const int, to);
    const QPersistentModelIndex moved = m_page->model().index(from, 0);
    const QString name = moved.data().toString();
    QVERIFY(m_page->model().move(from, to).isEmpty());
    QTEST(names(), "order");
    // Views keep hold of the rule, not of the row.
    QCOMPARE(moved.data().toString(), name);
}

void TestRules::dragsARule_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("gap");
    QTest::addColumn<QString>("order");
    QTest::newRow("between two below") << 0 << 2 << QStringLiteral("BACDD");
    QTest::newRow("between two above") << 3 << 1 << QStringLiteral("ADBCD");
    QTest::newRow("above the default") << 0 << 4 << QStringLiteral("BCDAD");
    QTest::newRow("into the space below") << 0 << -1 << QStringLiteral("BCDAD");
    QTest::newRow("below the default") << 0 << 5 << QStringLiteral("ABCDD");
    QTest::newRow("where it was") << 1 << 2 << QStringLiteral("ABCDD");
}

void TestRules::dragsARule()
{
    QFETCH(const int, from);
    QFETCH(const int, gap);
    ui::RuleModel &model = m_page->model();
    const std::unique_ptr<QMimeData> data(model.mimeData({model.index(from, 0)}));
    QVERIFY(!model.dropMimeData(data.get(), Qt::MoveAction, gap, 0, {}));
    QTEST(names(), "order");
}

void TestRules::dragsTheRuleThatWasTaken_data()
{
    QTest::addColumn<QString>("rules"); // what they are when C is dropped
    QTest::addColumn<int>("gap");
    QTest::addColumn<QString>("order");
    QTest::newRow("one more on top") << u"EABCD"_s << 0 << u"CEABDD"_s;
    QTest::newRow("one more on top, down") << u"EABCD"_s << 5 << u"EABDCD"_s;
    QTest::newRow("one less on top") << u"BCD"_s << 0 << u"CBDD"_s;
    QTest::newRow("it is gone") << u"ABD"_s << 0 << u"ABDD"_s;
}

void TestRules::dragsTheRuleThatWasTaken()
{
    QFETCH(const QString, rules);
    QFETCH(const int, gap);
    ui::RuleModel &model = m_page->model();
    const std::unique_ptr<QMimeData> data(model.mimeData({model.index(2, 0)}));
    putRules(rules);
    QVERIFY(!model.dropMimeData(data.get(), Qt::MoveAction, gap, 0, {}));
    QTEST(names(), "order");
}

void TestRules::keepsTheSelectedRuleWhenOthersChange()
{
    auto *view = find<QTreeView>("rulesView");
    view->setCurrentIndex(m_page->model().index(2, 0));
    engine::Profile profile = m_store.profile();
    profile.rules.removeFirst();
    m_store.put(profile);
    QCOMPARE(view->currentIndex().data().toString(), QStringLiteral("C"));
    profile.rules.prepend(rule(QStringLiteral("E")));
    profile.rules.prepend(rule(QStringLiteral("F")));
    m_store.put(profile);
    QCOMPARE(view->currentIndex().data().toString(), QStringLiteral("C"));
    QCOMPARE(names(), QStringLiteral("FEBCDD"));
}

void TestRules::saysWhenAChangeIsRefused()
{
    m_store.failure = QStringLiteral("cannot write the profile");
    find<QTreeView>("rulesView")->setCurrentIndex(m_page->model().index(1, 0));
    find<QAction>("actionRemoveRule")->trigger();
    QCOMPARE(find<QMessageBox>("rulesProblem")->informativeText(), m_store.failure);
    QCOMPARE(names(), QStringLiteral("ABCDD"));
}

void TestRules::worksByKeyboard()
{
    auto *view = find<QTreeView>("rulesView");
    m_page->activateWindow();
    view->setFocus();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    view->setCurrentIndex(m_page->model().index(0, 3));
    QTest::keyClick(view, Qt::Key_Space);
    QVERIFY(!m_store.profile().rules.at(0).enabled);
    QTest::keyClick(view, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(names(), QStringLiteral("BACDD"));
    QCOMPARE(view->currentIndex().row(), 1);
    QTest::keyClick(view, Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(names(), QStringLiteral("BAACDD"));
    QCOMPARE(view->currentIndex().row(), 2);
    QTest::keyClick(view, Qt::Key_Up, Qt::AltModifier);
    QTest::keyClick(view, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(names(), QStringLiteral("ABACDD"));
    QTest::keyClick(view, Qt::Key_Delete);
    QCOMPARE(names(), QStringLiteral("BACDD"));
    QTest::keyClick(view, Qt::Key_Return);
    QVERIFY(dialog()->isVisible());
}

void TestRules::addsARule()
{
    find<QTreeView>("rulesView")->setCurrentIndex(m_page->model().index(1, 0));
    m_page->newRuleAction().trigger();
    find<QLineEdit>("ruleNameEdit")->setText(QStringLiteral("New"));
    find<QPlainTextEdit>("ruleApplicationsEdit")->setPlainText(QStringLiteral("firefox\n\n  curl \n"));
    find<QPlainTextEdit>("rulePortsEdit")->setPlainText(QStringLiteral("443\n8000 - 8100"));
    find<QPlainTextEdit>("ruleClientsEdit")->setPlainText(QStringLiteral("10.0.0.0/8"));
    auto *transport = find<QComboBox>("ruleTransportCombo");
    transport->setCurrentIndex(transport->findText(QStringLiteral("TCP")));
    find<ui::ActionCombo>("ruleActionCombo")->setAction(Action::block());
    dialog()->accept();
    QCOMPARE(names(), QStringLiteral("ANBCDD"));
    const RuleProfile &made = m_store.profile().rules.at(1);
    QCOMPARE(made.applications, (QStringList{QStringLiteral("firefox"), QStringLiteral("curl")}));
    QCOMPARE(made.ports, (QList<engine::PortRange>{{443, 443}, {8'000, 8'100}}));
    QCOMPARE(made.clients.size(), 1);
    QCOMPARE(made.transports, engine::Transports(engine::Transport::Tcp));
    QCOMPARE(made.action, Action::block());
    QCOMPARE(find<QTreeView>("rulesView")->currentIndex().row(), 1);
}

void TestRules::addsARuleWhereItWasWanted_data()
{
    QTest::addColumn<int>("selected");
    QTest::addColumn<QString>("rules"); // what they are while the dialog is open
    QTest::addColumn<QString>("order");
    QTest::newRow("one more on top") << 1 << u"EABCD"_s << u"EANBCDD"_s;
    QTest::newRow("one less on top") << 1 << u"BCD"_s << u"NBCDD"_s;
    QTest::newRow("one more below") << 1 << u"ABCDE"_s << u"ANBCDED"_s;
    QTest::newRow("above the default") << 4 << u"EABCD"_s << u"EABCDND"_s;
    QTest::newRow("the selected one is gone") << 1 << u"ACD"_s << u"ANCDD"_s;
    QTest::newRow("all are gone") << 3 << QString() << u"ND"_s;
}

void TestRules::addsARuleWhereItWasWanted()
{
    QFETCH(const int, selected);
    QFETCH(const QString, rules);
    find<QTreeView>("rulesView")->setCurrentIndex(m_page->model().index(selected, 0));
    m_page->newRuleAction().trigger();
    putRules(rules);
    find<QLineEdit>("ruleNameEdit")->setText(QStringLiteral("New"));
    dialog()->accept();
    QTEST(names(), "order");
    QCOMPARE(find<QTreeView>("rulesView")->currentIndex().data().toString(), QStringLiteral("New"));
}

void TestRules::showsProblemsAtTheirFields_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QString>("entries");
    QTest::addColumn<QString>("problem");
    QTest::newRow("a wildcard within a label")
        << QByteArray("ruleHostsEdit") << QStringLiteral("example.org\nex*mple.org")
        << QStringLiteral("ex*mple.org");
    QTest::newRow("a block with bits beyond its prefix")
        << QByteArray("ruleHostsEdit") << QStringLiteral("10.0.0.1/8") << QStringLiteral("10.0.0.1/8");
    QTest::newRow("no port") << QByteArray("rulePortsEdit") << QStringLiteral("80\nhttps")
                             << QStringLiteral("https");
    QTest::newRow("ports backwards") << QByteArray("rulePortsEdit") << QStringLiteral("90-80")
                                     << QStringLiteral("90-80");
    QTest::newRow("no address") << QByteArray("ruleClientsEdit") << QStringLiteral("somebody")
                                << QStringLiteral("somebody");
    QTest::newRow("clients with bits behind their prefix")
        << QByteArray("ruleClientsEdit") << QStringLiteral("192.168.1.7/16")
        << QStringLiteral("192.168.0.0/16");
}

void TestRules::showsProblemsAtTheirFields()
{
    QFETCH(const QByteArray, field);
    QFETCH(const QString, entries);
    QFETCH(const QString, problem);
    m_store.changes = 0;
    m_page->newRuleAction().trigger();
    auto *edit = find<QPlainTextEdit>(field.constData());
    edit->setPlainText(entries);
    const auto *label = edit->parentWidget()->findChild<QLabel *>(QStringLiteral("problems"));
    QVERIFY(label->isHidden());
    dialog()->accept();
    QVERIFY(dialog()->isVisible());
    QVERIFY(!label->isHidden());
    QVERIFY2(label->text().contains(problem), qPrintable(label->text()));
    QCOMPARE(m_store.changes, 0);
    edit->clear();
    QVERIFY(label->isHidden());
    dialog()->accept();
    QCOMPARE(m_store.changes, 1);
}

void TestRules::keepsWhatItHasNoFieldFor()
{
    engine::Profile profile = m_store.profile();
    profile.rules[0].enabled = false;
    profile.rules[0].transports = engine::Transport::Tcp | engine::Transport::Udp;
    m_store.put(profile);
    find<QTreeView>("rulesView")->setCurrentIndex(m_page->model().index(0, 0));
    find<QAction>("actionEditRule")->trigger();
    dialog()->accept();
    QCOMPARE(m_store.profile(), profile);
}

void TestRules::refusesToOverwriteARuleThatHasChanged()
{
    find<QTreeView>("rulesView")->setCurrentIndex(m_page->model().index(1, 0));
    find<QAction>("actionEditRule")->trigger();
    find<QLineEdit>("ruleNameEdit")->setText(QStringLiteral("Mine"));
    engine::Profile profile = m_store.profile();
    profile.rules.removeFirst();
    m_store.put(profile);
    profile.rules[0].name = QStringLiteral("Theirs");
    m_store.put(profile);
    dialog()->accept();
    QVERIFY(!find<QLabel>("ruleProblem")->isHidden());
    QCOMPARE(m_store.profile().rules.front().name, QStringLiteral("Theirs"));
}

void TestRules::offersSeenApplications()
{
    m_seen.note(QStringLiteral("R&D tool"));
    m_page->newRuleAction().trigger();
    find<QMenu>("ruleSeenMenu")->actions().front()->trigger();
    QCOMPARE(find<QPlainTextEdit>("ruleApplicationsEdit")->toPlainText(), QStringLiteral("R&D tool"));
}

void TestRules::tellsWhenRulesAreNotApplied()
{
    QVERIFY(find<QWidget>("modeBar")->isHidden());
    engine::Profile profile = m_store.profile();
    profile.mode = engine::RoutingMode::Direct;
    m_store.put(profile);
    QVERIFY(find<QWidget>("modeBar")->isVisible());
    QSignalSpy wanted(m_page.get(), &ui::RulesPage::rulesModeRequested);
    find<QPushButton>("modeBarButton")->click();
    QCOMPARE(wanted.size(), 1);
}

void TestRules::showsWhatRulesHaveDecided()
{
    const std::int64_t now = QDateTime::currentMSecsSinceEpoch();
    m_page->takeUses(usesOf(m_store.profile(), {{1, 12, 1'024, 512, now}, {-1, 2, 0, 0, 86'400'000}}));
    QCOMPARE(text(1, RuleColumn::Hits), QStringLiteral("12"));
    QCOMPARE(text(1, RuleColumn::Traffic), QStringLiteral("1.5 KiB"));
    QVERIFY(!text(1, RuleColumn::LastHit).isEmpty());
    QCOMPARE(text(0, RuleColumn::Hits), QStringLiteral("0"));
    QCOMPARE(text(0, RuleColumn::Traffic), QStringLiteral("0 B"));
    QCOMPARE(text(0, RuleColumn::LastHit), QStringLiteral("never"));
    // The default action, long ago.
    QCOMPARE(text(4, RuleColumn::Hits), QStringLiteral("2"));
    QVERIFY(text(4, RuleColumn::LastHit).contains(QStringLiteral("70")));
    const QModelIndex hits = m_page->model().index(1, static_cast<int>(RuleColumn::Hits));
    QCOMPARE(hits.data(Qt::AccessibleTextRole).toString(), QStringLiteral("Hits: 12"));
    QVERIFY(hits.data(Qt::ToolTipRole).toString().contains(QStringLiteral("512 B down, 1.0 KiB up")));
    // Only what changed comes next.
    engine::RuleUses more;
    more.rules = m_store.profile().rules;
    more.uses = {{0, 1, 0, 0, now}};
    m_page->takeUses(more);
    QCOMPARE(text(0, RuleColumn::Hits), QStringLiteral("1"));
    QCOMPARE(text(1, RuleColumn::Hits), QStringLiteral("12"));
}

/// Names need not tell them apart.
void TestRules::findsManyRulesThatMoved()
{
    constexpr int kRules = 5'000;
    constexpr int kMilliseconds = 1'000;
    engine::RuleUses uses{true, {}, {}};
    for (int i = 0; i < kRules; ++i) {
        engine::RuleProfile one = rule(QStringLiteral("A"));
        one.hosts << QStringLiteral("h%1.example.org").arg(i);
        uses.rules << one;
        uses.uses << engine::RuleUse{i, static_cast<std::uint64_t>(i), 0, 0, 1};
    }
    ui::RuleUseTable table;
    QVERIFY(table.take(uses));
    QList<engine::RuleProfile> shown = uses.rules;
    shown.move(0, kRules - 1);
    shown[7].enabled = !shown[7].enabled;
    QElapsedTimer timer;
    timer.start();
    table.setShown(shown);
    QVERIFY2(timer.elapsed() < kMilliseconds, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(table.of(0).hits, static_cast<std::uint64_t>(1));
    QCOMPARE(table.of(7).hits, static_cast<std::uint64_t>(8));
    QCOMPARE(table.of(kRules - 1).hits, static_cast<std::uint64_t>(0));
    QCOMPARE(table.of(kRules - 2).hits, static_cast<std::uint64_t>(kRules - 1));
}

/// Until the engine has the new rules and tells of them, too.
void TestRules::keepsWhatRulesHaveDecidedWhenTheyMove()
{
    m_page->takeUses(usesOf(m_store.profile(), {{0, 7, 0, 0, 1}, {1, 8, 0, 0, 1}, {-1, 9, 0, 0, 1}}));
    engine::Profile profile = m_store.profile();
    profile.rules.move(0, 3);
    profile.rules[3].enabled = false;
    profile.rules[0].hosts << QStringLiteral("example.net");
    m_store.put(profile);
    const auto hits = [this] {
        QStringList texts;
        for (int row = 0; row < m_page->model().rowCount(); ++row)
            texts << text(row, RuleColumn::Hits);
        return texts.join(u' ');
    };
    QCOMPARE(hits(), QStringLiteral("0 0 0 7 9"));
    m_page->takeUses(usesOf(profile, {{3, 10, 0, 0, 1}}));
    QCOMPARE(hits(), QStringLiteral("0 0 0 10 0"));
}

void TestRules::showsDecisionsOnlyWhileItIsSeen()
{
    const QSignalSpy drawn(&m_page->model(), &QAbstractItemModel::dataChanged);
    m_page->takeUses(usesOf(m_store.profile(), {{0, 1, 0, 0, 1}}));
    QCOMPARE(drawn.size(), 1);
    m_page->takeUses({});
    QCOMPARE(drawn.size(), 1);
    m_page->hide();
    m_page->takeUses(usesOf(m_store.profile(), {{0, 2, 0, 0, 1}}));
    QCOMPARE(drawn.size(), 1);
    m_page->show();
    QCOMPARE(drawn.size(), 2);
    QCOMPARE(text(0, RuleColumn::Hits), QStringLiteral("2"));
}

void TestRules::findsTheDomain_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("domain");
    QTest::newRow("a host") << QStringLiteral("api.example.org") << QStringLiteral("example.org");
    QTest::newRow("a deeper host") << QStringLiteral("a.b.example.org") << QStringLiteral("b.example.org");
    QTest::newRow("the domain itself") << QStringLiteral("example.org") << QStringLiteral("example.org");
    QTest::newRow("under co.uk") << QStringLiteral("example.co.uk") << QStringLiteral("example.co.uk");
    QTest::newRow("a host under co.uk")
        << QStringLiteral("www.example.co.uk") << QStringLiteral("example.co.uk");
    QTest::newRow("a short name under a country") << QStringLiteral("www.gmx.de") << QStringLiteral("gmx.de");
    QTest::newRow("a shorter one") << QStringLiteral("api.x.ai") << QStringLiteral("x.ai");
    QTest::newRow("one label") << QStringLiteral("printer") << QString();
    QTest::newRow("an address") << QStringLiteral("192.0.2.1") << QString();
}

void TestRules::findsTheDomain()
{
    QFETCH(const QString, host);
    QFETCH(const QString, domain);
    QCOMPARE(ui::domainPatterns(host).value(0), domain);
    QCOMPARE(ui::domainPatterns(host).size(), domain.isEmpty() ? 0 : 2);
}

void TestRules::remembersApplicationsInBounds()
{
    ui::SeenApplications seen;
    for (int i = 0; i < 10'000; ++i)
        seen.note(QStringLiteral("program-%1").arg(i));
    seen.note({});
    QVERIFY(seen.names().size() <= 200);
    QVERIFY(seen.names().contains(QStringLiteral("program-9999")));
    QVERIFY(!seen.names().contains(QStringLiteral("program-0")));
}

void TestRules::marksRulesThatAreNeverReached()
{
    const ui::RuleModel &model = m_page->model();
    engine::Profile profile = exampleProfile();
    profile.rules.clear();
    m_store.put(profile);
    profile.rules = {rule(QStringLiteral("Wide")), rule(QStringLiteral("Narrow")),
                     rule(QStringLiteral("Else"))};
    profile.rules[0].hosts << QStringLiteral("*.example.org");
    profile.rules[1].hosts << QStringLiteral("www.example.org");
    profile.rules[2].hosts << QStringLiteral("example.net");
    m_store.put(profile);
    const QModelIndex narrow = model.index(1, 0);
    QVERIFY(narrow.data(ui::RuleModel::ShadowedRole).toBool());
    QVERIFY(!narrow.data(Qt::DecorationRole).isNull());
    QVERIFY(narrow.data(Qt::ToolTipRole).toString().contains(QStringLiteral("rule Wide")));
    QVERIFY(narrow.data(Qt::AccessibleDescriptionRole).toString().contains(QStringLiteral("rule Wide")));
    for (const int row : {0, 2, 3})
        QVERIFY(!model.index(row, 0).data(ui::RuleModel::ShadowedRole).toBool());
    QVERIFY(find<QLabel>("rulesHint")->text().contains(QStringLiteral("never reached: 1")));
    // The wide one is out of the way.
    QVERIFY(m_page->model().setData(model.index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(!narrow.data(ui::RuleModel::ShadowedRole).toBool());
    QVERIFY(!find<QLabel>("rulesHint")->text().contains(QStringLiteral("never reached: 1")));
}

void TestRules::undoesAndRedoes_data()
{
    QTest::addColumn<int>("change");
    QTest::addColumn<QString>("text");
    QTest::newRow("adding") << 0 << QStringLiteral("add rule New");
    QTest::newRow("changing") << 1 << QStringLiteral("change rule A");
    QTest::newRow("removing") << 2 << QStringLiteral("remove rule B");
    QTest::newRow("moving") << 3 << QStringLiteral("move rule A");
    QTest::newRow("switching off") << 4 << QStringLiteral("switch rule C off");
    QTest::newRow("another action") << 5 << QStringLiteral("change rule D");
    QTest::newRow("another default action") << 6 << QStringLiteral("change the default action");
    QTest::newRow("another action for unidentified programs")
        << 7 << QStringLiteral("change what is done with unidentified programs");
}

void TestRules::undoesAndRedoes()
{
    QFETCH(const int, change);
    QFETCH(const QString, text);
    ui::RuleModel &model = m_page->model();
    const auto *undo = &m_page->undoAction();
    QVERIFY(!undo->isEnabled());
    const QVariant block = QVariant::fromValue(Action::block());
    const int action = static_cast<int>(RuleColumn::Action);
    const auto make = [&]() -> bool {
        switch (change) {
        case 0:
            return model.insert(2, rule(QStringLiteral("New"))).isEmpty();
        case 1:
            return model.replace(model.ruleAt(0), 0, rule(QStringLiteral("Changed"))).isEmpty();
        case 2:
            return model.remove(1).isEmpty();
        case 3:
            return model.move(0, 3).isEmpty();
        case 4:
            return model.setData(model.index(2, 0), Qt::Unchecked, Qt::CheckStateRole);
        case 5:
            return model.setData(model.index(3, action), block, ui::RuleModel::ActionRole);
        case 6:
            return model.setData(model.index(4, action), block, ui::RuleModel::ActionRole);
        default:
            return model.setUnidentified(Action::block()).isEmpty();
        }
    };
    const engine::Profile before = m_store.profile();
    QVERIFY(make());
    const engine::Profile after = m_store.profile();
    QVERIFY(!(before == after));
    QVERIFY2(undo->text().contains(text), qPrintable(undo->text()));
    QSignalSpy told(m_page.get(), &ui::RulesPage::told);
    m_page->undoAction().trigger();
    QCOMPARE(m_store.profile(), before);
    QVERIFY(!undo->isEnabled());
    QVERIFY(told.back().front().toString().contains(text));
    m_page->redoAction().trigger();
    QCOMPARE(m_store.profile(), after);
    QVERIFY(!m_page->redoAction().isEnabled());
}

void TestRules::undoesSeveralSteps()
{
    ui::RuleModel &model = m_page->model();
    QVERIFY(model.remove(0).isEmpty());
    QVERIFY(model.move(0, 2).isEmpty());
    QVERIFY(model.remove(1).isEmpty());
    QCOMPARE(names(), QStringLiteral("CBD"));
    m_page->undoAction().trigger();
    m_page->undoAction().trigger();
    QCOMPARE(names(), QStringLiteral("BCDD"));
    m_page->redoAction().trigger();
    QCOMPARE(names(), QStringLiteral("CDBD"));
    // Another way from here: the old one is gone.
    QVERIFY(model.remove(0).isEmpty());
    QVERIFY(!m_page->redoAction().isEnabled());
    for (int i = 0; i < 3; ++i)
        m_page->undoAction().trigger();
    QCOMPARE(names(), QStringLiteral("ABCDD"));
    QVERIFY(!m_page->undoAction().isEnabled());
}

void TestRules::doesNotUndoOverChangesElsewhere()
{
    QVERIFY(m_page->model().remove(0).isEmpty());
    engine::Profile profile = m_store.profile();
    profile.rules[0].name = QStringLiteral("X");
    m_store.put(profile);
    QVERIFY(m_page->undoAction().isEnabled());
    m_page->undoAction().trigger();
    QVERIFY(find<QMessageBox>("rulesProblem")->informativeText().contains(QStringLiteral("elsewhere")));
    QCOMPARE(names(), QStringLiteral("XCDD"));
    QVERIFY(!m_page->undoAction().isEnabled());
    // What is done from now on can be undone, but nothing before.
    QVERIFY(m_page->model().remove(0).isEmpty());
    m_page->undoAction().trigger();
    QCOMPARE(names(), QStringLiteral("XCDD"));
    QVERIFY(!m_page->undoAction().isEnabled());
    // Changes of anything but the rules are in nobody's way.
    QVERIFY(m_page->model().remove(0).isEmpty());
    profile = m_store.profile();
    profile.mode = engine::RoutingMode::Everything;
    m_store.put(profile);
    m_page->undoAction().trigger();
    QCOMPARE(names(), QStringLiteral("XCDD"));
    QCOMPARE(m_store.profile().mode, engine::RoutingMode::Everything);
}

void TestRules::keepsAStepThatIsRefused()
{
    QVERIFY(m_page->model().remove(0).isEmpty());
    m_store.failure = QStringLiteral("cannot write the profile");
    m_page->undoAction().trigger();
    QCOMPARE(find<QMessageBox>("rulesProblem")->informativeText(), m_store.failure);
    QCOMPARE(names(), QStringLiteral("BCDD"));
    m_store.failure.clear();
    m_page->undoAction().trigger();
    QCOMPARE(names(), QStringLiteral("ABCDD"));
}

void TestRules::passesOverAStepThatNeverSucceeds_data()
{
    using Change = std::function<QStringList(ui::RuleModel &)>;
    QTest::addColumn<QList<Change>>("changes"); // made to ABCD, where B leads to a server that goes then
    QTest::addColumn<QStringList>("orders");    // the steps that can still be taken back lead to these
    const auto add = [](int row, const QString &name) {
        return Change([row, name](ui::RuleModel &model) { return model.insert(row, rule(name)); });
    };
    const auto remove = [](int row) {
        return Change([row](ui::RuleModel &model) { return model.remove(row); });
    };
    const auto move = [](int from, int to) {
        return Change([from, to](ui::RuleModel &model) { return model.move(from, to); });
    };
    const Change toOffice = [](ui::RuleModel &model) {
        const auto office = QVariant::fromValue(Action::byWayOf(u"office"_s));
        return model.setData(model.index(model.ruleCount(), 0), office, ui::RuleModel::ActionRole)
                   ? QStringList()
                   : QStringList(u"refused"_s);
    };
    const Change toDirect = [](ui::RuleModel &model) {
        const auto direct = QVariant::fromValue(Action::direct());
        return model.setData(model.index(model.ruleCount(), 0), direct, ui::RuleModel::ActionRole)
                   ? QStringList()
                   : QStringList(u"refused"_s);
    };
    QTest::newRow("below") << QList<Change>{add(3, u"E"_s), remove(1)} << QStringList{u"ACDD"_s};
    QTest::newRow("above") << QList<Change>{add(0, u"E"_s), remove(2)} << QStringList{u"ACDD"_s};
    QTest::newRow("right above") << QList<Change>{remove(0), remove(0)} << QStringList{u"ACDD"_s};
    QTest::newRow("right below") << QList<Change>{remove(2), remove(1)} << QStringList{u"ACDD"_s};
    QTest::newRow("of itself") << QList<Change>{add(3, u"E"_s), move(1, 0), remove(0)}
                               << QStringList{u"ACDD"_s};
    QTest::newRow("several") << QList<Change>{add(4, u"E"_s), remove(0), move(1, 2), remove(0)}
                             << QStringList{u"CDED"_s, u"ACDED"_s, u"ACDD"_s};
    QTest::newRow("across it") << QList<Change>{remove(0), move(2, 0), add(3, u"E"_s), remove(1)}
                               << QStringList{u"DCD"_s, u"ADCD"_s};
    QTest::newRow("the default action")
        << QList<Change>{remove(1), remove(0), toOffice, toDirect} << QStringList{u"ACDD"_s};
}

void TestRules::passesOverAStepThatNeverSucceeds()
{
    using Change = std::function<QStringList(ui::RuleModel &)>;
    QFETCH(const QList<Change>, changes);
    QFETCH(const QStringList, orders);
    for (const Change &change : changes)
        QCOMPARE(change(m_page->model()), QStringList());
    engine::Profile profile = m_store.profile();
    profile.servers.clear();
    m_store.put(profile);
    const QString before = names();
    m_page->undoAction().trigger();
    QVERIFY(find<QMessageBox>("rulesProblem")->informativeText().contains(u"office"_s));
    QCOMPARE(names(), before);
    for (const QString &order : orders) {
        QVERIFY(m_page->undoAction().isEnabled());
        m_page->undoAction().trigger();
        QCOMPARE(names(), order);
    }
    // What was taken back around it can be made again around it.
    for (qsizetype left = orders.size(); left > 0; --left)
        QVERIFY(m_page->model().redo().isEmpty());
    QCOMPARE(names(), before);
    QCOMPARE(m_store.profile().defaultAction, Action::direct());
}

void TestRules::passesOverAStepThatCannotBeMadeAgain()
{
    ui::RuleModel &model = m_page->model();
    QVERIFY(model.remove(1).isEmpty());
    QVERIFY(model.remove(0).isEmpty());
    RuleProfile changed = model.ruleAt(0);
    changed.action = Action::byWayOf(u"office"_s);
    QVERIFY(model.replace(model.ruleAt(0), 0, changed).isEmpty());
    QVERIFY(model.undo().isEmpty());
    engine::Profile profile = m_store.profile();
    profile.servers.clear();
    m_store.put(profile);
    m_page->redoAction().trigger();
    QVERIFY(find<QMessageBox>("rulesProblem")->informativeText().contains(u"office"_s));
    QVERIFY(!m_page->redoAction().isEnabled());
    m_page->undoAction().trigger();
    QCOMPARE(names(), QStringLiteral("ACDD"));
}

void TestRules::boundsTheHistory()
{
    ui::RuleHistory history;
    ui::RuleList list;
    std::size_t steps = 0;
    for (std::size_t i = 0; i < ui::kMaximumUndoSteps + 20; ++i) {
        const ui::RuleList before = list;
        list.rules << rule(QString::number(i));
        history.record(before, list, {"add rule %1", QString::number(i)});
    }
    for (; history.canUndo(); ++steps) {
        const auto outcome = history.undone(list);
        QVERIFY(outcome);
        list = outcome->list;
        history.stepBack(list);
    }
    QCOMPARE(steps, ui::kMaximumUndoSteps);
    QCOMPARE(list.rules.size(), 20);
    // A large step is kept, but pushes the others out.
    ui::RuleList large;
    large.rules.fill(rule(QStringLiteral("Large")), ui::kMaximumUndoRules + 1);
    history.record(list, large, {"add rule %1", QStringLiteral("large")});
    QVERIFY(history.canUndo());
    history.stepBack(list);
    QVERIFY(!history.canUndo());
}

void TestRules::givesAnExampleUnderEachField()
{
    m_page->newRuleAction().trigger();
    for (const char *name :
         {"ruleApplicationsEdit", "ruleHostsEdit", "rulePortsEdit", "ruleUsersEdit", "ruleClientsEdit"}) {
        auto *edit = find<QPlainTextEdit>(name);
        const auto *example = edit->parentWidget()->findChild<QLabel *>(QStringLiteral("example"));
        QVERIFY2(example != nullptr && example->isVisible(), name);
        QVERIFY2(edit->accessibleDescription().contains(example->text()), name);
        // It stays when something is typed.
        edit->setPlainText(QStringLiteral("1"));
        QVERIFY2(example->isVisible(), name);
    }
    const auto explains = [this](const QWidget *field, const char *name) {
        const auto *hint = find<QLabel>(name);
        return hint->isVisible() && !hint->text().isEmpty() && field->accessibleDescription() == hint->text();
    };
    QVERIFY(explains(find<QLineEdit>("ruleNameEdit"), "ruleNameHint"));
    QVERIFY(explains(find<QComboBox>("ruleTransportCombo"), "ruleTransportHint"));
    QVERIFY(explains(find<QComboBox>("ruleActionCombo"), "ruleActionHint"));
}

void TestRules::validatesWhileTyping()
{
    m_page->newRuleAction().trigger();
    auto *hosts = find<QPlainTextEdit>("ruleHostsEdit");
    auto *ports = find<QPlainTextEdit>("rulePortsEdit");
    const auto problemOf = [](const QPlainTextEdit *edit) {
        return edit->parentWidget()->findChild<QLabel *>(QStringLiteral("problems"));
    };
    dialog()->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(dialog()));
    ports->setFocus();
    QTest::keyClicks(hosts, QStringLiteral("ex*mple.org"));
    QTest::keyClicks(ports, QStringLiteral("https"));
    QTRY_VERIFY_WITH_TIMEOUT(problemOf(hosts)->isVisible() && problemOf(ports)->isVisible(), 20'000);
    QVERIFY(problemOf(hosts)->text().contains(QStringLiteral("ex*mple.org")));
    // It does not take the keyboard away from where somebody types.
    QVERIFY(ports->hasFocus());
    hosts->setPlainText(QStringLiteral("*.example.org"));
    QVERIFY(!problemOf(hosts)->isVisible());
    ports->setPlainText(QStringLiteral("443"));
    QSignalSpy changes(&m_store, &ui::ProfileStore::profileChanged);
    find<QPlainTextEdit>("ruleClientsEdit")->setPlainText(QStringLiteral("10.0.0.1/8"));
    QTRY_VERIFY_WITH_TIMEOUT(problemOf(find<QPlainTextEdit>("ruleClientsEdit"))->isVisible(), 20'000);
    QVERIFY(!problemOf(hosts)->isVisible() && !problemOf(ports)->isVisible());
    QCOMPARE(changes.size(), 0);
}

void TestRules::validatesLongListsWhenTaken()
{
    m_page->newRuleAction().trigger();
    QStringList entries;
    for (int host = 0; host < 2'100; ++host)
        entries << QStringLiteral("host%1.example.org").arg(host);
    auto *hosts = find<QPlainTextEdit>("ruleHostsEdit");
    hosts->setPlainText((entries + QStringList{QStringLiteral("ex*mple.org")}).join(u'\n'));
    const auto *problem = hosts->parentWidget()->findChild<QLabel *>(QStringLiteral("problems"));
    const auto *buttons = find<QDialogButtonBox>("ruleButtons");
    const qsizetype before = m_store.profile().rules.size();
    buttons->button(QDialogButtonBox::Ok)->click();
    QVERIFY(dialog()->isVisible());
    QVERIFY(problem->isVisible() && problem->text().contains(QStringLiteral("ex*mple.org")));
    QCOMPARE(m_store.profile().rules.size(), before);
    hosts->setPlainText(entries.join(u'\n'));
    buttons->button(QDialogButtonBox::Ok)->click();
    QCOMPARE(m_store.profile().rules.size(), before + 1);
}

void TestRules::choosesTheFileOfAProgram()
{
    // The desktop's own cannot be answered from here.
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    const QTemporaryDir folder;
    QFile program(folder.filePath(QStringLiteral("own-tool")));
    QVERIFY(program.open(QIODevice::WriteOnly));
    program.close();
    m_page->newRuleAction().trigger();
    auto *applications = find<QPlainTextEdit>("ruleApplicationsEdit");
    applications->setPlainText(QStringLiteral("curl"));
    find<QAbstractButton>("ruleBrowseButton")->click();
    auto *chooser = find<QFileDialog>("ruleFileDialog");
    QVERIFY(chooser->isVisible());
    chooser->selectFile(program.fileName());
    QVERIFY(QMetaObject::invokeMethod(chooser, "accept"));
    QCOMPARE(applications->toPlainText(),
             QStringLiteral("curl\n") + QDir::toNativeSeparators(program.fileName()));
    QTRY_VERIFY(m_page->findChild<QFileDialog *>() == nullptr);
}

void TestRules::takesAProgramAsItIsKnown_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("entry");
    QTest::newRow("in quotes") << R"("C:\Tools\curl.exe")"
                               << R"(C:\Tools\curl.exe)";
    QTest::newRow("a name") << "curl"
                            << "curl";
    QTest::newRow("a file that is not there") << "/no/such/file"
                                              << "/no/such/file";
#ifndef Q_OS_WIN
    QTest::newRow("a link") << "DIR/link"
                            << "DIR/program";
    QTest::newRow("a pipe that nobody writes to") << "DIR/pipe"
                                                  << "DIR/pipe";
    QTest::newRow("a link to a script") << "DIR/script-link"
                                        << "DIR/script-link";
    QTest::newRow("a link to a script without #!") << "DIR/module-link"
                                                   << "DIR/module-link";
    QTest::newRow("a link to a script that cannot be read") << "DIR/secret-link"
                                                            << "DIR/secret-link";
    QTest::newRow("a link to a jar") << "DIR/jar-link"
                                     << "DIR/jar-link";
    QTest::newRow("a Snap's command") << "/snap/bin/firefox.geckodriver"
                                      << "firefox";
    QTest::newRow("a Snap's command on Fedora") << "/var/lib/snapd/snap/bin/firefox.geckodriver"
                                                << "firefox";
    QTest::newRow("a Flatpak's command") << "/var/lib/flatpak/exports/bin/org.example.App"
                                         << "org.example.App";
#endif
}

void TestRules::takesAProgramAsItIsKnown()
{
    QFETCH(QString, typed);
    QFETCH(QString, entry);
    const QTemporaryDir folder;
    const auto make = [&folder](const char *name, const char *content) {
        QFile file(folder.filePath(QLatin1String(name)));
        return file.open(QIODevice::WriteOnly) && file.write(content) > 0;
    };
    QVERIFY(make("program", "\x7f"
                            "ELF"));
    QVERIFY(make("script", "#!/bin/sh\n"));
#ifndef Q_OS_WIN
    QVERIFY(make("module", "import this\n"));
    QVERIFY(make("secret", "#!/bin/sh\n"));
    QVERIFY(QFile::setPermissions(folder.filePath(u"secret"_s), QFileDevice::ExeOwner));
    QVERIFY(make("jar", "PK\x03\x04"));
    QVERIFY(QFile::link(folder.filePath(u"program"_s), folder.filePath(u"link"_s)));
    for (const QString &target : {u"script"_s, u"module"_s, u"secret"_s, u"jar"_s})
        QVERIFY(QFile::link(folder.filePath(target), folder.filePath(target + u"-link"_s)));
    QCOMPARE(::mkfifo(QFile::encodeName(folder.filePath(u"pipe"_s)).constData(), S_IRWXU), 0);
#endif
    const QString directory = QFileInfo(folder.path()).canonicalFilePath();
    m_page->newRuleAction().trigger();
    find<QPlainTextEdit>("ruleApplicationsEdit")->setPlainText(typed.replace(u"DIR"_s, directory));
    dialog()->accept();
    QCOMPARE(m_store.profile().rules.back().applications, QStringList{entry.replace(u"DIR"_s, directory)});
}

void TestRules::tellsOfANameThatIsALink_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("hint"); ///< empty: the example
    QTest::newRow("another name") << "program"
                                  << "";
    QTest::newRow("a name that starts nothing") << "nothing"
                                                << "";
    QTest::newRow("what is no name") << "link*"
                                     << "";
#ifndef Q_OS_WIN
    const QString told = u"link leads to program: programs are known by that name."_s;
    QTest::newRow("a link") << "link" << told;
    QTest::newRow("a link among others") << "program\nlink\n/bin/link" << told;
    QTest::newRow("a link to a script") << "script-link"
                                        << "";
    QTest::newRow("a path") << "/bin/link"
                            << "";
#endif
}

/// Without taking it for a mistake.
void TestRules::tellsOfANameThatIsALink()
{
    QFETCH(const QString, typed);
    QFETCH(const QString, hint);
    const Commands commands;
    QVERIFY(commands.areMade());
    m_page->newRuleAction().trigger();
    auto *applications = find<QPlainTextEdit>("ruleApplicationsEdit");
    const auto *below = applications->parentWidget()->findChild<QLabel *>(u"example"_s);
    const QString example = below->text();
    auto *names = dialog()->findChild<ui::LinkedNames *>();
    QSignalSpy told(names, &ui::LinkedNames::told);
    applications->setPlainText(typed);
    QTRY_COMPARE(told.size(), 1);
    QCOMPARE(below->text(), hint.isEmpty() ? example : hint);
    QVERIFY(below->isVisible());
    QVERIFY(applications->accessibleDescription().contains(below->text()));
    applications->setPlainText(u"other"_s);
    QTRY_COMPARE(told.size(), 2);
    QCOMPARE(below->text(), example);
}

/// Where nobody has typed anything yet; and nothing is said of what is not looked at any more.
void TestRules::tellsOfALinkInARuleThatIsThere()
{
#ifdef Q_OS_WIN
    QSKIP("There are no such links.");
#endif
    const Commands commands;
    QVERIFY(commands.areMade());
    engine::Profile profile = exampleProfile();
    profile.rules[0].applications << u"link"_s;
    m_store.put(profile);
    find<QTreeView>("rulesView")->setCurrentIndex(m_page->model().index(0, 0));
    find<QAction>("actionEditRule")->trigger();
    auto *applications = find<QPlainTextEdit>("ruleApplicationsEdit");
    const auto *below = applications->parentWidget()->findChild<QLabel *>(u"example"_s);
    const QString example = below->text();
    QTRY_VERIFY(below->text().startsWith(u"link leads to program"_s));
    QStringList many{u"link"_s};
    for (int number = 0; number < 2'100; ++number)
        many << u"program%1"_s.arg(number);
    applications->setPlainText(many.join(u'\n'));
    QTRY_COMPARE(below->text(), example);
}

void TestRules::tellsOfNoLinkInARuleOfAConnection()
{
    const Commands commands;
    QVERIFY(commands.areMade());
    engine::RuleProfile prefilled;
    prefilled.applications << u"link"_s;
    m_page->newRuleFrom(prefilled);
    QSignalSpy told(dialog()->findChild<ui::LinkedNames *>(), &ui::LinkedNames::told);
    find<QPlainTextEdit>("ruleApplicationsEdit")->setPlainText(u"program"_s);
    QTRY_COMPARE(told.size(), 1);
    QCOMPARE(told.front().front().toString(), QString());
}

void TestRules::takesListsApart()
{
    m_page->newRuleAction().trigger();
    find<QPlainTextEdit>("ruleHostsEdit")->setPlainText(u"a.org, b.org;c.org\n\nd.org"_s);
    find<QPlainTextEdit>("rulePortsEdit")->setPlainText(u"80,443"_s);
    find<QPlainTextEdit>("ruleApplicationsEdit")->setPlainText(u"firefox, curl"_s);
    dialog()->accept();
    QVERIFY(dialog()->isVisible()); // those are no one program
    find<QPlainTextEdit>("ruleApplicationsEdit")->setPlainText(u"firefox\ncurl"_s);
    dialog()->accept();
    const engine::RuleProfile rule = m_store.profile().rules.back();
    QCOMPARE(rule.hosts, (QStringList{u"a.org"_s, u"b.org"_s, u"c.org"_s, u"d.org"_s}));
    QCOMPARE(rule.ports.size(), 2);
    QCOMPARE(rule.applications, (QStringList{u"firefox"_s, u"curl"_s}));
}

void TestRules::pick(const QString &filter, bool byPath)
{
    find<QAbstractButton>("ruleRunningButton")->click();
    auto *picker = find<ui::ProgramPicker>("programPicker");
    auto *list = picker->findChild<QTreeWidget *>(QStringLiteral("programList"));
    QTRY_VERIFY_WITH_TIMEOUT(list->topLevelItemCount() > 0, 20'000);
    QVERIFY(!picker->findChild<QAbstractButton *>(QStringLiteral("programAddButton"))->isEnabled());
    picker->findChild<QLineEdit *>(QStringLiteral("programFilterEdit"))->setText(filter);
    picker->findChild<QComboBox *>(QStringLiteral("programFormCombo"))->setCurrentIndex(byPath ? 1 : 0);
    list->selectAll();
    picker->findChild<QAbstractButton *>(QStringLiteral("programAddButton"))->click();
    QTRY_VERIFY(m_page->findChild<ui::ProgramPicker *>() == nullptr);
}

void TestRules::picksARunningProgram()
{
    std::atomic<int> listings = 0; // on a thread of its own
    m_page->setProgramLister([&listings]() -> QList<engine::Program> {
        ++listings;
        return {{1, QStringLiteral("curl"), QStringLiteral("/usr/bin/curl"), {}},
                {2, QStringLiteral("python3"), QStringLiteral("/usr/bin/python3"),
                 QStringLiteral("/opt/tool/fetch.py")},
                {3, QStringLiteral("secret"), {}, {}}};
    });
    m_page->newRuleAction().trigger();
    auto *applications = find<QPlainTextEdit>("ruleApplicationsEdit");
    pick(QStringLiteral("CUR"), false);
    QCOMPARE(applications->toPlainText(), QStringLiteral("curl"));
    pick(QStringLiteral("/usr/bin"), true);
    QCOMPARE(applications->toPlainText(), QStringLiteral("curl\n/usr/bin/curl"));
    pick(QStringLiteral("fetch"), true);
    pick(QStringLiteral("secret"), true); // whose path the system does not tell
    QCOMPARE(applications->toPlainText(), QStringLiteral("curl\n/usr/bin/curl\n/opt/tool/fetch.py\nsecret"));
    QCOMPARE(listings.load(), 4);
}

/// Its path may be of a container, and lead elsewhere here.
void TestRules::takesARunningProgramAsItIs()
{
    const QTemporaryDir folder;
    QFile program(folder.filePath(u"program"_s));
    QVERIFY(program.open(QIODevice::WriteOnly) && program.write("\x7f"
                                                                "ELF") > 0);
    program.close();
    const QString running = QFileInfo(folder.path()).canonicalFilePath() + u"/running"_s;
#ifndef Q_OS_WIN
    QVERIFY(QFile::link(program.fileName(), running));
#endif
    m_page->setProgramLister([running]() -> QList<engine::Program> {
        return {{1, u"running"_s, running, {}}};
    });
    m_page->newRuleAction().trigger();
    pick(u"running"_s, true);
    dialog()->accept();
    QCOMPARE(m_store.profile().rules.back().applications, QStringList{running});
}

void TestRules::listsProgramsWithoutWaiting()
{
    QSemaphore goOn;
    m_page->setProgramLister([&goOn]() -> QList<engine::Program> {
        goOn.acquire();
        return {{1, QStringLiteral("curl"), {}, {}}};
    });
    m_page->newRuleAction().trigger();
    find<QAbstractButton>("ruleRunningButton")->click();
    auto *picker = find<ui::ProgramPicker>("programPicker");
    const auto *list = picker->findChild<QTreeWidget *>(QStringLiteral("programList"));
    auto *refresh = picker->findChild<QAbstractButton *>(QStringLiteral("programRefreshButton"));
    QVERIFY(picker->isVisible() && !refresh->isEnabled());
    QCOMPARE(list->topLevelItemCount(), 0);
    goOn.release();
    QTRY_COMPARE_WITH_TIMEOUT(list->topLevelItemCount(), 1, 20'000);
    QVERIFY(refresh->isEnabled());
    // Closed before the list is there: it comes for nobody.
    refresh->click();
    picker->close();
    QTRY_VERIFY(m_page->findChild<ui::ProgramPicker *>() == nullptr);
    goOn.release();
    QThreadPool::globalInstance()->waitForDone();
}

QTEST_MAIN(TestRules)
#include "tst_rules.moc"
