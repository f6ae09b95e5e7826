// SPDX-License-Identifier: MIT
#include "app/singleinstance.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include <QElapsedTimer>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>
#include <QObject>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using app::InstanceAddress;
using app::Reply;
using app::Request;
using app::SingleInstance;

namespace
{

/// A request sent from another thread, as another process would: sendRequest() blocks, the instance must
/// answer.
std::optional<Reply> ask(const InstanceAddress &address, const QString &word,
                         std::chrono::milliseconds timeout = 5s)
{
    std::optional<engine::Expected<Reply, engine::Message>> result;
    const std::unique_ptr<QThread> thread(
        QThread::create([&] { result.emplace(app::sendRequest(address, word, timeout)); }));
    thread->start();
    if (!QTest::qWaitFor([&thread] { return thread->isFinished(); }, 20'000))
        qFatal("sendRequest() did not end");
    return *result ? std::optional(**result) : std::nullopt;
}

/// Everything the instance says to a client that sends `bytes`, until it hangs up.
QByteArray exchange(const QString &socketName, const QByteArray &bytes)
{
    QLocalSocket socket;
    socket.connectToServer(socketName);
    if (!socket.waitForConnected(5'000))
        return "not connected";
    socket.write(bytes);
    if (!QTest::qWaitFor([&socket] { return socket.state() == QLocalSocket::UnconnectedState; }, 10'000))
        return "still connected";
    return socket.readAll();
}

/// A start in another thread, as it would be in another process; it has ended when this object goes.
class OtherStart
{
public:
    OtherStart(const InstanceAddress &address, std::chrono::milliseconds patience)
        : m_thread(QThread::create([this, address, patience] {
            SingleInstance instance(address, [](Request) { return Reply{}; });
            m_claim = app::claimOrAsk(
                instance, address, u"show"_s, [this] { ++m_waits; }, patience);
        }))
    {
        m_thread->start();
    }
    ~OtherStart() { m_thread->wait(); }
    Q_DISABLE_COPY_MOVE(OtherStart)

    [[nodiscard]] bool isWaiting() const { return m_waits > 0; }
    /// What came of it.
    [[nodiscard]] app::Claim claim() const
    {
        if (!QTest::qWaitFor([this] { return m_thread->isFinished(); }, 20'000))
            qFatal("claimOrAsk() did not end");
        return m_claim;
    }

private:
    std::atomic<int> m_waits = 0;
    app::Claim m_claim;
    std::unique_ptr<QThread> m_thread;
};

} // namespace

class SingleInstanceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void carriesRequestsAndAnswers();
    void passesRefusalsOn();
    void secondInstanceKnowsOfTheFirst();
    void isFreeAgainAfterTheFirst();
    void startIsAnsweredByTheFirst_data();
    void startIsAnsweredByTheFirst();
    void startWaitsForOneThatEnds();
    void startWaitsForOneThatHangsUp();
    void startWaitsForNoLongerThanItsPatience();
    void nobodyRunningIsToldAtOnce();
    void profilesHaveInstancesOfTheirOwn();
    void instanceInAnotherDirectoryIsFound();
    void unusableDirectoryIsPassedOver();
    void refusesWhatIsNoRequest_data();
    void refusesWhatIsNoRequest();
    void readsSplitRequests();
    void silentClientIsDropped();
    void crowdOfSilentClientsIsBounded();

private:
    [[nodiscard]] std::unique_ptr<SingleInstance> makeInstance(const InstanceAddress &address);

    std::unique_ptr<QTemporaryDir> m_directory;
    InstanceAddress m_address;
    QList<Request> m_requests;
    Reply m_reply;
};

void SingleInstanceTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
    m_address = {{m_directory->path()}, u"test"_s};
    m_requests.clear();
    m_reply = {true, u"done"_s};
}

void SingleInstanceTest::cleanup()
{
    m_directory.reset();
}

std::unique_ptr<SingleInstance> SingleInstanceTest::makeInstance(const InstanceAddress &address)
{
    return std::make_unique<SingleInstance>(address, [this](Request request) {
        m_requests += request;
        return m_reply;
    });
}

void SingleInstanceTest::carriesRequestsAndAnswers()
{
    const auto instance = makeInstance(m_address);
    QCOMPARE(instance->claim(), SingleInstance::Outcome::First);
    for (const QString &word : {u"hello"_s, u"show"_s, u"toggle"_s, u"reload"_s, u"quit"_s}) {
        const std::optional<Reply> reply = ask(m_address, word);
        QVERIFY(reply);
        QVERIFY(reply->done);
        QCOMPARE(reply->text, u"done"_s);
    }
    QCOMPARE(m_requests, QList<Request>({Request::Hello, Request::Show, Request::Toggle, Request::Reload,
                                         Request::Quit}));
}

void SingleInstanceTest::passesRefusalsOn()
{
    const auto instance = makeInstance(m_address);
    QCOMPARE(instance->claim(), SingleInstance::Outcome::First);
    m_reply = {false, u"no window"_s};
    const std::optional<Reply> reply = ask(m_address, u"show"_s);
    QVERIFY(reply);
    QVERIFY(!reply->done);
    QCOMPARE(reply->text, u"no window"_s);
}

void SingleInstanceTest::secondInstanceKnowsOfTheFirst()
{
    const auto first = makeInstance(m_address);
    QCOMPARE(first->claim(), SingleInstance::Outcome::First);
    const auto second = makeInstance(m_address);
    QCOMPARE(second->claim(), SingleInstance::Outcome::AlreadyRunning);
    QVERIFY(ask(m_address, u"show"_s)); // The second has not taken the first one's socket away.
}

void SingleInstanceTest::isFreeAgainAfterTheFirst()
{
    auto first = makeInstance(m_address);
    QCOMPARE(first->claim(), SingleInstance::Outcome::First);
    first.reset();
    const auto second = makeInstance(m_address);
    QCOMPARE(second->claim(), SingleInstance::Outcome::First);
}

void SingleInstanceTest::startIsAnsweredByTheFirst_data()
{
    QTest::addColumn<bool>("done");
    QTest::addColumn<QString>("text");
    QTest::newRow("shown") << true << u"shown"_s;
    QTest::newRow("no window") << false << QString::fromLatin1(app::kNoInterfaceReply);
    QTest::newRow("not ready") << false << QString::fromLatin1(app::kNotReadyReply);
    QTest::newRow("does it all the same") << true << QString::fromLatin1(app::kEndingReply);
}

void SingleInstanceTest::startIsAnsweredByTheFirst()
{
    QFETCH(const bool, done);
    QFETCH(const QString, text);
    m_reply = {done, text};
    const auto first = makeInstance(m_address);
    QCOMPARE(first->claim(), SingleInstance::Outcome::First);
    const OtherStart second(m_address, 20s);
    const app::Claim claim = second.claim();
    QCOMPARE(claim.outcome, SingleInstance::Outcome::AlreadyRunning);
    QVERIFY(claim.answer);
    QCOMPARE(claim.answer->done, done);
    QCOMPARE(claim.answer->text, text);
    QCOMPARE(m_requests, QList<Request>{Request::Show});
    QVERIFY(!second.isWaiting());
}

void SingleInstanceTest::startWaitsForOneThatEnds()
{
    m_reply = {false, QString::fromLatin1(app::kEndingReply)};
    auto first = makeInstance(m_address);
    QCOMPARE(first->claim(), SingleInstance::Outcome::First);
    const OtherStart second(m_address, 20s);
    QTRY_VERIFY(m_requests.size() >= 2);
    QVERIFY(second.isWaiting());
    first.reset();
    QCOMPARE(second.claim().outcome, SingleInstance::Outcome::First);
}

/// Its event loop has ended, but not all that comes after.
void SingleInstanceTest::startWaitsForOneThatHangsUp()
{
    QLockFile lock(m_address.lockPath(m_directory->path()));
    QVERIFY(lock.tryLock());
    QLocalServer server;
    int connections = 0;
    connect(&server, &QLocalServer::newConnection, this, [&server, &connections] {
        ++connections;
        delete server.nextPendingConnection();
    });
    QVERIFY(server.listen(m_address.socketName(m_directory->path())));
    const OtherStart second(m_address, 20s);
    QTRY_VERIFY(connections >= 2);
    QVERIFY(second.isWaiting());
    server.close();
    lock.unlock();
    QCOMPARE(second.claim().outcome, SingleInstance::Outcome::First);
}

void SingleInstanceTest::startWaitsForNoLongerThanItsPatience()
{
    m_reply = {false, QString::fromLatin1(app::kEndingReply)};
    const auto first = makeInstance(m_address);
    QCOMPARE(first->claim(), SingleInstance::Outcome::First);
    const OtherStart second(m_address, 200ms);
    const app::Claim claim = second.claim();
    QCOMPARE(claim.outcome, SingleInstance::Outcome::AlreadyRunning);
    QVERIFY(claim.answer);
    QCOMPARE(claim.answer->text, m_reply.text);
}

void SingleInstanceTest::nobodyRunningIsToldAtOnce()
{
    QElapsedTimer clock;
    clock.start();
    QVERIFY(!ask(m_address, u"show"_s));
    QVERIFY(clock.elapsed() < 2'000);
    // Not to be taken for one that does not answer.
    const auto reply = app::sendRequest(m_address, u"reload"_s, 5s);
    QCOMPARE(reply.error(), engine::Message(app::kNoInstanceProblem));
}

void SingleInstanceTest::profilesHaveInstancesOfTheirOwn()
{
    InstanceAddress other = m_address;
    other.name = InstanceAddress::forProfile(m_directory->filePath(u"other.json"_s)).name;
    m_address.name = InstanceAddress::forProfile(m_directory->filePath(u"one.json"_s)).name;
    QVERIFY(other.name != m_address.name);
    const auto first = makeInstance(m_address);
    const auto second = makeInstance(other);
    QCOMPARE(first->claim(), SingleInstance::Outcome::First);
    QCOMPARE(second->claim(), SingleInstance::Outcome::First);
}

void SingleInstanceTest::instanceInAnotherDirectoryIsFound()
{
    QTemporaryDir preferred;
    const auto service = makeInstance(m_address);
    QCOMPARE(service->claim(), SingleInstance::Outcome::First);
    const InstanceAddress login{{preferred.path(), m_directory->path()}, m_address.name};
    QVERIFY(ask(login, u"toggle"_s));
    const auto second = makeInstance(login);
    QCOMPARE(second->claim(), SingleInstance::Outcome::AlreadyRunning);
}

void SingleInstanceTest::unusableDirectoryIsPassedOver()
{
    const InstanceAddress address{{u"/nonexistent/hosier"_s, m_directory->path()}, u"test"_s};
    const auto instance = makeInstance(address);
    QCOMPARE(instance->claim(), SingleInstance::Outcome::First);
    QVERIFY(ask(address, u"toggle"_s));
    const auto nowhere = makeInstance({{u"/nonexistent/hosier"_s}, u"test"_s});
    QCOMPARE(nowhere->claim(), SingleInstance::Outcome::Failed);
    QVERIFY(!nowhere->errorText().isEmpty());
}

void SingleInstanceTest::refusesWhatIsNoRequest_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("another word") << QByteArray("reboot\n") << QByteArray("error unknown request\n");
    QTest::newRow("empty line") << QByteArray("\n") << QByteArray("error unknown request\n");
    QTest::newRow("bytes beyond text")
        << QByteArray("\0\xff\xfe\n", 4) << QByteArray("error unknown request\n");
    QTest::newRow("too long") << QByteArray(10'000, 'x') << QByteArray("error the request is too long\n");
    QTest::newRow("second request is not read") << QByteArray("show\nquit\n") << QByteArray("ok done\n");
}

void SingleInstanceTest::refusesWhatIsNoRequest()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, answer);
    const auto instance = makeInstance(m_address);
    QCOMPARE(instance->claim(), SingleInstance::Outcome::First);
    QCOMPARE(exchange(m_address.socketName(m_directory->path()), bytes), answer);
    QVERIFY(m_requests.size() <= 1);
    QVERIFY(!m_requests.contains(Request::Quit));
    QVERIFY(ask(m_address, u"show"_s)); // It still answers others.
}

void SingleInstanceTest::readsSplitRequests()
{
    const auto instance = makeInstance(m_address);
    QCOMPARE(instance->claim(), SingleInstance::Outcome::First);
    QLocalSocket socket;
    socket.connectToServer(m_address.socketName(m_directory->path()));
    QVERIFY(socket.waitForConnected(5'000));
    for (const char byte : QByteArray("toggle\n")) {
        socket.write(&byte, 1);
        socket.flush();
        QCoreApplication::processEvents();
    }
    QTRY_COMPARE(m_requests, QList<Request>{Request::Toggle});
    QTRY_VERIFY(socket.canReadLine());
    QCOMPARE(socket.readAll(), QByteArray("ok done\n"));
}

void SingleInstanceTest::silentClientIsDropped()
{
    const auto instance = makeInstance(m_address);
    QCOMPARE(instance->claim(), SingleInstance::Outcome::First);
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(exchange(m_address.socketName(m_directory->path()), "sho"), QByteArray());
    QVERIFY(clock.elapsed() >= (SingleInstance::kClientTimeout - 100ms).count());
    QVERIFY(m_requests.isEmpty());
}

void SingleInstanceTest::crowdOfSilentClientsIsBounded()
{
    const auto instance = makeInstance(m_address);
    QCOMPARE(instance->claim(), SingleInstance::Outcome::First);
    std::vector<std::unique_ptr<QLocalSocket>> crowd;
    for (int i = 0; i < 3 * SingleInstance::kMaximumClients; ++i) {
        crowd.push_back(std::make_unique<QLocalSocket>());
        crowd.back()->connectToServer(m_address.socketName(m_directory->path()));
        QCoreApplication::processEvents();
    }
    const auto connected = [&crowd] {
        return std::count_if(crowd.begin(), crowd.end(), [](const auto &socket) {
            return socket->state() == QLocalSocket::ConnectedState;
        });
    };
    QTRY_COMPARE(connected(), SingleInstance::kMaximumClients);
    QTRY_COMPARE(connected(), 0); // and they make room in time
    QVERIFY(ask(m_address, u"show"_s));
}

QTEST_GUILESS_MAIN(SingleInstanceTest)
#include "tst_singleinstance.moc"
