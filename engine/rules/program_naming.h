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

/// A name, a path, or a pattern of either as they are compared. Of Windows: in one case, with "/" between its
/// parts and without ".exe", which both a program and a pattern may leave out.
[[nodiscard]] QString canonicalProgramText(const QString &text, ProgramNaming naming);

} // namespace engine::rules
