// SPDX-License-Identifier: MIT
#include "controlwalk.h"
#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "listenerparts.h"
#include "ppxsample.h"
#include "synthetic.h"
#include "ui/about.h"
#include "ui/actions.h"
#include "ui/colors.h"
#include "ui/connectionrecord.h"
#include "ui/eventtext.h"
#include "ui/explaindialog.h"
#include "ui/exportdialog.h"
#include "ui/importdialog.h"
#include "ui/language.h"
#include "ui/lansharing.h"
#include "ui/listenerdialog.h"
#include "ui/listenersdialog.h"
#include "ui/logstorage.h"
#include "ui/mainwindow.h"
#include "ui/models.h"
#include "ui/passwordquestion.h"
#include "ui/placeholders.h"
#include "ui/profilerecovery.h"
#include "ui/programpicker.h"
#include "ui/proxystatus.h"
#include "ui/restartoffer.h"
#include "ui/routedialog.h"
#include "ui/ruledialog.h"
#include "ui/serverdialog.h"
#include "ui/settings.h"
#include "ui/settingsdialog.h"
#include "ui/sharingdialog.h"
#include "ui/systemproxycontrol.h"
#include "ui/systemproxydialog.h"
#include "ui/userdialog.h"

#include <QAction>
#include <QApplication>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QSet>
#include <QSettings>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTest>

#include <map>

namespace
{

class QuietControl : public ui::SystemProxyControl
{
public:
    [[nodiscard]] ui::SystemProxyStatus status() const override { return {}; }
    void setOn(bool) override {}
    void measure() override {}
    [[nodiscard]] QStringList bypassList() const override { return {QStringLiteral("localhost")}; }
    void setBypassList(const QStringList &) override {}
};

class QuietLogStorage : public ui::LogStorage
{
public:
    [[nodiscard]] QString path() const override { return QStringLiteral("/state/hosier/hosier.log"); }
    [[nodiscard]] QString problem() const override { return {}; }
};

engine::Profile someProfile()
{
    engine::Profile profile;
    engine::ListenerProfile listener;
    listener.name = QStringLiteral("Local");
    listener.address = engine::Address::fromV4(0x7f000001);
    listener.port = 1'080;
    profile.listeners << listener;
    profile.servers << fakeServer(QStringLiteral("office"), QStringLiteral("Office"))
                    << fakeServer(QStringLiteral("exit"), QStringLiteral("Exit"));
    engine::RouteProfile route;
    route.id = QStringLiteral("both");
    route.name = QStringLiteral("Both");
    route.members = {QStringLiteral("office"), QStringLiteral("exit")};
    profile.routes << route;
    engine::RuleProfile rule;
    rule.name = QStringLiteral("Local network");
    rule.hosts << QStringLiteral("*.lan");
    profile.rules << rule;
    return profile;
}

QByteArray report(const QStringList &problems)
{
    return problems.join(u'\n').toLocal8Bit();
}

} // namespace

class TestAccessibility : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void reachesEverythingOnEachPage_data();
    void reachesEverythingOnEachPage();
    void reachesEverythingInEachDialog_data();
    void reachesEverythingInEachDialog();
    void pressesByEnterOnlyWhatAccepts_data() { reachesEverythingInEachDialog_data(); }
    void pressesByEnterOnlyWhatAccepts();
    void goesInTheOrderOfReading_data();
    void goesInTheOrderOfReading();
    void reachesEverythingBehindEachAction();
    void tellsStatesByWords();
    void readsHintsOnDarkFields();

