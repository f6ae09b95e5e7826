// SPDX-License-Identifier: MIT
#pragma once

#include "engine/rules/program_naming.h"
#include "engine/rules/rule_set.h"

#include <QHostAddress>
#include <QRandomGenerator>

#include <algorithm>
#include <array>

/// Random rules and queries, the same in every run.
namespace test
{

using namespace Qt::StringLiterals;
using namespace engine;
using engine::rules::ProgramNaming;

// Few words, so that much of what is drawn matches.
inline const QStringList kLabels{u"a"_s, u"b"_s, u"mail"_s, u"Lan"_s, u"org"_s};
/// International ones, each in all its spellings: its own, in capitals, decomposed, and in ASCII (RFC 5890).
inline const QList<QStringList> kInternationalLabels{
    {u"bücher"_s, u"BÜCHER"_s, u"bu\u0308cher"_s, u"xn--bcher-kva"_s, u"XN--Bcher-KVA"_s},
    {u"пример"_s, u"Пример"_s, u"xn--e1afmkfd"_s}};
inline const QStringList kNames{u"curl"_s, u"curl2"_s, u"firefox"_s, u"run.py"_s, u"sh"_s};
inline const QStringList kFolders{u"/usr/bin/"_s, u"/opt/a/"_s, u"/opt/b/"_s, u"/home/me/bin/"_s};
inline const QStringList kUsers{u"alice"_s, u"bob"_s, u"carol"_s};
inline const QStringList kWindowsNames{u"curl.exe"_s, u"Curl2"_s, u"firefox.EXE"_s, u"Fire.com"_s,
                                       u"SH.exe"_s};
inline const QStringList kWindowsFolders{u"C:\\Windows\\"_s, u"c:/Tools/"_s, u"D:\\a\\B\\"_s};
inline constexpr std::array<std::uint16_t, 6> kPorts{0, 79, 80, 443, 8080, 65535};

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
            list.append(chance(80) ? pick(kLabels) : pick(pick(kInternationalLabels)));
        return list.join(u'.');
    }

    Address address()
    {
        if (chance(70)) {
            const std::uint32_t number = 0x0a00'0000U + static_cast<std::uint32_t>(below(512));
            if (chance(70))
                return Address::fromV4(number);
            // As a socket for both kinds of addresses tells it.
            return Address::fromV6Bytes(std::array<std::uint8_t, 16>{
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, static_cast<std::uint8_t>(number >> 8U),
                static_cast<std::uint8_t>(number)});
        }
        std::array<std::uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8};
        bytes[7] = static_cast<std::uint8_t>(below(2));
        bytes[15] = static_cast<std::uint8_t>(below(256));
        return Address::fromV6Bytes(bytes);
    }

    /// One of IPv4 also as IPv6 maps it.
    QString written(const Address &address)
    {
        const QString text = address.toString();
        return address.isV4() && chance(30) ? pick(QStringList{u"::ffff:"_s, u"0:0:0:0:0:FFFF:"_s}) + text
                                            : text;
    }

    QString blockEntry()
    {
        const Address inside = address();
        const int bits = inside.isV4() ? 32 : 128;
        const int length = bits - below(chance(80) ? 10 : bits + 1);
        // Qt's own arithmetic makes the network.
        const QString network =
            QHostAddress::parseSubnet(inside.toString() + u'/' + QString::number(length)).first.toString();
        const bool isMapped = inside.isV4() && chance(30);
        return isMapped ? u"::ffff:%1/%2"_s.arg(network).arg(length + 96)
                        : u"%1/%2"_s.arg(network).arg(length);
    }

    QString addressEntry()
    {
        switch (below(3)) {
        case 0: {
            const QString text = written(address());
            return text.contains(u':') && chance(20) ? u'[' + text + u']' : text;
        }
        case 1:
            return blockEntry();
        default: {
            const Address one = address();
            Address other = address();
            while (other.family() != one.family())
                other = address();
            return written(std::min(one, other)) + u'-' + written(std::max(one, other));
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

    QString programEntry(ProgramNaming naming = ProgramNaming::Unix)
    {
        QString text = chance(50) ? programName(naming) : programPath(naming);
        for (int i = below(3); i > 0; --i) {
            const int at = below(static_cast<int>(text.size()));
            text.replace(at, chance(50) ? 1 : std::min<int>(3, static_cast<int>(text.size()) - at),
                         chance(50) ? u"*"_s : u"?"_s);
        }
        return text;
    }

    Program program(ProgramNaming naming = ProgramNaming::Unix)
    {
        Program result{1, programName(naming), programPath(naming), {}};
        if (chance(20))
            result.path.clear();
        if (chance(40))
            result.script =
                pick(naming == ProgramNaming::Windows ? kWindowsFolders : kFolders) + pick(kNames);
        return result;
    }

private:
    QString programName(ProgramNaming naming)
    {
        if (naming == ProgramNaming::Unix)
            return pick(kNames);
        QString name = chance(20) ? pick(kNames) : pick(kWindowsNames);
        if (chance(20))
            name = name.toUpper();
        return chance(20) ? name.section(u'.', 0, 0) : name;
    }

    QString programPath(ProgramNaming naming)
    {
        return pick(naming == ProgramNaming::Windows ? kWindowsFolders : kFolders) + programName(naming);
    }

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

inline RuleProfile drawRule(Dice &dice)
{
    RuleProfile rule;
    rule.enabled = dice.chance(85);
    rule.applications = drawList<QString>(dice, 40, [&] { return dice.programEntry(); });
    rule.tree = dice.chance(30);
    rule.users = drawList<QString>(dice, 20, [&] { return dice.pick(kUsers); });
    // What was written is kept for who reads it on his own; the rule holds what the engine has read.
    const auto clients = drawList<QString>(dice, 20, [&] { return dice.blockEntry(); });
    rule.name = clients.join(u' ');
    for (const QString &client : clients)
        rule.clients.append(AddressRange::fromString(client).value_or(AddressRange()));
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

inline Profile drawProfile(Dice &dice)
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

inline Destination drawDestination(Dice &dice)
{
    const std::uint16_t port = dice.pick(kPorts);
    if (dice.chance(40))
        return {dice.address(), {}, port};
    QString name = dice.chance(20) ? dice.written(dice.address()) : dice.labels(1, 5);
    if (name.contains(u':') && dice.chance(20))
        name = u'[' + name + u']';
    if (dice.chance(20))
        name = name.toUpper();
    if (dice.chance(15))
        name += u'.';
    // An international name with an empty label has no form in ASCII.
    if (dice.chance(5) && name.size() == name.toUtf8().size())
        name.prepend(u'.');
    return {{}, name.toUtf8(), port};
}

inline RuleQuery drawQuery(Dice &dice, const Application &application)
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

} // namespace test
