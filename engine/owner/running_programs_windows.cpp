// SPDX-License-Identifier: MIT
#include "engine/running_programs.h"

#include <vector>

#include <windows.h>

#include <tlhelp32.h>

#include "engine/owner/process_handle_windows.h"
#include "engine/owner/program_list.h"
#include "engine/owner/service_names_windows.h"

#include <QFileInfo>

namespace engine
{

namespace
{

constexpr std::size_t kMaximumPathLength = 32'768; // of NT, with its end
constexpr DWORD kIdleProcess = 0;
constexpr DWORD kSystemProcess = 4; // the kernel's own threads

QString pathOf(DWORD processId)
{
    const Handle process = openProcess(processId);
    std::vector<wchar_t> path(kMaximumPathLength);
    auto size = static_cast<DWORD>(path.size());
    if (!process || !::QueryFullProcessImageNameW(process.get(), 0, path.data(), &size))
        return {};
    return QString::fromWCharArray(path.data(), static_cast<qsizetype>(size));
}

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
        const QString path = pathOf(id);
        // By the name that rules find them by, as in program_windows.cpp.
        QString name = services.of(id);
        if (name.isEmpty())
            name = path.isEmpty() ? QString::fromWCharArray(entry.szExeFile) : QFileInfo(path).fileName();
        programs.append({static_cast<std::int64_t>(id), name, path, {}});
    }
    return sortedPrograms(std::move(programs));
}

} // namespace engine
