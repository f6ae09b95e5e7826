// SPDX-License-Identifier: MIT
#include "engine/profile_json.h"
#include "ppxsample.h"
#include "ui/profileimport.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using engine::Action;
using engine::Profile;
using ui::ImportKind;
using ui::ImportMode;
using ui::ImportOutcome;

namespace
{

const ui::PpxContext kHere{u"box"_s, false};

/// A listener, a user, the server "office", a group, and a rule.
Profile inForce()
{
    const auto document = engine::parseProfile(R"({
        "version": 1,
        "listeners": [{"name": "Local", "address": "127.0.0.1", "port": 1080, "authentication": "password"}],
        "users": [{"name": "alice", "password": {"scheme": "pbkdf2-sha512", "iterations": 1000,
                   "salt": "MDEyMzQ1Njc4OWFiY2RlZg==",
                   "hash": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg=="}}],
        "servers": [{"id": "office", "name": "Office", "protocol": "socks5", "host": "old.example", "port": 1080}],
        "routes": [{"id": "any", "kind": "failover", "members": ["office"]}],
        "rules": [{"name": "Old", "hosts": ["old.example"], "action": "proxy:any"}],
        "defaultAction": "proxy:office", "unidentifiedApplications": "proxy:office"})");
    if (!document)
        qFatal("%s", qPrintable(document.error().at(0).toMessage().toEnglish()));
    return document->profile;
}

QByteArray toJson(const Profile &profile, const QStringList &without = {})
{
    QJsonObject json = engine::profileToJson(profile);
    for (const QString &key : without)
        json.remove(key);
    return QJsonDocument(json).toJson();
}

bool isValid(const Profile &profile)
{
    return engine::parseProfile(toJson(profile)).hasValue();
}

bool tells(const ui::ImportedFile &file, ImportOutcome outcome, const QString &place)
{
    const QList<ui::ImportLine> lines = ui::importLines(file, ImportMode::Replace);
    return std::any_of(lines.begin(), lines.end(), [&](const ui::ImportLine &line) {
        return line.outcome == outcome && line.place == place;
    });
}

} // namespace

class TestProfileImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_passwords.clear(); }
    void replacesServersAndRules();
    void addsServersAndRules();
    void blocksWhatLosesItsServer();
    void givesNoPasswordToAnotherServer();
    void makesIdsAndNamesUnique();
    void takesAWholeProfile();
    void keepsUsersThatAreNotInTheFile();
    void renamesServersThatWouldGetAPassword();
    void keepsTheSameServers();
    void warnsOfWhatIsDangerous();
    void namesServersWhosePasswordIsToBeEntered();
    void tellsErrorsWithTheirPlaces_data();
    void tellsErrorsWithTheirPlaces();

private:
    [[nodiscard]] ui::ImportTarget target() const
    {
        return {m_current, [this](const QString &id) {
                    return m_passwords.contains(id);
                }};
    }
    [[nodiscard]] ui::ImportedFile read(const QByteArray &content) const
    {
        return ui::readImport(content, target(), kHere);
    }

    const Profile m_current = inForce();
    QStringList m_passwords; ///< ids of servers that have one
};

void TestProfileImport::replacesServersAndRules()
{
    const ui::ImportedFile file = read(kPpxSample102);
    QCOMPARE(file.kind, ImportKind::Proxifier);
    const Profile profile = ui::withImport(file, target(), ImportMode::Replace);
    QVERIFY(isValid(profile));
    QCOMPARE(profile.listeners, m_current.listeners);
    QCOMPARE(profile.users, m_current.users);
    QCOMPARE(profile.servers.size(), 3);
    QCOMPARE(profile.routes.size(), 2);
    QCOMPARE(profile.rules.size(), 4);
    QCOMPARE(profile.servers.at(0).name, u"Office"_s);
    QCOMPARE(profile.defaultAction, Action::byWayOf(profile.servers.at(0).id));
    QCOMPARE(profile.rules.at(1).action, Action::byWayOf(profile.routes.at(0).id));
    QCOMPARE(profile.routes.at(0).members, (QStringList{profile.servers.at(0).id, profile.servers.at(1).id}));
}

