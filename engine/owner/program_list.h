// SPDX-License-Identifier: MIT
#pragma once

#include "engine/application.h"

#include <QList>

namespace engine
{

/// Each program once, in the order of names; of those that are the same the first is kept. Programs without a
/// name are left out.
[[nodiscard]] QList<Program> sortedPrograms(QList<Program> programs);

} // namespace engine
