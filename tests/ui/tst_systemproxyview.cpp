// SPDX-License-Identifier: MIT
#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "ui/actions.h"
#include "ui/entriesedit.h"
#include "ui/language.h"
#include "ui/loginstart.h"
#include "ui/settings.h"
#include "ui/systemproxycontrol.h"
#include "ui/systemproxydialog.h"
#include "ui/systemproxyview.h"
#include "ui/userinterface.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QMainWindow>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTextDocument>

using namespace Qt::StringLiterals;
using ui::SystemProxyProblem;
using ui::SystemProxyState;

namespace
{

class FakeControl : public ui::SystemProxyControl
{
public:
    [[nodiscard]] ui::SystemProxyStatus status() const override { return current; }
    void setOn(bool on) override { asked << on; }
    void measure() override { ++measured; }
    [[nodiscard]] QStringList bypassList() const override { return bypass; }
    void setBypassList(const QStringList &entries) override { bypass = entries; }

    void show(const ui::SystemProxyStatus &status)
    {
        current = status;
        Q_EMIT changed();
    }

    ui::SystemProxyStatus current;
    QList<bool> asked;
    QStringList bypass{u"localhost"_s};
    int measured = 0;
};

class NoLoginStart : public ui::LoginStart
{
public:
    [[nodiscard]] bool isEnabled() const override { return false; }
    [[nodiscard]] std::optional<ui::LoginStartProblem> setEnabled(bool /*enabled*/) override
    {
        return std::nullopt;
    }
};

} // namespace

class SystemProxyViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void canDoNothingByItself();
    void showsWhatIsMeasured();
    void asksForTheOther();
    void staysTickedWhileItWaits();
    void saysWhatToDoWhereThereIsNone();
    void saysWhatVariablesReach();
    void saysWhatAppsOfTheStoreNeed();
    void explainsVariablesUntilTheyAreKnown();
    void tellsOfProblems_data();
    void tellsOfProblems();
    void keepsSilentAboutNothingNew();
    void measuresBeforeTheTrayTells();
    void judgesExceptions_data();
    void judgesExceptions();
    void defaultExceptionsAreRight();
    void editsExceptions();

private:
    const QTemporaryDir m_folder;
    std::unique_ptr<QMainWindow> m_window;
    std::unique_ptr<ui::Actions> m_actions;
    std::unique_ptr<FakeControl> m_control;
};

void SystemProxyViewTest::initTestCase()
{
    QCoreApplication::setOrganizationName(u"hosier-test"_s);
    QCoreApplication::setApplicationName(u"hosier-test"_s);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
}

void SystemProxyViewTest::init()
{
    QSettings().clear();
    m_window = std::make_unique<QMainWindow>();
    m_actions = std::make_unique<ui::Actions>(m_window.get());
    m_control = std::make_unique<FakeControl>();
}

void SystemProxyViewTest::canDoNothingByItself()
{
    QVERIFY(!m_actions->systemProxy->isEnabled());
    QVERIFY(!m_actions->systemProxyBypass->isEnabled());
}

void SystemProxyViewTest::showsWhatIsMeasured()
{
    new ui::SystemProxyView(*m_control, *m_actions, *m_window);
    const QAction *action = m_actions->systemProxy;
    QVERIFY(action->isEnabled() && !action->isChecked());
    m_control->show({SystemProxyState::Changing, {}, {}, {}});
    QVERIFY(!action->isEnabled() && !action->isChecked());
    m_control->show({SystemProxyState::On, {}, {}, u"127.0.0.1:1080"_s});
    QVERIFY(action->isEnabled() && action->isChecked());
    QVERIFY(action->toolTip().contains(u"127.0.0.1:1080"_s));
    QVERIFY(m_window->statusBar()->currentMessage().contains(u"127.0.0.1:1080"_s));
    m_control->show({SystemProxyState::Off, {}, {}, {}});
    QVERIFY(action->isEnabled() && !action->isChecked());
    QVERIFY(m_window->statusBar()->currentMessage().contains(u"as they were"_s));
}

