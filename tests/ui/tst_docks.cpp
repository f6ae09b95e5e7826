// SPDX-License-Identifier: MIT
#include "synthetic.h"
#include "ui/livetable.h"
#include "ui/logmodel.h"
#include "ui/logview.h"
#include "ui/trafficgraph.h"
#include "ui/trafficview.h"
#include "windowscene.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QScreen>
#include <QScrollBar>
#include <QStatusBar>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

#include <cstdlib>

using namespace Qt::StringLiterals;

namespace
{

constexpr QPoint kInTitle{40, 8}; ///< of a dock
constexpr int kNear = 16;         ///< pixels between widths that are the same to the eye
constexpr int kMoved = 40;        ///< pixels that a splitter is moved by

} // namespace

/// The log and the traffic: their commands, and what they say while they have nothing to show.
class TestDocks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { WindowScene::useTestSettings(u"tst_docks"_s); }
    void init();
    void cleanup() { m_scene.reset(); }
    void hasACommandForAllThatTheLogCan();
    void tellsWhereTheLogWasSaved();
    void offersWhatDoesSomething();
    void pausesByCommandAndButton();
    void goesToTheNewestLine();
    void followsThroughAFilter();
    void goesOnReadingAfterAFilter();
    void followsInAShorterView();
    void movesColumnsAfterAnOldState();
    void stretchesTheMessagesAnywhere();
    void hidesColumnsButTheMessages();
    void offersItsColumnsInTheMenu();
    void tellsWhyTheLogIsEmpty();
    void tellsWhyTheGraphIsEmpty();
    void takesBothOut_data();
    void takesBothOut();
    void opensAClosedWindowAgain_data() { takesBothOut_data(); }
    void opensAClosedWindowAgain();
    void coversNoDock_data();
    void coversNoDock();
    void keepsThePlaceOfADockDraggedIn();
    void keepsThePlaceOfARestoredLayout();
    void docksAsWideAsItWas_data();
    void docksAsWideAsItWas();
    void leadsTheKeyboardBack_data();
    void leadsTheKeyboardBack();
    void goesOnWhileTheWindowIsHidden();
    void staysAwayUntilTheWindowIsSeen();
    void leavesWithTheWindow();
    void bringsBackWhatIsOffTheScreen();
    void bringsBackWhatAScreenTakesAway_data();
    void bringsBackWhatAScreenTakesAway();
    void showsOnlyTheLinesOfAnApplication();
    void offersNoApplicationOfALineThatIsGone_data();
    void offersNoApplicationOfALineThatIsGone();
    void tellsWhatAStormLeavesOut();

private:
    void addLines(int count, const QString &application = {},
                  engine::EventCode code = engine::EventCode::EngineStarted)
    {
        engine::Delta delta;
        engine::Event event;
        event.application = application;
        event.code = code;
        event.level = engine::EventLevel::Info;
        delta.events.fill(event, count);
        m_scene->window->applyDelta(delta);
    }
    [[nodiscard]] QAction &action(const char *name) const { return *m_scene->find<QAction>(name); }
    [[nodiscard]] int rows() const { return m_scene->find<QTableView>("logTable")->model()->rowCount(); }

    std::unique_ptr<WindowScene> m_scene;
};

void TestDocks::init()
{
    QSettings().clear();
    m_scene = std::make_unique<WindowScene>();
}

void TestDocks::hasACommandForAllThatTheLogCan()
{
    const QMenu *menu = action("actionLogMenu").menu();
    for (const char *name : {"actionPauseLog", "actionNewestLog", "actionOnlyApplication", "actionCopyLog",
                             "actionExportLog", "actionClearLog"})
        QVERIFY2(menu->actions().contains(&action(name)), name);
    addLines(3);
    action("actionCopyLog").trigger();
    QCOMPARE(QGuiApplication::clipboard()->text().count(u'\n'), 2);
    action("actionExportLog").trigger();
    m_scene->find<QDialog>("logSaveDialog")->close();
    action("actionClearLog").trigger();
    QCOMPARE(rows(), 0);
}

