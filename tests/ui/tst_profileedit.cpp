// SPDX-License-Identifier: MIT
#include "ui/profileedit.h"

#include <QTest>

using namespace Qt::StringLiterals;
using engine::Action;
using engine::Profile;

namespace
{

engine::ServerProfile server(const QString &id, const QString &name = {})
{
    engine::ServerProfile made;
    made.id = id;
    made.name = name;
    made.host = id + u".example"_s;
    made.port = 1'080;
    return made;
}

engine::RuleProfile ruleTo(const QString &id, const QString &name)
{
    engine::RuleProfile rule;
    rule.name = name;
    rule.action = Action::byWayOf(id);
    return rule;
}

Profile sample()
{
    Profile profile;
    profile.servers = {server(u"office"_s, u"Office"_s), server(u"home"_s)};
    profile.routes = {{u"both"_s, u"Both"_s, engine::RouteKind::Chain, {u"office"_s, u"home"_s}}};
    profile.rules = {ruleTo(u"office"_s, u"Work"_s), ruleTo(u"both"_s, {})};
    profile.rules[1].enabled = false;
    profile.defaultAction = Action::byWayOf(u"home"_s);
    profile.unidentifiedApplications = Action::byWayOf(u"office"_s);
    return profile;
}

} // namespace

class TestProfileEdit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void makesIds_data();
    void makesIds();
    void makesNames();
    void tellsUses();
    void tellsWhatCanBeRemoved();
    void takesReferencesAlong();
    void addsAndRemoves();
};

void TestProfileEdit::makesIds_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("own");
    QTest::addColumn<QString>("id");
    QTest::newRow("words") << u"My  Server!"_s << QString() << u"my-server"_s;
    QTest::newRow("accents") << u"B\u00fcro Z\u00fcrich"_s << QString() << u"buro-zurich"_s;
    QTest::newRow("an address") << u"192.0.2.1:1080"_s << QString() << u"192.0.2.1-1080"_s;
    QTest::newRow("nothing to use") << u"\u30b5\u30fc\u30d0\u30fc"_s << QString() << u"server"_s;
    QTest::newRow("taken by a server") << u"Office"_s << QString() << u"office-2"_s;
    QTest::newRow("taken by a route") << u"Both"_s << QString() << u"both-2"_s;
    QTest::newRow("taken by itself") << u"Office"_s << u"office"_s << u"office"_s;
    QTest::newRow("long") << QString(300, u'a') << QString() << QString(40, u'a');
}

void TestProfileEdit::makesIds()
{
    QFETCH(const QString, name);
    QFETCH(const QString, own);
    QTEST(ui::freeId(sample(), name, own), "id");
}

void TestProfileEdit::makesNames()
{
    QCOMPARE(ui::freeName(sample(), u"Shed"_s), u"Shed"_s);
    QCOMPARE(ui::freeName(sample(), u"office"_s), u"office 2"_s);
    QCOMPARE(ui::shownNameOf(sample(), u"office"_s), u"Office"_s);
    QCOMPARE(ui::shownNameOf(sample(), u"home"_s), u"home"_s);
    QCOMPARE(ui::shownNameOf(sample(), u"both"_s), u"Both"_s);
}

void TestProfileEdit::tellsUses()
{
    QCOMPARE(ui::usesOf(sample(), {u"office"_s}),
             (QStringList{u"Route \"Both\""_s, u"Rule \"Work\""_s,
                          u"The action for unidentified applications"_s}));
    QCOMPARE(ui::usesOf(sample(), {u"both"_s}), (QStringList{u"Rule number 2 (switched off)"_s}));
    QCOMPARE(ui::usesOf(sample(), {u"home"_s, u"both"_s}),
             (QStringList{u"Rule number 2 (switched off)"_s, u"The default action"_s}));
    QVERIFY(ui::usesOf(sample(), {u"none"_s}).isEmpty());
}

void TestProfileEdit::tellsWhatCanBeRemoved()
{
    Profile profile = sample();
    ui::putServer(profile, {}, server(u"shed"_s));
    ui::putServer(profile, {}, server(u"barn"_s));
    ui::putRoute(profile, {}, {u"out"_s, {}, engine::RouteKind::Balance, {u"shed"_s}});
    QCOMPARE(ui::removableOf(profile, {u"office"_s, u"shed"_s, u"barn"_s}), QStringList{u"barn"_s});
    // The route that uses it goes, too.
    QCOMPARE(ui::removableOf(profile, {u"shed"_s, u"out"_s}), (QStringList{u"shed"_s, u"out"_s}));
    // Unless that is in use itself.
    profile.rules[0].action = engine::Action::byWayOf(u"out"_s);
    QCOMPARE(ui::removableOf(profile, {u"shed"_s, u"out"_s, u"barn"_s}), QStringList{u"barn"_s});
}

void TestProfileEdit::takesReferencesAlong()
{
    Profile profile = sample();
    ui::putServer(profile, u"office"_s, server(u"work"_s));
    QCOMPARE(profile.servers.size(), 2);
    QCOMPARE(profile.servers.at(0).id, u"work"_s);
    QCOMPARE(profile.routes.at(0).members, (QStringList{u"work"_s, u"home"_s}));
    QCOMPARE(profile.rules.at(0).action.proxy, u"work"_s);
    QCOMPARE(profile.unidentifiedApplications->proxy, u"work"_s);
    ui::putRoute(profile, u"both"_s, {u"all"_s, {}, engine::RouteKind::Balance, {u"home"_s}});
    QCOMPARE(profile.routes.size(), 1);
    QCOMPARE(profile.rules.at(1).action.proxy, u"all"_s);
}

void TestProfileEdit::addsAndRemoves()
{
    Profile profile = sample();
    ui::putServer(profile, {}, server(u"shed"_s));
    QCOMPARE(profile.servers.constLast().id, u"shed"_s);
    ui::removeAll(profile, {u"shed"_s, u"both"_s});
    QCOMPARE(profile.servers.size(), 2);
    QVERIFY(profile.routes.isEmpty());
}

QTEST_GUILESS_MAIN(TestProfileEdit)
#include "tst_profileedit.moc"
