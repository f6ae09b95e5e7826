// SPDX-License-Identifier: MIT

// Random rules and queries, decided by the compiled rules and by a matcher that follows the documented
// meaning entry by entry.

#include "engine/rules/program_index.h"
#include "engine/rules/trace.h"

#include "tests/support/ruledice.h"

#include <QHash>
#include <QHostAddress>
#include <QRegularExpression>
#include <QTest>
#include <QtEndian>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using namespace engine;
using namespace test;

namespace
{

constexpr int kProfiles = 500;
constexpr int kQueriesPerProfile = 200;

// The reference: slow and plain.

/// In lower case and in ASCII, as the few international labels that are drawn are in RFC 5890.
QString plainName(const QString &name)
{
    static const QHash<QString, QString> ascii{{u"bücher"_s, u"xn--bcher-kva"_s},
                                               {u"пример"_s, u"xn--e1afmkfd"_s}};
    static QHash<QString, QString> known;
    QString &plain = known[name];
    if (!plain.isEmpty())
        return plain;
    QStringList labels = name.normalized(QString::NormalizationForm_C).toLower().split(u'.');
    if (labels.size() > 1 && labels.back().isEmpty())
        labels.removeLast();
    for (QString &label : labels)
        label = ascii.value(label, label);
    return plain = labels.join(u'.');
}

/// An address in the width of IPv6, where those of IPv4 are mapped to (RFC 4291 section 2.5.5.2).
using Number = std::array<std::uint8_t, 16>;

Number numberOf(const QHostAddress &address)
{
    Number number{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (address.protocol() == QAbstractSocket::IPv4Protocol) { // also 0.0.0.0, which Qt does not map
        qToBigEndian(address.toIPv4Address(), number.data() + 12);
        return number;
    }
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::copy(std::begin(bytes.c), std::end(bytes.c), number.begin());
    return number;
}

/// Qt's reading of an address.
std::optional<Number> numberIn(QString text)
{
    static const QRegularExpression quad(u"^\\d+\\.\\d+\\.\\d+\\.\\d+$"_s);
    if (text.startsWith(u'[') && text.endsWith(u']'))
        text = text.sliced(1).chopped(1);
    QHostAddress address;
    const bool isAddress = (text.contains(u':') || quad.match(text).hasMatch()) && address.setAddress(text);
    return isAddress ? std::optional(numberOf(address)) : std::nullopt;
}

struct Numbers {
    Number first{};
    Number last{};
};

std::optional<Numbers> numbersIn(const QString &entry)
{
    const qsizetype slash = entry.indexOf(u'/');
    const qsizetype dash = entry.indexOf(u'-');
    const auto first =
        numberIn(entry.first(std::max(slash, dash) < 0 ? entry.size() : std::max(slash, dash)));
    if (!first)
        return std::nullopt;
    if (dash >= 0) {
        const auto last = numberIn(entry.sliced(dash + 1));
        return last ? std::optional(Numbers{*first, *last}) : std::nullopt;
    }
    Numbers numbers{*first, *first};
    if (slash < 0)
        return numbers;
    const int skipped = entry.contains(u':') ? 0 : 96;
    for (auto bit = static_cast<std::size_t>(entry.sliced(slash + 1).toInt() + skipped); bit < 128; ++bit)
        numbers.last[bit / 8] |= static_cast<std::uint8_t>(0x80U >> (bit % 8));
    return numbers;
}

bool isMapped(const Number &number)
{
    static constexpr std::array<std::uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(kPrefix.begin(), kPrefix.end(), number.begin());
}

bool addressMatches(const QString &entry, const Number &number)
{
    static QHash<QString, std::optional<Numbers>> known;
    const auto found = known.constFind(entry);
    const std::optional<Numbers> numbers =
        found == known.cend() ? *known.insert(entry, numbersIn(entry)) : *found;
    return numbers && isMapped(numbers->first) == isMapped(number) && numbers->first <= number &&
           number <= numbers->last;
}

bool addressMatches(const QString &entry, const Address &address)
{
    return addressMatches(entry, numberOf(address.toHostAddress()));
}

/// Whether a text as a whole matches; expressions are kept, since making them takes longest.
bool expressionMatches(const QString &pattern, const QString &text)
{
    static QHash<QString, QRegularExpression> expressions;
    QRegularExpression &expression = expressions[pattern];
    if (expression.pattern().isEmpty())
        expression.setPattern(QRegularExpression::anchoredPattern(pattern));
    return expression.match(text).hasMatch();
}

/// "*" at an end is one label or more.
bool nameMatches(const QString &entry, const QString &name)
{
    QString pattern = QRegularExpression::escape(plainName(entry));
    if (pattern.startsWith(u"\\*\\."_s))
        pattern.replace(0, 4, u".+\\."_s);
    if (pattern.endsWith(u"\\.\\*"_s))
        pattern.replace(pattern.size() - 4, 4, u"\\..+"_s);
    return expressionMatches(pattern, name);
}

bool hostMatches(const QString &entry, const RuleQuery &query)
{
    if (entry == u"*"_s)
        return true;
    const QString name = plainName(QString::fromUtf8(query.destination.name));
    const std::optional<Number> literal = numberIn(name);
    if (!query.destination.isName())
        return addressMatches(entry, query.destination.address);
    if (literal)
        return addressMatches(entry, *literal);
    return nameMatches(entry, name) || (query.resolved && addressMatches(entry, *query.resolved));
}

QString patternOf(const QString &entry)
{
    return QRegularExpression::escape(entry).replace(u"\\*"_s, u".*"_s).replace(u"\\?"_s, u"."_s);
}

bool programMatches(const QString &entry, const Program &program)
{
    const QString pattern = patternOf(entry);
    const QStringList texts = entry.contains(u'/')
                                  ? QStringList{program.path, program.script}
                                  : QStringList{program.name, program.script.section(u'/', -1)};
    return std::any_of(texts.begin(), texts.end(), [&pattern](const QString &text) {
        return !text.isEmpty() && expressionMatches(pattern, text);
    });
}

/// In one case, with slashes; a program is the same with ".exe" and without, to a pattern and to an entry.
bool programMatchesOfWindows(const QString &entry, const Program &program)
{
    static const QRegularExpression suffix(u"\\.exe$"_s);
    const auto plain = [](const QString &text) {
        return text.toLower().replace(u'\\', u'/');
    };
    const QString written = plain(entry);
    const bool isPath = written.contains(u'/');
    const QString script = isPath ? plain(program.script) : plain(program.script).section(u'/', -1);
    const QString text = plain(isPath ? program.path : program.name).remove(suffix);
    if (!written.contains(u'*') && !written.contains(u'?')) {
        const QString bare = QString(written).remove(suffix);
        return !bare.isEmpty() && (bare == text || bare == script);
    }
    const QString pattern = patternOf(written);
    return (!text.isEmpty() &&
            (expressionMatches(pattern, text) || expressionMatches(pattern, text + u".exe"_s))) ||
           (!script.isEmpty() && expressionMatches(pattern, script));
}

bool applicationMatches(const QString &entry, const RuleProfile &rule, const Application &application)
{
    return programMatches(entry, application.program) ||
           (rule.tree &&
            std::any_of(application.parents.begin(), application.parents.end(),
                        [&entry](const Program &parent) { return programMatches(entry, parent); }));
}

template <typename List, typename Test> bool isEmptyOrAny(const List &list, Test test)
{
    return list.isEmpty() || std::any_of(list.begin(), list.end(), test);
}

bool matchesOtherwise(const RuleProfile &rule, const RuleQuery &query)
{
    const std::uint16_t port = query.destination.port;
    return rule.enabled &&
           isEmptyOrAny(rule.users, [&](const QString &user) { return user == query.user; }) &&
           isEmptyOrAny(rule.name.split(u' ', Qt::SkipEmptyParts),
                        [&](const QString &client) { return addressMatches(client, query.client); }) &&
           isEmptyOrAny(rule.hosts, [&](const QString &entry) { return hostMatches(entry, query); }) &&
           isEmptyOrAny(rule.ports,
                        [&](const PortRange &range) { return range.first <= port && port <= range.last; }) &&
           (rule.transports == Transports() || rule.transports.testFlag(query.transport));
}

bool decidesByReference(const RuleProfile &rule, const RuleQuery &query, bool judgesUnidentified)
{
    if (!matchesOtherwise(rule, query))
        return false;
    if (rule.applications.isEmpty())
        return true;
    if (!query.isLocal || query.application == nullptr)
        return query.isLocal && judgesUnidentified;
    return isEmptyOrAny(rule.applications, [&](const QString &entry) {
        return applicationMatches(entry, rule, *query.application);
    });
}

/// Whether a rule on addresses that could decide comes before the one that does without.
bool needsAddressByReference(const Profile &profile, const RuleQuery &query)
{
    if (!profile.resolveForRules || query.resolved || query.destination.literal())
        return false;
    for (const RuleProfile &rule : profile.rules) {
        if (decidesByReference(rule, query, profile.unidentifiedApplications.has_value()))
            return false;
        RuleProfile anywhere = rule;
        anywhere.hosts.clear();
        if (std::any_of(rule.hosts.begin(), rule.hosts.end(),
                        [](const QString &entry) { return numbersIn(entry).has_value(); }) &&
            decidesByReference(anywhere, query, profile.unidentifiedApplications.has_value()))
            return true;
    }
    return false;
}

Decision decideByReference(const Profile &profile, const RuleQuery &query)
{
    if (profile.mode == RoutingMode::Direct)
        return {Action::direct(), Decision::kModeRule};
    if (profile.mode == RoutingMode::Everything)
        return {profile.defaultAction, Decision::kModeRule};
    const bool needsAddress = needsAddressByReference(profile, query);
    for (int i = 0; i < static_cast<int>(profile.rules.size()); ++i) {
        const RuleProfile &rule = profile.rules[i];
        if (!decidesByReference(rule, query, profile.unidentifiedApplications.has_value()))
            continue;
        if (!rule.applications.isEmpty() && query.application == nullptr)
            return {*profile.unidentifiedApplications, Decision::kUnidentifiedRule, needsAddress};
        return {rule.action, i, needsAddress};
    }
    return {profile.defaultAction, Decision::kDefaultRule, needsAddress};
}

QString described(const Trace &trace, const RuleQuery &query, const Decision &expected)
{
    return u"asked for %1 port %2; expected rule %3, got %4:\n%5"_s.arg(query.destination.host())
        .arg(query.destination.port)
        .arg(expected.rule)
        .arg(trace.decision.rule)
        .arg(traceText(trace));
}

} // namespace

class TestRuleSetProperty : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decidesAsTheReferenceDoes();
    void asksForAddressesThatMatter();
    void comparesProgramsAsTheReferenceDoes_data();
    void comparesProgramsAsTheReferenceDoes();
};

