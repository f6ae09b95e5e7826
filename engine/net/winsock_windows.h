// SPDX-License-Identifier: MIT
#pragma once

#include <winsock2.h>
#include <ws2tcpip.h>

namespace engine::net
{

/// Before anything else is asked of WinSock. Kept until the process ends: lookups of names may go on after
/// the engine is gone.
inline void startWinSock()
{
    static const int result = [] {
        WSADATA data;
        return ::WSAStartup(MAKEWORD(2, 2), &data);
    }();
    (void)result;
}

/// Not inherited by child processes; INVALID_SOCKET when there is none.
[[nodiscard]] inline SOCKET openSystemSocket(int domain, int type, int protocol)
{
    startWinSock();
    return ::WSASocketW(domain, type, protocol, nullptr, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
}

} // namespace engine::net
