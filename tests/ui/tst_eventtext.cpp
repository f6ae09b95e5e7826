// SPDX-License-Identifier: MIT
#include "ui/eventtext.h"

#include <QTest>

using engine::Event;
using engine::EventCode;

namespace
{

Event curl(EventCode code)
{
    Event event;
    event.code = code;
    event.client = {engine::Address::fromV4(0x7f000001), 51'234};
    event.application = QStringLiteral("curl");
    event.processId = 4'242;
    event.target = QStringLiteral("example.org:443");
    event.bytesDown = 1'258'291;
    event.bytesUp = 30'720;
    event.durationMs = 4'100;
    return event;
}

} // namespace

class TestEventText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lines_data();
    void lines();
    void everyCodeHasText();
};

void TestEventText::lines_data()
{
    QTest::addColumn<Event>("event");
    QTest::addColumn<QString>("text");
    QTest::newRow("decided") << curl(EventCode::ConnectionDecided)
                             << QStringLiteral("curl (4242) – example.org:443: decided");
    QTest::newRow("opened") << curl(EventCode::ConnectionOpened)
                            << QStringLiteral("curl (4242) – example.org:443: opened");
    QTest::newRow("closed") << curl(EventCode::ConnectionClosed)
                            << QStringLiteral(
                                   "curl (4242) – example.org:443: closed, 1.2 MiB down, 30 KiB up, 4.1 s");
    Event event = curl(EventCode::ConnectionFailed);
    event.error.code = engine::ErrorCode::ConnectionRefused;
    QTest::newRow("failed")
        << event
        << QStringLiteral("curl (4242) – example.org:443: failed: The target refused the connection");
    event.error.code = engine::ErrorCode::ClosedByUser;
    QTest::newRow("closed on purpose is no failure")
        << event
        << QStringLiteral(
               "curl (4242) – example.org:443: closed, 1.2 MiB down, 30 KiB up, 4.1 s: Closed on request");
    event = curl(EventCode::ConnectionOpened);
    event.application.clear();
    event.processId = 0;
    QTest::newRow("client instead of application")
        << event << QStringLiteral("127.0.0.1:51234 – example.org:443: opened");
    event.user = QStringLiteral("alice");
    QTest::newRow("with a login") << event
                                  << QStringLiteral("127.0.0.1:51234, user alice – example.org:443: opened");
    event = curl(EventCode::ConnectionOpened);
    event.rule = QStringLiteral("Work");
    event.route = QStringLiteral("Office");
    QTest::newRow("with rule and route")
        << event << QStringLiteral("curl (4242) – example.org:443 – rule \"Work\" – via Office: opened");
    event.servers = {QStringLiteral("Office")};
    QTest::newRow("with the only server of the route")
        << event << QStringLiteral("curl (4242) – example.org:443 – rule \"Work\" – via Office: opened");
    event.route = QStringLiteral("Any");
    event.servers += QStringLiteral("Exit");
    QTest::newRow("with the servers of a route")
        << event
        << QStringLiteral("curl (4242) – example.org:443 – rule \"Work\" – via Any (Office → Exit): opened");
    event = curl(EventCode::UdpRouteFailed);
    event.error = {engine::ErrorCode::UpstreamTimedOut, engine::Message::verbatim(QStringLiteral("Office"))};
    QTest::newRow("UDP that fails")
        << event
        << QStringLiteral(
               "curl (4242) – example.org:443: UDP failed: The proxy server did not answer in time (Office)");
    event = curl(EventCode::ClientRefused);
    event.target.clear();
    event.error.code = engine::ErrorCode::TooManyClients;
    event.repeated = 11;
    QTest::newRow("repeated, without target")
        << event << QStringLiteral("curl (4242): refused: Too many clients (and 11 more like it)");
    event = {};
    event.code = EventCode::ListenerFailed;
    event.client = {engine::Address::fromV4(0x7f000001), 1'080};
    event.detail = QStringLiteral("Local");
    event.error.code = engine::ErrorCode::AddressInUse;
    QTest::newRow("listener")
        << event
        << QStringLiteral(
               "Cannot listen on 127.0.0.1:1080 (Local): The address is in use by another program");
}

void TestEventText::lines()
{
    QFETCH(const Event, event);
    QTEST(ui::eventText(event), "text");
}

void TestEventText::everyCodeHasText()
{
    for (int code = 0; code <= static_cast<int>(EventCode::RestartNeeded); ++code) {
        Event event;
        event.code = static_cast<EventCode>(code);
        QVERIFY2(!ui::eventText(event).isEmpty(), qPrintable(QString::number(code)));
    }
    for (int state = 0; state <= static_cast<int>(engine::ConnectionState::Failed); ++state)
        QVERIFY(!ui::stateText(static_cast<engine::ConnectionState>(state)).isEmpty());
}

QTEST_GUILESS_MAIN(TestEventText)
#include "tst_eventtext.moc"
