// SPDX-License-Identifier: MIT
#include "listenerscene.h"
#include "ui/freeport.h"
#include "ui/lansharing.h"
#include "ui/sharingdialog.h"

#include <QClipboard>
#include <QEvent>
#include <QLabel>
#include <QNetworkProxy>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using engine::Authentication;
using engine::ListenerProfile;
using engine::ListenerState;

class TestLanSharing : public ListenerScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepareSettings(); }
    void init() { open(); }
    void cleanup() { close(); }

    void asksForAUserBeforeSharing();
    void sharesAndPutsBack_data();
    void sharesAndPutsBack();
    void sharesAgainWithTheSamePassword();
    void sharesAgainWithAnotherPassword();
    void asksForAUserThatIsGone();
    void leavesAUserOfAnotherListenerAsItIs();
    void knowsItsListenerAgain_data();
    void knowsItsListenerAgain();
    void takesNoOtherOneOfTheNameAway();
    void forgetsTheOneThatWasRemoved();
    void leavesListenersAloneThatWereMadeByHand();
    void showsWhatTheEngineMeasures();
    void showsAddressesForOthers();
    void followsTheAddressesOfTheComputer();

    void findsAFreePort();
    void offersAnotherPort_data();
    void offersAnotherPort();
    void offersNothingWhereAPortDoesNotHelp();
    void listensOnTheOfferedPort();

private:
    void typeUser(const QString &name, const QString &password) const;
};

void TestLanSharing::typeUser(const QString &name, const QString &password) const
{
    if (!name.isEmpty())
        find<QLineEdit>("userName")->setText(name);
    find<QLineEdit>("userPassword")->setText(password);
    find<QLineEdit>("userPasswordAgain")->setText(password);
    saveButton("userDialog")->click();
}

void TestLanSharing::asksForAUserBeforeSharing()
{
    const engine::Profile before = m_store->profile();
    trigger("actionShare");
    QVERIFY(isOpen("userDialog"));
    QCOMPARE(m_store->profile(), before);
    QVERIFY(!m_window->findChild<QAction *>(u"actionShare"_s)->isChecked());
    find<QDialog>("userDialog")->reject();
    QCOMPARE(m_store->profile(), before);
    trigger("actionShare");
    typeUser(u"guest"_s, u"welcome"_s);
    QTRY_VERIFY(isOpen("sharingDialog"));
    QVERIFY(!isOpen("userDialog"));
    QCOMPARE(m_store->profile().users.size(), 1);
    QCOMPARE(m_store->profile().listeners.size(), 2);
    const ListenerProfile &shared = m_store->profile().listeners.constLast();
    QVERIFY(shared.address.isUnspecified());
    QCOMPARE(shared.authentication, Authentication::Password);
    QVERIFY(!shared.open);
    QVERIFY(engine::admits(shared, addressOf("192.168.3.4")));
    QVERIFY(!engine::admits(shared, addressOf("203.0.113.4")));
}

void TestLanSharing::sharesAndPutsBack_data()
{
    QTest::addColumn<bool>("hasUser");
    QTest::newRow("with a new user") << false;
    QTest::newRow("with the users there are") << true;
}

void TestLanSharing::sharesAndPutsBack()
{
    QFETCH(const bool, hasUser);
    engine::Profile before = m_store->profile();
    if (hasUser)
        before.users = {userOf("alice")};
    start(before);
    ui::LanSharing sharing(*m_store, *m_status);
    QCOMPARE(sharing.needsUser(), !hasUser);
    QCOMPARE(sharing.start(hasUser ? std::nullopt : std::optional(userOf("guest"))), QStringList());
    QVERIFY(sharing.isOurs());
    QCOMPARE(sharing.state(), ui::SharingState::Closed);
    // Also after the program was started anew.
    ui::LanSharing later(*m_store, *m_status);
    QVERIFY(later.isOurs());
    QCOMPARE(later.stop(), QStringList());
    QCOMPARE(m_store->profile().listeners, before.listeners);
    QCOMPARE(m_store->profile().users, hasUser ? before.users : QList{userOf("guest")});
    QCOMPARE(later.state(), ui::SharingState::Off);
    // Users that were made by hand are nothing to ask about.
    QCOMPARE(later.formerUser() != nullptr, !hasUser);
}

