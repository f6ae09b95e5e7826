// SPDX-License-Identifier: MIT
#include "ui/ppxentries.h"

#include "engine/rule_entries.h"

#include <QHostAddress>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;
using engine::Address;

namespace ui
{

namespace
{

constexpr qsizetype kMaximumHost = 255; // RFC 1035 section 2.3.4, and what a profile takes
constexpr qsizetype kMaximumPath = 4'096;
constexpr int kBitsPerLabel = 8;
constexpr qsizetype kLabelsOfV4 = 4;

constexpr auto kComputerName = "%ComputerName%"_L1;
constexpr auto kProgramSuffix = ".exe"_L1;

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

/// What a profile does not take in any text, and the byte order mark, which reading it drops from the
/// beginning of a text.
bool isUnfit(QChar c)
{
    const QChar::Category category = c.category();
    return category == QChar::Other_Control || category == QChar::Separator_Line ||
           category == QChar::Separator_Paragraph || c == QChar::ByteOrderMark;
}

/// "%ComputerName%", "%ProgramFiles%\\x.exe"; the zone of "fe80::1%eth0" is none.
bool hasMacro(const QString &text)
{
    return text.count(u'%') >= 2;
}

bool hasWildcard(QStringView text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c == u'*' || c == u'?'; });
}

PpxConverted unusable(PpxFinding finding)
{
    return {{}, finding};
}

/// "192.168.1.*": numbers and wildcards, which to Proxifier is text.
bool isAddressPattern(QStringView text)
{
    return hasWildcard(text) && std::any_of(text.begin(), text.end(), isDigit) &&
           std::all_of(text.begin(), text.end(),
                       [](QChar c) { return isDigit(c) || c == u'.' || c == u'*' || c == u'?'; });
}

/// Whole numbers and then only "*", as many as there may be: a block.
PpxConverted convertAddressPattern(QStringView text)
{
    const QList<QStringView> labels = text.split(u'.');
    qsizetype numbers = 0;
    while (numbers < labels.size() && !hasWildcard(labels.at(numbers)))
        ++numbers;
    const bool onlyStars =
        std::all_of(labels.begin() + numbers, labels.end(), [](QStringView label) { return label == u"*"; });
    if (numbers == 0 || labels.size() > kLabelsOfV4 || !onlyStars)
        return unusable(PpxFinding::WildcardUnusable);
    QStringList address;
    for (qsizetype at = 0; at < kLabelsOfV4; ++at)
        address << (at < numbers ? labels.at(at).toString() : u"0"_s);
    const QString block = u"%1/%2"_s.arg(address.join(u'.')).arg(numbers * kBitsPerLabel);
    if (!engine::AddressRange::fromString(block))
        return unusable(PpxFinding::TargetWrong);
    return {{block}, PpxFinding::AddressBlock};
}

/// "10.0.0.0/8", and forms that a profile does not take: "10.1.2.3/8", "10.0.0.0/255.0.0.0".
PpxConverted convertBlock(const QString &text)
{
    if (engine::AddressRange::fromString(text))
        return {{text}, std::nullopt};
    const auto [address, prefix] = QHostAddress::parseSubnet(text);
    const QString block = u"%1/%2"_s.arg(address.toString()).arg(prefix);
    if (prefix < 0 || !engine::AddressRange::fromString(block))
        return unusable(PpxFinding::TargetWrong);
    return {{block}, PpxFinding::AddressBlock};
}

/// "10.0.0.1-10.0.0.9"; nothing for a name with a dash.
std::optional<PpxConverted> convertRange(const QString &text)
{
    const qsizetype dash = text.indexOf(u'-');
    const auto first = dash < 0 ? std::nullopt : Address::fromLiteral(text.left(dash));
    if (!first)
        return std::nullopt;
    const auto last = Address::fromLiteral(text.mid(dash + 1));
    if (!last || last->family() != first->family() || *last < *first)
        return unusable(PpxFinding::TargetWrong);
    return PpxConverted{{u"%1-%2"_s.arg(first->toString(), last->toString())}, std::nullopt};
}

