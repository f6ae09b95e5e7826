// SPDX-License-Identifier: MIT
#include "ui/logmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <limits>

using ui::LogColumn;
using ui::LogModel;

namespace
{

QList<engine::Event> events(int count, int first = 0, engine::EventLevel level = engine::EventLevel::Info)
{
    QList<engine::Event> made;
    for (int i = 0; i < count; ++i) {
        engine::Event event;
        event.level = level;
        event.code = engine::EventCode::RestartNeeded;
        event.detail = QStringLiteral("key%1.").arg(first + i);
        made << event;
    }
    return made;
}

} // namespace

class TestLogModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<LogModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(
            m_model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    }
    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
    }
    void showsLines();
    void keepsTheRing_data();
    void keepsTheRing();
    void filtersByLevelAndText();
    void filtersByApplication();
    void keepsClientsFromMakingLines();
    void filtersWhileTheRingTurns();
    void holdsStillWhilePaused();
    void holdsNoMoreThanTheRingWhilePaused();
    void waitsWhileHidden();
    void tellsOfDroppedEvents();
    void tellsOfConnectionsThatAreNotListed();
    void clears();

private:
    [[nodiscard]] QString message(int row) const
    {
        return m_model->index(row, static_cast<int>(LogColumn::Message)).data().toString();
    }

    std::unique_ptr<LogModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestLogModel::showsLines()
{
    m_model->append(events(2), 0);
    QCOMPARE(m_model->rowCount(), 2);
    QVERIFY(message(1).contains(QStringLiteral("key1.")));
    QCOMPARE(m_model->index(0, static_cast<int>(LogColumn::Level)).data().toString(), QStringLiteral("Info"));
    QVERIFY(m_model->lineTextAt(0).contains(QStringLiteral("Info  ")));
}

void TestLogModel::keepsTheRing_data()
{
    QTest::addColumn<int>("batch");
    QTest::addColumn<int>("batches");
    const int ring = static_cast<int>(ui::kLogLines);
    QTest::newRow("small batches") << 400 << 30;
    QTest::newRow("exactly full, twice") << ring << 2;
    QTest::newRow("more than full at once") << ring + 500 << 1;
}

void TestLogModel::keepsTheRing()
{
    QFETCH(const int, batch);
    QFETCH(const int, batches);
    for (int i = 0; i < batches; ++i)
        m_model->append(events(batch, i * batch), 0);
    const int ring = static_cast<int>(ui::kLogLines);
    QCOMPARE(m_model->rowCount(), ring);
    QVERIFY(message(ring - 1).contains(QStringLiteral("key%1.").arg(batch * batches - 1)));
    QVERIFY(message(0).contains(QStringLiteral("key%1.").arg(batch * batches - ring)));
}

void TestLogModel::filtersByLevelAndText()
{
    m_model->append(events(3, 0, engine::EventLevel::Debug), 0);
    m_model->append(events(3, 10, engine::EventLevel::Warning), 0);
    m_model->setMinimumLevel(engine::EventLevel::Info);
    QCOMPARE(m_model->rowCount(), 3);
    m_model->setFilter(QStringLiteral("KEY11."));
    QCOMPARE(m_model->rowCount(), 1);
    m_model->append(events(1, 11, engine::EventLevel::Error), 0);
    QCOMPARE(m_model->rowCount(), 2);
    m_model->append(events(1, 11, engine::EventLevel::Debug), 0);
    QCOMPARE(m_model->rowCount(), 2);
    m_model->setFilter({});
    m_model->setMinimumLevel(engine::EventLevel::Debug);
    QCOMPARE(m_model->rowCount(), 8);
}

void TestLogModel::filtersByApplication()
{
    engine::Event event;
    event.code = engine::EventCode::ConnectionOpened;
    event.level = engine::EventLevel::Info;
    event.target = QStringLiteral("curl.se:443"); // the name of one in the target of the other
    QList<engine::Event> both{event, event};
    both[0].application = QStringLiteral("curl");
    both[1].application = QStringLiteral("browser");
    m_model->append(both, 0);
    m_model->setApplication(QStringLiteral("curl"));
    QVERIFY(m_model->isFiltered());
    QCOMPARE(m_model->rowCount(), 1);
    QCOMPARE(m_model->applicationAt(0), QStringLiteral("curl"));
    m_model->append(both, 3); // and a line about none
    QCOMPARE(m_model->rowCount(), 2);
    m_model->setApplication({});
    QCOMPARE(m_model->rowCount(), 5);
}

