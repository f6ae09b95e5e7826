// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"
#include "tests/support/httporigin.h"
#include "tests/support/process.h"
#include "tests/support/pumps.h"
#include "tests/support/testengine.h"

#include <QTest>

// HTTP clients and targets that say nothing more, at every point of a conversation: each has its limit.

using namespace engine;
using std::chrono::milliseconds;

namespace
{

constexpr milliseconds kShort{300};

struct Stall {
    const char *title;
    QByteArray sent;     ///< by the client behind its first exchange
    QByteArray answered; ///< by the target
    ErrorCode error;
    bool isDialed; ///< the target hears of it
};

const QByteArray kTargetPart = "<target>";

const QList<Stall> &stalls()
{
    static const QByteArray get = "GET http://<target>/ HTTP/1.1\r\n";
    static const QByteArray post = "POST http://<target>/ HTTP/1.1\r\n";
    static const QList<Stall> all{
        {"client, between requests", "", "", ErrorCode::None, false},
        {"client, in a request line", "GET http://", "", ErrorCode::HandshakeTimedOut, false},
        {"client, in a head", get + "Host: x", "", ErrorCode::HandshakeTimedOut, false},
        {"client, in a body", post + "Content-Length: 10\r\n\r\nhalf", "", ErrorCode::IdleTimedOut, true},
        {"client, in a chunk", post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhe", "",
         ErrorCode::IdleTimedOut, true},
        {"client, between chunks", post + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n", "",
         ErrorCode::IdleTimedOut, true},
        {"target, before its answer", get + "\r\n", "", ErrorCode::IdleTimedOut, true},
        {"target, in its status line", get + "\r\n", "HTTP/1.1 20", ErrorCode::IdleTimedOut, true},
        {"target, in its head", get + "\r\n", "HTTP/1.1 200 OK\r\nConte", ErrorCode::IdleTimedOut, true},
        {"target, behind an interim answer", get + "\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
         ErrorCode::IdleTimedOut, true},
        {"target, in its body", get + "\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
         ErrorCode::IdleTimedOut, true},
        {"target, in a chunk", get + "\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
         ErrorCode::IdleTimedOut, true},
        {"target, before its end", get + "\r\n", "HTTP/1.1 200 OK\r\n\r\nhalf", ErrorCode::IdleTimedOut,
         true},
    };
    return all;
}

QByteArray aimed(QByteArray text, const Endpoint &target)
{
    return text.replace(kTargetPart, target.toString().toUtf8());
}

/// The first exchange of a client that keeps its connection.
bool exchangeOnce(test::RawSocket &client, test::RawSocket &target, const test::RawListener &listener)
{
    client.send(aimed("GET http://<target>/ HTTP/1.1\r\n\r\n", listener.endpoint()));
    target = listener.accept();
    return test::answerRequest(target, client);
}

} // namespace

class TestEngineHttpStalls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsWhatStalls_data();
    void endsWhatStalls();
    void endsAClientThatReadsNothing_data() { test::addPumpRows(); }
    void endsAClientThatReadsNothing();

private:
    /// With the limits as they are by default: nobody is ended while others are brought to their stall.
    [[nodiscard]] static Profile httpProfile(RelayPump pump);
    [[nodiscard]] static Profile shortProfile(RelayPump pump);
};

Profile TestEngineHttpStalls::httpProfile(RelayPump pump)
{
    Profile profile = test::openProfile();
    profile.relayPump = pump;
    profile.listeners.front().protocols |= Protocol::Http;
    return profile;
}

/// Holds for those who are there, too.
Profile TestEngineHttpStalls::shortProfile(RelayPump pump)
{
    Profile profile = httpProfile(pump);
    profile.limits.idleTimeout = test::scaled(kShort);
    return profile;
}

void TestEngineHttpStalls::endsWhatStalls_data()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<int>("stall");
    for (const RelayPump pump : {RelayPump::Native, RelayPump::Portable}) {
        for (int i = 0; i < stalls().size(); ++i)
            QTest::addRow("%s, %s", pump == RelayPump::Native ? "native" : "portable", stalls()[i].title)
                << pump << i;
    }
}

/// Many at once, beside one that is served as ever.
void TestEngineHttpStalls::endsWhatStalls()
{
    constexpr int kClients = 20;
    QFETCH(const RelayPump, pump);
    QFETCH(const int, stall);
    const Stall &row = stalls()[stall];
    test::TestEngine engine(httpProfile(pump));
    const test::RawListener listener;
    QVERIFY(!engine.listener().isNull());
    const int before = test::openDescriptors();
    {
        std::vector<test::RawSocket> clients;
        std::vector<test::RawSocket> targets;
        for (int i = 0; i < kClients; ++i) {
            test::RawSocket &client = clients.emplace_back(test::RawSocket::connectTo(engine.listener()));
            test::RawSocket &target = targets.emplace_back();
            QVERIFY(exchangeOnce(client, target, listener));
            QVERIFY(client.send(aimed(row.sent, listener.endpoint())));
            if (row.isDialed)
                QVERIFY(!target.receive(1).isEmpty());
            QVERIFY(row.answered.isEmpty() || target.send(row.answered));
        }
        test::RawSocket other = test::RawSocket::connectTo(engine.listener());
        test::RawSocket otherTarget;
        QVERIFY(exchangeOnce(other, otherTarget, listener));
        other.close();
        QVERIFY(engine.apply(shortProfile(pump)));
        for (test::RawSocket &client : clients)
            QVERIFY(client.waitForEnd() != test::StreamEnd::Open);
        QVERIFY(engine.waitForCounts(kClients + 1, 0));
    }
    QVERIFY(engine.waitFor([&] { return engine.ended().size() == kClients + 1; }));
    for (const Connection &ended : engine.ended().sliced(1))
        QVERIFY(ended.error.code == row.error || ended.error.code == ErrorCode::None);
    QCOMPARE(std::count_if(engine.ended().begin(), engine.ended().end(),
                           [&row](const Connection &ended) { return ended.error.code == row.error; }),
             row.error == ErrorCode::None ? kClients + 1 : kClients);
    // The engine may have had one open, to name a client for its log, when they were counted.
    QTRY_VERIFY(test::openDescriptors() <= before);
}

void TestEngineHttpStalls::endsAClientThatReadsNothing()
{
    QFETCH(const RelayPump, pump);
    test::TestEngine engine(httpProfile(pump));
    const test::RawListener listener;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    test::RawSocket target;
    QVERIFY(exchangeOnce(client, target, listener));
    client.send(aimed("GET http://<target>/ HTTP/1.1\r\n\r\n", listener.endpoint()));
    QVERIFY(!target.receive(1).isEmpty());
    const QByteArray body = test::patternBytes(64 * 1024 * 1024);
    target.send("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n");
    QVERIFY(!target.send(body, milliseconds{500}));
    QVERIFY(engine.apply(shortProfile(pump)));
    const Endpoint address = client.local();
    QCOMPARE(engine.endedOf(address).error.code, ErrorCode::IdleTimedOut);
    QVERIFY(target.waitForEnd() != test::StreamEnd::Open);
}

QTEST_GUILESS_MAIN(TestEngineHttpStalls)
#include "tst_engine_httpstalls.moc"
