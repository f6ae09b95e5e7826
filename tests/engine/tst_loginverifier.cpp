// SPDX-License-Identifier: MIT
#include "engine/inbound/login_verifier.h"

#include "engine/limits.h"

#include "tests/support/eventloops.h"
#include "tests/support/fakeclock.h"
#include "tests/support/pace.h"
#include "tests/support/profiles.h"
#include "tests/support/rawsocket.h"

#include <QTest>

#include <future>
#include <memory>

using namespace engine;
using Result = LoginVerifier::Result;
using Results = QList<Result>;

// QTRY_COMPARE looks every 50 ms only.
#define TRY_COMPARE(actual, expected)                                                                        \
    do {                                                                                                     \
        test::waitFor([&] { return (actual) == (expected); });                                               \
        QCOMPARE(actual, expected);                                                                          \
    } while (false)

namespace
{

/// Fewer iterations than a profile may have where only their number would take time.
constexpr int kQuick = 1;

const QList<UserProfile> &users()
{
    static const QList<UserProfile> all{test::user("alice", "secret"), test::user("bob", "other")};
    return all;
}

/// Keeps a worker busy until it is released.
class Gate
{
public:
    explicit Gate(Worker &worker)
    {
        worker.run([opened = m_opened.get_future().share()] { (void)opened.wait_for(test::kPatience); });
    }
    ~Gate() { open(); }
    Gate(const Gate &) = delete;
    Gate &operator=(const Gate &) = delete;
    void open()
    {
        if (!std::exchange(m_isOpen, true))
            m_opened.set_value();
    }

private:
    std::promise<void> m_opened;
    bool m_isOpen = false;
};

struct Scene {
    test::FakeClock clock;
    Worker worker;
    std::unique_ptr<LoginVerifier> verifier = std::make_unique<LoginVerifier>(worker, clock);
    Results results;
    Address client = test::address("192.0.2.1");

    LoginId verify(const QByteArray &user, const QByteArray &password,
                   const QList<UserProfile> &among = users())
    {
        return verifier->verify(client, {user, password}, among, [this](Result r) { results.append(r); });
    }
    /// Waits until the worker has done everything so far.
    [[nodiscard]] bool hasDoneAll()
    {
        std::promise<void> done;
        worker.run([&done] { done.set_value(); });
        return done.get_future().wait_for(test::kPatience) == std::future_status::ready;
    }
};

} // namespace

class TestLoginVerifier : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers_data();
    void answers();
    void remembersARightPassword();
    void remembersNoWrongPassword();
    void forgetsAfterAWhile();
    void forgetsWithAChangedHash_data();
    void forgetsWithAChangedHash();
    void remembersABoundedNumber();
    void derivesEqualLoginsOnce();
    void keepsAnOldUserApartFromItsNewName();
    void isBusyForAnAddressThatTriesTooMany();
    void isBusyForAllWhenTooManyWait();
    void cancels();
    void keepsThePlaceOfACancelledLogin();
    void letsACallbackCancelAnother();
    void letsACallbackVerifyAnother();
    void goesWhileItsWorkIsPending();
    void goesWhileItsAnswersAreOnTheWay();
};

void TestLoginVerifier::answers_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");
    QTest::addColumn<QList<UserProfile>>("among");
    QTest::addColumn<Result>("result");
    const auto row = [](const char *name, const char *user, const char *password, Result result,
                        const QList<UserProfile> &among = users()) {
        QTest::newRow(name) << QByteArray(user) << QByteArray(password) << among << result;
    };
    row("the right password", "alice", "secret", Result::Accepted);
    row("the right password of the last user", "bob", "other", Result::Accepted);
    row("a wrong password", "alice", "secreT", Result::Rejected);
    row("an empty password", "alice", "", Result::Rejected);
    row("the right password and more", "alice", "secret ", Result::Rejected);
    row("another user's password", "alice", "other", Result::Rejected);
    row("an unknown user", "carol", "secret1", Result::Rejected);
    // Compared with the first user's hash, for the time that it takes.
    row("an unknown user with the first user's password", "carol", "secret", Result::Rejected);
    row("a user in other letters", "Alice", "secret", Result::Rejected);
    row("a user and more", "alice ", "secret", Result::Rejected);
    row("no name", "", "secret", Result::Rejected);
    row("bytes between name and password moved", "alices", "ecret", Result::Rejected);
    row("letters beyond ASCII", "Zoë", "pässwörd", Result::Accepted, {test::user("Zoë", "pässwörd")});
    row("no users", "alice", "secret", Result::Rejected, {});
}

