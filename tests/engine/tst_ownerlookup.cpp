// SPDX-License-Identifier: MIT
#include "engine/owner/owner_lookup.h"

#include "engine/limits.h"

#include "tests/support/eventloops.h"
#include "tests/support/fakeclock.h"
#include "tests/support/rawsocket.h"

#include <QCoreApplication>
#include <QDir>
#include <QTest>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <tuple>

using namespace engine;
using Names = QStringList;

// QTRY_COMPARE looks every 50 ms only.
#define TRY_COMPARE(actual, expected)                                                                        \
    do {                                                                                                     \
        test::waitFor([&] { return (actual) == (expected); });                                               \
        QCOMPARE(actual, expected);                                                                          \
    } while (false)

namespace
{

/// A system that answers with the client's port as the program's name, and can be stuck.
class FakeSystem
{
public:
    std::optional<Application> ask(const Endpoint &client)
    {
        std::unique_lock lock(m_mutex);
        ++m_asked;
        m_wake.wait_for(lock, test::kPatience, [this] { return !m_isStuck; });
        if (client.port == 0)
            return std::nullopt;
        Application application;
        application.program.name = QString::number(client.port);
        return application;
    }
    void setStuck(bool isStuck)
    {
        const std::lock_guard lock(m_mutex);
        m_isStuck = isStuck;
        m_wake.notify_all();
    }
    [[nodiscard]] int asked()
    {
        const std::lock_guard lock(m_mutex);
        return m_asked;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_isStuck = false;
    int m_asked = 0;
};

struct Scene {
    FakeSystem system;
    test::FakeClock clock;
    net::DeadlineQueue deadlines{clock};
    std::unique_ptr<OwnerLookup> lookup =
        std::make_unique<OwnerLookup>(deadlines, [this](Transport, const Endpoint &client, const Endpoint &) {
            return system.ask(client);
        });
    Names names; ///< of what was found, in order; "-" for nothing

    ~Scene() { system.setStuck(false); }
    OwnerLookupId find(int port)
    {
        const Endpoint client = test::endpoint("127.0.0.1", port);
        return lookup->find(Transport::Tcp, client, test::endpoint("127.0.0.1", 1080),
                            [this](const std::optional<Application> &application) { add(application); });
    }
    void add(const std::optional<Application> &application)
    {
        names += application ? application->program.name : QStringLiteral("-");
    }
    void pass(std::chrono::milliseconds time)
    {
        clock.advance(time);
        deadlines.fireDue();
    }
};

Names repeated(const char *name, std::size_t count)
{
    return Names(static_cast<qsizetype>(count), QString::fromLatin1(name));
}

} // namespace

class TestOwnerLookup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersInOrderAndLater();
    void tellsWhatIsNotIdentified();
    void findsThisProcess();
    void passesOnWhatItWasAsked();
    void settlesAfterTheAnswer();
    void asksTogetherWhatIsAskedInOneTurn();
    void asksTheSystemForTheRestOnly();
    void givesUpInTime();
    void dropsAnAnswerThatComesTooLate();
    void asksNothingThatNobodyWaitsFor();
    void cancels();
    void boundsWhatIsUnderWay();
    void letsACallbackStartAndCancelOthers();
    void goesWhileQuestionsAreUnderWay();
    void goesWhileAnswersAreOnTheWay();
};

void TestOwnerLookup::answersInOrderAndLater()
{
    Scene scene;
    const OwnerLookupId first = scene.find(1);
    const OwnerLookupId second = scene.find(2);
    QVERIFY(first != 0 && first != second);
    QVERIFY(test::waitFor([&] { return scene.system.asked() == 2 && !scene.names.isEmpty(); }));
    TRY_COMPARE(scene.names, (Names{QStringLiteral("1"), QStringLiteral("2")}));
    QCOMPARE(scene.deadlines.size(), std::size_t(0));
}

void TestOwnerLookup::tellsWhatIsNotIdentified()
{
    Scene scene;
    scene.find(0);
    QVERIFY(scene.names.isEmpty());
    TRY_COMPARE(scene.names, repeated("-", 1));
}

void TestOwnerLookup::findsThisProcess()
{
    Scene scene;
    OwnerLookup lookup(scene.deadlines);
    const test::RawListener listener;
    const auto client = test::RawSocket::connectTo(listener.endpoint());
    QVERIFY(client.isOpen());
    std::optional<Application> found;
    lookup.find(Transport::Tcp, client.local(), listener.endpoint(),
                [&found](const std::optional<Application> &application) { found = application; });
    QVERIFY(test::waitFor([&found] { return found.has_value(); }));
    QCOMPARE(found->program.processId, QCoreApplication::applicationPid());
    QCOMPARE(found->program.path, QDir::toNativeSeparators(QCoreApplication::applicationFilePath()));
}

