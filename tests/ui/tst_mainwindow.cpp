// SPDX-License-Identifier: MIT
#include "engine/engine.h"
#include "fakeprofilestore.h"
#include "synthetic.h"
#include "ui/clientsettings.h"
#include "ui/connectionmodel.h"
#include "ui/format.h"
#include "ui/language.h"
#include "ui/listenermenu.h"
#include "ui/livetable.h"
#include "ui/mainwindow.h"
#include "ui/models.h"
#include "ui/proxystatus.h"
#include "ui/rulemodel.h"
#include "ui/trayhost.h"
#include "ui/trayicon.h"
#include "ui/windowlayout.h"

#include <QAbstractButton>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDockWidget>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QScopeGuard>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

using engine::ListenerState;
using engine::ListenerStatus;

namespace
{

ListenerStatus listener(ListenerState state)
{
    ListenerStatus status;
    status.name = QStringLiteral("Local");
    status.endpoint = {engine::Address::fromV4(0x7f000001), 1'080};
    status.protocols = engine::Protocol::Socks4 | engine::Protocol::Socks5;
    status.state = state;
    return status;
}

engine::Profile localProfile()
{
    engine::ListenerProfile one;
    one.name = QStringLiteral("Local");
    one.address = engine::Address::fromV4(0x7f000001);
    one.port = 1'080;
    engine::Profile profile;
    profile.listeners << one;
    return profile;
}

/// curl, on its way to api.example.org:443.
engine::Delta curlConnection()
{
    engine::Delta delta;
    delta.whole = true;
    delta.added.resize(1);
    engine::Connection &connection = delta.added.front();
    connection.id = 1;
    connection.application = QStringLiteral("curl");
    connection.processId = 4'242;
    connection.targetHost = QStringLiteral("api.example.org");
    connection.targetPort = 443;
    connection.client = {engine::Address::fromV4(0x7f000001), 40'000};
    return delta;
}

/// Another one like it, at its end.
engine::Delta curlConnectionClosed(engine::ConnectionId id)
{
    engine::Delta delta;
    delta.removed = curlConnection().added;
    delta.removed.front().id = id;
    delta.removed.front().state = engine::ConnectionState::Closed;
    return delta;
}

ListenerStatus portInUse()
{
    ListenerStatus status = listener(ListenerState::Failed);
    status.error.code = engine::ErrorCode::AddressInUse;
    status.holderPid = 1'234;
    status.holderName = QStringLiteral("danted");
    return status;
}

/// The beginning of a variable in the words of the platform's own shell.
QString assignment(const char *variable, const QString &value)
{
    const QString words = ui::kUsualShell == ui::ClientTool::PowerShell ? QStringLiteral("$env:%1 = '%2")
                                                                        : QStringLiteral("%1='%2");
    return words.arg(QLatin1String(variable), value);
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void saysThatTheProxyIsOff();
    void saysWhereToPointPrograms();
    void namesTheHolderOfThePort();
    void showsAnErrorAboveRows();
    void showsAndFiltersConnections();
    void showsTheClientUntilItsApplicationIsKnown();
    void copiesRowsAndTargets();
    void keepsItsPlaceWhenScrolled();
    void neglectsRowsWhileHidden();
    void collectsTheLogWhileHidden();
    void savesTheLogAndTellsOfErrors();
    void copiesTheEnvironment_data();
    void copiesTheEnvironment();
    void copiesWhatAsksForNoPasswordRather();
    void followsTheMeasuredStateInTheTray();
    void keepsTheSpeedInTheToolTip_data();
    void keepsTheSpeedInTheToolTip();
    void tellsInTheToolTipWhatFailed();
    void remembersItsLayout();
    void comesBackIntoSight_data();
    void comesBackIntoSight();
    void comesBackToItsScreen_data();
    void comesBackToItsScreen();
    void leavesRoomForItsFrame_data();
    void leavesRoomForItsFrame();
    void fitsOntoTheScreenWithItsFrame();
    void asksBeforeItCloses();
    void reachesEveryActionByKeyboard();
    void namesEveryControl();
    void switchesTheMode();
    void makesARuleFromAConnection_data();
    void makesARuleFromAConnection();
    void makesARuleAtOnce_data();
    void makesARuleAtOnce();
    void tellsThatANewRuleIsNotApplied_data();
    void tellsThatANewRuleIsNotApplied();
    void keepsWhatAMenuIsAbout_data();
    void keepsWhatAMenuIsAbout();
    void asksAnewForTheNextMenu();
    void showsApplications();
    void choosesColumns();
    void listsWhatServersTake();
    void explainsAConnection();
    void triesTheRulesOut();
    void explainsWithAllThatIsKnown();
    void appliesRulesToOpenConnections();
    void goesToPages();
    void opensBoxesWithoutBlocking();
    void togglesARunningEngine();

private:
    template <typename T> T *find(const char *name) const
    {
        auto *found = m_window->findChild<T *>(QLatin1String(name));
        if (found == nullptr)
            qFatal("no %s", name);
        return found;
    }
    void setState(const ListenerStatus &status, bool accepting)
    {
        m_status->setAccepting(accepting);
        m_status->setListeners({status});
    }
    void makeWindow()
    {
        m_window.reset();
        m_models.reset();
        m_status = std::make_unique<ui::ProxyStatus>(QStringLiteral("default"));
        m_models = std::make_unique<ui::Models>(*m_engine, m_store);
        m_window = std::make_unique<ui::MainWindow>(*m_engine, *m_status, m_store, *m_models);
    }

    QTemporaryDir m_folder;
    FakeProfileStore m_store;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<ui::ProxyStatus> m_status;
    std::unique_ptr<ui::Models> m_models;
    std::unique_ptr<ui::MainWindow> m_window;
};

void TestMainWindow::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QCoreApplication::setOrganizationName(QStringLiteral("hosier-test"));
    QCoreApplication::setApplicationName(QStringLiteral("hosier-test"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    QGuiApplication::setQuitOnLastWindowClosed(false);
}

void TestMainWindow::init()
{
    QSettings().clear();
    m_engine = std::make_unique<engine::Engine>();
    makeWindow();
}

void TestMainWindow::cleanup()
{
    m_window.reset();
    m_models.reset();
    m_status.reset();
    m_engine.reset();
}

void TestMainWindow::saysThatTheProxyIsOff()
{
    m_window->show();
    setState(listener(ListenerState::Closed), false);
    QCOMPARE(find<QLabel>("emptyHeading")->text(), QStringLiteral("The proxy is off"));
    QVERIFY(find<QAbstractButton>("emptyButton")->isVisible());
    QVERIFY(!find<QAbstractButton>("proxySwitch")->isChecked());
    QCOMPARE(find<QAbstractButton>("proxySwitch")->text(), QStringLiteral("Proxy off"));
    QVERIFY(!m_window->actions().proxyOn->isChecked());
    QVERIFY(m_window->windowTitle().contains(QStringLiteral("Proxy off")));
    QVERIFY(find<QWidget>("statusListeners")->accessibleName().contains(QStringLiteral("off")));
    QVERIFY(!m_window->actions().copyEnvironment->isEnabled());
}

void TestMainWindow::saysWhereToPointPrograms()
{
    m_window->show();
    setState(listener(ListenerState::Listening), true);
    QVERIFY(find<QLabel>("emptyText")->text().contains(QStringLiteral("127.0.0.1:1080")));
    QVERIFY(find<QLabel>("emptyCommand")->text().contains(QStringLiteral("socks5h://127.0.0.1:1080")));
    QVERIFY(find<QAbstractButton>("proxySwitch")->isChecked());
    QVERIFY(m_window->actions().proxyOn->isChecked());
    QVERIFY(m_window->windowTitle().contains(QStringLiteral("Proxy on")));
}

void TestMainWindow::namesTheHolderOfThePort()
{
    m_window->show();
    setState(portInUse(), true);
    QVERIFY(find<QLabel>("emptyText")->text().contains(QStringLiteral("danted (1234)")));
    QCOMPARE(find<QAbstractButton>("emptyButton")->text(), QStringLiteral("Retry"));
    QVERIFY(m_window->actions().retry->isEnabled());
    QVERIFY(find<QWidget>("statusListeners")->accessibleName().contains(QStringLiteral("danted (1234)")));
    QSignalSpy retried(m_window->actions().retry, &QAction::triggered);
    find<QAbstractButton>("emptyButton")->click();
    QCOMPARE(retried.size(), 1);
}

void TestMainWindow::showsAnErrorAboveRows()
{
    m_window->show();
    setState(portInUse(), true);
    QVERIFY(!find<QWidget>("errorBar")->isVisible());
    SyntheticLoad load(3, 0);
    m_window->applyDelta(load.whole());
    QVERIFY(find<QWidget>("errorBar")->isVisible());
    QVERIFY(find<QLabel>("errorBarText")->text().contains(QStringLiteral("danted (1234)")));
    setState(listener(ListenerState::Listening), true);
    QVERIFY(!find<QWidget>("errorBar")->isVisible());
}

void TestMainWindow::showsAndFiltersConnections()
{
    m_window->show();
    setState(listener(ListenerState::Listening), true);
    auto *view = find<QTableView>("connectionsView");
    auto *filter = find<QLineEdit>("filterEdit");
    SyntheticLoad load(40, 0);
    m_window->applyDelta(load.whole());
    QTRY_VERIFY(view->isVisible());
    QCOMPARE(view->model()->rowCount(), 40);
    filter->setText(QStringLiteral("nothing like it"));
    QVERIFY(!view->isVisible());
    QCOMPARE(find<QLabel>("emptyHeading")->text(), QStringLiteral("No connection matches"));
    find<QAbstractButton>("emptyButton")->click();
    QVERIFY(filter->text().isEmpty());
    QVERIFY(view->isVisible());
    QCOMPARE(find<QLabel>("statusLive")->text(), QStringLiteral("40 live"));
}

void TestMainWindow::showsTheClientUntilItsApplicationIsKnown()
{
    m_window->show();
    engine::Delta delta;
    delta.whole = true;
    delta.added.resize(1);
    delta.added.front().id = 1;
    delta.added.front().client = {engine::Address::fromV4(0xc0a80007), 40'001};
    delta.added.front().user = QStringLiteral("anna");
    m_window->applyDelta(delta);
    auto *view = find<QTableView>("connectionsView");
    const int column = static_cast<int>(ui::ConnectionColumn::Application);
    QVERIFY(!view->isColumnHidden(column));
    QVERIFY(view->isColumnHidden(static_cast<int>(ui::ConnectionColumn::Client)));
    QCOMPARE(view->model()->index(0, column).data().toString(), QStringLiteral("192.168.0.7:40001 (anna)"));
    delta.added.front().application = QStringLiteral("curl");
    m_window->applyDelta(delta);
    QCOMPARE(view->model()->index(0, column).data().toString(), QStringLiteral("curl"));
}

void TestMainWindow::copiesRowsAndTargets()
{
    m_window->show();
    SyntheticLoad load(5, 0);
    m_window->applyDelta(load.whole());
    auto *view = find<QTableView>("connectionsView");
    QVERIFY(!m_window->actions().copy->isEnabled());
    view->selectAll();
    QVERIFY(m_window->actions().copy->isEnabled());
    m_window->actions().copyTarget->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text().count(QStringLiteral(".example.org:443")), 5);
    m_window->actions().copy->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("\tSOCKS5\t")));
}

void TestMainWindow::keepsItsPlaceWhenScrolled()
{
    m_window->resize(800, 600);
    m_window->show();
    SyntheticLoad load(300, 10);
    m_window->applyDelta(load.whole());
    auto *view = find<QTableView>("connectionsView");
    auto *model = qobject_cast<ui::ConnectionModel *>(view->model());
    view->verticalScrollBar()->setValue(100);
    const auto top = model->recordAt(100).connection.id;
    view->setCurrentIndex(model->index(102, 0));
    for (int i = 0; i < 5; ++i)
        m_window->applyDelta(load.next());
    QCOMPARE(view->verticalScrollBar()->value(), model->rowOf(top));
    QVERIFY(model->rowOf(top) != 100);
    QCOMPARE(view->currentIndex().row(), model->rowOf(top) + 2);
}

void TestMainWindow::neglectsRowsWhileHidden()
{
    SyntheticLoad load(10, 2);
    auto *view = find<QTableView>("connectionsView");
    m_window->applyDelta(load.whole());
    QCOMPARE(view->model()->rowCount(), 0);
    m_window->show();
    m_window->applyDelta(load.whole());
    QCOMPARE(view->model()->rowCount(), 10);
    m_window->hide();
    QSignalSpy changed(view->model(), &QAbstractItemModel::dataChanged);
    m_window->applyDelta(load.totals());
    QCOMPARE(changed.size(), 0);
}

void TestMainWindow::collectsTheLogWhileHidden()
{
    SyntheticLoad load(10, 2);
    auto *table = find<QTableView>("logTable");
    m_window->applyDelta(load.next());
    QCOMPARE(table->model()->rowCount(), 0);
    m_window->show();
    QCOMPARE(table->model()->rowCount(), 4);
    auto *pause = find<QAbstractButton>("logPauseButton");
    pause->click();
    m_window->applyDelta(load.next());
    QCOMPARE(table->model()->rowCount(), 4);
    QVERIFY(pause->text().contains(QStringLiteral("4")));
    pause->click();
    QCOMPARE(table->model()->rowCount(), 8);
}

void TestMainWindow::savesTheLogAndTellsOfErrors()
{
    m_window->show();
    SyntheticLoad load(10, 2);
    m_window->applyDelta(load.next());
    find<QAbstractButton>("logCopyButton")->click();
    QCOMPARE(QGuiApplication::clipboard()->text().count(u'\n'), 3);
    find<QAbstractButton>("logSaveButton")->click();
    auto *dialog = find<QDialog>("logSaveDialog");
    // As if the user had chosen a place where nothing can be written.
    QMetaObject::invokeMethod(dialog, "fileSelected", Q_ARG(QString, QStringLiteral("/nowhere/at/all.log")));
    QVERIFY(!find<QMessageBox>("logSaveError")->informativeText().isEmpty());
    const QString good = m_folder.filePath(QStringLiteral("saved.log"));
    QMetaObject::invokeMethod(dialog, "fileSelected", Q_ARG(QString, good));
    QFile saved(good);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QCOMPARE(saved.readAll().count('\n'), 4);
}

void TestMainWindow::copiesTheEnvironment_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<int>("protocols");
    QTest::addColumn<QString>("url");
    QTest::newRow("loopback") << QStringLiteral("127.0.0.1") << 3
                              << QStringLiteral("socks5h://127.0.0.1:1080");
    QTest::newRow("every interface") << QStringLiteral("0.0.0.0") << 2
                                     << QStringLiteral("socks5h://127.0.0.1:1080");
    QTest::newRow("every interface, IPv6")
        << QStringLiteral("::") << 2 << QStringLiteral("socks5h://[::1]:1080");
    QTest::newRow("only SOCKS4") << QStringLiteral("127.0.0.1") << 1
                                 << QStringLiteral("socks4a://127.0.0.1:1080");
}

void TestMainWindow::copiesTheEnvironment()
{
    QFETCH(const QString, address);
    QFETCH(const int, protocols);
    QFETCH(const QString, url);
    ListenerStatus status = listener(ListenerState::Listening);
    status.endpoint.address = engine::Address::fromLiteral(address).value();
    status.protocols = engine::Protocols(protocols);
    setState(status, true);
    m_window->actions().copyEnvironment->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().contains(assignment("ALL_PROXY", url)));
    // The hosts to be reached without it are those of the system proxy's list.
    m_window->listenerMenu().setBypassList([] { return QStringList{QStringLiteral("*.intra.lan")}; });
    m_window->actions().copyEnvironment->trigger();
    QVERIFY(
        QGuiApplication::clipboard()->text().contains(assignment("NO_PROXY", QStringLiteral(".intra.lan'"))));
}

