// SPDX-License-Identifier: MIT
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

#include <functional>

using namespace engine;
using std::chrono::milliseconds;
using test::StreamEnd;

namespace
{

/// A change of the profile in use, and whose relays it leaves alone: a and b came by "Local" from 127.0.0.1
/// and 127.0.0.3, alice and bob by "Locked".
struct Change {
    const char *title;
    std::function<void(Profile &)> make;
    const char *survivors;
};

void setAddress(Profile &profile, qsizetype listener, const char *address)
{
    profile.listeners[listener].address = test::address(address);
}

const QList<Change> &changes()
{
    static const QList<Change> all{
        {"nothing", [](Profile &) {}, "a b alice bob"},
        {"limits", [](Profile &p) { p.limits.maximumClients = 1; }, "a b alice bob"},
        {"open listener removed", [](Profile &p) { p.listeners.removeFirst(); }, "alice bob"},
        {"locked listener removed", [](Profile &p) { p.listeners.removeLast(); }, "a b"},
        {"all listeners removed", [](Profile &p) { p.listeners.clear(); }, ""},
        {"listeners in another order", [](Profile &p) { p.listeners.swapItemsAt(0, 1); }, "a b alice bob"},
        {"listener renamed", [](Profile &p) { p.listeners[0].name = QStringLiteral("Other"); },
         "a b alice bob"},
        {"listener moved", [](Profile &p) { setAddress(p, 0, "127.0.0.9"); }, "a b alice bob"},
        {"listener moved and renamed",
         [](Profile &p) {
             setAddress(p, 0, "127.0.0.9");
             p.listeners[0].name = QStringLiteral("Other");
         },
         "alice bob"},
        {"range that leaves one out",
         [](Profile &p) { p.listeners[0].clients = {test::range("127.0.0.1/32")}; }, "a alice bob"},
        {"range that holds both", [](Profile &p) { p.listeners[0].clients = {test::range("127.0.0.0/8")}; },
         "a b alice bob"},
        {"user removed", [](Profile &p) { p.users.removeFirst(); }, "a b bob"},
        {"user added", [](Profile &p) { p.users << test::user("carol", "third"); }, "a b alice bob"},
        {"password changed", [](Profile &p) { p.users[1] = test::user("bob", "changed"); }, "a b alice"},
        {"password asked from now on",
         [](Profile &p) { p.listeners[0].authentication = Authentication::Password; }, "alice bob"},
        {"password no longer asked", [](Profile &p) { p.listeners[1].authentication = Authentication::None; },
         "a b alice bob"},
        {"everything blocked", [](Profile &p) { p.defaultAction = Action::block(); }, ""},
    };
    return all;
}

Profile startingProfile()
{
    Profile profile;
    ListenerProfile locked = test::passwordListener();
    locked.address = test::address("127.0.0.2");
    profile.listeners = {test::localListener(), locked};
    profile.users = {test::user("alice", "secret"), test::user("bob", "hidden")};
    return profile;
}

test::RawSocket connectFrom(const char *address, const Endpoint &proxy, const Endpoint &target)
{
    test::RawSocket::Options options;
    options.bindTo = test::address(address);
    return test::connectThrough(proxy, target, options);
}

/// On a port that was free a moment ago and is still: nobody else is at this address.
void listenOnAFreePort(Profile &profile)
{
    const test::RawListener listener(test::address("127.0.0.78"));
    profile.listeners.front().address = listener.endpoint().address;
    profile.listeners.front().port = listener.endpoint().port;
}

} // namespace

class TestEngineProfile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatIsStillAllowed_data();
    void keepsWhatIsStillAllowed();
    void judgesHandshakesUnderWayByTheNewProfile();
    void movesAListenerToAnotherPort();
    void keepsTheOthersWhenOneAddressIsBad();
    void namesWhoHoldsAnAddressInUse();
    void letsOnlyOneListenerHaveAnAddress();
    void closesAndReopensOnRequest();
    void startsWithoutListening();
    void opensNothingNewWhileOff();
    void asksForARestartToChangeThePump();
    void takesNewLimitsAtOnce();
};

void TestEngineProfile::keepsWhatIsStillAllowed_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < changes().size(); ++i)
        QTest::newRow(changes()[i].title) << i;
}

void TestEngineProfile::keepsWhatIsStillAllowed()
{
    QFETCH(const int, index);
    const Change &change = changes()[index];
    Profile profile = startingProfile();
    test::TestEngine engine(profile);
    const test::RawListener listener;
    const Endpoint open = engine.listener(0);
    const Endpoint locked = engine.listener(1);

    struct Relay {
        const char *name;
        test::RawSocket client;
        test::RawSocket target;
    };
    std::vector<Relay> relays;
    const auto add = [&](const char *name, test::RawSocket client) {
        relays.push_back({name, std::move(client), listener.accept()});
        QVERIFY(relays.back().client.isOpen() && relays.back().target.isOpen());
    };
    add("a", connectFrom("127.0.0.1", open, listener.endpoint()));
    add("b", connectFrom("127.0.0.3", open, listener.endpoint()));
    add("alice", test::connectThrough(locked, listener.endpoint(), "alice", "secret"));
    add("bob", test::connectThrough(locked, listener.endpoint(), "bob", "hidden"));

    change.make(profile);
    QVERIFY(engine.apply(profile));
    const QByteArrayList survivors = QByteArray(change.survivors).split(' ');
    for (Relay &relay : relays) {
        if (survivors.contains(relay.name)) {
            QVERIFY2(relay.client.send("still there"), relay.name);
            QVERIFY2(relay.target.receive(11) == "still there", relay.name);
        } else {
            QVERIFY2(relay.client.waitForEnd() == StreamEnd::Reset, relay.name);
            QVERIFY2(relay.target.waitForEnd() == StreamEnd::Reset, relay.name);
            QVERIFY2(engine.endedOf(relay.client.local()).error.code == ErrorCode::NoLongerAllowed,
                     relay.name);
        }
    }
}

