// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QList>

#include <optional>

// How Linux starts a script by its first line. No I/O.
namespace engine
{

/// As much of a file as Linux looks at (BINPRM_BUF_SIZE).
inline constexpr qsizetype kMaximumScriptLine = 256;

/// "#!INTERPRETER ARGUMENT", and of "#!/usr/bin/env COMMAND" what env starts.
struct ScriptLine {
    QByteArray interpreter;      ///< empty: the line starts nothing, or nobody knows what
    bool isCommand = false;      ///< the interpreter is looked for as a command is
    QList<QByteArray> arguments; ///< those before the script

    bool operator==(const ScriptLine &) const = default;
};

/// `beginning` is up to kMaximumScriptLine bytes of a file. Nothing when it is no script.
[[nodiscard]] std::optional<ScriptLine> parseScriptLine(const QByteArray &beginning);

/// Whether an interpreter of that name, started by this line, is known by the script's path as well
/// (Program::script).
[[nodiscard]] bool isKnownByScript(const QByteArray &interpreterName, const ScriptLine &line,
                                   const QByteArray &script);

} // namespace engine
