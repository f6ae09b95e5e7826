// SPDX-License-Identifier: MIT
#include "synthetic.h"
#include "ui/livetable.h"
#include "ui/rulemodel.h"
#include "ui/rulespage.h"
#include "ui/serverspage.h"
#include "ui/serverview.h"
#include "windowscene.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <QTreeView>

using namespace Qt::StringLiterals;

/// The toolbar's field filters the page in sight.
class TestPageFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { WindowScene::useTestSettings(u"tst_pagefilter"_s); }
    void init();
    void cleanup() { m_scene.reset(); }
    void keepsATextForEachPage();
    void isFocusedByItsKey();
    void filtersRules_data();
    void filtersRules();
    void movesNoRuleOverHiddenOnes();
    void leavesNothingHiddenSelected();
    void showsWhatIsSelectedAnew();
    void followsChangesOfRules();
    void filtersServers();
    void saysThatNothingMatches_data();
    void saysThatNothingMatches();
    void isClearedByEscape();
    void leadsTheKeyboardToTheList_data();
    void leadsTheKeyboardToTheList();

private:
    void goTo(const char *page) { m_scene->find<QAction>(page)->trigger(); }
    void filter(const QString &text) { m_scene->find<QLineEdit>("filterEdit")->setText(text); }
    [[nodiscard]] static QStringList shownNames(const QTreeView &view, const QModelIndex &parent = {})
    {
        QStringList names;
        for (int row = 0; row < view.model()->rowCount(parent); ++row) {
            if (!view.isRowHidden(row, parent))
                names << view.model()->index(row, 0, parent).data().toString();
        }
        return names;
    }
    [[nodiscard]] QStringList shownRules() const
    {
        return shownNames(*m_scene->find<QTreeView>("rulesView"));
    }

    std::unique_ptr<WindowScene> m_scene;
};

void TestPageFilter::init()
{
    QSettings().clear();
    m_scene = std::make_unique<WindowScene>();
    engine::Profile profile;
    profile.rules.resize(3);
    profile.rules[0].name = u"Local network"_s;
    profile.rules[0].hosts << u"*.lan"_s;
    profile.rules[1].name = u"Work"_s;
    for (int number = 0; number < 30; ++number)
        profile.rules[1].hosts << u"host%1.corp.example"_s.arg(number);
    profile.rules[1].action = engine::Action::byWayOf(u"office"_s);
    profile.rules[2].name = u"Trackers"_s;
    profile.rules[2].applications << u"firefox"_s;
    profile.rules[2].action = engine::Action::block();
    profile.servers << fakeServer(u"office"_s, u"Office"_s) << fakeServer(u"exit"_s, u"Exit"_s);
    engine::RouteProfile route;
    route.id = u"both"_s;
    route.name = u"Both ways"_s;
    route.members = {u"office"_s, u"exit"_s};
    profile.routes << route;
    m_scene->store.put(profile);
}

void TestPageFilter::keepsATextForEachPage()
{
    auto *edit = m_scene->find<QLineEdit>("filterEdit");
    SyntheticLoad load(10, 0);
    m_scene->window->applyDelta(load.whole());
    filter(u"nothing like it"_s);
    QVERIFY(!m_scene->find<QTableView>("connectionsView")->isVisible());
    goTo("rulesPageAction");
    QCOMPARE(edit->text(), QString());
    QCOMPARE(edit->placeholderText(), u"Filter rules"_s);
    QCOMPARE(edit->accessibleName(), u"Filter rules"_s);
    QCOMPARE(shownRules().size(), 4);
    // Typing does not lead away from the page.
    QTest::keyClick(edit, Qt::Key_W);
    QVERIFY(m_scene->find<QWidget>("rulesPage")->isVisible());
    goTo("connectionsPageAction");
    QCOMPARE(edit->text(), u"nothing like it"_s);
    goTo("rulesPageAction");
    QCOMPARE(edit->text(), u"w"_s);
}

