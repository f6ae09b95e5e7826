// SPDX-License-Identifier: MIT
#include "engine/outbound/dialer.h"

#include "engine/limits.h"

#include "tests/support/dialscene.h"
#include "tests/support/eventloops.h"
#include "tests/support/process.h"

#include <QCoreApplication>
#include <QTest>

using namespace engine;
using std::chrono::milliseconds;
using test::waitFor;

namespace
{

QList<Address> addresses(const QList<QByteArray> &literals)
{
    QList<Address> all;
    for (const QByteArray &literal : literals)
        all.append(test::address(literal.constData()));
    return all;
}

QList<QByteArray> numbered(const QByteArray &prefix, int count)
{
    QList<QByteArray> literals;
    for (int i = 1; i <= count; ++i)
        literals.append(prefix + QByteArray::number(i));
    return literals;
}

} // namespace

/// RFC 8305 on the poller that goes with the thread it runs on.
class TestHappyEyeballs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void interleavesFamilies_data();
    void interleavesFamilies();
    void goesOnAtOnceAfterARefusal();
    void triesNoMoreThanTheMostAddresses_data();
    void triesNoMoreThanTheMostAddresses();
    void triesTheNextWhenTheFirstIsSilent();
    void waitsAsLongAsRfc8305Says();
    void goesOnAtOnceWhenTheLastTriedIsRefused();
    void waitsForASilentOneWhenTheOthersFailed();
    void closesTheOnesThatLost();
};

void TestHappyEyeballs::interleavesFamilies_data()
{
    QTest::addColumn<QList<QByteArray>>("given");
    QTest::addColumn<QList<QByteArray>>("tried");
    using List = QList<QByteArray>;
    const List four = numbered("192.0.2.", 20);
    const List six = numbered("2001:db8::", 20);
    const auto row = [](const char *name, const List &given, const List &tried) {
        QTest::newRow(name) << given << tried;
    };
    row("none", {}, {});
    row("one", {"192.0.2.1"}, {"192.0.2.1"});
    row("IPv4 alone keeps its order", {"192.0.2.2", "192.0.2.1"}, {"192.0.2.2", "192.0.2.1"});
    row("IPv6 alone keeps its order", {"2001:db8::2", "2001:db8::1"}, {"2001:db8::2", "2001:db8::1"});
    row("IPv6 preferred", {"2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"},
        {"2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"});
    row("IPv4 preferred", {"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"},
        {"192.0.2.1", "2001:db8::1", "192.0.2.2", "2001:db8::2"});
    row("taking turns already", {"192.0.2.1", "2001:db8::1", "192.0.2.2"},
        {"192.0.2.1", "2001:db8::1", "192.0.2.2"});
    row("more of the preferred", {"2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1"},
        {"2001:db8::1", "192.0.2.1", "2001:db8::2", "2001:db8::3"});
    row("more of the other", {"2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"},
        {"2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"});
    row("a mapped address is an IPv4 one", {"::ffff:192.0.2.1", "192.0.2.2", "2001:db8::1"},
        {"192.0.2.1", "2001:db8::1", "192.0.2.2"});
    row("too many of one family", four, four.first(kMaximumAddressesPerName));
    List mixed;
    for (int i = 0; i < kMaximumAddressesPerName / 2; ++i)
        mixed << six[i] << four[i];
    row("too many of both, and each gets its half", six + four, mixed);
}

void TestHappyEyeballs::interleavesFamilies()
{
    QFETCH(const QList<QByteArray>, given);
    QFETCH(const QList<QByteArray>, tried);
    QCOMPARE(interleaveFamilies(addresses(given)), addresses(tried));
}

void TestHappyEyeballs::goesOnAtOnceAfterARefusal()
{
    const test::RawListener listener;
    test::DialScene scene;
    scene.own = test::address("127.0.0.4");
    scene.dialName(listener.endpoint().port, {test::kRefusing, "127.0.0.4", "127.0.0.5", "127.0.0.1"});
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QVERIFY(scene.dialed);
    QCOMPARE(scene.dialed->peer, listener.endpoint());
    QCOMPARE(scene.deadlines.size(), 0U);
}

