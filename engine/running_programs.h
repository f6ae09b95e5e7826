// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"

#include <QList>

namespace engine
{

/// Processes that are looked at; more stay out of the list.
inline constexpr int kMaximumListedProcesses = 8'192;

/// The programs that run now, each once however many processes it has, under the names that rules know them
/// by, in the order of their names. What the system does not tell of another user's program (its path) is
/// empty. Reads from the system and may take a second: any thread but the engine's and the interface's.
[[nodiscard]] QList<Program> runningPrograms();

} // namespace engine
