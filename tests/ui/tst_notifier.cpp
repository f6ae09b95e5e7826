// SPDX-License-Identifier: MIT
#include "engine/engine.h"
#include "ui/enginewatch.h"
#include "ui/notifier.h"

#include <QNetworkProxy>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using engine::Event;
using engine::EventCode;
using ui::Notice;
using ui::Notification;
using ui::Notifier;

namespace
{

Event blocked(const QString &application, std::uint32_t repeated = 0)
{
    Event event;
    event.code = EventCode::ConnectionFailed;
    event.error.code = engine::ErrorCode::BlockedByRule;
    event.application = application;
    event.processId = 7;
    event.target = QStringLiteral("ads.example.org:443");
    event.rule = QStringLiteral("No ads");
    event.repeated = repeated;
    return event;
}

engine::ServerProfile serverOf(const QString &id, const QString &name = {}, quint16 port = 1'080)
{
    engine::ServerProfile server;
    server.id = id;
    server.name = name.isEmpty() ? id : name;
    server.host = QStringLiteral("proxy.example.org");
    server.port = port;
    return server;
}

const engine::Endpoint kLocal{engine::Address::fromV4(0x7f000001), 1'080};

Event listener(const QString &name, EventCode code, engine::ErrorCode error = engine::ErrorCode::None,
               const engine::Endpoint &endpoint = kLocal)
{
    Event event;
    event.code = code;
    event.client = endpoint;
    event.detail = name;
    event.error.code = error;
    return event;
}

engine::ListenerStatus statusOf(engine::ListenerState state, const engine::Endpoint &endpoint = kLocal)
{
    engine::ListenerStatus status;
    status.name = QStringLiteral("Local");
    status.endpoint = endpoint;
    status.state = state;
    return status;
}

} // namespace

class TestNotifier : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void tellsOfABlockedProgramAtOnce();
    void makesOneMessageOfAStorm();
    void staysBelowItsRate();
    void kindsDoNotWaitForEachOther();
    void saysNothingThatIsSwitchedOff_data();
    void saysNothingThatIsSwitchedOff();
    void forgetsAServerThatCameBackMeanwhile();
    void tellsOfAChangedServerAnew_data();
    void tellsOfAChangedServerAnew();
    void tellsServersOfOneNameApart();
    void gathersServersThatFailTogether();
    void gathersServersBetweenEvents();
    void namesAFewServersAndCountsTheRest();
    void tellsOfAFailedListenerOnce();
    void tellsListenersOfOneNameApart();
    void tellsOfAFailedListenerAnew_data();
    void tellsOfAFailedListenerAnew();
    void tellsNothingOfAListenerThatIsGone();
    void tellsOfATakenPortEachTimeTheProxyIsTurnedOn();
    void tellsThatFilesCannotBeOpened();
    void tellsOfAnEngineThatStandsStill();
    void noticesAStandstill();
    void hearsFromAnIdleEngine();
    void ignoresOtherEvents_data();
    void ignoresOtherEvents();

private:
    void pass(std::chrono::milliseconds time)
    {
        m_now += time.count();
        m_notifier->tellDue();
    }

    void report(const QList<engine::ServerHealth> &healths)
    {
        for (const engine::ServerHealth &health : healths)
            m_notifier->takeHealth(health);
        pass(Notifier::kGatherTime);
    }

    QTemporaryDir m_folder;
    std::int64_t m_now = 0;
    std::unique_ptr<ui::Settings> m_settings;
    std::unique_ptr<Notifier> m_notifier;
    QList<Notification> m_told;
};

void TestNotifier::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QCoreApplication::setOrganizationName(QStringLiteral("hosier-test"));
    QCoreApplication::setApplicationName(QStringLiteral("hosier-test"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
}

void TestNotifier::init()
{
    QSettings().clear();
    m_told.clear();
    m_now = 1'000;
    m_settings = std::make_unique<ui::Settings>();
    m_notifier = std::make_unique<Notifier>(*m_settings, ui::Clock{[this] { return m_now; },
                                                                   [this] {
                                                                       return m_now;
                                                                   }});
    connect(m_notifier.get(), &Notifier::told, this,
            [this](const Notification &notification) { m_told << notification; });
}

void TestNotifier::tellsOfABlockedProgramAtOnce()
{
    m_notifier->takeEvents({blocked(QStringLiteral("curl"))});
    QCOMPARE(m_told.size(), 1);
    QCOMPARE(m_told.first().notice, Notice::Blocked);
    QCOMPARE(m_told.first().text,
             QStringLiteral("curl (7) may not connect to ads.example.org:443: rule \"No ads\"."));
}

void TestNotifier::makesOneMessageOfAStorm()
{
    QList<Event> storm;
    for (int i = 0; i < 500; ++i)
        storm << blocked(QStringLiteral("browser"), 1);
    m_notifier->takeEvents(storm);
    QCOMPARE(m_told.size(), 1);
    QVERIFY(m_told.first().text.contains(QStringLiteral("1000 connections")));
    QVERIFY(m_told.first().text.contains(QStringLiteral("browser (7)")));
}

void TestNotifier::staysBelowItsRate()
{
    // Ten minutes of ten blocked connections a second.
    constexpr int kSeconds = 600;
    for (int i = 0; i < 10 * kSeconds; ++i) {
        m_notifier->takeEvents({blocked(QStringLiteral("browser"))});
        pass(std::chrono::milliseconds(100));
    }
    QVERIFY(m_told.size() <= 1 + kSeconds * 1'000 / Notifier::kInterval.count());
    QVERIFY(m_told.size() >= kSeconds * 1'000 / Notifier::kInterval.count() - 1);
    QVERIFY(m_told.last().text.startsWith(QStringLiteral("300 connections")));
    const qsizetype before = m_told.size();
    pass(Notifier::kInterval); // the rest
    pass(10 * Notifier::kInterval);
    QVERIFY(m_told.size() <= before + 1);
}

void TestNotifier::kindsDoNotWaitForEachOther()
{
    m_notifier->setServers({serverOf(QStringLiteral("office"))});
    m_notifier->takeHealth({QStringLiteral("office"), true, {}});
    m_notifier->takeEvents(
        {blocked(QStringLiteral("curl")),
         listener(QStringLiteral("Local"), EventCode::ListenerFailed, engine::ErrorCode::AddressInUse)});
    QCOMPARE(m_told.size(), 2);
    pass(Notifier::kGatherTime);
    QCOMPARE(m_told.size(), 3);
}

void TestNotifier::saysNothingThatIsSwitchedOff_data()
{
    QTest::addColumn<Notice>("notice");
    QTest::newRow("listeners") << Notice::ProxyFailed;
    QTest::newRow("servers") << Notice::ServerHealth;
    QTest::newRow("blocked") << Notice::Blocked;
    QTest::newRow("engine") << Notice::Engine;
}

void TestNotifier::saysNothingThatIsSwitchedOff()
{
    QFETCH(Notice, notice);
    m_settings->setNotifies(notice, false);
    m_notifier->setServers({serverOf(QStringLiteral("office"))});
    m_notifier->takeHealth({QStringLiteral("office"), true, {}});
    m_notifier->takeEvents(
        {blocked(QStringLiteral("curl")),
         listener(QStringLiteral("Local"), EventCode::ListenerFailed, engine::ErrorCode::AddressInUse),
         listener(QStringLiteral("Local"), EventCode::DescriptorsExhausted)});
    pass(Notifier::kGatherTime);
    QCOMPARE(m_told.size(), 3);
    for (const Notification &notification : std::as_const(m_told))
        QVERIFY(notification.notice != notice);
    // What happened while it was off is not told later.
    m_settings->setNotifies(notice, true);
    pass(2 * Notifier::kInterval);
    QCOMPARE(m_told.size(), 3);
}

void TestNotifier::forgetsAServerThatCameBackMeanwhile()
{
    const QString office = QStringLiteral("office");
    m_notifier->setServers({serverOf(office, QStringLiteral("Office"))});
    report({{office, true, {}}});
    QCOMPARE(m_told.size(), 1);
    QVERIFY(m_told.first().isBad);
    report({{office, false, {}}});
    report({{office, true, {}}});
    pass(Notifier::kInterval);
    QCOMPARE(m_told.size(), 1); // down it was, down it is
    report({{office, false, {}}});
    QCOMPARE(m_told.size(), 2);
    QCOMPARE(m_told.last().text, QStringLiteral("Server Office works again."));
    QVERIFY(!m_told.last().isBad);
}

void TestNotifier::tellsOfAChangedServerAnew_data()
{
    QTest::addColumn<QList<engine::ServerProfile>>("meanwhile");
    QTest::addColumn<int>("told");
    const engine::ServerProfile office = serverOf(QStringLiteral("office"));
    const engine::ServerProfile home = serverOf(QStringLiteral("home"));
    using Servers = QList<engine::ServerProfile>;
    QTest::newRow("changed") << Servers{serverOf(office.id, {}, 1'081), home} << 2;
    QTest::newRow("renamed") << Servers{serverOf(office.id, QStringLiteral("Work")), home} << 2;
    QTest::newRow("removed, and added again") << Servers{home} << 2;
    QTest::newRow("moved, and another one changed") << Servers{serverOf(home.id, {}, 1), office} << 1;
}

/// The engine does not say that the one from before works again: it has a new one.
void TestNotifier::tellsOfAChangedServerAnew()
{
    QFETCH(const QList<engine::ServerProfile>, meanwhile);
    const QString office = QStringLiteral("office");
    const QList<engine::ServerProfile> servers{serverOf(office), serverOf(QStringLiteral("home"))};
    m_notifier->setServers(servers);
    report({{office, true, {}}});
    QCOMPARE(m_told.size(), 1);
    m_notifier->setServers(meanwhile);
    m_notifier->setServers(servers);
    pass(Notifier::kInterval);
    QCOMPARE(m_told.size(), 1);
    report({{office, true, {}}});
    QTEST(static_cast<int>(m_told.size()), "told");
}

void TestNotifier::tellsServersOfOneNameApart()
{
    const QString name = QStringLiteral("proxy.example.org");
    const QString one = QStringLiteral("one");
    const QString other = QStringLiteral("other");
    m_notifier->setServers({serverOf(one, name), serverOf(other, name)});
    report({{one, true, {}}});
    report({{other, true, {}}});
    pass(Notifier::kInterval);
    QCOMPARE(m_told.size(), 2);
    // The other one is still down.
    report({{one, false, {}}});
    pass(Notifier::kInterval);
    QCOMPARE(m_told.size(), 3);
    report({{other, false, {}}, {QStringLiteral("gone"), true, {}}});
    pass(Notifier::kInterval);
    QCOMPARE(m_told.size(), 4);
    QCOMPARE(m_told.last().text, QStringLiteral("Server proxy.example.org works again."));
}

/// By itself, a moment after the first, and not with what waits for longer.
void TestNotifier::gathersServersThatFailTogether()
{
    const QString curl = QStringLiteral("curl");
    m_notifier->takeEvents({blocked(curl)});
    m_notifier->takeEvents({blocked(curl)});
    m_notifier->setServers({serverOf(QStringLiteral("one")), serverOf(QStringLiteral("other"))});
    m_notifier->takeHealth({QStringLiteral("one"), true, {}});
    m_notifier->takeHealth({QStringLiteral("other"), true, {}});
    QCOMPARE(m_told.size(), 1);
    m_now += Notifier::kGatherTime.count();
    QTRY_COMPARE_WITH_TIMEOUT(m_told.size(), 2, static_cast<int>(4 * Notifier::kGatherTime.count()));
    QCOMPARE(m_told.last().text.split(u'\n').size(), 2);
}

/// Events come all the time.
void TestNotifier::gathersServersBetweenEvents()
{
    m_notifier->setServers({serverOf(QStringLiteral("one")), serverOf(QStringLiteral("other"))});
    m_notifier->takeHealth({QStringLiteral("one"), true, {}});
    m_notifier->takeEvents({});
    m_now += Notifier::kGatherTime.count() / 2;
    m_notifier->takeHealth({QStringLiteral("other"), true, {}});
    m_notifier->takeEvents({});
    QCOMPARE(m_told.size(), 0);
    pass(Notifier::kGatherTime / 2); // since the first
    QCOMPARE(m_told.size(), 1);
    QCOMPARE(m_told.first().text.split(u'\n').size(), 2);
}

void TestNotifier::namesAFewServersAndCountsTheRest()
{
    QList<engine::ServerProfile> servers;
    QList<engine::ServerHealth> health;
    for (int i = 0; i < 20; ++i) {
        servers << serverOf(QStringLiteral("s%1").arg(i, 2, 10, QLatin1Char('0')));
        health.append({servers.last().id, true, {}});
    }
    m_notifier->setServers(servers);
    report(health);
    QCOMPARE(m_told.size(), 1);
    QCOMPARE(m_told.first().text.split(u'\n').size(), Notifier::kMaximumLines + 1);
    QVERIFY(m_told.first().text.contains(QStringLiteral("15")));
}

void TestNotifier::tellsOfAFailedListenerOnce()
{
    const QString local = QStringLiteral("Local");
    const Event failed = listener(local, EventCode::ListenerFailed, engine::ErrorCode::AddressInUse);
    m_notifier->takeEvents({failed});
    for (int i = 0; i < 10; ++i) {
        m_notifier->takeEvents({failed}); // tried again
        pass(Notifier::kInterval);
    }
    QCOMPARE(m_told.size(), 1);
    m_notifier->takeEvents({listener(local, EventCode::ListenerOpened)});
    m_notifier->takeEvents({failed});
    QCOMPARE(m_told.size(), 2);
}

void TestNotifier::tellsListenersOfOneNameApart()
{
    const QString local = QStringLiteral("Local");
    const engine::Endpoint other{*engine::Address::fromLiteral(u"::1"), 1'080};
    m_notifier->takeEvents(
        {listener(local, EventCode::ListenerFailed, engine::ErrorCode::AddressInUse, other),
         listener(local, EventCode::ListenerOpened)});
    QCOMPARE(m_told.size(), 1);
    QVERIFY(m_told.first().text.contains(QStringLiteral("[::1]:1080")));
}

void TestNotifier::tellsOfAFailedListenerAnew_data()
{
    using engine::ListenerState;
    QTest::addColumn<QList<engine::ListenerStatus>>("meanwhile");
    QTest::addColumn<int>("told");
    using Listeners = QList<engine::ListenerStatus>;
    QTest::newRow("the proxy was off") << Listeners{statusOf(ListenerState::Closed)} << 2;
    QTest::newRow("it had another port")
        << Listeners{statusOf(ListenerState::Listening, {kLocal.address, 1})} << 2;
    QTest::newRow("another one was added")
        << Listeners{statusOf(ListenerState::Failed), statusOf(ListenerState::Listening, {kLocal.address, 1})}
        << 1;
}

/// No event says what has become of one that was not open.
void TestNotifier::tellsOfAFailedListenerAnew()
{
    QFETCH(const QList<engine::ListenerStatus>, meanwhile);
    const Event failed =
        listener(QStringLiteral("Local"), EventCode::ListenerFailed, engine::ErrorCode::AddressInUse);
    m_notifier->setListeners({statusOf(engine::ListenerState::Failed)});
    m_notifier->takeEvents({failed});
    QCOMPARE(m_told.size(), 1);
    m_notifier->setListeners(meanwhile);
    m_notifier->setListeners({statusOf(engine::ListenerState::Failed)});
    m_notifier->takeEvents({failed});
    pass(Notifier::kInterval);
    QTEST(static_cast<int>(m_told.size()), "told");
}

void TestNotifier::tellsNothingOfAListenerThatIsGone()
{
    const QString local = QStringLiteral("Local");
    const engine::Endpoint other{kLocal.address, 1'081};
    m_notifier->takeEvents({listener(local, EventCode::ListenerFailed, engine::ErrorCode::AddressInUse)});
    m_notifier->takeEvents(
        {listener(local, EventCode::ListenerFailed, engine::ErrorCode::AddressInUse, other)});
    m_notifier->setListeners({statusOf(engine::ListenerState::Failed)});
    pass(Notifier::kInterval);
    QCOMPARE(m_told.size(), 1);
}

/// The real engine and a port that is really taken.
void TestNotifier::tellsOfATakenPortEachTimeTheProxyIsTurnedOn()
{
    QTcpServer taken;
    taken.setProxy(QNetworkProxy::NoProxy);
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    engine::Profile profile;
    profile.listeners.resize(1);
    profile.listeners.front().name = QStringLiteral("Local");
    profile.listeners.front().address = kLocal.address;
    profile.listeners.front().port = taken.serverPort();
    engine::Engine engine;
    connect(&engine, &engine::Engine::listenersChanged, m_notifier.get(), &Notifier::setListeners);
    connect(&engine, &engine::Engine::delta, m_notifier.get(), [this, &engine](const engine::Delta &delta) {
        m_notifier->takeEvents(delta.events);
        engine.acknowledge(delta.seq);
    });
    engine.setDetail(engine::Detail::Connections);
    engine.start(profile);
    QTRY_COMPARE(m_told.size(), 1);
    engine.setAccepting(false);
    engine.setAccepting(true);
    m_now += Notifier::kInterval.count();
    QTRY_COMPARE(m_told.size(), 2);
}

void TestNotifier::tellsThatFilesCannotBeOpened()
{
    const Event exhausted = listener(QStringLiteral("Local"), EventCode::DescriptorsExhausted);
    // Half an hour of it, as it comes: every second.
    for (int second = 0; second < 1'800; ++second) {
        m_notifier->takeEvents({exhausted});
        pass(std::chrono::seconds(1));
    }
    QCOMPARE(m_told.size(), 3);
    QCOMPARE(m_told.first().notice, Notice::Engine);
    QVERIFY(m_told.first().isBad);
    QVERIFY(m_told.first().text.contains(QStringLiteral("Too many open files")));
}

void TestNotifier::tellsOfAnEngineThatStandsStill()
{
    m_notifier->setStalled(true);
    QCOMPARE(m_told.size(), 1);
    QCOMPARE(m_told.first().notice, Notice::Engine);
    QVERIFY(m_told.first().isBad && m_told.first().text.contains(QStringLiteral("does not respond")));
    m_notifier->setStalled(false);
    m_notifier->setStalled(true);
    pass(Notifier::kInterval);
    QCOMPARE(m_told.size(), 1); // still, it was, still it is
    m_notifier->setStalled(false);
    QCOMPARE(m_told.size(), 2);
    QVERIFY(!m_told.last().isBad && m_told.last().text.contains(QStringLiteral("responds again")));
}

void TestNotifier::noticesAStandstill()
{
    engine::Engine engine;
    ui::EngineWatch watch(engine);
    QSignalSpy changed(&watch, &ui::EngineWatch::stalledChanged);
    const auto lookOften = [&watch] {
        for (int look = 0; look < 2 * ui::EngineWatch::kSilentLooks; ++look)
            watch.look();
    };
    lookOften(); // it was not started yet
    QCOMPARE(changed.size(), 0);
    engine.start({}, false);
    for (int look = 0; look < 10; ++look) {
        watch.look();
        watch.heard();
    }
    QCOMPARE(changed.size(), 0);
    lookOften();
    QCOMPARE(changed.size(), 1);
    QVERIFY(changed.at(0).at(0).toBool());
    watch.heard();
    QCOMPARE(changed.size(), 2);
    QVERIFY(!changed.at(1).at(0).toBool());
    lookOften();
    engine.stop();
    watch.look(); // what is to end may be silent
    QCOMPARE(changed.size(), 4);
    lookOften();
    QCOMPARE(changed.size(), 4);
}

/// What the watch counts on: an engine with nothing to do tells of itself all the same.
void TestNotifier::hearsFromAnIdleEngine()
{
    engine::Engine engine;
    int heard = 0;
    connect(&engine, &engine::Engine::delta, this, [&engine, &heard](const engine::Delta &delta) {
        ++heard;
        engine.acknowledge(delta.seq);
    });
    engine.setDetail(engine::Detail::Totals);
    engine.start({}, false);
    QTRY_VERIFY_WITH_TIMEOUT(heard >= 3, 20'000);
}

void TestNotifier::ignoresOtherEvents_data()
{
    QTest::addColumn<int>("code");
    for (const auto code : {EventCode::EngineStarted, EventCode::EngineStopped, EventCode::ProfileApplied,
                            EventCode::ListenerOpened, EventCode::ConnectionDecided,
                            EventCode::ConnectionOpened, EventCode::ConnectionClosed,
                            EventCode::ConnectionFailed, EventCode::ClientRefused, EventCode::LoginFailed})
        QTest::addRow("%d", static_cast<int>(code)) << static_cast<int>(code);
}

void TestNotifier::ignoresOtherEvents()
{
    QFETCH(int, code);
    Event event;
    event.code = static_cast<EventCode>(code);
    m_notifier->takeEvents({event});
    pass(Notifier::kInterval);
    QVERIFY(m_told.isEmpty());
}

QTEST_GUILESS_MAIN(TestNotifier)
#include "tst_notifier.moc"
