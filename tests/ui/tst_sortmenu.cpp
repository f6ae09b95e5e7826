// SPDX-License-Identifier: MIT
#include "synthetic.h"
#include "ui/connectionmodel.h"
#include "ui/livetable.h"
#include "ui/servermodel.h"
#include "windowscene.h"

#include <QAction>
#include <QApplication>
#include <QHeaderView>
#include <QMenu>
#include <QMenuBar>
#include <QTest>

using namespace Qt::StringLiterals;

/// What clicks on a header do, from the menu View.
class TestSortMenu : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { WindowScene::useTestSettings(u"tst_sortmenu"_s); }
    void init();
    void cleanup() { m_scene.reset(); }
    void sorts_data();
    void sorts();
    void isReachedByTheKeyboard();
    void followsTheHeader();
    void offersShownColumns();
    void leadsServersBackToTheProfilesOrder();
    void isOffWhereNothingIsSorted();

private:
    void goTo(const char *page) { m_scene->find<QAction>(page)->trigger(); }
    [[nodiscard]] QMenu *menu() const
    {
        QMenu *menu = m_scene->find<QAction>("actionSortBy")->menu();
        Q_EMIT menu->aboutToShow();
        return menu;
    }
    [[nodiscard]] QAction *action(const char *name) const
    {
        return menu()->findChild<QAction *>(QLatin1String(name));
    }
    [[nodiscard]] QStringList ticked() const
    {
        QStringList names;
        for (const QAction *action : menu()->actions()) {
            if (action->isChecked())
                names << action->objectName();
        }
        return names;
    }
    [[nodiscard]] static QStringList firstColumn(const QTableView &view)
    {
        QStringList texts;
        for (int row = 0; row < view.model()->rowCount(); ++row)
            texts << view.model()->index(row, 0).data().toString();
        return texts;
    }

    std::unique_ptr<WindowScene> m_scene;
};

void TestSortMenu::init()
{
    QSettings().clear();
    m_scene = std::make_unique<WindowScene>();
    SyntheticLoad load(20, 0);
    m_scene->window->applyDelta(load.whole());
}

void TestSortMenu::sorts_data()
{
    QTest::addColumn<QByteArray>("page");
    QTest::addColumn<QByteArray>("view");
    QTest::newRow("connections") << QByteArray("connectionsPageAction") << QByteArray("connectionsView");
    QTest::newRow("applications") << QByteArray("applicationsPageAction") << QByteArray("applicationsView");
}

void TestSortMenu::sorts()
{
    QFETCH(const QByteArray, page);
    QFETCH(const QByteArray, view);
    goTo(page);
    const auto *table = m_scene->find<QTableView>(view);
    action("actionSortColumn0")->trigger();
    action("actionSortAscending")->trigger();
    const QStringList ascending = firstColumn(*table);
    action("actionSortDescending")->trigger();
    QStringList descending = firstColumn(*table);
    QVERIFY(ascending.size() > 1 && ascending.front() != ascending.back());
    QCOMPARE(descending.front(), ascending.back());
    QCOMPARE(descending.back(), ascending.front());
    QCOMPARE(ticked(), (QStringList{u"actionSortColumn0"_s, u"actionSortDescending"_s}));
    // Remembered as the header's is.
    m_scene->makeWindow();
    const auto *header = m_scene->find<QTableView>(view)->horizontalHeader();
    QCOMPARE(header->sortIndicatorSection(), 0);
    QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
}

void TestSortMenu::isReachedByTheKeyboard()
{
    goTo("connectionsPageAction");
    m_scene->window->activateWindow();
    QTRY_COMPARE(QApplication::activeWindow(), m_scene->window.get());
    const auto *header = m_scene->find<QHeaderView>("connectionsHeader");
    QCOMPARE(header->sortIndicatorOrder(), Qt::AscendingOrder);
    QTest::keyClick(m_scene->window.get(), Qt::Key_V, Qt::AltModifier);
    QTRY_VERIFY(QApplication::activePopupWidget() != nullptr);
    QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_B);
    QMenu *sort = m_scene->find<QAction>("actionSortBy")->menu();
    QTRY_COMPARE(QApplication::activePopupWidget(), sort);
    QTest::keyClick(sort, Qt::Key_D);
    QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
    QTRY_COMPARE(QApplication::activePopupWidget(), nullptr);
}