/// A listener that asks for a password is of use only with one.
void TestMainWindow::copiesWhatAsksForNoPasswordRather()
{
    engine::Profile profile = localProfile();
    profile.listeners[0].authentication = engine::Authentication::Password;
    m_store.put(profile);
    m_window->show();
    setState(listener(ListenerState::Listening), true);
    const QString withLogin = QStringLiteral("socks5h://NAME:PASSWORD@127.0.0.1:1080");
    QVERIFY(find<QLabel>("emptyCommand")->text().contains(withLogin));
    m_window->actions().copyEnvironment->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().contains(assignment("ALL_PROXY", withLogin)));

    engine::ListenerProfile open = localProfile().listeners.front();
    open.name = QStringLiteral("Open");
    open.port = 1'081;
    profile.listeners << open;
    m_store.put(profile);
    ListenerStatus second = listener(ListenerState::Listening);
    second.name = open.name;
    second.endpoint = open.endpoint();
    m_status->setListeners({listener(ListenerState::Listening), second});
    m_window->actions().copyEnvironment->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().contains(
        assignment("ALL_PROXY", QStringLiteral("socks5h://127.0.0.1:1081"))));
}

void TestMainWindow::followsTheMeasuredStateInTheTray()
{
    const ui::TrayHost host;
    const ui::TrayIcon tray(*m_status, m_window->actions(), m_store, m_models->rules, host);
    QStringList names;
    for (const QAction *action : tray.menu().actions()) {
        if (!action->isSeparator())
            names << action->objectName();
    }
    QCOMPARE(names, (QStringList{QStringLiteral("actionShowHide"), QStringLiteral("actionProxyOn"),
                                 QStringLiteral("actionMode"), QStringLiteral("actionSystemProxy"),
                                 QStringLiteral("actionServers"), QStringLiteral("actionCloseAll"),
                                 QStringLiteral("actionCopyEnvironment"),
                                 QStringLiteral("actionStartAtLogin"), QStringLiteral("actionQuit")}));
    // Wanted, but nothing is open yet: not on.
    setState(listener(ListenerState::Closed), true);
    QVERIFY(!tray.toolTip().contains(QStringLiteral("Proxy on")));
    QVERIFY(!m_window->actions().proxyOn->isChecked());
    setState(listener(ListenerState::Listening), true);
    QVERIFY(tray.toolTip().contains(QStringLiteral("Proxy on")));
    QVERIFY(tray.toolTip().contains(QStringLiteral("127.0.0.1:1080")));
    // No longer wanted, but still open: not off.
    m_status->setAccepting(false);
    QVERIFY(tray.toolTip().contains(QStringLiteral("Proxy on")));
    setState(listener(ListenerState::Closed), false);
    QVERIFY(tray.toolTip().contains(QStringLiteral("Proxy off")));
}