void TestDocks::tellsWhereTheLogWasSaved()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"hosier.log"_s);
    addLines(1);
    action("actionExportLog").trigger();
    auto *dialog = m_scene->find<QFileDialog>("logSaveDialog");
    Q_EMIT dialog->fileSelected(path);
    dialog->close();
    QVERIFY(QFile::exists(path));
    const QString told = m_scene->window->statusBar()->currentMessage();
    QVERIFY2(told.contains(QDir::toNativeSeparators(path)), qPrintable(told));
}

void TestDocks::offersWhatDoesSomething()
{
    const auto isOffered = [this](const char *name, const char *button) {
        const bool isEnabled = action(name).isEnabled();
        if (isEnabled != m_scene->find<QAbstractButton>(button)->isEnabled())
            QTest::qFail("the button differs", __FILE__, __LINE__);
        return isEnabled;
    };
    QVERIFY(!isOffered("actionCopyLog", "logCopyButton"));
    QVERIFY(!isOffered("actionExportLog", "logSaveButton"));
    QVERIFY(!isOffered("actionClearLog", "logClearButton"));
    QVERIFY(!action("actionNewestLog").isEnabled());
    addLines(1);
    QVERIFY(isOffered("actionCopyLog", "logCopyButton"));
    QVERIFY(isOffered("actionExportLog", "logSaveButton"));
    QVERIFY(isOffered("actionClearLog", "logClearButton"));
    // Of what is hidden nothing is copied, but it can be cleared.
    m_scene->find<QLineEdit>("logFilterEdit")->setText(u"nothing like it"_s);
    QVERIFY(!isOffered("actionCopyLog", "logCopyButton"));
    QVERIFY(!isOffered("actionExportLog", "logSaveButton"));
    QVERIFY(isOffered("actionClearLog", "logClearButton"));
    m_scene->find<QAbstractButton>("logClearButton")->click();
    QVERIFY(!isOffered("actionClearLog", "logClearButton"));
    // Lines that wait can be cleared, too.
    action("actionPauseLog").trigger();
    addLines(1);
    QVERIFY(isOffered("actionClearLog", "logClearButton"));
}

void TestDocks::pausesByCommandAndButton()
{
    auto *button = m_scene->find<QAbstractButton>("logPauseButton");
    action("actionPauseLog").trigger();
    QVERIFY(button->isChecked());
    addLines(2);
    QCOMPARE(rows(), 0);
    QVERIFY(button->text().contains(u'2'));
    button->click();
    QVERIFY(!action("actionPauseLog").isChecked());
    QCOMPARE(rows(), 2);
    // In the next window it is as it was.
    button->click();
    m_scene->makeWindow();
    QVERIFY(action("actionPauseLog").isChecked());
    QVERIFY(m_scene->find<QAbstractButton>("logPauseButton")->isChecked());
}

void TestDocks::goesToTheNewestLine()
{
    addLines(200);
    auto *bar = m_scene->find<QTableView>("logTable")->verticalScrollBar();
    QTRY_COMPARE(bar->value(), bar->maximum());
    QVERIFY(!action("actionNewestLog").isEnabled());
    bar->setValue(3);
    QVERIFY(action("actionNewestLog").isEnabled());
    addLines(1);
    QCOMPARE(bar->value(), 3);
    action("actionPauseLog").trigger();
    addLines(1);
    action("actionNewestLog").trigger();
    QVERIFY(!action("actionPauseLog").isChecked());
    QCOMPARE(bar->value(), bar->maximum());
    QCOMPARE(rows(), 202);
    QVERIFY(!action("actionNewestLog").isEnabled());
}