void TestLogModel::keepsClientsFromMakingLines()
{
    engine::Event event;
    event.code = engine::EventCode::ConnectionOpened;
    event.application = QStringLiteral("curl");
    event.target = QStringLiteral("a\nb:80");
    m_model->append({event}, 0);
    QVERIFY(!m_model->lineTextAt(0).contains(u'\n'));
}

void TestLogModel::filtersWhileTheRingTurns()
{
    m_model->setFilter(QStringLiteral("7."));
    const int batch = 700;
    int total = 0;
    for (int i = 0; i < 20; ++i, total += batch)
        m_model->append(events(batch, total), 0);
    QCOMPARE(m_model->rowCount(), static_cast<int>(ui::kLogLines) / 10);
    QVERIFY(message(0).contains(QStringLiteral("key%1.").arg(total - static_cast<int>(ui::kLogLines) + 7)));
}

void TestLogModel::holdsStillWhilePaused()
{
    m_model->append(events(2), 0);
    QSignalSpy waiting(m_model.get(), &LogModel::waitingChanged);
    m_model->setPaused(true);
    m_model->append(events(3, 2), 0);
    QCOMPARE(m_model->rowCount(), 2);
    QCOMPARE(m_model->waitingCount(), 3);
    QCOMPARE(waiting.last().first().toInt(), 3);
    m_model->setPaused(false);
    QCOMPARE(m_model->rowCount(), 5);
    QCOMPARE(waiting.last().first().toInt(), 0);
}

void TestLogModel::holdsNoMoreThanTheRingWhilePaused()
{
    m_model->setPaused(true);
    m_model->append(events(static_cast<int>(ui::kLogLines) + 5), 0);
    QCOMPARE(m_model->waitingCount(), static_cast<int>(ui::kLogLines));
    m_model->setPaused(false);
    QVERIFY(message(0).contains(QStringLiteral("key5.")));
}

void TestLogModel::waitsWhileHidden()
{
    QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
    m_model->setVisible(false);
    m_model->append(events(5), 0);
    QCOMPARE(inserted.size(), 0);
    m_model->setVisible(true);
    QCOMPARE(inserted.size(), 1);
    QCOMPARE(m_model->rowCount(), 5);
}

void TestLogModel::tellsOfDroppedEvents()
{
    m_model->append(events(1), 1'234);
    QCOMPARE(m_model->rowCount(), 2);
    QVERIFY(message(0).contains(QStringLiteral("dropped")));
    QCOMPARE(m_model->index(0, 0).data(LogModel::LevelRole).toInt(),
             static_cast<int>(engine::EventLevel::Warning));
    m_model->append({}, 1);
    QCOMPARE(m_model->rowCount(), 3);
}

void TestLogModel::tellsOfConnectionsThatAreNotListed()
{
    m_model->appendUnlisted(0);
    QCOMPARE(m_model->rowCount(), 0);
    m_model->setPaused(true);
    m_model->append(events(1), 1);
    m_model->appendUnlisted(1'234);
    QCOMPARE(m_model->waitingCount(), 3);
    m_model->setPaused(false);
    QCOMPARE(m_model->rowCount(), 3);
    QVERIFY2(message(2).startsWith(QStringLiteral("1234 more ended")), qPrintable(message(2)));
    QCOMPARE(m_model->index(2, 0).data(LogModel::LevelRole).toInt(),
             static_cast<int>(engine::EventLevel::Warning));
    m_model->appendUnlisted(std::numeric_limits<std::uint64_t>::max());
    QVERIFY(message(3).startsWith(QString::number(std::numeric_limits<int>::max())));
}

void TestLogModel::clears()
{
    m_model->append(events(4), 0);
    m_model->clear();
    QCOMPARE(m_model->rowCount(), 0);
    m_model->append(events(1, 9), 0);
    QVERIFY(message(0).contains(QStringLiteral("key9.")));
}

QTEST_GUILESS_MAIN(TestLogModel)
#include "tst_logmodel.moc"
