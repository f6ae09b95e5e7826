// SPDX-License-Identifier: MIT
#include "ui/applicationrow.h"

#include "engine/rule_entries.h"

#include "ui/format.h"
#include "ui/programtext.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>
#include <compare>

namespace ui
{

namespace
{

struct ApplicationText {
    Q_DECLARE_TR_FUNCTIONS(ui::ApplicationText)
};

constexpr qsizetype kShownRules = 8;

/// The live connections decide what is in force; of one that has none, the latest did.
QString ruleText(const ApplicationRecord &record)
{
    const auto named = [](const QString &rule) {
        return rule.isEmpty() ? ApplicationText::tr("No rule", "no rule matched") : rule;
    };
    if (record.liveRules.size() > 1)
        return ApplicationText::tr("Several", "rules");
    if (record.liveRules.size() == 1)
        return named(record.liveRules.constBegin().key());
    return record.isDecided ? named(record.rule) : QString();
}

QString rulesInForce(const ApplicationRecord &record)
{
    QStringList rules = record.liveRules.keys();
    std::sort(rules.begin(), rules.end());
    std::replace(rules.begin(), rules.end(), QString(), ApplicationText::tr("No rule", "no rule matched"));
    const qsizetype more = rules.size() - kShownRules;
    if (more > 0)
        rules = rules.first(kShownRules) << ApplicationText::tr("%n more", "rules", static_cast<int>(more));
    return rules.join(QStringLiteral(", "));
}

QString lastSeenText(const ApplicationRecord &record, std::int64_t nowMs)
{
    if (record.live > 0)
        return ApplicationText::tr("Now", "last seen");
    const std::int64_t past = std::max<std::int64_t>(nowMs - record.lastSeenAt, 0);
    if (past < 1'000)
        return ApplicationText::tr("Just now", "last seen");
    // Whole seconds: tenths would only flicker.
    const std::chrono::milliseconds rounded{std::max<std::int64_t>(past / 1'000 * 1'000, 1'000)};
    return ApplicationText::tr("%1 ago", "last seen: a duration").arg(durationText(rounded));
}

bool needsPath(const ApplicationRecord &record)
{
    return record.key.isScript || (record.sharesName && !record.key.path.isEmpty());
}

QString rateCell(double rate)
{
    return rate < 1.0 ? QString() : rateText(rate);
}

int compareBy(const ApplicationRecord &a, const ApplicationRecord &b, ApplicationColumn column)
{
    const auto order = [](const auto &one, const auto &other) {
        return one < other ? -1 : (other < one ? 1 : 0);
    };
    switch (column) {
    case ApplicationColumn::Name:
        break;
    case ApplicationColumn::Live:
        return order(a.live, b.live);
    case ApplicationColumn::DownRate:
        return order(a.downRate, b.downRate);
    case ApplicationColumn::UpRate:
        return order(a.upRate, b.upRate);
    case ApplicationColumn::Down:
        return order(a.bytesDown, b.bytesDown);
    case ApplicationColumn::Up:
        return order(a.bytesUp, b.bytesUp);
    case ApplicationColumn::Rule:
        return ruleText(a).compare(ruleText(b), Qt::CaseInsensitive);
    case ApplicationColumn::LastSeen:
        // Those that are here now are one: who moved a byte last would not be seen to differ.
        if (a.live > 0 || b.live > 0)
            return order(a.live > 0 ? 1 : 0, b.live > 0 ? 1 : 0);
        return order(a.lastSeenAt, b.lastSeenAt);
    }
    // Programs first, then who cannot be told, then clients.
    const int kinds = order(a.key.kind, b.key.kind);
    if (kinds != 0)
        return kinds;
    const int names = a.key.name.compare(b.key.name, Qt::CaseInsensitive);
    return names != 0 ? names : a.key.path.compare(b.key.path);
}

} // namespace

QString applicationName(const ApplicationKey &key)
{
    const auto withUser = [&key](const QString &name) {
        return key.user.isEmpty() ? name
                                  : ApplicationText::tr("%1 (%2)", "client, login name").arg(name, key.user);
    };
    switch (key.kind) {
    case ApplicationKind::Program:
        return key.name;
    case ApplicationKind::Unidentified:
        return withUser(ApplicationText::tr("Unidentified programs"));
    case ApplicationKind::Client:
        return withUser(ApplicationText::tr("Client %1", "address").arg(key.name));
    }
    return {};
}

QString applicationNameWithPath(const ApplicationKey &key)
{
    const QString name = applicationName(key);
    return key.path.isEmpty() ? name : ApplicationText::tr("%1 (%2)", "program, path").arg(name, key.path);
}

QString applicationName(const ApplicationRecord &record)
{
    return record.sharesName ? applicationNameWithPath(record.key) : applicationName(record.key);
}

QString programName(const ApplicationRecord &record)
{
    const QString known = record.identity ? record.identity->program.name : QString();
    return known.isEmpty() ? record.key.name : known;
}

QString cellText(const ApplicationRecord &record, ApplicationColumn column, std::int64_t nowMs)
{
    switch (column) {
    case ApplicationColumn::Name:
        return applicationName(record);
    case ApplicationColumn::Live:
        return countText(static_cast<std::uint64_t>(std::max(record.live, 0)));
    case ApplicationColumn::DownRate:
        return rateCell(record.downRate);
    case ApplicationColumn::UpRate:
        return rateCell(record.upRate);
    case ApplicationColumn::Down:
        return bytesText(record.bytesDown);
    case ApplicationColumn::Up:
        return bytesText(record.bytesUp);
    case ApplicationColumn::Rule:
        return ruleText(record);
    case ApplicationColumn::LastSeen:
        return lastSeenText(record, nowMs);
    }
    return {};
}

QString rowText(const ApplicationRecord &record, std::int64_t nowMs)
{
    QStringList cells;
    for (int column = 0; column < kApplicationColumns; ++column)
        cells << cellText(record, static_cast<ApplicationColumn>(column), nowMs);
    return cells.join(u'\t');
}

QString toolTipText(const ApplicationRecord &record)
{
    QStringList lines{applicationName(record)};
    if (record.key.kind == ApplicationKind::Unidentified)
        lines << ApplicationText::tr("Programs of this machine whose name the system did not tell, or that "
                                     "had gone before it could be asked.");
    if (record.key.kind == ApplicationKind::Client)
        lines << ApplicationText::tr("A client of the proxy, known by its address.");
    if (record.processId != 0)
        lines << ApplicationText::tr("Latest process: %1").arg(record.processId);
    if (record.identity)
        lines << identityLines(*record.identity);
    lines << ApplicationText::tr("Connections since Hosier started: %1").arg(countText(record.connections));
    if (record.liveRules.size() > 1)
        lines << ApplicationText::tr("Rules: %1").arg(rulesInForce(record));
    if (record.live == 0)
        lines << ApplicationText::tr("Last seen: %1")
                     .arg(QLocale().toString(QDateTime::fromMSecsSinceEpoch(record.lastSeenAt),
                                             QLocale::ShortFormat));
    return lines.join(u'\n');
}

bool matchesWords(const ApplicationRecord &record, const QStringList &words)
{
    if (words.isEmpty())
        return true;
    const std::array fields{applicationName(record), programName(record), ruleText(record)};
    return std::all_of(words.begin(), words.end(), [&fields](const QString &word) {
        return std::any_of(fields.begin(), fields.end(), [&word](const QString &field) {
            return field.contains(word, Qt::CaseInsensitive);
        });
    });
}

bool applicationLess(const ApplicationRecord &a, const ApplicationRecord &b, ApplicationColumn column,
                     bool descending)
{
    if (const int by = compareBy(a, b, column); by != 0)
        return descending ? by > 0 : by < 0;
    if (const int names = compareBy(a, b, ApplicationColumn::Name); names != 0)
        return names < 0;
    return a.id < b.id;
}

std::optional<engine::RuleProfile> ruleFor(const ApplicationRecord &record)
{
    engine::RuleProfile rule;
    rule.name = applicationName(record.key);
    switch (record.key.kind) {
    case ApplicationKind::Program:
        // As a rule made from a connection: a script is called as its interpreter, others need a path only
        // where their name is another's, too.
        rule.applications << (needsPath(record) ? record.key.path : record.key.name);
        return engine::isOneProgram(rule.applications.front()) ? std::optional(rule) : std::nullopt;
    case ApplicationKind::Unidentified:
        return std::nullopt;
    case ApplicationKind::Client:
        break;
    }
    const auto client = engine::AddressRange::fromString(record.key.name);
    if (!client)
        return std::nullopt;
    rule.clients << *client;
    if (!record.key.user.isEmpty())
        rule.users << record.key.user;
    return rule;
}

} // namespace ui
