// SPDX-License-Identifier: MIT
#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "synthetic.h"
#include "ui/elidedlabel.h"
#include "ui/eventtext.h"
#include "ui/explaindialog.h"
#include "ui/language.h"
#include "ui/listenermenu.h"
#include "ui/livetable.h"
#include "ui/loginstart.h"
#include "ui/logmodel.h"
#include "ui/logview.h"
#include "ui/mainwindow.h"
#include "ui/rulespage.h"
#include "ui/serverspage.h"
#include "ui/serverview.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/tracetext.h"
#include "ui/userinterface.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPointer>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardPaths>
#include <QStatusBar>
#include <QSystemTrayIcon>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using engine::RuleCondition;
using engine::TraceStep;

namespace
{

class NoLoginStart : public ui::LoginStart
{
public:
    [[nodiscard]] bool isEnabled() const override { return false; }
    [[nodiscard]] std::optional<ui::LoginStartProblem> setEnabled(bool /*enabled*/) override
    {
        return std::nullopt;
    }
};

TraceStep failedStep(RuleCondition condition, const QStringList &values, const QStringList &entries)
{
    TraceStep step;
    step.outcome = TraceStep::Outcome::Failed;
    step.condition = condition;
    step.values = values;
    step.entries = entries;
    return step;
}

/// The whole interface, in English, of an engine that does not run.
struct EnglishInterface {
    EnglishInterface()
    {
        language.choose(u"en"_s);
        userInterface.start();
    }

    engine::Engine engine;
    FakeProfileStore store;
    NoLoginStart loginStart;
    ui::Language language;
    ui::Settings settings;
    ui::UserInterface userInterface{engine, store, loginStart, settings, language, {}};
};

} // namespace

class TestLanguage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void findsTheBestLanguage_data();
    void findsTheBestLanguage();
    void keepsTheChoice();
    void ignoresAnUnknownChoice();
    void matchesNumbers();
    void translatesQtToo();
    void tellsWhyARuleDoesNotMatch_data();
    void tellsWhyARuleDoesNotMatch();
    void switchesWhileItRuns();
    void widensTheLevelsOfTheLog();
    void keepsThePlaceOfTheKeyboard();
    void keepsTheFiltersOfThePages();
    void keepsTheSelectedServers();
    void reopensDialogs();
    void keepsClosedDialogsClosed();
    void goesOnTellingWhatItToldBefore();
    void tellsOfAMissingTrayInAWindowInSight();

private:
    static QList<ui::MainWindow *> windows()
    {
        QList<ui::MainWindow *> found;
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (auto *window = qobject_cast<ui::MainWindow *>(widget))
                found << window;
        }
        return found;
    }

    QTemporaryDir m_folder;
};

void TestLanguage::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QCoreApplication::setOrganizationName(u"hosier-test"_s);
    QCoreApplication::setApplicationName(u"hosier-test"_s);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
}

void TestLanguage::init()
{
    QSettings().clear();
}

void TestLanguage::findsTheBestLanguage_data()
{
    QTest::addColumn<QStringList>("wanted");
    QTest::addColumn<QString>("code");
    QTest::newRow("the language itself") << QStringList{u"fr"_s} << u"fr"_s;
    QTest::newRow("of another country") << QStringList{u"de-Latn-AT"_s, u"de-AT"_s, u"de"_s} << u"de"_s;
    QTest::newRow("European Portuguese") << QStringList{u"pt-PT"_s} << u"pt_BR"_s;
    QTest::newRow("Simplified Chinese") << QStringList{u"zh-Hans-CN"_s, u"zh-CN"_s} << u"zh_CN"_s;
    QTest::newRow("Singapore") << QStringList{u"zh-SG"_s} << u"zh_CN"_s;
    QTest::newRow("Traditional Chinese") << QStringList{u"zh-Hant-TW"_s, u"zh-TW"_s} << u"en"_s;
    QTest::newRow("the second wish") << QStringList{u"it-IT"_s, u"es-ES"_s, u"en"_s} << u"es"_s;
    QTest::newRow("English before another") << QStringList{u"en-GB"_s, u"de"_s} << u"en"_s;
    QTest::newRow("none that is known") << QStringList{u"it"_s} << u"en"_s;
    QTest::newRow("no locale") << QStringList{u"C"_s} << u"en"_s;
    QTest::newRow("no wish") << QStringList{} << u"en"_s;
}

void TestLanguage::findsTheBestLanguage()
{
    QFETCH(const QStringList, wanted);
    QTEST(ui::bestLanguage(wanted), "code");
}

