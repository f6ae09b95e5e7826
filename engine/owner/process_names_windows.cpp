// SPDX-License-Identifier: MIT
#include "engine/owner/process_names_windows.h"

#include <optional>
#include <vector>

#include <windows.h>

#include <tlhelp32.h>

#include "engine/limits.h"
#include "engine/owner/service_names_windows.h"

#include <QFileInfo>

namespace engine
{

namespace
{

std::optional<DWORD> sessionOf(DWORD processId)
{
    DWORD session = 0;
    return ::ProcessIdToSessionId(processId, &session) ? std::optional(session) : std::nullopt;
}

} // namespace

RunningProcesses runningProcesses()
{
    RunningProcesses processes;
    const HANDLE opened = ::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (opened == INVALID_HANDLE_VALUE)
        return processes;
    const Handle snapshot(opened);
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof entry;
    for (BOOL more = ::Process32FirstW(opened, &entry); more; more = ::Process32NextW(opened, &entry))
        processes[entry.th32ProcessID] = {entry.th32ParentProcessID,
                                          QString::fromWCharArray(entry.szExeFile)};
    return processes;
}

QString pathOf(const Handle &process)
{
    std::vector<wchar_t> path(kMaximumNtPath);
    auto size = static_cast<DWORD>(path.size());
    if (!process || !::QueryFullProcessImageNameW(process.get(), 0, path.data(), &size))
        return {};
    return QString::fromWCharArray(path.data(), static_cast<qsizetype>(size));
}

QString processName(DWORD processId, const QString &path, const RunningProcesses &running)
{
    const auto known = running.find(processId);
    return processName(serviceNameOf(processId, sessionOf(processId)), path,
                       known != running.end() ? known->second.name : QString());
}

QString processName(const QString &service, const QString &path, const QString &listed)
{
    if (!service.isEmpty())
        return service;
    return path.isEmpty() ? listed : QFileInfo(path).fileName();
}

} // namespace engine