void TestDocks::followsThroughAFilter()
{
    auto *filter = m_scene->find<QLineEdit>("logFilterEdit");
    const auto *table = m_scene->find<QTableView>("logTable");
    auto *bar = table->verticalScrollBar();
    addLines(100);
    addLines(3, {}, engine::EventCode::EngineStopped);
    addLines(100);
    QTRY_COMPARE(bar->value(), bar->maximum());
    filter->setText(u"stopped"_s);
    QCOMPARE(rows(), 3);
    QTRY_COMPARE(bar->maximum(), 0);
    filter->clear();
    QTRY_COMPARE(bar->value(), bar->maximum());
    QVERIFY(bar->maximum() > 0);
    addLines(1);
    QTRY_COMPARE(bar->value(), bar->maximum());
    QVERIFY(table->viewport()->rect().intersects(table->visualRect(table->model()->index(rows() - 1, 0))));
    // Who has scrolled up stays there.
    const int maximum = bar->maximum();
    bar->setValue(3);
    filter->setText(u"started"_s);
    QTRY_COMPARE(bar->maximum(), maximum - 3);
    QCOMPARE(bar->value(), 3);
    // Nor is one led to the newest line by a filter that leaves few, or one line less than was read.
    filter->setText(u"stopped"_s);
    QTRY_COMPARE(bar->maximum(), 0);
    filter->clear();
    QTRY_COMPARE(bar->maximum(), maximum);
    QCOMPARE(bar->value(), 0);
    bar->setValue(maximum - 1);
    filter->setText(u"started"_s);
    QTRY_COMPARE(bar->maximum(), maximum - 3);
    QCOMPARE(bar->value(), maximum - 3);
    filter->clear();
    QTRY_COMPARE(bar->maximum(), maximum);
    QCOMPARE(bar->value(), maximum - 3);
    // Until one goes there again.
    bar->setValue(maximum);
    filter->setText(u"stopped"_s);
    QTRY_COMPARE(bar->maximum(), 0);
    filter->clear();
    QTRY_COMPARE(bar->maximum(), maximum);
    QTRY_COMPARE(bar->value(), maximum);
}

/// Lines that come while a filter leaves few are gone along with, which is no scrolling to the newest.
void TestDocks::goesOnReadingAfterAFilter()
{
    auto *filter = m_scene->find<QLineEdit>("logFilterEdit");
    auto *bar = m_scene->find<QTableView>("logTable")->verticalScrollBar();
    addLines(200);
    QTRY_COMPARE(bar->value(), bar->maximum());
    const int maximum = bar->maximum();
    bar->setValue(3);
    filter->setText(u"stopped"_s);
    QTRY_COMPARE(bar->maximum(), 0);
    addLines(100, {}, engine::EventCode::EngineStopped);
    QTRY_VERIFY(bar->maximum() > 0);
    QTRY_COMPARE(bar->value(), bar->maximum());
    filter->clear();
    QTRY_VERIFY(bar->maximum() > maximum);
    QVERIFY(bar->value() < bar->maximum());
    QVERIFY(action("actionNewestLog").isEnabled());
}

void TestDocks::followsInAShorterView()
{
    action("actionFloatLog").trigger();
    auto *dock = m_scene->find<QDockWidget>("logDock");
    const QSize halved = dock->size();
    dock->resize(halved.width(), 2 * halved.height());
    addLines(200);
    const auto *table = m_scene->find<QTableView>("logTable");
    auto *bar = table->verticalScrollBar();
    QTRY_VERIFY(bar->maximum() > 0);
    QTRY_COMPARE(bar->value(), bar->maximum());
    const int maximum = bar->maximum();
    const auto isLastInSight = [this, table] {
        return table->viewport()->rect().contains(table->visualRect(table->model()->index(rows() - 1, 2)));
    };
    dock->resize(halved);
    QTRY_VERIFY(bar->maximum() > maximum);
    QTRY_VERIFY(isLastInSight());
    addLines(1);
    QTRY_VERIFY(isLastInSight());
    // Who has scrolled up stays there.
    dock->resize(halved.width(), 2 * halved.height());
    QTRY_VERIFY(bar->maximum() < maximum + 2);
    bar->setValue(3);
    dock->resize(halved);
    QTRY_VERIFY(bar->maximum() > maximum + 2);
    QCoreApplication::processEvents();
    QCOMPARE(bar->value(), 3);
}

