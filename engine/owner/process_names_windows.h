// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/process_handle_windows.h"

#include <QString>

#include <map>

#include <windows.h>

namespace engine
{

/// What the system tells of a process to everybody, whoever runs it.
struct RunningProcess {
    DWORD parentId = 0;
    QString name; ///< of the executable; "System" for the kernel
};
using RunningProcesses = std::map<DWORD, RunningProcess>;

/// Takes milliseconds. None where the system does not tell.
[[nodiscard]] RunningProcesses runningProcesses();

/// Of the executable; empty without a process, or when the system does not tell.
[[nodiscard]] QString pathOf(const Handle &process);

/// What a process is known by, to rules as well: the service that it is, or its executable. `path` is empty
/// of one that we may not look into. Empty when `running` has no such process either.
[[nodiscard]] QString processName(DWORD processId, const QString &path, const RunningProcesses &running);
/// The same of a process whose service, if it is one, and name among the running ones are known.
[[nodiscard]] QString processName(const QString &service, const QString &path, const QString &listed);

} // namespace engine
