// SPDX-License-Identifier: MIT
#include "engine/limits.h"
#include "engine/outbound/resolver.h"

#include "tests/support/bytes.h"
#include "tests/support/pace.h"
#include "tests/support/rawsocket.h"

#include <QElapsedTimer>
#include <QHash>
#include <QTest>

#include <condition_variable>
#include <mutex>

using namespace engine;
using namespace std::chrono_literals;

namespace
{

/// As many as Qt's own resolver has threads, and some more.
constexpr std::size_t kSilentNames = 50;
constexpr LookupPool::Size kRoomy{64, 10s};

/// A system whose name servers say nothing about names that begin with "silent" until they are let go. Its
/// threads may outlive the test, so it is shared with them.
class FakeSystem
{
public:
    ~FakeSystem() { letGo(); }
    [[nodiscard]] LookupPool::LookUp lookUp() const
    {
        return [state = m_state](const QByteArray &name) -> LookupPool::Addresses {
            std::unique_lock lock(state->mutex);
            ++state->asked[name];
            ++state->underWay;
            if (name.startsWith("silent"))
                state->freed.wait(lock, [&state] { return state->isFree; });
            --state->underWay;
            if (name.startsWith("unknown"))
                return Unexpected{Error{ErrorCode::NameNotFound, {}}};
            return QList<Address>{test::address("192.0.2.1")};
        };
    }
    void letGo()
    {
        const std::lock_guard lock(m_state->mutex);
        m_state->isFree = true;
        m_state->freed.notify_all();
    }
    [[nodiscard]] int underWay() const
    {
        const std::lock_guard lock(m_state->mutex);
        return m_state->underWay;
    }
    [[nodiscard]] int asked(const QByteArray &name) const
    {
        const std::lock_guard lock(m_state->mutex);
        return m_state->asked.value(name);
    }

private:
    struct State {
        std::mutex mutex;
        std::condition_variable freed;
        QHash<QByteArray, int> asked;
        int underWay = 0;
        bool isFree = false;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

/// A resolver, and what it answered.
struct Scene {
    explicit Scene(const LookupPool::Size &size = kRoomy)
        : resolver(system.lookUp(), size)
    {
    }
    LookupId ask(const QByteArray &name)
    {
        return resolver.lookUp(name, [this, name](const Resolver::Addresses &result) {
            answers.insert(name, result ? ErrorCode::None : result.error().code);
            details.insert(name, result ? QString() : result.error().detail.toEnglish());
            ++answered;
        });
    }
    void askSilent(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i)
            ask("silent" + QByteArray::number(static_cast<qulonglong>(i)));
    }

    FakeSystem system;
    SystemResolver resolver;
    QHash<QByteArray, ErrorCode> answers;
    QHash<QByteArray, QString> details;
    int answered = 0;
};

} // namespace

Q_DECLARE_METATYPE(engine::ErrorCode)

class TestResolver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersWhileManyNamesAreSilent();
    void answersLaterAndOnThisThread();
    void waitsInOrderAtTheLimit();
    void refusesBeyondWhatMayWait();
    void forgetsAQuestionThatWaits();
    void keepsQuietAboutACancelledQuestion();
    void asksOnceForEveryoneWhoWaits();
    void asksNotAgainForANameThatIsStillSilent();
    void mayCancelFromACallback();
    void stopsAtOnceWithSilentNames();
    void endsThreadsThatAreIdle();
    void asksTheSystem_data();
    void asksTheSystem();
};

void TestResolver::answersWhileManyNamesAreSilent()
{
    Scene scene;
    scene.askSilent(kSilentNames);
    QTRY_COMPARE(scene.system.underWay(), static_cast<int>(kSilentNames));
    scene.ask("good");
    scene.ask("unknown");
    QTRY_COMPARE(scene.answered, 2);
    QCOMPARE(scene.answers.value("good", ErrorCode::OutOfMemory), ErrorCode::None);
    QCOMPARE(scene.answers.value("unknown"), ErrorCode::NameNotFound);
    scene.system.letGo();
    QTRY_COMPARE(scene.answered, static_cast<int>(kSilentNames) + 2);
}

void TestResolver::answersLaterAndOnThisThread()
{
    Scene scene;
    QThread *thread = nullptr;
    scene.resolver.lookUp("good", [&](const Resolver::Addresses &) { thread = QThread::currentThread(); });
    QVERIFY(thread == nullptr);
    QTRY_COMPARE(thread, QThread::currentThread());
}

void TestResolver::waitsInOrderAtTheLimit()
{
    Scene scene({3, 10s});
    scene.askSilent(3);
    QTRY_COMPARE(scene.system.underWay(), 3);
    scene.ask("good");
    QTest::qWait(50);
    QCOMPARE(scene.answered, 0);
    QCOMPARE(scene.resolver.threads(), std::size_t(3));
    scene.system.letGo();
    QTRY_COMPARE(scene.answered, 4);
    QCOMPARE(scene.resolver.threads(), std::size_t(3));
}

void TestResolver::refusesBeyondWhatMayWait()
{
    Scene scene({1, 10s});
    scene.askSilent(kMaximumPendingLookups);
    scene.ask("good");
    QVERIFY(!scene.answers.contains("good"));
    QTRY_VERIFY(scene.answers.contains("good"));
    QCOMPARE(scene.answers.value("good"), ErrorCode::NameLookupFailed);
    QCOMPARE(scene.details.value("good"), QStringLiteral("too many others are under way"));
    QCOMPARE(scene.system.asked("good"), 0);
    scene.system.letGo();
    QTRY_COMPARE(scene.answered, kMaximumPendingLookups + 1);
    scene.ask("better");
    QTRY_COMPARE(scene.answers.value("better", ErrorCode::OutOfMemory), ErrorCode::None);
}

