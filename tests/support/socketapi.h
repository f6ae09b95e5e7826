// SPDX-License-Identifier: MIT
#pragma once

// BSD sockets and WinSock under one set of names; for the tests' raw sockets only.

#include <vector>

#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace test::api
{

#ifdef _WIN32
using Handle = SOCKET;
using Length = int;
using PollEntry = WSAPOLLFD;
inline constexpr int kShutdownWrite = SD_SEND;
inline constexpr int kNoSignal = 0;

inline void start()
{
    static const int started = [] {
        WSADATA data;
        return WSAStartup(MAKEWORD(2, 2), &data);
    }();
    (void)started;
}
inline void close(Handle handle)
{
    ::closesocket(handle);
}
inline int wait(PollEntry &entry, int milliseconds)
{
    return ::WSAPoll(&entry, 1, milliseconds);
}
inline int waitAny(std::vector<PollEntry> &entries, int milliseconds)
{
    return ::WSAPoll(entries.data(), static_cast<ULONG>(entries.size()), milliseconds);
}
inline bool wouldBlock()
{
    return ::WSAGetLastError() == WSAEWOULDBLOCK;
}
inline bool isReset()
{
    return ::WSAGetLastError() == WSAECONNRESET || ::WSAGetLastError() == WSAECONNABORTED;
}
inline void setNonBlocking(Handle handle)
{
    u_long on = 1;
    ::ioctlsocket(handle, FIONBIO, &on);
}
#else
using Handle = int;
using Length = socklen_t;
using PollEntry = pollfd;
inline constexpr int kShutdownWrite = SHUT_WR;
inline constexpr int kNoSignal = MSG_NOSIGNAL;

inline void start()
{
}
inline void close(Handle handle)
{
    ::close(handle);
}
inline int wait(PollEntry &entry, int milliseconds)
{
    return ::poll(&entry, 1, milliseconds);
}
inline int waitAny(std::vector<PollEntry> &entries, int milliseconds)
{
    return ::poll(entries.data(), entries.size(), milliseconds);
}
inline bool wouldBlock()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINPROGRESS || errno == EINTR;
}
inline bool isReset()
{
    return errno == ECONNRESET || errno == EPIPE;
}
inline void setNonBlocking(Handle handle)
{
    ::fcntl(handle, F_SETFL, ::fcntl(handle, F_GETFL, 0) | O_NONBLOCK);
    ::fcntl(handle, F_SETFD, FD_CLOEXEC);
}
#endif

} // namespace test::api
