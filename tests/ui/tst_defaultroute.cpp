// SPDX-License-Identifier: MIT
#include "ui/defaultroutemenu.h"
#include "ui/trayhost.h"
#include "ui/trayicon.h"
#include "windowscene.h"

#include <QAbstractButton>
#include <QAction>
#include <QMessageBox>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using engine::Action;

/// Choosing what is done when no rule decides: from the tray, the toolbar and the menu bar.
class TestDefaultRoute : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { WindowScene::useTestSettings(u"tst_defaultroute"_s); }
    void init();
    void cleanup();
    void ticksTheOneInForce();
    void choosesInTheTray();
    void canBeUndone();
    void ticksNothingThatIsNotInForce();
    void listsAtMostTwentyServers();
    void keepsTheOneInForceAmongThem();
    void offersRoutesBeforeManyServers();
    void keepsARouteInForceAmongThem();
    void leadsToTheServers_data();
    void leadsToTheServers();
    void tellsTheRouteInTheToolbar_data();
    void tellsTheRouteInTheToolbar();
    void elidesALongName();

private:
    [[nodiscard]] static QList<QAction *> choices(const QMenu &menu)
    {
        QList<QAction *> found;
        for (QAction *action : menu.actions()) {
            if (action->isCheckable())
                found << action;
        }
        return found;
    }
    [[nodiscard]] static QStringList ticked(const QMenu &menu)
    {
        QStringList names;
        for (const QAction *action : choices(menu)) {
            if (action->isChecked())
                names << action->text();
        }
        return names;
    }
    [[nodiscard]] const QMenu &trayMenu() const
    {
        const QAction *action = nullptr;
        for (const QAction *entry : m_tray->menu().actions()) {
            if (entry->objectName() == "actionServers"_L1)
                action = entry;
        }
        return *action->menu();
    }
    static void choose(const QMenu &menu, const QString &text)
    {
        for (QAction *action : choices(menu)) {
            if (action->text() == text) {
                action->trigger();
                return;
            }
        }
        QFAIL(qPrintable(u"no %1"_s.arg(text)));
    }

    std::unique_ptr<WindowScene> m_scene;
    ui::TrayHost m_trayHost;
    std::unique_ptr<ui::TrayIcon> m_tray;
};

void TestDefaultRoute::init()
{
    QSettings().clear();
    m_scene = std::make_unique<WindowScene>();
    m_tray = std::make_unique<ui::TrayIcon>(m_scene->status, m_scene->window->actions(), m_scene->store,
                                            m_scene->models->rules, m_trayHost);
}

void TestDefaultRoute::cleanup()
{
    m_tray.reset();
    m_scene.reset();
}

void TestDefaultRoute::ticksTheOneInForce()
{
    m_scene->addServers(2);
    QCOMPARE(ticked(trayMenu()), QStringList{u"Direct"_s});
    engine::Profile profile = m_scene->store.profile();
    profile.servers[1].name = u"This & that"_s;
    profile.defaultAction = Action::byWayOf(u"server2"_s);
    m_scene->store.put(profile);
    QCOMPARE(ticked(trayMenu()), QStringList{u"This && that"_s});
    QCOMPARE(ticked(*m_scene->find<QMenu>("routeButtonMenu")), QStringList{u"This && that"_s});
}

void TestDefaultRoute::choosesInTheTray()
{
    m_scene->addServers(2);
    choose(trayMenu(), u"Server 2"_s);
    QCOMPARE(m_scene->store.profile().defaultAction, Action::byWayOf(u"server2"_s));
    QCOMPARE(ticked(trayMenu()), QStringList{u"Server 2"_s});
    QCOMPARE(ticked(*m_scene->find<QAction>("actionDefaultRoute")->menu()), QStringList{u"Server 2"_s});
    choose(trayMenu(), u"Block"_s);
    QCOMPARE(m_scene->store.profile().defaultAction, Action::block());
    QCOMPARE(ticked(trayMenu()), QStringList{u"Block"_s});
    // Once more changes nothing, and takes away no tick.
    const int changes = m_scene->store.changes;
    choose(trayMenu(), u"Block"_s);
    QCOMPARE(m_scene->store.changes, changes);
    QCOMPARE(ticked(trayMenu()), QStringList{u"Block"_s});
}

void TestDefaultRoute::canBeUndone()
{
    m_scene->addServers(1);
    choose(trayMenu(), u"Server 1"_s);
    m_scene->find<QAction>("actionUndo")->trigger();
    QCOMPARE(m_scene->store.profile().defaultAction, Action::direct());
    QCOMPARE(ticked(trayMenu()), QStringList{u"Direct"_s});
}

void TestDefaultRoute::ticksNothingThatIsNotInForce()
{
    m_scene->addServers(1);
    m_scene->store.failure = u"cannot write"_s;
    choose(trayMenu(), u"Server 1"_s);
    QCOMPARE(m_scene->store.profile().defaultAction, Action::direct());
    QCOMPARE(ticked(trayMenu()), QStringList{u"Direct"_s});
    m_scene->find<QMessageBox>("rulesProblem")->close();
}

void TestDefaultRoute::listsAtMostTwentyServers()
{
    m_scene->addServers(20);
    QCOMPARE(choices(trayMenu()).size(), 20 + 2);
    QVERIFY(choices(trayMenu()).back() == trayMenu().actions().back());
    engine::Profile profile = m_scene->store.profile();
    profile.servers << fakeServer(u"last"_s, u"Last"_s);
    m_scene->store.put(profile);
    QCOMPARE(choices(trayMenu()).size(), 20 + 2);
    QCOMPARE(choices(trayMenu()).back()->text(), u"Server 20"_s);
    QCOMPARE(trayMenu().actions().back()->objectName(), u"defaultRouteServers"_s);
}

