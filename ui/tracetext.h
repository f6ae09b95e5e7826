// SPDX-License-Identifier: MIT
#pragma once

#include "engine/trace_step.h"

#include <QString>

namespace ui
{

/// Why a rule that was tried does not decide: "Host "example.org" is none of "*.example.com"". Empty when it
/// does.
[[nodiscard]] QString traceText(const engine::TraceStep &step);

} // namespace ui
