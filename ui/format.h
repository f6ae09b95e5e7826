// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>

// Quantities as people read them, in the default locale. No widgets: the headless log uses these too.

namespace ui
{

/// "512 B", "1.2 MiB", "30 KiB": binary units, one decimal below ten.
[[nodiscard]] QString bytesText(std::uint64_t bytes);
/// "30 KiB/s"; negative and broken rates count as none.
[[nodiscard]] QString rateText(double bytesPerSecond);
/// "320 ms", "4.1 s", "42 s", "3 min 12 s", "2 h 5 min", "4 d 3 h"; negative durations count as zero.
[[nodiscard]] QString durationText(std::chrono::milliseconds duration);
/// A count with the locale's group separators.
[[nodiscard]] QString countText(std::uint64_t count);

/// Of names or lines in a message.
inline constexpr qsizetype kMaximumListed = 8;
/// The first of them, and how many there are besides: all of a long list would not fit on the screen.
[[nodiscard]] QStringList shortenedList(const QStringList &texts);

/// A name as a menu or button is to show it: there a single ampersand would mark a key.
[[nodiscard]] QString menuText(QString name);
/// The text of a menu or button without its mnemonic: "&Rules" and "規則(&R)" lose it.
[[nodiscard]] QString withoutMnemonic(QString text);

} // namespace ui