private:
    using Maker = std::function<QWidget *()>;

    [[nodiscard]] std::map<QByteArray, Maker> dialogs();
    void makeWindow();
    void addListenerDialogs(std::map<QByteArray, Maker> &all);
    void addSettings(std::map<QByteArray, Maker> &all);

    FakeProfileStore m_store;
    ui::ServerModel m_servers;
    ui::Settings m_settings;
    ui::Language m_language;
    QuietLogStorage m_logStorage;
    QAction m_share;
    QuietControl m_control;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<ui::ProxyStatus> m_status;
    std::unique_ptr<ui::LanSharing> m_sharing;
    std::unique_ptr<ui::Models> m_models;
    std::unique_ptr<ui::MainWindow> m_window;
};

void TestAccessibility::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("hosier-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_accessibility"));
    QApplication::setQuitOnLastWindowClosed(false);
    // A caret that blinks makes pictures differ.
    QApplication::setCursorFlashTime(0);
}

void TestAccessibility::init()
{
    QSettings().clear();
    m_store.credentialStore = true;
    m_store.put(someProfile());
    m_engine = std::make_unique<engine::Engine>();
    m_status = std::make_unique<ui::ProxyStatus>(QStringLiteral("default"));
    m_sharing = std::make_unique<ui::LanSharing>(m_store, *m_status, nullptr, [] {
        return QList<ui::LocalAddress>{{addressOf("192.168.100.105"), QStringLiteral("wlan0")},
                                       {addressOf("10.1.2.3"), QStringLiteral("eth0")}};
    });
}

void TestAccessibility::cleanup()
{
    m_window.reset();
    m_models.reset();
    m_sharing.reset();
    m_status.reset();
    m_engine.reset();
}

void TestAccessibility::makeWindow()
{
    m_models = std::make_unique<ui::Models>(*m_engine, m_store);
    m_window = std::make_unique<ui::MainWindow>(*m_engine, *m_status, m_store, *m_models);
    m_window->resize(1'000, 700);
    m_window->show();
    m_window->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), m_window.get());
}

void TestAccessibility::reachesEverythingOnEachPage_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<bool>("full");
    for (const char *page : {"connectionsPage", "applicationsPage", "rulesPage", "serversPage"}) {
        QTest::addRow("%s with something in it", page) << QString::fromLatin1(page) << true;
        QTest::addRow("%s of a new profile", page) << QString::fromLatin1(page) << false;
    }
}

void TestAccessibility::reachesEverythingOnEachPage()
{
    QFETCH(const QString, page);
    QFETCH(const bool, full);
    if (!full)
        m_store.put({});
    makeWindow();
    if (full) {
        SyntheticLoad load(20, 2);
        m_window->applyDelta(load.whole());
        m_window->applyDelta(load.next());
    }
    auto *pages = m_window->findChild<QTabWidget *>(QStringLiteral("pages"));
    pages->setCurrentWidget(m_window->findChild<QWidget *>(page));
    pages->currentWidget()->setFocus(Qt::TabFocusReason);
    const QStringList problems = controlProblems(*m_window);
    QVERIFY2(problems.isEmpty(), report(problems));
}

