// SPDX-License-Identifier: MIT
#include "listenerscene.h"
#include "ui/listeneredit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QTreeWidget>

using namespace Qt::StringLiterals;
using engine::Authentication;
using engine::ListenerProfile;
using engine::ListenerState;
using engine::Protocol;

class TestListeners : public ListenerScene
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepareSettings(); }
    void init() { open(); }
    void cleanup() { close(); }
    void listsListenersWithTheirState();
    void addsAListener();
    void judgesWhileOneTypes_data();
    void judgesWhileOneTypes();
    void changesAListener();
    void noticesThatTheListenerIsAnother();
    void keepsTheLastListener();
    void removesAListener();
    void addsAUser();
    void refusesUsers_data();
    void refusesUsers();
    void waitsForTheSecondPassword();
    void changesAPassword();
    void keepsTheLastUserThatIsNeeded();
    void namesEveryControl();

private:
    [[nodiscard]] QString problems(const char *dialog) const
    {
        const auto *label =
            find<QWidget>(dialog)->findChild<QLabel *>(u"problems"_s, Qt::FindDirectChildrenOnly);
        return label->isVisible() ? label->text() : QString();
    }
    void typeUser(const QString &name, const QString &password) const;
};

void TestListeners::typeUser(const QString &name, const QString &password) const
{
    if (!name.isEmpty())
        find<QLineEdit>("userName")->setText(name);
    find<QLineEdit>("userPassword")->setText(password);
    find<QLineEdit>("userPasswordAgain")->setText(password);
    saveButton("userDialog")->click();
}

void TestListeners::listsListenersWithTheirState()
{
    trigger("actionListeners");
    trigger("actionListeners");
    QCOMPARE(m_window->findChildren<QWidget *>(u"listenersDialog"_s).size(), 1);
    const auto *list = find<QTreeWidget>("listenersList");
    QCOMPARE(list->topLevelItemCount(), 1);
    QCOMPARE(list->topLevelItem(0)->text(1), u"127.0.0.1:1080"_s);
    QCOMPARE(list->topLevelItem(0)->text(2), u"SOCKS4, SOCKS5"_s);
    report(ListenerState::Listening);
    QCOMPARE(list->topLevelItem(0)->text(5), u"Open"_s);
    report(ListenerState::Failed, engine::ErrorCode::AddressInUse);
    QVERIFY(list->topLevelItem(0)->text(5).contains(u"in use"_s));
    // The column is too narrow for the reason.
    const auto *failure = find<QLabel>("listenerFailure");
    QVERIFY(failure->isVisible());
    QVERIFY(list->topLevelItem(0)->text(5).endsWith(failure->text()));
    report(ListenerState::Closed);
    QVERIFY(list->topLevelItem(0)->text(5).contains(u"proxy is off"_s));
    QVERIFY(!failure->isVisible());
}

