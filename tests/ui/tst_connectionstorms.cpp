// SPDX-License-Identifier: MIT
#include "connectionscene.h"

#include <QItemSelectionModel>
#include <QScopeGuard>
#include <QTest>
#include <QTranslator>

#include <map>
#include <utility>

using engine::Connection;
using engine::ConnectionState;
using engine::Delta;
using ui::ConnectionColumn;
using ui::ConnectionModel;

namespace
{

/// A little German.
class German : public QTranslator
{
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char *context, const char *source, const char * /*disambiguation*/,
                                    int /*n*/) const override
    {
        const auto found = m_words.find({context, source});
        return found == m_words.end() ? QString() : found->second;
    }

private:
    std::map<std::pair<QByteArray, QByteArray>, QString> m_words{
        {{"engine::Error", "The proxy server could not be reached"},
         QStringLiteral("Der Proxyserver ist nicht erreichbar")},
        {{"engine::Message", "it refused the connection"}, QStringLiteral("er hat die Verbindung abgelehnt")},
        {{"engine::Message", "it hung up"}, QStringLiteral("er hat aufgelegt")},
    };
};

} // namespace

class TestConnectionStorms : public QObject, private ConnectionScene
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }
    void keepsEndedRowsForAWhile();
    void keepsFailuresLongerAndTellsWhy();
    void tellsWhyInTheProgramsLanguage();
    void showsAsClosedWhatWasClosedOnPurpose();
    void showsBriefConnectionsThatWereNeverAdded();
    void limitsLingeringRows();
    void makesOneRowOfAStorm();
    void makesOneRowOfWaitingAttempts();
    void keepsTheSelectedRowOfWaitingAttempts();
    void tellsStormsApart_data();
    void tellsStormsApart();
    void keepsTheSelectedRowOfAStorm();
    void keepsOtherRowsThroughAStorm();
};

void TestConnectionStorms::keepsEndedRowsForAWhile()
{
    Connection one = connection(1);
    apply(added({one}));
    one.state = ConnectionState::Closed;
    one.closedAt = one.openedAt + 100;
    apply(removed({one}));
    QCOMPARE(m_model->rowCount(), 1);
    QCOMPARE(m_model->liveCount(), 0);
    QCOMPARE(text(0, ConnectionColumn::Time), QStringLiteral("100 ms"));
    pass(ui::kClosedLinger - std::chrono::milliseconds(1));
    m_model->refresh();
    QCOMPARE(m_model->rowCount(), 1);
    pass(std::chrono::milliseconds(1));
    m_model->refresh();
    QCOMPARE(m_model->rowCount(), 0);
    QCOMPARE(m_model->totalCount(), 0);
}

void TestConnectionStorms::keepsFailuresLongerAndTellsWhy()
{
    Connection one = connection(1);
    one.state = ConnectionState::Failed;
    one.error.code = engine::ErrorCode::ConnectionRefused;
    apply(removed({one}));
    pass(ui::kClosedLinger);
    m_model->refresh();
    QCOMPARE(m_model->rowCount(), 1);
    QCOMPARE(text(0, ConnectionColumn::State), QStringLiteral("Failed: The target refused the connection"));
    QVERIFY(m_model->index(0, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("refused")));
    pass(ui::kFailedLinger);
    m_model->refresh();
    QCOMPARE(m_model->rowCount(), 0);
}

