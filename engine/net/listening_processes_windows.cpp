// SPDX-License-Identifier: MIT
#include "engine/net/listening_processes_windows.h"

#include <vector>

#include <winsock2.h>
#include <ws2tcpip.h>

#include <iphlpapi.h>

namespace engine::net
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

} // namespace

DWORD listeningProcess(const Endpoint &endpoint)
{
    const DWORD processId = holderV4(endpoint);
    return processId != 0 ? processId : holderV6(endpoint);
}

} // namespace engine::net