/// Other computers go on with the login that they know.
void TestLanSharing::sharesAgainWithTheSamePassword()
{
    ui::LanSharing sharing(*m_store, *m_status);
    QCOMPARE(sharing.start(userOf("guest")), QStringList());
    QVERIFY(sharing.formerUser() == nullptr); // not former yet
    QCOMPARE(sharing.stop(), QStringList());
    const QList<engine::UserProfile> users = m_store->profile().users;
    trigger("actionShare");
    QVERIFY(isOpen("userDialog"));
    QCOMPARE(find<QLineEdit>("userName")->text(), u"guest"_s);
    QCOMPARE(find<QLineEdit>("userPassword")->text(), QString());
    QCOMPARE(find<QLineEdit>("userPassword")->placeholderText(), u"Unchanged"_s);
    saveButton("userDialog")->click();
    QVERIFY(isOpen("sharingDialog"));
    QVERIFY(!isOpen("userDialog"));
    QVERIFY(sharing.isOurs());
    QCOMPARE(m_store->profile().users, users);
}

void TestLanSharing::sharesAgainWithAnotherPassword()
{
    ui::LanSharing sharing(*m_store, *m_status);
    QCOMPARE(sharing.start(userOf("guest")), QStringList());
    QCOMPARE(sharing.stop(), QStringList());
    trigger("actionShare");
    find<QLineEdit>("userPasswordAgain")->setText(u"welcome"_s);
    QVERIFY(!saveButton("userDialog")->isEnabled());
    typeUser({}, u"welcome"_s);
    QTRY_VERIFY(isOpen("sharingDialog"));
    QCOMPARE(m_store->profile().users.size(), 1);
    QCOMPARE(m_store->profile().users.constFirst().name, u"guest"_s);
    QVERIFY(engine::verifyPassword("welcome", m_store->profile().users.constFirst().password));
    // It is still the one that sharing has added.
    QCOMPARE(sharing.stop(), QStringList());
    QVERIFY(sharing.formerUser() != nullptr);
}

void TestLanSharing::asksForAUserThatIsGone()
{
    ui::LanSharing sharing(*m_store, *m_status);
    QCOMPARE(sharing.start(userOf("guest")), QStringList());
    QCOMPARE(sharing.stop(), QStringList());
    engine::Profile profile = m_store->profile();
    trigger("actionShare");
    QVERIFY(saveButton("userDialog")->isEnabled());
    profile.users.clear();
    start(profile);
    saveButton("userDialog")->click();
    QVERIFY(isOpen("userDialog"));
    QVERIFY(find<QDialog>("userDialog")->findChild<QLabel *>(u"problems"_s)->isVisible());
    QCOMPARE(m_store->profile(), profile);
    find<QDialog>("userDialog")->reject();
    trigger("actionShare");
    QVERIFY(!find<QLineEdit>("userName")->isReadOnly());
    QVERIFY(!saveButton("userDialog")->isEnabled());
}

void TestLanSharing::leavesAUserOfAnotherListenerAsItIs()
{
    ui::LanSharing sharing(*m_store, *m_status);
    QCOMPARE(sharing.start(userOf("guest")), QStringList());
    engine::Profile profile = m_store->profile();
    profile.listeners.front().authentication = Authentication::Password;
    start(profile);
    QCOMPARE(sharing.stop(), QStringList());
    QCOMPARE(m_store->profile().listeners.size(), 1);
    QCOMPARE(m_store->profile().users, profile.users);
    const engine::UserProfile same = *sharing.formerUser();
    QCOMPARE(sharing.start(same), QStringList());
    QCOMPARE(m_store->profile().users, profile.users);
}

using Places = QList<std::pair<QString, quint16>>;