/// The code and its detail, at any depth; the names in them and the English text stay as they are.
void TestConnectionStorms::tellsWhyInTheProgramsLanguage()
{
    using engine::ErrorCode;
    using engine::Message;
    German german;
    QVERIFY(QCoreApplication::installTranslator(&german));
    const auto remove = qScopeGuard([&german] { QCoreApplication::removeTranslator(&german); });
    Connection hungUp = failure(1);
    hungUp.error = {ErrorCode::UpstreamUnreachable,
                    engine::withContext(QStringLiteral("Office"), Message("it hung up"))};
    Connection refused = failure(2);
    refused.targetHost = QStringLiteral("other.example.org");
    refused.error = {ErrorCode::UpstreamUnreachable,
                     engine::withContext(QStringLiteral("Office"),
                                         engine::asServerMessage({ErrorCode::ConnectionRefused, {}}))};
    apply(removed({hungUp}));
    apply(removed({refused}));
    const auto tells = [this](engine::ConnectionId id, const QString &why) {
        const int row = m_model->rowOf(id);
        return text(row, ConnectionColumn::State) == QStringLiteral("Failed: ") + why &&
               m_model->index(row, 0).data(Qt::ToolTipRole).toString().contains(why);
    };
    QVERIFY(tells(1, QStringLiteral("Der Proxyserver ist nicht erreichbar (Office: er hat aufgelegt)")));
    QVERIFY(tells(2, QStringLiteral("Der Proxyserver ist nicht erreichbar (Office: er hat die "
                                    "Verbindung abgelehnt)")));
    QCOMPARE(engine::errorText(hungUp.error),
             QStringLiteral("The proxy server could not be reached (Office: it hung up)"));
    QCOMPARE(engine::errorText(refused.error),
             QStringLiteral("The proxy server could not be reached (Office: it refused the connection)"));
}

void TestConnectionStorms::showsAsClosedWhatWasClosedOnPurpose()
{
    Connection one = connection(1);
    one.state = ConnectionState::Failed;
    one.error.code = engine::ErrorCode::ClosedByUser;
    apply(removed({one}));
    QCOMPARE(m_model->index(0, 0).data(ConnectionModel::StateRole).toInt(),
             static_cast<int>(ConnectionState::Closed));
    QCOMPARE(text(0, ConnectionColumn::State), QStringLiteral("Closed on request"));
}

void TestConnectionStorms::showsBriefConnectionsThatWereNeverAdded()
{
    Connection brief = connection(7);
    brief.state = ConnectionState::Closed;
    apply(removed({brief}));
    QCOMPARE(ids(), QList<engine::ConnectionId>{7});
    // A late change of it changes nothing.
    apply(changed({{7, ConnectionState::Open, 1, 1}, {99, ConnectionState::Open, 1, 1}}));
    QCOMPARE(text(0, ConnectionColumn::State), QStringLiteral("Closed"));
    QCOMPARE(m_model->liveCount(), 0);
}

void TestConnectionStorms::limitsLingeringRows()
{
    Delta delta;
    for (engine::ConnectionId id = 1; id <= ui::kMaximumLingering + 10; ++id) {
        delta.removed << connection(id, QStringLiteral("host-%1").arg(id));
        delta.removed.last().state = ConnectionState::Closed;
    }
    apply(delta);
    QCOMPARE(m_model->rowCount(), static_cast<int>(ui::kMaximumLingering));
    QCOMPARE(m_model->rowOf(10), -1);
    QVERIFY(m_model->rowOf(11) >= 0);
}

void TestConnectionStorms::makesOneRowOfAStorm()
{
    Connection live = failure(1);
    live.state = ConnectionState::Connecting;
    apply(added({live, connection(2)}));
    Delta storm;
    for (engine::ConnectionId id = 3; id < 136; ++id)
        storm.removed << failure(id);
    storm.removed << failure(1);
    apply(storm);
    QCOMPARE(ids(), (QList<engine::ConnectionId>{2, 1}));
    QCOMPARE(m_model->rowOf(1), 1);
    QCOMPARE(m_model->rowOf(3), -1);
    QCOMPARE(m_model->totalCount(), 2);
    QCOMPARE(m_model->liveCount(), 1);
    QCOMPARE(text(1, ConnectionColumn::State),
             QStringLiteral("Failed × 134: The target refused the connection"));
    QCOMPARE(text(1, ConnectionColumn::Up), QStringLiteral("1.3 KiB")); // 134 times 10 bytes
    QVERIFY(m_model->index(1, 0).data(Qt::ToolTipRole).toString().contains(QStringLiteral("134")));
    // Each attempt begins the time in sight anew.
    pass(ui::kFailedLinger - std::chrono::milliseconds(1));
    apply(removed({failure(136)}));
    pass(ui::kFailedLinger - std::chrono::milliseconds(1));
    m_model->refresh();
    QCOMPARE(ids(), (QList<engine::ConnectionId>{136, 2}));
    pass(std::chrono::milliseconds(1));
    m_model->refresh();
    QCOMPARE(ids(), QList<engine::ConnectionId>{2});
    apply(removed({failure(137)}));
    QCOMPARE(text(0, ConnectionColumn::State), QStringLiteral("Failed: The target refused the connection"));
}

