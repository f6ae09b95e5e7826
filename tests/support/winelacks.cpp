// SPDX-License-Identifier: MIT

// What Wine 8 does not do and Windows does, shown without Hosier: the reasons in
// installer/windows/known-failures. Ends with 0 while all of it is so, with 1 when something works and its
// known failures have to go.

#include <cstdio>
#include <cstdlib>
#include <vector>

#include <winsock2.h>
#include <ws2tcpip.h>

#include <iphlpapi.h>

namespace
{

constexpr DWORD kSettleMilliseconds = 300;
constexpr UINT kMessage = WM_APP;

sockaddr *raw(sockaddr_in &address)
{
    return reinterpret_cast<sockaddr *>(&address);
}

sockaddr_in localOf(SOCKET socket)
{
    sockaddr_in address{};
    int size = sizeof address;
    ::getsockname(socket, raw(address), &size);
    return address;
}

/// Bound to 127.0.0.`last`, and any port.
SOCKET makeSocket(int type, unsigned long last = 1)
{
    const SOCKET made = ::socket(AF_INET, type, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7f000000 + last);
    ::bind(made, raw(address), sizeof address);
    return made;
}

struct Connection {
    SOCKET client = INVALID_SOCKET;
    SOCKET server = INVALID_SOCKET;
};

Connection connectPair()
{
    const SOCKET listener = makeSocket(SOCK_STREAM);
    ::listen(listener, 1);
    sockaddr_in address = localOf(listener);
    Connection made;
    made.client = ::socket(AF_INET, SOCK_STREAM, 0);
    ::connect(made.client, raw(address), sizeof address);
    made.server = ::accept(listener, nullptr, nullptr);
    ::closesocket(listener);
    return made;
}

int g_closeError = -1; // what FD_CLOSE came with

LRESULT CALLBACK takeMessage(HWND window, UINT message, WPARAM first, LPARAM second)
{
    if (message != kMessage)
        return ::DefWindowProcW(window, message, first, second);
    if (WSAGETSELECTEVENT(second) == FD_CLOSE)
        g_closeError = WSAGETSELECTERROR(second);
    return 0;
}

HWND makeWindow()
{
    WNDCLASSW description{};
    description.lpfnWndProc = takeMessage;
    description.lpszClassName = L"winelacks";
    ::RegisterClassW(&description);
    return ::CreateWindowW(L"winelacks", L"", 0, 0, 0, 0, 0, HWND_MESSAGE, nullptr, nullptr, nullptr);
}

/// A reset arrives as an end: FD_CLOSE without an error, then a receive of nothing.
bool resetLooksLikeAnEnd()
{
    const Connection connection = connectPair();
    ::WSAAsyncSelect(connection.client, makeWindow(), kMessage, FD_READ | FD_CLOSE);
    const linger reset{1, 0};
    ::setsockopt(connection.server, SOL_SOCKET, SO_LINGER, reinterpret_cast<const char *>(&reset),
                 sizeof reset);
    ::closesocket(connection.server);
    ::Sleep(kSettleMilliseconds);
    MSG message{};
    while (::PeekMessageW(&message, nullptr, 0, 0, PM_REMOVE) != 0)
        ::DispatchMessageW(&message);
    char byte = 0;
    return g_closeError == 0 && ::recv(connection.client, &byte, 1, 0) == 0;
}

/// Nobody's, where the table does not have it.
DWORD ownerOf(const sockaddr_in &local, const sockaddr_in &peer)
{
    std::vector<char> bytes(1 << 20);
    auto size = static_cast<DWORD>(bytes.size());
    if (::GetExtendedTcpTable(bytes.data(), &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_CONNECTIONS, 0) != 0)
        return 0;
    const auto *table = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID *>(bytes.data());
    for (DWORD i = 0; i < table->dwNumEntries; ++i) {
        const MIB_TCPROW_OWNER_PID &row = table->table[i];
        if (row.dwLocalPort == local.sin_port && row.dwRemotePort == peer.sin_port)
            return row.dwOwningPid;
    }
    return 0;
}

/// A socket that has just connected belongs to nobody, and to its process once that has sent something.
bool ownerComesLate()
{
    const Connection connection = connectPair();
    const sockaddr_in local = localOf(connection.client);
    const sockaddr_in peer = localOf(connection.server);
    const DWORD before = ownerOf(local, peer);
    ::send(connection.client, "x", 1, 0);
    return before == 0 && ownerOf(local, peer) == ::GetCurrentProcessId();
}

/// A datagram socket of one loopback address sends from another.
bool datagramsComeFromAnotherAddress()
{
    const SOCKET second = makeSocket(SOCK_DGRAM, 2);
    const SOCKET first = makeSocket(SOCK_DGRAM);
    sockaddr_in to = localOf(first);
    sockaddr_in from{};
    int size = sizeof from;
    char byte = 0;
    ::sendto(second, "x", 1, 0, raw(to), sizeof to);
    ::recvfrom(first, &byte, 1, 0, raw(from), &size);
    return from.sin_addr.s_addr == to.sin_addr.s_addr;
}

} // namespace

int main()
{
    WSADATA data{};
    if (::WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return EXIT_FAILURE;
    const bool lacks[] = {resetLooksLikeAnEnd(), ownerComesLate(), datagramsComeFromAnotherAddress()};
    std::printf("a reset looks like an end: %d\nan owner comes late: %d\n"
                "datagrams come from another address: %d\n",
                lacks[0], lacks[1], lacks[2]);
    return lacks[0] && lacks[1] && lacks[2] ? EXIT_SUCCESS : EXIT_FAILURE;
}
