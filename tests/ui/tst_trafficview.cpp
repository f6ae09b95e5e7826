// SPDX-License-Identifier: MIT
#include "ui/proxystatus.h"
#include "ui/routeledger.h"
#include "ui/trafficday.h"
#include "ui/trafficgraph.h"
#include "ui/trafficsources.h"
#include "ui/trafficview.h"

#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLockFile>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>

using engine::Connection;
using engine::Delta;
using ui::TrafficSource;
using ui::TrafficSum;

namespace
{

Connection connection(engine::ConnectionId id, const QString &application, const QString &route,
                      std::uint64_t down)
{
    Connection made;
    made.id = id;
    made.state = engine::ConnectionState::Open;
    made.client = {engine::Address::fromV4(0x7f000001), 40'000};
    made.application = application;
    made.route = route;
    made.bytesDown = down;
    return made;
}

Delta whole(const QList<Connection> &connections)
{
    Delta delta;
    delta.whole = true;
    delta.added = connections;
    return delta;
}

engine::Event closed(const Connection &connection)
{
    engine::Event event;
    event.code = engine::EventCode::ConnectionClosed;
    event.connection = connection.id;
    event.application = connection.application;
    event.client = connection.client;
    event.route = connection.route;
    event.bytesDown = connection.bytesDown;
    return event;
}

engine::Totals totals(std::uint64_t down, std::uint64_t up)
{
    engine::Totals made;
    made.bytesDown = down;
    made.bytesUp = up;
    return made;
}

} // namespace

class TestTrafficView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void addsUpByRoute();
    void addsUpByRouteWhileHidden();
    void boundsRoutes();
    void keepsTheBusiest();
    void keepsWhatIsWatched();
    void offersSources();
    void countsTheDay();
    void remembersTheDay();
    void sharesTheDayWithOtherSessions();
    void beginsANewDay();
    void survivesAWrongClock();
    void writesNowAndThen();
    void waitsForNobodyWhileItRuns();
    void readsNoNonsense();
    void showsSums();

private:
    /// One application's connection, whose bytes grow by `grown` in a second.
    void feed(const QString &application, std::uint64_t grown)
    {
        const engine::ConnectionId id = qHash(application) + 1;
        Delta delta;
        Connection &made = m_connections[application];
        if (made.id == 0)
            made = connection(id, application, {}, 0);
        made.bytesDown += grown;
        delta.added << made;
        m_applications->applyDelta(delta);
        m_routes->applyDelta(delta);
    }
    void pass(std::int64_t ms)
    {
        m_monotonic += ms;
        m_wall += ms;
    }
    void add() { m_sources->add(m_monotonic, *m_applications, *m_routes); }
    [[nodiscard]] static TrafficSource program(const QString &name)
    {
        return {TrafficSource::Kind::Application, {ui::ApplicationKind::Program, name, {}}, {}};
    }
    [[nodiscard]] static TrafficSource route(const QString &name)
    {
        return {TrafficSource::Kind::Route, {}, name};
    }

    std::int64_t m_monotonic = 0;
    std::int64_t m_wall = 0;
    ui::Clock m_clock{[this] { return m_wall; },
                      [this] {
                          return m_monotonic;
                      }};
    QHash<QString, Connection> m_connections;
    std::unique_ptr<ui::ApplicationLedger> m_applications;
    std::unique_ptr<ui::RouteLedger> m_routes;
    std::unique_ptr<ui::TrafficSources> m_sources;
};

void TestTrafficView::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("hosier-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_trafficview"));
}

void TestTrafficView::init()
{
    QSettings().clear();
    m_monotonic = 1'000;
    m_wall = QDateTime(QDate(2026, 3, 10), QTime(12, 0)).toMSecsSinceEpoch();
    m_connections.clear();
    m_applications = std::make_unique<ui::ApplicationLedger>(m_clock);
    m_routes = std::make_unique<ui::RouteLedger>();
    m_sources = std::make_unique<ui::TrafficSources>();
    m_applications->applyDelta(whole({}));
    m_routes->applyDelta(whole({}));
}