/// To Proxifier "*" is any text, here it is whole labels at an end: "*google.com" becomes "google.com" and
/// "*.google.com", which is less. Never more: a rule must not take in what nobody meant.
PpxConverted convertWildcards(const QString &text)
{
    QString core = text;
    QStringList starts{QString()};
    QStringList ends{QString()};
    bool narrowed = false;
    if (core.startsWith("*."_L1)) {
        core.remove(0, 2);
        starts = {u"*."_s};
    } else if (core.startsWith(u'*')) {
        core.remove(0, 1);
        starts << u"*."_s;
        narrowed = true;
    }
    if (core.endsWith(".*"_L1)) {
        core.chop(2);
        ends = {u".*"_s};
    } else if (core.endsWith(u'*')) {
        core.chop(1);
        ends << u".*"_s;
        narrowed = true;
    }
    if (core.isEmpty() || hasWildcard(core) || core.startsWith(u'.') || core.endsWith(u'.'))
        return unusable(PpxFinding::WildcardUnusable);
    PpxConverted converted;
    if (narrowed)
        converted.finding = PpxFinding::WildcardNarrowed;
    for (const QString &start : std::as_const(starts)) {
        for (const QString &end : std::as_const(ends))
            converted.texts << start + core + end;
    }
    return converted;
}

bool isNameCharacter(QChar c)
{
    return c.isLetterOrNumber() || c.isMark() || c.isSurrogate() || c == u'-' || c == u'_' || c == u'.' ||
           c == u'*' || c == u'?';
}

PpxConverted convertName(const QString &text)
{
    if (text.startsWith(u'.') || text.toUtf8().size() > kMaximumHost - 4 || // ".*" and "*." may be added
        !std::all_of(text.begin(), text.end(), isNameCharacter))
        return unusable(PpxFinding::TargetWrong);
    PpxConverted converted = hasWildcard(text) ? convertWildcards(text) : PpxConverted{{text}, std::nullopt};
    const bool isFaulty =
        std::any_of(converted.texts.begin(), converted.texts.end(),
                    [](const QString &host) { return !engine::faultOfHostEntry(host).isEmpty(); });
    return isFaulty ? unusable(PpxFinding::TargetWrong) : converted;
}

bool isForeignPath(const QString &text)
{
    return text.contains(u'\\') || (text.size() > 1 && text.at(0).isLetter() && text.at(1) == u':');
}

std::optional<std::uint16_t> portNumber(QStringView text)
{
    text = text.trimmed();
    if (text.isEmpty() || !std::all_of(text.begin(), text.end(), isDigit))
        return std::nullopt;
    bool isNumber = false;
    const uint number = text.toUInt(&isNumber);
    const bool isPort = isNumber && number <= std::numeric_limits<std::uint16_t>::max();
    return isPort ? std::optional(static_cast<std::uint16_t>(number)) : std::nullopt;
}

bool isBlank(QChar c)
{
    return c.isSpace() || c == u',';
}

/// The words between blanks, with a dash that stands alone drawn to its neighbours.
void appendWords(QStringView piece, QStringList &words)
{
    bool joins = false;
    for (qsizetype at = 0; at < piece.size();) {
        if (isBlank(piece.at(at))) {
            ++at;
            continue;
        }
        const auto end = std::find_if(piece.begin() + at, piece.end(), isBlank) - piece.begin();
        const QStringView word = piece.mid(at, end - at);
        at = end;
        const bool joinsNext = word.endsWith(u'-');
        if (!words.isEmpty() && (joins || word == u"-" || (word.startsWith(u'-') && word.size() > 1)))
            words.back() += word;
        else
            words << word.toString();
        joins = joinsNext;
    }
}

} // namespace