void TestResolver::forgetsAQuestionThatWaits()
{
    Scene scene({1, 10s});
    scene.askSilent(1);
    const LookupId id = scene.ask("good");
    scene.ask("better");
    scene.resolver.cancel(id);
    scene.system.letGo();
    QTRY_VERIFY(scene.answers.contains("better"));
    QCOMPARE(scene.system.asked("good"), 0);
    QVERIFY(!scene.answers.contains("good"));
}

void TestResolver::keepsQuietAboutACancelledQuestion()
{
    Scene scene;
    const LookupId id = scene.ask("silent");
    QTRY_COMPARE(scene.system.underWay(), 1);
    scene.resolver.cancel(id);
    scene.system.letGo();
    QTRY_COMPARE(scene.system.underWay(), 0);
    scene.ask("good");
    QTRY_VERIFY(scene.answers.contains("good"));
    QCOMPARE(scene.answered, 1);
}

void TestResolver::asksOnceForEveryoneWhoWaits()
{
    Scene scene;
    const LookupId cancelled = scene.ask("silent");
    scene.ask("silent");
    scene.ask("silent");
    scene.resolver.cancel(cancelled);
    QTRY_COMPARE(scene.system.underWay(), 1);
    scene.system.letGo();
    QTRY_COMPARE(scene.answered, 2);
    QCOMPARE(scene.system.asked("silent"), 1);
}

/// A client that tries a name over and over again has one thread.
void TestResolver::asksNotAgainForANameThatIsStillSilent()
{
    Scene scene;
    for (int i = 0; i < 5; ++i) {
        const LookupId id = scene.ask("silent");
        QTRY_COMPARE(scene.system.underWay(), 1);
        scene.resolver.cancel(id);
    }
    scene.ask("silent");
    scene.system.letGo();
    QTRY_COMPARE(scene.answered, 1);
    QCOMPARE(scene.system.asked("silent"), 1);
    scene.ask("silent");
    QTRY_COMPARE(scene.answered, 2);
    QCOMPARE(scene.system.asked("silent"), 2);
}

void TestResolver::mayCancelFromACallback()
{
    Scene scene;
    LookupId second = 0;
    int answered = 0;
    scene.resolver.lookUp("silent", [&](const Resolver::Addresses &) {
        ++answered;
        scene.resolver.cancel(second);
    });
    second = scene.resolver.lookUp("silent", [&](const Resolver::Addresses &) { ++answered; });
    scene.system.letGo();
    QTRY_COMPARE(answered, 1);
    scene.ask("good");
    QTRY_COMPARE(scene.answered, 1);
    QCOMPARE(answered, 1);
}

void TestResolver::stopsAtOnceWithSilentNames()
{
    FakeSystem system;
    bool answered = false;
    QElapsedTimer timer;
    {
        SystemResolver resolver(system.lookUp(), {8, 10s});
        for (int i = 0; i < 20; ++i)
            resolver.lookUp("silent" + QByteArray::number(i),
                            [&answered](const Resolver::Addresses &) { answered = true; });
        resolver.lookUp("good", [](const Resolver::Addresses &) {});
        QTRY_COMPARE(system.underWay(), 8);
        timer.start();
    }
    QVERIFY2(timer.elapsed() < 1'000, "Nobody waits for a lookup");
    system.letGo();
    QTRY_COMPARE(system.underWay(), 0);
    QCoreApplication::processEvents();
    QVERIFY(!answered);
}

void TestResolver::endsThreadsThatAreIdle()
{
    Scene scene({8, 20ms});
    QCOMPARE(scene.resolver.threads(), std::size_t(0));
    scene.askSilent(5);
    QTRY_COMPARE(scene.system.underWay(), 5);
    QCOMPARE(scene.resolver.threads(), std::size_t(5));
    scene.system.letGo();
    QTRY_COMPARE(scene.answered, 5);
    QTRY_COMPARE(scene.resolver.threads(), std::size_t(0));
    scene.ask("good");
    QTRY_COMPARE(scene.answered, 6);
}

void TestResolver::asksTheSystem_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<ErrorCode>("error");
    QTest::newRow("this machine") << QByteArray("localhost") << ErrorCode::None;
    // Forms that no resolver accepts, so that no query leaves the machine.
    QTest::newRow("a label too long") << QByteArray(64, 'x') + ".example" << ErrorCode::NameNotFound;
    QTest::newRow("an empty label") << QByteArray("a..example") << ErrorCode::NameNotFound;
}

void TestResolver::asksTheSystem()
{
    QFETCH(const QByteArray, name);
    QFETCH(const ErrorCode, error);
    SystemResolver resolver;
    std::optional<Resolver::Addresses> found;
    resolver.lookUp(name, [&found](const Resolver::Addresses &result) { found = result; });
    QTRY_VERIFY(found);
    QCOMPARE(*found ? ErrorCode::None : found->error().code, error);
    if (*found)
        QVERIFY(found->value().front().isLoopback());
}

QTEST_GUILESS_MAIN(TestResolver)
#include "tst_resolver.moc"