void TestEngineProfile::judgesHandshakesUnderWayByTheNewProfile()
{
    Profile profile = startingProfile();
    test::TestEngine engine(profile);
    const test::RawListener listener;
    test::RawSocket greeted = test::RawSocket::connectTo(engine.listener(0));
    greeted.send(test::socks5Greeting());
    QCOMPARE(greeted.receive(2), QByteArray::fromHex("0500"));
    test::RawSocket asked = test::RawSocket::connectTo(engine.listener(1));
    asked.send(test::socks5Greeting("\x02"));
    QCOMPARE(asked.receive(2), QByteArray::fromHex("0502"));

    profile.defaultAction = Action::block();
    profile.users.removeFirst();
    QVERIFY(engine.apply(profile));
    greeted.send(test::socks5Request(listener.endpoint()));
    QCOMPARE(test::readSocks5Reply(greeted).code, 2);
    asked.send(test::socks5Login("alice", "secret"));
    QCOMPARE(asked.receive(2), QByteArray::fromHex("0101"));
}

void TestEngineProfile::movesAListenerToAnotherPort()
{
    Profile profile = test::openProfile();
    listenOnAFreePort(profile);
    test::TestEngine engine(profile);
    const Endpoint before = engine.listener();
    QCOMPARE(before, profile.listeners.front().endpoint());
    const test::RawListener target;
    test::RelayedPair pair = test::openRelay(before, target);
    QVERIFY(pair.isOpen());

    listenOnAFreePort(profile);
    QVERIFY(engine.apply(profile));
    const Endpoint after = engine.listener();
    QCOMPARE(after, profile.listeners.front().endpoint());
    QVERIFY(before != after);
    QVERIFY(test::openRelay(after, target).isOpen());
    QVERIFY(!test::RawSocket::connectTo(before).isOpen());
    QVERIFY(pair.client.send("still there"));
    QCOMPARE(pair.target.receive(11), QByteArray("still there"));
    QVERIFY(engine.hasEvent(EventCode::ListenerClosed));
    // And back again at once, to a port that a moment ago was in use.
    profile.listeners.front().port = before.port;
    QVERIFY(engine.apply(profile));
    QCOMPARE(engine.listener(), before);
    QVERIFY(test::openRelay(before, target).isOpen());
}

void TestEngineProfile::keepsTheOthersWhenOneAddressIsBad()
{
    Profile profile = startingProfile();
    profile.listeners[0].address = test::address("192.0.2.1"); // TEST-NET-1, never ours
    test::TestEngine engine(profile);
    QVERIFY(engine.waitForState(ListenerState::Failed, 0));
    QCOMPARE(engine.status(0).error.code, ErrorCode::AddressUnavailable);
    QCOMPARE(engine.status(0).name, QStringLiteral("Local"));
    QVERIFY(!engine.listener(1).isNull());
    QVERIFY(engine.waitFor(
        [&] { return engine.hasEvent(EventCode::ListenerFailed, ErrorCode::AddressUnavailable); }));
    const test::RawListener target;
    QVERIFY(test::connectThrough(engine.listener(1), target.endpoint(), "alice", "secret").isOpen());
}

void TestEngineProfile::namesWhoHoldsAnAddressInUse()
{
    test::RawListener holder;
    Profile profile = test::openProfile();
    profile.listeners.front().port = holder.endpoint().port;
    test::TestEngine engine(profile);
    QVERIFY(engine.waitForState(ListenerState::Failed));
    QCOMPARE(engine.status().error.code, ErrorCode::AddressInUse);
    QVERIFY(engine.waitFor([&] { return engine.status().holderPid != 0; }));
    QCOMPARE(engine.status().holderPid, QCoreApplication::applicationPid());
    QVERIFY(!engine.status().holderName.isEmpty());

    // In the log as well.
    QVERIFY(engine.waitFor([&] { return engine.hasEvent(EventCode::ListenerFailed); }));
    const auto failed = std::find_if(engine.events().begin(), engine.events().end(), [](const Event &event) {
        return event.code == EventCode::ListenerFailed;
    });
    QCOMPARE(failed->processId, QCoreApplication::applicationPid());

    // Once more in vain, then with the port free.
    engine.engine().retryListeners();
    QVERIFY(engine.waitFor([&] {
        return std::count_if(engine.events().begin(), engine.events().end(),
                             [](const Event &event) { return event.code == EventCode::ListenerFailed; }) == 2;
    }));
    holder.close();
    engine.engine().retryListeners();
    QCOMPARE(engine.listener(), profile.listeners.front().endpoint());
    QVERIFY(!engine.status().error.isError());
    QCOMPARE(engine.status().holderPid, 0);
    QVERIFY(engine.status().holderName.isEmpty());
}

