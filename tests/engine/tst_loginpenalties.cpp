// SPDX-License-Identifier: MIT
#include "engine/inbound/login_penalties.h"

#include "engine/limits.h"

#include "tests/support/fakeclock.h"
#include "tests/support/rawsocket.h"

#include <QTest>

using namespace engine;
using std::chrono::milliseconds;

class TestLoginPenalties : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beginsAfterSomeFailures();
    void doublesUpToTheLongest();
    void keepsAddressesApart();
    void endsWithASuccess();
    void forgets();
    void isBounded();

private:
    test::FakeClock m_clock;
    const Address m_client = test::address("192.0.2.1");
};

void TestLoginPenalties::beginsAfterSomeFailures()
{
    LoginPenalties penalties(m_clock);
    for (int i = 0; i < kFreeLoginFailures; ++i) {
        QCOMPARE(penalties.delay(m_client), milliseconds(0));
        penalties.failed(m_client);
    }
    QCOMPARE(penalties.delay(m_client), kFirstLoginDelay);
}

void TestLoginPenalties::doublesUpToTheLongest()
{
    LoginPenalties penalties(m_clock);
    for (int i = 0; i < kFreeLoginFailures; ++i)
        penalties.failed(m_client);
    for (milliseconds expected = kFirstLoginDelay; expected < kLongestLoginDelay; expected *= 2) {
        QCOMPARE(penalties.delay(m_client), expected);
        penalties.failed(m_client);
    }
    for (int i = 0; i < 100; ++i)
        penalties.failed(m_client);
    QCOMPARE(penalties.delay(m_client), kLongestLoginDelay);
}

void TestLoginPenalties::keepsAddressesApart()
{
    LoginPenalties penalties(m_clock);
    for (int i = 0; i < 10; ++i)
        penalties.failed(m_client);
    QCOMPARE(penalties.delay(test::address("192.0.2.2")), milliseconds(0));
}

void TestLoginPenalties::endsWithASuccess()
{
    LoginPenalties penalties(m_clock);
    for (int i = 0; i < 10; ++i)
        penalties.failed(m_client);
    penalties.succeeded(m_client);
    QCOMPARE(penalties.delay(m_client), milliseconds(0));
}

void TestLoginPenalties::forgets()
{
    LoginPenalties penalties(m_clock);
    for (int i = 0; i < 10; ++i)
        penalties.failed(m_client);
    m_clock.advance(kLoginFailureLifetime - milliseconds(1));
    QVERIFY(penalties.delay(m_client) > milliseconds(0));
    m_clock.advance(milliseconds(1));
    QCOMPARE(penalties.delay(m_client), milliseconds(0));
    penalties.failed(m_client);
    QCOMPARE(penalties.delay(m_client), milliseconds(0));
}

void TestLoginPenalties::isBounded()
{
    LoginPenalties penalties(m_clock);
    for (int i = 0; i < kFreeLoginFailures; ++i)
        penalties.failed(m_client);
    m_clock.advance(milliseconds(1));
    for (int i = 1; i < kMaximumLoginPenalties; ++i)
        penalties.failed(Address::fromV4(static_cast<std::uint32_t>(i)));
    QCOMPARE(penalties.delay(m_client), kFirstLoginDelay);
    penalties.failed(test::address("192.0.2.2"));
    // The oldest went to make room.
    QCOMPARE(penalties.delay(m_client), milliseconds(0));
}

QTEST_GUILESS_MAIN(TestLoginPenalties)
#include "tst_loginpenalties.moc"