/// What older versions have stored holds that columns cannot be moved.
void TestDocks::movesColumnsAfterAnOldState()
{
    auto *header = m_scene->find<QHeaderView>("logHeader");
    QVERIFY(header->sectionsMovable());
    header->setSectionsMovable(false);
    header->setStretchLastSection(true);
    const QByteArray old = header->saveState();
    m_scene->window->logView().restoreColumns(old);
    QVERIFY(header->sectionsMovable());
    QVERIFY(!header->stretchLastSection());
}

void TestDocks::stretchesTheMessagesAnywhere()
{
    auto *header = m_scene->find<QHeaderView>("logHeader");
    header->moveSection(header->visualIndex(2), 0);
    QTRY_COMPARE(header->length(), header->width());
    QVERIFY(header->sectionSize(2) > header->sectionSize(0));
    QVERIFY(header->sectionSize(2) > header->sectionSize(1));
}

void TestDocks::hidesColumnsButTheMessages()
{
    auto *header = m_scene->find<QHeaderView>("logHeader");
    Q_EMIT header->customContextMenuRequested(QPoint(5, 5));
    auto *menu = header->findChild<QMenu *>(u"columnMenu"_s);
    QVERIFY(menu);
    QVERIFY(!menu->findChild<QAction *>(u"actionColumn2"_s));
    menu->findChild<QAction *>(u"actionColumn0"_s)->trigger();
    menu->close();
    QVERIFY(header->isSectionHidden(0));
    m_scene->makeWindow();
    QVERIFY(m_scene->find<QHeaderView>("logHeader")->isSectionHidden(0));
    QVERIFY(!m_scene->find<QHeaderView>("logHeader")->isSectionHidden(2));
}

/// For those who cannot click on the heading.
void TestDocks::offersItsColumnsInTheMenu()
{
    auto *columns = m_scene->find<QAction>("actionLogColumns");
    QVERIFY(m_scene->find<QAction>("actionLogMenu")->menu()->actions().contains(columns));
    Q_EMIT columns->menu()->aboutToShow();
    QCOMPARE(columns->menu()->actions().size(), 2);
    columns->menu()->actions().front()->trigger();
    QVERIFY(m_scene->find<QHeaderView>("logHeader")->isSectionHidden(0));
    Q_EMIT columns->menu()->aboutToShow();
    QVERIFY(!columns->menu()->actions().front()->isChecked());
}

void TestDocks::tellsWhyTheLogIsEmpty()
{
    const auto *hint = m_scene->find<QLabel>("logHint");
    QVERIFY(hint->isVisible());
    QVERIFY(hint->text().startsWith(u"Connections and problems"_s));
    action("actionPauseLog").trigger();
    addLines(1);
    QVERIFY(hint->isVisible());
    QVERIFY(hint->text().contains(u"paused"_s));
    action("actionPauseLog").trigger();
    QVERIFY(!hint->isVisible());
    auto *level = m_scene->find<QComboBox>("logLevelCombo");
    level->setCurrentIndex(level->count() - 1);
    QVERIFY(hint->isVisible());
    QVERIFY(hint->text().contains(u"level"_s));
    level->setCurrentIndex(0);
    QVERIFY(!hint->isVisible());
    // It takes no room of its own, and no more than there is.
    action("actionClearLog").trigger();
    const QWidget *room = hint->parentWidget();
    QVERIFY(room->rect().contains(hint->geometry()));
    m_scene->find<QDockWidget>("logDock")->hide();
    QVERIFY(!hint->isVisible());
}

void TestDocks::tellsWhyTheGraphIsEmpty()
{
    const auto *hint = m_scene->find<QLabel>("trafficHint");
    QVERIFY(hint->isVisible());
    QVERIFY(hint->text().startsWith(u"The proxy is off"_s));
    engine::ListenerStatus listener;
    listener.state = engine::ListenerState::Listening;
    m_scene->status.setAccepting(true);
    m_scene->status.setListeners({listener});
    // It covers no number of the axes.
    const auto *graph = m_scene->window->findChild<ui::TrafficGraph *>();
    QVERIFY(graph->plotArea().toAlignedRect().contains(hint->geometry()));
    auto &traffic = *m_scene->window->findChild<ui::TrafficView *>();
    traffic.refresh();
    QVERIFY(hint->text().startsWith(u"Nothing moved"_s));
    SyntheticLoad load(40, 0);
    m_scene->window->applyDelta(load.whole());
    m_scene->window->applyDelta(load.next());
    QVERIFY(!hint->isVisible());
}

