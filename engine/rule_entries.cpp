// SPDX-License-Identifier: MIT
#include "engine/rule_entries.h"

#include "engine/endpoint.h"
#include "engine/json_reader.h"
#include "engine/rules/block_index.h"
#include "engine/rules/host_index.h"
#include "engine/rules/program_naming.h"
#include "engine/rules/text_patterns.h"

#include <QCoreApplication>
#include <QStringView>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace engine
{

namespace
{

template <typename Test> bool consistsOf(QStringView text, Test test)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), test);
}

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

/// "192.168.*": a "*" stands for labels of names, and what is asked for by an address has none.
bool isAddressWithWildcard(QStringView host)
{
    return host.contains(u'*') && std::any_of(host.begin(), host.end(), isDigit) &&
           consistsOf(host, [](QChar c) { return isDigit(c) || c == u'.' || c == u'*'; });
}

/// "*" stands for whole labels at the beginning or the end of a name, as in "*.lan" and "mail.*".
QStringView withoutUsableWildcards(QStringView host)
{
    if (host.startsWith(u"*."))
        host = host.sliced(2);
    if (host.endsWith(u".*"))
        host.chop(2);
    return host;
}

/// "10.0.0.256": meant for an address, since the last label of a name is no number (RFC 3696 section 2).
bool isDotted(QStringView name)
{
    return name.contains(u'.') && consistsOf(name, [](QChar c) { return isDigit(c) || c == u'.'; });
}

/// A range whose ends are no addresses, one after the other; any other dash is part of a name.
bool isWrongRange(QStringView host)
{
    const qsizetype dash = host.indexOf(u'-');
    if (dash < 0)
        return false;
    const QStringView first = host.first(dash);
    return Address::fromLiteral(first).has_value() || (isDotted(first) && isDotted(host.sliced(dash + 1)));
}

/// "fe80::1%eth9": an address, also while there is no such interface.
bool isAddressInZone(QStringView host)
{
    const qsizetype zone = host.indexOf(u'%');
    return zone > 0 && host.first(zone).contains(u':') && Address::fromLiteral(host.first(zone));
}

bool hasPort(QStringView host)
{
    return host.count(u':') == 1 || host.contains(u"]:");
}

bool hasEmptyLabel(QStringView name)
{
    return name.isEmpty() || name.startsWith(u'.') || name.endsWith(u'.') || name.contains(u"..");
}

constexpr const char *kSeveralEntries =
    QT_TRANSLATE_NOOP("engine::Message", "%1 is more than one entry: each stands by itself");

bool isList(QStringView text)
{
    return text.contains(u',') || text.contains(u';');
}

bool isSeparator(QChar c)
{
    return c == u'/' || c == u'\\';
}

bool hasDirectories(QStringView path)
{
    return std::any_of(path.begin(), path.end(), isSeparator);
}

/// "C:\", "C:/".
constexpr qsizetype kDriveLength = 3;

bool hasDrive(QStringView path)
{
    return path.size() >= kDriveLength && path.at(0).isLetter() && path.at(1) == u':' &&
           isSeparator(path.at(2));
}

/// "/usr/bin/curl", "C:\Tools\curl.exe", "\\server\share\curl.exe"; or a wildcard that stands for as much.
bool isWholePath(QStringView path)
{
    const auto first = std::find_if(path.begin(), path.end(), isSeparator) - path.begin();
    return hasDrive(path) || rules::hasWildcards(path.first(first)) || path.startsWith(u'/') ||
           path.startsWith(u"\\\\");
}

/// Names of programs hold no commas, and directories may.
bool isListOfPrograms(const QString &entry)
{
    if (!isList(entry))
        return false;
    const QStringList parts = QString(entry).replace(u';', u',').split(u',');
    const auto isPath = [](const QString &part) {
        return hasDirectories(part) && isWholePath(QStringView(part).trimmed());
    };
    return !isPath(parts.first()) || std::any_of(parts.begin() + 1, parts.end(), isPath);
}

bool hasBlankEnd(const QString &entry)
{
    return !entry.isEmpty() && (entry.front().isSpace() || entry.back().isSpace());
}

bool endsLikeADirectory(QStringView path)
{
    return path.endsWith(u'/') || (path.endsWith(u'\\') && !path.startsWith(u'/'));
}