void SystemProxyViewTest::asksForTheOther()
{
    new ui::SystemProxyView(*m_control, *m_actions, *m_window);
    m_actions->systemProxy->trigger();
    QCOMPARE(m_control->asked, QList<bool>{true});
    QVERIFY(!m_actions->systemProxy->isChecked()); // not before it is measured
    m_control->show({SystemProxyState::On, {}, {}, u"127.0.0.1:1080"_s});
    m_actions->systemProxy->trigger();
    QCOMPARE(m_control->asked, (QList<bool>{true, false}));
    QVERIFY(m_actions->systemProxy->isChecked());
}

void SystemProxyViewTest::staysTickedWhileItWaits()
{
    new ui::SystemProxyView(*m_control, *m_actions, *m_window);
    m_control->show({SystemProxyState::Waiting,
                     SystemProxyProblem::PasswordNeeded,
                     engine::Message::verbatim(u"LAN"_s),
                     {}});
    QVERIFY(m_actions->systemProxy->isChecked());
    QVERIFY(m_actions->systemProxy->text().contains(u"waiting"_s));
    QVERIFY(m_actions->systemProxy->toolTip().contains(u"\"LAN\""_s));
    m_actions->systemProxy->trigger();
    QCOMPARE(m_control->asked, QList<bool>{false});
}

void SystemProxyViewTest::saysWhatToDoWhereThereIsNone()
{
    new ui::SystemProxyView(*m_control, *m_actions, *m_window);
    m_control->show({SystemProxyState::Unavailable,
                     SystemProxyProblem::UnknownDesktop,
                     engine::Message::verbatim(u"sway"_s),
                     {}});
    m_actions->systemProxy->trigger();
    QVERIFY(m_control->asked.isEmpty());
    QVERIFY(!m_actions->systemProxy->isChecked());
    const auto *box = m_window->findChild<QMessageBox *>(u"noSystemProxyBox"_s);
    QVERIFY(box != nullptr && box->text().contains(u"sway"_s));
    QSignalSpy copied(m_actions->copyEnvironment, &QAction::triggered);
    box->findChild<QPushButton *>(u"noSystemProxyCopy"_s)->click();
    QCOMPARE(copied.size(), 1);
}

void SystemProxyViewTest::saysWhatVariablesReach()
{
    new ui::SystemProxyView(*m_control, *m_actions, *m_window);
    const QString reach = ui::environmentReachText();
    const auto variables = ui::SystemProxyReach::StartedPrograms;
    m_control->show({SystemProxyState::Off, {}, {}, {}, variables});
    QVERIFY(m_actions->systemProxy->toolTip().contains(reach));
    m_control->show({SystemProxyState::On, {}, {}, u"127.0.0.1:1080"_s, variables});
    QVERIFY(m_actions->systemProxy->toolTip().contains(reach));
    QVERIFY(m_actions->systemProxy->toolTip().contains(u"127.0.0.1:1080"_s));
    QVERIFY(m_window->statusBar()->currentMessage().contains(u"starts from now on"_s));
    m_control->show({SystemProxyState::On, {}, {}, u"127.0.0.1:1080"_s});
    QVERIFY(!m_actions->systemProxy->toolTip().contains(reach));
}

