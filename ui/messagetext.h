// SPDX-License-Identifier: MIT
#pragma once

#include "engine/message.h"

#include <QStringList>

// Messages of the engine and the program in the interface's language. No widgets.

namespace ui
{

[[nodiscard]] QString messageText(const engine::Message &message);
/// One line each.
[[nodiscard]] QStringList messageTexts(const QList<engine::Message> &messages);

} // namespace ui
