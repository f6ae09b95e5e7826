// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/process.h"
#include "engine/owner/program_text.h"

#include <QByteArray>

#include <optional>

// What /proc tells of a process. Everything is empty for one that is gone or that we may not look into.
namespace engine
{

[[nodiscard]] std::optional<ProcessStat> readProcessStat(std::int64_t processId);
[[nodiscard]] std::optional<ProcessEntry> findProcess(std::int64_t processId);

/// Of the directory /proc/PID, which the system makes anew for every process: as long as it is the same, so
/// is the process. Costs a tenth of reading when the process started.
struct ProcessMark {
    std::uint64_t inode = 0;
    std::int64_t madeAt = 0; ///< nanoseconds
    std::uint32_t user = 0;  ///< whose rights it has, also when it keeps others from looking into it

    bool operator==(const ProcessMark &) const = default;
};
[[nodiscard]] std::optional<ProcessMark> markOf(std::int64_t processId);

/// The beginning of /proc/PID/NAME, when that is a regular file, as all of the system's there are.
[[nodiscard]] QByteArray readProcessFile(std::int64_t processId, const char *name, qsizetype maximum);
/// Where the link /proc/PID/NAME leads to.
[[nodiscard]] QByteArray readProcessLink(std::int64_t processId, const char *name);

} // namespace engine