void TestLoginVerifier::answers()
{
    QFETCH(const QByteArray, user);
    QFETCH(const QByteArray, password);
    QFETCH(const QList<UserProfile>, among);
    QFETCH(const Result, result);
    Scene scene;
    QVERIFY(scene.verify(user, password, among) != 0);
    QVERIFY2(scene.results.isEmpty(), "answered before the password was derived");
    TRY_COMPARE(scene.results, Results{result});
}

void TestLoginVerifier::remembersARightPassword()
{
    Scene scene;
    scene.verify("alice", "secret");
    TRY_COMPARE(scene.results.size(), 1);
    QCOMPARE(scene.verify("alice", "secret"), LoginId(0));
    scene.client = test::address("192.0.2.2");
    QCOMPARE(scene.verify("alice", "secret"), LoginId(0));
    QCOMPARE(scene.results, Results(3, Result::Accepted));
    // This and no other.
    QVERIFY(scene.verify("alice", "secret1") != 0);
    QVERIFY(scene.verify("bob", "secret") != 0);
    QVERIFY(scene.verify("alice", "other") != 0);
    TRY_COMPARE(scene.results, Results(3, Result::Accepted) + Results(3, Result::Rejected));
}

/// Nor can it be told by the time an answer takes whether a user exists.
void TestLoginVerifier::remembersNoWrongPassword()
{
    Scene scene;
    for (int i = 1; i <= 3; ++i) {
        QVERIFY(scene.verify("alice", "wrong") != 0);
        QVERIFY(scene.verify("carol", "secret") != 0);
        QCOMPARE(scene.results.size(), 2 * i - 2);
        TRY_COMPARE(scene.results, Results(2 * i, Result::Rejected));
    }
}

void TestLoginVerifier::forgetsAfterAWhile()
{
    Scene scene;
    scene.verify("alice", "secret");
    TRY_COMPARE(scene.results.size(), 1);
    scene.clock.advance(kLoginCacheLifetime - std::chrono::milliseconds{1});
    QCOMPARE(scene.verify("alice", "secret"), LoginId(0));
    // Using it does not keep it.
    scene.clock.advance(std::chrono::milliseconds{1});
    QVERIFY(scene.verify("alice", "secret") != 0);
    TRY_COMPARE(scene.results, Results(3, Result::Accepted));
    QCOMPARE(scene.verify("alice", "secret"), LoginId(0));
}

