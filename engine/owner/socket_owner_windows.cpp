// SPDX-License-Identifier: MIT
#include "engine/owner/socket_owner.h"

#include <vector>

#include <winsock2.h>
#include <ws2tcpip.h>

#include <iphlpapi.h>

#include "engine/owner/address_match.h"
#include "engine/owner/process_handle_windows.h"

namespace engine
{

namespace
{

/// A socket in one of the system's tables.
struct OwnedSocket {
    Endpoint local;
    Endpoint peer; ///< null of UDP
    DWORD processId = 0;
};

std::uint16_t portFrom(DWORD networkOrder)
{
    return ntohs(static_cast<u_short>(networkOrder));
}

Address addressFromV4(DWORD networkOrder)
{
    return Address::fromV4(ntohl(networkOrder));
}

Address addressFromV6(const UCHAR (&bytes)[16])
{
    return Address::fromV6Bytes(std::span<const std::uint8_t, 16>(bytes, 16));
}

OwnedSocket socketFrom(const MIB_TCPROW_OWNER_PID &row)
{
    return {{addressFromV4(row.dwLocalAddr), portFrom(row.dwLocalPort)},
            {addressFromV4(row.dwRemoteAddr), portFrom(row.dwRemotePort)},
            row.dwOwningPid};
}

OwnedSocket socketFrom(const MIB_TCP6ROW_OWNER_PID &row)
{
    return {{addressFromV6(row.ucLocalAddr), portFrom(row.dwLocalPort)},
            {addressFromV6(row.ucRemoteAddr), portFrom(row.dwRemotePort)},
            row.dwOwningPid};
}

OwnedSocket socketFrom(const MIB_UDPROW_OWNER_PID &row)
{
    return {{addressFromV4(row.dwLocalAddr), portFrom(row.dwLocalPort)}, {}, row.dwOwningPid};
}

OwnedSocket socketFrom(const MIB_UDP6ROW_OWNER_PID &row)
{
    return {{addressFromV6(row.ucLocalAddr), portFrom(row.dwLocalPort)}, {}, row.dwOwningPid};
}

DWORD askForTcp(void *table, DWORD *size, ULONG family)
{
    return ::GetExtendedTcpTable(table, size, FALSE, family, TCP_TABLE_OWNER_PID_CONNECTIONS, 0);
}

DWORD askForUdp(void *table, DWORD *size, ULONG family)
{
    return ::GetExtendedUdpTable(table, size, FALSE, family, UDP_TABLE_OWNER_PID, 0);
}

/// Calls a function with every socket of a table.
template <typename Table, typename Ask, typename Visit> void forEachSocket(Ask ask, ULONG family, Visit visit)
{
    constexpr int kAttempts = 3; // the table may grow between being measured and being read
    DWORD size = 0;
    std::vector<char> bytes;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const DWORD result = ask(bytes.empty() ? nullptr : bytes.data(), &size, family);
        if (result == NO_ERROR && !bytes.empty()) {
            const auto *table = reinterpret_cast<const Table *>(bytes.data());
            for (DWORD i = 0; i < table->dwNumEntries; ++i)
                visit(socketFrom(table->table[i]));
            return;
        }
        if (result != ERROR_INSUFFICIENT_BUFFER)
            return;
        bytes.resize(size);
    }
}

DWORD tcpOwner(const Endpoint &client, const Endpoint &server)
{
    DWORD owner = 0;
    const auto look = [&](const OwnedSocket &socket) {
        if (isSameButForScope(socket.local, client) && isSameButForScope(socket.peer, server))
            owner = socket.processId;
    };
    if (client.address.isV4())
        forEachSocket<MIB_TCPTABLE_OWNER_PID>(askForTcp, AF_INET, look);
    if (owner == 0) // where IPv4-mapped ones are, too
        forEachSocket<MIB_TCP6TABLE_OWNER_PID>(askForTcp, AF_INET6, look);
    return owner;
}

DWORD udpOwner(const Endpoint &client)
{
    OwnedSocket best;
    const auto look = [&](const OwnedSocket &socket) {
        const bool fits =
            socket.local.port == client.port && isBoundFor(socket.local.address, client.address);
        // One bound to the very address gets its datagrams before one bound to all of them.
        if (fits && (best.processId == 0 || isSameButForScope(socket.local, client)))
            best = socket;
    };
    if (client.address.isV4())
        forEachSocket<MIB_UDPTABLE_OWNER_PID>(askForUdp, AF_INET, look);
    forEachSocket<MIB_UDP6TABLE_OWNER_PID>(askForUdp, AF_INET6, look);
    return best.processId;
}

} // namespace

struct SocketOwnerFinder::State {
};

SocketOwnerFinder::SocketOwnerFinder() = default;
SocketOwnerFinder::~SocketOwnerFinder() = default;

std::optional<ProcessIdentity> SocketOwnerFinder::find(Transport transport, const Endpoint &client,
                                                       const Endpoint &server)
{
    const auto ask = [&] {
        return transport == Transport::Tcp ? tcpOwner(client, server) : udpOwner(client);
    };
    const DWORD owner = ask();
    if (owner == 0)
        return std::nullopt;
    // While its handle is open nobody else gets its number; before that somebody may have.
    const Handle process = openProcess(owner);
    if (ask() != owner)
        return std::nullopt;
    return ProcessIdentity{static_cast<std::int64_t>(owner), startTimeOf(process)};
}

// Nothing is kept here: the system's tables tell of every socket alike.

std::vector<std::optional<ProcessIdentity>>
SocketOwnerFinder::recall(std::span<const SocketQuestion> questions)
{
    return std::vector<std::optional<ProcessIdentity>>(questions.size());
}

void SocketOwnerFinder::settle()
{
}

} // namespace engine
