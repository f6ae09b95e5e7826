// SPDX-License-Identifier: MIT
#include "engine/owner/process_files_linux.h"

#include "engine/owner/program_text.h"

#include <array>
#include <climits>
#include <cstdio>

#include <fcntl.h>
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

} // namespace

QByteArray readProcessFile(std::int64_t processId, const char *name, qsizetype maximum)
{
    const int file = ::open(pathOf(processId, name).data(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
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
    return content;
}

QByteArray readProcessLink(std::int64_t processId, const char *name)
{
    std::array<char, PATH_MAX> target;
    const ssize_t size = ::readlink(pathOf(processId, name).data(), target.data(), target.size());
    return size > 0 ? QByteArray(target.data(), size) : QByteArray();
}

std::optional<ProcessEntry> findProcess(std::int64_t processId)
{
    const auto stat = parseProcessStat(readProcessFile(processId, "stat", kMaximumStatSize));
    if (!stat)
        return std::nullopt;
    return ProcessEntry{{processId, stat->startTime}, stat->parentId};
}

bool isRunning(const ProcessIdentity &process)
{
    const auto entry = findProcess(process.processId);
    return entry && entry->process == process;
}

} // namespace engine
