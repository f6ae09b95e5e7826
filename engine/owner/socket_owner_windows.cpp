// SPDX-License-Identifier: MIT
#include "engine/owner/socket_owner.h"

#include <algorithm>
#include <unordered_map>
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

/// Whether a socket answers a question better than that of the owner found so far (0: none). The ports of its
/// own are the same.
bool isBetter(const OwnedSocket &socket, const SocketQuestion &question, DWORD owner)
{
    if (question.transport == Transport::Tcp)
        return isSameButForScope(socket.local, question.client) &&
               isSameButForScope(socket.peer, question.server);
    // One bound to the very address gets its datagrams before one bound to all of them.
    return isBoundFor(socket.local.address, question.client.address) &&
           (owner == 0 || isSameButForScope(socket.local, question.client));
}

/// Looks for the sockets that many questions about one transport are about: reading a table takes longer than
/// going through it.
class Search
{
public:
    /// Writes the owners in the places of their questions; 0 stays where there is none.
    Search(Transport transport, std::span<const SocketQuestion> questions, std::span<DWORD> owners)
        : m_questions(questions)
        , m_owners(owners)
    {
        for (std::size_t i = 0; i < questions.size(); ++i) {
            if (questions[i].transport == transport)
                m_byPort.emplace(questions[i].client.port, i);
        }
    }

    void lookAtTcp()
    {
        const auto visit = [this](const OwnedSocket &socket) {
            look(socket);
        };
        if (isAny([this](std::size_t i) { return m_questions[i].client.address.isV4(); }))
            forEachSocket<MIB_TCPTABLE_OWNER_PID>(askForTcp, AF_INET, visit);
        if (isAny([this](std::size_t i) { return m_owners[i] == 0; })) // where IPv4-mapped ones are, too
            forEachSocket<MIB_TCP6TABLE_OWNER_PID>(askForTcp, AF_INET6, visit);
    }

    void lookAtUdp()
    {
        const auto visit = [this](const OwnedSocket &socket) {
            look(socket);
        };
        if (isAny([this](std::size_t i) { return m_questions[i].client.address.isV4(); }))
            forEachSocket<MIB_UDPTABLE_OWNER_PID>(askForUdp, AF_INET, visit);
        if (!m_byPort.empty())
            forEachSocket<MIB_UDP6TABLE_OWNER_PID>(askForUdp, AF_INET6, visit);
    }

private:
    [[nodiscard]] bool isAny(auto condition) const
    {
        return std::ranges::any_of(m_byPort, [&](const auto &entry) { return condition(entry.second); });
    }

    void look(const OwnedSocket &socket)
    {
        const auto [first, last] = m_byPort.equal_range(socket.local.port);
        for (auto at = first; at != last; ++at) {
            if (isBetter(socket, m_questions[at->second], m_owners[at->second]))
                m_owners[at->second] = socket.processId;
        }
    }

    std::span<const SocketQuestion> m_questions;
    std::span<DWORD> m_owners;
    std::unordered_multimap<std::uint16_t, std::size_t> m_byPort; ///< the questions, by their clients' ports
};

/// The processes that have the sockets; 0 where there is none.
std::vector<DWORD> ownersOf(std::span<const SocketQuestion> questions)
{
    std::vector<DWORD> owners(questions.size());
    Search(Transport::Tcp, questions, owners).lookAtTcp();
    Search(Transport::Udp, questions, owners).lookAtUdp();
    return owners;
}

} // namespace

struct SocketOwnerFinder::State {
};

SocketOwnerFinder::SocketOwnerFinder() = default;
SocketOwnerFinder::~SocketOwnerFinder() = default;

// Nothing is kept here: the system's tables tell of every socket alike.

std::optional<ProcessIdentity> SocketOwnerFinder::find(Transport transport, const Endpoint &client,
                                                       const Endpoint &server)
{
    const SocketQuestion question{transport, client, server};
    return recall({&question, 1}).front();
}

std::vector<std::optional<ProcessIdentity>>
SocketOwnerFinder::recall(std::span<const SocketQuestion> questions)
{
    std::vector<std::optional<ProcessIdentity>> found(questions.size());
    const std::vector<DWORD> owners = ownersOf(questions);
    // While its handle is open nobody else gets a process's number; before that somebody may have.
    std::unordered_map<DWORD, Handle> processes;
    for (const DWORD owner : owners) {
        if (owner != 0 && !processes.contains(owner))
            processes.emplace(owner, openProcess(owner));
    }
    if (processes.empty())
        return found;
    const std::vector<DWORD> again = ownersOf(questions);
    for (std::size_t i = 0; i < owners.size(); ++i) {
        if (owners[i] != 0 && again[i] == owners[i])
            found[i] = ProcessIdentity{static_cast<std::int64_t>(owners[i]),
                                       startTimeOf(processes.find(owners[i])->second)};
    }
    return found;
}

void SocketOwnerFinder::settle()
{
}

} // namespace engine
