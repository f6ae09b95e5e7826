// SPDX-License-Identifier: MIT
#include "ui/servertext.h"

#include <QTest>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using engine::ServerProtocol;

namespace
{

engine::CheckRequest requestFor(ServerProtocol protocol, bool tls)
{
    engine::CheckRequest request;
    request.server.protocol = protocol;
    request.server.tls = tls;
    request.server.host = u"2001:db8::1"_s;
    request.server.port = 1'080;
    return request;
}

} // namespace

class TestServerText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesServers();
    void tellsEachStep();
    void tellsTheStepThatFailed();
    void leavesOutWhatTheProtocolHasNot();
    void tellsOfProbes_data();
    void tellsOfProbes();
    void tellsHowServersFare();
};

void TestServerText::namesServers()
{
    const auto request = requestFor(ServerProtocol::Http, true);
    QCOMPARE(ui::serverProtocolText(request.server), u"HTTP over TLS"_s);
    QCOMPARE(ui::serverAddressText(request.server), u"[2001:db8::1]:1080"_s);
    QCOMPARE(ui::millisecondsText(34ms), u"34 ms"_s);
    for (const auto kind :
         {engine::RouteKind::Chain, engine::RouteKind::Failover, engine::RouteKind::Balance}) {
        QVERIFY(!ui::routeKindText(kind).isEmpty());
        QVERIFY(!ui::routeKindExplanation(kind).isEmpty());
    }
}

void TestServerText::tellsEachStep()
{
    engine::ServerCheck check;
    check.connected = 10ms;
    check.secured = 35ms;
    check.loggedIn = 45ms;
    check.answered = 100ms;
    check.udpAnswered = 60ms;
    const QList<ui::CheckStep> expected{{u"Connection to the server"_s, 10ms, {}},
                                        {u"TLS"_s, 25ms, {}},
                                        {u"Login"_s, 10ms, {}},
                                        {u"Connection to example.com:80"_s, 55ms, {}},
                                        {u"UDP answer from 1.1.1.1:53"_s, 60ms, {}}};
    QVERIFY(ui::checkSteps(requestFor(ServerProtocol::Socks5, true), check) == expected);
}

void TestServerText::tellsTheStepThatFailed()
{
    engine::ServerCheck check;
    check.connected = 10ms;
    check.error = {engine::ErrorCode::UpstreamLoginFailed, {}};
    check.udpError = {engine::ErrorCode::UpstreamTimedOut, engine::Message("no answer by UDP")};
    const auto steps = ui::checkSteps(requestFor(ServerProtocol::Socks5, false), check);
    QCOMPARE(steps.size(), 3);
    QVERIFY(steps.at(0).problem.isEmpty());
    QCOMPARE(steps.at(1).name, u"Login"_s);
    QVERIFY(!steps.at(1).problem.isEmpty());
    QVERIFY(!steps.at(1).took.has_value());
    QVERIFY(steps.at(2).problem.contains(u"no answer by UDP"_s));
}

void TestServerText::leavesOutWhatTheProtocolHasNot()
{
    engine::ServerCheck check;
    check.connected = 10ms;
    check.answered = 30ms;
    const QList<ui::CheckStep> expected{{u"Connection to the server"_s, 10ms, {}},
                                        {u"Connection to example.com:80"_s, 20ms, {}}};
    QVERIFY(ui::checkSteps(requestFor(ServerProtocol::Http, false), check) == expected);
}

void TestServerText::tellsOfProbes_data()
{
    QTest::addColumn<int>("passed");
    QTest::addColumn<qint64>("nextAt");
    QTest::addColumn<QStringList>("lines");
    QTest::newRow("soon") << 1 << qint64(10'001)
                          << QStringList{u"Probes passed: 1 of 2"_s, u"Next probe in 6 second(s)."_s};
    QTest::newRow("in a second") << 0 << qint64(6'000)
                                 << QStringList{u"Probes passed: 0 of 2"_s, u"Next probe in 1 second(s)."_s};
    QTest::newRow("now") << 0 << qint64(5'000)
                         << QStringList{u"Probes passed: 0 of 2"_s, u"It is being probed now."_s};
    QTest::newRow("never") << 0 << qint64(0) << QStringList{u"It is not being probed."_s};
}

void TestServerText::tellsOfProbes()
{
    QFETCH(const int, passed);
    QFETCH(const qint64, nextAt);
    QFETCH(const QStringList, lines);
    const QStringList told = ui::probeLines({u"s"_s, true, {}, passed, nextAt}, 5'000);
    QCOMPARE(told.first(), u"Groups prefer other members until it has passed 2 probe(s) in a row."_s);
    QCOMPARE(told.sliced(1), lines);
}

void TestServerText::tellsHowServersFare()
{
    const engine::ServerProfile socks = requestFor(ServerProtocol::Socks5, false).server;
    ui::ServerKnowledge known;
    QCOMPARE(ui::healthText(known), u"Not checked"_s);
    QCOMPARE(ui::tcpText(known), QString());
    QCOMPARE(ui::udpText(socks, known), QString());
    QCOMPARE(ui::lastCheckText(known), QString());
    QVERIFY(ui::knowledgeLines(socks, known, 0).isEmpty());
    // HTTP has no UDP, checked or not.
    QCOMPARE(ui::udpText(requestFor(ServerProtocol::Http, false).server, known), QString(QChar(0x2013)));
    known.check = engine::ServerCheck();
    known.check->answered = 12ms;
    known.state = ui::ServerState::Limited;
    QCOMPARE(ui::healthText(known), u"Works, but not for UDP"_s);
    QCOMPARE(ui::tcpText(known), u"12"_s);
    QCOMPARE(ui::udpText(socks, known), u"fails"_s);
    QVERIFY(!ui::lastCheckText(known).isEmpty());
    known.state = ui::ServerState::Down;
    known.health.isDown = true;
    const QStringList lines = ui::knowledgeLines(socks, known, 0);
    QCOMPARE(lines.front(), ui::healthText(known));
    QCOMPARE(lines.at(2), u"It is not being probed."_s);
    QVERIFY(lines.at(3).startsWith(u"Checked "_s));
}

QTEST_GUILESS_MAIN(TestServerText)
#include "tst_servertext.moc"
