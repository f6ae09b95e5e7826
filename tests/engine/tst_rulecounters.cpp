// SPDX-License-Identifier: MIT
#include "engine/stats/rule_counters.h"

#include "tests/support/ruleprofiles.h"

#include <QTest>

using namespace engine;
using test::hostRule;

namespace
{

constexpr int kDefault = RuleUse::kDefaultRule;

Profile abc()
{
    return test::ruleProfile({hostRule("A", "a"), hostRule("B", "b"), hostRule("C", "c")});
}

/// Hits of all rules in order and of the default action, as they are told whole.
QList<int> hits(RuleCounters &counters, qsizetype rules)
{
    counters.setTelling(true);
    const RuleUses uses = counters.take();
    QList<int> hits(rules + 1);
    for (const RuleUse &use : uses.uses)
        hits[use.rule == kDefault ? rules : use.rule] = static_cast<int>(use.hits);
    return hits;
}

} // namespace

class TestRuleCounters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheSameRules_data();
    void findsTheSameRules();
    void keepsCountersOfRulesThatStay();
    void forgetsTheDefaultActionWhenItChanges();
    void countsForRulesThatAreGoneWhereNobodyLooks();
    void tellsEachChangeOnce();
    void tellsNothingWhileNobodyLooks();
    void keepsAsManyAsThereAreRules();
};

void TestRuleCounters::findsTheSameRules_data()
{
    QTest::addColumn<QList<RuleProfile>>("after");
    QTest::addColumn<QList<int>>("expected");
    const RuleProfile a = hostRule("A", "a");
    const RuleProfile b = hostRule("B", "b");
    const RuleProfile c = hostRule("C", "c");
    RuleProfile off = b;
    off.enabled = false;
    RuleProfile renamed = b;
    renamed.name = QStringLiteral("Other");
    RuleProfile longer = b;
    longer.hosts << QStringLiteral("another");
    RuleProfile blocking = b;
    blocking.action = Action::block();
    using Rules = QList<RuleProfile>;
    using Indices = QList<int>;
    QTest::newRow("nothing changed") << Rules{a, b, c} << Indices{0, 1, 2};
    QTest::newRow("moved") << Rules{c, a, b} << Indices{2, 0, 1};
    QTest::newRow("one removed") << Rules{a, c} << Indices{0, 2};
    QTest::newRow("one added") << Rules{renamed, a, b, c} << Indices{-1, 0, 1, 2};
    QTest::newRow("switched off") << Rules{a, off, c} << Indices{0, 1, 2};
    QTest::newRow("switched off and moved") << Rules{off, a, c} << Indices{1, 0, 2};
    QTest::newRow("renamed") << Rules{a, renamed, c} << Indices{0, -1, 2};
    QTest::newRow("another condition") << Rules{a, longer, c} << Indices{0, -1, 2};
    QTest::newRow("another action") << Rules{a, blocking, c} << Indices{0, -1, 2};
    QTest::newRow("the same twice") << Rules{b, b} << Indices{1, -1};
    QTest::newRow("none left") << Rules{} << Indices{};
}

void TestRuleCounters::findsTheSameRules()
{
    QFETCH(const QList<RuleProfile>, after);
    QFETCH(const QList<int>, expected);
    const std::vector<int> found = sameRules(abc().rules, after);
    QCOMPARE(QList<int>(found.begin(), found.end()), expected);
}

void TestRuleCounters::keepsCountersOfRulesThatStay()
{
    RuleCounters counters;
    Profile profile = abc();
    counters.setProfile(profile);
    for (int rule = 0; rule < 3; ++rule) {
        for (int i = 0; i <= rule; ++i)
            counters.countHit(counters.of(rule));
    }
    QCOMPARE(hits(counters, 3), QList<int>({1, 2, 3, 0}));
    profile.rules.move(2, 0);
    profile.rules[1].enabled = false;
    profile.rules[2].action = Action::block();
    counters.setProfile(profile);
    QCOMPARE(hits(counters, 3), QList<int>({3, 1, 0, 0}));
    // What is counted from here on goes to where they stand now.
    counters.countHit(counters.of(0));
    QCOMPARE(hits(counters, 3), QList<int>({4, 1, 0, 0}));
}

void TestRuleCounters::forgetsTheDefaultActionWhenItChanges()
{
    RuleCounters counters;
    Profile profile = abc();
    counters.setProfile(profile);
    counters.countHit(counters.of(kDefault));
    counters.setProfile(profile);
    QCOMPARE(hits(counters, 3), QList<int>({0, 0, 0, 1}));
    profile.defaultAction = Action::block();
    counters.setProfile(profile);
    QCOMPARE(hits(counters, 3), QList<int>({0, 0, 0, 0}));
}

/// A connection outlives the rule that let it through, and its bytes are still somebody's.
void TestRuleCounters::countsForRulesThatAreGoneWhereNobodyLooks()
{
    RuleCounters counters;
    Profile profile = abc();
    counters.setProfile(profile);
    counters.setTelling(true);
    const RuleCounterPointer held = counters.of(1);
    profile.rules.removeAt(1);
    counters.setProfile(profile);
    (void)counters.take();
    counters.countHit(held);
    counters.addBytes(held, 5, 6);
    QVERIFY(counters.take().uses.isEmpty());
    QCOMPARE(held->use.bytesUp, std::uint64_t(5));
}

void TestRuleCounters::tellsEachChangeOnce()
{
    RuleCounters counters;
    counters.setProfile(abc());
    counters.setTelling(true);
    const RuleUses first = counters.take();
    QVERIFY(first.whole);
    QVERIFY(first.uses.isEmpty());
    QCOMPARE(first.rules, abc().rules);
    counters.countHit(counters.of(2));
    counters.addBytes(counters.of(2), 10, 20);
    counters.addBytes(counters.of(2), 1, 2);
    const RuleUses second = counters.take();
    QVERIFY(!second.whole);
    QCOMPARE(second.uses.size(), 1);
    const RuleUse &use = second.uses.front();
    QCOMPARE(use.rule, 2);
    QCOMPARE(use.hits, std::uint64_t(1));
    QCOMPARE(use.bytesUp, std::uint64_t(11));
    QCOMPARE(use.bytesDown, std::uint64_t(22));
    QVERIFY(use.lastHitAt > 0);
    QVERIFY(counters.take().uses.isEmpty());
}

void TestRuleCounters::tellsNothingWhileNobodyLooks()
{
    RuleCounters counters;
    counters.setProfile(abc());
    counters.countHit(counters.of(0));
    QVERIFY(!counters.take().whole && counters.take().uses.isEmpty() && counters.take().rules.isEmpty());
    counters.setTelling(true);
    const RuleUses uses = counters.take();
    QVERIFY(uses.whole);
    QCOMPARE(uses.uses.size(), 1);
}

void TestRuleCounters::keepsAsManyAsThereAreRules()
{
    RuleCounters counters;
    Profile profile = abc();
    counters.setProfile(profile);
    counters.setTelling(true);
    std::weak_ptr<RuleCounter> old = counters.of(0);
    for (int i = 0; i < 1'000; ++i) {
        for (int hit = 0; hit < 3; ++hit)
            counters.countHit(counters.of(hit));
        profile.rules[0].name = QString::number(i);
        counters.setProfile(profile);
    }
    QVERIFY(old.expired());
    for (int rule = 0; rule < 3; ++rule)
        counters.countHit(counters.of(rule));
    QCOMPARE(counters.take().uses.size(), 3);
}

QTEST_GUILESS_MAIN(TestRuleCounters)
#include "tst_rulecounters.moc"