/// A path with "/" between its parts, as a system tells it of a program.
QString withoutDotsAndGaps(const QString &path, qsizetype rootLength)
{
    QStringList parts;
    for (const QString &part : path.sliced(rootLength).split(u'/', Qt::SkipEmptyParts)) {
        if (part != ".."_L1 && part != "."_L1)
            parts << part;
        else if (part == ".."_L1 && !parts.isEmpty())
            parts.removeLast();
    }
    return path.first(rootLength) + parts.join(u'/');
}

/// Of a path with "/" between its parts.
bool isOfDirectory(const QString &path)
{
    return path.endsWith(u'/') || path.endsWith("/."_L1) || path.endsWith("/.."_L1);
}

/// Without a drive, a backslash is a letter like others.
QString withSlashes(const QString &path)
{
    return hasDrive(path) ? QString(path).replace(u'\\', u'/') : path;
}

/// What to write for it: of a directory, all programs below it.
QString suggestionFor(const QString &entry)
{
    const bool isOfDrive = hasDrive(entry);
    if (!isOfDrive && !entry.startsWith(u'/'))
        return endsLikeADirectory(entry) ? entry + u'*' : entry;
    const QString path = withSlashes(entry);
    const qsizetype rootLength = isOfDrive ? kDriveLength : 1;
    QString known = withoutDotsAndGaps(path, rootLength);
    if (known.size() == rootLength)
        known += u'*';
    else if (isOfDirectory(path))
        known += "/*"_L1;
    if (isOfDrive)
        known.replace(u'/', entry.at(kDriveLength - 1));
    return known;
}

/// Of paths from a root or a drive: of others, a wildcard or a network may stand for anything.
Message faultOfParts(const QString &entry)
{
    const QString known = suggestionFor(entry);
    if (withSlashes(known) == withSlashes(entry))
        return {};
    if (entry.startsWith("//"_L1))
        return Message(QT_TRANSLATE_NOOP("engine::Message", "%1 begins with two separators: write %2, or %3 "
                                                            "for a program in a network"),
                       json::quoted(entry), json::quoted(known),
                       json::quoted(suggestionFor(QString(entry).replace(u'/', u'\\'))));
    return Message(
        QT_TRANSLATE_NOOP("engine::Message",
                          "%1 is no path that a program is known by, for it holds \".\", \"..\" or "
                          "two separators in a row: write %2"),
        json::quoted(entry), json::quoted(known));
}

/// Of what is no address, and has neither a "/" nor wildcards but those that may be.
const char *faultOfName(QStringView name)
{
    if (hasPort(name))
        return QT_TRANSLATE_NOOP("engine::Message",
                                 "%1 is not a host: what follows the \":\" belongs into \"ports\"");
    if (name.contains(u':') || isDotted(name))
        return QT_TRANSLATE_NOOP("engine::Message", "%1 is neither a name nor an address");
    if (hasEmptyLabel(name))
        return QT_TRANSLATE_NOOP("engine::Message",
                                 "%1 is not a host: something is missing before or after a dot; \"*.lan\" "
                                 "stands for all names that end in \".lan\"");
    return nullptr;
}

/// Of what is no block and does not stand for everything.
const char *faultOfHost(const QString &entry)
{
    if (isList(entry))
        return kSeveralEntries;
    if (entry.contains("://"_L1))
        return QT_TRANSLATE_NOOP("engine::Message", "%1 is a URL: only the host in it belongs here");
    if (entry.contains(u'/'))
        return QT_TRANSLATE_NOOP("engine::Message", "%1 is not an address block such as \"10.0.0.0/8\"");
    if (std::any_of(entry.begin(), entry.end(), [](QChar c) { return c.isSpace(); }))
        return QT_TRANSLATE_NOOP("engine::Message", "%1 is not a host: it holds a space");
    if (entry.contains(u'?'))
        return QT_TRANSLATE_NOOP("engine::Message",
                                 "%1 is not a host: \"?\" is no wildcard in names of hosts");
    if (isAddressWithWildcard(entry))
        return QT_TRANSLATE_NOOP(
            "engine::Message",
            "%1: \"*\" stands for parts of names, not of addresses: write a block such as \"10.0.0.0/8\"");
    const QStringView rooted = entry.endsWith(u'.') ? QStringView(entry).chopped(1) : QStringView(entry);
    const QStringView name = withoutUsableWildcards(rooted);
    if (name.contains(u'*') || (name.isEmpty() && rooted.contains(u'*')))
        return QT_TRANSLATE_NOOP(
            "engine::Message",
            "%1: \"*\" stands for whole labels at one end of a name, as in \"*.lan\" or \"mail.*\"");
    if (isWrongRange(name))
        return QT_TRANSLATE_NOOP("engine::Message",
                                 "%1 is not a range of addresses such as \"10.0.0.1-10.0.0.9\"");
    if (isAddressInZone(name) || rules::AddressBlock::fromText(name))
        return nullptr;
    return faultOfName(name);
}

