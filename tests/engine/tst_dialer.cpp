// SPDX-License-Identifier: MIT
#include "engine/outbound/dialer.h"

#include "engine/limits.h"

#include "tests/support/dialscene.h"
#include "tests/support/eventloops.h"
#include "tests/support/ownnetwork.h"
#include "tests/support/process.h"

#include <QCoreApplication>
#include <QTest>

#include <array>
#include <optional>
#include <vector>

using namespace engine;
using std::chrono::milliseconds;
using test::waitFor;

namespace
{

/// A connection's later owner.
class Owner final : public net::PollHandler
{
public:
    net::ReadyFlags seen;

private:
    void onReady(net::Descriptor, net::ReadyFlags ready) override { seen |= ready; }
};

} // namespace

/// On the poller that goes with the thread it runs on.
class TestDialer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectsToALiteralWithoutALookup_data();
    void connectsToALiteralWithoutALookup();
    void takesAnotherAddressThatWasAllowedToo();
    void connectsToTheOneAddressOfAName();
    void handsOverASocketThatIsWatched();
    void tellsWhyThereIsNoConnection_data();
    void tellsWhyThereIsNoConnection();
    void reportsAFailedLookup();
    void runsOutOfDescriptors();
    void runsOutOfPorts();
    void cancelsALookupWithItself();
    void closesItsAttemptsWithItself();
    void mayBeDestroyedByItsCallback_data();
    void mayBeDestroyedByItsCallback();
};

void TestDialer::connectsToALiteralWithoutALookup_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("an address") << QByteArray();
    QTest::newRow("a name that is an IPv4 address") << QByteArray("127.0.0.1");
    QTest::newRow("a name that is a mapped IPv4 address") << QByteArray("::ffff:127.0.0.1");
    QTest::newRow("a name that is one in brackets") << QByteArray("[::ffff:127.0.0.1]");
}

void TestDialer::connectsToALiteralWithoutALookup()
{
    QFETCH(const QByteArray, name);
    const test::RawListener listener;
    test::DialScene scene;
    scene.dial({name.isEmpty() ? test::address("127.0.0.1") : Address(), name, listener.endpoint().port});
    QVERIFY(!scene.dialer->isResolving());
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QVERIFY(scene.resolver.asked.isEmpty());
    QVERIFY(scene.dialed);
    QCOMPARE(scene.dialed->peer, listener.endpoint());
    QCOMPARE(scene.deadlines.size(), 0U);
}

/// Of a name that was looked up for the rules.
void TestDialer::takesAnotherAddressThatWasAllowedToo()
{
    const test::RawListener listener;
    const test::RefusingEndpoint refusing(Endpoint{test::address("127.0.0.3"), listener.endpoint().port});
    QVERIFY(listener.isOpen() && refusing.isOpen());
    test::DialScene scene;
    scene.dial(
        {refusing.endpoint().address, {}, refusing.endpoint().port, false, {test::address("127.0.0.1")}});
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QVERIFY(scene.resolver.asked.isEmpty());
    QVERIFY(scene.dialed);
    QCOMPARE(scene.dialed->peer, listener.endpoint());
}

void TestDialer::connectsToTheOneAddressOfAName()
{
    const test::RawListener listener;
    test::DialScene scene;
    scene.dialName(listener.endpoint().port);
    QCOMPARE(scene.resolver.asked, QList<QByteArray>{"name.example"});
    QVERIFY(scene.dialer->isResolving());
    scene.resolver.answer({"127.0.0.1"});
    QVERIFY(!scene.dialer->isResolving());
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QVERIFY(scene.dialed);
    QCOMPARE(scene.dialed->peer, listener.endpoint());
    QCOMPARE(listener.accept().peer(), scene.dialed->local);
    test::spin();
    QCOMPARE(scene.results, 1);
    scene.dialer.reset();
    QCOMPARE(scene.resolver.cancelled, 0);
}