void TestLoginVerifier::forgetsWithAChangedHash_data()
{
    QTest::addColumn<QList<UserProfile>>("changed");
    QTest::addColumn<Result>("result");
    UserProfile salted = test::user("alice", "secret", 1'001);
    QTest::newRow("the same password, another hash") << QList{salted} << Result::Accepted;
    QTest::newRow("another password") << QList{test::user("alice", "changed")} << Result::Rejected;
    QTest::newRow("the user is gone") << QList{test::user("bob", "other")} << Result::Rejected;
    QTest::newRow("everybody is gone") << QList<UserProfile>{} << Result::Rejected;
    UserProfile renamed = test::user("alice", "secret");
    renamed.name = QStringLiteral("carol");
    QTest::newRow("the user has another name") << QList{renamed} << Result::Rejected;
}

void TestLoginVerifier::forgetsWithAChangedHash()
{
    QFETCH(const QList<UserProfile>, changed);
    QFETCH(const Result, result);
    Scene scene;
    scene.verify("alice", "secret");
    TRY_COMPARE(scene.results, Results{Result::Accepted});
    QVERIFY(scene.verify("alice", "secret", changed) != 0);
    TRY_COMPARE(scene.results, (Results{Result::Accepted, result}));
}

void TestLoginVerifier::remembersABoundedNumber()
{
    Scene scene;
    const auto nameOf = [](int i) {
        return "user" + QByteArray::number(i);
    };
    QList<UserProfile> many;
    for (int i = 0; i <= kMaximumCachedLogins; ++i)
        many.append(test::user(nameOf(i).constData(), "secret", kQuick));
    for (int i = 0; i < kMaximumCachedLogins; ++i) {
        scene.verify(nameOf(i), "secret", many);
        TRY_COMPARE(scene.results, Results(i + 1, Result::Accepted));
    }
    for (int i = 0; i < kMaximumCachedLogins; ++i)
        QCOMPARE(scene.verify(nameOf(i), "secret", many), LoginId(0));
    QVERIFY(scene.verify(nameOf(kMaximumCachedLogins), "secret", many) != 0);
    TRY_COMPARE(scene.results.size(), 2 * kMaximumCachedLogins + 1);
    QCOMPARE(scene.verify(nameOf(kMaximumCachedLogins), "secret", many), LoginId(0));
    QVERIFY(scene.verify(nameOf(0), "secret", many) != 0);
    TRY_COMPARE(scene.results, Results(2 * kMaximumCachedLogins + 3, Result::Accepted));
}

/// A program opens many connections at once; they take one place and wait for one derivation.
void TestLoginVerifier::derivesEqualLoginsOnce()
{
    constexpr int kEqual = 10 * kMaximumPendingLogins;
    Scene scene;
    Gate gate(scene.worker);
    for (int i = 0; i < kEqual; ++i)
        QVERIFY(scene.verify("alice", "secret") != 0);
    for (int i = 1; i < kMaximumPendingLoginsPerAddress; ++i)
        QVERIFY(scene.verify("alice", "wrong" + QByteArray::number(i)) != 0);
    QVERIFY(scene.results.isEmpty());
    gate.open();
    TRY_COMPARE(scene.results, Results(kEqual, Result::Accepted) +
                                   Results(kMaximumPendingLoginsPerAddress - 1, Result::Rejected));
}

/// The profile may change while a password is derived: only whom it was derived for may enter by it.
void TestLoginVerifier::keepsAnOldUserApartFromItsNewName()
{
    Scene scene;
    Gate gate(scene.worker);
    const QList<UserProfile> before{test::user("alice", "secret")};
    QList<UserProfile> renamed = before;
    renamed[0].name = QStringLiteral("carol");
    scene.verify("alice", "secret", before);
    scene.verify("alice", "secret", renamed);
    gate.open();
    TRY_COMPARE(scene.results, (Results{Result::Accepted, Result::Rejected}));
}

void TestLoginVerifier::isBusyForAnAddressThatTriesTooMany()
{
    Scene scene;
    Gate gate(scene.worker);
    for (int i = 0; i < kMaximumPendingLoginsPerAddress; ++i)
        QVERIFY(scene.verify("alice", "wrong" + QByteArray::number(i)) != 0);
    QVERIFY(scene.results.isEmpty());
    QCOMPARE(scene.verify("alice", "secret"), LoginId(0));
    QCOMPARE(scene.results, Results{Result::Busy});
    scene.results.clear();
    // Others are not held up by it, nor is one that waits for what is derived already.
    scene.client = test::address("192.0.2.2");
    QVERIFY(scene.verify("alice", "secret") != 0);
    scene.client = test::address("192.0.2.1");
    QVERIFY(scene.verify("alice", "secret") != 0);
    gate.open();
    TRY_COMPARE(scene.results,
                Results(kMaximumPendingLoginsPerAddress, Result::Rejected) + Results(2, Result::Accepted));
    QVERIFY(scene.verify("bob", "other") != 0);
    TRY_COMPARE(scene.results.back(), Result::Accepted);
}

void TestLoginVerifier::isBusyForAllWhenTooManyWait()
{
    Scene scene;
    Gate gate(scene.worker);
    const QList<UserProfile> quick{test::user("alice", "secret", kQuick)};
    for (int i = 0; i < kMaximumPendingLogins; ++i) {
        scene.client = Address::fromV4(0xc0000201U + static_cast<std::uint32_t>(i));
        QVERIFY(scene.verify("alice", "wrong" + QByteArray::number(i), quick) != 0);
    }
    scene.client = test::address("2001:db8::1");
    QCOMPARE(scene.verify("alice", "secret", quick), LoginId(0));
    QCOMPARE(scene.results, Results{Result::Busy});
    QVERIFY(scene.verify("alice", "wrong0", quick) != 0);
    gate.open();
    TRY_COMPARE(scene.results, Results{Result::Busy} + Results(kMaximumPendingLogins + 1, Result::Rejected));
    QVERIFY(scene.verify("alice", "secret", quick) != 0);
    TRY_COMPARE(scene.results.back(), Result::Accepted);
}

void TestLoginVerifier::cancels()
{
    Scene scene;
    Gate gate(scene.worker);
    const LoginId first = scene.verify("alice", "secret");
    const LoginId second = scene.verify("alice", "secret");
    const LoginId third = scene.verify("bob", "wrong");
    QVERIFY(first != second && second != third);
    scene.verifier->cancel(first);
    scene.verifier->cancel(third);
    scene.verifier->cancel(first);
    scene.verifier->cancel(0);
    gate.open();
    scene.verify("bob", "other");
    TRY_COMPARE(scene.results, Results(2, Result::Accepted));
    scene.verifier->cancel(second);
}

void TestLoginVerifier::keepsThePlaceOfACancelledLogin()
{
    Scene scene;
    Gate gate(scene.worker);
    for (int i = 0; i < kMaximumPendingLoginsPerAddress; ++i)
        scene.verifier->cancel(scene.verify("alice", "wrong" + QByteArray::number(i)));
    scene.verify("alice", "secret");
    QCOMPARE(scene.results, Results{Result::Busy});
    gate.open();
    QVERIFY(scene.hasDoneAll());
    QTRY_VERIFY_WITH_TIMEOUT(scene.verify("alice", "secret") != 0, int(test::kPatience.count()));
    TRY_COMPARE(scene.results.back(), Result::Accepted);
    QVERIFY(!scene.results.contains(Result::Rejected));
}

void TestLoginVerifier::letsACallbackCancelAnother()
{
    Scene scene;
    Gate gate(scene.worker);
    LoginId equal = 0;
    LoginId other = 0;
    const auto cancelBoth = [&](Result) {
        scene.verifier->cancel(equal);
        scene.verifier->cancel(other);
    };
    scene.verifier->verify(scene.client, {"alice", "secret"}, users(), cancelBoth);
    equal = scene.verify("alice", "secret");
    other = scene.verify("alice", "wrong");
    scene.verify("bob", "other");
    gate.open();
    TRY_COMPARE(scene.results, Results{Result::Accepted});
}

void TestLoginVerifier::letsACallbackVerifyAnother()
{
    Scene scene;
    const auto again = [&](Result result) {
        scene.results.append(result);
        scene.verify("alice", "wrong");
        scene.verify("bob", "other");
    };
    scene.verifier->verify(scene.client, {"alice", "wrong"}, users(), again);
    TRY_COMPARE(scene.results, (Results{Result::Rejected, Result::Rejected, Result::Accepted}));
}

void TestLoginVerifier::goesWhileItsWorkIsPending()
{
    Scene scene;
    Gate gate(scene.worker);
    scene.verify("alice", "secret");
    scene.verify("bob", "wrong");
    scene.verifier.reset();
    gate.open();
    QVERIFY(scene.hasDoneAll());
    QCoreApplication::processEvents();
    QVERIFY(scene.results.isEmpty());
}

void TestLoginVerifier::goesWhileItsAnswersAreOnTheWay()
{
    Scene scene;
    scene.verify("alice", "secret");
    scene.verify("bob", "wrong");
    QVERIFY(scene.hasDoneAll());
    scene.verifier.reset();
    QCoreApplication::processEvents();
    QVERIFY(scene.results.isEmpty());
}

QTEST_GUILESS_MAIN(TestLoginVerifier)
#include "tst_loginverifier.moc"
