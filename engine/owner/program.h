// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/owner/process.h"

#include <optional>

namespace engine
{

/// The application that a process is part of, read anew each time: a process may become another program. What
/// the system does not tell (another user's process, without the rights to look) is empty. Nothing when the
/// process is gone. Takes up to milliseconds: any thread but the engine's and the interface's.
[[nodiscard]] std::optional<Application> describeApplication(const ProcessIdentity &process);

} // namespace engine
