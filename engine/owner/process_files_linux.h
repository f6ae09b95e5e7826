// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/process.h"

#include <QByteArray>

#include <optional>

// What /proc tells of a process. Everything is empty for one that is gone or that we may not look into.
namespace engine
{

[[nodiscard]] std::optional<ProcessEntry> findProcess(std::int64_t processId);
/// Whether it still runs, and its number has not gone to another.
[[nodiscard]] bool isRunning(const ProcessIdentity &process);

/// The beginning of /proc/PID/NAME.
[[nodiscard]] QByteArray readProcessFile(std::int64_t processId, const char *name, qsizetype maximum);
/// Where the link /proc/PID/NAME leads to.
[[nodiscard]] QByteArray readProcessLink(std::int64_t processId, const char *name);

} // namespace engine
