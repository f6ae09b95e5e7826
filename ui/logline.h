// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QString>

// A line of the log as it stands in a stream or file. No widgets: the headless log uses these too.

namespace ui
{

/// "2026-11-23T10:08:41.123 warning curl (4242) – ...", without an end of line. The level's word is the same
/// in every language, so that tools find it.
[[nodiscard]] QString logLine(std::int64_t at, engine::EventLevel level, const QString &text);
/// Names come from clients: none of them may start a line of its own or talk to a terminal.
[[nodiscard]] QString withoutControls(QString text);

} // namespace ui