void TestLanguage::keepsTheChoice()
{
    {
        ui::Language language;
        QCOMPARE(language.choice(), QString());
        QSignalSpy changed(&language, &ui::Language::changed);
        language.choose(u"ja"_s);
        QCOMPARE(changed.size(), 1);
        language.choose(u"ja"_s);
        QCOMPARE(changed.size(), 1);
    }
    const ui::Language again;
    QCOMPARE(again.choice(), u"ja"_s);
    QCOMPARE(again.code(), u"ja"_s);
}

void TestLanguage::ignoresAnUnknownChoice()
{
    ui::Language language;
    language.choose(u"tlh"_s);
    QCOMPARE(language.choice(), QString());
}

void TestLanguage::matchesNumbers()
{
    ui::Language language;
    language.choose(u"de"_s);
    QCOMPARE(QLocale().toString(1'234.5, 'f', 1), u"1.234,5"_s);
    language.choose(u"en"_s);
    QCOMPARE(QLocale().toString(1.5, 'f', 1), u"1.5"_s);
}

void TestLanguage::translatesQtToo()
{
    ui::Language language;
    language.choose(u"de"_s);
    QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), u"Abbrechen"_s);
    language.choose(u"en"_s);
    QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), u"Cancel"_s);
}

void TestLanguage::tellsWhyARuleDoesNotMatch_data()
{
    QTest::addColumn<TraceStep>("step");
    QTest::addColumn<QString>("text");
    TraceStep step;
    QTest::newRow("it does") << step << QString();
    step.outcome = TraceStep::Outcome::Disabled;
    QTest::newRow("off") << step << u"Switched off"_s;
    QTest::newRow("host") << failedStep(RuleCondition::ByHost, {u"example.org"_s}, {u"*.lan"_s, u"a"_s})
                          << u"Host \"example.org\" is none of \"*.lan\", \"a\""_s;
    QTest::newRow("resolved host") << failedStep(RuleCondition::ByHost, {u"a.lan"_s, u"10.0.0.1"_s}, {u"b"_s})
                                   << u"Host \"a.lan\" (\"10.0.0.1\") is none of \"b\""_s;
    QTest::newRow("port") << failedStep(RuleCondition::ByPort, {u"80"_s}, {u"443"_s})
                          << u"Port 80 is none of 443"_s;
    QTest::newRow("transport") << failedStep(RuleCondition::ByTransport, {u"udp"_s}, {u"tcp"_s})
                               << u"Transport UDP is none of TCP"_s;
    QTest::newRow("nobody") << failedStep(RuleCondition::ByUser, {}, {u"anna"_s})
                            << u"Nobody logged in; asked for: \"anna\""_s;
    step = failedStep(RuleCondition::ByApplication, {u"sh"_s}, {u"curl"_s});
    step.parents = QStringList{u"make"_s};
    step.omitted = 3;
    QTest::newRow("child, and more entries")
        << step << u"Application \"sh\", started by \"make\", is none of \"curl\" and 3 more"_s;
    step = failedStep(RuleCondition::ByApplication, {u"curl"_s}, {u"/usr/bin/curl"_s});
    step.isPathUnknown = true;
    QTest::newRow("path not known")
        << step << u"The path of application \"curl\" is not known; asked for: \"/usr/bin/curl\""_s;
    step = failedStep(RuleCondition::ByApplication, {}, {u"curl"_s});
    step.outcome = TraceStep::Outcome::Unidentified;
    QTest::newRow("unidentified")
        << step << u"All else matches. The application is not identified; asked for: \"curl\""_s;
    step.outcome = TraceStep::Outcome::Failed;
    step.isElsewhere = true;
    QTest::newRow("on another machine")
        << step
        << u"The client is on another machine, whose programs are not known here; asked for: \"curl\""_s;
}

void TestLanguage::tellsWhyARuleDoesNotMatch()
{
    QFETCH(const TraceStep, step);
    QTEST(ui::traceText(step), "text");
}

