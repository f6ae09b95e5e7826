// SPDX-License-Identifier: MIT
#include "synthetic.h"
#include "ui/connectionmodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QRandomGenerator>
#include <QScopeGuard>
#include <QSignalSpy>
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

Connection connection(engine::ConnectionId id, const QString &host = QStringLiteral("example.org"))
{
    Connection made;
    made.id = id;
    made.state = ConnectionState::Open;
    made.protocol = engine::ClientProtocol::Socks5;
    made.client = {engine::Address::fromV4(0x7f000001), static_cast<std::uint16_t>(40'000 + id)};
    made.targetHost = host;
    made.targetPort = 443;
    made.openedAt = 1'000'000 + static_cast<std::int64_t>(id) * 1'000;
    return made;
}

/// One of curl's attempts that was refused.
Connection failure(engine::ConnectionId id)
{
    Connection made = connection(id);
    made.application = QStringLiteral("curl");
    made.processId = static_cast<std::int64_t>(4'242);
    made.bytesUp = 10;
    made.state = ConnectionState::Failed;
    made.error.code = engine::ErrorCode::ConnectionRefused;
    return made;
}

Delta added(const QList<Connection> &connections)
{
    Delta delta;
    delta.added = connections;
    return delta;
}

Delta whole(const QList<Connection> &connections)
{
    Delta delta = added(connections);
    delta.whole = true;
    return delta;
}

Delta changed(const QList<engine::ConnectionChange> &changes)
{
    Delta delta;
    delta.changed = changes;
    return delta;
}

Delta removed(const QList<Connection> &connections)
{
    Delta delta;
    delta.removed = connections;
    return delta;
}

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
        {{"engine::Error", "The target refused the connection"},
         QStringLiteral("Das Ziel hat die Verbindung abgelehnt")},
        {{"engine::Message", "it hung up"}, QStringLiteral("er hat aufgelegt")},
    };
};

} // namespace

class TestConnectionModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void showsAConnection();
    void tellsWhoseProgramItIs();
    void sortsByEveryColumn_data();
    void sortsByEveryColumn();
    void filtersByWords_data();
    void filtersByWords();
    void followsTheFilterWhenTheStateChanges();
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
    void forgetsWhatAWholeDeltaLeavesOut();
    void measuresAndFadesRates();
    void keepsSelectionThroughChanges();
    void sendsFewSignals();
    void agreesWithANaiveModel_data();
    void agreesWithANaiveModel();

