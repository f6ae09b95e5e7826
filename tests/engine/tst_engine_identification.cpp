// SPDX-License-Identifier: MIT
#include "engine/inbound/identification.h"
#include "engine/limits.h"

#include "tests/support/association.h"
#include "tests/support/eventloops.h"
#include "tests/support/fakeclock.h"
#include "tests/support/ruleprofiles.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QCoreApplication>
#include <QTest>

#include <algorithm>
#include <atomic>

// When the engine looks for the program behind a connection.

using namespace engine;
using std::chrono::milliseconds;
using test::hostRule;

namespace
{

/// Long enough for a program to be found.
constexpr milliseconds kQuiet = test::scaled(milliseconds{150});
/// Of so many, one is found in time: on a busy machine some are not, and stay unknown.
constexpr int kAttempts = 3;

/// The program behind a client that asks for nothing, as it is known when the client is shown; 0 when it is
/// not known, -1 when the client does not come to be shown.
qint64 programOfASilentClient(const Profile &profile)
{
    test::IncuriousEngine engine(profile);
    const test::RawSocket silent = test::RawSocket::connectTo(engine.listener());
    if (!engine.waitForCounts(1, 1))
        return -1;
    QTest::qWait(static_cast<int>(kQuiet.count()));
    engine.engine().setDetail(Detail::Connections);
    if (!engine.waitFor([&] { return engine.liveOf(silent.local()).id != 0; }))
        return -1;
    // What was known before it was shown: deltas that come later may know more.
    const auto shown = std::find_if(engine.deltas().begin(), engine.deltas().end(),
                                    [](const Delta &delta) { return !delta.added.isEmpty(); });
    return shown->added.constFirst().processId;
}

/// Lines in the log about one connection.
struct Lines {
    int all = 0;
    int named = 0;    ///< with the program
    int misnamed = 0; ///< with another
};

/// Though no rule asks for it, nobody looks at it, and it is short.
Lines linesAboutAShortConnection()
{
    test::TestEngine engine(test::ruleProfile({}));
    engine.engine().setDetail(Detail::Totals);
    const test::RawListener target;
    if (test::RelayedPair pair = test::openRelay(engine.listener(), target);
        pair.client.send("x") && pair.target.receive(1) == "x") {
        // What is gone before the system can be asked stays unknown.
        QTest::qWait(static_cast<int>(kQuiet.count()));
    }
    engine.waitFor([&engine] { return engine.hasEvent(EventCode::ConnectionClosed); });
    Lines lines;
    for (const Event &event : engine.events()) {
        if (event.connection == 0)
            continue;
        ++lines.all;
        if (event.processId == QCoreApplication::applicationPid() &&
            event.application.contains(QLatin1StringView("tst_engine_identification").left(15)))
            ++lines.named;
        else if (event.processId != 0 || !event.application.isEmpty())
            ++lines.misnamed;
    }
    return lines;
}

} // namespace

class TestEngineIdentification : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsOutWhoAsksBeforeTheRequest();
    void namesTheProgramInTheLog();
    void looksOnceMoreAtWhomItShowsMeanwhile();
    void saysWhatWasDecidedOnRequest();
    void bearsClientsThatLeaveWhileTheyAreLookedFor();
    void keepsTheFirstDatagramsUntilTheirSenderIsKnown();
    void bearsAssociationsThatEndMeanwhile();
};

/// Only rules that ask for programs make it look, and it does not wait for the request.
void TestEngineIdentification::findsOutWhoAsksBeforeTheRequest()
{
    const qint64 self = QCoreApplication::applicationPid();
    for (const bool asks : {true, false}) {
        const Profile profile = test::ruleProfile(
            {asks ? test::applicationRule(QStringLiteral("other"), Action::block()) : hostRule("Any", "*")});
        bool isFound = false;
        for (int i = 0; i < kAttempts && !isFound; ++i) {
            const qint64 program = programOfASilentClient(profile);
            QVERIFY(program == 0 || program == self);
            isFound = program == self;
        }
        QCOMPARE(isFound, asks);
    }
}

void TestEngineIdentification::namesTheProgramInTheLog()
{
    constexpr int kLines = 2;
    Lines lines;
    for (int i = 0; i < kAttempts && lines.named < kLines; ++i) {
        lines = linesAboutAShortConnection();
        QCOMPARE(lines.all, kLines);
        QCOMPARE(lines.misnamed, 0);
    }
    QCOMPARE(lines.named, kLines);
}