void TestOwnerLookup::passesOnWhatItWasAsked()
{
    Scene scene;
    std::mutex mutex;
    std::vector<std::tuple<Transport, Endpoint, Endpoint>> asked;
    OwnerLookup lookup(scene.deadlines,
                       [&](Transport transport, const Endpoint &client, const Endpoint &server) {
                           const std::lock_guard lock(mutex);
                           asked.emplace_back(transport, client, server);
                           return std::optional<Application>();
                       });
    const Endpoint client = test::endpoint("2001:db8::1", 5);
    const Endpoint server = test::endpoint("2001:db8::2", 6);
    lookup.find(Transport::Udp, client, server,
                [&scene](const std::optional<Application> &application) { scene.add(application); });
    TRY_COMPARE(scene.names, repeated("-", 1));
    const std::lock_guard lock(mutex);
    QCOMPARE(asked.size(), 1U);
    QVERIFY(asked.front() == std::tuple(Transport::Udp, client, server));
}

void TestOwnerLookup::settlesAfterTheAnswer()
{
    Scene scene;
    std::atomic<bool> mayEnd = false;
    std::atomic<int> settled = 0;
    OwnerLookup lookup(
        scene.deadlines,
        [&scene](Transport, const Endpoint &client, const Endpoint &) { return scene.system.ask(client); },
        [&] {
            ++settled;
            while (!mayEnd)
                std::this_thread::yield();
        });
    lookup.find(Transport::Tcp, test::endpoint("127.0.0.1", 7), {},
                [&scene](const std::optional<Application> &application) { scene.add(application); });
    TRY_COMPARE(settled.load(), 1);
    TRY_COMPARE(scene.names, Names{QStringLiteral("7")});
    mayEnd = true;
}

/// A system that remembers the clients with even ports, and how many it was asked for at once.
struct Memory {
    std::mutex mutex;
    std::vector<std::size_t> batches;

    std::vector<std::optional<Application>> recall(const std::vector<SocketQuestion> &questions)
    {
        const std::lock_guard lock(mutex);
        batches.push_back(questions.size());
        std::vector<std::optional<Application>> found(questions.size());
        for (std::size_t i = 0; i < questions.size(); ++i) {
            if (questions[i].client.port % 2 != 0)
                continue;
            found[i].emplace();
            found[i]->program.name = u'r' + QString::number(questions[i].client.port);
        }
        return found;
    }
};

void TestOwnerLookup::asksTogetherWhatIsAskedInOneTurn()
{
    Scene scene;
    Memory memory;
    scene.lookup = std::make_unique<OwnerLookup>(
        scene.deadlines, [](Transport, const Endpoint &, const Endpoint &) { return std::nullopt; },
        OwnerLookup::Settle(),
        [&memory](const std::vector<SocketQuestion> &questions) { return memory.recall(questions); });
    for (const int port : {2, 4, 6})
        scene.find(port);
    TRY_COMPARE(scene.names, (Names{QStringLiteral("r2"), QStringLiteral("r4"), QStringLiteral("r6")}));
    scene.find(8);
    TRY_COMPARE(scene.names.size(), qsizetype(4));
    const std::lock_guard lock(memory.mutex);
    QCOMPARE(memory.batches, (std::vector<std::size_t>{3, 1}));
}

/// And nobody who is remembered waits for a system that takes its time.
void TestOwnerLookup::asksTheSystemForTheRestOnly()
{
    Scene scene;
    Memory memory;
    scene.lookup = std::make_unique<OwnerLookup>(
        scene.deadlines,
        [&scene](Transport, const Endpoint &client, const Endpoint &) { return scene.system.ask(client); },
        OwnerLookup::Settle(),
        [&memory](const std::vector<SocketQuestion> &questions) { return memory.recall(questions); });
    scene.system.setStuck(true);
    for (const int port : {1, 2, 3, 4})
        scene.find(port);
    TRY_COMPARE(scene.names, (Names{QStringLiteral("r2"), QStringLiteral("r4")}));
    scene.system.setStuck(false);
    TRY_COMPARE(scene.names, (Names{QStringLiteral("r2"), QStringLiteral("r4"), QStringLiteral("1"),
                                    QStringLiteral("3")}));
    QCOMPARE(scene.system.asked(), 2);
}

void TestOwnerLookup::givesUpInTime()
{
    Scene scene;
    scene.system.setStuck(true);
    scene.find(1);
    scene.pass(std::chrono::milliseconds{100});
    scene.find(2);
    scene.pass(kOwnerLookupTimeout - std::chrono::milliseconds{101});
    QCOMPARE(scene.names, Names());
    scene.pass(std::chrono::milliseconds{1});
    QCOMPARE(scene.names, repeated("-", 1));
    scene.pass(std::chrono::milliseconds{100});
    QCOMPARE(scene.names, repeated("-", 2));
}