std::map<QByteArray, TestAccessibility::Maker> TestAccessibility::dialogs()
{
    const engine::Profile &profile = m_store.profile();
    const auto takeRule = [](const engine::RuleProfile &) {
        return QStringList();
    };
    const auto program = [] {
        return QList<engine::Program>{{4'242, QStringLiteral("curl"), QStringLiteral("/usr/bin/curl"), {}}};
    };
    const QByteArray file = QJsonDocument(engine::profileToJson(someProfile())).toJson();
    std::map<QByteArray, Maker> all{
        {"rule",
         [=, &profile] {
             return new ui::RuleDialog(profile, profile.rules.front(), {}, takeRule, nullptr);
         }},
        {"server",
         [=, this] {
             return new ui::ServerDialog(*m_engine, m_store, QStringLiteral("office"), {});
         }},
        {"server without a credential store",
         [=, this] {
             m_store.credentialStore = false;
             return new ui::ServerDialog(*m_engine, m_store, QStringLiteral("office"), {});
         }},
        {"new server",
         [=, this] {
             return new ui::ServerDialog(*m_engine, m_store, {}, {});
         }},
        {"pasted passwords",
         [=, this] {
             m_store.credentialStore = false;
             return new ui::PasswordQuestion(m_store, 2);
         }},
        {"route",
         [=, this] {
             return new ui::RouteDialog(m_store, QStringLiteral("both"), {});
         }},
        {"explain",
         [=, this] {
             return new ui::ExplainDialog(m_store, m_servers, {}, {QStringLiteral("curl")}, nullptr);
         }},
        {"import",
         [=, this] {
             return new ui::ImportDialog(m_store, QStringLiteral("some.json"), file, nullptr);
         }},
        {"import from Proxifier",
         [=, this] {
             return new ui::ImportDialog(m_store, QStringLiteral("sample.ppx"), kPpxSample102, nullptr);
         }},
        {"export",
         [=, this] {
             return new ui::ExportDialog(m_store, nullptr);
         }},
        {"programs",
         [=] {
             return new ui::ProgramPicker(program, nullptr);
         }},
        {"system proxy",
         [=, this] {
             return new ui::SystemProxyDialog(m_control);
         }},
        {"after a crash",
         [] {
             return new ui::RestartOffer(QStringLiteral("/state/crash.txt"));
         }},
        {"broken profile",
         [] {
             return new ui::ProfileRecovery(QStringLiteral("/config/profile.json"),
                                            {QStringLiteral("$.version: must be 1")},
                                            QDateTime::currentDateTime());
         }},
        {"about",
         [] {
             return ui::aboutHosier(nullptr);
         }},
        {"about Qt",
         [] {
             return ui::aboutQt(nullptr);
         }},
    };
    addListenerDialogs(all);
    addSettings(all);
    return all;
}

void TestAccessibility::addListenerDialogs(std::map<QByteArray, Maker> &all)
{
    const auto takeUser = [](const engine::UserProfile &) {
        return QStringList();
    };
    all["new user"] = [=, this] {
        return new ui::UserDialog(m_store, {}, takeUser);
    };
    all["password of a user"] = [=, this] {
        return new ui::UserDialog(m_store, QStringLiteral("guest"), takeUser);
    };
    all["listener"] = [this] {
        return new ui::ListenerDialog(m_store, std::nullopt, m_store.profile().listeners.front());
    };
    all["listeners"] = [this] {
        return new ui::ListenersDialog(m_store, *m_status, m_share);
    };
    all["no sharing"] = [this] {
        return new ui::SharingDialog(*m_sharing);
    };
    for (const auto &[name, state] :
         {std::pair("sharing", engine::ListenerState::Listening),
          std::pair("sharing while the proxy is off", engine::ListenerState::Closed)}) {
        all[name] = [this, state = state] {
            if (!m_sharing->start(userOf("guest")).isEmpty())
                qFatal("cannot share");
            reportListeners(*m_status, m_store.profile(), state);
            return new ui::SharingDialog(*m_sharing);
        };
    }
}

/// Page by page.
void TestAccessibility::addSettings(std::map<QByteArray, Maker> &all)
{
    for (const char *page : {"generalPage", "logPage", "dnsPage", "limitsPage", "notificationsPage"}) {
        all[QByteArray("settings, ") + page] = [this, page] {
            auto *dialog = new ui::SettingsDialog(m_settings, m_language, m_store, &m_logStorage, true);
            auto *list = dialog->findChild<QListWidget *>(QStringLiteral("settingsPages"));
            const auto *wanted = dialog->findChild<QWidget *>(QLatin1String(page));
            while (list->currentRow() + 1 < list->count() && wanted->isHidden())
                list->setCurrentRow(list->currentRow() + 1);
            return dialog;
        };
    }
}

void TestAccessibility::reachesEverythingInEachDialog_data()
{
    QTest::addColumn<QByteArray>("dialog");
    m_store.put(someProfile());
    for (const auto &[name, make] : dialogs())
        QTest::newRow(name.constData()) << name;
}

void TestAccessibility::reachesEverythingInEachDialog()
{
    QFETCH(const QByteArray, dialog);
    const std::unique_ptr<QWidget> window(dialogs().at(dialog)());
    window->setAttribute(Qt::WA_DeleteOnClose, false);
    window->show();
    window->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), window.get());
    const QStringList problems = controlProblems(*window);
    QVERIFY2(problems.isEmpty(), report(problems));
    QVERIFY(!window->windowTitle().isEmpty());
}