void TestListeners::addsAListener()
{
    engine::Profile profile = m_store->profile();
    profile.users = {userOf("alice")};
    start(profile);
    trigger("actionListeners");
    find<QPushButton>("listenerAdd")->click();
    // What is offered can be stored as it is.
    QVERIFY(saveButton("listenerDialog")->isEnabled());
    find<QLineEdit>("listenerName")->setText(u"Lab"_s);
    find<QComboBox>("listenerAddress")->setCurrentText(u"0.0.0.0"_s);
    find<QSpinBox>("listenerPort")->setValue(1'090);
    find<QCheckBox>("listenerSocks4")->setChecked(false);
    find<QComboBox>("listenerLogin")->setCurrentIndex(1);
    find<QPlainTextEdit>("listenerClientsEdit")->setPlainText(u"10.0.0.0/8\n192.168.1.7\n"_s);
    find<QComboBox>("listenerUdp")->setCurrentIndex(2);
    saveButton("listenerDialog")->click();
    QVERIFY(!isOpen("listenerDialog"));
    QCOMPARE(m_store->profile().listeners.size(), 2);
    const ListenerProfile &added = m_store->profile().listeners.constLast();
    QCOMPARE(added.endpoint().toString(), u"0.0.0.0:1090"_s);
    QCOMPARE(added.protocols, engine::Protocols(Protocol::Socks5 | Protocol::Http));
    QCOMPARE(added.authentication, Authentication::Password);
    QCOMPARE(ui::clientsText(added), u"10.0.0.0/8, 192.168.1.7/32"_s);
    QCOMPARE(added.udpFiltering, engine::UdpFiltering::EndpointIndependent);
    QCOMPARE(find<QTreeWidget>("listenersList")->topLevelItemCount(), 2);
}

void TestListeners::judgesWhileOneTypes_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("address");
    QTest::addColumn<int>("port");
    QTest::addColumn<int>("login");
    QTest::addColumn<QString>("clients");
    QTest::addColumn<QString>("problem"); ///< part of what is told; empty: it can be saved
    QTest::newRow("right") << u"A"_s << u"::1"_s << 1'090 << 0 << QString() << QString();
    QTest::newRow("no name") << u" "_s << u"::1"_s << 1'090 << 0 << QString() << u"Enter a name"_s;
    QTest::newRow("no address") << u"A"_s << u"localhost"_s << 1'090 << 0 << QString() << u"IPv4 or IPv6"_s;
    QTest::newRow("half an address") << u"A"_s << u"10.0."_s << 1'090 << 0 << QString() << u"IPv4 or IPv6"_s;
    QTest::newRow("open without saying so")
        << u"A"_s << u"0.0.0.0"_s << 1'090 << 0 << QString() << u"Others could use this proxy"_s;
    QTest::newRow("taken") << u"A"_s << u"127.0.0.1"_s << 1'080 << 0 << QString() << u"\"Local\" has this"_s;
    QTest::newRow("nobody to log in")
        << u"A"_s << u"0.0.0.0"_s << 1'090 << 1 << QString() << u"add a local user"_s;
    QTest::newRow("no block") << u"A"_s << u"::1"_s << 1'090 << 0 << u"10.0.0.1/8"_s << u"10.0.0.1/8"_s;
}

void TestListeners::judgesWhileOneTypes()
{
    QFETCH(const QString, name);
    QFETCH(const QString, address);
    QFETCH(const int, port);
    QFETCH(const int, login);
    QFETCH(const QString, clients);
    QFETCH(const QString, problem);
    trigger("actionListeners");
    find<QPushButton>("listenerAdd")->click();
    find<QLineEdit>("listenerName")->setText(name);
    find<QComboBox>("listenerAddress")->setCurrentText(address);
    find<QSpinBox>("listenerPort")->setValue(port);
    find<QComboBox>("listenerLogin")->setCurrentIndex(login);
    find<QPlainTextEdit>("listenerClientsEdit")->setPlainText(clients);
    QCOMPARE(saveButton("listenerDialog")->isEnabled(), problem.isEmpty());
    QStringList told;
    for (const QLabel *label : find<QWidget>("listenerDialog")->findChildren<QLabel *>(u"problems"_s)) {
        if (label->isVisible())
            told << label->text();
    }
    QVERIFY2(problem.isEmpty() ? told.isEmpty() : told.join(u' ').contains(problem),
             qPrintable(told.join(u'\n')));
}

void TestListeners::changesAListener()
{
    trigger("actionListeners");
    find<QPushButton>("listenerEdit")->click();
    QCOMPARE(find<QComboBox>("listenerAddress")->currentText(), u"127.0.0.1"_s);
    // The check box is for addresses that others reach.
    QVERIFY(!find<QCheckBox>("listenerOpen")->isVisible());
    find<QComboBox>("listenerAddress")->setCurrentText(u"192.0.2.1"_s);
    QVERIFY(find<QCheckBox>("listenerOpen")->isVisible());
    QVERIFY(!saveButton("listenerDialog")->isEnabled());
    find<QCheckBox>("listenerOpen")->setChecked(true);
    saveButton("listenerDialog")->click();
    QVERIFY(!isOpen("listenerDialog"));
    QCOMPARE(m_store->profile().listeners.size(), 1);
    QVERIFY(m_store->profile().listeners.constFirst().open);
    QCOMPARE(find<QTreeWidget>("listenersList")->topLevelItem(0)->text(3), u"None: open to anybody"_s);
}