/// On Windows, which keeps them from this machine's own addresses.
void SystemProxyViewTest::saysWhatAppsOfTheStoreNeed()
{
#ifdef Q_OS_WIN
    const QString command = u"CheckNetIsolation LoopbackExempt -a -n="_s;
#else
    const QString command;
#endif
    QCOMPARE(ui::storeAppsText().isEmpty(), command.isEmpty());
    QVERIFY(ui::storeAppsText().contains(command));
    new ui::SystemProxyView(*m_control, *m_actions, *m_window);
    m_control->show({SystemProxyState::On, {}, {}, u"127.0.0.1:1080"_s});
    QVERIFY(m_actions->systemProxy->toolTip().contains(ui::storeAppsText()));
    QVERIFY(!Qt::mightBeRichText(m_actions->systemProxy->toolTip()));
    const ui::SystemProxyDialog dialog(*m_control);
    const auto *hint = dialog.findChild<QLabel *>(u"storeAppsHint"_s);
    QCOMPARE(hint->text(), ui::storeAppsText());
    QCOMPARE(hint->isHidden(), command.isEmpty());
    QVERIFY(hint->textInteractionFlags().testFlag(Qt::TextSelectableByMouse));
}

void SystemProxyViewTest::explainsVariablesUntilTheyAreKnown()
{
    const auto variables = ui::SystemProxyReach::StartedPrograms;
    const auto box = [this] {
        return m_window->findChild<QMessageBox *>(u"systemProxyReachBox"_s);
    };
    new ui::SystemProxyView(*m_control, *m_actions, *m_window);
    m_control->show({SystemProxyState::Off, {}, {}, {}, ui::SystemProxyReach::AllPrograms});
    m_actions->systemProxy->trigger();
    QVERIFY(box() == nullptr);

    m_control->show({SystemProxyState::On, {}, {}, u"127.0.0.1:1080"_s, variables});
    m_actions->systemProxy->trigger(); // off
    QVERIFY(box() == nullptr);
    m_control->show({SystemProxyState::Off, {}, {}, {}, variables});
    m_actions->systemProxy->trigger();
    QCOMPARE(m_control->asked, (QList<bool>{true, false, true})); // It does not wait for an answer.
    QVERIFY(box() != nullptr);
    QCOMPARE(box()->text(), ui::environmentReachText());
    QSignalSpy copied(m_actions->copyEnvironment, &QAction::triggered);
    box()->findChild<QCheckBox *>(u"systemProxyReachKnown"_s)->click();
    box()->findChild<QPushButton *>(u"systemProxyReachCopy"_s)->click();
    QCOMPARE(copied.size(), 1);
    QTRY_VERIFY(box() == nullptr);
    m_actions->systemProxy->trigger();
    QVERIFY(box() == nullptr);
}

void SystemProxyViewTest::tellsOfProblems_data()
{
    QTest::addColumn<SystemProxyProblem>("problem");
    const auto last = static_cast<int>(SystemProxyProblem::RestoreFailed);
    for (int i = 1; i <= last; ++i)
        QTest::addRow("problem %d", i) << static_cast<SystemProxyProblem>(i);
}

void SystemProxyViewTest::tellsOfProblems()
{
    QFETCH(const SystemProxyProblem, problem);
    new ui::SystemProxyView(*m_control, *m_actions, *m_window);
    m_control->show({SystemProxyState::Off, problem, engine::Message::verbatim(u"why"_s), {}});
    const QString text = ui::systemProxyProblemText(problem, engine::Message::verbatim(u"why"_s));
    QVERIFY(!text.isEmpty());
    QVERIFY(m_actions->systemProxy->toolTip().contains(text));
    QVERIFY(m_window->statusBar()->currentMessage().contains(text));
}

void SystemProxyViewTest::keepsSilentAboutNothingNew()
{
    new ui::SystemProxyView(*m_control, *m_actions, *m_window);
    const ui::SystemProxyStatus on{SystemProxyState::On, {}, {}, u"127.0.0.1:1080"_s};
    m_control->show(on);
    m_window->statusBar()->clearMessage();
    m_control->show(on);
    QVERIFY(m_window->statusBar()->currentMessage().isEmpty());
}

