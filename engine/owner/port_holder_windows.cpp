// SPDX-License-Identifier: MIT
#include "engine/owner/port_holder.h"

#include "engine/net/listening_processes_windows.h"

#include <QFileInfo>

#include <array>

#include <windows.h>

namespace engine
{

namespace
{

QString processName(DWORD processId)
{
    const HANDLE process = ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, processId);
    if (!process)
        return {};
    std::array<wchar_t, 1024> path{};
    DWORD size = static_cast<DWORD>(path.size());
    const bool known = ::QueryFullProcessImageNameW(process, 0, path.data(), &size);
    ::CloseHandle(process);
    return known ? QFileInfo(QString::fromWCharArray(path.data(), static_cast<int>(size))).fileName()
                 : QString();
}

} // namespace

std::optional<PortHolder> findPortHolder(const Endpoint &endpoint)
{
    const DWORD processId = net::listeningProcess(endpoint);
    if (processId == 0)
        return std::nullopt;
    return PortHolder{static_cast<std::int64_t>(processId), processName(processId)};
}

} // namespace engine