private:
    void apply(Delta delta)
    {
        delta.elapsedMs = m_now;
        m_model->applyDelta(delta);
    }
    void pass(std::chrono::milliseconds time) { m_now += time.count(); }
    [[nodiscard]] QString text(int row, ConnectionColumn column) const
    {
        return m_model->index(row, static_cast<int>(column)).data().toString();
    }
    [[nodiscard]] QList<engine::ConnectionId> ids() const
    {
        QList<engine::ConnectionId> all;
        for (int row = 0; row < m_model->rowCount(); ++row)
            all << m_model->recordAt(row).connection.id;
        return all;
    }

    std::int64_t m_now = 1'000;
    std::unique_ptr<ConnectionModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestConnectionModel::init()
{
    m_now = 1'000;
    const auto wall = [this] {
        return 1'000'000 + m_now;
    };
    m_model = std::make_unique<ConnectionModel>(ui::Clock{wall,
                                                          [this] {
                                                              return m_now;
                                                          }},
                                                nullptr);
    m_tester = std::make_unique<QAbstractItemModelTester>(
        m_model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
}

void TestConnectionModel::cleanup()
{
    m_tester.reset();
    m_model.reset();
}

void TestConnectionModel::showsAConnection()
{
    Connection one = connection(1);
    one.application = QStringLiteral("curl");
    one.processId = 4'242;
    one.bytesDown = 1'258'291;
    one.bytesUp = 30'720;
    one.openedAt = 1'000'000 + m_now - 4'100;
    apply(added({one}));
    QCOMPARE(m_model->rowCount(), 1);
    QCOMPARE(text(0, ConnectionColumn::Application), QStringLiteral("curl (4242)"));
    QCOMPARE(text(0, ConnectionColumn::Client), QStringLiteral("127.0.0.1:40001"));
    QCOMPARE(text(0, ConnectionColumn::Target), QStringLiteral("example.org:443"));
    QCOMPARE(text(0, ConnectionColumn::Protocol), QStringLiteral("SOCKS5"));
    QCOMPARE(text(0, ConnectionColumn::State), QStringLiteral("Open"));
    QCOMPARE(text(0, ConnectionColumn::Time), QStringLiteral("4.1 s"));
    QCOMPARE(text(0, ConnectionColumn::Down), QStringLiteral("1.2 MiB"));
    QCOMPARE(text(0, ConnectionColumn::Up), QStringLiteral("30 KiB"));
    QVERIFY(
        m_model->rowTextAt(0).startsWith(QStringLiteral("curl (4242)\t127.0.0.1:40001\texample.org:443")));
}

void TestConnectionModel::tellsWhoseProgramItIs()
{
    Connection known = connection(1);
    engine::Application application;
    application.program = {7, QStringLiteral("python3"), QStringLiteral("/usr/bin/python3"),
                           QStringLiteral("/opt/fetch.py")};
    application.systemUser = QStringLiteral("anna");
    application.parents = {{2, QStringLiteral("sh"), {}, {}}, {1, {}, QStringLiteral("/sbin/init"), {}}};
    known.identity = std::make_shared<const engine::Application>(application);
    apply(added({known}));
    const QStringList lines = m_model->index(0, 0).data(Qt::ToolTipRole).toString().split(u'\n');
    QVERIFY(lines.contains(QStringLiteral("Path: /usr/bin/python3")));
    QVERIFY(lines.contains(QStringLiteral("Script: /opt/fetch.py")));
    QVERIFY(lines.contains(QStringLiteral("Runs as: anna")));
    QVERIFY(lines.contains(QStringLiteral("Child of: sh \u2190 /sbin/init")));
}

void TestConnectionModel::sortsByEveryColumn_data()
{
    QTest::addColumn<ConnectionColumn>("column");
    QTest::addColumn<QList<engine::ConnectionId>>("ascending");
    using Ids = QList<engine::ConnectionId>;
    QTest::newRow("application, then process") << ConnectionColumn::Application << Ids{3, 1, 2};
    QTest::newRow("client by number, not by text") << ConnectionColumn::Client << Ids{3, 1, 2};
    QTest::newRow("target whatever its case") << ConnectionColumn::Target << Ids{2, 3, 1};
    QTest::newRow("state in order of life") << ConnectionColumn::State << Ids{3, 1, 2};
    QTest::newRow("time, the latest first") << ConnectionColumn::Time << Ids{3, 2, 1};
    QTest::newRow("rule, none first") << ConnectionColumn::Rule << Ids{2, 3, 1};
    QTest::newRow("route whatever its case") << ConnectionColumn::Route << Ids{1, 3, 2};
    QTest::newRow("bytes down by number") << ConnectionColumn::Down << Ids{1, 3, 2};
}

void TestConnectionModel::sortsByEveryColumn()
{
    QFETCH(const ConnectionColumn, column);
    QFETCH(const QList<engine::ConnectionId>, ascending);
    Connection one = connection(1, QStringLiteral("gamma"));
    Connection two = connection(2, QStringLiteral("Alpha"));
    Connection three = connection(3, QStringLiteral("beta"));
    one.application = two.application = QStringLiteral("curl");
    one.processId = 9;
    two.processId = 10;
    one.client.port = 900;
    two.client.port = 1'000;
    three.client.port = 80;
    two.state = ConnectionState::HalfClosed;
    three.state = ConnectionState::Connecting;
    one.bytesDown = 5;
    two.bytesDown = 1'000;
    three.bytesDown = 90;
    one.rule = QStringLiteral("Work");
    three.rule = QStringLiteral("home");
    one.route = QStringLiteral("exit");
    two.route = QStringLiteral("office");
    three.route = QStringLiteral("Hop");
    m_model->sort(static_cast<int>(column), Qt::AscendingOrder);
    apply(added({one, two, three}));
    QCOMPARE(ids(), ascending);
    m_model->sort(static_cast<int>(column), Qt::DescendingOrder);
    QCOMPARE(ids(), QList<engine::ConnectionId>(ascending.rbegin(), ascending.rend()));
}

void TestConnectionModel::filtersByWords_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("rows");
    QTest::newRow("nothing") << QString() << 2;
    QTest::newRow("blanks") << QStringLiteral("   ") << 2;
    QTest::newRow("application, any case") << QStringLiteral("CURL") << 1;
    QTest::newRow("client") << QStringLiteral(":40002") << 1;
    QTest::newRow("target with port") << QStringLiteral("example.org:443") << 1;
    QTest::newRow("login") << QStringLiteral("alice") << 1;
    QTest::newRow("state") << QStringLiteral("connecting") << 1;
    QTest::newRow("two words, both hold") << QStringLiteral("curl example") << 1;
    QTest::newRow("two words, one does not") << QStringLiteral("curl other") << 0;
}