void TestPageFilter::isFocusedByItsKey()
{
    m_scene->window->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), m_scene->window.get());
    for (const char *page :
         {"connectionsPageAction", "applicationsPageAction", "rulesPageAction", "serversPageAction"}) {
        goTo(page);
        QVERIFY(!m_scene->find<QLineEdit>("filterEdit")->hasFocus());
        QTest::keyClick(m_scene->window.get(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY2(m_scene->find<QLineEdit>("filterEdit")->hasFocus(), page);
    }
}

void TestPageFilter::filtersRules_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("shown");
    const QString local = u"Local network"_s;
    const QString work = u"Work"_s;
    const QString trackers = u"Trackers"_s;
    QTest::newRow("nothing") << QString() << QStringList{local, work, trackers, u"Default"_s};
    QTest::newRow("blanks") << u"  "_s << QStringList{local, work, trackers, u"Default"_s};
    QTest::newRow("a name") << u"track"_s << QStringList{trackers};
    QTest::newRow("in another case") << u"TRACK"_s << QStringList{trackers};
    QTest::newRow("an application") << u"firefox"_s << QStringList{trackers};
    QTest::newRow("an action") << u"office"_s << QStringList{work};
    QTest::newRow("a host") << u"*.lan"_s << QStringList{local};
    QTest::newRow("a host that has no room in the row") << u"host29"_s << QStringList{work};
    QTest::newRow("two words") << u"work office"_s << QStringList{work};
    QTest::newRow("two words of different rules") << u"work firefox"_s << QStringList();
    QTest::newRow("the default") << u"default"_s << QStringList{u"Default"_s};
}

void TestPageFilter::filtersRules()
{
    QFETCH(const QString, text);
    goTo("rulesPageAction");
    filter(text);
    QTEST(shownRules(), "shown");
}

void TestPageFilter::movesNoRuleOverHiddenOnes()
{
    goTo("rulesPageAction");
    auto *view = m_scene->find<QTreeView>("rulesView");
    const auto *up = m_scene->find<QAction>("actionMoveRuleUp");
    view->setCurrentIndex(view->model()->index(2, 0));
    QVERIFY(up->isEnabled());
    QVERIFY(view->dragEnabled());
    const QString usual = up->toolTip();
    filter(u"trackers"_s);
    QCOMPARE(view->currentIndex().row(), 2);
    QVERIFY(!up->isEnabled());
    QVERIFY(!m_scene->find<QAction>("actionMoveRuleDown")->isEnabled());
    QVERIFY(!view->dragEnabled());
    QVERIFY(up->toolTip().contains(u"filter"_s));
    QCOMPARE(m_scene->find<QLabel>("rulesHint")->text(), u"The filter hides 3 rule(s)."_s);
    filter({});
    QVERIFY(up->isEnabled());
    QVERIFY(view->dragEnabled());
    QCOMPARE(up->toolTip(), usual);
    // One that hides nothing is in nobody's way.
    filter(u"a"_s);
    QCOMPARE(shownRules().size(), 4);
    QVERIFY(up->isEnabled());
}

/// What is removed is what is seen.
void TestPageFilter::leavesNothingHiddenSelected()
{
    goTo("rulesPageAction");
    auto *view = m_scene->find<QTreeView>("rulesView");
    view->setCurrentIndex(view->model()->index(0, 0));
    filter(u"trackers"_s);
    QVERIFY(!view->selectionModel()->hasSelection());
    QVERIFY(!m_scene->find<QAction>("actionRemoveRule")->isEnabled());
    m_scene->find<QAction>("actionRemoveRule")->trigger();
    QCOMPARE(m_scene->store.profile().rules.size(), 3);
    view->setCurrentIndex(view->model()->index(2, 0));
    m_scene->find<QAction>("actionRemoveRule")->trigger();
    QCOMPARE(m_scene->store.profile().rules.size(), 2);
    QCOMPARE(m_scene->store.profile().rules[1].name, u"Work"_s);
    QVERIFY(!view->selectionModel()->hasSelection());
}

