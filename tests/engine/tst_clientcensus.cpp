// SPDX-License-Identifier: MIT
#include "engine/inbound/client_census.h"

#include "tests/support/process.h"
#include "tests/support/rawsocket.h"

#include <QTest>

using namespace engine;

namespace
{

Limits caps(int clients, int clientsPerAddress)
{
    Limits limits;
    limits.maximumClients = clients;
    limits.maximumClientsPerAddress = clientsPerAddress;
    return limits;
}

} // namespace

class TestClientCensus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void admitsUpToTheCaps_data();
    void admitsUpToTheCaps();
    void countsEachAddressByItself();
    void letsOthersInWhenOneLeaves();
    void forgetsWhoLeft();
    void isBoundByTheSystemAllTheSame();
};

void TestClientCensus::admitsUpToTheCaps_data()
{
    QTest::addColumn<int>("cap");
    QTest::addColumn<int>("capPerAddress");
    QTest::addColumn<int>("admitted");
    QTest::addColumn<ErrorCode>("refusal");
    QTest::newRow("all of them the tighter") << 3 << 5 << 3 << ErrorCode::TooManyClients;
    QTest::newRow("the address the tighter") << 5 << 3 << 3 << ErrorCode::TooManyClientsFromAddress;
    QTest::newRow("both the same") << 4 << 4 << 4 << ErrorCode::TooManyClients;
    QTest::newRow("one client") << 1 << 1 << 1 << ErrorCode::TooManyClients;
    QTest::newRow("unlimited, but not each address") << 0 << 2 << 2 << ErrorCode::TooManyClientsFromAddress;
    QTest::newRow("limited, but not each address") << 2 << 0 << 2 << ErrorCode::TooManyClients;
    QTest::newRow("unlimited") << 0 << 0 << 50 << ErrorCode::None;
}

void TestClientCensus::admitsUpToTheCaps()
{
    QFETCH(const int, cap);
    QFETCH(const int, capPerAddress);
    QFETCH(const int, admitted);
    QFETCH(const ErrorCode, refusal);
    const Limits limits = caps(cap, capPerAddress);
    const Address client = test::address("192.0.2.1");
    ClientCensus census;
    for (int i = 0; i < admitted; ++i)
        QCOMPARE(census.enter(client, limits), ErrorCode::None);
    QCOMPARE(census.enter(client, limits), refusal);
}

void TestClientCensus::countsEachAddressByItself()
{
    const Limits limits = caps(0, 2);
    ClientCensus census;
    for (const char *literal : {"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "::ffff:192.0.2.3"}) {
        const Address client = test::address(literal);
        QCOMPARE(census.enter(client, limits), ErrorCode::None);
        QCOMPARE(census.enter(client, limits), ErrorCode::None);
        QCOMPARE(census.enter(client, limits), ErrorCode::TooManyClientsFromAddress);
    }
    QCOMPARE(census.enter(test::address("192.0.2.3"), limits), ErrorCode::TooManyClientsFromAddress);
}

void TestClientCensus::letsOthersInWhenOneLeaves()
{
    const Limits limits = caps(3, 2);
    const Address first = test::address("192.0.2.1");
    const Address second = test::address("192.0.2.2");
    ClientCensus census;
    QCOMPARE(census.enter(first, limits), ErrorCode::None);
    QCOMPARE(census.enter(first, limits), ErrorCode::None);
    QCOMPARE(census.enter(second, limits), ErrorCode::None);
    QCOMPARE(census.enter(second, limits), ErrorCode::TooManyClients);
    census.leave(first);
    QCOMPARE(census.enter(second, limits), ErrorCode::None);
    census.leave(second);
    QCOMPARE(census.enter(first, limits), ErrorCode::None);
    census.leave(second);
    QCOMPARE(census.enter(first, limits), ErrorCode::TooManyClientsFromAddress);
}

/// Those who were refused were never counted.
void TestClientCensus::forgetsWhoLeft()
{
    const Limits limits = caps(4, 4);
    const Address client = test::address("192.0.2.1");
    ClientCensus census;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 4; ++i)
            QCOMPARE(census.enter(client, limits), ErrorCode::None);
        for (int i = 0; i < 4; ++i)
            QVERIFY(census.enter(client, limits) != ErrorCode::None);
        for (int i = 0; i < 4; ++i)
            census.leave(client);
    }
}

void TestClientCensus::isBoundByTheSystemAllTheSame()
{
    if (!test::DescriptorLimit::isSupported())
        QSKIP("This system does not let a process limit its descriptors");
    constexpr int kClients = 3;
    const test::DescriptorLimit limit(kReservedDescriptors + 2 * kClients);
    const Limits limits = caps(0, 0);
    const Address client = test::address("192.0.2.1");
    ClientCensus census;
    for (int i = 0; i < kClients; ++i)
        QCOMPARE(census.enter(client, limits), ErrorCode::None);
    QCOMPARE(census.enter(client, limits), ErrorCode::TooManyOpenFiles);
    census.leave(client);
    QCOMPARE(census.enter(client, limits), ErrorCode::None);
}

QTEST_GUILESS_MAIN(TestClientCensus)
#include "tst_clientcensus.moc"