void TestDialer::handsOverASocketThatIsWatched()
{
    const test::RawListener listener;
    test::DialScene scene;
    scene.dial({test::address("127.0.0.1"), {}, listener.endpoint().port});
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QVERIFY(scene.dialed);
    scene.dialer.reset();
    Owner owner;
    const net::Descriptor descriptor = scene.dialed->socket.descriptor();
    scene.poller.setHandler(descriptor, owner);
    scene.poller.rearm(descriptor, net::Ready::Readable);
    test::RawSocket target = listener.accept();
    QVERIFY(target.send("x"));
    QVERIFY(waitFor([&] { return owner.seen.testFlag(net::Ready::Readable); }));
    std::array<std::uint8_t, 4> bytes{};
    QCOMPARE(scene.dialed->socket.receive(bytes).bytes, 1U);
}

void TestDialer::tellsWhyThereIsNoConnection_data()
{
    QTest::addColumn<QList<Address>>("addresses");
    QTest::addColumn<ErrorCode>("error");
    const Address refusing = test::address("127.0.0.3");
    const Address own = test::address("127.0.0.4");
    const Address multicast = test::address("224.0.0.1"); // no TCP goes there
    const auto row = [](const char *name, const QList<Address> &addresses, ErrorCode error) {
        QTest::newRow(name) << addresses << error;
    };
    row("refused", {refusing}, ErrorCode::ConnectionRefused);
    row("an own listener", {own}, ErrorCode::LoopDetected);
    row("refused, then an own listener", {refusing, own}, ErrorCode::ConnectionRefused);
    row("an own listener, then refused", {own, refusing}, ErrorCode::ConnectionRefused);
    row("unreachable, then refused", {multicast, refusing}, ErrorCode::ConnectionRefused);
    row("refused, then unreachable", {refusing, multicast}, ErrorCode::ConnectionRefused);
    row("unreachable, then an own listener", {multicast, own}, ErrorCode::LoopDetected);
    row("an own listener, then unreachable", {own, multicast}, ErrorCode::LoopDetected);
    row("all of it", {multicast, own, refusing, own, multicast}, ErrorCode::ConnectionRefused);
}

void TestDialer::tellsWhyThereIsNoConnection()
{
    QFETCH(const QList<Address>, addresses);
    QFETCH(const ErrorCode, error);
    const test::RefusingEndpoint refusing(test::address("127.0.0.3"));
    test::DialScene scene;
    scene.own = test::address("127.0.0.4");
    scene.dialName(refusing.endpoint().port);
    scene.resolver.answer(addresses);
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QCOMPARE(scene.error, error);
    QVERIFY(!scene.dialed);
    QCOMPARE(scene.deadlines.size(), 0U);
    test::spin();
    QCOMPARE(scene.results, 1);
}

/// The clock stands still: no time has to pass in between.
void TestDialer::reportsAFailedLookup()
{
    test::DialScene scene;
    scene.dialName(80);
    scene.resolver.answer(Unexpected{Error{ErrorCode::NameNotFound, {}}});
    QCOMPARE(scene.results, 1);
    QCOMPARE(scene.error, ErrorCode::NameNotFound);
    QVERIFY(!scene.dialer->isResolving());
    scene.dialer.reset();
    QCOMPARE(scene.resolver.cancelled, 0);
}

void TestDialer::runsOutOfDescriptors()
{
    if (!test::DescriptorLimit::isSupported())
        QSKIP("This system does not let a process limit its descriptors");
    const test::RawListener listener;
    test::DialScene scene;
    {
        const test::DescriptorLimit limit(3);
        scene.dialName(listener.endpoint().port, {"127.0.0.1", test::kGood});
    }
    QCOMPARE(scene.results, 1);
    QCOMPARE(scene.error, ErrorCode::TooManyOpenFiles);
}