void TestLanguage::switchesWhileItRuns()
{
    engine::Engine engine;
    FakeProfileStore store;
    engine::Profile profile;
    profile.rules.resize(1);
    profile.rules.front().name = u"Work"_s;
    store.put(profile);
    NoLoginStart loginStart;
    ui::Language language;
    ui::Settings settings;
    // As the program does. A change of style makes Qt add windows of its own to those there are.
    ui::applyTheme(settings.theme());
    ui::UserInterface userInterface(engine, store, loginStart, settings, language, {});
    userInterface.start();
    const QPointer<ui::MainWindow> before = windows().value(0);
    QVERIFY(before != nullptr && before->isVisible());
    SyntheticLoad load(40, 0);
    engine::Delta delta = load.whole();
    delta.events.resize(1);
    delta.events.front().code = engine::EventCode::EngineStarted;
    delta.events.front().level = engine::EventLevel::Info;
    Q_EMIT engine.delta(delta);
    before->findChild<QLineEdit *>(u"logFilterEdit"_s)->setText(u"t"_s);
    before->findChild<QAction *>(u"rulesPageAction"_s)->trigger();
    before->findChild<ui::RulesPage *>()->selectRule(0);
    before->findChild<QAction *>(u"actionToggleRule"_s)->trigger();
    QVERIFY(!store.profile().rules.front().enabled);
    const QString english = before->findChild<QAction *>(u"actionQuit"_s)->text();
    const auto topLevels = QApplication::topLevelWidgets().size();

    before->findChild<QAction *>(u"actionLanguagede"_s)->trigger();
    QTRY_VERIFY(before.isNull());
    QCOMPARE(windows().size(), 1);
    const QPointer<ui::MainWindow> german = windows().value(0);
    QVERIFY(german->isVisible());
    QVERIFY(german->findChild<QAction *>(u"actionLanguagede"_s)->isChecked());
    QCOMPARE(german->findChild<QAction *>(u"actionQuit"_s)->text(), u"&Beenden"_s);
    QCOMPARE(german->findChild<QTableView *>(u"connectionsView"_s)->model()->rowCount(), 40);
    QCOMPARE(german->findChild<QLineEdit *>(u"logFilterEdit"_s)->text(), u"t"_s);
    const QAbstractItemModel *log = german->findChild<QTableView *>(u"logTable"_s)->model();
    QCOMPARE(log->rowCount(), 1);
    QCOMPARE(log->index(0, 2).data().toString(), u"Proxy-Dienst gestartet"_s);
    QVERIFY(german->findChild<QWidget *>(u"rulesPage"_s)->isVisible());

    german->findChild<QAction *>(u"actionUndo"_s)->trigger();
    QVERIFY(store.profile().rules.front().enabled);

    // Where it is chosen in the settings, they are there again.
    german->findChild<QAction *>(u"actionSettings"_s)->trigger();
    auto *combo = german->findChild<QComboBox *>(u"languageCombo"_s);
    combo->setCurrentIndex(combo->findData(u"en"_s));
    Q_EMIT combo->activated(combo->currentIndex());
    QTRY_VERIFY(german.isNull());
    const ui::MainWindow *after = windows().value(0);
    auto *again = after->findChild<QDialog *>(u"settingsDialog"_s);
    QVERIFY(again != nullptr && again->isVisible());
    QCOMPARE(again->windowTitle(), u"Settings"_s);
    delete again;
    QCOMPARE(after->findChild<QAction *>(u"actionQuit"_s)->text(), english);
    QCOMPARE(after->findChild<QTableView *>(u"connectionsView"_s)->model()->rowCount(), 40);
    log = after->findChild<QTableView *>(u"logTable"_s)->model();
    QCOMPARE(log->index(0, 2).data().toString(), u"Engine started"_s);
    QCOMPARE(QApplication::topLevelWidgets().size(), topLevels);
    // What moved in this session is counted once.
    Q_EMIT engine.delta(load.next());
    const QString today = after->findChild<ui::ElidedLabel *>(u"trafficToday"_s)->text();
    const QString session = after->findChild<ui::ElidedLabel *>(u"trafficSession"_s)->text();
    QVERIFY(!today.contains("0 B down"_L1));
    QCOMPARE(today.section(u": "_s, 1), session.section(u": "_s, 1));
}

/// The layout is found again as it was for shorter words.
void TestLanguage::widensTheLevelsOfTheLog()
{
    const EnglishInterface shown;
    const QPointer<ui::MainWindow> before = windows().value(0);
    const int column = static_cast<int>(ui::LogColumn::Level);
    const int english = before->logView().view().horizontalHeader()->sectionSize(column);
    before->findChild<QAction *>(u"actionLanguageru"_s)->trigger();
    QTRY_VERIFY(before.isNull());
    const ui::LiveTable &log = windows().value(0)->logView().view();
    const int russian = log.horizontalHeader()->sectionSize(column);
    QVERIFY(russian > english);
    QVERIFY(russian >= log.signedCellWidth(ui::levelText(engine::EventLevel::Warning)));
}