void TestProfileImport::addsServersAndRules()
{
    const Profile profile = ui::withImport(read(kPpxSample102), target(), ImportMode::Add);
    QVERIFY(isValid(profile));
    QCOMPARE(profile.servers.size(), 4);
    QCOMPARE(profile.servers.at(0), m_current.servers.at(0));
    QCOMPARE(profile.servers.at(1).name, u"Office 2"_s);
    QCOMPARE(profile.rules.size(), 5);
    QCOMPARE(profile.rules.at(0), m_current.rules.at(0));
    QCOMPARE(profile.defaultAction, m_current.defaultAction);
    QCOMPARE(profile.unidentifiedApplications, m_current.unidentifiedApplications);
}

void TestProfileImport::blocksWhatLosesItsServer()
{
    const QByteArray empty = "<ProxifierProfile version=\"102\"/>";
    const Profile replaced = ui::withImport(read(empty), target(), ImportMode::Replace);
    QVERIFY(isValid(replaced));
    QVERIFY(replaced.servers.isEmpty());
    QCOMPARE(replaced.defaultAction, Action::block());
    QCOMPARE(replaced.unidentifiedApplications, Action::block());
    QCOMPARE(ui::withImport(read(empty), target(), ImportMode::Add), m_current);
}

/// Passwords are kept under ids: a file could ask for the one of a server by its name.
void TestProfileImport::givesNoPasswordToAnotherServer()
{
    m_passwords = {u"192.0.2.7"_s};
    const Profile profile = ui::withImport(read(kPpxSample102), target(), ImportMode::Replace);
    for (const engine::ServerProfile &server : profile.servers)
        QVERIFY(server.id != u"office"_s && server.id != u"any"_s && !m_passwords.contains(server.id));
}