void TestDocks::takesBothOut_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("dock");
    QTest::addColumn<QString>("title");
    QTest::newRow("log") << QByteArray("actionFloatLog") << QByteArray("logDock") << u"Log"_s;
    QTest::newRow("traffic") << QByteArray("actionFloatTraffic") << QByteArray("trafficDock") << u"Traffic"_s;
}

void TestDocks::takesBothOut()
{
    QFETCH(const QByteArray, command);
    QFETCH(const QByteArray, dock);
    QFETCH(const QString, title);
    const auto shownBy = [&] {
        return m_scene->find<QDockWidget>(dock)->toggleViewAction()->text();
    };
    m_scene->find<QDockWidget>(dock)->hide();
    QCOMPARE(shownBy(), u'&' + title);
    action(command).trigger();
    QVERIFY(m_scene->find<QDockWidget>(dock)->isVisible());
    QVERIFY(m_scene->find<QDockWidget>(dock)->isFloating());
    QCOMPARE(m_scene->find<QDockWidget>(dock)->windowTitle(), title + u" - Hosier"_s);
    QCOMPARE(shownBy(), u'&' + title);
    m_scene->makeWindow();
    QVERIFY(action(command).isChecked());
    QCOMPARE(m_scene->find<QDockWidget>(dock)->windowTitle(), title + u" - Hosier"_s);
    QCOMPARE(shownBy(), u'&' + title);
    action(command).trigger();
    QVERIFY(!m_scene->find<QDockWidget>(dock)->isFloating());
    QCOMPARE(m_scene->find<QDockWidget>(dock)->windowTitle(), title);
    QCOMPARE(shownBy(), u'&' + title);
}

/// Where it was, and not docked.
void TestDocks::opensAClosedWindowAgain()
{
    QFETCH(const QByteArray, command);
    QFETCH(const QByteArray, dock);
    action(command).trigger();
    auto *floating = m_scene->find<QDockWidget>(dock);
    const QRect place = floating->geometry().translated(0, 20);
    floating->setGeometry(place);
    floating->close();
    QVERIFY(!floating->isVisible());
    QVERIFY(!action(command).isChecked());
    action(command).trigger();
    QVERIFY(floating->isVisible());
    QVERIFY(floating->isFloating());
    QCOMPARE(floating->geometry(), place);
    QVERIFY(action(command).isChecked());
    action(command).trigger();
    QVERIFY(floating->isVisible());
    QVERIFY(!floating->isFloating());
}

void TestDocks::coversNoDock_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("dock");
    QTest::addColumn<QByteArray>("other");
    QTest::addColumn<bool>("byMouse");
    for (const bool byMouse : {false, true}) {
        const char *how = byMouse ? "by a double click" : "by command";
        QTest::addRow("log %s", how) << QByteArray("actionFloatLog") << QByteArray("logDock")
                                     << QByteArray("trafficDock") << byMouse;
        QTest::addRow("traffic %s", how) << QByteArray("actionFloatTraffic") << QByteArray("trafficDock")
                                         << QByteArray("logDock") << byMouse;
    }
}

