// SPDX-License-Identifier: MIT
#include "engine/owner/watched_process_linux.h"

#include "engine/owner/program_text.h"

#include <array>
#include <climits>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace engine
{

namespace
{

constexpr std::size_t kComparedArguments = std::size_t{4} * 1024; // bytes

using Target = std::array<char, PATH_MAX>;

int openDirectory(std::int64_t processId)
{
    std::array<char, 32> path;
    std::snprintf(path.data(), path.size(), "/proc/%lld", static_cast<long long>(processId));
    return ::open(path.data(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/// Empty when the process is gone or we may not look.
QByteArrayView executableIn(int directory, Target &target)
{
    const ssize_t size = ::readlinkat(directory, "exe", target.data(), target.size());
    return {target.data(), size > 0 ? size : 0};
}

bool namesWhatRuns(QByteArrayView executable)
{
    const QByteArray path = withoutDeletedMark(executable.toByteArray());
    return !path.isEmpty() && !isInterpreter(path.mid(path.lastIndexOf('/') + 1));
}

} // namespace

std::optional<WatchedProcess> WatchedProcess::of(std::int64_t processId)
{
    WatchedProcess process;
    process.m_directory = openDirectory(processId);
    if (process.m_directory < 0)
        return std::nullopt;
    Target target;
    const QByteArrayView executable = executableIn(process.m_directory, target);
    process.m_executable = executable.toByteArray();
    if (namesWhatRuns(executable))
        return process;
    process.m_arguments = ::openat(process.m_directory, "cmdline", O_RDONLY | O_CLOEXEC);
    process.m_argumentsThen = process.readArguments();
    // The arguments of one that has ended are empty.
    if (process.m_argumentsThen.isEmpty())
        return std::nullopt;
    return process;
}

WatchedProcess::WatchedProcess(WatchedProcess &&other) noexcept
{
    *this = std::move(other);
}

WatchedProcess &WatchedProcess::operator=(WatchedProcess &&other) noexcept
{
    std::swap(m_directory, other.m_directory);
    std::swap(m_arguments, other.m_arguments);
    std::swap(m_executable, other.m_executable);
    std::swap(m_argumentsThen, other.m_argumentsThen);
    return *this;
}

WatchedProcess::~WatchedProcess()
{
    for (const int descriptor : {m_directory, m_arguments}) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

bool WatchedProcess::isSame() const
{
    Target target;
    return executableIn(m_directory, target) == m_executable &&
           (m_arguments < 0 || readArguments() == m_argumentsThen);
}

QByteArray WatchedProcess::readArguments() const
{
    std::array<char, kComparedArguments> bytes;
    const ssize_t size = ::pread(m_arguments, bytes.data(), bytes.size(), 0);
    return {bytes.data(), qsizetype{size > 0 ? size : 0}};
}

} // namespace engine
