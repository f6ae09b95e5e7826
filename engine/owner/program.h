// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"
#include "engine/owner/process.h"

#include <memory>
#include <optional>

namespace engine
{

/// Tells the application that a process is part of. Keeps what it has read for as long as it is right; one
/// thread only, and neither the engine's nor the interface's.
class ApplicationDescriber
{
public:
    ApplicationDescriber();
    ~ApplicationDescriber();
    Q_DISABLE_COPY_MOVE(ApplicationDescriber)

    /// As the process is now: it may become another program. What the system does not tell (another user's
    /// process, without the rights to look) is empty. Nothing when the process is gone.
    [[nodiscard]] std::optional<Application> describe(const ProcessIdentity &process);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace engine
