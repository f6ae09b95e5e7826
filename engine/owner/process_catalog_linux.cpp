// SPDX-License-Identifier: MIT
#include "engine/owner/process_catalog_linux.h"

#include "engine/owner/descriptor_share.h"
#include "engine/owner/program_text.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <utility>

#include <sys/stat.h>

namespace engine
{

namespace
{

constexpr std::size_t kMaximumKnown = 1'024;
constexpr int kLooksUntilWatched = 3; // once does not count: to begin costs more than looking
constexpr qsizetype kMaximumTextSize = qsizetype{4} * 1024;          // cgroup, .flatpak-info
constexpr qsizetype kMaximumArgumentsSize = qsizetype{16} * 1024;    // the script stands near the beginning
constexpr qsizetype kMaximumEnvironmentSize = qsizetype{128} * 1024; // APPIMAGE and PWD may be anywhere

QByteArray fileName(const QByteArray &path)
{
    return path.mid(path.lastIndexOf('/') + 1);
}

/// What stands at a path.
enum class Found : std::uint8_t { Nothing, File, Other };

Found lookFor(std::int64_t processId, const QByteArray &path)
{
    // As the process sees it, which may be in a container.
    const QByteArray seen = "/proc/" + QByteArray::number(qlonglong{processId}) + "/root" + path;
    struct stat status {
    };
    if (::stat(seen.constData(), &status) != 0)
        return Found::Nothing;
    return S_ISREG(status.st_mode) ? Found::File : Found::Other;
}

QByteArray cleanPath(const QByteArray &path)
{
    return QFile::encodeName(QDir::cleanPath(QFile::decodeName(path)));
}

/// A word such as "build" may be a command of the interpreter; "./build" and "build.py" are files.
bool looksLikeFile(const QByteArray &word)
{
    return word.contains('/') || word.lastIndexOf('.') > 0;
}

/// A script by its path from where the process began. It may be elsewhere now, as daemons are: then by the
/// directory that its shell told it of, which is another program's where the parent has chosen one for it and
/// so does not come first. Only the name when the script is at neither.
QByteArray scriptFromStart(std::int64_t processId, const QByteArray &script, const QByteArray &toldDirectory)
{
    bool isThere = false;
    for (const QByteArray &directory : {readProcessLink(processId, "cwd"), toldDirectory}) {
        if (!directory.startsWith('/'))
            continue;
        QByteArray path = cleanPath(directory + '/' + script);
        const Found found = lookFor(processId, path);
        if (found == Found::File)
            return path;
        isThere = isThere || found == Found::Other;
    }
    return !isThere && looksLikeFile(script) ? fileName(cleanPath(script)) : QByteArray();
}

/// The full path of the script that an interpreter runs, or its name when that is all there is to know;
/// empty when there is no such file.
QByteArray scriptOf(std::int64_t processId, const QByteArray &program, const QByteArray &arguments,
                    const QList<QByteArray> &environment)
{
    const QByteArray script = scriptArgument(program, zeroTerminated(arguments));
    if (script.isEmpty())
        return {};
    if (!script.startsWith('/'))
        return scriptFromStart(processId, script, environmentValue(environment, "PWD"));
    const QByteArray path = cleanPath(script);
    return lookFor(processId, path) == Found::File ? path : QByteArray();
}

/// The name of what packed the program up; empty when nothing did.
QByteArray packageNameOf(std::int64_t processId, const QByteArray &path, const QByteArray &script)
{
    QByteArray name = flatpakNameOfInfo(readProcessFile(processId, "root/.flatpak-info", kMaximumTextSize));
    if (name.isEmpty())
        name = flatpakNameOfControlGroup(readProcessFile(processId, "cgroup", kMaximumTextSize));
    // The script before the interpreter, which may be another Snap's.
    if (name.isEmpty())
        name = snapNameOfPath(script);
    return name.isEmpty() ? snapNameOfPath(path) : name;
}

ProgramText readProgram(std::int64_t processId, const QByteArray &executable, const QByteArray &arguments)
{
    ProgramText program;
    program.path = withoutDeletedMark(executable);
    const QList<QByteArray> environment =
        zeroTerminated(readProcessFile(processId, "environ", kMaximumEnvironmentSize));
    program.script = scriptOf(processId, fileName(program.path), arguments, environment);
    program.name = packageNameOf(processId, program.path, program.script);
    const QByteArray appImage = appImagePath(program.path, environment);
    if (!appImage.isEmpty())
        program.path = appImage;
    if (program.name.isEmpty())
        program.name = fileName(program.path);
    if (!program.name.isEmpty())
        return program;
    const auto stat = readProcessStat(processId);
    program.name = stat ? stat->name : QByteArray();
    return program;
}

} // namespace

ProcessCatalog::Known *ProcessCatalog::refresh(std::int64_t processId)
{
    const std::optional<ProcessMark> mark = markOf(processId);
    const auto found = m_known.find(processId);
    const bool isSame = found != m_known.end() && mark && found->second.mark == *mark;
    if (isSame && found->second.parent == markOf(found->second.entry.parentId))
        return &found->second;
    if (found != m_known.end() && !isSame)
        m_known.erase(found);
    const std::optional<ProcessEntry> entry = mark ? findProcess(processId) : std::nullopt;
    if (!entry)
        return nullptr;
    if (!isSame && m_known.size() >= kMaximumKnown)
        m_known.clear();
    Known &known = m_known[processId];
    known.mark = *mark;
    known.entry = *entry;
    known.parent = markOf(entry->parentId);
    return &known;
}

std::optional<ProcessEntry> ProcessCatalog::find(std::int64_t processId)
{
    const Known *known = refresh(processId);
    return known ? std::optional(known->entry) : std::nullopt;
}

std::optional<ProgramText> ProcessCatalog::programOf(std::int64_t processId)
{
    const auto found = m_known.find(processId);
    Known *known = found == m_known.end() ? refresh(processId) : &found->second;
    if (!known)
        return std::nullopt;
    const QByteArray executable = readProcessLink(processId, "exe");
    // An interpreter may be started anew in its place, with another script.
    QByteArray arguments;
    if (isInterpreter(fileName(withoutDeletedMark(executable))))
        arguments = readProcessFile(processId, "cmdline", kMaximumArgumentsSize);
    if (executable.isEmpty() || executable != known->executable || arguments != known->arguments) {
        known->program = readProgram(processId, executable, arguments);
        known->executable = executable;
        known->arguments = arguments;
    }
    if (markOf(processId) == known->mark)
        return known->program;
    // What was read may be of the next process with this number.
    m_known.erase(processId);
    return std::nullopt;
}

std::optional<ProcessCatalog::Look> ProcessCatalog::look(std::int64_t processId)
{
    const auto found = m_known.find(processId);
    if (found != m_known.end() && found->second.watch) {
        Known &known = found->second;
        if (known.watch->isSame() && known.parent == markOf(known.entry.parentId)) {
            known.lookedAt = ++m_looks;
            return Look{known.entry, known.program};
        }
        known.watch.reset();
    }
    const std::optional<ProcessEntry> entry = find(processId);
    const std::optional<ProgramText> program = entry ? programOf(processId) : std::nullopt;
    if (!program)
        return std::nullopt;
    countLook(processId);
    return Look{*entry, *program};
}

/// Begins to watch a process that is looked at often.
void ProcessCatalog::countLook(std::int64_t processId)
{
    Known &known = m_known.at(processId);
    known.lookedAt = ++m_looks;
    if (++known.looks < kLooksUntilWatched || descriptorsForHolders() == 0)
        return;
    known.looks = 0; // one that cannot be watched is not tried at every look
    std::optional<WatchedProcess> watch = WatchedProcess::of(processId);
    // Opened by its number: what is read now is this process's, if it is still the same afterwards.
    if (!watch || !programOf(processId) || !watch->isSame())
        return;
    makeRoomForWatch();
    m_known.at(processId).watch = std::move(watch);
}

/// Those that were not looked at for the longest are no longer watched.
void ProcessCatalog::makeRoomForWatch()
{
    std::size_t watched = 0;
    Known *oldest = nullptr;
    for (auto &[processId, known] : m_known) {
        if (!known.watch)
            continue;
        ++watched;
        if (!oldest || known.lookedAt < oldest->lookedAt)
            oldest = &known;
    }
    if (watched >= kMaximumWatchedProcesses)
        oldest->watch.reset();
}

} // namespace engine