void TestSortMenu::followsTheHeader()
{
    goTo("connectionsPageAction");
    m_scene->find<QHeaderView>("connectionsHeader")
        ->setSortIndicator(static_cast<int>(ui::ConnectionColumn::State), Qt::DescendingOrder);
    const QString column = u"actionSortColumn%1"_s.arg(static_cast<int>(ui::ConnectionColumn::State));
    QCOMPARE(ticked(), (QStringList{column, u"actionSortDescending"_s}));
    // Another page has an order of its own.
    goTo("applicationsPageAction");
    QCOMPARE(ticked(), (QStringList{u"actionSortColumn0"_s, u"actionSortAscending"_s}));
}

void TestSortMenu::offersShownColumns()
{
    goTo("applicationsPageAction");
    auto *header = m_scene->find<QHeaderView>("applicationsHeader");
    const qsizetype all = menu()->actions().size();
    QVERIFY(action("actionSortColumn1") != nullptr);
    header->setSectionHidden(1, true);
    QVERIFY(action("actionSortColumn1") == nullptr);
    QCOMPARE(menu()->actions().size(), all - 1);
    // Unless it is what the rows are sorted by.
    header->setSortIndicator(1, Qt::AscendingOrder);
    QVERIFY(action("actionSortColumn1")->isChecked());
}

void TestSortMenu::leadsServersBackToTheProfilesOrder()
{
    m_scene->addServers(3);
    goTo("serversPageAction");
    const auto names = [this] {
        const auto &model = m_scene->models->servers;
        const QModelIndex servers = model.sectionIndex(ui::ServerModel::Section::Servers);
        QStringList shown;
        for (int row = 0; row < model.rowCount(servers); ++row)
            shown << model.index(row, 0, servers).data().toString();
        return shown;
    };
    const QStringList asInProfile{u"Server 1"_s, u"Server 2"_s, u"Server 3"_s};
    const QStringList turned{u"Server 3"_s, u"Server 2"_s, u"Server 1"_s};
    QCOMPARE(ticked(), QStringList{u"actionSortAsInProfile"_s});
    QVERIFY(!action("actionSortAscending")->isEnabled());
    action("actionSortColumn0")->trigger();
    QCOMPARE(ticked(), (QStringList{u"actionSortColumn0"_s, u"actionSortAscending"_s}));
    QCOMPARE(names(), asInProfile);
    action("actionSortDescending")->trigger();
    QCOMPARE(names(), turned);
    // Remembered as the header's is.
    m_scene->makeWindow();
    goTo("serversPageAction");
    QCOMPARE(ticked(), (QStringList{u"actionSortColumn0"_s, u"actionSortDescending"_s}));
    QCOMPARE(names(), turned);
    action("actionSortAsInProfile")->trigger();
    QCOMPARE(ticked(), QStringList{u"actionSortAsInProfile"_s});
    QCOMPARE(names(), asInProfile);
    // Others are always sorted by something.
    goTo("applicationsPageAction");
    QVERIFY(action("actionSortAsInProfile") == nullptr);
}

void TestSortMenu::isOffWhereNothingIsSorted()
{
    const auto *sort = m_scene->find<QAction>("actionSortBy");
    goTo("rulesPageAction");
    QVERIFY(!sort->isEnabled());
    QVERIFY(menu()->isEmpty());
    for (const char *page : {"applicationsPageAction", "serversPageAction"}) {
        goTo(page);
        QVERIFY2(sort->isEnabled(), page);
    }
}

QTEST_MAIN(TestSortMenu)
#include "tst_sortmenu.moc"
