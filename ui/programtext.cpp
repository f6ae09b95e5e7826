// SPDX-License-Identifier: MIT
#include "ui/programtext.h"

#include <QCoreApplication>

#include <algorithm>

namespace ui
{

namespace
{

struct ProgramText {
    Q_DECLARE_TR_FUNCTIONS(ui::ProgramText)
};

constexpr qsizetype kShownParents = 8;
const QString kChildOf = QStringLiteral(" \u2190 ");

/// "C:\...", "C:/..." or "\\server\...": the backslash separates there, and is a letter like others
/// elsewhere.
bool isWindowsPath(const QString &path)
{
    const bool hasDrive = path.size() > 2 && path.at(0).toLower() >= u'a' && path.at(0).toLower() <= u'z' &&
                          path.at(1) == u':' && (path.at(2) == u'\\' || path.at(2) == u'/');
    return hasDrive || path.startsWith(QStringLiteral("\\\\"));
}

} // namespace

engine::Program programCalled(const QString &nameOrPath)
{
    engine::Program program;
    qsizetype end = nameOrPath.lastIndexOf(u'/');
    if (isWindowsPath(nameOrPath))
        end = std::max(end, nameOrPath.lastIndexOf(u'\\'));
    program.name = nameOrPath.sliced(end + 1);
    if (end >= 0)
        program.path = nameOrPath;
    return program;
}

QString foundProgramText(const QString &entered, const engine::Program &program)
{
    if (!program.script.isEmpty() && program.path.isEmpty())
        return ProgramText::tr("%1: %2, the path of whose interpreter is not known", "program, its script")
            .arg(entered, program.script);
    if (!program.script.isEmpty())
        return ProgramText::tr("%1: %2, run by %3", "program, its script, its interpreter")
            .arg(entered, program.script, program.path);
    if (program.path == entered)
        return {};
    return program.path.isEmpty() ? ProgramText::tr("%1: the path is not known", "program").arg(entered)
                                  : ProgramText::tr("%1: %2", "program, its file").arg(entered, program.path);
}

QString scriptName(const engine::Program &program)
{
    return programCalled(program.script).name;
}

QStringList identityLines(const engine::Application &application)
{
    QStringList lines;
    if (!application.program.path.isEmpty())
        lines << ProgramText::tr("Path: %1").arg(application.program.path);
    if (!application.program.script.isEmpty())
        lines << ProgramText::tr("Script: %1").arg(application.program.script);
    if (!application.systemUser.isEmpty())
        lines << ProgramText::tr("Runs as: %1", "user of the system").arg(application.systemUser);
    QStringList parents;
    for (const engine::Program &parent :
         application.parents.first(std::min(application.parents.size(), kShownParents)))
        parents << (parent.name.isEmpty() ? parent.path : parent.name);
    parents.removeAll(QString());
    if (!parents.isEmpty())
        lines << ProgramText::tr("Child of: %1", "programs, nearest first").arg(parents.join(kChildOf));
    return lines;
}

} // namespace ui