void TestMainWindow::keepsTheSpeedInTheToolTip_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("profile");
    for (const ui::LanguageName &language : ui::languages()) {
        QTest::addRow("%s", qPrintable(language.code)) << language.code << QStringLiteral("default");
        QTest::addRow("%s, long name", qPrintable(language.code)) << language.code << QString(200, u'n');
    }
}

/// Windows cuts off what is longer.
void TestMainWindow::keepsTheSpeedInTheToolTip()
{
    QFETCH(const QString, language);
    QFETCH(const QString, profile);
    m_window.reset();
    m_models.reset();
    ui::Language shown;
    shown.choose(language);
    const auto backToEnglish = qScopeGuard([&shown] { shown.choose(QStringLiteral("en")); });
    m_status = std::make_unique<ui::ProxyStatus>(profile);
    m_models = std::make_unique<ui::Models>(*m_engine, m_store);
    m_window = std::make_unique<ui::MainWindow>(*m_engine, *m_status, m_store, *m_models);
    engine::Delta delta;
    delta.totals.live = 1'234;
    for (int second = 1; second <= 5; ++second) {
        delta.elapsedMs = 1'000 * second;
        delta.totals.bytesDown += 1'023ULL << 20;
        delta.totals.bytesUp += 999ULL << 20;
        m_status->applyDelta(delta);
    }
    m_status->setAccepting(true);
    ListenerStatus shared = listener(ListenerState::Listening);
    shared.protocols |= engine::Protocol::Http;
    shared.endpoint.address = engine::Address::fromV4(0xc0a864c8);
    m_status->setListeners({listener(ListenerState::Listening), shared, shared, shared});
    const ui::TrayHost host;
    const ui::TrayIcon tray(*m_status, m_window->actions(), m_store, m_models->rules, host);
    const QStringList lines = tray.toolTip().split(u'\n');
    const ui::TrafficRates rates = m_status->rates();
    QVERIFY(rates.down > 1e9);
    QVERIFY2(tray.toolTip().size() <= ui::TrayIcon::kToolTipLength, qPrintable(tray.toolTip()));
    QVERIFY2(lines.size() >= 4, qPrintable(tray.toolTip()));
    QVERIFY(lines.at(0).contains(m_status->title()));
    QVERIFY(lines.at(2).contains(ui::rateText(rates.down)));
    QVERIFY(lines.at(2).contains(ui::rateText(rates.up)));
    // Only whole ones, without their protocols where they are many.
    QCOMPARE(lines.at(3), QStringLiteral("127.0.0.1:1080"));
    for (const QString &line : lines.sliced(4))
        QCOMPARE(line, shared.endpoint.toString());
}

