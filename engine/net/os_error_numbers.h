// SPDX-License-Identifier: MIT
#pragma once

// The operating system's numbers for socket errors under one set of names. WinSock reports WSAE* numbers,
// which are not errno's, and the header defines both.

#ifdef _WIN32
#include <winsock2.h>
#define HOSIER_OS_ERROR(name) WSAE##name
#else
#include <cerrno>
#define HOSIER_OS_ERROR(name) E##name
#endif

#include <array>

namespace engine::net
{

inline constexpr int kOsConnectionRefused = HOSIER_OS_ERROR(CONNREFUSED);
inline constexpr int kOsHostUnreachable = HOSIER_OS_ERROR(HOSTUNREACH);
inline constexpr int kOsNetworkUnreachable = HOSIER_OS_ERROR(NETUNREACH);
inline constexpr int kOsTimedOut = HOSIER_OS_ERROR(TIMEDOUT);
inline constexpr int kOsConnectionReset = HOSIER_OS_ERROR(CONNRESET);
inline constexpr int kOsConnectionAborted = HOSIER_OS_ERROR(CONNABORTED);
inline constexpr int kOsNetworkDown = HOSIER_OS_ERROR(NETDOWN);
inline constexpr int kOsAddressUnavailable = HOSIER_OS_ERROR(ADDRNOTAVAIL);
inline constexpr int kOsFamilyUnsupported = HOSIER_OS_ERROR(AFNOSUPPORT);
inline constexpr int kOsAddressInUse = HOSIER_OS_ERROR(ADDRINUSE);
inline constexpr int kOsAccessDenied = HOSIER_OS_ERROR(ACCES);
inline constexpr int kOsTooManyFiles = HOSIER_OS_ERROR(MFILE);
inline constexpr int kOsNoBuffers = HOSIER_OS_ERROR(NOBUFS);
inline constexpr int kOsWouldBlock = HOSIER_OS_ERROR(WOULDBLOCK);
inline constexpr int kOsInProgress = HOSIER_OS_ERROR(INPROGRESS);
inline constexpr int kOsInterrupted = HOSIER_OS_ERROR(INTR);
#ifdef _WIN32
inline constexpr int kOsNotPermitted = ERROR_ACCESS_DENIED;
inline constexpr int kOsTooManyFilesInSystem = ERROR_TOO_MANY_OPEN_FILES;
inline constexpr int kOsNoMemory = ERROR_NOT_ENOUGH_MEMORY;
inline constexpr int kOsBrokenPipe = WSAESHUTDOWN;
/// Of connect(): no port is left to connect from.
inline constexpr std::array kOsNoLocalPort{WSAEADDRINUSE, WSAENOBUFS};
#else
inline constexpr int kOsNotPermitted = EPERM;
inline constexpr int kOsTooManyFilesInSystem = ENFILE;
inline constexpr int kOsNoMemory = ENOMEM;
inline constexpr int kOsBrokenPipe = EPIPE;
/// Of connect(): no port is left to connect from.
inline constexpr std::array kOsNoLocalPort{EADDRNOTAVAIL};
#endif

} // namespace engine::net

#undef HOSIER_OS_ERROR
