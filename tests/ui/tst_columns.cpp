// SPDX-License-Identifier: MIT
#include "synthetic.h"
#include "ui/connectionmodel.h"
#include "ui/connectionspage.h"
#include "ui/livetable.h"
#include "ui/servermodel.h"
#include "ui/serverspage.h"
#include "windowscene.h"

#include <QAction>
#include <QHeaderView>
#include <QScrollBar>
#include <QTest>

using namespace Qt::StringLiterals;
using ui::ConnectionColumn;

namespace
{

constexpr QSize kWide{1'280, 800};
constexpr QSize kSmall{800, 600};
constexpr int kState = static_cast<int>(ConnectionColumn::State);
constexpr int kTarget = static_cast<int>(ConnectionColumn::Target);
constexpr int kRule = static_cast<int>(ConnectionColumn::Rule);

} // namespace

/// The column that tells why something failed takes what room the others leave.
class TestColumns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { WindowScene::useTestSettings(u"tst_columns"_s); }
    void init();
    void cleanup() { m_scene.reset(); }
    void growsWithTheWindow();
    void staysReadableInASmallWindow();
    void makesWayForOthers();
    void comesAndGoes();
    void fillsAfterAnOldState();
    void fillsAmongServers();
    void keepsRoomForTheSignOfTheOrder();

private:
    /// The connections, in a window of that size.
    void show(QSize size);
    [[nodiscard]] int room() const { return m_view->viewport()->width(); }

    std::unique_ptr<WindowScene> m_scene;
    ui::LiveTable *m_view = nullptr;
    QHeaderView *m_header = nullptr;
};

void TestColumns::init()
{
    QSettings().clear();
    m_scene = std::make_unique<WindowScene>();
    m_view = m_scene->find<ui::LiveTable>("connectionsView");
    m_header = m_view->horizontalHeader();
    m_scene->find<QAction>("connectionsPageAction")->trigger();
    SyntheticLoad load(3, 0);
    m_scene->window->applyDelta(load.whole());
    show(kWide);
}

void TestColumns::show(QSize size)
{
    m_scene->window->resize(size);
    QTRY_COMPARE(m_scene->window->size(), size);
    QTRY_VERIFY(m_view->isVisible());
    QTRY_COMPARE(m_header->width(), room());
}

void TestColumns::growsWithTheWindow()
{
    QTRY_COMPARE(m_header->length(), room());
    const int before = m_header->sectionSize(kState);
    show(kWide + QSize(100, 0));
    QTRY_COMPARE(m_header->sectionSize(kState), before + 100);
    show(kWide);
    QTRY_COMPARE(m_header->sectionSize(kState), before);
}

void TestColumns::staysReadableInASmallWindow()
{
    show(kSmall);
    QTRY_VERIFY(m_header->length() > room());
    QVERIFY(m_header->sectionSize(kState) > m_header->sectionSizeHint(kState));
    QVERIFY(m_view->horizontalScrollBar()->maximum() > 0);
}

/// What others are made wider by is taken from it.
void TestColumns::makesWayForOthers()
{
    QTRY_COMPARE(m_header->length(), room());
    const int before = m_header->sectionSize(kState);
    m_header->resizeSection(kTarget, m_header->sectionSize(kTarget) + 30);
    QCOMPARE(m_header->sectionSize(kState), before - 30);
    const int rule = m_header->sectionSize(kRule);
    m_header->setSectionHidden(kRule, true);
    QCOMPARE(m_header->sectionSize(kState), before - 30 + rule);
    m_header->setSectionHidden(kRule, false);
    QCOMPARE(m_header->sectionSize(kState), before - 30);
    m_header->moveSection(m_header->visualIndex(kState), 0);
    QCOMPARE(m_header->length(), room());
}

void TestColumns::comesAndGoes()
{
    QTRY_COMPARE(m_header->length(), room());
    const int width = m_header->sectionSize(kState);
    m_header->setSectionHidden(kState, true);
    QCOMPARE(m_header->length(), room() - width);
    m_header->resizeSection(kTarget, m_header->sectionSize(kTarget) + 30);
    QCOMPARE(m_header->length(), room() - width + 30);
    m_header->setSectionHidden(kState, false);
    QCOMPARE(m_header->length(), room());
}

/// Of a version whose columns all stayed as they were made.
void TestColumns::fillsAfterAnOldState()
{
    auto *page = m_scene->find<ui::ConnectionsPage>("connectionsPage");
    m_header->resizeSection(kTarget, 321);
    m_header->setSectionResizeMode(kState, QHeaderView::Interactive);
    const QByteArray old = page->saveColumns();
    m_header->resizeSection(kTarget, 100);
    page->restoreColumns(old);
    QCOMPARE(m_header->sectionSize(kTarget), 321);
    QCOMPARE(m_header->sectionResizeMode(kState), QHeaderView::Fixed);
    QCOMPARE(m_header->length(), room());
}

void TestColumns::fillsAmongServers()
{
    m_scene->addServers(2);
    m_scene->find<QAction>("serversPageAction")->trigger();
    auto *header = m_scene->find<QHeaderView>("serversHeader");
    const int address = static_cast<int>(ui::ServerColumn::Address);
    const int health = static_cast<int>(ui::ServerColumn::Health);
    QTRY_COMPARE(header->length(), header->width());
    QVERIFY(header->sectionSize(health) > header->sectionSize(address));
    // Of a version in which both of them shared what was left.
    for (const int section : {address, health})
        header->setSectionResizeMode(section, QHeaderView::Stretch);
    auto *page = m_scene->find<ui::ServersPage>("serversPage");
    page->restoreColumns(page->saveColumns());
    QCOMPARE(header->sectionResizeMode(address), QHeaderView::Interactive);
    QCOMPARE(header->sectionResizeMode(health), QHeaderView::Fixed);
    header->resizeSection(address, 150);
    QTRY_COMPARE(header->length(), header->width());
    QCOMPARE(header->sectionSize(address), 150);
}

/// Where rows are ordered by, and nowhere else.
void TestColumns::keepsRoomForTheSignOfTheOrder()
{
    const int protocol = static_cast<int>(ConnectionColumn::Protocol);
    const int without = m_header->sectionSizeHint(protocol);
    m_header->resizeSection(protocol, without);
    m_view->sortByColumn(protocol, Qt::AscendingOrder);
#ifdef Q_OS_WIN // whose style draws the sign above the words
    QVERIFY(m_header->sectionSizeHint(protocol) >= without);
#else
    QVERIFY(m_header->sectionSizeHint(protocol) > without);
#endif
    QCOMPARE(m_header->sectionSize(protocol), m_header->sectionSizeHint(protocol));
    // Who has made it narrower than its heading has meant that.
    m_header->resizeSection(kTarget, m_header->sectionSizeHint(kTarget) - 10);
    const int narrow = m_header->sectionSize(kTarget);
    m_view->sortByColumn(kTarget, Qt::AscendingOrder);
    QCOMPARE(m_header->sectionSize(kTarget), narrow);
}

QTEST_MAIN(TestColumns)
#include "tst_columns.moc"
