// SPDX-License-Identifier: MIT
#include "app/passwordcommand.h"

#include <QJsonDocument>
#include <QObject>
#include <QTest>

using namespace Qt::StringLiterals;
using app::setPassword;
using engine::hashPassword;

namespace
{

QByteArray profile(const QByteArray &authentication, const QByteArray &more = {})
{
    return R"({ "version": 1, "listeners": [ { "name": "L", "address": "127.0.0.1", "port": 1, "authentication": ")" +
           authentication + R"(" } ])" + more + " }";
}

} // namespace

class PasswordCommandTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsTheFirstUser();
    void replacesThePassword();
    void saysWhenNobodyAsksForIt();
    void findsServers();
    void refusesServersWithoutUse_data();
    void refusesServersWithoutUse();
    void refusesInvalidProfiles_data();
    void refusesInvalidProfiles();
};

void PasswordCommandTest::addsTheFirstUser()
{
    const auto change = setPassword(profile("password"), u"alice"_s, hashPassword("secret"));
    QVERIFY(change);
    QVERIFY(change->isNewUser);
    QVERIFY(change->isAskedFor);
    const auto document = engine::parseProfile(QJsonDocument(change->json).toJson());
    QVERIFY(document);
    QCOMPARE(document->profile.users.size(), 1);
    QCOMPARE(document->profile.users[0].name, u"alice"_s);
    QVERIFY(engine::verifyPassword("secret", document->profile.users[0].password));
    QVERIFY(!QJsonDocument(change->json).toJson().contains("secret"));
}

void PasswordCommandTest::replacesThePassword()
{
    const auto first = setPassword(profile("password"), u"alice"_s, hashPassword("one"));
    QVERIFY(first);
    const auto other = setPassword(QJsonDocument(first->json).toJson(), u"bob"_s, hashPassword("two"));
    QVERIFY(other);
    const auto change = setPassword(QJsonDocument(other->json).toJson(), u"alice"_s, hashPassword("three"));
    QVERIFY(change);
    QVERIFY(!change->isNewUser);
    const auto document = engine::parseProfile(QJsonDocument(change->json).toJson());
    QVERIFY(document);
    QCOMPARE(document->profile.users.size(), 2);
    QVERIFY(engine::verifyPassword("three", document->profile.users[0].password));
    QVERIFY(engine::verifyPassword("two", document->profile.users[1].password));
}

void PasswordCommandTest::saysWhenNobodyAsksForIt()
{
    const auto change = setPassword(profile("none"), u"alice"_s, hashPassword("secret"));
    QVERIFY(change);
    QVERIFY(!change->isAskedFor);
}

void PasswordCommandTest::findsServers()
{
    const QByteArray json = profile(
        "none", R"(, "users": [ { "name": "both" } ], "servers": [ { "id": "office" }, { "id": "both" } ])");
    const auto server = app::findServerEntry(json, u"office"_s);
    QVERIFY(server);
    QCOMPARE(server->value("id"_L1).toString(), u"office"_s);
    QVERIFY(!app::findServerEntry(json, u"both"_s));
    QVERIFY(!app::findServerEntry(json, u"nobody"_s));
    QVERIFY(!app::findServerEntry("nonsense", u"office"_s));
}

void PasswordCommandTest::refusesServersWithoutUse_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("problem");
    QTest::newRow("takes one") << QByteArray(R"({"protocol": "socks5", "username": "bob"})") << QString();
    QTest::newRow("HTTP") << QByteArray(R"({"protocol": "http", "username": "bob"})") << QString();
    QTest::newRow("SOCKS4a") << QByteArray(R"({"protocol": "socks4a", "username": "bob"})") << u"SOCKS4"_s;
    QTest::newRow("no user name") << QByteArray(R"({"protocol": "socks5"})") << u"username"_s;
    QTest::newRow("a file")
        << QByteArray(R"({"protocol": "http", "username": "bob", "passwordFile": "/home/bob/p"})")
        << u"/home/bob/p"_s;
    QTest::newRow("none is used")
        << QByteArray(R"({"protocol": "http", "username": "bob", "withoutPassword": true})")
        << u"withoutPassword"_s;
}

void PasswordCommandTest::refusesServersWithoutUse()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, problem);
    const auto found = app::findServerProblem(QJsonDocument::fromJson(json).object());
    QCOMPARE(found.has_value(), !problem.isEmpty());
    QVERIFY(found.value_or(QString()).contains(problem));
}

void PasswordCommandTest::refusesInvalidProfiles_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("name");
    QTest::newRow("not JSON") << QByteArray("{") << u"alice"_s;
    QTest::newRow("a list") << QByteArray("[]") << u"alice"_s;
    QTest::newRow("another error") << profile("none", R"(, "extra": 1)") << u"alice"_s;
    QTest::newRow("users no list") << profile("none", R"(, "users": {})") << u"alice"_s;
    QTest::newRow("name too long for the protocol") << profile("none") << QString(256, u'a');
    QTest::newRow("name with a line break") << profile("none") << u"a\nb"_s;
}

void PasswordCommandTest::refusesInvalidProfiles()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, name);
    const auto change = setPassword(json, name, hashPassword("secret"));
    QVERIFY(!change);
    QVERIFY(!change.error().isEmpty());
}

QTEST_GUILESS_MAIN(PasswordCommandTest)
#include "tst_passwordcommand.moc"
