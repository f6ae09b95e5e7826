// SPDX-License-Identifier: MIT
#include "connectionscene.h"
#include "synthetic.h"

#include <QItemSelectionModel>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <map>
#include <utility>

using engine::Connection;
using engine::ConnectionState;
using engine::Delta;
using ui::ConnectionColumn;
using ui::ConnectionModel;

class TestConnectionModel : public QObject, private ConnectionScene
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }
    void showsAConnection();
    void tellsWhoseProgramItIs();
    void sortsByEveryColumn_data();
    void sortsByEveryColumn();
    void sortsByWhatStandsForTheApplication();
    void filtersByWords_data();
    void filtersByWords();
    void followsTheFilterWhenTheStateChanges();
    void forgetsWhatAWholeDeltaLeavesOut();
    void measuresAndFadesRates();
    void keepsSelectionThroughChanges();
    void sendsFewSignals();
    void agreesWithANaiveModel_data();
    void agreesWithANaiveModel();
};

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
    QVERIFY(m_model->rowTextOf(m_model->recordAt(0))
                .startsWith(QStringLiteral("curl (4242)\t127.0.0.1:40001\texample.org:443")));
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

/// The client while nothing is known of its program.
void TestConnectionModel::sortsByWhatStandsForTheApplication()
{
    QList<Connection> connections;
    for (engine::ConnectionId id = 1; id <= 6; ++id)
        connections << connection(id);
    const auto client = [](quint32 lastByte, quint16 port) {
        return engine::Endpoint{engine::Address::fromV4(0x0a000000 + lastByte), port};
    };
    connections[0].application = QStringLiteral("curl");
    connections[0].client = client(1, 1);
    connections[1].client = client(20, 80);
    connections[2].client = client(3, 900);
    connections[3].client = client(3, 80);
    connections[3].user = QStringLiteral("zoe");
    connections[4].client = client(3, 80);
    connections[4].user = QStringLiteral("Anna");
    connections[5].client = client(2, 1);
    connections[5].processId = 7;
    apply(added(connections));
    m_model->sort(static_cast<int>(ConnectionColumn::Application), Qt::AscendingOrder);
    const QList<engine::ConnectionId> ascending{5, 4, 3, 2, 6, 1};
    QCOMPARE(ids(), ascending);
    m_model->sort(static_cast<int>(ConnectionColumn::Application), Qt::DescendingOrder);
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
