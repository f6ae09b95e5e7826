// SPDX-License-Identifier: MIT
#pragma once

#include "app/profilefile.h"
#include "engine/explanation.h"
#include "engine/server_check.h"

namespace app
{

/// --explain: prints what was found of the application, as it was written, every rule tried and the decision.
/// Opens nothing. The process's exit code.
[[nodiscard]] int runExplain(const ProfileFile &file, const QString &application,
                             const engine::ExplainRequest &request);

/// --check-server: prints each step with its time, or what went wrong. Needs a QCoreApplication that is not
/// running yet. The process's exit code.
[[nodiscard]] int runCheckServer(const ProfileFile &file, engine::CheckRequest request);

} // namespace app