void TestPageFilter::showsWhatIsSelectedAnew()
{
    goTo("rulesPageAction");
    filter(u"trackers"_s);
    auto *rules = m_scene->window->findChild<ui::RulesPage *>();
    rules->selectRule(2);
    QCOMPARE(m_scene->find<QLineEdit>("filterEdit")->text(), u"trackers"_s);
    rules->selectRule(0);
    QCOMPARE(m_scene->find<QLineEdit>("filterEdit")->text(), QString());
    QCOMPARE(shownRules().size(), 4);
    QCOMPARE(m_scene->find<QTreeView>("rulesView")->currentIndex().row(), 0);
    // Also while another page is in sight, whose filter is another matter.
    filter(u"trackers"_s);
    goTo("connectionsPageAction");
    filter(u"curl"_s);
    rules->selectRule(0);
    QCOMPARE(m_scene->find<QLineEdit>("filterEdit")->text(), u"curl"_s);
    goTo("rulesPageAction");
    QCOMPARE(m_scene->find<QLineEdit>("filterEdit")->text(), QString());
}

void TestPageFilter::followsChangesOfRules()
{
    goTo("rulesPageAction");
    filter(u"tracker"_s);
    engine::Profile profile = m_scene->store.profile();
    profile.rules[0].name = u"Another tracker"_s;
    m_scene->store.put(profile);
    QCOMPARE(shownRules(), (QStringList{u"Another tracker"_s, u"Trackers"_s}));
    std::swap(profile.rules[0], profile.rules[2]);
    m_scene->store.put(profile);
    QCOMPARE(shownRules(), (QStringList{u"Trackers"_s, u"Another tracker"_s}));
    profile.rules.append(engine::RuleProfile());
    m_scene->store.put(profile);
    QCOMPARE(shownRules(), (QStringList{u"Trackers"_s, u"Another tracker"_s}));
}

void TestPageFilter::filtersServers()
{
    goTo("serversPageAction");
    const auto *view = m_scene->find<QTreeView>("serversView");
    const QModelIndex servers = view->model()->index(0, 0);
    const QModelIndex routes = view->model()->index(1, 0);
    filter(u"exit"_s);
    QCOMPARE(servers.data().toString(), u"Servers (1 of 2)"_s);
    QCOMPARE(routes.data().toString(), u"Routes (1)"_s);
    QCOMPARE(shownNames(*view, servers), QStringList{u"Exit"_s});
    QCOMPARE(shownNames(*view, routes), QStringList{u"Both ways"_s}); // which leads through it
    filter(u"ways"_s);
    QCOMPARE(shownNames(*view, servers), QStringList());
    QVERIFY(view->isRowHidden(0, {}));
    QVERIFY(!view->isRowHidden(1, {}));
    // The last one that matches goes.
    m_scene->window->findChild<ui::ServersPage *>()->view().selectIds({u"both"_s});
    m_scene->find<QAction>("serverRemove")->trigger();
    m_scene->find<QAbstractButton>("removeConfirm")->click();
    QVERIFY(m_scene->store.profile().routes.isEmpty());
    QVERIFY(!view->isVisible());
    filter({});
    QVERIFY(view->isVisible());
    QCOMPARE(shownNames(*view, servers).size(), 2);
    QVERIFY(!view->isRowHidden(1, {}));
    QCOMPARE(servers.data().toString(), u"Servers (2)"_s);
}

void TestPageFilter::saysThatNothingMatches_data()
{
    QTest::addColumn<QByteArray>("page");
    QTest::addColumn<QByteArray>("view");
    QTest::addColumn<QByteArray>("prefix");
    QTest::addColumn<QString>("heading");
    QTest::newRow("connections") << QByteArray("connectionsPage") << QByteArray("connectionsView")
                                 << QByteArray("empty") << u"No connection matches"_s;
    QTest::newRow("applications") << QByteArray("applicationsPage") << QByteArray("applicationsView")
                                  << QByteArray("applicationsEmpty") << u"No application matches"_s;
    QTest::newRow("rules") << QByteArray("rulesPage") << QByteArray("rulesView") << QByteArray("rulesEmpty")
                           << u"No rule matches"_s;
    QTest::newRow("servers") << QByteArray("serversPage") << QByteArray("serversView")
                             << QByteArray("serversNoMatch") << u"No server or route matches"_s;
}

