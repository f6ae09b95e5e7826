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
        // Whoever is shown, or has lines in the log, is looked for without being asked about: before anybody
        // is let in, neither is so any more.
        test::TestEngine engine(
            test::ruleProfile({asks ? test::applicationRule(QStringLiteral("other"), Action::block())
                                    : hostRule("Any", "*")}),
            false);
        engine.engine().setDetail(Detail::Totals);
        engine.engine().setEventLevel(EventLevel::Warning);
        engine.engine().setAccepting(true);
        const test::RawSocket silent = test::RawSocket::connectTo(engine.listener());
        QVERIFY(engine.waitForCounts(1, 1));
        QTest::qWait(static_cast<int>(kQuiet.count()));
        engine.engine().setDetail(Detail::Connections);
        QVERIFY(engine.waitFor([&] { return engine.liveOf(silent.local()).id != 0; }));
        // What was known before it was shown: deltas that come later may know more.
        const auto shown = std::find_if(engine.deltas().begin(), engine.deltas().end(),
                                        [](const Delta &delta) { return !delta.added.isEmpty(); });
        QCOMPARE(shown->added.constFirst().processId, asks ? self : 0);
    }
}

/// Though no rule asks for it, nobody looks at it, and it is short.
void TestEngineIdentification::namesTheProgramInTheLog()
{
    test::TestEngine engine(test::ruleProfile({}));
    engine.engine().setDetail(Detail::Totals);
    const test::RawListener target;
    {
        test::RelayedPair pair = test::openRelay(engine.listener(), target);
        QVERIFY(pair.client.send("x"));
        QCOMPARE(pair.target.receive(1), QByteArray("x"));
        // What is gone before the system can be asked stays unknown.
        QTest::qWait(static_cast<int>(kQuiet.count()));
    }
    QVERIFY(engine.waitFor([&engine] { return engine.hasEvent(EventCode::ConnectionClosed); }));
    int lines = 0;
    for (const Event &event : engine.events()) {
        if (event.connection == 0)
            continue;
        ++lines;
        QCOMPARE(event.processId, QCoreApplication::applicationPid());
        QVERIFY(event.application.contains(QLatin1StringView("tst_engine_identification").left(15)));
    }
    QCOMPARE(lines, 2);
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