void TestConnectionModel::filtersByWords()
{
    QFETCH(const QString, filter);
    Connection one = connection(1);
    one.application = QStringLiteral("curl");
    one.user = QStringLiteral("alice");
    Connection two = connection(2, QStringLiteral("other.example.net"));
    two.state = ConnectionState::Connecting;
    apply(added({one}));
    m_model->setFilter(filter);
    apply(added({two}));
    QTEST(m_model->rowCount(), "rows");
    QCOMPARE(m_model->totalCount(), 2);
    m_model->setFilter({});
    QCOMPARE(m_model->rowCount(), 2);
}

void TestConnectionModel::followsTheFilterWhenTheStateChanges()
{
    Connection one = connection(1);
    one.state = ConnectionState::Connecting;
    m_model->setFilter(QStringLiteral("connecting"));
    apply(added({one, connection(2)}));
    QCOMPARE(ids(), QList<engine::ConnectionId>{1});
    apply(changed({{1, ConnectionState::Open, 0, 0}}));
    QCOMPARE(m_model->rowCount(), 0);
    apply(changed({{1, ConnectionState::Connecting, 0, 0}}));
    QCOMPARE(m_model->rowCount(), 1);
}

void TestConnectionModel::keepsEndedRowsForAWhile()
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

void TestConnectionModel::keepsFailuresLongerAndTellsWhy()
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
void TestConnectionModel::tellsWhyInTheProgramsLanguage()
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
    refused.error = {
        ErrorCode::UpstreamUnreachable,
        engine::withContext(QStringLiteral("Office"), engine::asMessage({ErrorCode::ConnectionRefused, {}}))};
    apply(removed({hungUp}));
    apply(removed({refused}));
    const auto tells = [this](engine::ConnectionId id, const QString &why) {
        const int row = m_model->rowOf(id);
        return text(row, ConnectionColumn::State) == QStringLiteral("Failed: ") + why &&
               m_model->index(row, 0).data(Qt::ToolTipRole).toString().contains(why);
    };
    QVERIFY(tells(1, QStringLiteral("Der Proxyserver ist nicht erreichbar (Office: er hat aufgelegt)")));
    QVERIFY(tells(2, QStringLiteral("Der Proxyserver ist nicht erreichbar (Office: Das Ziel hat die "
                                    "Verbindung abgelehnt)")));
    QCOMPARE(engine::errorText(hungUp.error),
             QStringLiteral("The proxy server could not be reached (Office: it hung up)"));
    QCOMPARE(engine::errorText(refused.error),
             QStringLiteral("The proxy server could not be reached (Office: The target refused the "
                            "connection)"));
}

void TestConnectionModel::showsAsClosedWhatWasClosedOnPurpose()
{
    Connection one = connection(1);
    one.state = ConnectionState::Failed;
    one.error.code = engine::ErrorCode::ClosedByUser;
    apply(removed({one}));
    QCOMPARE(m_model->index(0, 0).data(ConnectionModel::StateRole).toInt(),
             static_cast<int>(ConnectionState::Closed));
    QCOMPARE(text(0, ConnectionColumn::State), QStringLiteral("Closed on request"));
}

void TestConnectionModel::showsBriefConnectionsThatWereNeverAdded()
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

void TestConnectionModel::limitsLingeringRows()
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