/// A field leaves the key to its dialog, which has a default button as soon as one may be.
void TestAccessibility::pressesByEnterOnlyWhatAccepts()
{
    QFETCH(const QByteArray, dialog);
    const std::unique_ptr<QWidget> window(dialogs().at(dialog)());
    window->setAttribute(Qt::WA_DeleteOnClose, false);
    window->show();
    const auto *box = window->findChild<QDialogButtonBox *>();
    for (QPushButton *button : window->findChildren<QPushButton *>()) {
        const bool isAccepting = box != nullptr && box->buttonRole(button) == QDialogButtonBox::AcceptRole;
        const bool isOnly = box != nullptr && box->buttons().size() == 1 && box->buttons().contains(button);
        QVERIFY2(!button->isDefault() || isAccepting || isOnly ||
                     qobject_cast<QMessageBox *>(window.get()) != nullptr,
                 qPrintable(button->objectName() + u' ' + button->text()));
    }
}

void TestAccessibility::goesInTheOrderOfReading_data()
{
    QTest::addColumn<QByteArray>("dialog");
    QTest::addColumn<QString>("first");
    QTest::addColumn<QStringList>("order");
    const auto row = [](const char *dialog, const QString &order) {
        const QStringList names = order.split(u' ');
        QTest::newRow(dialog) << QByteArray(dialog) << names.front() << names;
    };
    row("sharing", QStringLiteral("sharingAddresses sharingCopy sharingCopyFor sharingStop Close"));
    row("sharing while the proxy is off",
        QStringLiteral("sharingTurnOn sharingAddresses sharingCopy sharingCopyFor sharingStop Close"));
    row("no sharing", QStringLiteral("sharingAddresses Close"));
    // Another listener has the name already: it cannot be saved.
    row("listener", QStringLiteral("listenerName listenerAddress listenerPort listenerSocks5 listenerSocks4 "
                                   "listenerHttp listenerLogin listenerUdp listenerClientsEdit Cancel"));
    row("new user", QStringLiteral("userName userPassword userPasswordAgain Save Cancel"));
    row("password of a user", QStringLiteral("userName userPassword userPasswordAgain Save Cancel"));
}

/// From top to bottom, as the eye goes, and what cannot be used is left out.
void TestAccessibility::goesInTheOrderOfReading()
{
    QFETCH(const QByteArray, dialog);
    QFETCH(const QString, first);
    QFETCH(const QStringList, order);
    const std::unique_ptr<QWidget> window(dialogs().at(dialog)());
    window->setAttribute(Qt::WA_DeleteOnClose, false);
    for (const char *name : {"userPassword", "userPasswordAgain"}) {
        if (auto *edit = window->findChild<QLineEdit *>(QLatin1String(name)))
            edit->setText(QStringLiteral("secret")); // or it cannot be saved
    }
    if (auto *edit = window->findChild<QLineEdit *>(QStringLiteral("userName")); edit != nullptr)
        edit->setText(QStringLiteral("guest"));
    window->show();
    window->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), window.get());
    window->setAttribute(Qt::WA_KeyboardFocusChange); // as after the first key
    window->findChild<QWidget *>(first)->setFocus(Qt::TabFocusReason);
    QCOMPARE(tabOrder(*window), order);
}