void TestProfileImport::makesIdsAndNamesUnique()
{
    QByteArray proxies;
    for (int i = 0; i < 1'000; ++i)
        proxies += "<Proxy id=\"" + QByteArray::number(i) + "\" type=\"SOCKS5\"><Label>" +
                   QByteArray(250, 'x') + "</Label><Address>a</Address><Port>1</Port></Proxy>";
    const QByteArray content = "<ProxifierProfile><ProxyList>" + proxies + "</ProxyList></ProxifierProfile>";
    const Profile profile = ui::withImport(read(content), target(), ImportMode::Add);
    QCOMPARE(profile.servers.size(), 1'001);
    QVERIFY(!isValid(profile)); // One too many; otherwise:
    const Profile alone = ui::withImport(read(content), target(), ImportMode::Replace);
    QVERIFY(isValid(alone));
    QSet<QString> names;
    for (const engine::ServerProfile &server : alone.servers)
        names.insert(server.name);
    QCOMPARE(names.size(), 1'000);
}

void TestProfileImport::takesAWholeProfile()
{
    Profile other = m_current;
    other.listeners[0].port = 1'081;
    other.rules.clear();
    const ui::ImportedFile file = read(toJson(other));
    QCOMPARE(file.kind, ImportKind::Profile);
    QCOMPARE(ui::withImport(file, target(), ImportMode::Add), other);
    QVERIFY(tells(file, ImportOutcome::Taken, u"$.servers"_s));
}

void TestProfileImport::keepsUsersThatAreNotInTheFile()
{
    const ui::ImportedFile file = read(toJson(m_current, {u"users"_s}));
    QCOMPARE(file.kind, ImportKind::Profile);
    QCOMPARE(file.profile, m_current);
    QVERIFY(tells(file, ImportOutcome::Changed, u"$.users"_s));
}

void TestProfileImport::renamesServersThatWouldGetAPassword()
{
    Profile other = m_current;
    other.servers[0].host = u"other.example"_s;
    engine::ServerProfile shed = other.servers[0];
    shed.id = u"shed"_s;
    other.servers << shed;
    m_passwords = {u"office"_s, u"shed"_s};
    const ui::ImportedFile file = read(toJson(other));
    QCOMPARE(file.kind, ImportKind::Profile);
    QVERIFY(isValid(file.profile));
    QCOMPARE(file.profile.servers.at(0).id, u"office-2"_s);
    QCOMPARE(file.profile.servers.at(1).id, u"shed-2"_s);
    QCOMPARE(file.profile.routes.at(0).members, QStringList{u"office-2"_s});
    QCOMPARE(file.profile.defaultAction, Action::byWayOf(u"office-2"_s));
    QVERIFY(tells(file, ImportOutcome::Changed, u"$.servers[0].id"_s));
}

void TestProfileImport::keepsTheSameServers()
{
    m_passwords = {u"office"_s};
    Profile other = m_current;
    other.servers[0].name = u"Work"_s;
    QCOMPARE(read(toJson(other)).profile, other);
}

void TestProfileImport::warnsOfWhatIsDangerous()
{
    Profile other = m_current;
    other.listeners[0].address = engine::Address::fromV4(0);
    other.listeners[0].authentication = engine::Authentication::None;
    other.listeners[0].open = true;
    other.servers[0].passwordFile = u"/home/alice/.ssh/id_rsa"_s;
    const ui::ImportedFile file = read(toJson(other));
    QCOMPARE(file.kind, ImportKind::Profile);
    // First of all.
    QCOMPARE(file.lines.at(0).outcome, ImportOutcome::Warning);
    QCOMPARE(file.lines.at(1).outcome, ImportOutcome::Warning);
    QVERIFY(tells(file, ImportOutcome::Warning, u"$.listeners[0]"_s));
    QVERIFY(tells(file, ImportOutcome::Warning, u"$.servers[0].passwordFile"_s));
}

void TestProfileImport::namesServersWhosePasswordIsToBeEntered()
{
    Profile other = m_current;
    other.servers[0].username = u"bob"_s;
    QVERIFY(tells(read(toJson(other)), ImportOutcome::LeftOut, u"$.servers[0]"_s));
    other.servers[0].withoutPassword = true;
    QVERIFY(!tells(read(toJson(other)), ImportOutcome::LeftOut, u"$.servers[0]"_s));
}

void TestProfileImport::tellsErrorsWithTheirPlaces_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("place");
    QTest::newRow("empty") << QByteArray() << QString();
    QTest::newRow("blank") << QByteArray(" \r\n") << QString();
    QTest::newRow("a mark of UTF-8 alone") << QByteArray("\xef\xbb\xbf\n") << QString();
    QTest::newRow("a mark of UTF-16 alone") << QByteArray("\xff\xfe") << QString();
    QTest::newRow("not JSON") << QByteArray("{\"version\": 1,") << u"$"_s;
    QTest::newRow("a list") << QByteArray("[1]") << u"$"_s;
    QTest::newRow("no listener") << QByteArray(R"({"version": 1, "listeners": []})") << u"$.listeners"_s;
    QTest::newRow("later version") << QByteArray(R"({"version": 2})") << u"$.version"_s;
    QTest::newRow("large") << QByteArray(engine::kMaximumProfileSize + 1, '[') << u"$"_s;
    QTest::newRow("damaged XML") << QByteArray("<ProxifierProfile>\n") << u"line 2"_s;
    QTest::newRow("damaged UTF-16") << QByteArray("\xff\xfe<\0a\0", 6) << u"line 1"_s;
    QTest::newRow("other XML") << QByteArray("\xef\xbb\xbf <a/>") << u"line 1"_s;
}

void TestProfileImport::tellsErrorsWithTheirPlaces()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QString, place);
    const ui::ImportedFile file = read(content);
    QCOMPARE(file.kind, ImportKind::Unusable);
    QVERIFY(tells(file, ImportOutcome::Wrong, place));
    if (place.isEmpty())
        QCOMPARE(file.lines.at(0).text, u"The file is empty."_s);
    QCOMPARE(ui::withImport(file, target(), ImportMode::Replace), m_current);
}

QTEST_GUILESS_MAIN(TestProfileImport)
#include "tst_profileimport.moc"