void TestEngineProfile::letsOnlyOneListenerHaveAnAddress()
{
    Profile profile = test::openProfile();
    listenOnAFreePort(profile);
    profile.listeners << profile.listeners.front();
    profile.listeners[1].name = QStringLiteral("Twin");
    test::TestEngine engine(profile);
    QVERIFY(engine.waitForState(ListenerState::Listening, 0));
    QVERIFY(engine.waitForState(ListenerState::Failed, 1));
    QCOMPARE(engine.status(1).error.code, ErrorCode::AddressInUse);
}

void TestEngineProfile::closesAndReopensOnRequest()
{
    Profile profile = test::openProfile();
    listenOnAFreePort(profile);
    test::TestEngine engine(profile);
    QSignalSpy accepting(&engine.engine(), &Engine::acceptingChanged);
    const Endpoint proxy = engine.listener();
    const test::RawListener target;
    test::RelayedPair pair = test::openRelay(proxy, target);
    QVERIFY(pair.isOpen());

    engine.engine().setAccepting(false);
    QVERIFY(!engine.engine().isAccepting());
    QVERIFY(engine.waitForState(ListenerState::Closed));
    QVERIFY(!test::RawSocket::connectTo(proxy).isOpen());
    QVERIFY(pair.client.send("still there"));
    QCOMPARE(pair.target.receive(11), QByteArray("still there"));

    engine.engine().setAccepting(true);
    QVERIFY(engine.engine().isAccepting());
    QCOMPARE(engine.listener(), proxy);
    QVERIFY(test::openRelay(proxy, target).isOpen());
    QCOMPARE(accepting, QList<QVariantList>({{false}, {true}}));
    // Said once more, it changes nothing.
    engine.engine().setAccepting(true);
    QCOMPARE(accepting.count(), 2);
}

void TestEngineProfile::startsWithoutListening()
{
    Profile profile = test::openProfile();
    listenOnAFreePort(profile);
    test::TestEngine engine(profile, false);
    QVERIFY(engine.waitForState(ListenerState::Closed));
    QVERIFY(!engine.engine().isAccepting());
    QVERIFY(!test::RawSocket::connectTo(profile.listeners.front().endpoint()).isOpen());
    engine.engine().setAccepting(true);
    QCOMPARE(engine.listener(), profile.listeners.front().endpoint());
}

void TestEngineProfile::opensNothingNewWhileOff()
{
    test::TestEngine engine(test::openProfile(), false);
    QVERIFY(engine.waitForState(ListenerState::Closed));
    QVERIFY(engine.apply(startingProfile()));
    QVERIFY(engine.waitForState(ListenerState::Closed, 1));
    QCOMPARE(engine.status(1).name, QStringLiteral("Locked"));
    QCOMPARE(engine.status(0).state, ListenerState::Closed);
    engine.engine().setAccepting(true);
    QVERIFY(!engine.listener(0).isNull());
    QVERIFY(!engine.listener(1).isNull());
}

void TestEngineProfile::asksForARestartToChangeThePump()
{
    Profile profile = test::openProfile();
    test::TestEngine engine(profile);
    const test::RawListener target;
    test::RelayedPair pair = test::openRelay(engine.listener(), target);
    profile.relayPump = RelayPump::Portable;
    QVERIFY(engine.apply(profile));
    QVERIFY(engine.hasEvent(EventCode::RestartNeeded));
    QVERIFY(pair.client.send("still there"));
    QCOMPARE(pair.target.receive(11), QByteArray("still there"));
}

void TestEngineProfile::takesNewLimitsAtOnce()
{
    Profile profile = test::openProfile();
    test::TestEngine engine(profile);
    const test::RawListener target;
    test::RelayedPair pair = test::openRelay(engine.listener(), target);
    QVERIFY(pair.isOpen());
    profile.limits.maximumClients = 1;
    profile.limits.handshakeTimeout = test::scaled(milliseconds{200});
    QVERIFY(engine.apply(profile));
    QVERIFY(!test::openRelay(engine.listener(), target).isOpen());
    QVERIFY(
        engine.waitFor([&] { return engine.hasEvent(EventCode::ClientRefused, ErrorCode::TooManyClients); }));
    profile.limits.maximumClients = 2;
    QVERIFY(engine.apply(profile));
    test::RawSocket slow = test::RawSocket::connectTo(engine.listener());
    const Endpoint client = slow.local();
    QVERIFY(slow.waitForEnd() != StreamEnd::Open);
    QCOMPARE(engine.endedOf(client).error.code, ErrorCode::HandshakeTimedOut);
}

QTEST_GUILESS_MAIN(TestEngineProfile)
#include "tst_engine_profile.moc"