/// Neither says the system which of the two it is.
void TestDialer::runsOutOfPorts()
{
    if (!test::isInOwnNetwork()) {
        const std::optional<int> exitCode = test::runInOwnNetwork(test::kMakeNetworkOfFewPorts);
        if (!exitCode)
            QSKIP(test::kNoOwnNetwork);
        QCOMPARE(*exitCode, 0);
        return;
    }
    const test::RawListener listener(Endpoint{test::address("127.0.0.1"), test::kPortOutsideOfThem});
    QVERIFY(listener.isOpen());
    const std::vector<test::RawSocket> taken = test::takePortsTowards(listener);
    QCOMPARE(taken.size(), test::kPortsToConnectFrom);
    test::DialScene scene;
    scene.dial({test::address("127.0.0.1"), {}, test::kPortOutsideOfThem});
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QCOMPARE(scene.error, ErrorCode::NoLocalPort);

    test::DialScene withoutAddress;
    withoutAddress.dial({test::address("::1"), {}, test::kPortOutsideOfThem});
    QVERIFY(waitFor([&] { return withoutAddress.hasResult(); }));
    QCOMPARE(withoutAddress.error, ErrorCode::AddressUnavailable);
}

void TestDialer::cancelsALookupWithItself()
{
    test::DialScene scene;
    scene.dialName(80);
    scene.dialer.reset();
    QCOMPARE(scene.resolver.cancelled, 1);
    scene.resolver.answer({"127.0.0.1"});
    test::spin();
    QCOMPARE(scene.results, 0);
}

void TestDialer::closesItsAttemptsWithItself()
{
    const test::SilentAndGood pair;
    if (!pair.isUsable() || test::openDescriptors() < 0)
        QSKIP(test::kNotUsable);
    test::DialScene scene;
    const int before = test::openDescriptors();
    scene.dialName(pair.port(), {test::kSilent, test::kSilent, test::kGood});
    scene.passTime(kConnectionAttemptDelay);
    QCOMPARE(test::openDescriptors(), before + 2);
    QCOMPARE(scene.deadlines.size(), 1U);
    scene.dialer.reset();
    QCOMPARE(test::openDescriptors(), before);
    QCOMPARE(scene.deadlines.size(), 0U);
    // Just as one of them was about to succeed, too.
    scene.dialName(pair.port(), {test::kGood});
    scene.dialer.reset();
    test::spin();
    QCOMPARE(test::openDescriptors(), before);
    QCOMPARE(scene.results, 0);
}

void TestDialer::mayBeDestroyedByItsCallback_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QList<Address>>("addresses");
    QTest::newRow("connected") << QByteArray("127.0.0.1") << QList<Address>();
    QTest::newRow("refused") << QByteArray("127.0.0.3") << QList<Address>();
    QTest::newRow("failed within the call") << QByteArray("127.0.0.4") << QList<Address>();
    QTest::newRow("connected by name") << QByteArray("name.example") << QList{test::address("127.0.0.1")};
    QTest::newRow("no address") << QByteArray("name.example") << QList<Address>();
    QTest::newRow("failed within the answer")
        << QByteArray("name.example") << QList{test::address("127.0.0.4")};
}

void TestDialer::mayBeDestroyedByItsCallback()
{
    QFETCH(const QByteArray, host);
    QFETCH(const QList<Address>, addresses);
    const test::RawListener listener;
    test::DialScene scene;
    scene.own = test::address("127.0.0.4");
    scene.dialer = std::make_unique<Dialer>(scene.services, [&](Expected<Dialed, Error> result) {
        scene.dialer.reset();
        scene.take(std::move(result));
    });
    scene.dialer->dial({{}, host, listener.endpoint().port});
    if (addresses.isEmpty())
        scene.resolver.answer(Unexpected{Error{ErrorCode::NameNotFound, {}}});
    else
        scene.resolver.answer(addresses);
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    test::spin();
    QVERIFY(!scene.dialer);
    QCOMPARE(scene.results, 1);
    QCOMPARE(scene.resolver.cancelled, 0);
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    TestDialer portable;
    const int failed = QTest::qExec(&portable, argc, argv);
    return failed + test::runOnNativeThread<TestDialer>(argc, argv);
}

#include "tst_dialer.moc"