void TestConnectionModel::makesOneRowOfAStorm()
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

void TestConnectionModel::makesOneRowOfWaitingAttempts()
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

void TestConnectionModel::keepsTheSelectedRowOfWaitingAttempts()
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

void TestConnectionModel::tellsStormsApart_data()
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

void TestConnectionModel::tellsStormsApart()
{
    QFETCH(const Connection, other);
    QFETCH(const QString, state);
    apply(removed({failure(1)}));
    apply(removed({other}));
    QCOMPARE(m_model->rowCount(), state.isEmpty() ? 2 : 1);
    if (!state.isEmpty())
        QCOMPARE(text(0, ConnectionColumn::State), state);
}

void TestConnectionModel::keepsTheSelectedRowOfAStorm()
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
void TestConnectionModel::keepsOtherRowsThroughAStorm()
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

void TestConnectionModel::forgetsWhatAWholeDeltaLeavesOut()
{
    apply(added({connection(1), connection(2), connection(3)}));
    apply(whole({connection(2), connection(4)}));
    QCOMPARE(ids(), (QList<engine::ConnectionId>{4, 2}));
    QCOMPARE(m_model->liveCount(), 2);
    QCOMPARE(m_model->totalCount(), 2);
}

void TestConnectionModel::measuresAndFadesRates()
{
    apply(added({connection(1)}));
    for (std::uint64_t second = 1; second <= 10; ++second) {
        pass(std::chrono::seconds(1));
        apply(changed({{1, ConnectionState::Open, 0, second * 102'400}}));
    }
    QCOMPARE(text(0, ConnectionColumn::DownRate), QStringLiteral("100 KiB/s"));
    QCOMPARE(text(0, ConnectionColumn::UpRate), QString());
    pass(std::chrono::seconds(30));
    m_model->refresh();
    QCOMPARE(text(0, ConnectionColumn::DownRate), QString());
}

void TestConnectionModel::keepsSelectionThroughChanges()
{
    QItemSelectionModel selection(m_model.get());
    apply(added({connection(1), connection(2), connection(3)}));
    selection.select(m_model->index(m_model->rowOf(2), 0),
                     QItemSelectionModel::Select | QItemSelectionModel::Rows);
    apply(added({connection(4), connection(5)}));
    m_model->sort(static_cast<int>(ConnectionColumn::Client), Qt::AscendingOrder);
    apply(whole({connection(2), connection(5), connection(6)}));
    const QModelIndexList rows = selection.selectedRows();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(m_model->recordAt(rows.first().row()).connection.id, engine::ConnectionId{2});
}

void TestConnectionModel::sendsFewSignals()
{
    SyntheticLoad load(500, 50);
    apply(load.whole());
    QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
    QSignalSpy taken(m_model.get(), &QAbstractItemModel::rowsRemoved);
    QSignalSpy layout(m_model.get(), &QAbstractItemModel::layoutChanged);
    QSignalSpy altered(m_model.get(), &QAbstractItemModel::dataChanged);
    QSignalSpy reset(m_model.get(), &QAbstractItemModel::modelReset);
    pass(std::chrono::milliseconds(200));
    apply(load.next());
    QVERIFY(inserted.size() + taken.size() <= 1);
    QVERIFY(layout.size() <= 1);
    QCOMPARE(altered.size(), 1);
    QCOMPARE(reset.size(), 0);
}

void TestConnectionModel::agreesWithANaiveModel_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

/// Random deltas, sorts, filters and pauses against a model that knows nothing but a map.
void TestConnectionModel::agreesWithANaiveModel()
{
    QFETCH(const quint32, seed);
    QRandomGenerator random(seed);
    QItemSelectionModel selection(m_model.get());
    std::map<engine::ConnectionId, Connection> live;
    struct Ended {
        Connection last;
        std::int64_t atMs = 0;
        unsigned repeated = 0;
    };
    std::map<std::pair<QString, ConnectionState>, Ended> ended; // alike ones share a row
    engine::ConnectionId next = 1;
    for (int step = 0; step < 250; ++step) {
        Delta delta;
        for (int i = random.bounded(6); i > 0; --i) {
            Connection made = connection(next++, QStringLiteral("host-%1").arg(random.bounded(30)));
            if (random.bounded(2) == 0)
                made.state = ConnectionState::Connecting;
            live[made.id] = made;
            delta.added << made;
        }
        for (auto &[id, one] : live) {
            if (random.bounded(one.state == ConnectionState::Connecting ? 12 : 3) != 0)
                continue;
            one.bytesDown += random.bounded(1'000U);
            one.state = random.bounded(4) == 0 ? ConnectionState::HalfClosed : ConnectionState::Open;
            delta.changed << engine::ConnectionChange{id, one.state, one.bytesUp, one.bytesDown};
        }
        if (random.bounded(25) == 0) {
            std::erase_if(live, [&random](const auto &) { return random.bounded(2) == 0; });
            delta.whole = true;
            delta.added.clear();
            for (const auto &[id, one] : live)
                delta.added << one;
            ended.clear();
        }
        for (int i = random.bounded(5); i > 0 && !live.empty(); --i) {
            auto at = live.begin();
            std::advance(at, random.bounded(static_cast<int>(live.size())));
            Connection one = at->second;
            live.erase(at);
            one.state = random.bounded(3) == 0 ? ConnectionState::Failed : ConnectionState::Closed;
            one.error.code = one.state == ConnectionState::Failed ? engine::ErrorCode::HostUnreachable
                                                                  : engine::ErrorCode::None;
            Ended &row = ended[{one.targetHost, one.state}];
            row = {one, m_now, row.repeated + 1};
            delta.removed << one;
        }
        if (random.bounded(10) == 0)
            m_model->sort(random.bounded(ui::kConnectionColumns),
                          random.bounded(2) == 0 ? Qt::AscendingOrder : Qt::DescendingOrder);
        if (random.bounded(10) == 0)
            m_model->setFilter(random.bounded(2) == 0 ? QStringLiteral("host-%1").arg(random.bounded(3))
                                                      : QString());
        apply(delta);
        if (m_model->rowCount() > 0)
            selection.select(m_model->index(random.bounded(m_model->rowCount()), 0),
                             QItemSelectionModel::Toggle | QItemSelectionModel::Rows);

        std::erase_if(ended, [this](const auto &entry) {
            const bool failed = entry.first.second == ConnectionState::Failed;
            const auto linger = failed ? ui::kFailedLinger : ui::kClosedLinger;
            return m_now - entry.second.atMs >= std::chrono::milliseconds(linger).count();
        });
        const QStringList words = m_model->filter().split(u' ', Qt::SkipEmptyParts);
        QList<engine::ConnectionId> expected;
        std::map<QString, QList<engine::ConnectionId>> waiting; // by target: the newest is last
        for (const auto &[id, one] : live) {
            if (one.state == ConnectionState::Connecting)
                waiting[one.targetHost] << id;
            else if (ui::matchesWords(one, words))
                expected << id;
        }
        for (const auto &[target, alike] : waiting) {
            if (!ui::matchesWords(live.at(alike.last()), words))
                continue;
            expected << alike.last();
            const int at = m_model->rowOf(alike.last());
            QVERIFY(at >= 0);
            QCOMPARE(m_model->connectionsAt(at), alike);
            QCOMPARE(m_model->recordAt(at).repeated, static_cast<unsigned>(alike.size()));
        }
        for (const auto &[key, row] : ended) {
            if (!ui::matchesWords(row.last, words))
                continue;
            expected << row.last.id;
            const int at = m_model->rowOf(row.last.id);
            QVERIFY(at >= 0);
            QCOMPARE(m_model->recordAt(at).repeated, row.repeated);
        }
        QList<engine::ConnectionId> shown = ids();
        for (int row = 0; row < shown.size(); ++row)
            QCOMPARE(m_model->rowOf(shown.at(row)), row);
        std::sort(shown.begin(), shown.end());
        std::sort(expected.begin(), expected.end());
        QCOMPARE(shown, expected);
        QCOMPARE(m_model->liveCount(), static_cast<int>(live.size()));
        pass(std::chrono::milliseconds(random.bounded(900)));
    }
}

QTEST_GUILESS_MAIN(TestConnectionModel)
#include "tst_connectionmodel.moc"