void TestLanSharing::knowsItsListenerAgain_data()
{
    QTest::addColumn<Places>("places");
    const QString name = u"Local network"_s;
    QTest::newRow("renamed") << Places{{u"Home"_s, 20'001}, {u"Office"_s, 20'001}};
    QTest::newRow("moved") << Places{{name, 20'001}, {name, 20'002}};
    QTest::newRow("moved, then renamed") << Places{{name, 20'001}, {name, 20'002}, {u"Home"_s, 20'002}};
    QTest::newRow("renamed, then moved") << Places{{u"Home"_s, 20'001}, {u"Home"_s, 20'002}};
}

/// By its name or by its endpoint, whichever is still there.
void TestLanSharing::knowsItsListenerAgain()
{
    QFETCH(const Places, places);
    const engine::Profile before = m_store->profile();
    ui::LanSharing sharing(*m_store, *m_status);
    QCOMPARE(sharing.start(userOf("guest")), QStringList());
    QCOMPARE(m_store->profile().listeners.constLast().name, u"Local network"_s);
    engine::Profile profile = m_store->profile();
    for (const auto &[name, port] : places) {
        profile.listeners.back().port = port;
        start(profile);
        profile.listeners.back().name = name;
        start(profile);
        QVERIFY(sharing.isOurs());
    }
    ui::LanSharing later(*m_store, *m_status);
    QVERIFY(later.isOurs());
    QCOMPARE(sharing.stop(), QStringList());
    QCOMPARE(m_store->profile().listeners, before.listeners);
}

void TestLanSharing::takesNoOtherOneOfTheNameAway()
{
    ui::LanSharing sharing(*m_store, *m_status);
    QCOMPARE(sharing.start(userOf("guest")), QStringList());
    engine::Profile profile = m_store->profile();
    ListenerProfile other = profile.listeners.constLast();
    other.port = 20'001;
    profile.listeners.insert(1, other);
    start(profile);
    QVERIFY(sharing.isOurs());
    QCOMPARE(*sharing.listener(), profile.listeners.constLast());
    profile.listeners.back().name = u"Home"_s;
    start(profile);
    QVERIFY(!sharing.isOurs());
    QVERIFY(!sharing.stop().isEmpty());
    QCOMPARE(m_store->profile(), profile);
}

void TestLanSharing::forgetsTheOneThatWasRemoved()
{
    ui::LanSharing sharing(*m_store, *m_status);
    QCOMPARE(sharing.start(userOf("guest")), QStringList());
    engine::Profile profile = m_store->profile();
    ListenerProfile byHand = profile.listeners.takeLast();
    start(profile);
    byHand.name = u"Home"_s;
    profile.listeners << byHand;
    start(profile);
    QVERIFY(!sharing.isOurs());
}

void TestLanSharing::leavesListenersAloneThatWereMadeByHand()
{
    engine::Profile profile = m_store->profile();
    profile.users = {userOf("alice")};
    ListenerProfile office = localListener(1'090);
    office.name = u"Office"_s;
    office.address = addressOf("0.0.0.0");
    office.authentication = Authentication::Password;
    profile.listeners << office;
    start(profile);
    report(ListenerState::Listening);
    QVERIFY(m_window->findChild<QAction *>(u"actionShare"_s)->isChecked());
    trigger("actionShare");
    QCOMPARE(m_store->profile(), profile);
    QVERIFY(m_window->findChild<QAction *>(u"actionShare"_s)->isChecked());
}

/// The real engine, so that the tick is what was measured.
void TestLanSharing::showsWhatTheEngineMeasures()
{
    engine::Profile profile = m_store->profile();
    profile.listeners.front().port = ui::findFreePort(addressOf("127.0.0.1"), 20'000, profile);
    profile.users = {userOf("alice")};
    start(profile);
    connect(m_store.get(), &ui::ProfileStore::profileChanged, m_engine.get(),
            [this] { m_engine->applyProfile(m_store->profile()); });
    connect(m_engine.get(), &engine::Engine::acceptingChanged, m_status.get(),
            &ui::ProxyStatus::setAccepting);
    connect(m_engine.get(), &engine::Engine::listenersChanged, m_status.get(),
            &ui::ProxyStatus::setListeners);
    m_engine->start(m_store->profile(), false);
    const auto *share = m_window->findChild<QAction *>(u"actionShare"_s);
    trigger("actionShare");
    QTRY_VERIFY(find<QLabel>("sharingState")->text().contains(u"proxy is off"_s));
    QVERIFY(!share->isChecked());
    find<QPushButton>("sharingTurnOn")->click();
    QTRY_VERIFY(share->isChecked());
    QTRY_VERIFY(find<QLabel>("sharingState")->text().contains(u"name and password"_s));
    QVERIFY(!find<QPushButton>("sharingStop")->isHidden());
    trigger("actionShare");
    QTRY_VERIFY(!share->isChecked());
    QCOMPARE(m_store->profile(), profile);
    QSignalSpy stopped(m_engine.get(), &engine::Engine::stopped);
    m_engine->stop();
    QTRY_COMPARE(stopped.size(), 1);
}

void TestLanSharing::showsAddressesForOthers()
{
    ui::LanSharing sharing(*m_store, *m_status, nullptr, [] {
        return QList<ui::LocalAddress>{{addressOf("192.168.1.5"), u"wlan0"_s},
                                       {addressOf("10.8.0.2"), u"tun0"_s}};
    });
    QVERIFY(sharing.addresses().isEmpty());
    QCOMPARE(sharing.start(userOf("guest")), QStringList());
    report(ListenerState::Listening);
    ui::SharingDialog dialog(sharing, m_window.get());
    dialog.show();
    const auto *list = find<QTreeWidget>("sharingAddresses");
    const QString port = QString::number(sharing.listener()->port);
    QCOMPARE(list->topLevelItemCount(), 2);
    QCOMPARE(list->topLevelItem(0)->text(0), u"192.168.1.5:"_s + port);
    QCOMPARE(list->topLevelItem(1)->text(1), u"tun0"_s);
    find<QPushButton>("sharingCopy")->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"192.168.1.5:"_s + port);
    // The one that is selected, with the login that it asks for.
    find<QTreeWidget>("sharingAddresses")->setCurrentItem(list->topLevelItem(1));
    dialog.findChild<QAction *>(u"copyForCurl"_s)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(),
             u"proxy = \"socks5h://NAME:PASSWORD@10.8.0.2:%1\"\n"_s.arg(port));
    find<QPushButton>("sharingStop")->click();
    QCOMPARE(list->topLevelItemCount(), 0);
    QVERIFY(find<QLabel>("sharingState")->text().contains(u"not shared"_s));
}

/// No signal tells of another network: the list is made anew when the dialog comes to the front, and what is
/// copied in between is what stands there.
void TestLanSharing::followsTheAddressesOfTheComputer()
{
    const ui::LocalAddress wireless{addressOf("192.168.1.5"), u"wlan0"_s};
    const ui::LocalAddress tunnel{addressOf("10.8.0.2"), u"tun0"_s};
    QList<ui::LocalAddress> now{wireless, tunnel};
    ui::LanSharing sharing(*m_store, *m_status, nullptr, [&now] { return now; });
    QCOMPARE(sharing.start(userOf("guest")), QStringList());
    report(ListenerState::Listening);
    ui::SharingDialog dialog(sharing, m_window.get());
    dialog.show();
    dialog.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    auto *list = find<QTreeWidget>("sharingAddresses");
    list->setCurrentItem(list->topLevelItem(1));
    const auto copied = [&dialog] {
        dialog.findChild<QAction *>(u"copyForCurl"_s)->trigger();
        return QGuiApplication::clipboard()->text();
    };
    const QString port = QString::number(sharing.listener()->port);
    for (const QList<ui::LocalAddress> &next : {QList{tunnel, wireless}, QList{tunnel}}) {
        now = next;
        QCOMPARE(list->topLevelItemCount(), 2);
        QVERIFY(copied().contains(list->currentItem()->text(0)));
        QEvent activated(QEvent::WindowActivate);
        QCoreApplication::sendEvent(&dialog, &activated);
        QCOMPARE(list->topLevelItemCount(), static_cast<int>(next.size()));
        QCOMPARE(list->topLevelItem(0)->text(0), u"10.8.0.2:"_s + port);
        // The address that was chosen stays so.
        QCOMPARE(list->currentItem()->text(0), u"10.8.0.2:"_s + port);
        QVERIFY(copied().contains(u"@10.8.0.2:"_s + port));
    }
    QVERIFY(!find<QLabel>("sharingSettings")->isHidden());
    now.clear();
    dialog.showSharing();
    QVERIFY(find<QLabel>("sharingSettings")->isHidden());
    QCOMPARE(list->topLevelItemCount(), 0);
    QVERIFY(!find<QPushButton>("sharingCopy")->isEnabled());
    QVERIFY(find<QLabel>("sharingHint")->text().contains(u"no address"_s));
}

void TestLanSharing::findsAFreePort()
{
    QTcpServer taken;
    taken.setProxy(QNetworkProxy::NoProxy);
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    const engine::Address here = addressOf("127.0.0.1");
    engine::Profile profile;
    const std::uint16_t found = ui::findFreePort(here, taken.serverPort(), profile);
    QVERIFY(found > taken.serverPort());
    // What another listener wants is not free, open or not.
    profile.listeners = {localListener(found)};
    QVERIFY(ui::findFreePort(here, found, profile) != found);
    // Never the system's ports.
    QVERIFY(ui::findFreePort(here, 80, profile) >= 1'024);
    QCOMPARE(ui::findFreePort(addressOf("192.0.2.1"), 1'080, profile), 0);
}

void TestLanSharing::offersAnotherPort_data()
{
    QTest::addColumn<engine::ErrorCode>("error");
    QTest::newRow("in use") << engine::ErrorCode::AddressInUse;
    QTest::newRow("forbidden") << engine::ErrorCode::PermissionDenied;
}

void TestLanSharing::offersAnotherPort()
{
    QFETCH(const engine::ErrorCode, error);
    QSignalSpy changes(m_status.get(), &ui::ProxyStatus::stateChanged);
    report(ListenerState::Failed, error);
    const std::uint16_t offer = m_status->portOffer();
    QVERIFY(offer > 1'080);
    m_menu->useOtherPort();
    QCOMPARE(m_store->profile().listeners.constFirst().port, offer);
    report(ListenerState::Listening);
    QCOMPARE(m_status->portOffer(), 0);
}

void TestLanSharing::offersNothingWhereAPortDoesNotHelp()
{
    report(ListenerState::Failed, engine::ErrorCode::AddressUnavailable);
    QCOMPARE(m_status->portOffer(), 0);
    m_menu->useOtherPort();
    QCOMPARE(m_store->profile().listeners.constFirst().port, 1'080);
}

/// The real engine and a port that is really taken.
void TestLanSharing::listensOnTheOfferedPort()
{
    // The next is free and stays so: nobody else is at this address.
    const QHostAddress here(u"127.0.0.79"_s);
    QTcpServer taken;
    taken.setProxy(QNetworkProxy::NoProxy);
    QVERIFY(taken.listen(here));
    engine::Profile profile = m_store->profile();
    profile.listeners.front().address = addressOf("127.0.0.79");
    profile.listeners.front().port = taken.serverPort();
    start(profile);
    connect(m_store.get(), &ui::ProfileStore::profileChanged, m_engine.get(),
            [this] { m_engine->applyProfile(m_store->profile()); });
    connect(m_engine.get(), &engine::Engine::listenersChanged, m_status.get(),
            &ui::ProxyStatus::setListeners);
    m_engine->start(m_store->profile());
    QTRY_VERIFY(m_status->portOffer() != 0);
    const std::uint16_t offer = m_status->portOffer();
    m_menu->useOtherPort();
    QTRY_VERIFY(m_status->openListener() != nullptr);
    QCOMPARE(m_status->openListener()->endpoint.port, offer);
    QVERIFY(m_status->failedListener() == nullptr);
    QCOMPARE(m_status->portOffer(), 0);
}

QTEST_MAIN(TestLanSharing)
#include "tst_lansharing.moc"