void TestHappyEyeballs::triesNoMoreThanTheMostAddresses_data()
{
    QTest::addColumn<int>("refusing");
    QTest::addColumn<bool>("connects");
    QTest::newRow("the last that is tried") << kMaximumAddressesPerName - 1 << true;
    QTest::newRow("the first that is not") << kMaximumAddressesPerName << false;
}

void TestHappyEyeballs::triesNoMoreThanTheMostAddresses()
{
    QFETCH(const int, refusing);
    QFETCH(const bool, connects);
    const test::RawListener listener;
    QList<Address> addresses;
    for (int i = 0; i < refusing; ++i)
        addresses.append(Address::fromV4(0x7f000102U + static_cast<std::uint32_t>(i)));
    addresses.append(listener.endpoint().address);
    test::DialScene scene;
    scene.dialName(listener.endpoint().port);
    scene.resolver.answer(addresses);
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QCOMPARE(scene.dialed.has_value(), connects);
    QCOMPARE(scene.error, connects ? ErrorCode::None : ErrorCode::ConnectionRefused);
}

void TestHappyEyeballs::triesTheNextWhenTheFirstIsSilent()
{
    const test::SilentAndGood pair;
    if (!pair.isUsable())
        QSKIP(test::kNotUsable);
    test::DialScene scene;
    scene.dialName(pair.port(), {test::kSilent, test::kGood});
    scene.passTime(kConnectionAttemptDelay - milliseconds{1});
    test::spin();
    QVERIFY(!pair.good.accept(milliseconds{0}).isOpen());
    scene.passTime(milliseconds{1});
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QVERIFY(scene.dialed);
    QCOMPARE(scene.dialed->peer, pair.good.endpoint());
    QCOMPARE(scene.deadlines.size(), 0U);
}

void TestHappyEyeballs::waitsAsLongAsRfc8305Says()
{
    const test::SilentAndGood pair;
    if (!pair.isUsable())
        QSKIP(test::kNotUsable);
    const net::Clock real;
    test::DialScene scene(real);
    QElapsedTimer time;
    time.start();
    scene.dialName(pair.port(), {test::kSilent, test::kGood});
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QVERIFY(scene.dialed);
    QCOMPARE(scene.dialed->peer, pair.good.endpoint());
    QVERIFY(test::passed(time) >= kConnectionAttemptDelay - milliseconds{1});
}

void TestHappyEyeballs::goesOnAtOnceWhenTheLastTriedIsRefused()
{
    const test::SilentAndGood pair;
    if (!pair.isUsable())
        QSKIP(test::kNotUsable);
    test::DialScene scene;
    scene.dialName(pair.port(), {test::kSilent, test::kRefusing, test::kGood});
    scene.passTime(kConnectionAttemptDelay);
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QVERIFY(scene.dialed);
    QCOMPARE(scene.dialed->peer, pair.good.endpoint());
}

void TestHappyEyeballs::waitsForASilentOneWhenTheOthersFailed()
{
    test::SilentAndGood pair;
    if (!pair.isUsable())
        QSKIP(test::kNotUsable);
    test::DialScene scene;
    scene.dialName(pair.port(), {test::kSilent, test::kRefusing});
    scene.passTime(kConnectionAttemptDelay);
    test::spin();
    scene.passTime(10 * kConnectionAttemptDelay);
    test::spin();
    QVERIFY(!scene.hasResult());
    pair.silent.answer();
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QVERIFY(scene.dialed);
    QCOMPARE(scene.dialed->peer, pair.silent.endpoint());
}

void TestHappyEyeballs::closesTheOnesThatLost()
{
    const test::SilentAndGood pair;
    if (!pair.isUsable() || test::openDescriptors() < 0)
        QSKIP(test::kNotUsable);
    test::DialScene scene;
    const int before = test::openDescriptors();
    scene.dialName(pair.port(), {test::kSilent, test::kGood});
    QCOMPARE(test::openDescriptors(), before + 1);
    scene.passTime(kConnectionAttemptDelay);
    QCOMPARE(test::openDescriptors(), before + 2);
    QVERIFY(waitFor([&] { return scene.hasResult(); }));
    QCOMPARE(test::openDescriptors(), before + 1);
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    TestHappyEyeballs portable;
    const int failed = QTest::qExec(&portable, argc, argv);
    return failed + test::runOnNativeThread<TestHappyEyeballs>(argc, argv);
}

#include "tst_happyeyeballs.moc"
