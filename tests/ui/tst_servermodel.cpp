// SPDX-License-Identifier: MIT
#include "fakeprofilestore.h"
#include "ui/fingerprint.h"
#include "ui/servermodel.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QHash>
#include <QLocale>
#include <QMimeData>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <optional>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using engine::ErrorCode;
using engine::RouteKind;
using engine::ServerCheck;
using ui::ServerColumn;
using ui::ServerModel;
using ui::ServerState;

namespace
{

engine::Profile sample()
{
    engine::Profile profile;
    profile.servers = {fakeServer(u"office"_s, u"Office"_s), fakeServer(u"home"_s, u"Home"_s),
                       fakeServer(u"web"_s, u"Web"_s)};
    profile.servers[2].protocol = engine::ServerProtocol::Http;
    profile.servers[2].tls = true;
    profile.routes = {{u"both"_s, u"Both"_s, RouteKind::Chain, {u"office"_s, u"home"_s}},
                      {u"any"_s, u"Any"_s, RouteKind::Failover, {u"office"_s, u"home"_s}},
                      {u"nested"_s, u"Nested"_s, RouteKind::Chain, {u"web"_s, u"any"_s}}};
    return profile;
}

ServerCheck checkOf(const QString &id, ErrorCode error = ErrorCode::None,
                    ErrorCode udpError = ErrorCode::None)
{
    ServerCheck check;
    check.serverId = id;
    check.connected = 12ms;
    check.error.code = error;
    check.udpError.code = udpError;
    if (error == ErrorCode::None)
        check.answered = 34ms;
    if (udpError == ErrorCode::None)
        check.udpAnswered = 56ms;
    check.at = 1'700'000'000'000;
    return check;
}

ServerCheck measured(const QString &id, ServerCheck::Time tcp, ServerCheck::Time udp, std::int64_t at)
{
    ServerCheck check;
    check.serverId = id;
    check.answered = tcp;
    check.udpAnswered = udp;
    check.error.code = tcp ? ErrorCode::None : ErrorCode::UpstreamUnreachable;
    check.udpError.code = udp ? ErrorCode::None : ErrorCode::UpstreamTimedOut;
    check.at = at;
    return check;
}

/// In no order, and with equal ones.
engine::Profile unsorted()
{
    engine::Profile profile;
    const auto add = [&profile](const QString &id, const QString &name, const QString &host, quint16 port) {
        engine::ServerProfile server = fakeServer(id, name);
        server.host = host;
        server.port = port;
        profile.servers << server;
    };
    add(u"a"_s, u"Exit 10"_s, u"10.0.0.10"_s, 1'080);
    add(u"b"_s, u"exit 2"_s, u"same.example.org"_s, 900);
    add(u"c"_s, u"\u00c9cole"_s, u"10.0.0.9"_s, 1'080);
    add(u"d"_s, u"Exit 10"_s, u"same.example.org"_s, 8'080);
    add(u"e"_s, u"Zoo"_s, u"y.example.org"_s, 1'080);
    add(u"f"_s, u"Zoo 2"_s, u"z.example.org"_s, 1'080);
    profile.servers[1].protocol = engine::ServerProtocol::Http;
    profile.routes = {{u"r1"_s, u"Way 10"_s, RouteKind::Failover, {u"a"_s}},
                      {u"r2"_s, u"way 2"_s, RouteKind::Chain, {u"d"_s}},
                      {u"r3"_s, u"Way 10"_s, RouteKind::Balance, {u"b"_s}}};
    return profile;
}

constexpr int kNoColumn = -1;

} // namespace

class TestServerModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();
    void showsServersAndRoutes();
    void tellsPinnedCertificates();
    void showsChecks();
    void showsHealth();
    void tellsWhatTheEngineTakesForDead();
    void tellsWhenAMemberIsProbed();
    void tellsHowRoutesFare();
    void forgetsWhatChanged();
    void forgetsTheHealthOfARenamedServer_data();
    void forgetsTheHealthOfARenamedServer();
    void keepsIndexes();
    void followsAnyChange_data();
    void followsAnyChange();
    void sorts_data();
    void sorts();
    void isAsInTheProfileWithoutAColumn();
    void movesRowsWhenMoreIsKnown();
    void movesRoutesWhenMoreIsKnown();
    void keepsIndexesOfSortedRows();
    void takesDropsOnRoutes();
    void takesDropsOnTheRoutesHeading();

private:
    [[nodiscard]] QString text(const QString &id, ServerColumn column, int role = Qt::DisplayRole) const
    {
        return m_model->indexOf(id).siblingAtColumn(static_cast<int>(column)).data(role).toString();
    }
    [[nodiscard]] ServerState state(const QString &id) const
    {
        return static_cast<ServerState>(m_model->indexOf(id).data(ServerModel::StateRole).toInt());
    }

    /// Ids, a blank between them.
    [[nodiscard]] QString shown(ServerModel::Section section) const
    {
        const QModelIndex parent = m_model->sectionIndex(section);
        QStringList ids;
        for (int row = 0; row < m_model->rowCount(parent); ++row)
            ids << m_model->index(row, 0, parent).data(ServerModel::IdRole).toString();
        return ids.join(u' ');
    }
    [[nodiscard]] QString shownServers() const { return shown(ServerModel::Section::Servers); }
    [[nodiscard]] QString shownRoutes() const { return shown(ServerModel::Section::Routes); }
    void sort(ServerColumn column, Qt::SortOrder order = Qt::AscendingOrder)
    {
        m_model->sort(static_cast<int>(column), order);
    }

    std::unique_ptr<ServerModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

void TestServerModel::init()
{
    m_tester.reset();
    m_model = std::make_unique<ServerModel>();
    m_tester = std::make_unique<QAbstractItemModelTester>(
        m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_model->setProfile(sample());
}

void TestServerModel::showsServersAndRoutes()
{
    QCOMPARE(m_model->rowCount(), 2);
    QCOMPARE(m_model->sectionIndex(ServerModel::Section::Servers).data().toString(), u"Servers (3)"_s);
    QCOMPARE(m_model->sectionIndex(ServerModel::Section::Routes).data().toString(), u"Routes (3)"_s);
    QCOMPARE(text(u"office"_s, ServerColumn::Name), u"Office"_s);
    QCOMPARE(text(u"office"_s, ServerColumn::Protocol), u"SOCKS5"_s);
    QCOMPARE(text(u"office"_s, ServerColumn::Address), u"office.example.org:1080"_s);
    QCOMPARE(text(u"office"_s, ServerColumn::Health), u"Not checked"_s);
    QCOMPARE(text(u"office"_s, ServerColumn::Tcp), QString());
    QCOMPARE(text(u"web"_s, ServerColumn::Protocol), u"HTTP over TLS"_s);
    QCOMPARE(text(u"web"_s, ServerColumn::Udp), u"\u2013"_s);
    QCOMPARE(text(u"web"_s, ServerColumn::Udp, Qt::ToolTipRole), u"HTTP over TLS carries no UDP"_s);
    QCOMPARE(text(u"both"_s, ServerColumn::Protocol), u"Chain"_s);
    QCOMPARE(text(u"both"_s, ServerColumn::Address), u"Office \u2192 Home"_s);
    QCOMPARE(text(u"any"_s, ServerColumn::Address), u"Office, Home"_s);
}

void TestServerModel::tellsPinnedCertificates()
{
    QCOMPARE(text(u"web"_s, ServerColumn::Protocol, Qt::ToolTipRole), u"HTTP over TLS"_s);
    engine::Profile profile = sample();
    const QByteArray sha256(32, '\xab');
    for (engine::ServerProfile &server : profile.servers) {
        if (server.id == u"web"_s)
            server.certificateSha256 = sha256;
    }
    m_model->setProfile(profile);
    QCOMPARE(text(u"web"_s, ServerColumn::Protocol), u"HTTP over TLS, pinned"_s);
    QVERIFY(text(u"web"_s, ServerColumn::Protocol, Qt::ToolTipRole).contains(ui::fingerprintText(sha256)));
    QCOMPARE(text(u"web"_s, ServerColumn::Udp, Qt::ToolTipRole), u"HTTP over TLS carries no UDP"_s);
}

void TestServerModel::showsChecks()
{
    m_model->setChecking(u"office"_s);
    QCOMPARE(text(u"office"_s, ServerColumn::Health), u"Checking\u2026"_s);
    m_model->setCheck(checkOf(u"office"_s));
    QCOMPARE(state(u"office"_s), ServerState::Works);
    QCOMPARE(text(u"office"_s, ServerColumn::Tcp), u"34"_s);
    QCOMPARE(text(u"office"_s, ServerColumn::Udp), u"56"_s);
    QVERIFY(!text(u"office"_s, ServerColumn::LastCheck).isEmpty());
    m_model->setCheck(checkOf(u"office"_s, ErrorCode::None, ErrorCode::UpstreamTimedOut));
    QCOMPARE(state(u"office"_s), ServerState::Limited);
    QCOMPARE(text(u"office"_s, ServerColumn::Udp), u"fails"_s);
    m_model->setCheck(checkOf(u"office"_s, ErrorCode::UpstreamLoginFailed, ErrorCode::UpstreamLoginFailed));
    QCOMPARE(state(u"office"_s), ServerState::Down);
    QVERIFY(text(u"office"_s, ServerColumn::Health).startsWith(u"Down: "_s));
    QCOMPARE(text(u"office"_s, ServerColumn::Tcp), u"fails"_s);
    QVERIFY(text(u"office"_s, ServerColumn::Tcp, Qt::ToolTipRole).contains(u"12 ms"_s));
    m_model->setCheck(checkOf(u"web"_s, ErrorCode::None, ErrorCode::NotSupported));
    QCOMPARE(state(u"web"_s), ServerState::Works);
    m_model->setCheck(checkOf(u"unsaved 1"_s));
}

void TestServerModel::showsHealth()
{
    m_model->setHealth({u"office"_s, true, {ErrorCode::UpstreamUnreachable, {}}});
    QCOMPARE(state(u"office"_s), ServerState::Down);
    m_model->setHealth({u"office"_s, false, {}});
    QCOMPARE(state(u"office"_s), ServerState::Works);
    m_model->setCheck(checkOf(u"office"_s, ErrorCode::None, ErrorCode::UpstreamTimedOut));
    m_model->setHealth({u"office"_s, false, {}});
    QCOMPARE(state(u"office"_s), ServerState::Limited);
    m_model->setHealth({u"nobody"_s, true, {}});
}

/// A check that failed does not keep the engine from using the server.
void TestServerModel::tellsWhatTheEngineTakesForDead()
{
    ServerCheck failed;
    failed.serverId = u"home"_s;
    failed.error = {ErrorCode::UpstreamUnreachable, {}};
    m_model->setCheck(failed);
    QCOMPARE(m_model->deadServers(), QStringList());
    m_model->setHealth({u"office"_s, true, {ErrorCode::UpstreamUnreachable, {}}});
    QCOMPARE(m_model->deadServers(), QStringList{u"office"_s});
    m_model->setChecking(u"office"_s);
    QCOMPARE(m_model->deadServers(), QStringList{u"office"_s});
    engine::Profile renamed = sample();
    renamed.servers[0].name = u"Renamed"_s;
    m_model->setProfile(renamed);
    QCOMPARE(m_model->deadServers(), QStringList());
    m_model->setHealth({u"office"_s, true, {ErrorCode::UpstreamUnreachable, {}}});
    m_model->setHealth({u"office"_s, false, {}});
    QCOMPARE(m_model->deadServers(), QStringList());
}

void TestServerModel::tellsWhenAMemberIsProbed()
{
    const auto toolTip = [this] {
        return text(u"office"_s, ServerColumn::Health, Qt::ToolTipRole);
    };
    const std::int64_t soon = QDateTime::currentMSecsSinceEpoch() + 3'600'000;
    m_model->setHealth({u"office"_s, true, {ErrorCode::UpstreamUnreachable, {}}, 1, soon});
    QVERIFY(toolTip().startsWith(u"Down: "_s));
    QVERIFY(toolTip().contains(u"Probes passed: 1 of 2"_s));
    QVERIFY(toolTip().contains(u"Next probe in 3"_s));
    m_model->setCheck(checkOf(u"office"_s));
    QVERIFY(toolTip().contains(u"Probes passed: 1 of 2"_s));
    QVERIFY(toolTip().contains(u"12 ms"_s));
    m_model->setHealth({u"office"_s, false, {}});
    QVERIFY(!toolTip().contains(u"robe"_s));
}

void TestServerModel::tellsHowRoutesFare()
{
    QCOMPARE(state(u"both"_s), ServerState::Unknown);
    m_model->setCheck(checkOf(u"office"_s));
    QCOMPARE(state(u"both"_s), ServerState::Unknown);
    m_model->setCheck(checkOf(u"home"_s));
    m_model->setCheck(checkOf(u"web"_s));
    QCOMPARE(state(u"both"_s), ServerState::Works);
    QCOMPARE(state(u"nested"_s), ServerState::Works);
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    m_model->setHealth({u"office"_s, true, {ErrorCode::UpstreamUnreachable, {}}});
    QCOMPARE(changed.size(), 2);
    QCOMPARE(state(u"both"_s), ServerState::Down);
    QCOMPARE(text(u"both"_s, ServerColumn::Health), u"Down: Office"_s);
    QCOMPARE(state(u"any"_s), ServerState::Limited);
    QCOMPARE(text(u"any"_s, ServerColumn::Health), u"1 of 2 members down: Office"_s);
    QCOMPARE(text(u"nested"_s, ServerColumn::Health), u"Works in part: Any"_s);
    m_model->setHealth({u"home"_s, true, {ErrorCode::UpstreamUnreachable, {}}});
    QCOMPARE(text(u"any"_s, ServerColumn::Health), u"Down: no member works"_s);
    QCOMPARE(text(u"nested"_s, ServerColumn::Health), u"Down: Any"_s);
}

void TestServerModel::forgetsWhatChanged()
{
    m_model->setCheck(checkOf(u"office"_s));
    m_model->setCheck(checkOf(u"home"_s));
    engine::Profile profile = sample();
    profile.servers[0].port = 1'081;
    profile.servers[1].name = u"At home"_s;
    m_model->setProfile(profile);
    QCOMPARE(state(u"office"_s), ServerState::Unknown);
    QCOMPARE(text(u"office"_s, ServerColumn::Tcp), QString());
    QCOMPARE(state(u"home"_s), ServerState::Works);
    QCOMPARE(text(u"home"_s, ServerColumn::Name), u"At home"_s);
}

void TestServerModel::forgetsTheHealthOfARenamedServer_data()
{
    QTest::addColumn<std::optional<ServerCheck>>("check");
    QTest::addColumn<ServerState>("expected");
    using Check = std::optional<ServerCheck>;
    QTest::newRow("never checked") << Check() << ServerState::Unknown;
    QTest::newRow("checked well") << Check(checkOf(u"office"_s)) << ServerState::Works;
    QTest::newRow("checked without UDP")
        << Check(checkOf(u"office"_s, ErrorCode::None, ErrorCode::UpstreamTimedOut)) << ServerState::Limited;
    QTest::newRow("checked in vain") << Check(checkOf(u"office"_s, ErrorCode::UpstreamLoginFailed,
                                                      ErrorCode::UpstreamLoginFailed))
                                     << ServerState::Down;
}

/// The engine begins anew with it. What a check has shown holds whatever the name.
void TestServerModel::forgetsTheHealthOfARenamedServer()
{
    QFETCH(const std::optional<ServerCheck>, check);
    QFETCH(const ServerState, expected);
    if (check)
        m_model->setCheck(*check);
    const QString healthy = text(u"office"_s, ServerColumn::Health);
    m_model->setHealth({u"office"_s, true, {ErrorCode::UpstreamUnreachable, {}}});
    engine::Profile renamed = sample();
    renamed.servers[0].name = u"Renamed"_s;
    m_model->setProfile(renamed);
    QCOMPARE(state(u"office"_s), expected);
    QCOMPARE(text(u"office"_s, ServerColumn::Health), healthy);
    // A check that is under way goes on.
    m_model->setChecking(u"office"_s);
    m_model->setProfile(sample());
    QCOMPARE(state(u"office"_s), ServerState::Checking);
}

void TestServerModel::keepsIndexes()
{
    const QPersistentModelIndex home = m_model->indexOf(u"home"_s);
    engine::Profile profile = sample();
    profile.servers.move(1, 0);
    profile.servers.removeLast();
    profile.servers.prepend(fakeServer(u"new"_s, {}));
    profile.routes.removeFirst();
    m_model->setProfile(profile);
    QCOMPARE(home.row(), 1);
    QCOMPARE(home.data(ServerModel::IdRole).toString(), u"home"_s);
    QVERIFY(!m_model->indexOf(u"both"_s).isValid());
}

void TestServerModel::followsAnyChange_data()
{
    QTest::addColumn<quint32>("seed");
    QTest::addColumn<bool>("isSorted");
    for (quint32 seed = 1; seed <= 10; ++seed) {
        QTest::addRow("as in the profile, seed %u", seed) << seed << false;
        QTest::addRow("sorted, seed %u", seed) << seed << true;
    }
}

void TestServerModel::followsAnyChange()
{
    QFETCH(const quint32, seed);
    QFETCH(const bool, isSorted);
    QRandomGenerator random(seed);
    if (isSorted)
        sort(ServerColumn::Name);
    for (int step = 0; step < 40; ++step) {
        engine::Profile profile;
        for (int number = 0; number < 8; ++number) {
            if (random.bounded(2) == 0)
                profile.servers << fakeServer(u"server-%1"_s.arg(number), {});
        }
        std::shuffle(profile.servers.begin(), profile.servers.end(), random);
        QHash<QString, QPersistentModelIndex> kept;
        for (const engine::ServerProfile &server : std::as_const(profile.servers)) {
            if (const QModelIndex index = m_model->indexOf(server.id); index.isValid())
                kept.insert(server.id, index);
        }
        m_model->setProfile(profile);
        QStringList expected;
        for (const engine::ServerProfile &server : std::as_const(profile.servers))
            expected << server.id;
        if (isSorted)
            expected.sort();
        QCOMPARE(shownServers(), expected.join(u' '));
        for (auto index = kept.cbegin(); index != kept.cend(); ++index)
            QCOMPARE(index.value(), QPersistentModelIndex(m_model->indexOf(index.key())));
    }
}

void TestServerModel::sorts_data()
{
    QTest::addColumn<ServerColumn>("column");
    QTest::addColumn<Qt::SortOrder>("order");
    QTest::addColumn<QString>("servers");
    QTest::addColumn<QString>("routes");
    const auto add = [](const char *name, ServerColumn column, const QString &servers, const QString &routes,
                        const QString &serversDown, const QString &routesDown) {
        QTest::addRow("%s, ascending", name) << column << Qt::AscendingOrder << servers << routes;
        QTest::addRow("%s, descending", name) << column << Qt::DescendingOrder << serversDown << routesDown;
    };
    const QString untouched = u"r1 r2 r3"_s;
    add("names", ServerColumn::Name, u"c b a d e f"_s, u"r2 r1 r3"_s, u"f e a d b c"_s, u"r1 r3 r2"_s);
    add("protocols, kinds", ServerColumn::Protocol, u"b a c d e f"_s, u"r3 r2 r1"_s, u"a c d e f b"_s,
        u"r1 r2 r3"_s);
    add("addresses, members", ServerColumn::Address, u"c a b d e f"_s, u"r3 r1 r2"_s, u"f e d b a c"_s,
        u"r1 r2 r3"_s);
    add("health", ServerColumn::Health, u"a b c e f d"_s, u"r1 r3 r2"_s, u"d f e c a b"_s, u"r2 r1 r3"_s);
    add("times, those without last", ServerColumn::Tcp, u"b c e a d f"_s, untouched, u"a e c b d f"_s,
        untouched);
    add("times of UDP", ServerColumn::Udp, u"e a b c d f"_s, untouched, u"a e b c d f"_s, untouched);
    add("last checks", ServerColumn::LastCheck, u"e b c a d f"_s, untouched, u"d a c b e f"_s, untouched);
}

void TestServerModel::sorts()
{
    QFETCH(const ServerColumn, column);
    QFETCH(const Qt::SortOrder, order);
    m_model->setProfile(unsorted());
    m_model->setCheck(measured(u"a"_s, 120ms, 30ms, 3'000));
    m_model->setCheck(measured(u"b"_s, 40ms, 1ms, 1'000)); // which has no UDP that it could be the time of
    m_model->setCheck(measured(u"c"_s, 80ms, {}, 2'000));
    m_model->setCheck(measured(u"d"_s, {}, {}, 4'000));
    m_model->setCheck(measured(u"e"_s, 90ms, 10ms, 500));
    m_model->setChecking(u"e"_s);
    sort(column, order);
    QTEST(shownServers(), "servers");
    QTEST(shownRoutes(), "routes");
    QCOMPARE(m_model->indexOf(u"a"_s).data(ServerModel::IdRole).toString(), u"a"_s);
}

void TestServerModel::isAsInTheProfileWithoutAColumn()
{
    m_model->setProfile(unsorted());
    QCOMPARE(shownServers(), u"a b c d e f"_s);
    sort(ServerColumn::Name);
    m_model->sort(kNoColumn, Qt::DescendingOrder);
    QCOMPARE(shownServers(), u"a b c d e f"_s);
    QCOMPARE(shownRoutes(), u"r1 r2 r3"_s);
    m_model->sort(ui::kServerColumns, Qt::AscendingOrder);
    QCOMPARE(shownServers(), u"a b c d e f"_s);
}

void TestServerModel::movesRowsWhenMoreIsKnown()
{
    sort(ServerColumn::Tcp);
    QCOMPARE(shownServers(), u"office home web"_s);
    const QPersistentModelIndex web = m_model->indexOf(u"web"_s);
    QSignalSpy moved(m_model.get(), &QAbstractItemModel::layoutChanged);
    m_model->setChecking(u"web"_s);
    QCOMPARE(moved.size(), 0);
    m_model->setCheck(measured(u"web"_s, 20ms, {}, 1'000));
    QCOMPARE(moved.size(), 1);
    QCOMPARE(shownServers(), u"web office home"_s);
    QCOMPARE(web.row(), 0);
    QCOMPARE(web.data(ServerModel::IdRole).toString(), u"web"_s);
    // Where they stand already, or by what it does not touch.
    m_model->setCheck(measured(u"office"_s, 30ms, {}, 1'000));
    m_model->setHealth({u"web"_s, true, {ErrorCode::UpstreamUnreachable, {}}});
    sort(ServerColumn::Name);
    moved.clear();
    m_model->setCheck(measured(u"home"_s, 10ms, {}, 1'000));
    QCOMPARE(moved.size(), 0);
}

void TestServerModel::movesRoutesWhenMoreIsKnown()
{
    sort(ServerColumn::Health);
    QCOMPARE(shownRoutes(), u"both any nested"_s);
    m_model->setHealth({u"office"_s, true, {ErrorCode::UpstreamUnreachable, {}}});
    QCOMPARE(shownServers(), u"home web office"_s);
    QCOMPARE(shownRoutes(), u"any nested both"_s);
    m_model->setHealth({u"office"_s, false, {}});
    QCOMPARE(shownServers(), u"office home web"_s);
    QCOMPARE(shownRoutes(), u"both any nested"_s);
}

void TestServerModel::keepsIndexesOfSortedRows()
{
    sort(ServerColumn::Name);
    QCOMPARE(shownServers(), u"home office web"_s);
    const int address = static_cast<int>(ServerColumn::Address);
    const QPersistentModelIndex home = m_model->indexOf(u"home"_s).siblingAtColumn(address);
    const QPersistentModelIndex both = m_model->indexOf(u"both"_s);
    engine::Profile profile = sample();
    profile.servers[1].name = u"Zoo"_s;
    profile.servers.removeFirst();
    profile.servers.prepend(fakeServer(u"new"_s, u"New"_s));
    profile.routes[0].name = u"Zoo"_s;
    profile.routes[0].members = {u"new"_s};
    m_model->setProfile(profile);
    QCOMPARE(shownServers(), u"new web home"_s);
    QCOMPARE(home.row(), 2);
    QCOMPARE(home.column(), address);
    QCOMPARE(home.data(ServerModel::IdRole).toString(), u"home"_s);
    QCOMPARE(both.data(ServerModel::IdRole).toString(), u"both"_s);
    QCOMPARE(both.row(), 2);
}

void TestServerModel::takesDropsOnRoutes()
{
    QSignalSpy dropped(m_model.get(), &ServerModel::membersDropped);
    const std::unique_ptr<QMimeData> data(
        m_model->mimeData({m_model->indexOf(u"web"_s), m_model->indexOf(u"any"_s)}));
    const QModelIndex route = m_model->indexOf(u"both"_s);
    QVERIFY(!m_model->dropMimeData(data.get(), Qt::CopyAction, -1, -1, m_model->indexOf(u"home"_s)));
    QVERIFY(!m_model->dropMimeData(data.get(), Qt::CopyAction, 0, 0,
                                   m_model->sectionIndex(ServerModel::Section::Routes)));
    QVERIFY(dropped.isEmpty());
    QVERIFY(m_model->dropMimeData(data.get(), Qt::CopyAction, -1, -1, route.siblingAtColumn(2)));
    QCOMPARE(dropped.takeFirst(), (QVariantList{u"both"_s, QStringList{u"web"_s, u"any"_s}}));
    QVERIFY(m_model->mimeData({m_model->sectionIndex(ServerModel::Section::Servers)}) == nullptr);
}

/// Where the first route comes from, too: an empty section has no row to drop on.
void TestServerModel::takesDropsOnTheRoutesHeading()
{
    QSignalSpy wanted(m_model.get(), &ServerModel::routeWanted);
    QSignalSpy dropped(m_model.get(), &ServerModel::membersDropped);
    const std::unique_ptr<QMimeData> data(
        m_model->mimeData({m_model->indexOf(u"web"_s), m_model->indexOf(u"home"_s)}));
    const QModelIndex heading = m_model->sectionIndex(ServerModel::Section::Routes);
    const QModelIndex servers = m_model->sectionIndex(ServerModel::Section::Servers);
    QVERIFY(m_model->flags(heading).testFlag(Qt::ItemIsDropEnabled));
    QVERIFY(!m_model->flags(servers).testFlag(Qt::ItemIsDropEnabled));
    QVERIFY(!m_model->dropMimeData(data.get(), Qt::CopyAction, -1, -1, servers));
    QVERIFY(m_model->dropMimeData(data.get(), Qt::CopyAction, -1, -1, heading));
    QCOMPARE(wanted, QList<QVariantList>{QVariantList{QStringList({u"web"_s, u"home"_s})}});
    QVERIFY(dropped.isEmpty());
}

QTEST_GUILESS_MAIN(TestServerModel)
#include "tst_servermodel.moc"