void TestConnectionStorms::makesOneRowOfWaitingAttempts()
{
    QList<Connection> attempts;
    for (engine::ConnectionId id = 1; id <= 5; ++id) {
        attempts << connection(id);
        attempts.last().state = ConnectionState::Connecting;
    }
    Connection other = connection(6, QStringLiteral("example.net"));
    other.state = ConnectionState::Connecting;
    Connection byRule = connection(7);
    byRule.state = ConnectionState::Connecting;
    byRule.rule = QStringLiteral("Work");
    apply(added(attempts.mid(0, 1)));
    QCOMPARE(m_model->recordAt(0).repeated, 1U);
    apply(added(attempts.mid(1) << other << byRule));
    QCOMPARE(m_model->rowCount(), 3);
    QCOMPARE(m_model->liveCount(), 7);
    const int row = m_model->rowOf(5);
    QCOMPARE(m_model->recordAt(row).repeated, 5U);
    QCOMPARE(m_model->connectionsAt(row), (QList<engine::ConnectionId>{1, 2, 3, 4, 5}));
    QCOMPARE(m_model->connectionsAt(m_model->rowOf(6)), QList<engine::ConnectionId>{6});

    apply(changed({{2, ConnectionState::Open, 0, 0}}));
    QCOMPARE(m_model->rowCount(), 4);
    QCOMPARE(m_model->connectionsAt(m_model->rowOf(2)), QList<engine::ConnectionId>{2});
    QCOMPARE(m_model->recordAt(m_model->rowOf(5)).repeated, 4U);

    for (qsizetype at : {0, 2, 3, 4}) {
        attempts[at].state = ConnectionState::Failed;
        attempts[at].error.code = engine::ErrorCode::ConnectionTimedOut;
    }
    apply(removed({attempts.at(4), attempts.at(0), attempts.at(2)}));
    QCOMPARE(m_model->recordAt(m_model->rowOf(4)).repeated, 1U);
    QCOMPARE(m_model->recordAt(m_model->rowOf(3)).repeated, 3U);
    apply(removed({attempts.at(3)}));
    QCOMPARE(m_model->recordAt(m_model->rowOf(4)).repeated, 4U);
    QCOMPARE(m_model->rowCount(), 4);
}

void TestConnectionStorms::keepsTheSelectedRowOfWaitingAttempts()
{
    const auto attempt = [](engine::ConnectionId id) {
        Connection made = connection(id);
        made.state = ConnectionState::Connecting;
        return made;
    };
    QItemSelectionModel selection(m_model.get());
    apply(added({connection(1, QStringLiteral("a")), attempt(2), connection(3, QStringLiteral("z"))}));
    selection.setCurrentIndex(m_model->index(m_model->rowOf(2), 0),
                              QItemSelectionModel::Select | QItemSelectionModel::Rows);
    apply(added({attempt(4), attempt(5)}));
    QCOMPARE(selection.currentIndex().row(), m_model->rowOf(5));
    apply(changed({{5, ConnectionState::Open, 0, 0}}));
    QCOMPARE(selection.currentIndex().row(), m_model->rowOf(4));
    QCOMPARE(m_model->connectionsAt(selection.currentIndex().row()), (QList<engine::ConnectionId>{2, 4}));
    QVERIFY(selection.isRowSelected(m_model->rowOf(4)));
    QVERIFY(!selection.isRowSelected(m_model->rowOf(5)));
}