/// Of a long reason the beginning; nothing of the second listener when the first one's leaves no room.
void TestMainWindow::tellsInTheToolTipWhatFailed()
{
    ListenerStatus failed = portInUse();
    failed.holderName = QString(100, u'h');
    m_status->setAccepting(true);
    m_status->setListeners({failed, listener(ListenerState::Listening)});
    const ui::TrayHost host;
    const ui::TrayIcon tray(*m_status, m_window->actions(), m_store, m_models->rules, host);
    QVERIFY(tray.toolTip().size() <= ui::TrayIcon::kToolTipLength);
    QVERIFY(tray.toolTip().contains(QStringLiteral("\n127.0.0.1:1080: The port is in use by h")));
    QVERIFY(tray.toolTip().endsWith(u'\u2026'));
    m_status->setListeners({listener(ListenerState::Listening)});
    QVERIFY(tray.toolTip().endsWith(QStringLiteral("\nListening on 127.0.0.1:1080 (SOCKS4, SOCKS5)")));
}

void TestMainWindow::remembersItsLayout()
{
    m_window->resize(760, 540);
    m_window->show();
    find<QDockWidget>("trafficDock")->hide();
    find<QComboBox>("trafficRangeCombo")->setCurrentIndex(1);
    find<QLineEdit>("filterEdit")->setText(QStringLiteral("curl"));
    auto *header = find<QTableView>("connectionsView")->horizontalHeader();
    header->resizeSection(2, 321);
    find<QHeaderView>("logHeader")->resizeSection(1, 234);
    find<QHeaderView>("logHeader")->moveSection(0, 1);
    find<QTableView>("connectionsView")->sortByColumn(6, Qt::DescendingOrder);
    makeWindow();
    QCOMPARE(m_window->size(), QSize(760, 540));
    QVERIFY(find<QDockWidget>("trafficDock")->isHidden());
    QVERIFY(!find<QDockWidget>("logDock")->isHidden());
    QCOMPARE(find<QComboBox>("trafficRangeCombo")->currentIndex(), 1);
    QVERIFY(find<QLineEdit>("filterEdit")->text().isEmpty());
    header = find<QTableView>("connectionsView")->horizontalHeader();
    QCOMPARE(header->sectionSize(2), 321);
    QCOMPARE(find<QHeaderView>("logHeader")->sectionSize(1), 234);
    QCOMPARE(find<QHeaderView>("logHeader")->visualIndex(1), 0);
    QCOMPARE(header->sortIndicatorSection(), 6);
    // The model is sorted as the header says.
    m_window->show();
    SyntheticLoad load(20, 0);
    m_window->applyDelta(load.whole());
    m_window->applyDelta(load.next());
    const auto *model = qobject_cast<ui::ConnectionModel *>(find<QTableView>("connectionsView")->model());
    QVERIFY(model->recordAt(0).connection.bytesDown > model->recordAt(19).connection.bytesDown);
}