/// Who goes down the list of languages by its keys goes on from there.
void TestLanguage::keepsThePlaceOfTheKeyboard()
{
    const EnglishInterface shown;
    const auto settings = [] {
        return windows().value(0)->findChild<QDialog *>(u"settingsDialog"_s);
    };
    QPointer<ui::MainWindow> before = windows().value(0);
    before->findChild<QAction *>(u"rulesPageAction"_s)->trigger();
    const QString place = u"rulesView"_s;
    QCOMPARE(before->focusWidget()->objectName(), place);
    before->findChild<QAction *>(u"actionSettings"_s)->trigger();
    auto *combo = settings()->findChild<QComboBox *>(u"languageCombo"_s);
    combo->setFocus();
    for (const QString &title : {u"Einstellungen"_s, u"Configuración"_s}) {
        before = windows().value(0);
        QTest::keyClick(settings()->focusWidget(), Qt::Key_Down);
        QTRY_VERIFY(before.isNull());
        QVERIFY(settings() != nullptr && settings()->isVisible());
        QCOMPARE(settings()->windowTitle(), title);
        QCOMPARE(settings()->focusWidget()->objectName(), u"languageCombo"_s);
        QCOMPARE(windows().value(0)->focusWidget()->objectName(), place);
    }
    // Another page stays in sight, too, when the language is chosen in the menu.
    settings()->findChild<QListWidget *>(u"settingsPages"_s)->setCurrentRow(1);
    settings()->findChild<QWidget *>(u"shownLevelCombo"_s)->setFocus();
    before = windows().value(0);
    before->findChild<QAction *>(u"actionLanguageen"_s)->trigger();
    QTRY_VERIFY(before.isNull());
    QVERIFY(settings()->findChild<QWidget *>(u"logPage"_s)->isVisible());
    QCOMPARE(settings()->focusWidget()->objectName(), u"shownLevelCombo"_s);
}

void TestLanguage::keepsTheFiltersOfThePages()
{
    const EnglishInterface shown;
    const QPointer<ui::MainWindow> before = windows().value(0);
    const QStringList pages{u"connectionsPageAction"_s, u"applicationsPageAction"_s, u"rulesPageAction"_s,
                            u"serversPageAction"_s};
    for (const QString &page : pages) {
        before->findChild<QAction *>(page)->trigger();
        before->findChild<QLineEdit *>(u"filterEdit"_s)->setText(u"of "_s + page);
    }
    before->findChild<QAction *>(u"actionLanguagede"_s)->trigger();
    QTRY_VERIFY(before.isNull());
    ui::MainWindow *after = windows().value(0);
    const auto *edit = after->findChild<QLineEdit *>(u"filterEdit"_s);
    QCOMPARE(edit->text(), u"of serversPageAction"_s);
    for (const QString &page : pages) {
        after->findChild<QAction *>(page)->trigger();
        QCOMPARE(edit->text(), u"of "_s + page);
    }
}

void TestLanguage::keepsTheSelectedServers()
{
    EnglishInterface shown;
    engine::Profile profile = shown.store.profile();
    for (const QString &id : {u"one"_s, u"two"_s, u"three"_s})
        profile.servers << fakeServer(id, id);
    shown.store.put(profile);
    const QPointer<ui::MainWindow> before = windows().value(0);
    const QStringList selected{u"one"_s, u"three"_s};
    before->serversPage().view().selectIds(selected);
    QCOMPARE(before->serversPage().view().selectedIds(), selected);
    before->findChild<QAction *>(u"actionLanguagede"_s)->trigger();
    QTRY_VERIFY(before.isNull());
    QCOMPARE(windows().value(0)->serversPage().view().selectedIds(), selected);
}

/// With what was entered there.
void TestLanguage::reopensDialogs()
{
    const EnglishInterface shown;
    const QPointer<ui::MainWindow> before = windows().value(0);
    for (const QString &action : {u"actionExplain"_s, u"actionExplain"_s, u"actionListeners"_s})
        before->findChild<QAction *>(action)->trigger();
    before->listenerMenu().openSharing();
    const QList<ui::ExplainDialog *> asked = before->findChildren<ui::ExplainDialog *>();
    QCOMPARE(asked.size(), 2);
    asked.at(0)->findChild<QLineEdit *>(u"explainHostEdit"_s)->setText(u"example.org"_s);
    asked.at(1)->findChild<QLineEdit *>(u"explainClientEdit"_s)->setText(u"no address"_s);

    before->findChild<QAction *>(u"actionLanguagede"_s)->trigger();
    QTRY_VERIFY(before.isNull());
    const ui::MainWindow *after = windows().value(0);
    const QList<ui::ExplainDialog *> again = after->findChildren<ui::ExplainDialog *>();
    QCOMPARE(again.size(), 2);
    QVERIFY(again.at(0)->isVisible() && again.at(1)->isVisible());
    QVERIFY(again.at(0)->windowTitle() != u"Explain"_s);
    QCOMPARE(again.at(0)->findChild<QLineEdit *>(u"explainHostEdit"_s)->text(), u"example.org"_s);
    QCOMPARE(again.at(0)->findChild<QSpinBox *>(u"explainPortSpin"_s)->value(), 443);
    for (const QString &name : {u"listenersDialog"_s, u"sharingDialog"_s}) {
        const auto *dialog = after->findChild<QDialog *>(name);
        QVERIFY2(dialog != nullptr && dialog->isVisible(), qPrintable(name));
    }
}

