// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QString>

namespace ui
{

/// Icons, as names of the theme or paths, by what programs are called: the short name of the executable, or
/// the id of the entry, which Flatpak gives its programs as a name. From the desktop entries of this system
/// (freedesktop.org, Desktop Entry Specification); where there are none, empty. Reads files: any thread but
/// the interface's.
[[nodiscard]] QHash<QString, QString> readDesktopIcons();

} // namespace ui