/// Also after a change of the language, which makes another menu.
void SystemProxyViewTest::measuresBeforeTheTrayTells()
{
    engine::Engine engine;
    FakeProfileStore store;
    NoLoginStart loginStart;
    ui::Language language;
    language.choose(u"en"_s);
    ui::Settings settings;
    ui::Options options;
    options.systemProxy = m_control.get();
    const ui::UserInterface userInterface(engine, store, loginStart, settings, language, options);
    const auto trayMenu = [] {
        QPointer<QMenu> found;
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (widget->objectName() == "trayMenu"_L1)
                found = qobject_cast<QMenu *>(widget);
        }
        return found;
    };
    const QPointer<QMenu> first = trayMenu();
    QVERIFY(first != nullptr);
    const int before = m_control->measured;
    Q_EMIT first->aboutToShow();
    QCOMPARE(m_control->measured, before + 1);
    language.choose(u"de"_s);
    QTRY_VERIFY(first.isNull());
    const int after = m_control->measured;
    Q_EMIT trayMenu()->aboutToShow();
    QCOMPARE(m_control->measured, after + 1);
}

void SystemProxyViewTest::judgesExceptions_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<bool>("right");
    for (const QString &entry :
         {u"localhost"_s, u"wiki.example.org"_s, u"*.example.org"_s, u"a_b.c-d"_s, u"192.0.2.1"_s,
          u"10.0.0.0/8"_s, u"::1"_s, u"fe80::/10"_s, u"xn--bcher-kva.example"_s})
        QTest::addRow("%s", qPrintable(entry)) << entry << true;
    for (const QString &entry : {u"exa mple"_s,
                                 u"a,b"_s,
                                 u"a;b"_s,
                                 u"it's"_s,
                                 u"\"x\""_s,
                                 u"a\\b"_s,
                                 u"*"_s,
                                 u"a.*.b"_s,
                                 u"-a"_s,
                                 u"a..b"_s,
                                 u"10.0.0.1/8"_s,
                                 u"10.0.0"_s,
                                 u"300.1.1.1"_s,
                                 u"http://example.org"_s,
                                 u"example.org:80"_s,
                                 u"[::1]"_s,
                                 u"fe80::1%eth0"_s,
                                 u"bücher.example"_s,
                                 u"a\nb"_s,
                                 QString(300, u'a')})
        QTest::addRow("not %s", qPrintable(entry.left(20).simplified())) << entry << false;
}

void SystemProxyViewTest::judgesExceptions()
{
    QFETCH(const QString, entry);
    QFETCH(const bool, right);
    QCOMPARE(!ui::bypassProblem(entry).has_value(), right);
}

void SystemProxyViewTest::defaultExceptionsAreRight()
{
    for (const QString &entry : ui::defaultBypassList())
        QVERIFY2(!ui::bypassProblem(entry), qPrintable(entry));
}

void SystemProxyViewTest::editsExceptions()
{
    ui::SystemProxyDialog dialog(*m_control);
    auto *edit = dialog.findChild<QPlainTextEdit *>(u"bypassEdit"_s);
    const auto *buttons = dialog.findChild<QDialogButtonBox *>();
    QCOMPARE(edit->toPlainText(), u"localhost"_s);
    edit->setPlainText(u"wiki\n\n a b \n"_s);
    buttons->button(QDialogButtonBox::Save)->click();
    QVERIFY(!dialog.findChild<QLabel *>(u"problems"_s)->text().isEmpty());
    QCOMPARE(m_control->bypass, QStringList{u"localhost"_s});
    buttons->button(QDialogButtonBox::RestoreDefaults)->click();
    QCOMPARE(edit->toPlainText().split(u'\n'), ui::defaultBypassList());
    edit->setPlainText(u"wiki\n\n wiki \n*.example.org"_s);
    buttons->button(QDialogButtonBox::Save)->click();
    QCOMPARE(m_control->bypass, (QStringList{u"wiki"_s, u"*.example.org"_s}));
    QCOMPARE(dialog.result(), static_cast<int>(QDialog::Accepted));
}

QTEST_MAIN(SystemProxyViewTest)
#include "tst_systemproxyview.moc"
