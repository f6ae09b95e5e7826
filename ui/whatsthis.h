// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>

class QWidget;

namespace ui
{

/// Gives the controls and actions in a window the texts that "What's This?" (Shift+F1) shows; they are found
/// by their object names. Call it when the window has all of them.
void explainControls(QWidget &window);
/// The object names that there are texts for.
[[nodiscard]] QStringList explainedControls();

} // namespace ui