/// The first time; later it is where it was.
void TestDocks::coversNoDock()
{
    QFETCH(const QByteArray, command);
    QFETCH(const QByteArray, dock);
    QFETCH(const QByteArray, other);
    QFETCH(const bool, byMouse);
    auto *floating = m_scene->find<QDockWidget>(dock);
    const auto *docked = m_scene->find<QDockWidget>(other);
    QVERIFY(QTest::qWaitForWindowExposed(m_scene->window.get()));
    const QWidget *pages = m_scene->window->centralWidget();
    const QRect room(pages->mapToGlobal(QPoint()), pages->size());
    if (byMouse)
        QTest::mouseDClick(floating, Qt::LeftButton, {}, kInTitle);
    else
        action(command).trigger();
    QVERIFY(floating->isFloating());
    // After a double click it comes there a turn later.
    QTRY_VERIFY(room.contains(floating->geometry()));
    QCOMPARE(floating->geometry().bottom(), room.bottom());
    const auto *tabs = pages->findChild<QTabBar *>();
    QVERIFY(floating->geometry().top() > tabs->mapToGlobal(tabs->rect().bottomLeft()).y());
    if (byMouse)
        QTest::mouseRelease(floating, Qt::LeftButton, {}, kInTitle);
    // It may still be taking the room that was left.
    QTRY_VERIFY(!floating->geometry().intersects(QRect(docked->mapToGlobal(QPoint()), docked->size())));
    QVERIFY(floating->screen()->availableGeometry().contains(floating->geometry()));
    const QRect place = floating->geometry().translated(0, 20);
    floating->setGeometry(place);
    action(command).trigger();
    QVERIFY(!floating->isFloating());
    action(command).trigger();
    QCOMPARE(floating->geometry(), place);
}

/// Where it was before the drag, and not above the other docks, where it was dropped.
void TestDocks::keepsThePlaceOfADockDraggedIn()
{
    auto *dock = m_scene->find<QDockWidget>("logDock");
    const QRect docked(dock->mapToGlobal(QPoint()), dock->size());
    action("actionFloatLog").trigger();
    const QRect place = dock->geometry().translated(0, 20);
    dock->setGeometry(place);
    QTest::mousePress(dock, Qt::LeftButton, {}, kInTitle);
    dock->setGeometry(docked);
    QTest::mouseRelease(dock, Qt::LeftButton, {}, kInTitle);
    dock->setFloating(false);
    action("actionFloatLog").trigger();
    QCOMPARE(dock->geometry(), place);
}

void TestDocks::keepsThePlaceOfARestoredLayout()
{
    action("actionFloatLog").trigger();
    auto *dock = m_scene->find<QDockWidget>("logDock");
    const QRect place = dock->geometry().translated(0, 20);
    dock->setGeometry(place);
    m_scene->makeWindow();
    dock = m_scene->find<QDockWidget>("logDock");
    QCoreApplication::processEvents();
    QCOMPARE(dock->geometry(), place);
    action("actionFloatLog").trigger();
    QVERIFY(!dock->isFloating());
    action("actionFloatLog").trigger();
    QCOMPARE(dock->geometry(), place);
}

void TestDocks::docksAsWideAsItWas_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<bool>("isMoved");
    QTest::addColumn<bool>("isRestarted"); // while it floats
    QTest::addColumn<bool>("isRestored");  // before it floats
    for (const char *command : {"actionFloatLog", "actionFloatTraffic"}) {
        QTest::addRow("%s", command) << QByteArray(command) << false << false << false;
        QTest::addRow("%s, moved", command) << QByteArray(command) << true << false << false;
        QTest::addRow("%s, moved before a restart", command) << QByteArray(command) << true << false << true;
        QTest::addRow("%s, restarted", command) << QByteArray(command) << false << true << false;
    }
}

void TestDocks::docksAsWideAsItWas()
{
    QFETCH(const QByteArray, command);
    QFETCH(const bool, isMoved);
    QFETCH(const bool, isRestarted);
    QFETCH(const bool, isRestored);
    auto *log = m_scene->find<QDockWidget>("logDock");
    auto *traffic = m_scene->find<QDockWidget>("trafficDock");
    QCoreApplication::processEvents();
    if (isMoved)
        m_scene->window->resizeDocks({log, traffic}, {log->width() + kMoved, traffic->width() - kMoved},
                                     Qt::Horizontal);
    QCoreApplication::processEvents();
    if (isRestored) {
        m_scene->makeWindow();
        log = m_scene->find<QDockWidget>("logDock");
        traffic = m_scene->find<QDockWidget>("trafficDock");
    }
    const int logWidth = log->width();
    const int trafficWidth = traffic->width();
    action(command).trigger();
    QTRY_VERIFY(log->isFloating() || log->width() > logWidth + kNear);
    if (isRestarted)
        m_scene->makeWindow();
    log = m_scene->find<QDockWidget>("logDock");
    traffic = m_scene->find<QDockWidget>("trafficDock");
    QCoreApplication::processEvents();
    action(command).trigger();
    QVERIFY(!log->isFloating() && !traffic->isFloating());
    QTRY_VERIFY2(std::abs(log->width() - logWidth) <= kNear, qPrintable(QString::number(log->width())));
    QTRY_VERIFY(std::abs(traffic->width() - trafficWidth) <= kNear);
}