/// "10.0.0.1/8", where either the address or the block could be meant. Empty for anything else.
Message faultOfBits(const QString &entry)
{
    const std::optional<AddressRange> block = AddressRange::around(entry);
    if (!block || AddressRange::fromString(entry))
        return {};
    return Message(
        QT_TRANSLATE_NOOP("engine::Message", "%1 has bits set behind its prefix: write %2 for the block"),
        json::quoted(entry), json::quoted(block->toString()));
}

Message aboutEntry(const char *fault, const QString &entry)
{
    return fault ? Message(fault, json::quoted(entry)) : Message();
}

} // namespace

Message faultOfHostEntry(const QString &entry)
{
    if (entry == "*"_L1 || rules::AddressBlock::fromText(entry))
        return {};
    const Message fault = faultOfBits(entry);
    return fault.isEmpty() ? aboutEntry(faultOfHost(entry), entry) : fault;
}

Message faultOfClientEntry(const QString &entry)
{
    if (AddressRange::fromString(entry))
        return {};
    const Message fault = faultOfBits(entry);
    return fault.isEmpty()
               ? Message(QT_TRANSLATE_NOOP("engine::Message",
                                           "%1 is not an address or an address block such as \"10.0.0.0/8\""),
                         json::quoted(entry))
               : fault;
}

Message faultOfApplicationEntry(const QString &entry)
{
    if (entry.startsWith(u'"') || entry.endsWith(u'"'))
        return aboutEntry(QT_TRANSLATE_NOOP("engine::Message", "%1 stands without quotes here"), entry);
    if (isListOfPrograms(entry))
        return aboutEntry(kSeveralEntries, entry);
    if (hasBlankEnd(entry))
        return aboutEntry(
            QT_TRANSLATE_NOOP("engine::Message", "%1 begins or ends with a space: leave that out"), entry);
    if (hasDirectories(entry) && !isWholePath(entry))
        return aboutEntry(QT_TRANSLATE_NOOP("engine::Message",
                                            "%1 is neither the name of a program nor its whole path, such as "
                                            "\"/usr/bin/curl\" or \"C:\\Tools\\curl.exe\""),
                          entry);
    if (endsLikeADirectory(entry) && !entry.startsWith("//"_L1))
        return Message(QT_TRANSLATE_NOOP("engine::Message",
                                         "%1 ends like a directory: write %2 for all programs below it"),
                       json::quoted(entry), json::quoted(suggestionFor(entry)));
    return faultOfParts(entry);
}

bool isOneHost(const QString &text)
{
    using Kind = rules::HostPattern::Kind;
    if (text.isEmpty() || !faultOfHostEntry(text).isEmpty())
        return false;
    switch (rules::HostPattern::fromText(text).kind) {
    case Kind::Name:
        return true;
    case Kind::Addresses:
        return Address::fromLiteral(text.endsWith(u'.') ? text.chopped(1) : text).has_value();
    case Kind::Everything:
    case Kind::Under:
    case Kind::StartingAt:
    case Kind::Around:
        return false;
    }
    Q_UNREACHABLE();
    return false;
}

bool isSameProgramName(const QString &a, const QString &b)
{
    return rules::canonicalProgramText(a, rules::kSystemNaming) ==
           rules::canonicalProgramText(b, rules::kSystemNaming);
}

bool isOneProgram(const QString &text)
{
    return !text.isEmpty() && !rules::hasWildcards(text) && faultOfApplicationEntry(text).isEmpty();
}

} // namespace engine
