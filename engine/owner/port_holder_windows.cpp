// SPDX-License-Identifier: MIT
#include "engine/owner/port_holder.h"

#include <QFileInfo>

#include <array>
#include <vector>

#include <winsock2.h>
#include <ws2tcpip.h>

#include <iphlpapi.h>

namespace engine
{

namespace
{

bool conflicts(const Address &held, const Address &wanted)
{
    return held == wanted || held.isUnspecified() || wanted.isUnspecified();
}

/// The system's table of listeners, as raw bytes; the table may grow between the two calls.
std::vector<char> listenerTable(ULONG family)
{
    DWORD size = 0;
    std::vector<char> table;
    for (int attempt = 0; attempt < 3; ++attempt) {
        const DWORD result = ::GetExtendedTcpTable(table.empty() ? nullptr : table.data(), &size, FALSE,
                                                   family, TCP_TABLE_OWNER_PID_LISTENER, 0);
        if (result == NO_ERROR)
            return table;
        if (result != ERROR_INSUFFICIENT_BUFFER)
            break;
        table.resize(size);
    }
    return {};
}

DWORD holderV4(const Endpoint &endpoint)
{
    const std::vector<char> bytes = listenerTable(AF_INET);
    if (bytes.empty())
        return 0;
    const auto *table = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID *>(bytes.data());
    for (DWORD i = 0; i < table->dwNumEntries; ++i) {
        const MIB_TCPROW_OWNER_PID &row = table->table[i];
        if (ntohs(static_cast<u_short>(row.dwLocalPort)) == endpoint.port &&
            conflicts(Address::fromV4(ntohl(row.dwLocalAddr)), endpoint.address))
            return row.dwOwningPid;
    }
    return 0;
}

DWORD holderV6(const Endpoint &endpoint)
{
    const std::vector<char> bytes = listenerTable(AF_INET6);
    if (bytes.empty())
        return 0;
    const auto *table = reinterpret_cast<const MIB_TCP6TABLE_OWNER_PID *>(bytes.data());
    for (DWORD i = 0; i < table->dwNumEntries; ++i) {
        const MIB_TCP6ROW_OWNER_PID &row = table->table[i];
        const std::span<const std::uint8_t, 16> address(row.ucLocalAddr, 16);
        if (ntohs(static_cast<u_short>(row.dwLocalPort)) == endpoint.port &&
            conflicts(Address::fromV6Bytes(address), endpoint.address))
            return row.dwOwningPid;
    }
    return 0;
}

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
    DWORD processId = holderV4(endpoint);
    if (processId == 0)
        processId = holderV6(endpoint);
    if (processId == 0)
        return std::nullopt;
    return PortHolder{static_cast<std::int64_t>(processId), processName(processId)};
}

} // namespace engine