void TestConnectionStorms::tellsStormsApart_data()
{
    QTest::addColumn<Connection>("other");
    QTest::addColumn<QString>("state"); ///< of the row if it is one
    const QString both = QStringLiteral("Failed × 2: The target refused the connection");
    Connection other = failure(2);
    QTest::newRow("the same again") << other << both;
    other.processId = 77;
    QTest::newRow("from another process of the program") << other << both;
    other = failure(2);
    other.application = QStringLiteral("wget");
    QTest::newRow("from another program") << other << QString();
    other = failure(2);
    other.application.clear();
    QTest::newRow("from nobody knows whom") << other << QString();
    other = failure(2);
    other.targetPort = 80;
    QTest::newRow("to another port") << other << QString();
    other = failure(2);
    other.error.code = engine::ErrorCode::HostUnreachable;
    QTest::newRow("for another reason") << other << QString();
    other = failure(2);
    other.state = ConnectionState::Closed;
    other.error = {};
    QTest::newRow("with success") << other << QString();
    other = failure(2);
    other.error.detail = engine::Message::verbatim(QStringLiteral("192.0.2.2:443"));
    QTest::newRow("at another address of the name")
        << other << QStringLiteral("Failed × 2: The target refused the connection (192.0.2.2:443)");
}

void TestConnectionStorms::tellsStormsApart()
{
    QFETCH(const Connection, other);
    QFETCH(const QString, state);
    apply(removed({failure(1)}));
    apply(removed({other}));
    QCOMPARE(m_model->rowCount(), state.isEmpty() ? 2 : 1);
    if (!state.isEmpty())
        QCOMPARE(text(0, ConnectionColumn::State), state);
}

void TestConnectionStorms::keepsTheSelectedRowOfAStorm()
{
    QItemSelectionModel selection(m_model.get());
    apply(added({connection(1), connection(2), connection(3)}));
    apply(removed({failure(4)}));
    selection.setCurrentIndex(m_model->index(m_model->rowOf(4), 0),
                              QItemSelectionModel::Select | QItemSelectionModel::Rows);
    apply(added({connection(5), connection(6)}));
    apply(removed({failure(7), failure(8), failure(2)}));
    QCOMPARE(selection.selectedRows().size(), 1);
    QCOMPARE(selection.currentIndex().row(), m_model->rowOf(2));
    QCOMPARE(m_model->recordAt(selection.currentIndex().row()).repeated, 4U);
    apply(whole({connection(3)}));
    QVERIFY(selection.selectedRows().isEmpty());
    apply(removed({failure(9)}));
    QCOMPARE(ids(), (QList<engine::ConnectionId>{9, 3}));
}

/// Thousands of attempts are one row: they push nobody out, and nothing grows.
void TestConnectionStorms::keepsOtherRowsThroughAStorm()
{
    Connection other = failure(1);
    other.targetHost = QStringLiteral("other.example.org");
    apply(removed({other}));
    engine::ConnectionId id = 1;
    for (int update = 0; update < 10; ++update) {
        Delta storm;
        for (int i = 0; i < 1'000; ++i)
            storm.removed << failure(++id);
        apply(storm);
        pass(std::chrono::milliseconds(200));
    }
    QCOMPARE(ids(), (QList<engine::ConnectionId>{id, 1}));
    QCOMPARE(m_model->totalCount(), 2);
    QCOMPARE(m_model->recordAt(0).repeated, 10'000U);
}

QTEST_GUILESS_MAIN(TestConnectionStorms)
#include "tst_connectionstorms.moc"