void TestDocks::leadsTheKeyboardBack_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("place");
    QTest::newRow("to the filter") << QByteArray("actionFilterPage") << QByteArray("filterEdit");
    QTest::newRow("to a page") << QByteArray("rulesPageAction") << QByteArray("rulesView");
}

/// The keys of the window's commands work in the log's own window, too.
void TestDocks::leadsTheKeyboardBack()
{
    QFETCH(const QByteArray, command);
    QFETCH(const QByteArray, place);
    auto *dock = m_scene->find<QDockWidget>("logDock");
    action("actionFloatLog").trigger();
    dock->activateWindow();
    m_scene->find<QWidget>("logFilterEdit")->setFocus();
    QTRY_COMPARE(QApplication::focusWidget(), m_scene->find<QWidget>("logFilterEdit"));
    action(command).trigger();
    QTRY_COMPARE(QApplication::activeWindow(), m_scene->window.get());
    QTRY_COMPARE(QApplication::focusWidget(), m_scene->find<QWidget>(place));
}

void TestDocks::goesOnWhileTheWindowIsHidden()
{
    auto *dock = m_scene->find<QDockWidget>("logDock");
    m_scene->window->hide();
    addLines(2);
    QCOMPARE(rows(), 0);
    m_scene->window->show();
    QCOMPARE(rows(), 2);
    action("actionFloatLog").trigger();
    m_scene->window->hide();
    QVERIFY(dock->isVisible());
    QVERIFY(!m_scene->window->isWatching());
    addLines(3);
    QTRY_COMPARE(rows(), 5);
    // Nobody sees it any more.
    dock->hide();
    addLines(4);
    QTest::qWait(300);
    QCOMPARE(rows(), 5);
}

/// As at a start in the tray, where the layout of the last time is restored and nobody has asked for
/// anything.
void TestDocks::staysAwayUntilTheWindowIsSeen()
{
    action("actionFloatLog").trigger();
    m_scene->window.reset();
    for (const bool isShown : {false, true}) { // One that was never shown leaves the layout as it was.
        m_scene->window = std::make_unique<ui::MainWindow>(m_scene->engine, m_scene->status, m_scene->store,
                                                           *m_scene->models);
        const auto *dock = m_scene->find<QDockWidget>("logDock");
        QVERIFY(!dock->isVisible());
        if (isShown) {
            m_scene->window->show();
            QVERIFY(dock->isVisible());
            QVERIFY(dock->isFloating());
        }
        m_scene->window.reset();
    }
}

void TestDocks::leavesWithTheWindow()
{
    action("actionFloatLog").trigger();
    m_scene->window->leave();
    QVERIFY(!m_scene->find<QDockWidget>("logDock")->isVisible());
    m_scene->makeWindow();
    QVERIFY(m_scene->find<QDockWidget>("logDock")->isVisible());
    QVERIFY(m_scene->find<QDockWidget>("logDock")->isFloating());
}