void TestMainWindow::comesBackIntoSight_data()
{
    QTest::addColumn<QRect>("frame");
    QTest::addColumn<QRect>("fitted");
    const QRect same(10, 20, 300, 200);
    QTest::newRow("in sight") << same << same;
    QTest::newRow("left of a screen that is gone") << QRect(-1'900, 20, 300, 200) << QRect(0, 20, 300, 200);
    QTest::newRow("below") << QRect(10, 5'000, 300, 200) << QRect(10, 400, 300, 200);
    QTest::newRow("too large") << QRect(-50, -50, 5'000, 5'000) << QRect(0, 0, 800, 600);
}

void TestMainWindow::comesBackIntoSight()
{
    QFETCH(const QRect, frame);
    QTEST(ui::fittedInto(frame, QRect(0, 0, 800, 600)), "fitted");
}

void TestMainWindow::comesBackToItsScreen_data()
{
    QTest::addColumn<QRect>("place");
    QTest::addColumn<QRect>("room");
    const QRect otherwise(0, 0, 1, 1);
    QTest::newRow("the first") << QRect(10, 20, 300, 200) << QRect(0, 30, 800, 570);
    QTest::newRow("the second") << QRect(900, 20, 300, 200) << QRect(800, 0, 1'000, 700);
    QTest::newRow("more of it on the second") << QRect(700, 20, 300, 200) << QRect(800, 0, 1'000, 700);
    QTest::newRow("behind a bar of the first") << QRect(10, 0, 300, 20) << QRect(0, 30, 800, 570);
    QTest::newRow("one that is gone") << QRect(-900, 20, 300, 200) << otherwise;
}

void TestMainWindow::comesBackToItsScreen()
{
    QFETCH(const QRect, place);
    const QList<ui::ScreenRoom> screens{{QRect(0, 0, 800, 600), QRect(0, 30, 800, 570)},
                                        {QRect(800, 0, 1'000, 700), QRect(800, 0, 1'000, 700)}};
    QTEST(ui::roomAround(place, screens, QRect(0, 0, 1, 1)), "room");
}

void TestMainWindow::leavesRoomForItsFrame_data()
{
    QTest::addColumn<QRect>("window");
    QTest::addColumn<QRect>("fitted");
    QTest::newRow("in sight") << QRect(10, 30, 300, 200) << QRect(10, 30, 300, 200);
    QTest::newRow("as large as the screen") << QRect(0, 0, 800, 600) << QRect(1, 20, 798, 575);
    QTest::newRow("title above the screen") << QRect(10, 0, 300, 200) << QRect(10, 20, 300, 200);
    QTest::newRow("border below the screen") << QRect(10, 400, 300, 200) << QRect(10, 395, 300, 200);
}

void TestMainWindow::leavesRoomForItsFrame()
{
    QFETCH(const QRect, window);
    QTEST(ui::fittedWithFrame(window, QMargins(1, 20, 1, 5), QRect(0, 0, 800, 600)), "fitted");
}

/// At the first start; the screens of these tests are less wide than the window would like to be.
void TestMainWindow::fitsOntoTheScreenWithItsFrame()
{
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    const QRect available = m_window->screen()->availableGeometry();
    QTRY_VERIFY(available.contains(m_window->frameGeometry()));
    QCoreApplication::processEvents(); // the fitting, where it had nothing to do
    // Whoever moves it off the edge means that.
    const QPoint place = available.topLeft() + QPoint(60, 60);
    m_window->move(place);
    m_window->hide();
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QCoreApplication::processEvents();
    QCOMPARE(m_window->pos(), place);
}

void TestMainWindow::asksBeforeItCloses()
{
    QSignalSpy asked(m_window.get(), &ui::MainWindow::closeRequested);
    m_window->show();
    m_window->close();
    QCOMPARE(asked.size(), 1);
    QVERIFY(m_window->isVisible());
}

void TestMainWindow::reachesEveryActionByKeyboard()
{
    QSet<QKeySequence> shortcuts;
    QSet<const QAction *> inMenus;
    for (const QAction *top : m_window->menuBar()->actions()) {
        QVERIFY(top->text().contains(u'&'));
        for (const QAction *action : top->menu()->actions()) {
            if (action->isSeparator())
                continue;
            inMenus << action;
            QVERIFY2(!action->objectName().isEmpty(), qPrintable(action->text()));
            QVERIFY2(action->text().contains(u'&'), qPrintable(action->text()));
            // Keys of one list may be another's too.
            if (action->shortcut().isEmpty() || action->shortcutContext() == Qt::WidgetShortcut)
                continue;
            QVERIFY2(!shortcuts.contains(action->shortcut()), qPrintable(action->text()));
            shortcuts << action->shortcut();
        }
    }
    QVERIFY(inMenus.contains(m_window->actions().proxyOn));
    for (const QAction *action : find<QWidget>("connectionsView")->actions())
        QVERIFY(action->isSeparator() || inMenus.contains(action));
    for (const QAction *action : find<QWidget>("toolBar")->actions())
        QVERIFY(inMenus.contains(action) || action->inherits("QWidgetAction"));
}

void TestMainWindow::namesEveryControl()
{
    m_window->show();
    setState(listener(ListenerState::Listening), true);
    for (const QWidget *widget : m_window->findChildren<QWidget *>()) {
        const bool control = qobject_cast<const QAbstractButton *>(widget) != nullptr ||
                             qobject_cast<const QComboBox *>(widget) != nullptr ||
                             qobject_cast<const QLineEdit *>(widget) != nullptr ||
                             qobject_cast<const QAbstractItemView *>(widget) != nullptr;
        // Qt's own parts have names of their own making: corner buttons, clear buttons, title bars.
        if (!control || widget->objectName().startsWith(QStringLiteral("qt_")) ||
            widget->objectName().isEmpty())
            continue;
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        QVERIFY2(!widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty()),
                 qPrintable(widget->objectName()));
        if (button != nullptr)
            QVERIFY2((button->focusPolicy() & Qt::TabFocus) != 0, qPrintable(widget->objectName()));
    }
}

void TestMainWindow::switchesTheMode()
{
    m_store.put(localProfile());
    const ui::Actions &actions = m_window->actions();
    QVERIFY(actions.modeRules->isChecked());
    actions.modeDirect->trigger();
    QCOMPARE(m_store.profile().mode, engine::RoutingMode::Direct);
    QCOMPARE(find<QAbstractButton>("modeButton")->text(), QStringLiteral("Mode: Direct"));
    find<QAbstractButton>("modeBarButton")->click();
    QCOMPARE(m_store.profile().mode, engine::RoutingMode::Rules);
    // What could not be saved is not shown as if it were in force.
    m_store.failure = QStringLiteral("cannot write");
    actions.modeEverything->trigger();
    QVERIFY(actions.modeRules->isChecked());
    QCOMPARE(find<QAbstractButton>("modeButton")->text(), QStringLiteral("Mode: Rules"));
    m_store.failure.clear();
}

void TestMainWindow::makesARuleFromAConnection_data()
{
    QTest::addColumn<QByteArray>("action");
    QTest::addColumn<QStringList>("applications");
    QTest::addColumn<QStringList>("hosts");
    QTest::newRow("for its application")
        << QByteArray("actionRuleForApplication") << QStringList{QStringLiteral("curl")} << QStringList();
    QTest::newRow("for its host") << QByteArray("actionRuleForHost") << QStringList()
                                  << QStringList{QStringLiteral("api.example.org")};
    QTest::newRow("for its domain") << QByteArray("actionRuleForDomain") << QStringList()
                                    << QStringList{QStringLiteral("example.org"),
                                                   QStringLiteral("*.example.org")};
    QTest::newRow("for both") << QByteArray("actionRuleForBoth") << QStringList{QStringLiteral("curl")}
                              << QStringList{QStringLiteral("api.example.org")};
}

void TestMainWindow::makesARuleFromAConnection()
{
    QFETCH(const QByteArray, action);
    engine::Profile profile = localProfile();
    profile.rules.resize(1);
    m_store.put(profile);
    m_window->show();
    m_window->applyDelta(curlConnection());
    auto *chosen = find<QAction>(action.constData());
    QVERIFY(!chosen->isEnabled());
    find<QTableView>("connectionsView")->selectRow(0);
    QVERIFY(chosen->isEnabled());
    chosen->trigger();
    find<QDialog>("ruleDialog")->accept();
    // Above the others, so that it decides.
    QCOMPARE(m_store.profile().rules.size(), 2);
    QTEST(m_store.profile().rules.front().applications, "applications");
    QTEST(m_store.profile().rules.front().hosts, "hosts");
}

void TestMainWindow::makesARuleAtOnce_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<engine::Action>("action");
    QTest::newRow("direct") << QStringLiteral("&Direct") << engine::Action::direct();
    QTest::newRow("block") << QStringLiteral("&Block") << engine::Action::block();
    QTest::newRow("a server") << QStringLiteral("By way of R&&D")
                              << engine::Action::byWayOf(QStringLiteral("office"));
}

void TestMainWindow::makesARuleAtOnce()
{
    QFETCH(const QString, text);
    engine::Profile profile = localProfile();
    profile.servers << fakeServer(QStringLiteral("office"), QStringLiteral("R&D"));
    profile.rules.resize(1);
    m_store.put(profile);
    m_window->show();
    m_window->applyDelta(curlConnection());
    find<QTableView>("connectionsView")->selectRow(0);
    QMenu *menu = find<QAction>("actionRuleForBothMenu")->menu();
    Q_EMIT menu->aboutToShow();
    Q_EMIT menu->aboutToShow(); // each time anew, not once more
    QList<QAction *> entries = menu->actions();
    entries.removeIf([&text](const QAction *action) { return action->text() != text; });
    QCOMPARE(entries.size(), 1);
    entries.front()->trigger();
    QCOMPARE(m_store.profile().rules.size(), 2);
    const engine::RuleProfile &made = m_store.profile().rules.front();
    QTEST(made.action, "action");
    QCOMPARE(made.applications, QStringList{QStringLiteral("curl")});
    QCOMPARE(made.hosts, QStringList{QStringLiteral("api.example.org")});
    QVERIFY(m_window->statusBar()->currentMessage().contains(made.name));
    find<QAction>("actionUndo")->trigger();
    QCOMPARE(m_store.profile().rules, profile.rules);
    QVERIFY(m_window->statusBar()->currentMessage().startsWith(QStringLiteral("Undone")));
}

void TestMainWindow::tellsThatANewRuleIsNotApplied_data()
{
    QTest::addColumn<engine::RoutingMode>("mode");
    QTest::addColumn<bool>("inTheEditor");
    QTest::addColumn<QString>("told");
    const QString first = QStringLiteral("The rule curl now comes before all others");
    const auto notApplied = [&first](const QString &mode) {
        return QStringLiteral("%1, but rules are not applied: the mode is %2.").arg(first, mode);
    };
    QTest::newRow("direct") << engine::RoutingMode::Direct << false << notApplied(QStringLiteral("Direct"));
    QTest::newRow("everything") << engine::RoutingMode::Everything << false
                                << notApplied(QStringLiteral("Everything"));
    QTest::newRow("direct, in the editor")
        << engine::RoutingMode::Direct << true << notApplied(QStringLiteral("Direct"));
    QTest::newRow("rules") << engine::RoutingMode::Rules << false << QStringLiteral("%1: Block.").arg(first);
    QTest::newRow("rules, in the editor")
        << engine::RoutingMode::Rules << true << QStringLiteral("%1: Direct.").arg(first);
}

void TestMainWindow::tellsThatANewRuleIsNotApplied()
{
    QFETCH(const engine::RoutingMode, mode);
    QFETCH(const bool, inTheEditor);
    engine::Profile profile = localProfile();
    profile.mode = mode;
    m_store.put(profile);
    m_window->show();
    m_window->applyDelta(curlConnection());
    find<QTableView>("connectionsView")->selectRow(0);
    find<QAction>(inTheEditor ? "actionRuleForApplication" : "actionRuleForApplicationBlock")->trigger();
    if (inTheEditor)
        find<QDialog>("ruleDialog")->accept();
    QTEST(m_window->statusBar()->currentMessage(), "told");
}

void TestMainWindow::keepsWhatAMenuIsAbout_data()
{
    QTest::addColumn<engine::Delta>("update");
    engine::Delta nothing;
    nothing.whole = true;
    QTest::newRow("its row leaves") << nothing;
    QTest::newRow("it ends like one before it") << curlConnectionClosed(1);
}

void TestMainWindow::keepsWhatAMenuIsAbout()
{
    QFETCH(const engine::Delta, update);
    m_store.put(localProfile());
    m_window->show();
    m_window->applyDelta(curlConnection());
    m_window->applyDelta(curlConnectionClosed(2));
    auto *view = find<QTableView>("connectionsView");
    view->selectRow(qobject_cast<ui::ConnectionModel *>(view->model())->rowOf(1));
    QMenu *menu = find<QAction>("actionNewRuleFrom")->menu();
    const auto *block = find<QAction>("actionRuleForApplicationBlock");
    menu->popup({});
    m_window->applyDelta(update);
    m_window->applyDelta(engine::Delta());
    QVERIFY(!view->selectionModel()->hasSelection());
    QVERIFY(menu->isEnabled());
    QVERIFY(block->isEnabled());
    QVERIFY(m_window->actions().explainConnection->isEnabled());
    // A menu closes before what was chosen in it is done.
    menu->close();
    m_window->actions().copyTarget->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("api.example.org:443"));
    m_window->actions().copy->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("curl (4242)\t")));
    find<QAction>("actionRuleForApplicationBlock")->trigger();
    QCOMPARE(m_store.profile().rules.size(), 1);
    QCOMPARE(m_store.profile().rules.front().applications, QStringList{QStringLiteral("curl")});
    QTRY_VERIFY(!block->isEnabled());
    QVERIFY(!m_window->actions().copy->isEnabled());
}

