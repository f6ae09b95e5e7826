// SPDX-License-Identifier: MIT
#include "engine/running_programs.h"

#include <windows.h>

#include <tlhelp32.h>

#include "engine/owner/process_handle_windows.h"
#include "engine/owner/process_names_windows.h"
#include "engine/owner/program_list.h"
#include "engine/owner/service_names_windows.h"

#include <QFileInfo>

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
    const HANDLE opened = ::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (opened == INVALID_HANDLE_VALUE)
        return programs;
    const Handle snapshot(opened);
    const ServiceNames services = ServiceNames::ofRunningOnes();
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    int seen = 0;
    for (BOOL more = ::Process32FirstW(opened, &entry); more && seen < kMaximumListedProcesses;
         more = ::Process32NextW(opened, &entry), ++seen) {
        const DWORD id = entry.th32ProcessID;
        if (id == kIdleProcess || id == kSystemProcess)
            continue;
        const QString path = pathOf(openProcess(id));
        // By the name that rules find them by, as in process_names_windows.cpp.
        QString name = services.of(id);
        if (name.isEmpty())
            name = path.isEmpty() ? QString::fromWCharArray(entry.szExeFile) : QFileInfo(path).fileName();
        programs.append({static_cast<std::int64_t>(id), name, path, {}});
    }
    return sortedPrograms(std::move(programs));
}

} // namespace engine