void TestLanguage::keepsClosedDialogsClosed()
{
    const EnglishInterface shown;
    const QPointer<ui::MainWindow> before = windows().value(0);
    before->findChild<QAction *>(u"actionListeners"_s)->trigger();
    before->findChild<QDialog *>(u"listenersDialog"_s)->close();
    before->findChild<QAction *>(u"actionLanguagede"_s)->trigger();
    QTRY_VERIFY(before.isNull());
    QVERIFY(windows().value(0)->findChild<QDialog *>() == nullptr);
}

/// What stands in the window until somebody has read it stands there in the other language, too.
void TestLanguage::goesOnTellingWhatItToldBefore()
{
    if (QSystemTrayIcon::isSystemTrayAvailable())
        QSKIP("This desktop has a tray");
    engine::Engine engine;
    FakeProfileStore store;
    NoLoginStart loginStart;
    ui::Language language;
    language.choose(u"en"_s);
    ui::Settings settings;
    ui::Options options;
    options.crashNote = u"/state/crash.txt"_s;
    ui::UserInterface userInterface(engine, store, loginStart, settings, language, options);
    userInterface.start();
    const auto switchTo = [](const QString &code) {
        const QPointer<ui::MainWindow> before = windows().value(0);
        before->findChild<QAction *>(u"actionLanguage"_s + code)->trigger();
        QTRY_VERIFY(before.isNull());
    };
    QVERIFY(windows().value(0)->findChild<QWidget *>(u"crashBar"_s)->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!windows().value(0)->statusBar()->currentMessage().isEmpty(), 15'000);
    const QString english = windows().value(0)->statusBar()->currentMessage();
    switchTo(u"de"_s);
    QVERIFY(windows().value(0)->findChild<QWidget *>(u"crashBar"_s)->isVisible());
    const QString german = windows().value(0)->statusBar()->currentMessage();
    QVERIFY(!german.isEmpty());
    QVERIFY(german != english);
    // What has been dismissed, or has given way to something else, does not come back.
    windows().value(0)->findChild<QAction *>(u"crashDismiss"_s)->trigger();
    windows().value(0)->statusBar()->showMessage(u"Something else"_s);
    switchTo(u"en"_s);
    QVERIFY(windows().value(0)->findChild<QWidget *>(u"crashBar"_s) == nullptr);
    QCOMPARE(windows().value(0)->statusBar()->currentMessage(), QString());
}

/// Once, and not to nobody.
void TestLanguage::tellsOfAMissingTrayInAWindowInSight()
{
    if (QSystemTrayIcon::isSystemTrayAvailable())
        QSKIP("This desktop has a tray");
    engine::Engine engine;
    FakeProfileStore store;
    NoLoginStart loginStart;
    ui::Language language;
    ui::Settings settings;
    ui::Options options;
    options.minimized = true;
    ui::UserInterface userInterface(engine, store, loginStart, settings, language, options);
    userInterface.start();
    ui::MainWindow *window = windows().value(0);
    const auto isTold = [] {
        return QSettings().value(u"tray/missingTold"_s).toBool();
    };
    QTRY_VERIFY_WITH_TIMEOUT(!window->statusBar()->currentMessage().isEmpty(), 15'000);
    QVERIFY(!window->isWatching());
    QVERIFY(!isTold());
    const QString told = window->statusBar()->currentMessage();
    window->statusBar()->showMessage(u"Something else"_s);
    userInterface.showWindow();
    QVERIFY(window->isWatching());
    QCOMPARE(window->statusBar()->currentMessage(), told);
    QVERIFY(isTold());
    window->statusBar()->clearMessage();
    window->showMinimized();
    userInterface.showWindow();
    QCOMPARE(window->statusBar()->currentMessage(), QString());
}

QTEST_MAIN(TestLanguage)
#include "tst_language.moc"