/// What is selected after a menu has closed counts at once.
void TestMainWindow::asksAnewForTheNextMenu()
{
    m_window->show();
    engine::Delta both = curlConnection();
    both.added << both.added.front();
    both.added.last().id = 2;
    both.added.last().targetHost = QStringLiteral("example.net");
    m_window->applyDelta(both);
    auto *view = find<QTableView>("connectionsView");
    const auto *model = qobject_cast<ui::ConnectionModel *>(view->model());
    view->selectRow(model->rowOf(1));
    QMenu *menu = find<QAction>("actionNewRuleFrom")->menu();
    menu->popup({});
    both.added.removeFirst();
    m_window->applyDelta(both);
    menu->close();
    view->selectRow(model->rowOf(2));
    menu->popup({});
    m_window->actions().copyTarget->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("example.net:443"));
    menu->close();
}

void TestMainWindow::showsApplications()
{
    m_store.put(localProfile());
    m_window->show();
    find<QAction>("applicationsPageAction")->trigger();
    QCOMPARE(find<QAction>("rulesPageAction")->shortcut(), QKeySequence(Qt::ALT | Qt::Key_3));
    m_window->applyDelta(curlConnection());
    auto *view = find<QTableView>("applicationsView");
    QVERIFY(view->isVisible());
    QCOMPARE(view->model()->index(0, 0).data().toString(), QStringLiteral("curl"));
    m_window->actions().filterPage->trigger();
    QVERIFY(find<QWidget>("applicationsPage")->isVisible());
    view->selectRow(0);
    find<QAction>("actionNewRuleForApplication")->trigger();
    find<QDialog>("ruleDialog")->accept();
    QCOMPARE(m_store.profile().rules.front().applications, QStringList{QStringLiteral("curl")});
    // Hidden, it goes by the events.
    m_window->hide();
    engine::Delta totals;
    engine::Event event;
    event.code = engine::EventCode::ConnectionClosed;
    event.connection = 1;
    event.application = QStringLiteral("curl");
    event.client = {engine::Address::fromV4(0x7f000001), 40'000};
    event.bytesDown = 2'048;
    totals.events = {event};
    m_window->applyDelta(totals);
    m_window->show();
    engine::Delta whole;
    whole.whole = true;
    m_window->applyDelta(whole);
    QCOMPARE(view->model()->index(0, 1).data().toString(), QStringLiteral("0"));
    QCOMPARE(view->model()->index(0, 4).data().toString(), QStringLiteral("2.0 KiB"));
}

void TestMainWindow::choosesColumns()
{
    m_window->show();
    find<QAction>("applicationsPageAction")->trigger();
    QMenu *menu = find<QAction>("actionColumns")->menu();
    Q_EMIT menu->aboutToShow();
    // All but the first, which tells what a row is about.
    QCOMPARE(menu->actions().size(), 7);
    QCOMPARE(menu->actions().front()->text(), QStringLiteral("Live"));
    menu->actions().front()->trigger();
    QVERIFY(find<QTableView>("applicationsView")->isColumnHidden(1));
    makeWindow();
    QVERIFY(find<QTableView>("applicationsView")->isColumnHidden(1));
    m_window->show();
    QVERIFY(find<QWidget>("applicationsPage")->isVisible());
    menu = find<QAction>("actionColumns")->menu();
    Q_EMIT menu->aboutToShow();
    QVERIFY(!menu->actions().front()->isChecked());
    Q_EMIT find<QHeaderView>("rulesHeader")->customContextMenuRequested({});
    QCOMPARE(find<QMenu>("columnMenu")->actions().size(),
             find<QTreeView>("rulesView")->model()->columnCount() - 1);
    find<QMenu>("columnMenu")->close();
}

void TestMainWindow::listsWhatServersTake()
{
    m_window->show();
    QMenu *menu = find<QAction>("actionServersMenu")->menu();
    for (const char *name : {"serverAdd", "routeAddAction", "serverPaste", "serverEdit", "serverDuplicate",
                             "serverRemove", "serverDefaultRoute", "serverCheck", "serverCheckAll"})
        QVERIFY2(menu->actions().contains(find<QAction>(name)), name);
    QVERIFY(!find<QWidget>("serversPage")->isVisible());
    Q_EMIT menu->triggered(find<QAction>("serverCheckAll"));
    QVERIFY(find<QWidget>("serversPage")->isVisible());
}

void TestMainWindow::explainsAConnection()
{
    engine::Profile profile = localProfile();
    profile.rules.resize(2);
    profile.rules[0].hosts << QStringLiteral("*.example.net");
    profile.rules[1].name = QStringLiteral("No curl");
    profile.rules[1].applications << QStringLiteral("curl");
    profile.rules[1].action = engine::Action::block();
    m_store.put(profile);
    m_window->show();
    m_window->applyDelta(curlConnection());
    find<QTableView>("connectionsView")->selectRow(0);
    m_window->actions().explainConnection->trigger();
    const auto *trace = find<QTreeWidget>("explainTrace");
    QTRY_COMPARE(trace->topLevelItemCount(), 2);
    QVERIFY(!trace->topLevelItem(0)->text(2).isEmpty());
    QCOMPARE(find<QLabel>("explainDecision")->text(), QStringLiteral("Blocked"));
    QVERIFY(find<QLabel>("explainReason")->text().startsWith(QStringLiteral("The rule No curl decides.\n")));
    // It follows the profile.
    profile.rules[1].enabled = false;
    m_store.put(profile);
    QTRY_COMPARE(find<QLabel>("explainDecision")->text(), QStringLiteral("Direct"));
    Q_EMIT find<QTreeWidget>("explainTrace")->itemActivated(trace->topLevelItem(1), 0);
    QVERIFY(find<QWidget>("rulesPage")->isVisible());
    QCOMPARE(find<QTreeView>("rulesView")->currentIndex().row(), 1);
}

void TestMainWindow::triesTheRulesOut()
{
    engine::Profile profile = localProfile();
    profile.rules.resize(1);
    profile.rules[0].applications << QStringLiteral("/usr/bin/curl");
    profile.rules[0].transports = engine::Transport::Udp;
    profile.rules[0].action = engine::Action::block();
    m_store.put(profile);
    m_window->show();
    m_window->actions().explain->trigger();
    const auto *decision = find<QLabel>("explainDecision");
    QVERIFY(decision->text() != QStringLiteral("Blocked"));
    find<QComboBox>("explainApplicationCombo")->setCurrentText(QStringLiteral("/usr/bin/curl"));
    find<QLineEdit>("explainHostEdit")->setText(QStringLiteral("192.0.2.1"));
    QTRY_COMPARE(decision->text(), QStringLiteral("Direct"));
    find<QComboBox>("explainTransportCombo")->setCurrentIndex(1);
    QTRY_COMPARE(decision->text(), QStringLiteral("Blocked"));
}

/// Rules on paths, on parents and on resolved addresses decide in the explanation as they did in the engine.
void TestMainWindow::explainsWithAllThatIsKnown()
{
    engine::Profile profile = localProfile();
    profile.rules.resize(3);
    profile.rules[0].applications << QStringLiteral("/opt/*");
    profile.rules[0].action = engine::Action::block();
    profile.rules[1].applications << QStringLiteral("builder");
    profile.rules[1].tree = true;
    profile.rules[1].hosts << QStringLiteral("192.0.2.7");
    profile.rules[1].action = engine::Action::block();
    profile.resolveForRules = true;
    m_store.put(profile);
    m_window->show();
    engine::Delta delta = curlConnection();
    engine::Application curl{{4'242, QStringLiteral("curl"), QStringLiteral("/usr/bin/curl"), {}},
                             {},
                             {{1, QStringLiteral("sh"), {}, {}}}};
    curl.parents << engine::Program{2, QStringLiteral("builder"), QStringLiteral("/usr/bin/builder"), {}};
    delta.added.front().identity = std::make_shared<const engine::Application>(curl);
    delta.added.front().resolved = engine::Address::fromV4(0xc0000207);
    m_window->applyDelta(delta);
    find<QTableView>("connectionsView")->selectRow(0);
    m_window->actions().explainConnection->trigger();
    QCOMPARE(find<QComboBox>("explainApplicationCombo")->currentText(), QStringLiteral("/usr/bin/curl"));
    QTRY_COMPARE(find<QLabel>("explainDecision")->text(), QStringLiteral("Blocked"));
    QVERIFY(find<QTreeWidget>("explainTrace")
                ->topLevelItem(0)
                ->text(2)
                .contains(QStringLiteral("/usr/bin/curl")));
    QCOMPARE(find<QLabel>("explainReason")->text(),
             QStringLiteral("The rule #2 decides.\nAddress: 192.0.2.7, looked up for the rules"));
    // Another host has not been resolved.
    find<QLineEdit>("explainHostEdit")->setText(QStringLiteral("other.example.org"));
    QTRY_COMPARE(find<QLabel>("explainDecision")->text(), QStringLiteral("Direct"));
}

void TestMainWindow::appliesRulesToOpenConnections()
{
    m_window->show();
    QAction *apply = m_window->actions().applyRules;
    QVERIFY(!apply->toolTip().isEmpty() && !apply->shortcut().isEmpty());
    QVERIFY(find<QAbstractButton>("actionApplyRulesButton")->isEnabled());
    m_engine->start(localProfile(), false);
    QSignalSpy applied(m_engine.get(), &engine::Engine::rulesApplied);
    apply->trigger();
    QTRY_COMPARE(applied.size(), 1);
    QVERIFY(m_window->statusBar()->currentMessage().contains(QStringLiteral("none was closed")));
    Q_EMIT m_engine->rulesApplied(3);
    QVERIFY(m_window->statusBar()->currentMessage().startsWith(QStringLiteral("3 open connection")));
}

void TestMainWindow::goesToPages()
{
    m_window->show();
    find<QAction>("rulesPageAction")->trigger();
    QVERIFY(find<QWidget>("rulesPage")->isVisible());
    makeWindow();
    m_window->show();
    QVERIFY(find<QAction>("rulesPageAction")->isChecked());
    QVERIFY(find<QWidget>("rulesPage")->isVisible());
}

void TestMainWindow::opensBoxesWithoutBlocking()
{
    m_window->show();
    m_window->actions().about->trigger();
    find<QMessageBox>("aboutBox")->close();
    m_window->actions().aboutQt->trigger();
    find<QMessageBox>("aboutQtBox")->close();
}

void TestMainWindow::togglesARunningEngine()
{
    m_window->show();
    connect(m_engine.get(), &engine::Engine::acceptingChanged, m_status.get(),
            &ui::ProxyStatus::setAccepting);
    connect(m_engine.get(), &engine::Engine::listenersChanged, m_status.get(),
            &ui::ProxyStatus::setListeners);
    engine::Profile profile;
    engine::ListenerProfile one;
    one.name = QStringLiteral("Local");
    one.address = engine::Address::fromV4(0x7f000001);
    profile.listeners = {one};
    m_engine->start(profile);
    m_status->setAccepting(m_engine->isAccepting());
    QTRY_COMPARE(m_status->state(), ui::ProxyState::On);
    find<QAbstractButton>("proxySwitch")->click();
    QTRY_COMPARE(m_status->state(), ui::ProxyState::Off);
    QVERIFY(!find<QAbstractButton>("proxySwitch")->isChecked());
    find<QAbstractButton>("emptyButton")->click();
    QTRY_COMPARE(m_status->state(), ui::ProxyState::On);
    QSignalSpy stopped(m_engine.get(), &engine::Engine::stopped);
    m_engine->stop();
    QTRY_COMPARE(stopped.size(), 1);
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