/// Whatever dialogs the window has: each command that says by its dots that it opens one.
void TestAccessibility::reachesEverythingBehindEachAction()
{
    makeWindow();
    SyntheticLoad load(20, 2);
    m_window->applyDelta(load.whole());
    QStringList problems;
    int opened = 0;
    for (QAction *action : m_window->findChildren<QAction *>()) {
        const bool opens = action->text().endsWith(u'…') || action->text().endsWith(QStringLiteral("..."));
        if (!opens || !action->isEnabled() || !action->isVisible())
            continue;
        action->trigger();
        QList<QPointer<QWidget>> dialogs;
        for (QWidget *window : QApplication::topLevelWidgets()) {
            if (window->isVisible() && qobject_cast<QDialog *>(window) != nullptr)
                dialogs << window;
        }
        for (const QPointer<QWidget> &window : dialogs) {
            window->setAttribute(Qt::WA_DeleteOnClose, false);
            if (qobject_cast<QFileDialog *>(window.data()) == nullptr) {
                window->activateWindow();
                QTRY_COMPARE(QApplication::activeWindow(), window.data());
                ++opened;
                for (const QString &problem : controlProblems(*window))
                    problems << QStringLiteral("%1: %2").arg(action->objectName(), problem);
            }
            window->hide();
            window->deleteLater();
            // The next dialog must not lose the keyboard to the window that gets it back from this one.
            m_window->activateWindow();
            QTRY_COMPARE(QApplication::activeWindow(), m_window.get());
        }
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    QVERIFY2(problems.isEmpty(), report(problems));
    QVERIFY2(opened >= 4, QByteArray::number(opened));
}

/// Colours and signs only repeat what a word says: no two states read alike.
void TestAccessibility::tellsStatesByWords()
{
    using engine::ConnectionState;
    QStringList states;
    for (int state = 0; state <= static_cast<int>(ConnectionState::Failed); ++state) {
        ui::ConnectionRecord record;
        record.connection.state = static_cast<ConnectionState>(state);
        states << ui::cellText(record, ui::ConnectionColumn::State, 0);
    }
    QVERIFY(!states.contains(QString()));
    QCOMPARE(QSet<QString>(states.begin(), states.end()).size(), states.size());
    QStringList levels;
    for (int level = 0; level <= static_cast<int>(engine::EventLevel::Error); ++level)
        levels << ui::levelText(static_cast<engine::EventLevel>(level));
    QVERIFY(!levels.contains(QString()));
    QCOMPARE(QSet<QString>(levels.begin(), levels.end()).size(), levels.size());
    QStringList titles;
    ui::ProxyStatus status({});
    titles << status.title();
    engine::ListenerStatus listener;
    status.setAccepting(true);
    for (const auto state : {engine::ListenerState::Listening, engine::ListenerState::Failed}) {
        listener.state = state;
        status.setListeners({listener});
        titles << status.title();
    }
    QCOMPARE(QSet<QString>(titles.begin(), titles.end()).size(), titles.size());
}

void TestAccessibility::readsHintsOnDarkFields()
{
    const auto seen = [](const QPalette &palette) {
        const QColor base = palette.color(QPalette::Base);
        const QColor hint = palette.color(QPalette::PlaceholderText);
        return ui::contrast(base, ui::mixed(base, hint, hint.alphaF()));
    };
    QPalette dark;
    dark.setColor(QPalette::Base, QColor(27, 30, 32));
    dark.setColor(QPalette::Text, QColor(239, 240, 241));
    dark.setColor(QPalette::PlaceholderText, QColor(0, 0, 0, 128));
    QVERIFY(seen(dark) < 1.5);
    QVERIFY(seen(ui::withReadablePlaceholders(dark)) > 3);
    QPalette light;
    light.setColor(QPalette::Base, Qt::white);
    light.setColor(QPalette::PlaceholderText, QColor(0, 0, 0, 128));
    QCOMPARE(ui::withReadablePlaceholders(light), light);
}

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
