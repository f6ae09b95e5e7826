// SPDX-License-Identifier: MIT
#include "engine/owner/process_files_linux.h"

#include <array>
#include <climits>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace engine
{

namespace
{

constexpr qsizetype kMaximumStatSize = 2'048;

using ProcessPath = std::array<char, 64>;

ProcessPath pathOf(std::int64_t processId, const char *name)
{
    ProcessPath path;
    std::snprintf(path.data(), path.size(), "/proc/%lld/%s", static_cast<long long>(processId), name);
    return path;
}

/// What stands below "root" is as the process has put it there: a FIFO, or a device, must not be waited for.
int openRegular(const ProcessPath &path)
{
    const int file = ::open(path.data(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat status {
    };
    if (file < 0 || (::fstat(file, &status) == 0 && S_ISREG(status.st_mode)))
        return file;
    ::close(file);
    return -1;
}

} // namespace

QByteArray readProcessFile(std::int64_t processId, const char *name, qsizetype maximum)
{
    const int file = openRegular(pathOf(processId, name));
    if (file < 0)
        return {};
    QByteArray content(maximum, Qt::Uninitialized);
    qsizetype size = 0;
    while (size < maximum) {
        const ssize_t count = ::read(file, content.data() + size, static_cast<std::size_t>(maximum - size));
        if (count <= 0)
            break;
        size += count;
    }
    ::close(file);
    content.resize(size);
    content.squeeze(); // it may be kept
    return content;
}

QByteArray readProcessLink(std::int64_t processId, const char *name)
{
    std::array<char, PATH_MAX> target;
    const ssize_t size = ::readlink(pathOf(processId, name).data(), target.data(), target.size());
    return size > 0 ? QByteArray(target.data(), size) : QByteArray();
}

std::optional<ProcessStat> readProcessStat(std::int64_t processId)
{
    return parseProcessStat(readProcessFile(processId, "stat", kMaximumStatSize));
}

std::optional<ProcessEntry> findProcess(std::int64_t processId)
{
    const auto stat = readProcessStat(processId);
    if (!stat)
        return std::nullopt;
    return ProcessEntry{{processId, stat->startTime}, stat->parentId};
}

std::optional<ProcessMark> markOf(std::int64_t processId)
{
    struct stat status {
    };
    if (::stat(pathOf(processId, "").data(), &status) != 0)
        return std::nullopt;
    const std::int64_t madeAt = std::int64_t{status.st_ctim.tv_sec} * 1'000'000'000 + status.st_ctim.tv_nsec;
    return ProcessMark{status.st_ino, madeAt, status.st_uid};
}

} // namespace engine
