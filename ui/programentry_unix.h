// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace ui
{

/// The Snap that a command in the directory of such commands belongs to: "firefox.geckodriver" is firefox's,
/// and so is a link to that beside it, whatever it is called.
[[nodiscard]] QString snapOfCommand(const QString &directory, const QString &command);

} // namespace ui