QList<PpxEntry> splitPpxList(QStringView list)
{
    QList<PpxEntry> entries;
    PpxEntry entry;
    bool inQuotes = false;
    const auto finish = [&entries, &entry, &inQuotes] {
        entry.text = entry.text.simplified();
        if (!entry.text.isEmpty())
            entries << entry;
        entry = {};
        inQuotes = false;
    };
    for (const QChar c : list) {
        if (c == u'"') {
            inQuotes = !inQuotes;
            entry.quoted = true;
        } else if (!inQuotes && (c == u';' || c == u'\n' || c == u'\r')) {
            finish();
        } else {
            entry.text += c;
        }
    }
    finish();
    return entries;
}

QStringList splitPpxWords(QStringView list)
{
    QStringList words;
    for (const PpxEntry &entry : splitPpxList(list)) {
        QStringList some; // a dash does not reach over a ";"
        appendWords(entry.text, some);
        words << some;
    }
    return words;
}

PpxConverted convertPpxTarget(const QString &target, const PpxContext &context)
{
    if (target.compare(kComputerName, Qt::CaseInsensitive) == 0) {
        PpxConverted name = convertName(context.computerName);
        if (context.computerName.isEmpty() || name.texts.isEmpty() || hasWildcard(context.computerName))
            return unusable(PpxFinding::MacroUnknown);
        return {name.texts, PpxFinding::ComputerName};
    }
    if (hasMacro(target))
        return unusable(PpxFinding::MacroUnknown);
    if (target == u"*")
        return {{target}, std::nullopt};
    if (target == u"*.*.*.*")
        return {{u"0.0.0.0/0"_s}, PpxFinding::AddressBlock};
    if (isAddressPattern(target))
        return convertAddressPattern(target);
    if (target.contains(u'/'))
        return convertBlock(target);
    if (const auto address = Address::fromLiteral(target))
        return {{address->toString()}, std::nullopt};
    if (const auto range = convertRange(target))
        return *range;
    return convertName(target);
}

PpxConverted convertPpxApplication(const PpxEntry &entry, const PpxContext &context)
{
    const QString &text = entry.text;
    if (hasMacro(text))
        return unusable(PpxFinding::MacroUnknown);
    if (text.isEmpty() || text.toUtf8().size() > kMaximumPath ||
        std::any_of(text.begin(), text.end(), isUnfit) || !engine::faultOfApplicationEntry(text).isEmpty())
        return unusable(PpxFinding::ApplicationWrong);
    if (!context.onWindows && isForeignPath(text))
        return {{text}, PpxFinding::ForeignPath};
    if (!context.onWindows && text.endsWith(kProgramSuffix, Qt::CaseInsensitive)) {
        const QString name = text.chopped(kProgramSuffix.size());
        if (name.isEmpty() || !engine::faultOfApplicationEntry(name).isEmpty())
            return unusable(PpxFinding::ApplicationWrong);
        return {{name}, PpxFinding::ProgramSuffix};
    }
    const bool hasBlank = !entry.quoted && text.contains(u' ');
    return {{text}, hasBlank ? std::optional(PpxFinding::UnquotedSpaces) : std::nullopt};
}

std::optional<engine::PortRange> readPpxPorts(QStringView text)
{
    const qsizetype dash = text.indexOf(u'-');
    const auto first = portNumber(dash < 0 ? text : text.left(dash));
    const auto last = dash < 0 ? first : portNumber(text.mid(dash + 1));
    if (!first || !last || *first > *last)
        return std::nullopt;
    return engine::PortRange{*first, *last};
}

bool isPpxHostName(const QString &text)
{
    return !text.isEmpty() && !text.startsWith(u'.') && !hasWildcard(text) &&
           text.toUtf8().size() <= kMaximumHost && std::all_of(text.begin(), text.end(), isNameCharacter);
}

QString fittedPpxText(const QString &text, qsizetype maximum)
{
    // Each unit is at least one byte of UTF-8, so that little is left to measure.
    QString fitted = text.left(2 * maximum).simplified();
    fitted.removeIf(isUnfit);
    fitted.truncate(maximum);
    while (fitted.toUtf8().size() > maximum)
        fitted.chop(1);
    if (!fitted.isEmpty() && fitted.back().isHighSurrogate())
        fitted.chop(1);
    return fitted.trimmed();
}

} // namespace ui
