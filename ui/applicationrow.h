// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/applicationledger.h"

#include <QStringList>

#include <optional>

// Applications as people see them in the table.

namespace ui
{

/// The order is what the saved header state refers to: append only.
enum class ApplicationColumn : int { Name, Live, DownRate, UpRate, Down, Up, Rule, LastSeen };
inline constexpr int kApplicationColumns = 8;

/// "firefox", "Unidentified programs", "Client 192.168.1.20 (anna)"
[[nodiscard]] QString applicationName(const ApplicationKey &key);
/// "curl (/opt/curl)"; as above where no path is known.
[[nodiscard]] QString applicationNameWithPath(const ApplicationKey &key);
/// With the path where the name is another's, too.
[[nodiscard]] QString applicationName(const ApplicationRecord &record);
/// The program's own name: of a script, its interpreter's.
[[nodiscard]] QString programName(const ApplicationRecord &record);
/// Text of one cell. `nowMs` is milliseconds since the epoch.
[[nodiscard]] QString cellText(const ApplicationRecord &record, ApplicationColumn column, std::int64_t nowMs);
/// All cells, separated by tabs, for the clipboard.
[[nodiscard]] QString rowText(const ApplicationRecord &record, std::int64_t nowMs);
/// Everything that is known about it, one fact a line.
[[nodiscard]] QString toolTipText(const ApplicationRecord &record);
/// Whether every one of the words stands in its name, its program's name or its rule, whatever the case.
[[nodiscard]] bool matchesWords(const ApplicationRecord &record, const QStringList &words);
/// Whether `a` stands before `b`. Equal ones are ordered by name and number, so the order is total.
[[nodiscard]] bool applicationLess(const ApplicationRecord &a, const ApplicationRecord &b,
                                   ApplicationColumn column, bool descending);
/// What a rule for it, and no other, starts from; nothing for those that nobody can tell.
[[nodiscard]] std::optional<engine::RuleProfile> ruleFor(const ApplicationRecord &record);
/// Whether the column holds numbers, which stand to the right.
[[nodiscard]] constexpr bool isNumeric(ApplicationColumn column)
{
    return column >= ApplicationColumn::Live && column <= ApplicationColumn::Up;
}

} // namespace ui