void TestListeners::noticesThatTheListenerIsAnother()
{
    trigger("actionListeners");
    find<QPushButton>("listenerEdit")->click();
    engine::Profile profile;
    profile.listeners = {localListener(1'085)};
    m_store->put(profile);
    QVERIFY(problems("listenerDialog").contains(u"meanwhile"_s));
    QVERIFY(!saveButton("listenerDialog")->isEnabled());
}

void TestListeners::keepsTheLastListener()
{
    trigger("actionListeners");
    find<QPushButton>("listenerRemove")->click();
    QVERIFY(problems("listenersDialog").contains(u"only listener"_s));
    QCOMPARE(m_store->profile().listeners.size(), 1);
}

void TestListeners::removesAListener()
{
    engine::Profile profile = m_store->profile();
    ListenerProfile second = localListener(1'081);
    second.name = u"Second"_s;
    profile.listeners << second;
    start(profile);
    trigger("actionListeners");
    auto *list = find<QTreeWidget>("listenersList");
    list->setCurrentItem(list->topLevelItem(1));
    find<QPushButton>("listenerRemove")->click();
    QVERIFY(find<QMessageBox>("removeListenerBox")->text().contains(u"Second"_s));
    QCOMPARE(m_store->profile().listeners.size(), 2);
    find<QPushButton>("removeConfirm")->click();
    QCOMPARE(m_store->profile().listeners, QList{localListener()});
}

void TestListeners::addsAUser()
{
    trigger("actionListeners");
    QVERIFY(!find<QPushButton>("userRemove")->isEnabled());
    find<QPushButton>("userAdd")->click();
    QVERIFY(!saveButton("userDialog")->isEnabled());
    typeUser(u"alice"_s, u"correct horse"_s);
    // The interface does not stand still meanwhile.
    QVERIFY(isOpen("userDialog"));
    QTRY_VERIFY(!isOpen("userDialog"));
    QCOMPARE(m_store->profile().users.size(), 1);
    const engine::UserProfile &added = m_store->profile().users.constFirst();
    QCOMPARE(added.name, u"alice"_s);
    QVERIFY(engine::verifyPassword("correct horse", added.password));
    QCOMPARE(added.password.iterations, engine::kPasswordIterations);
    QCOMPARE(find<QListWidget>("usersList")->count(), 1);
}

void TestListeners::refusesUsers_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("password");
    QTest::addColumn<QString>("again");
    QTest::addColumn<QString>("problem");
    QTest::newRow("no name") << QString() << u"p"_s << u"p"_s << u"Enter a name"_s;
    QTest::newRow("taken") << u"bob"_s << u"p"_s << u"p"_s << u"already a user"_s;
    QTest::newRow("colon") << u"a:b"_s << u"p"_s << u"p"_s << u"colon"_s;
    QTest::newRow("differ") << u"a"_s << u"p"_s << u"q"_s << u"differ"_s;
    QTest::newRow("long name") << QString(200, u'\u00e4') << u"p"_s << u"p"_s << u"name is longer"_s;
    QTest::newRow("long password") << u"a"_s << QString(200, u'\u00e4') << QString(200, u'\u00e4')
                                   << u"password is longer"_s;
}

void TestListeners::refusesUsers()
{
    QFETCH(const QString, name);
    QFETCH(const QString, password);
    QFETCH(const QString, again);
    QFETCH(const QString, problem);
    engine::Profile profile = m_store->profile();
    profile.users = {userOf("bob")};
    start(profile);
    trigger("actionListeners");
    find<QPushButton>("userAdd")->click();
    QCOMPARE(problems("userDialog"), QString()); // Nothing was typed yet.
    find<QLineEdit>("userName")->setText(name);
    find<QLineEdit>("userPassword")->setText(password);
    find<QLineEdit>("userPasswordAgain")->setText(again);
    QVERIFY2(problems("userDialog").contains(problem), qPrintable(problems("userDialog")));
    QVERIFY(!saveButton("userDialog")->isEnabled());
}

/// Whoever has not come to a field yet has made no mistake there.
void TestListeners::waitsForTheSecondPassword()
{
    trigger("actionListeners");
    find<QPushButton>("userAdd")->click();
    find<QLineEdit>("userName")->setText(u"alice"_s);
    find<QLineEdit>("userPassword")->setText(u"secret"_s);
    QCOMPARE(problems("userDialog"), QString());
    QVERIFY(!saveButton("userDialog")->isEnabled());
    find<QLineEdit>("userPasswordAgain")->setText(u"s"_s);
    QVERIFY2(problems("userDialog").contains(u"differ"_s), qPrintable(problems("userDialog")));
    find<QLineEdit>("userPasswordAgain")->setText(u"secret"_s);
    QCOMPARE(problems("userDialog"), QString());
    QVERIFY(saveButton("userDialog")->isEnabled());
}

void TestListeners::changesAPassword()
{
    engine::Profile profile = m_store->profile();
    profile.users = {userOf("alice"), userOf("bob")};
    start(profile);
    trigger("actionListeners");
    find<QListWidget>("usersList")->setCurrentRow(1);
    find<QPushButton>("userChangePassword")->click();
    QCOMPARE(find<QLineEdit>("userName")->text(), u"bob"_s);
    QVERIFY(find<QLineEdit>("userName")->isReadOnly());
    typeUser({}, u"new"_s);
    QTRY_VERIFY(!isOpen("userDialog"));
    QCOMPARE(m_store->profile().users.constFirst(), profile.users.constFirst());
    QCOMPARE(m_store->profile().users.size(), 2);
    QVERIFY(engine::verifyPassword("new", m_store->profile().users.constLast().password));
}

void TestListeners::keepsTheLastUserThatIsNeeded()
{
    engine::Profile profile = m_store->profile();
    profile.users = {userOf("alice")};
    profile.listeners.front().authentication = Authentication::Password;
    start(profile);
    trigger("actionListeners");
    find<QPushButton>("userRemove")->click();
    QVERIFY(problems("listenersDialog").contains(u"only user"_s));
    profile.listeners.front().authentication = Authentication::None;
    start(profile);
    find<QPushButton>("userRemove")->click();
    find<QPushButton>("removeConfirm")->click();
    QVERIFY(m_store->profile().users.isEmpty());
    QCOMPARE(problems("listenersDialog"), QString());
}

void TestListeners::namesEveryControl()
{
    trigger("actionListeners");
    find<QPushButton>("listenerAdd")->click();
    find<QPushButton>("userAdd")->click();
    find<QPushButton>("listenersAddresses")->click();
    for (const QWidget *widget : m_window->findChildren<QWidget *>()) {
        const bool control = qobject_cast<const QAbstractButton *>(widget) != nullptr ||
                             qobject_cast<const QComboBox *>(widget) != nullptr ||
                             qobject_cast<const QLineEdit *>(widget) != nullptr ||
                             qobject_cast<const QAbstractItemView *>(widget) != nullptr;
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        if (!control || widget->objectName().startsWith(u"qt_"_s) || widget->objectName().isEmpty())
            continue;
        QVERIFY2(!widget->accessibleName().isEmpty() || (button != nullptr && !button->text().isEmpty()),
                 qPrintable(widget->objectName()));
    }
    for (const char *dialog : {"listenersDialog", "listenerDialog", "userDialog", "sharingDialog"}) {
        for (const QPushButton *button : find<QWidget>(dialog)->findChildren<QPushButton *>())
            QVERIFY2(button->focusPolicy() & Qt::TabFocus, qPrintable(button->text()));
    }
}

QTEST_MAIN(TestListeners)
#include "tst_listeners.moc"