void TestRuleSetProperty::decidesAsTheReferenceDoes()
{
    Dice dice;
    int byRule = 0;
    int unidentified = 0;
    for (int i = 0; i < kProfiles; ++i) {
        const Profile profile = drawProfile(dice);
        const RuleSet rules(profile);
        for (int j = 0; j < kQueriesPerProfile; ++j) {
            const Application application{
                dice.program(), {}, drawList<Program>(dice, 60, [&] { return dice.program(); })};
            const RuleQuery query = drawQuery(dice, application);
            const Decision expected = decideByReference(profile, query);
            const Trace trace = rules.explain(query);
            QVERIFY2(trace.decision == expected, qPrintable(described(trace, query, expected)));
            QVERIFY(rules.decide(query) == expected);
            byRule += expected.rule >= 0 ? 1 : 0;
            unidentified += expected.rule == Decision::kUnidentifiedRule ? 1 : 0;
        }
    }
    // The cases are worth something only if they meet all ends.
    constexpr int kCases = kProfiles * kQueriesPerProfile;
    QVERIFY2(byRule > kCases / 4 && byRule < kCases * 3 / 4, qPrintable(QString::number(byRule)));
    QVERIFY2(unidentified > kCases / 100, qPrintable(QString::number(unidentified)));
}

/// Where a decision does not ask for the name's address, it stands whatever that is; where it does, there
/// are addresses that change it.
void TestRuleSetProperty::asksForAddressesThatMatter()
{
    constexpr int kAddresses = 20;
    Dice dice;
    int needed = 0;
    int notNeeded = 0;
    int changed = 0;
    for (int i = 0; i < kProfiles; ++i) {
        Profile profile = drawProfile(dice);
        profile.resolveForRules = true;
        const RuleSet rules(profile);
        for (int j = 0; j < kQueriesPerProfile / kAddresses; ++j) {
            const Application application{dice.program(), {}, {}};
            RuleQuery query = drawQuery(dice, application);
            query.resolved.reset();
            const Decision byName = rules.decide(query);
            bool isChanged = false;
            for (int k = 0; k < kAddresses; ++k) {
                query.resolved = dice.address();
                const Trace trace = rules.explain(query);
                const Decision &byAddress = trace.decision;
                QVERIFY(!byAddress.needsAddress);
                QVERIFY2(byName.needsAddress || byAddress == byName,
                         qPrintable(described(trace, query, byName)));
                isChanged = isChanged || byAddress.rule != byName.rule;
            }
            (byName.needsAddress ? needed : notNeeded) += query.destination.literal() ? 0 : 1;
            changed += isChanged ? 1 : 0;
        }
    }
    QVERIFY2(needed > 200 && notNeeded > 200, qPrintable(u"%1 and %2"_s.arg(needed).arg(notNeeded)));
    QVERIFY2(changed > needed / 4, qPrintable(QString::number(changed)));
}