void TestOwnerLookup::dropsAnAnswerThatComesTooLate()
{
    Scene scene;
    scene.system.setStuck(true);
    scene.find(1);
    QVERIFY(test::waitFor([&] { return scene.system.asked() == 1; }));
    scene.pass(kOwnerLookupTimeout);
    QCOMPARE(scene.names, repeated("-", 1));
    scene.system.setStuck(false);
    scene.find(2);
    TRY_COMPARE(scene.names, (Names{QStringLiteral("-"), QStringLiteral("2")}));
}

void TestOwnerLookup::asksNothingThatNobodyWaitsFor()
{
    Scene scene;
    scene.system.setStuck(true);
    scene.find(1);
    QVERIFY(test::waitFor([&] { return scene.system.asked() == 1; }));
    scene.find(2);
    scene.pass(kOwnerLookupTimeout);
    scene.lookup->cancel(scene.find(3));
    scene.system.setStuck(false);
    scene.find(4);
    TRY_COMPARE(scene.names, (Names{QStringLiteral("-"), QStringLiteral("-"), QStringLiteral("4")}));
    QCOMPARE(scene.system.asked(), 2);
}

void TestOwnerLookup::cancels()
{
    Scene scene;
    scene.system.setStuck(true);
    const OwnerLookupId first = scene.find(1);
    QVERIFY(test::waitFor([&] { return scene.system.asked() == 1; }));
    scene.lookup->cancel(first);
    scene.lookup->cancel(first);
    scene.lookup->cancel(0);
    QCOMPARE(scene.deadlines.size(), std::size_t(0));
    scene.pass(kOwnerLookupTimeout);
    scene.system.setStuck(false);
    scene.find(2);
    TRY_COMPARE(scene.names, Names{QStringLiteral("2")});
}

void TestOwnerLookup::boundsWhatIsUnderWay()
{
    Scene scene;
    scene.system.setStuck(true);
    for (std::size_t i = 0; i < kMaximumPendingOwnerLookups; ++i)
        scene.find(1);
    QVERIFY(test::waitFor([&] { return scene.system.asked() == 1; }));
    scene.find(2);
    QCOMPARE(scene.names, Names());
    scene.deadlines.fireDue();
    QCOMPARE(scene.names, repeated("-", 1));
    // Nobody waits any more, but the questions are still there: they keep their places.
    scene.pass(kOwnerLookupTimeout);
    QCOMPARE(scene.names, repeated("-", kMaximumPendingOwnerLookups + 1));
    scene.find(3);
    TRY_COMPARE(scene.names, repeated("-", kMaximumPendingOwnerLookups + 2));
    scene.system.setStuck(false);
    scene.names.clear();
    QVERIFY(test::waitFor([&] {
        scene.find(4);
        test::passSomeTurns();
        return scene.names.contains(QStringLiteral("4"));
    }));
    TRY_COMPARE(scene.deadlines.size(), std::size_t(0));
    QCOMPARE(scene.system.asked(), 1 + int(scene.names.count(QStringLiteral("4"))));
}

void TestOwnerLookup::letsACallbackStartAndCancelOthers()
{
    Scene scene;
    scene.system.setStuck(true);
    OwnerLookupId other = 0;
    scene.lookup->find(Transport::Tcp, test::endpoint("127.0.0.1", 1), {},
                       [&](const std::optional<Application> &application) {
                           scene.add(application);
                           scene.lookup->cancel(other);
                           scene.find(3);
                       });
    other = scene.find(2);
    scene.system.setStuck(false);
    TRY_COMPARE(scene.names, (Names{QStringLiteral("1"), QStringLiteral("3")}));
}

void TestOwnerLookup::goesWhileQuestionsAreUnderWay()
{
    Scene scene;
    scene.system.setStuck(true);
    scene.find(1);
    scene.find(2);
    QVERIFY(test::waitFor([&] { return scene.system.asked() == 1; }));
    std::thread release([&scene] { scene.system.setStuck(false); });
    scene.lookup.reset();
    release.join();
    test::spin();
    QCOMPARE(scene.names, Names());
    QCOMPARE(scene.deadlines.size(), std::size_t(0));
}

void TestOwnerLookup::goesWhileAnswersAreOnTheWay()
{
    Scene scene;
    scene.system.setStuck(true);
    scene.find(1);
    QVERIFY(test::waitFor([&] { return scene.system.asked() == 1; }));
    scene.system.setStuck(false);
    scene.lookup.reset(); // waits for the answer
    test::spin();
    QCOMPARE(scene.names, Names());
}

QTEST_GUILESS_MAIN(TestOwnerLookup)
#include "tst_ownerlookup.moc"