/// A client that is shown while it is looked for, so early that the system may not know it.
void TestEngineIdentification::looksOnceMoreAtWhomItShowsMeanwhile()
{
    const test::FakeClock clock;
    net::DeadlineQueue deadlines(clock);
    std::atomic<int> asked = 0;
    OwnerLookup owners(deadlines, [&asked](Transport, const Endpoint &, const Endpoint &) {
        ++asked;
        return std::optional<Application>();
    });
    Registry registry;
    Identification identification(registry, owners);
    Registry::Record &record = registry.open(test::endpoint("127.0.0.1", 5), QStringLiteral("Local"), 0);
    record.info.isLocal = true;
    identification.opened(record);
    identification.shown({record.info});
    QVERIFY(test::waitFor([&] {
        identification.shown({});
        return record.isIdentified;
    }));
    QCOMPARE(asked.load(), 2);
}

void TestEngineIdentification::saysWhatWasDecidedOnRequest()
{
    const test::RawListener target;
    for (const EventLevel level : {EventLevel::Info, EventLevel::Debug}) {
        test::TestEngine engine(test::ruleProfile({hostRule("Here", "127.0.0.1")}));
        engine.engine().setEventLevel(level);
        QVERIFY(test::openRelay(engine.listener(), target).isOpen());
        QVERIFY(engine.waitFor([&engine] { return engine.hasEvent(EventCode::ConnectionClosed); }));
        const auto decided =
            std::find_if(engine.events().begin(), engine.events().end(),
                         [](const Event &event) { return event.code == EventCode::ConnectionDecided; });
        QCOMPARE(decided != engine.events().end(), level == EventLevel::Debug);
        if (level == EventLevel::Debug)
            QCOMPARE(decided->rule, QStringLiteral("Here"));
    }
}

void TestEngineIdentification::bearsClientsThatLeaveWhileTheyAreLookedFor()
{
    constexpr int kClients = 300;
    const test::RawListener target;
    test::TestEngine engine(
        test::ruleProfile({test::applicationRule(QStringLiteral("other"), Action::block())}));
    for (int i = 0; i < kClients; ++i) {
        test::RawSocket hasty = test::RawSocket::connectTo(engine.listener());
        if (i % 2 == 0)
            QVERIFY(hasty.send(test::socks5Greeting() + test::socks5Request(target.endpoint())));
    }
    QVERIFY(engine.waitFor([&engine] { return engine.totals().accepted >= kClients; }));
    QVERIFY(engine.waitFor([&engine] { return engine.totals().live == 0; }));
    QVERIFY(test::openRelay(engine.listener(), target).isOpen());
}

void TestEngineIdentification::keepsTheFirstDatagramsUntilTheirSenderIsKnown()
{
    test::TestEngine engine(
        test::ruleProfile({test::applicationRule(QStringLiteral("other"), Action::block())}));
    const test::UdpClient client(engine.listener());
    const test::RawDatagrams target;
    const int count = static_cast<int>(kMaximumUnidentifiedDatagrams);
    for (int i = 0; i < count; ++i)
        QVERIFY(client.sendTo(target, QByteArray::number(i)));
    for (int i = 0; i < count; ++i)
        QCOMPARE(target.receive().bytes, QByteArray::number(i));
}

void TestEngineIdentification::bearsAssociationsThatEndMeanwhile()
{
    constexpr int kAssociations = 50;
    test::TestEngine engine(
        test::ruleProfile({test::applicationRule(QStringLiteral("other"), Action::block())}));
    const test::RawDatagrams target;
    for (int i = 0; i < kAssociations; ++i) {
        const test::UdpClient hasty(engine.listener());
        QVERIFY(hasty.sendTo(target, "hasty"));
    }
    QVERIFY(engine.waitFor([&engine] { return engine.totals().accepted >= kAssociations; }));
    QVERIFY(engine.waitFor([&engine] { return engine.totals().live == 0; }));
    const test::UdpClient client(engine.listener());
    const test::RawDatagrams other;
    QVERIFY(client.sendTo(other, "patient"));
    QCOMPARE(other.receive().bytes, QByteArray("patient"));
}

QTEST_GUILESS_MAIN(TestEngineIdentification)
#include "tst_engine_identification.moc"