void TestRuleSetProperty::comparesProgramsAsTheReferenceDoes_data()
{
    QTest::addColumn<rules::ProgramNaming>("naming");
    QTest::newRow("Unix") << rules::ProgramNaming::Unix;
    QTest::newRow("Windows") << rules::ProgramNaming::Windows;
}

void TestRuleSetProperty::comparesProgramsAsTheReferenceDoes()
{
    QFETCH(const rules::ProgramNaming, naming);
    constexpr int kIndexes = 200;
    constexpr int kPrograms = 50;
    constexpr std::size_t kRules = 10;
    Dice dice;
    int matching = 0;
    for (int i = 0; i < kIndexes; ++i) {
        rules::Entries<rules::ProgramPattern> entries;
        for (std::size_t rule = 0; rule < kRules; ++rule)
            entries.push_back({{dice.programEntry(naming), false}, static_cast<rules::RuleIndex>(rule)});
        const rules::ProgramIndex index(entries, kRules, naming);
        for (int j = 0; j < kPrograms; ++j) {
            const Program program = dice.program(naming);
            rules::RuleBits bits(kRules);
            index.collect({program, {}, {}}, bits);
            for (const auto &entry : entries) {
                const bool expected = naming == rules::ProgramNaming::Windows
                                          ? programMatchesOfWindows(entry.key.text, program)
                                          : programMatches(entry.key.text, program);
                QVERIFY2(bits.contains(entry.rule) == expected,
                         qPrintable(u"%1 and %2, %3, %4; expected %5"_s
                                        .arg(entry.key.text, program.name, program.path, program.script)
                                        .arg(expected)));
                matching += expected ? 1 : 0;
            }
        }
    }
    constexpr int kCases = kIndexes * kPrograms * int{kRules};
    QVERIFY2(matching > kCases / 20 && matching < kCases / 2, qPrintable(QString::number(matching)));
}

QTEST_GUILESS_MAIN(TestRuleSetProperty)
#include "tst_ruleset_property.moc"
