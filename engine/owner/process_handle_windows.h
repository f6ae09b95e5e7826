// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include <windows.h>

namespace engine
{

struct HandleCloser {
    void operator()(HANDLE handle) const { ::CloseHandle(handle); }
};
using Handle = std::unique_ptr<void, HandleCloser>;

/// Null for a process that is gone or that we may not look into.
[[nodiscard]] inline Handle openProcess(DWORD processId)
{
    return Handle(::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, processId));
}

/// In units of 100 ns since 1601; 0 when it is not known.
[[nodiscard]] inline std::uint64_t startTimeOf(const Handle &process)
{
    FILETIME created{};
    FILETIME exited{};
    FILETIME kernel{};
    FILETIME user{};
    if (!process || !::GetProcessTimes(process.get(), &created, &exited, &kernel, &user))
        return 0;
    return (std::uint64_t{created.dwHighDateTime} << 32) | created.dwLowDateTime;
}

} // namespace engine