void TestPageFilter::saysThatNothingMatches()
{
    QFETCH(const QByteArray, page);
    QFETCH(const QByteArray, view);
    QFETCH(const QByteArray, prefix);
    m_scene->window->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), m_scene->window.get());
    SyntheticLoad load(10, 0);
    m_scene->window->applyDelta(load.whole());
    goTo(page + "Action");
    QVERIFY(m_scene->find<QWidget>(view)->isVisible());
    filter(u"nothing like it"_s);
    QVERIFY(!m_scene->find<QWidget>(view)->isVisible());
    QTEST(m_scene->find<QLabel>(prefix + "Heading")->text(), "heading");
    QVERIFY(m_scene->find<QLabel>(prefix + "Text")->text().contains(u"nothing like it"_s));
    auto *button = m_scene->find<QAbstractButton>(prefix + "Button");
    QCOMPARE(button->text(), u"Clear filter"_s);
    // Return leads from the field to what stands in the list's place, and from there to the list.
    QTest::keyClick(m_scene->find<QLineEdit>("filterEdit"), Qt::Key_Return);
    QVERIFY(button->hasFocus());
    button->click();
    QCOMPARE(m_scene->find<QLineEdit>("filterEdit")->text(), QString());
    QVERIFY(m_scene->find<QWidget>(view)->isVisible());
    QVERIFY(m_scene->find<QWidget>(view)->hasFocus());
}

void TestPageFilter::isClearedByEscape()
{
    m_scene->window->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), m_scene->window.get());
    goTo("rulesPageAction");
    auto *edit = m_scene->find<QLineEdit>("filterEdit");
    edit->setFocus();
    filter(u"lan"_s);
    QTest::keyClick(edit, Qt::Key_Escape);
    QCOMPARE(edit->text(), QString());
    QCOMPARE(shownRules().size(), 4);
}

void TestPageFilter::leadsTheKeyboardToTheList_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("full");
    QTest::addColumn<QByteArray>("focus");
    QTest::newRow("connections") << int(Qt::Key_1) << true << QByteArray("connectionsView");
    QTest::newRow("applications") << int(Qt::Key_2) << true << QByteArray("applicationsView");
    QTest::newRow("rules") << int(Qt::Key_3) << true << QByteArray("rulesView");
    QTest::newRow("servers") << int(Qt::Key_4) << true << QByteArray("serversView");
    QTest::newRow("no connections") << int(Qt::Key_1) << false << QByteArray("emptyButton");
    QTest::newRow("no applications") << int(Qt::Key_2) << false << QByteArray("applicationsEmptyButton");
    QTest::newRow("no servers") << int(Qt::Key_4) << false << QByteArray("serversEmptyAdd");
}

void TestPageFilter::leadsTheKeyboardToTheList()
{
    QFETCH(const int, key);
    QFETCH(const bool, full);
    QFETCH(const QByteArray, focus);
    m_scene->window->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), m_scene->window.get());
    SyntheticLoad load(10, 0);
    if (full)
        m_scene->window->applyDelta(load.whole());
    else
        m_scene->store.put({});
    m_scene->find<QWidget>("logFilterEdit")->setFocus();
    QTest::keyClick(m_scene->window.get(), static_cast<Qt::Key>(key), Qt::AltModifier);
    QVERIFY2(m_scene->find<QWidget>(focus)->hasFocus(),
             qPrintable(QApplication::focusWidget()->objectName()));
    if (full)
        return;
    // Rows that come take the keyboard over.
    m_scene->window->applyDelta(load.whole());
    if (focus == "emptyButton")
        QVERIFY(m_scene->find<QWidget>("connectionsView")->hasFocus());
}

QTEST_MAIN(TestPageFilter)
#include "tst_pagefilter.moc"
