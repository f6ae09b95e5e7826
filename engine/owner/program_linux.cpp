// SPDX-License-Identifier: MIT
#include "engine/owner/program.h"

#include "engine/limits.h"
#include "engine/owner/process_files_linux.h"
#include "engine/owner/program_text.h"

#include <QDir>
#include <QFile>

#include <array>

#include <pwd.h>
#include <sys/stat.h>

namespace engine
{

namespace
{

constexpr qsizetype kMaximumTextSize = qsizetype{4} * 1024;          // stat, status, cgroup, .flatpak-info
constexpr qsizetype kMaximumArgumentsSize = qsizetype{16} * 1024;    // of the script's place in them
constexpr qsizetype kMaximumEnvironmentSize = qsizetype{128} * 1024; // where APPIMAGE may be anywhere

QByteArray fileName(const QByteArray &path)
{
    return path.mid(path.lastIndexOf('/') + 1);
}

bool isFileOf(std::int64_t processId, const QByteArray &path)
{
    // As the process sees it, which may be in a container.
    const QByteArray seen = "/proc/" + QByteArray::number(qlonglong{processId}) + "/root" + path;
    struct stat status {
    };
    return ::stat(seen.constData(), &status) == 0 && S_ISREG(status.st_mode);
}

/// The full path of the script that an interpreter runs; empty when there is no such file (any more).
QByteArray scriptOf(std::int64_t processId, const QByteArray &program)
{
    const QByteArray arguments = readProcessFile(processId, "cmdline", kMaximumArgumentsSize);
    QByteArray script = scriptArgument(program, zeroTerminated(arguments));
    if (script.isEmpty())
        return {};
    if (!script.startsWith('/'))
        script.prepend(readProcessLink(processId, "cwd") + '/');
    script = QFile::encodeName(QDir::cleanPath(QFile::decodeName(script)));
    return isFileOf(processId, script) ? script : QByteArray();
}

QByteArray flatpakNameOf(std::int64_t processId)
{
    const QByteArray name =
        flatpakNameOfInfo(readProcessFile(processId, "root/.flatpak-info", kMaximumTextSize));
    return name.isEmpty() ? flatpakNameOfControlGroup(readProcessFile(processId, "cgroup", kMaximumTextSize))
                          : name;
}

/// The name of what packed the program up; empty when nothing did.
QByteArray packageNameOf(std::int64_t processId, const QByteArray &path, const QByteArray &script)
{
    if (QByteArray name = flatpakNameOf(processId); !name.isEmpty())
        return name;
    // The script first: a Snap may run its scripts by the interpreter of another.
    const QByteArray name = snapNameOfPath(script);
    return name.isEmpty() ? snapNameOfPath(path) : name;
}

QByteArray userNameOf(std::int64_t processId)
{
    const auto user = effectiveUser(readProcessFile(processId, "status", kMaximumTextSize));
    if (!user)
        return {};
    passwd entry{};
    passwd *found = nullptr;
    std::array<char, 4'096> buffer;
    if (::getpwuid_r(*user, &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return found->pw_name;
    return QByteArray::number(*user);
}

/// Nothing when the process has gone.
std::optional<Program> describeProgram(const ProcessIdentity &process)
{
    const std::int64_t id = process.processId;
    QByteArray path = withoutDeletedMark(readProcessLink(id, "exe"));
    const QByteArray script = scriptOf(id, fileName(path));
    const QByteArray appImage =
        appImagePath(path, zeroTerminated(readProcessFile(id, "environ", kMaximumEnvironmentSize)));
    if (!appImage.isEmpty())
        path = appImage;
    QByteArray name = packageNameOf(id, path, script);
    // Read last: what was read before belongs to this process and not to a later one of its number.
    const auto stat = parseProcessStat(readProcessFile(id, "stat", kMaximumTextSize));
    if (!stat || stat->startTime != process.startTime)
        return std::nullopt;
    if (name.isEmpty())
        name = path.isEmpty() ? stat->name : fileName(path);
    return Program{id, QString::fromUtf8(name), QFile::decodeName(path), QFile::decodeName(script)};
}

} // namespace

std::optional<Application> describeApplication(const ProcessIdentity &process)
{
    const auto entry = findProcess(process.processId);
    const auto program = describeProgram(process);
    if (!entry || !program)
        return std::nullopt;
    Application application{*program, QString::fromUtf8(userNameOf(process.processId)), {}};
    for (const ProcessIdentity &ancestor : ancestorsOf(*entry, findProcess, kMaximumParentPrograms)) {
        if (const auto parent = describeProgram(ancestor))
            application.parents.append(*parent);
    }
    return isRunning(process) ? std::optional(application) : std::nullopt;
}

} // namespace engine