void TestTrafficView::addsUpByRoute()
{
    const QString office = QStringLiteral("Office");
    Delta delta = whole({connection(1, {}, office, 100), connection(2, {}, {}, 5)});
    m_routes->applyDelta(delta);
    delta = {};
    delta.changed = {{1, engine::ConnectionState::Open, 7, 150}, {99, engine::ConnectionState::Open, 1, 1}};
    delta.removed = {connection(2, {}, {}, 6), connection(3, {}, office, 1'000)};
    m_routes->applyDelta(delta);
    QCOMPARE(m_routes->routes().value(office).down, 1'150U);
    QCOMPARE(m_routes->routes().value(office).up, 7U);
    QCOMPARE(m_routes->routes().value({}).down, 6U);
    // An association that goes another way from now on.
    delta = {};
    delta.added = {connection(1, {}, QStringLiteral("Exit"), 160)};
    m_routes->applyDelta(delta);
    QCOMPARE(m_routes->routes().value(office).down, 1'150U);
    QCOMPARE(m_routes->routes().value(QStringLiteral("Exit")).down, 10U);
    // The server that a group has chosen.
    delta.added = {connection(4, {}, QStringLiteral("Group"), 30)};
    delta.added[0].servers = {office};
    m_routes->applyDelta(delta);
    QCOMPARE(m_routes->routes().value(office).down, 1'180U);
    QVERIFY(!m_routes->routes().contains(QStringLiteral("Group")));
}

void TestTrafficView::addsUpByRouteWhileHidden()
{
    const QString office = QStringLiteral("Office");
    m_routes->applyDelta(whole({connection(1, {}, office, 100), connection(2, {}, office, 100)}));
    m_routes->suspend();
    m_routes->applyEvents({closed(connection(1, {}, office, 300)), closed(connection(3, {}, office, 1'000))});
    QCOMPARE(m_routes->routes().value(office).down, 1'400U);
    // The next whole delta knows of the live ones; what ended with it is told twice and counted once.
    Delta delta = whole({connection(2, {}, office, 500)});
    delta.removed = {connection(4, {}, office, 10)};
    delta.events = {closed(delta.removed.front())};
    m_routes->applyDelta(delta);
    QCOMPARE(m_routes->routes().value(office).down, 1'810U);
}

void TestTrafficView::boundsRoutes()
{
    Delta delta;
    for (engine::ConnectionId id = 1; id <= 2'000; ++id)
        delta.removed << connection(id, {}, QStringLiteral("route-%1").arg(id), id);
    m_routes->applyDelta(delta);
    QCOMPARE(m_routes->routes().size(), ui::kMaximumRoutes);
    QVERIFY(m_routes->routes().contains(QStringLiteral("route-2000")));
    QVERIFY(!m_routes->routes().contains(QStringLiteral("route-1")));
}

void TestTrafficView::keepsTheBusiest()
{
    const auto name = [](int number) {
        return QStringLiteral("app-%1").arg(number, 2, 10, QLatin1Char('0'));
    };
    for (int number = 0; number < 40; ++number)
        feed(name(number), 1'000);
    feed(QStringLiteral("idle"), 0);
    add();
    const auto applications = [this] {
        QStringList names;
        for (const TrafficSource &source : m_sources->kept()) {
            if (source.kind == TrafficSource::Kind::Application)
                names << ui::sourceName(source);
        }
        return names;
    };
    QCOMPARE(applications().size(), ui::kMaximumHistories);
    QVERIFY(!applications().contains(QStringLiteral("idle")));
    QCOMPARE(ui::sourceName(m_sources->kept().constLast()), QStringLiteral("Direct"));
    // Alike ones do not take turns, ...
    const std::uint64_t generation = m_sources->generation();
    for (int update = 0; update < 100; ++update) {
        pass(200);
        for (int number = 0; number < 40; ++number)
            feed(name(number), 1'000 + static_cast<std::uint64_t>(number));
        add();
    }
    QCOMPARE(m_sources->generation(), generation);
    // ... but who moves much has a place a moment later.
    feed(QStringLiteral("idle"), 1'000'000);
    pass(200);
    add();
    QVERIFY(m_sources->generation() != generation);
    QVERIFY(applications().contains(QStringLiteral("idle")));
    QCOMPARE(applications().size(), ui::kMaximumHistories);
    for (int second = 0; second < 10; ++second) {
        pass(1'000);
        feed(QStringLiteral("idle"), 2'048);
        add();
    }
    QCOMPARE(m_sources->history(program(QStringLiteral("idle")))->current().down, 2'048.0);
}

void TestTrafficView::keepsWhatIsWatched()
{
    const QString slow = QStringLiteral("slow");
    feed(slow, 1);
    add();
    m_sources->watch(program(slow));
    const ui::TrafficHistory *history = m_sources->history(program(slow));
    QVERIFY(history != nullptr);
    for (int update = 0; update < 100; ++update) {
        pass(1'000);
        for (int number = 0; number < 40; ++number)
            feed(QStringLiteral("app-%1").arg(number), 1'000'000);
        add();
    }
    QCOMPARE(m_sources->history(program(slow)), history);
    QCOMPARE(history->lastMs(), m_monotonic);
    // Even when the ledger has forgotten it.
    m_applications = std::make_unique<ui::ApplicationLedger>(m_clock);
    pass(1'000);
    add();
    QCOMPARE(m_sources->history(program(slow)), history);
    m_sources->watch({});
    pass(1'000);
    add();
    QVERIFY(m_sources->history(program(slow)) == nullptr);
    QVERIFY(m_sources->history(route({})) != nullptr);
}

void TestTrafficView::offersSources()
{
    ui::ProxyStatus status({});
    ui::TrafficRecords records;
    ui::TrafficView view(status, records);
    view.show();
    auto *combo = view.findChild<QComboBox *>(QStringLiteral("trafficSourceCombo"));
    const auto items = [combo] {
        QStringList texts;
        for (int at = 0; at < combo->count(); ++at)
            texts << combo->itemText(at);
        return texts;
    };
    const auto apply = [this, &status, &view](Delta delta, std::uint64_t down) {
        pass(1'000);
        delta.elapsedMs = m_monotonic;
        delta.totals.bytesDown = down;
        status.applyDelta(delta);
        m_applications->applyDelta(delta);
        view.applyDelta(delta, *m_applications);
    };
    const QString office = QStringLiteral("Office");
    apply(whole({connection(1, QStringLiteral("curl"), office, 0)}), 0);
    QCOMPARE(items(), QStringList{QStringLiteral("All traffic")});
    apply(whole({connection(1, QStringLiteral("curl"), office, 1'024),
                 connection(2, QStringLiteral("Apt"), {}, 2'048)}),
          3'072);
    const QStringList expected{QStringLiteral("All traffic"),
                               QString(),
                               QStringLiteral("Apt"),
                               QStringLiteral("curl"),
                               QString(),
                               QStringLiteral("Direct"),
                               QStringLiteral("By way of Office")};
    QCOMPARE(items(), expected);
    combo->setCurrentIndex(3);
    QCOMPARE(view.shownSource(), std::optional(program(QStringLiteral("curl"))));
    for (std::uint64_t second = 1; second < 4; ++second)
        apply(whole({connection(1, QStringLiteral("curl"), office, 1'024 + second * 1'024),
                     connection(2, QStringLiteral("Apt"), {}, 2'048 + second * 2'048)}),
              3'072 + second * 3'072);
    QCOMPARE(view.graph().accessibleDescription(), QStringLiteral("Now 1.0 KiB/s down, 0 B/s up"));
    // What is shown stays shown while the list changes.
    apply(whole({connection(3, QStringLiteral("bash"), {}, 10)}), 20'000);
    QCOMPARE(combo->currentText(), QStringLiteral("curl"));
    QVERIFY(items().contains(QStringLiteral("bash")));
    combo->setCurrentIndex(0);
    QCOMPARE(view.shownSource(), std::optional<TrafficSource>());
}

void TestTrafficView::countsTheDay()
{
    ui::TrafficDay day(m_clock);
    day.add(totals(100, 10));
    day.add(totals(150, 30));
    QCOMPARE(day.today(), (TrafficSum{150, 30}));
    // Another engine begins at zero.
    day.add(totals(5, 1));
    QCOMPARE(day.today(), (TrafficSum{155, 31}));
}

void TestTrafficView::remembersTheDay()
{
    {
        ui::TrafficDay day(m_clock);
        day.add(totals(100, 10));
    }
    ui::TrafficDay day(m_clock);
    QCOMPARE(day.today(), (TrafficSum{100, 10}));
    day.add(totals(1, 0));
    QCOMPARE(day.today(), (TrafficSum{101, 10}));
}

/// Of another profile, at the same time.
void TestTrafficView::sharesTheDayWithOtherSessions()
{
    {
        ui::TrafficDay earlier(m_clock);
        earlier.add(totals(1'000, 100));
    }
    ui::TrafficDay one(m_clock);
    ui::TrafficDay other(m_clock);
    one.add(totals(10, 1));
    other.add(totals(20, 2));
    one.save();
    other.save();
    QCOMPARE(other.today(), (TrafficSum{1'030, 103}));
    one.add(totals(15, 1));
    one.save();
    QCOMPARE(one.today(), (TrafficSum{1'035, 103}));
    // One that is a day ahead, by its clock, leaves the others theirs.
    const std::int64_t today = m_wall;
    m_wall += std::chrono::milliseconds(std::chrono::hours(24)).count();
    other.add(totals(27, 2));
    other.save();
    QCOMPARE(other.today(), (TrafficSum{7, 0}));
    m_wall = today;
    one.add(totals(16, 1));
    one.save();
    const ui::TrafficDay later(m_clock);
    QCOMPARE(later.today(), (TrafficSum{1'036, 103}));
    m_wall += std::chrono::milliseconds(std::chrono::hours(24)).count();
    QCOMPARE(later.today(), (TrafficSum{7, 0}));
}

void TestTrafficView::beginsANewDay()
{
    ui::TrafficDay day(m_clock);
    day.add(totals(100, 10));
    pass(std::chrono::milliseconds(std::chrono::hours(12)).count());
    QCOMPARE(day.today(), TrafficSum());
    day.add(totals(130, 11));
    QCOMPARE(day.today(), (TrafficSum{30, 1}));
}

void TestTrafficView::survivesAWrongClock()
{
    const std::int64_t right = m_wall;
    ui::TrafficDay day(m_clock);
    day.add(totals(100, 0));
    m_wall = QDateTime(QDate(2099, 1, 1), QTime(1, 0)).toMSecsSinceEpoch();
    day.add(totals(110, 0));
    m_wall = QDateTime(QDate(1970, 1, 2), QTime(1, 0)).toMSecsSinceEpoch();
    day.add(totals(115, 0));
    QCOMPARE(day.today(), (TrafficSum{5, 0}));
    m_wall = right + 1'000;
    day.add(totals(118, 0));
    QCOMPARE(day.today(), (TrafficSum{103, 0}));
    // Days do not pile up, whatever the clock does.
    for (std::uint64_t step = 0; step < 100; ++step) {
        m_wall += std::chrono::milliseconds(std::chrono::hours(24)).count();
        day.add(totals(1'000 + step, 0));
    }
    day.save();
    QCOMPARE(QSettings().value(QStringLiteral("traffic/days/size")).toInt(), ui::kRememberedDays);
}

void TestTrafficView::writesNowAndThen()
{
    const auto written = [] {
        return QSettings().value(QStringLiteral("traffic/days/1/down")).toULongLong();
    };
    ui::TrafficDay day(m_clock);
    for (std::uint64_t second = 0; second < 59; ++second) {
        pass(1'000);
        day.add(totals(second, 0));
    }
    QCOMPARE(written(), 0U);
    pass(1'000);
    day.add(totals(1'000, 0));
    QCOMPARE(written(), 1'000U);
    day.add(totals(2'000, 0));
    QCOMPARE(written(), 1'000U);
}

/// Another session writes: what is to be added to its sum stays for the next time.
void TestTrafficView::waitsForNobodyWhileItRuns()
{
    const auto written = [] {
        return QSettings().value(QStringLiteral("traffic/days/1/down")).toULongLong();
    };
    constexpr std::int64_t kInterval = std::chrono::milliseconds(ui::kDaySaveInterval).count();
    ui::TrafficDay day(m_clock);
    QVERIFY(QDir().mkpath(QFileInfo(QSettings().fileName()).path()));
    QLockFile others(QSettings().fileName() + QStringLiteral(".traffic.lock"));
    QVERIFY(others.tryLock());
    pass(kInterval);
    QElapsedTimer timer;
    timer.start();
    day.add(totals(1'000, 0));
    QVERIFY(timer.elapsed() < 250);
    QCOMPARE(written(), 0U);
    QCOMPARE(day.today(), (TrafficSum{1'000, 0}));
    others.unlock();
    pass(kInterval);
    day.add(totals(1'001, 0));
    QCOMPARE(written(), 1'001U);
    // The last time it is now or never.
    QVERIFY(others.tryLock());
    day.add(totals(1'002, 0));
    day.save();
    QCOMPARE(written(), 1'002U);
}

void TestTrafficView::readsNoNonsense()
{
    QSettings settings;
    settings.setValue(QStringLiteral("traffic/days/size"), 2'000'000'000);
    settings.setValue(QStringLiteral("traffic/days/1/date"), QStringLiteral("no day"));
    settings.setValue(QStringLiteral("traffic/days/2/date"), QStringLiteral("2026-03-10"));
    settings.setValue(QStringLiteral("traffic/days/2/down"), QStringLiteral("-5"));
    ui::TrafficDay day(m_clock);
    day.add(totals(3, 4));
    QCOMPARE(day.today(), (TrafficSum{3, 4}));
}

void TestTrafficView::showsSums()
{
    ui::ProxyStatus status({});
    ui::TrafficRecords records;
    ui::TrafficView view(status, records);
    view.show();
    Delta delta;
    delta.elapsedMs = 1'000;
    delta.totals = totals(2'048, 1'024);
    status.applyDelta(delta);
    view.refresh();
    QStringList texts;
    for (const char *name : {"trafficToday", "trafficSession"})
        texts << view.findChild<QWidget *>(QString::fromLatin1(name))->accessibleName();
    QCOMPARE(texts, (QStringList{QStringLiteral("Today: 2.0 KiB down, 1.0 KiB up"),
                                 QStringLiteral("Session: 2.0 KiB down, 1.0 KiB up")}));
}

QTEST_MAIN(TestTrafficView)
#include "tst_trafficview.moc"
