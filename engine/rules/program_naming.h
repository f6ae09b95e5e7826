// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace engine::rules
{

/// How a kind of system tells programs apart by their names.
enum class ProgramNaming { Unix, Windows };

#ifdef Q_OS_WIN
inline constexpr ProgramNaming kSystemNaming = ProgramNaming::Windows;
#else
inline constexpr ProgramNaming kSystemNaming = ProgramNaming::Unix;
#endif

/// A name or a path as it is compared. Of Windows: in one case, with "/" between its parts and without
/// ".exe", which both a program and an entry may leave out.
[[nodiscard]] QString canonicalProgramText(const QString &text, ProgramNaming naming);
/// An entry of a rule as it is compared: as the above, except that one with wildcards keeps its ".exe".
[[nodiscard]] QString canonicalProgramEntry(const QString &entry, ProgramNaming naming);
/// What else entries with wildcards are compared with, of what canonicalProgramText() gives: of Windows,
/// where "chrome.*" means chrome.exe, the text with ".exe". Empty elsewhere.
[[nodiscard]] QString suffixedProgramText(const QString &canonical, ProgramNaming naming);

} // namespace engine::rules
