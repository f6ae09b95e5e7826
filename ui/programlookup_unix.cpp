// SPDX-License-Identifier: MIT
#include "ui/programlookup.h"

#include "engine/script_line.h"
#include "ui/programentry.h"
#include "ui/programentry_unix.h"
#include "ui/programtext.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

namespace ui
{

namespace
{

/// Nothing is known of another script in its place, which ends as it likes.
std::optional<engine::Program> interpreterOf(const engine::ScriptLine &line)
{
    const QString written = QFile::decodeName(line.interpreter);
    const QString file = line.isCommand ? QStandardPaths::findExecutable(written) : written;
    return isImage(file) ? std::optional(programCalled(programEntryOf(file))) : std::nullopt;
}

/// By the link that it is started by.
engine::Program programOfScript(const QString &script, const engine::ScriptLine &line)
{
    const std::optional<engine::Program> interpreter = interpreterOf(line);
    engine::Program program = interpreter.value_or(engine::Program{0, programCalled(script).name, {}, {}});
    if (!interpreter ||
        engine::isKnownByScript(QFile::encodeName(program.name), line, QFile::encodeName(script)))
        program.script = script;
    return program;
}

} // namespace

engine::Program findProgram(const QString &nameOrFile)
{
    const bool isName = !nameOrFile.isEmpty() && programCalled(nameOrFile).path.isEmpty();
    const QString file = isName ? QStandardPaths::findExecutable(nameOrFile) : nameOrFile;
    engine::Program program = programCalled(file.isEmpty() ? nameOrFile : programEntryOf(file));
    if (program.path.isEmpty())
        return program;
    const auto line = engine::parseScriptLine(beginningOf(program.path, engine::kMaximumScriptLine));
    if (!line)
        return program;
    return programOfScript(QDir::cleanPath(QFileInfo(program.path).absoluteFilePath()), *line);
}

} // namespace ui