void TestDocks::bringsBackWhatIsOffTheScreen()
{
    const QRect available = QGuiApplication::primaryScreen()->availableGeometry();
    auto *dock = m_scene->find<QDockWidget>("logDock");
    action("actionFloatLog").trigger();
    dock->move(5000, 5000);
    m_scene->window->move(5000, 5000);
    m_scene->window->bringToFront();
    QVERIFY(available.contains(m_scene->window->geometry().topLeft()));
    QVERIFY(available.contains(dock->geometry().topLeft()));
    // Where it is within reach it stays.
    const QPoint place = available.topLeft() + QPoint(40, 60);
    m_scene->window->move(place);
    m_scene->window->bringToFront();
    QCOMPARE(m_scene->window->pos(), place);
    m_scene->window->hide();
    m_scene->window->move(-5000, -5000);
    m_scene->window->show();
    QVERIFY(available.contains(m_scene->window->geometry().topLeft()));
}

void TestDocks::bringsBackWhatAScreenTakesAway_data()
{
    QTest::addColumn<bool>("isRemoved");
    QTest::newRow("it goes") << true;
    QTest::newRow("it gets smaller") << false;
}

/// As far as the platform's word goes: the screens of these tests do not really change.
void TestDocks::bringsBackWhatAScreenTakesAway()
{
    QFETCH(const bool, isRemoved);
    QScreen *screen = QGuiApplication::primaryScreen();
    auto *dock = m_scene->find<QDockWidget>("logDock");
    action("actionFloatLog").trigger();
    dock->move(5000, 5000);
    m_scene->window->move(5000, 5000);
    QVERIFY(!screen->availableGeometry().contains(dock->geometry().topLeft()));
    if (isRemoved)
        Q_EMIT qGuiApp->screenRemoved(screen);
    else
        Q_EMIT screen->availableGeometryChanged(screen->availableGeometry());
    QTRY_VERIFY(screen->availableGeometry().contains(m_scene->window->geometry().topLeft()));
    QVERIFY(screen->availableGeometry().contains(dock->geometry().topLeft()));
}

void TestDocks::showsOnlyTheLinesOfAnApplication()
{
    addLines(2, u"curl"_s);
    addLines(1, u"R&D"_s);
    QAction &only = action("actionOnlyApplication");
    QVERIFY(!only.isEnabled());
    auto *table = m_scene->find<QTableView>("logTable");
    table->setCurrentIndex(table->model()->index(2, 0));
    // A single ampersand would mark a key.
    QVERIFY2(only.text().contains(u"R&&D"_s), qPrintable(only.text()));
    only.trigger();
    QCOMPARE(rows(), 1);
}

void TestDocks::offersNoApplicationOfALineThatIsGone_data()
{
    QTest::addColumn<QByteArray>("by");
    QTest::newRow("cleared") << QByteArray("actionClearLog");
    QTest::newRow("narrowed") << QByteArray("actionOnlyApplication");
}

void TestDocks::offersNoApplicationOfALineThatIsGone()
{
    QFETCH(const QByteArray, by);
    addLines(1, u"curl"_s);
    auto *table = m_scene->find<QTableView>("logTable");
    table->setCurrentIndex(table->model()->index(table->model()->rowCount() - 1, 0));
    const QAction &only = action("actionOnlyApplication");
    QVERIFY(only.isEnabled());
    action(by.constData()).trigger();
    QVERIFY(!table->currentIndex().isValid());
    QVERIFY(!only.isEnabled());
    QVERIFY(!only.text().contains(u"curl"_s));
}

/// At once, then gathered; what is left once the storm is over is not forgotten.
void TestDocks::tellsWhatAStormLeavesOut()
{
    const QAbstractItemModel *log = m_scene->find<QTableView>("logTable")->model();
    const auto message = [log](int row) {
        return log->index(row, static_cast<int>(ui::LogColumn::Message)).data().toString();
    };
    engine::Delta storm;
    storm.briefOmitted = 7;
    for (int update = 0; update < 3; ++update)
        m_scene->window->applyDelta(storm);
    QCOMPARE(rows(), 1);
    QVERIFY2(message(0).startsWith(u"7 more ended"_s), qPrintable(message(0)));
    QTRY_COMPARE(rows(), 2);
    QVERIFY2(message(1).startsWith(u"14 more ended"_s), qPrintable(message(1)));
}

QTEST_MAIN(TestDocks)
#include "tst_docks.moc"
