// SPDX-License-Identifier: MIT
#include "engine/owner/port_holder.h"

#include "engine/net/listening_processes_windows.h"
#include "engine/owner/process_names_windows.h"

namespace engine
{

std::optional<PortHolder> findPortHolder(const Endpoint &endpoint)
{
    const DWORD processId = net::listeningProcess(endpoint);
    if (processId == 0)
        return std::nullopt;
    // Most that hold a port in somebody's way may not be opened: services, the kernel.
    return PortHolder{static_cast<std::int64_t>(processId),
                      processName(processId, pathOf(openProcess(processId)), runningProcesses())};
}

} // namespace engine