void TestDefaultRoute::keepsTheOneInForceAmongThem()
{
    m_scene->addServers(30);
    engine::Profile profile = m_scene->store.profile();
    profile.defaultAction = Action::byWayOf(u"server27"_s);
    m_scene->store.put(profile);
    QCOMPARE(choices(trayMenu()).size(), 20 + 2);
    QCOMPARE(ticked(trayMenu()), QStringList{u"Server 27"_s});
    // The list changes by the choice while it is being made.
    choose(trayMenu(), u"Server 3"_s);
    QCOMPARE(ticked(trayMenu()), QStringList{u"Server 3"_s});
    QCOMPARE(choices(trayMenu()).back()->text(), u"Server 20"_s);
}

void TestDefaultRoute::offersRoutesBeforeManyServers()
{
    m_scene->addServers(60);
    engine::Profile profile = m_scene->store.profile();
    profile.routes = {{u"chain"_s, u"Chain"_s, engine::RouteKind::Chain, {u"server1"_s, u"server2"_s}}};
    m_scene->store.put(profile);
    QCOMPARE(choices(trayMenu()).size(), 2 + 1 + 20);
    QCOMPARE(choices(trayMenu()).at(2)->text(), u"Chain"_s);
    choose(trayMenu(), u"Chain"_s);
    QCOMPARE(m_scene->store.profile().defaultAction, Action::byWayOf(u"chain"_s));
    QVERIFY(trayMenu().actions().back()->toolTip().contains(u"Use as default route"_s));
    // A name that changes is followed.
    profile = m_scene->store.profile();
    profile.routes[0].name = u"Detour"_s;
    m_scene->store.put(profile);
    QCOMPARE(ticked(trayMenu()), QStringList{u"Detour"_s});
}

void TestDefaultRoute::keepsARouteInForceAmongThem()
{
    m_scene->addServers(1);
    engine::Profile profile = m_scene->store.profile();
    for (int number = 1; number <= 25; ++number)
        profile.routes << engine::RouteProfile{
            u"r%1"_s.arg(number), u"Route %1"_s.arg(number), engine::RouteKind::Failover, {u"server1"_s}};
    profile.defaultAction = Action::byWayOf(u"r23"_s);
    m_scene->store.put(profile);
    QCOMPARE(choices(trayMenu()).size(), 2 + 20 + 1);
    QCOMPARE(ticked(trayMenu()), QStringList{u"Route 23"_s});
    QCOMPARE(choices(trayMenu()).back()->text(), u"Server 1"_s);
    QCOMPARE(trayMenu().actions().back()->objectName(), u"defaultRouteServers"_s);
}

void TestDefaultRoute::leadsToTheServers_data()
{
    QTest::addColumn<int>("servers");
    QTest::newRow("none yet") << 0;
    QTest::newRow("more than fit") << 21;
}

void TestDefaultRoute::leadsToTheServers()
{
    QFETCH(const int, servers);
    m_scene->addServers(servers);
    QSignalSpy requested(m_tray.get(), &ui::TrayIcon::serversRequested);
    trayMenu().actions().back()->trigger();
    QCOMPARE(requested.size(), 1);
    QVERIFY(!m_scene->find<QWidget>("serversPage")->isVisible());
    m_scene->window->hide();
    m_scene->find<QMenu>("routeButtonMenu")->actions().back()->trigger();
    QVERIFY(m_scene->find<QWidget>("serversPage")->isVisible());
}

void TestDefaultRoute::tellsTheRouteInTheToolbar_data()
{
    QTest::addColumn<engine::RoutingMode>("mode");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("toolTip");
    QTest::newRow("rules") << engine::RoutingMode::Rules << u"Default: Server 1"_s
                           << u"What is done when no rule matches: Server 1"_s;
    QTest::newRow("everything") << engine::RoutingMode::Everything << u"All: Server 1"_s
                                << u"What is done with everything, whatever the rules say: Server 1"_s;
    QTest::newRow("direct")
        << engine::RoutingMode::Direct << u"All: Direct"_s
        << u"Everything connects directly. The default action for the other modes: Server 1"_s;
}

void TestDefaultRoute::tellsTheRouteInTheToolbar()
{
    QFETCH(const engine::RoutingMode, mode);
    m_scene->addServers(1);
    engine::Profile profile = m_scene->store.profile();
    profile.defaultAction = Action::byWayOf(u"server1"_s);
    profile.mode = mode;
    m_scene->store.put(profile);
    const auto *button = m_scene->find<QAbstractButton>("routeButton");
    QTEST(button->text(), "text");
    QTEST(button->toolTip(), "toolTip");
}

void TestDefaultRoute::elidesALongName()
{
    m_scene->addServers(1);
    engine::Profile profile = m_scene->store.profile();
    profile.servers[0].name = QString(200, u'n');
    profile.defaultAction = Action::byWayOf(u"server1"_s);
    m_scene->store.put(profile);
    const auto *button = m_scene->find<QAbstractButton>("routeButton");
    QVERIFY(button->text().size() < 60);
    QVERIFY(button->toolTip().contains(profile.servers[0].name));
    QVERIFY(button->accessibleName().contains(profile.servers[0].name));
}

QTEST_MAIN(TestDefaultRoute)
#include "tst_defaultroute.moc"
