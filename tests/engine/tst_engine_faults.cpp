// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"
#include "tests/support/echoserver.h"
#include "tests/support/process.h"
#include "tests/support/pumps.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QRandomGenerator>
#include <QTest>

using namespace engine;
using std::chrono::milliseconds;

namespace
{

/// How far a client goes before it fails.
enum class Stage {
    Connected,
    HalfGreeting,
    Greeted,
    HalfLogin,
    LoggedIn,
    HalfRequest,
    Requested,
    Relaying,
    Answered
};
constexpr int kStages = 9;

/// What it then does.
enum class Fault { Fin, HalfClose, Reset, Garbage, Stall };
constexpr int kFaults = 5;

/// Clients that fail at random, always in the same way.
class FaultyClients
{
public:
    FaultyClients(const Endpoint &proxy, const Endpoint &echo, const Endpoint &refusing)
        : m_proxy(proxy)
        , m_echo(echo)
        , m_refusing(refusing)
    {
    }

    void run(int count)
    {
        for (int i = 0; i < count; ++i)
            runOne();
        m_stalled.clear();
    }

private:
    void runOne()
    {
        test::RawSocket client = test::RawSocket::connectTo(m_proxy);
        advance(client, static_cast<Stage>(m_random.bounded(kStages)));
        switch (static_cast<Fault>(m_random.bounded(kFaults))) {
        case Fault::Fin:
            break;
        case Fault::HalfClose:
            client.shutdownWrite();
            (void)client.waitForEnd(milliseconds{2});
            break;
        case Fault::Reset:
            client.reset();
            break;
        case Fault::Garbage:
            client.send(m_garbage, milliseconds{0});
            break;
        case Fault::Stall:
            m_stalled.push_back(std::move(client));
            if (m_stalled.size() > kMaximumStalled)
                m_stalled.erase(m_stalled.begin());
            break;
        }
    }

    void advance(test::RawSocket &client, Stage stage)
    {
        const QByteArray greeting = test::socks5Greeting("\x02");
        const QByteArray login = test::socks5Login("alice", m_random.bounded(4) == 0 ? "wrong" : "secret");
        const bool refused = m_random.bounded(4) == 0;
        const QByteArray request = test::socks5Request(refused ? m_refusing : m_echo);
        const QByteArray whole = greeting + login + request + m_garbage.first(1 + m_random.bounded(4'000));
        const qsizetype sizes[] = {0,
                                   1,
                                   greeting.size(),
                                   greeting.size() + 3,
                                   greeting.size() + login.size(),
                                   greeting.size() + login.size() + 5,
                                   greeting.size() + login.size() + request.size(),
                                   whole.size(),
                                   whole.size()};
        client.send(whole.first(sizes[static_cast<int>(stage)]));
        if (stage == Stage::Answered)
            (void)client.receive(200, milliseconds{20});
    }

    static constexpr std::size_t kMaximumStalled = 100;

    Endpoint m_proxy;
    Endpoint m_echo;
    Endpoint m_refusing;
    QRandomGenerator m_random{5000};
    QByteArray m_garbage = test::patternBytes(20'000);
    std::vector<test::RawSocket> m_stalled;
};

} // namespace

class TestEngineFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesEverythingBackAfterFaultyClients_data() { test::addPumpRows(); }
    void givesEverythingBackAfterFaultyClients();
};

void TestEngineFaults::givesEverythingBackAfterFaultyClients()
{
    if (test::openDescriptors() < 0)
        QSKIP("This system does not tell a process's descriptors");
    Profile profile = test::passwordProfile();
    profile.relayPump = test::pumpProfile().relayPump;
    profile.limits.handshakeTimeout = test::scaled(milliseconds{1'000});
    profile.limits.halfClosedTimeout = test::scaled(milliseconds{1'000});
    test::TestEngine engine(profile);
    const test::EchoServer echo;
    const test::RefusingEndpoint refusing;
    FaultyClients clients(engine.listener(), echo.endpoint(), refusing.endpoint());
    const auto settle = [&] {
        return engine.waitFor([&] { return engine.totals().live == 0; }) &&
               // The echo server learns of the last end a little later.
               engine.waitFor([&, last = -1, same = 0]() mutable {
                   const int now = test::openDescriptors();
                   same = std::exchange(last, now) == now ? same + 1 : 0;
                   return same > 10;
               });
    };

    // The first ones fill what is kept for the next: pipes, buffers, tables.
    clients.run(test::rounds(1'000));
    QVERIFY(settle());
    const int descriptors = test::openDescriptors();
    const long memory = test::residentKiB();
    clients.run(test::rounds(4'000));
    QVERIFY(settle());
    // The helper thread that identifies programs may have a file open for a moment.
    QVERIFY2(engine.waitFor([&] { return test::openDescriptors() <= descriptors; }),
             QByteArray::number(test::openDescriptors()).constData());
    // A sanitizer keeps what was freed on purpose.
    const long grown = test::residentKiB() - memory;
    QVERIFY2(test::kSlowness > 1 || grown < 6 * 1024, QByteArray::number(qlonglong(grown)).constData());

    test::RawSocket client = test::connectThrough(engine.listener(), echo.endpoint(), "alice", "secret");
    QVERIFY(client.isOpen());
    client.send("still there");
    QCOMPARE(client.receive(11), QByteArray("still there"));
}

QTEST_GUILESS_MAIN(TestEngineFaults)
#include "tst_engine_faults.moc"
