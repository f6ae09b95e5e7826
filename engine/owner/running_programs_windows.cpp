// SPDX-License-Identifier: MIT
#include "engine/running_programs.h"

#include "engine/owner/process_handle_windows.h"
#include "engine/owner/process_names_windows.h"
#include "engine/owner/program_list.h"
#include "engine/owner/service_names_windows.h"

#include <windows.h>

namespace engine
{

namespace
{

constexpr DWORD kIdleProcess = 0;
constexpr DWORD kSystemProcess = 4; // the kernel's own threads

} // namespace

QList<Program> runningPrograms()
{
    QList<Program> programs;
    const ServiceNames services = ServiceNames::ofRunningOnes();
    int seen = 0;
    for (const auto &[id, process] : runningProcesses()) {
        if (++seen > kMaximumListedProcesses)
            break;
        if (id == kIdleProcess || id == kSystemProcess)
            continue;
        const QString path = pathOf(openProcess(id));
        programs.append(
            {static_cast<std::int64_t>(id), processName(services.of(id), path, process.name), path, {}});
    }
    return sortedPrograms(std::move(programs));
}

} // namespace engine
