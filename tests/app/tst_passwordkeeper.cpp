// SPDX-License-Identifier: MIT
#include "app/passwordkeeper.h"

#include "app/profilefile.h"
#include "engine/engine.h"
#include "fakecredentialstore.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace Qt::StringLiterals;
using app::CredentialError;
using app::CredentialProblem;
using app::PasswordKeeper;
using Passwords = QHash<QString, QByteArray>;

namespace
{

const QString kPath = u"/home/me/profile.json"_s;

QString key(const QString &id)
{
    return app::credentialKey(kPath, id);
}

engine::ServerProfile server(const QString &id,
                             engine::ServerProtocol protocol = engine::ServerProtocol::Socks5)
{
    engine::ServerProfile server;
    server.id = id;
    server.protocol = protocol;
    server.host = u"192.0.2.1"_s;
    server.port = 1080;
    server.username = u"bob"_s;
    return server;
}

engine::Profile profileOf(const QStringList &ids)
{
    engine::Profile profile;
    for (const QString &id : ids)
        profile.servers << server(id);
    return profile;
}

/// Of problemFound().
QString englishOf(const QVariantList &arguments)
{
    return arguments.at(0).value<engine::Message>().toEnglish();
}

} // namespace

class PasswordKeeperTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void asksForThoseWhoLogIn();
    void isSilentBeforeItIsTold();
    void findsTheStoreWithoutServers();
    void goesOnWithoutASlowStore();
    void tellsThatThereIsNoStore();
    void namesThoseWhosePasswordIsMissing();
    void findsAStoreThatComesLater();
    void asksOnceWhenAccessIsDenied();
    void keepsAPasswordThatCouldNotBeStored();
    void storesManyOneAfterTheOther();
    void leavesTheStoreAloneWhereNothingIsGiven();
    void storesWhatIsLeftWhenItEnds_data();
    void storesWhatIsLeftWhenItEnds();
    void asksOnceWhenStoringIsRefused();
    void removesNothingBelowAPasswordThatComesAtOnce();
    void asksOnceWhenRemovingIsRefused();
    void setsAndForgets();
    void prefersANewPasswordToALateAnswer();
    void movesWithTheServer_data();
    void movesWithTheServer();
    void movesOnBeforeItWasRead_data();
    void movesOnBeforeItWasRead();
    void movesAPasswordThatIsNotStoredYet_data();
    void movesAPasswordThatIsNotStoredYet();
    void keepsAPasswordThatIsNotMoved_data();
    void keepsAPasswordThatIsNotMoved();
    void movesNothingOverANewPassword();
    void movesNothingThatIsAboutToGo();
    void startsAnewWithoutAsking();
    void asksForNothingThatIsAboutToGo_data();
    void asksForNothingThatIsAboutToGo();
    void namesNobodyWhoHasNoPassword();
    void namesNobodyWhoNeedsNoneMeanwhile();
    void leavesTheStoreAloneForThoseWhoDoNotUseIt_data();
    void leavesTheStoreAloneForThoseWhoDoNotUseIt();
    void writesNothingThatIsOutOfDateOnceTheStoreIsFound();
    void asksAgainForAll();
    void keepsProfilesApart();
    void opensListenersOnceTheStoreHasAnswered();
    void opensListenersWhenTheUserSaysSo();

private:
    [[nodiscard]] PasswordKeeper::Done answers()
    {
        return [this](const engine::Message &problem) {
            m_answers << problem.toEnglish();
        };
    }

    std::unique_ptr<FakeCredentialStore> m_store;
    QStringList m_answers;
};

void PasswordKeeperTest::init()
{
    m_store = std::make_unique<FakeCredentialStore>();
    m_answers.clear();
}

