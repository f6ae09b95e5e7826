// SPDX-License-Identifier: MIT

// Random rules and queries, decided by the compiled rules and by a matcher that follows the documented
// meaning entry by entry.

#include "engine/rules/trace.h"

#include <QHash>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using namespace engine;

namespace
{

constexpr int kProfiles = 500;
constexpr int kQueriesPerProfile = 200;

// Few words, so that much of what is drawn matches.
const QStringList kLabels{u"a"_s, u"b"_s, u"mail"_s, u"Lan"_s, u"org"_s};
const QStringList kNames{u"curl"_s, u"curl2"_s, u"firefox"_s, u"run.py"_s, u"sh"_s};
const QStringList kFolders{u"/usr/bin/"_s, u"/opt/a/"_s, u"/opt/b/"_s, u"/home/me/bin/"_s};
const QStringList kUsers{u"alice"_s, u"bob"_s, u"carol"_s};
constexpr std::array<std::uint16_t, 6> kPorts{0, 79, 80, 443, 8080, 65535};

class Dice
{
public:
    bool chance(int percent) { return m_random.bounded(100) < percent; }
    int below(int end) { return m_random.bounded(end); }
    template <typename List> auto pick(const List &list)
    {
        return list[static_cast<typename List::size_type>(below(static_cast<int>(list.size())))];
    }

    QString labels(int least, int most)
    {
        QStringList list;
        for (int i = least + below(most - least + 1); i > 0; --i)
            list.append(pick(kLabels));
        return list.join(u'.');
    }

    Address address()
    {
        if (chance(70))
            return Address::fromV4(0x0a00'0000U + static_cast<std::uint32_t>(below(512)));
        std::array<std::uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8};
        bytes[7] = static_cast<std::uint8_t>(below(2));
        bytes[15] = static_cast<std::uint8_t>(below(256));
        return Address::fromV6Bytes(bytes);
    }

    AddressRange block()
    {
        const Address inside = address();
        const int bits = inside.isV4() ? 32 : 128;
        const int length = bits - below(chance(80) ? 10 : bits + 1);
        QHostAddress network = inside.toHostAddress();
        // Qt's own arithmetic makes the network.
        const auto masked =
            QHostAddress::parseSubnet(network.toString() + u'/' + QString::number(length)).first;
        return {Address::fromHostAddress(masked), static_cast<std::uint8_t>(length)};
    }

    QString addressEntry()
    {
        switch (below(3)) {
        case 0:
            return address().toString();
        case 1:
            return block().toString();
        default: {
            const Address one = address();
            Address other = address();
            while (other.family() != one.family())
                other = address();
            return std::min(one, other).toString() + u'-' + std::max(one, other).toString();
        }
        }
    }

    QString hostEntry()
    {
        switch (below(7)) {
        case 0:
            return chance(20) ? u"*"_s : labels(1, 3);
        case 1:
            return labels(1, 3) + (chance(20) ? u"."_s : QString());
        case 2:
            return u"*."_s + labels(1, 2);
        case 3:
            return labels(1, 2) + u".*"_s;
        case 4:
            return u"*."_s + labels(1, 2) + u".*"_s;
        default:
            return addressEntry();
        }
    }

    QString programEntry()
    {
        QString text = chance(50) ? pick(kNames) : pick(kFolders) + pick(kNames);
        for (int i = below(3); i > 0; --i) {
            const int at = below(static_cast<int>(text.size()));
            text.replace(at, chance(50) ? 1 : std::min<int>(3, static_cast<int>(text.size()) - at),
                         chance(50) ? u"*"_s : u"?"_s);
        }
        return text;
    }

