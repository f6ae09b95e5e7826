// SPDX-License-Identifier: MIT
#include "tests/support/association.h"
#include "tests/support/echoserver.h"
#include "tests/support/nobuffers.h"
#include "tests/support/process.h"
#include "tests/support/pumps.h"
#include "tests/support/testengine.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <algorithm>
#include <vector>

#include <unistd.h>

// What comes of it when the system is out of buffers.

using namespace engine;
using std::chrono::milliseconds;
using test::nobuffers::Call;

Q_DECLARE_METATYPE(test::nobuffers::Call)

namespace
{

/// While it exists, descriptors that are opened have higher numbers than any socket so far: what was open for
/// a moment has left holes below, which it fills.
class FilledHoles
{
public:
    FilledHoles()
    {
        int highest = 0;
        const QDir open(QStringLiteral("/proc/self/fd"));
        for (const QString &name : open.entryList(QDir::AllEntries | QDir::System)) {
            if (QFile::symLinkTarget(open.filePath(name)).contains(QStringLiteral("/socket:")))
                highest = std::max(highest, name.toInt());
        }
        do
            m_taken.push_back(::dup(0));
        while (m_taken.back() < highest);
    }
    ~FilledHoles()
    {
        for (const int descriptor : m_taken)
            ::close(descriptor);
    }
    Q_DISABLE_COPY_MOVE(FilledHoles)

    [[nodiscard]] int next() const { return m_taken.back() + 1; }

private:
    std::vector<int> m_taken;
};

} // namespace

class TestEngineNoBuffers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup();
    void survives_data();
    void survives();
    void losesDatagramsOnly();
};

void TestEngineNoBuffers::cleanup()
{
    test::nobuffers::failing = Call::None;
}

void TestEngineNoBuffers::survives_data()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<Call>("call");
    for (const RelayPump pump : {RelayPump::Native, RelayPump::Portable}) {
        const char *title = pump == RelayPump::Native ? "native" : "portable";
        QTest::addRow("%s, sending", title) << pump << Call::Send;
        QTest::addRow("%s, accepting", title) << pump << Call::Accept;
        QTest::addRow("%s, opening", title) << pump << Call::Open;
    }
}

/// Connections may fail; a relay that was there before does not, and everything is given back.
void TestEngineNoBuffers::survives()
{
    constexpr int kClients = 40;
    QFETCH(const RelayPump, pump);
    QFETCH(const Call, call);
    Profile profile = test::openProfile();
    profile.relayPump = pump;
    test::TestEngine engine(profile);
    const test::EchoServer echo;
    test::RawSocket bystander = test::connectThrough(engine.listener(), echo.endpoint());
    QVERIFY(bystander.isOpen());
    QVERIFY(engine.waitForCounts(1, 1));
    // Who looks for clients, to show them and to name them in the log, has opened by then what it keeps.
    QVERIFY(engine.waitFor([&] { return engine.liveOf(bystander.local()).processId != 0; }));
    const FilledHoles holes;
    const int before = test::openDescriptors();
    test::nobuffers::lowestDescriptor = holes.next();
    test::nobuffers::failed = 0;
    test::nobuffers::failing = call;
    int served = 0;
    for (int i = 0; i < kClients; ++i) {
        test::RawSocket client = test::RawSocket::connectTo(engine.listener());
        client.send(test::socks5Greeting() + test::socks5Request(echo.endpoint()));
        const bool isOpen = client.receive(2, milliseconds{300}) == QByteArray::fromHex("0500") &&
                            test::readSocks5Reply(client, milliseconds{300}).code == 0;
        served += isOpen && client.send("ping") && client.receive(4, milliseconds{300}) == "ping" ? 1 : 0;
        QVERIFY(bystander.send("still"));
        QCOMPARE(bystander.receive(5), QByteArray("still"));
    }
    test::nobuffers::failing = Call::None;
    QVERIFY(test::nobuffers::failed > 0);
    qInfo("%d calls failed, %d of %d clients were served", test::nobuffers::failed.load(), served, kClients);
    test::RawSocket after = test::connectThrough(engine.listener(), echo.endpoint());
    QVERIFY(after.send("ping"));
    QCOMPARE(after.receive(4), QByteArray("ping"));
    after.close();
    QVERIFY(engine.waitFor([&] { return engine.totals().live == 1; }));
    // What could not say goodbye lingers for seconds.
    QTRY_VERIFY_WITH_TIMEOUT(test::openDescriptors() <= before, 20'000);
}

void TestEngineNoBuffers::losesDatagramsOnly()
{
    constexpr int kDatagrams = 200;
    test::TestEngine engine;
    const test::UdpClient client(engine.listener());
    const test::RawDatagrams target;
    QVERIFY(client.sendTo(target, "first"));
    const Endpoint seen = target.receive().from;
    test::nobuffers::failed = 0;
    test::nobuffers::failing = Call::SendMany;
    int came = 0;
    for (int i = 0; i < kDatagrams; ++i) {
        QVERIFY(client.sendTo(target, "up"));
        came += target.receive(milliseconds{i < kDatagrams / 2 ? 50 : 5}).bytes == "up" ? 1 : 0;
    }
    test::nobuffers::failing = Call::None;
    QVERIFY(test::nobuffers::failed > 0);
    qInfo("%d of %d datagrams came", came, kDatagrams);
    QVERIFY(came > 0 && came < kDatagrams);
    while (!target.receive(milliseconds{50}).from.isNull()) {
    }
    QVERIFY(client.sendTo(target, "last"));
    QByteArray received;
    do // one of those before may have been late
        received = target.receive().bytes;
    while (received == "up");
    QCOMPARE(received, QByteArray("last"));
    QVERIFY(target.send(seen, "down"));
    QVERIFY(client.hears(target, "down"));
    QVERIFY(engine.waitFor([&] { return engine.totals().datagramsDropped > 0; }));
}

QTEST_GUILESS_MAIN(TestEngineNoBuffers)
#include "tst_engine_nobuffers.moc"