void PasswordKeeperTest::asksForThoseWhoLogIn()
{
    const QTemporaryDir directory;
    QFile file(directory.filePath(u"password"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("of the file\n");
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    file.close();

    engine::Profile profile;
    profile.servers = {server(u"socks5"_s), server(u"http"_s, engine::ServerProtocol::Http),
                       server(u"socks4"_s, engine::ServerProtocol::Socks4a), server(u"filed"_s),
                       server(u"nobody"_s)};
    profile.servers[3].passwordFile = file.fileName();
    profile.servers[4].username.clear();
    for (const engine::ServerProfile &one : std::as_const(profile.servers))
        m_store->secrets.insert(key(one.id), "of the store");

    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy settled(&keeper, &PasswordKeeper::settled);
    keeper.setProfile(profile);
    QCOMPARE(keeper.passwords(), (Passwords{{u"filed"_s, "of the file"}}));
    QVERIFY(keeper.isWaiting());
    QVERIFY(keeper.awaits(u"socks5"_s) && keeper.awaits(u"http"_s) && !keeper.awaits(u"filed"_s));
    keeper.askStore();
    QVERIFY(keeper.awaits(u"socks5"_s));
    QTRY_COMPARE(settled.size(), 1);
    QVERIFY(!keeper.isWaiting());
    QVERIFY(!keeper.awaits(u"socks5"_s) && !keeper.awaits(u"http"_s));
    QCOMPARE(m_store->reads, (QStringList{key(u"socks5"_s), key(u"http"_s)}));
    QCOMPARE(
        keeper.passwords(),
        (Passwords{{u"filed"_s, "of the file"}, {u"socks5"_s, "of the store"}, {u"http"_s, "of the store"}}));
    QCOMPARE(keeper.password(u"filed"_s), "of the file");
}

void PasswordKeeperTest::isSilentBeforeItIsTold()
{
    PasswordKeeper keeper(*m_store, kPath);
    keeper.setProfile(profileOf({u"office"_s}));
    QCoreApplication::processEvents();
    QVERIFY(m_store->reads.isEmpty());
    QVERIFY(!keeper.hasStore());
}

void PasswordKeeperTest::findsTheStoreWithoutServers()
{
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy found(&keeper, &PasswordKeeper::storeFound);
    QSignalSpy settled(&keeper, &PasswordKeeper::settled);
    keeper.setProfile({});
    QVERIFY(!keeper.isWaiting());
    keeper.askStore();
    QTRY_COMPARE(settled.size(), 1);
    QCOMPARE(found, QList<QVariantList>{{true}});
    QVERIFY(keeper.hasStore());
}

void PasswordKeeperTest::goesOnWithoutASlowStore()
{
    m_store->secrets.insert(key(u"office"_s), "secret");
    m_store->isHeld = true;
    PasswordKeeper keeper(*m_store, kPath, std::chrono::milliseconds(1));
    QSignalSpy settled(&keeper, &PasswordKeeper::settled);
    keeper.setProfile(profileOf({u"office"_s}));
    keeper.askStore();
    QTRY_COMPARE(settled.size(), 1);
    QVERIFY(keeper.isWaiting());
    QVERIFY(keeper.passwords().isEmpty());
    m_store->release();
    QTRY_COMPARE(keeper.password(u"office"_s), "secret");
    QCOMPARE(settled.size(), 1);
}

void PasswordKeeperTest::tellsThatThereIsNoStore()
{
    m_store->isThere = false;
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy problems(&keeper, &PasswordKeeper::problemFound);
    QSignalSpy settled(&keeper, &PasswordKeeper::settled);
    keeper.setProfile(profileOf({u"office"_s}));
    keeper.askStore();
    QTRY_COMPARE(settled.size(), 1);
    QCOMPARE(problems.size(), 1);
    QCOMPARE(englishOf(problems.at(0)),
             u"server office: its password is not known: there is no credential store: a test"_s);
    keeper.setPassword(u"office"_s, "secret", answers());
    QVERIFY(m_answers.isEmpty());
    QTRY_COMPARE(m_answers, QStringList{QString()});
    // Until the program ends it stays, whatever is read again.
    keeper.setProfile(profileOf({u"office"_s}), PasswordKeeper::Reading::All);
    QTRY_VERIFY(!keeper.isWaiting());
    QCOMPARE(keeper.password(u"office"_s), "secret");
    QCOMPARE(problems.size(), 1);
    QVERIFY(m_store->secrets.isEmpty());
}

void PasswordKeeperTest::namesThoseWhosePasswordIsMissing()
{
    m_store->isThere = false;
    PasswordKeeper keeper(*m_store, kPath);
    engine::Profile profile = profileOf({u"one"_s, u"two"_s, u"three"_s, u"nobody"_s});
    profile.servers[3].username.clear();
    keeper.setProfile(profile);
    QVERIFY(keeper.missing().isEmpty()); // not asked for yet
    QSignalSpy changed(&keeper, &PasswordKeeper::missingChanged);
    keeper.askStore();
    QTRY_COMPARE(keeper.missing(), (QStringList{u"one"_s, u"two"_s, u"three"_s}));
    QCOMPARE(changed.size(), 1);
    // One that is given, even an empty one, is not missing any more.
    keeper.setPassword(u"one"_s, "secret", answers());
    QCOMPARE(keeper.missing(), (QStringList{u"two"_s, u"three"_s}));
    keeper.move(u"two"_s, u"zwei"_s);
    profile.servers[1].id = u"zwei"_s;
    keeper.setProfile(profile);
    QCOMPARE(keeper.missing(), (QStringList{u"zwei"_s, u"three"_s}));
    keeper.setPassword(u"zwei"_s, {}, answers());
    QCOMPARE(keeper.missing(), QStringList{u"three"_s});
    // Nor is that of a server that is gone.
    profile.servers.removeAt(2);
    keeper.setProfile(profile);
    QVERIFY(keeper.missing().isEmpty());
    QTRY_COMPARE(m_answers.size(), 2);
    // In memory alone.
    QVERIFY(m_store->secrets.isEmpty());
    QCOMPARE(keeper.password(u"one"_s), "secret");
}

void PasswordKeeperTest::findsAStoreThatComesLater()
{
    m_store->isThere = false;
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy found(&keeper, &PasswordKeeper::storeFound);
    QSignalSpy settled(&keeper, &PasswordKeeper::settled);
    keeper.askStore();
    QTRY_COMPARE(settled.size(), 1);
    QVERIFY(!keeper.hasStore());
    m_store->isThere = true;
    keeper.setPassword(u"office"_s, "secret", answers());
    QTRY_COMPARE(m_answers, QStringList{QString()});
    QCOMPARE(found, QList<QVariantList>{{true}});
    QCOMPARE(m_store->secrets, (Passwords{{key(u"office"_s), "secret"}}));
}

void PasswordKeeperTest::asksOnceWhenAccessIsDenied()
{
    m_store->problem = {CredentialError::Denied, engine::Message::verbatim(u"locked"_s)};
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy problems(&keeper, &PasswordKeeper::problemFound);
    QSignalSpy settled(&keeper, &PasswordKeeper::settled);
    keeper.setProfile(profileOf({u"one"_s, u"two"_s, u"three"_s}));
    keeper.askStore();
    QTRY_COMPARE(settled.size(), 1);
    QCOMPARE(m_store->reads, QStringList{key(u"one"_s)});
    QCOMPARE(problems.size(), 3);
    QVERIFY(englishOf(problems.at(2)).contains(u"server three: "_s));
    QVERIFY(englishOf(problems.at(2)).endsWith(u": locked"_s));
    // A change of something else asks nobody again.
    keeper.setProfile(profileOf({u"one"_s, u"two"_s, u"three"_s}));
    QVERIFY(!keeper.isWaiting());
}

void PasswordKeeperTest::keepsAPasswordThatCouldNotBeStored()
{
    m_store->problem = {CredentialError::Failed, engine::Message::verbatim(u"full"_s)};
    PasswordKeeper keeper(*m_store, kPath);
    keeper.setPassword(u"office"_s, "secret", answers());
    QVERIFY(!keeper.isInMemoryAlone(u"office"_s)); // not known yet
    QTRY_COMPARE(m_answers, QStringList{u"the credential store failed: full"_s});
    QVERIFY(keeper.isInMemoryAlone(u"office"_s));
    QVERIFY(!keeper.isInMemoryAlone(u"nobody"_s));
    QCOMPARE(keeper.password(u"office"_s), "secret");
}

void PasswordKeeperTest::storesManyOneAfterTheOther()
{
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy changed(&keeper, &PasswordKeeper::changed);
    QList<QStringList> refused;
    keeper.setPasswords(
        {{u"one"_s, "1"}, {u"two"_s, "2"}, {u"three"_s, "3"}},
        [&refused](const QStringList &ids, const engine::Message & /*problem*/) { refused << ids; });
    // In use at once, and together.
    QCOMPARE(keeper.passwords(), (Passwords{{u"one"_s, "1"}, {u"two"_s, "2"}, {u"three"_s, "3"}}));
    QCOMPARE(changed.size(), 1);
    keeper.setPassword(u"two"_s, "II", answers());
    QTRY_COMPARE(refused, QList<QStringList>{QStringList()});
    QTRY_COMPARE(m_answers, QStringList{QString()});
    QCOMPARE(m_store->secrets,
             (Passwords{{key(u"one"_s), "1"}, {key(u"two"_s), "II"}, {key(u"three"_s), "3"}}));
    QCOMPARE(m_store->writes, 3);
}

void PasswordKeeperTest::leavesTheStoreAloneWhereNothingIsGiven()
{
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy found(&keeper, &PasswordKeeper::storeFound);
    int answered = 0;
    keeper.setPasswords(
        {}, [&answered](const QStringList & /*ids*/, const engine::Message & /*problem*/) { ++answered; });
    QCOMPARE(answered, 1);
    QCoreApplication::processEvents();
    QVERIFY(found.isEmpty());
}

void PasswordKeeperTest::storesWhatIsLeftWhenItEnds_data()
{
    QTest::addColumn<bool>("hasBegun");
    QTest::addColumn<int>("writes");
    QTest::newRow("before the store was asked") << false << 2;
    QTest::newRow("while the store has not answered") << true << 3;
}

/// The store goes on with what it was told, but answers nobody any more.
void PasswordKeeperTest::storesWhatIsLeftWhenItEnds()
{
    QFETCH(const bool, hasBegun);
    QFETCH(const int, writes);
    auto keeper = std::make_unique<PasswordKeeper>(*m_store, kPath);
    if (hasBegun) {
        QSignalSpy found(keeper.get(), &PasswordKeeper::storeFound);
        keeper->askStore();
        QTRY_COMPARE(found.size(), 1);
        m_store->isHeld = true;
    }
    keeper->setPasswords({{u"one"_s, "1"}, {u"two"_s, "2"}, {u"three"_s, "3"}}, {});
    keeper->startAnew({u"four"_s});
    if (hasBegun) {
        QTRY_COMPARE(m_store->writes + m_store->removals, 2); // one of each batch
    } else {
        keeper->setPassword(u"two"_s, {}, {});
    }
    keeper.reset();
    QCOMPARE(m_store->writes, writes);
    QCOMPARE(m_store->removals, hasBegun ? 1 : 2);
}

/// Who has said no once is not asked for every other server, too.
void PasswordKeeperTest::asksOnceWhenStoringIsRefused()
{
    m_store->problem = {CredentialError::Denied, engine::Message::verbatim(u"locked"_s)};
    PasswordKeeper keeper(*m_store, kPath);
    const Passwords given{{u"one"_s, "1"}, {u"two"_s, "2"}, {u"three"_s, "3"}};
    QStringList refused;
    QStringList problems;
    keeper.setPasswords(given, [&](const QStringList &ids, const engine::Message &problem) {
        refused << ids;
        problems << problem.toEnglish();
    });
    QTRY_COMPARE(problems.size(), 1);
    QVERIFY2(problems.front().endsWith(u": locked"_s), qPrintable(problems.front()));
    QCOMPARE(QSet<QString>(refused.begin(), refused.end()), QSet<QString>({u"one"_s, u"two"_s, u"three"_s}));
    QCOMPARE(m_store->writes, 1);
    QCOMPARE(keeper.passwords(), given);
    QVERIFY(keeper.isInMemoryAlone(u"one"_s) && keeper.isInMemoryAlone(u"three"_s));
    // The next ones are another question.
    m_store->problem.reset();
    keeper.setPassword(u"one"_s, "1", answers());
    QTRY_COMPARE(m_answers, QStringList{QString()});
    QCOMPARE(m_store->secrets, (Passwords{{key(u"one"_s), "1"}}));
    QVERIFY(!keeper.isInMemoryAlone(u"one"_s) && keeper.isInMemoryAlone(u"three"_s));
}

void PasswordKeeperTest::removesNothingBelowAPasswordThatComesAtOnce()
{
    PasswordKeeper keeper(*m_store, kPath);
    keeper.startAnew({u"one"_s, u"two"_s});
    keeper.setPassword(u"one"_s, "1", answers());
    QTRY_COMPARE(m_answers.size(), 1);
    QCOMPARE(m_store->secrets, (Passwords{{key(u"one"_s), "1"}}));
    QCOMPARE(m_store->removals, 1);
}

void PasswordKeeperTest::asksOnceWhenRemovingIsRefused()
{
    m_store->problem = {CredentialError::Denied, {}};
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy problems(&keeper, &PasswordKeeper::problemFound);
    keeper.forget({server(u"one"_s), server(u"two"_s), server(u"three"_s)});
    QTRY_COMPARE(problems.size(), 1);
    QCOMPARE(
        englishOf(problems.front()),
        u"servers one, three, two: their passwords are not removed: the credential store gives no access"_s);
    QCOMPARE(m_store->removals, 1);
    keeper.forget({server(u"one"_s)});
    QTRY_COMPARE(problems.size(), 2);
    QCOMPARE(englishOf(problems.back()),
             u"server one: its password is not removed: the credential store gives no access"_s);
}

void PasswordKeeperTest::setsAndForgets()
{
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy changed(&keeper, &PasswordKeeper::changed);
    keeper.setPassword(u"office"_s, "secret", answers());
    QCOMPARE(changed.size(), 1);
    QTRY_COMPARE(m_store->secrets, (Passwords{{key(u"office"_s), "secret"}}));
    keeper.setPassword(u"office"_s, {}, answers());
    QTRY_COMPARE(m_answers, QStringList({QString(), QString()}));
    QVERIFY(m_store->secrets.isEmpty());
    QVERIFY(keeper.passwords().isEmpty());
    keeper.setPassword(u"office"_s, "other", answers());
    keeper.forget({server(u"office"_s)});
    QTRY_COMPARE(m_answers.size(), 3);
    QTRY_VERIFY(m_store->secrets.isEmpty());
    QVERIFY(keeper.passwords().isEmpty());
}

void PasswordKeeperTest::prefersANewPasswordToALateAnswer()
{
    m_store->secrets.insert(key(u"office"_s), "old");
    PasswordKeeper keeper(*m_store, kPath);
    keeper.setProfile(profileOf({u"office"_s}));
    m_store->isHeld = true;
    keeper.askStore();
    keeper.setPassword(u"office"_s, "new", answers());
    m_store->release();
    QTRY_COMPARE(m_answers.size(), 1);
    QTRY_COMPARE(m_store->secrets, (Passwords{{key(u"office"_s), "new"}}));
    QCOMPARE(keeper.password(u"office"_s), "new");
    QVERIFY(!keeper.isWaiting());
}

void PasswordKeeperTest::movesWithTheServer_data()
{
    QTest::addColumn<bool>("isRead");
    QTest::newRow("once it was read") << true;
    QTest::newRow("before it was read") << false;
}

void PasswordKeeperTest::movesWithTheServer()
{
    QFETCH(bool, isRead);
    m_store->secrets.insert(key(u"office"_s), "secret");
    PasswordKeeper keeper(*m_store, kPath);
    keeper.setProfile(profileOf({u"office"_s}));
    if (isRead) {
        keeper.askStore();
        QTRY_COMPARE(keeper.password(u"office"_s), "secret");
    }
    keeper.move(u"office"_s, u"work"_s);
    keeper.setProfile(profileOf({u"work"_s}));
    QTRY_COMPARE(m_store->secrets, (Passwords{{key(u"work"_s), "secret"}}));
    QCOMPARE(keeper.passwords(), (Passwords{{u"work"_s, "secret"}}));
}

void PasswordKeeperTest::movesOnBeforeItWasRead_data()
{
    QTest::addColumn<QString>("last");
    QTest::newRow("to a third id") << u"job"_s;
    QTest::newRow("back") << u"office"_s;
}

/// As while a person is asked to unlock the store.
void PasswordKeeperTest::movesOnBeforeItWasRead()
{
    QFETCH(const QString, last);
    m_store->secrets.insert(key(u"office"_s), "secret");
    m_store->isHeld = true;
    PasswordKeeper keeper(*m_store, kPath);
    keeper.setProfile(profileOf({u"office"_s}));
    keeper.askStore();
    QString before = u"office"_s;
    for (const QString &id : {u"work"_s, last}) {
        keeper.move(before, id);
        keeper.setProfile(profileOf({id}));
        before = id;
    }
    QVERIFY(keeper.awaits(last));
    m_store->release();
    QTRY_COMPARE(m_store->secrets, (Passwords{{key(last), "secret"}}));
    QTRY_COMPARE(keeper.passwords(), (Passwords{{last, "secret"}}));
    QVERIFY(!keeper.awaits(last));
}

void PasswordKeeperTest::movesAPasswordThatIsNotStoredYet_data()
{
    QTest::addColumn<Passwords>("stored");
    QTest::addColumn<bool>("isRefused");
    QTest::newRow("waiting") << Passwords() << false;
    QTest::newRow("waiting, over an older one") << Passwords{{key(u"office"_s), "old"}} << false;
    QTest::newRow("refused, over an older one") << Passwords{{key(u"office"_s), "old"}} << true;
}

void PasswordKeeperTest::movesAPasswordThatIsNotStoredYet()
{
    QFETCH(const Passwords, stored);
    QFETCH(const bool, isRefused);
    m_store->secrets = stored;
    m_store->refusesWrites = isRefused;
    PasswordKeeper keeper(*m_store, kPath);
    keeper.setPassword(u"office"_s, "new", answers());
    if (isRefused) {
        QTRY_VERIFY(keeper.isInMemoryAlone(u"office"_s));
        m_store->refusesWrites = false;
    }
    keeper.move(u"office"_s, u"work"_s);
    QTRY_COMPARE(m_store->secrets, (Passwords{{key(u"work"_s), "new"}}));
    QTRY_COMPARE(m_answers.size(), 1);
    QVERIFY(!keeper.isInMemoryAlone(u"work"_s));
    QCOMPARE(keeper.passwords(), (Passwords{{u"work"_s, "new"}}));
}

void PasswordKeeperTest::keepsAPasswordThatIsNotMoved_data()
{
    QTest::addColumn<std::function<void(FakeCredentialStore &)>>("fail");
    using Fail = std::function<void(FakeCredentialStore &)>;
    QTest::newRow("writing is refused")
        << Fail([](FakeCredentialStore &store) { store.refusesWrites = true; });
    QTest::newRow("reading is refused") << Fail([](FakeCredentialStore &store) {
        store.problem = {CredentialError::Denied, {}};
    });
}

void PasswordKeeperTest::keepsAPasswordThatIsNotMoved()
{
    QFETCH(const std::function<void(FakeCredentialStore &)>, fail);
    m_store->secrets.insert(key(u"office"_s), "secret");
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy problems(&keeper, &PasswordKeeper::problemFound);
    keeper.setProfile(profileOf({u"office"_s}));
    keeper.askStore();
    QTRY_COMPARE(keeper.password(u"office"_s), "secret");
    fail(*m_store);
    bool wasAwaited = true;
    connect(&keeper, &PasswordKeeper::changed, this, [&] { wasAwaited = keeper.awaits(u"work"_s); });
    keeper.move(u"office"_s, u"work"_s);
    keeper.setProfile(profileOf({u"work"_s}));
    QTRY_COMPARE(problems.size(), 1);
    QVERIFY(keeper.isInMemoryAlone(u"work"_s));
    QVERIFY(!wasAwaited);
    // The store, asked again, has none to tell.
    m_store->problem.reset();
    keeper.setProfile(profileOf({u"work"_s}), PasswordKeeper::Reading::All);
    QTRY_VERIFY(!keeper.isWaiting());
    QCOMPARE(keeper.password(u"work"_s), "secret");
}

void PasswordKeeperTest::movesNothingOverANewPassword()
{
    m_store->secrets.insert(key(u"office"_s), "old");
    PasswordKeeper keeper(*m_store, kPath);
    keeper.setProfile(profileOf({u"office"_s}));
    keeper.askStore();
    QTRY_COMPARE(keeper.password(u"office"_s), "old");
    keeper.move(u"office"_s, u"work"_s);
    keeper.setPassword(u"work"_s, "new", answers());
    QTRY_COMPARE(m_store->secrets, (Passwords{{key(u"work"_s), "new"}}));
    QCOMPARE(keeper.passwords(), (Passwords{{u"work"_s, "new"}}));
}

void PasswordKeeperTest::movesNothingThatIsAboutToGo()
{
    m_store->secrets.insert(key(u"office"_s), "of an older server");
    PasswordKeeper keeper(*m_store, kPath);
    keeper.startAnew({u"office"_s});
    keeper.move(u"office"_s, u"work"_s);
    keeper.setProfile(profileOf({u"work"_s}));
    QTRY_VERIFY(m_store->secrets.isEmpty());
    QTRY_COMPARE(m_store->removals, 2);
    QVERIFY(m_store->reads.isEmpty());
    QVERIFY(keeper.passwords().isEmpty());
}

/// What an older server of that id has left would be told to somebody else.
void PasswordKeeperTest::startsAnewWithoutAsking()
{
    m_store->secrets.insert(key(u"office"_s), "of an older server");
    PasswordKeeper keeper(*m_store, kPath);
    keeper.askStore();
    keeper.startAnew({u"office"_s});
    keeper.setProfile(profileOf({u"office"_s}));
    QTRY_VERIFY(m_store->secrets.isEmpty());
    QVERIFY(!keeper.isWaiting());
    QVERIFY(m_store->reads.isEmpty());
    QVERIFY(keeper.passwords().isEmpty());
}

void PasswordKeeperTest::asksForNothingThatIsAboutToGo_data()
{
    QTest::addColumn<bool>("isForgotten");
    QTest::addColumn<PasswordKeeper::Reading>("reading");
    QTest::newRow("reload, of new servers") << false << PasswordKeeper::Reading::All;
    QTest::newRow("reload, of servers that were gone") << true << PasswordKeeper::Reading::All;
    QTest::newRow("servers that were gone") << true << PasswordKeeper::Reading::New;
}

/// A profile that is read again while the store takes its time over removing.
void PasswordKeeperTest::asksForNothingThatIsAboutToGo()
{
    QFETCH(const bool, isForgotten);
    QFETCH(const PasswordKeeper::Reading, reading);
    m_store->secrets = {{key(u"one"_s), "of an older server"}, {key(u"two"_s), "of an older server"}};
    PasswordKeeper keeper(*m_store, kPath);
    keeper.askStore();
    QTRY_VERIFY(keeper.hasStore());
    m_store->isHeld = true;
    if (isForgotten)
        keeper.forget({server(u"one"_s), server(u"two"_s)});
    else
        keeper.startAnew({u"one"_s, u"two"_s});
    QTRY_COMPARE(m_store->removals, 1);
    keeper.setProfile(profileOf({u"one"_s, u"two"_s}), reading);
    m_store->release();
    QTRY_VERIFY(m_store->secrets.isEmpty());
    QVERIFY(!keeper.isWaiting());
    QVERIFY(m_store->reads.isEmpty());
    QVERIFY(keeper.passwords().isEmpty());
}

void PasswordKeeperTest::namesNobodyWhoHasNoPassword()
{
    m_store->isThere = false;
    engine::Profile profile = profileOf({u"office"_s, u"home"_s});
    profile.servers[0].withoutPassword = true;
    PasswordKeeper keeper(*m_store, kPath);
    keeper.setProfile(profile);
    keeper.askStore();
    QTRY_COMPARE(keeper.missing(), QStringList{u"home"_s});
    // Chosen while it runs: what was in use is used no more.
    keeper.setPassword(u"home"_s, "secret", answers());
    QCOMPARE(keeper.passwords(), (Passwords{{u"home"_s, "secret"}}));
    profile.servers[1].withoutPassword = true;
    keeper.setProfile(profile);
    QVERIFY(keeper.passwords().isEmpty());
    QVERIFY(keeper.missing().isEmpty());
    // And taken back.
    profile.servers[0].withoutPassword = false;
    keeper.setProfile(profile);
    QTRY_COMPARE(keeper.missing(), QStringList{u"office"_s});
}

void PasswordKeeperTest::namesNobodyWhoNeedsNoneMeanwhile()
{
    m_store->isThere = false;
    m_store->isHeld = true;
    engine::Profile profile = profileOf({u"office"_s});
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy settled(&keeper, &PasswordKeeper::settled);
    keeper.setProfile(profile);
    keeper.askStore();
    profile.servers[0].withoutPassword = true;
    keeper.setProfile(profile);
    m_store->release();
    QTRY_COMPARE(settled.size(), 1);
    QVERIFY(keeper.missing().isEmpty());
}

void PasswordKeeperTest::leavesTheStoreAloneForThoseWhoDoNotUseIt_data()
{
    QTest::addColumn<QString>("username");
    QTest::addColumn<QString>("passwordFile");
    QTest::newRow("no login") << QString() << QString();
    QTest::newRow("a file of its own") << u"bob"_s << u"/home/me/password"_s;
}

void PasswordKeeperTest::leavesTheStoreAloneForThoseWhoDoNotUseIt()
{
    QFETCH(const QString, username);
    QFETCH(const QString, passwordFile);
    engine::ServerProfile office = server(u"office"_s);
    office.username = username;
    office.passwordFile = passwordFile;
    m_store->secrets.insert(key(u"office"_s), "secret");
    PasswordKeeper keeper(*m_store, kPath);
    QSignalSpy settled(&keeper, &PasswordKeeper::settled);
    keeper.askStore();
    QTRY_COMPARE(settled.size(), 1);
    keeper.forget({office});
    // Changes of the store are made in their order.
    keeper.setPassword(u"other"_s, "other", answers());
    QTRY_COMPARE(m_answers.size(), 1);
    QVERIFY(m_store->secrets.contains(key(u"office"_s)));
}

void PasswordKeeperTest::writesNothingThatIsOutOfDateOnceTheStoreIsFound()
{
    PasswordKeeper keeper(*m_store, kPath);
    m_store->isHeld = true;
    keeper.setPassword(u"office"_s, "old", answers());
    keeper.setPassword(u"office"_s, "new", answers());
    m_store->release();
    QTRY_COMPARE(m_answers, QStringList({QString(), QString()}));
    QCOMPARE(m_store->secrets, (Passwords{{key(u"office"_s), "new"}}));
    QCOMPARE(m_store->writes, 1);
}

void PasswordKeeperTest::asksAgainForAll()
{
    m_store->secrets = {{key(u"one"_s), "1"}, {key(u"two"_s), "2"}};
    PasswordKeeper keeper(*m_store, kPath);
    keeper.setProfile(profileOf({u"one"_s, u"two"_s}));
    keeper.askStore();
    QTRY_COMPARE(keeper.passwords(), (Passwords{{u"one"_s, "1"}, {u"two"_s, "2"}}));
    m_store->secrets = {{key(u"one"_s), "I"}};
    keeper.setProfile(profileOf({u"one"_s, u"two"_s}), PasswordKeeper::Reading::All);
    QTRY_COMPARE(keeper.passwords(), (Passwords{{u"one"_s, "I"}}));
}

void PasswordKeeperTest::keepsProfilesApart()
{
    PasswordKeeper mine(*m_store, kPath);
    PasswordKeeper others(*m_store, u"/home/me/other.json"_s);
    mine.setPassword(u"office"_s, "mine", answers());
    others.setPassword(u"office"_s, "other", answers());
    QTRY_COMPARE(m_answers.size(), 2);
    QCOMPARE(m_store->secrets.size(), 2);
    PasswordKeeper later(*m_store, kPath);
    later.setProfile(profileOf({u"office"_s}));
    later.askStore();
    QTRY_COMPARE(later.password(u"office"_s), "mine");
}

void PasswordKeeperTest::opensListenersOnceTheStoreHasAnswered()
{
    engine::Profile profile = app::ProfileFile::builtIn();
    profile.listeners.front().port = 0;
    profile.servers = {server(u"office"_s)};
    m_store->secrets.insert(key(u"office"_s), "secret");
    m_store->isHeld = true;
    engine::Engine engine;
    PasswordKeeper keeper(*m_store, kPath, app::kCredentialTimeout);
    keeper.setProfile(profile);
    QSignalSpy accepting(&engine, &engine::Engine::acceptingChanged);
    app::startEngine(engine, profile, keeper);
    keeper.askStore();
    QVERIFY(!engine.isAccepting());
    m_store->release();
    QTRY_VERIFY(engine.isAccepting());
    QTRY_VERIFY(!engine.listeners().isEmpty() &&
                engine.listeners().front().state == engine::ListenerState::Listening);
    QCOMPARE(accepting.size(), 1);
    QCOMPARE(keeper.password(u"office"_s), "secret");
}

void PasswordKeeperTest::opensListenersWhenTheUserSaysSo()
{
    engine::Profile profile = app::ProfileFile::builtIn();
    profile.listeners.front().port = 0;
    profile.servers = {server(u"office"_s)};
    m_store->isHeld = true;
    engine::Engine engine;
    PasswordKeeper keeper(*m_store, kPath, app::kCredentialTimeout);
    QSignalSpy settled(&keeper, &PasswordKeeper::settled);
    keeper.setProfile(profile);
    app::startEngine(engine, profile, keeper);
    keeper.askStore();
    engine.setAccepting(true);
    engine.setAccepting(false);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    m_store->release();
    QTRY_COMPARE(settled.size(), 1);
    QVERIFY(!engine.isAccepting());
}

QTEST_GUILESS_MAIN(PasswordKeeperTest)
#include "tst_passwordkeeper.moc"