    Program program()
    {
        Program result{1, pick(kNames), pick(kFolders) + pick(kNames), {}};
        if (chance(20))
            result.path.clear();
        if (chance(40))
            result.script = pick(kFolders) + pick(kNames);
        return result;
    }

private:
    QRandomGenerator m_random{1928};
};

template <typename T, typename Draw> QList<T> drawList(Dice &dice, int percent, Draw draw)
{
    QList<T> list;
    if (dice.chance(percent)) {
        for (int i = 1 + dice.below(3); i > 0; --i)
            list.append(draw());
    }
    return list;
}

RuleProfile drawRule(Dice &dice)
{
    RuleProfile rule;
    rule.enabled = dice.chance(85);
    rule.applications = drawList<QString>(dice, 40, [&] { return dice.programEntry(); });
    rule.tree = dice.chance(30);
    rule.users = drawList<QString>(dice, 20, [&] { return dice.pick(kUsers); });
    rule.clients = drawList<AddressRange>(dice, 20, [&] { return dice.block(); });
    rule.hosts = drawList<QString>(dice, 60, [&] { return dice.hostEntry(); });
    rule.ports = drawList<PortRange>(dice, 30, [&] {
        const std::uint16_t one = dice.pick(kPorts);
        const std::uint16_t other = dice.chance(50) ? one : dice.pick(kPorts);
        return PortRange{std::min(one, other), std::max(one, other)};
    });
    rule.transports =
        dice.chance(20) ? Transports(dice.chance(50) ? Transport::Tcp : Transport::Udp) : Transports();
    rule.action = dice.chance(50) ? Action::block() : Action::byWayOf(u"office"_s);
    return rule;
}

Profile drawProfile(Dice &dice)
{
    Profile profile;
    // Past one word of the sets now and then.
    for (int i = dice.chance(8) ? 130 : dice.below(20); i > 0; --i)
        profile.rules.append(drawRule(dice));
    profile.defaultAction = dice.chance(50) ? Action::direct() : Action::block();
    if (dice.chance(50))
        profile.unidentifiedApplications = Action::byWayOf(u"unidentified"_s);
    profile.resolveForRules = dice.chance(50);
    profile.mode = dice.chance(95)   ? RoutingMode::Rules
                   : dice.chance(50) ? RoutingMode::Direct
                                     : RoutingMode::Everything;
    return profile;
}

Destination drawDestination(Dice &dice)
{
    const std::uint16_t port = dice.pick(kPorts);
    if (dice.chance(40))
        return {dice.address(), {}, port};
    QString name = dice.chance(20) ? dice.address().toString() : dice.labels(1, 5);
    if (dice.chance(20))
        name = name.toUpper();
    if (dice.chance(15))
        name += u'.';
    if (dice.chance(5))
        name.prepend(u'.');
    return {{}, name.toUtf8(), port};
}

RuleQuery drawQuery(Dice &dice, const Application &application)
{
    RuleQuery query;
    query.transport = dice.chance(50) ? Transport::Tcp : Transport::Udp;
    query.destination = drawDestination(dice);
    if (query.destination.isName() && dice.chance(40))
        query.resolved = dice.address();
    query.client = dice.address();
    if (dice.chance(50))
        query.user = dice.pick(kUsers);
    query.isLocal = dice.chance(80);
    query.application = dice.chance(70) ? &application : nullptr;
    return query;
}

// The reference: slow and plain.

QString plainName(QString name)
{
    if (name.endsWith(u'.'))
        name.chop(1);
    return name.toLower();
}

bool inRange(const QString &entry, const Address &address)
{
    const auto first = Address::fromLiteral(entry.section(u'-', 0, 0));
    const auto last = Address::fromLiteral(entry.section(u'-', 1));
    return first && last && first->family() == address.family() && *first <= address && address <= *last;
}

bool addressMatches(const QString &entry, const Address &address)
{
    const auto block = AddressRange::fromString(entry);
    return block ? block->contains(address) : inRange(entry, address);
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
    const std::optional<Address> literal = Address::fromLiteral(name);
    if (!query.destination.isName())
        return addressMatches(entry, query.destination.address);
    if (literal)
        return addressMatches(entry, *literal);
    return nameMatches(entry, name) || (query.resolved && addressMatches(entry, *query.resolved));
}

bool programMatches(const QString &entry, const Program &program)
{
    const QString pattern =
        QRegularExpression::escape(entry).replace(u"\\*"_s, u".*"_s).replace(u"\\?"_s, u"."_s);
    const QStringList texts = entry.contains(u'/')
                                  ? QStringList{program.path, program.script}
                                  : QStringList{program.name, program.script.section(u'/', -1)};
    return std::any_of(texts.begin(), texts.end(), [&pattern](const QString &text) {
        return !text.isEmpty() && expressionMatches(pattern, text);
    });
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
           isEmptyOrAny(rule.clients,
                        [&](const AddressRange &range) { return range.contains(query.client); }) &&
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

bool isAddressEntry(const QString &entry)
{
    return AddressRange::fromString(entry) || Address::fromLiteral(entry.section(u'-', 0, 0));
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
        if (std::any_of(rule.hosts.begin(), rule.hosts.end(), isAddressEntry) &&
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

QTEST_GUILESS_MAIN(TestRuleSetProperty)
#include "tst_ruleset_property.moc"
