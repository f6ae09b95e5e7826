// SPDX-License-Identifier: MIT
#include "fakeprofilestore.h"
#include "ui/fingerprint.h"
#include "ui/servermodel.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
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

} // namespace

class TestServerModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
    for (quint32 seed = 1; seed <= 10; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void TestServerModel::followsAnyChange()
{
    QFETCH(const quint32, seed);
    QRandomGenerator random(seed);
    for (int step = 0; step < 40; ++step) {
        engine::Profile profile;
        for (int number = 0; number < 8; ++number) {
            if (random.bounded(2) == 0)
                profile.servers << fakeServer(u"server-%1"_s.arg(number), {});
        }
        std::shuffle(profile.servers.begin(), profile.servers.end(), random);
        m_model->setProfile(profile);
        const QModelIndex parent = m_model->sectionIndex(ServerModel::Section::Servers);
        QCOMPARE(m_model->rowCount(parent), profile.servers.size());
        for (int row = 0; row < profile.servers.size(); ++row)
            QCOMPARE(m_model->index(row, 0, parent).data(ServerModel::IdRole).toString(),
                     profile.servers.at(row).id);
    }
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
