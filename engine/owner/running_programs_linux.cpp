// SPDX-License-Identifier: MIT
#include "engine/running_programs.h"

#include "engine/owner/process_catalog_linux.h"
#include "engine/owner/process_files_linux.h"
#include "engine/owner/program_list.h"

#include <QFile>

#include <cstdlib>

#include <dirent.h>

namespace engine
{

namespace
{

/// Parent of the kernel's own threads, which run no program.
constexpr std::int64_t kKernelThreads = 2;

/// The executable of what has ended is not told, nor is that of other users' programs, which may connect.
bool hasEnded(std::int64_t processId)
{
    const auto stat = readProcessStat(processId);
    return !stat || stat->state == 'Z';
}

} // namespace

QList<Program> runningPrograms()
{
    QList<Program> programs;
    DIR *folder = ::opendir("/proc");
    if (folder == nullptr)
        return programs;
    ProcessCatalog processes;
    int seen = 0;
    while (const dirent *entry = ::readdir(folder)) {
        const std::int64_t id = std::strtoll(entry->d_name, nullptr, 10);
        if (id <= 0 || ++seen > kMaximumListedProcesses)
            continue;
        const std::optional<ProcessEntry> process = processes.find(id);
        if (!process || id == kKernelThreads || process->parentId == kKernelThreads)
            continue;
        const std::optional<ProgramText> text = processes.programOf(id);
        if (text && !(text->path.isEmpty() && hasEnded(id)))
            programs.append({id, QString::fromUtf8(text->name), QFile::decodeName(text->path),
                             QFile::decodeName(text->script)});
    }
    ::closedir(folder);
    return sortedPrograms(std::move(programs));
}

} // namespace engine
