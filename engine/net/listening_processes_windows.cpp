// SPDX-License-Identifier: MIT
#include "engine/net/listening_processes_windows.h"

#include <algorithm>
#include <span>

#include <winsock2.h>
#include <ws2tcpip.h>

#include <iphlpapi.h>

namespace engine::net
{

namespace
{

bool keepsFrom(const ListeningSocket &held, const Endpoint &wanted, DWORD ownProcess)
{
    const Address &address = held.local.address;
    if (held.local.port != wanted.port)
        return false;
    if (address.family() == wanted.address.family())
        return address == wanted.address || address.isUnspecified() || wanted.address.isUnspecified();
    // The tables do not say whether a listener on [::] takes IPv4 too. Ours on [::] never do, and so nothing
    // of IPv4 is in their way either.
    return address.isV6() && address.isUnspecified() && held.processId != ownProcess;
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

/// In network order, in the lower half.
std::uint16_t portOf(DWORD column)
{
    return ntohs(static_cast<u_short>(column));
}

void addListenersV4(std::vector<ListeningSocket> &sockets)
{
    const std::vector<char> bytes = listenerTable(AF_INET);
    if (bytes.empty())
        return;
    const auto *table = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID *>(bytes.data());
    for (DWORD i = 0; i < table->dwNumEntries; ++i) {
        const MIB_TCPROW_OWNER_PID &row = table->table[i];
        sockets.push_back(
            {{Address::fromV4(ntohl(row.dwLocalAddr)), portOf(row.dwLocalPort)}, row.dwOwningPid});
    }
}

void addListenersV6(std::vector<ListeningSocket> &sockets)
{
    const std::vector<char> bytes = listenerTable(AF_INET6);
    if (bytes.empty())
        return;
    const auto *table = reinterpret_cast<const MIB_TCP6TABLE_OWNER_PID *>(bytes.data());
    for (DWORD i = 0; i < table->dwNumEntries; ++i) {
        const MIB_TCP6ROW_OWNER_PID &row = table->table[i];
        const std::span<const std::uint8_t, 16> address(row.ucLocalAddr, 16);
        sockets.push_back({{Address::fromV6Bytes(address), portOf(row.dwLocalPort)}, row.dwOwningPid});
    }
}

} // namespace

DWORD listeningProcess(const Endpoint &wanted, const std::vector<ListeningSocket> &sockets, DWORD ownProcess)
{
    const auto found = std::find_if(sockets.begin(), sockets.end(), [&](const ListeningSocket &socket) {
        return keepsFrom(socket, wanted, ownProcess);
    });
    return found != sockets.end() ? found->processId : 0;
}

DWORD listeningProcess(const Endpoint &wanted)
{
    std::vector<ListeningSocket> sockets;
    if (!wanted.address.isV6())
        addListenersV4(sockets);
    addListenersV6(sockets);
    return listeningProcess(wanted, sockets, ::GetCurrentProcessId());
}

} // namespace engine::net
