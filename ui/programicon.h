// SPDX-License-Identifier: MIT
#pragma once

#include <QImage>
#include <QList>

namespace ui
{

/// The icon that an executable carries, in the sizes that tables use; empty where there is none, which on
/// every system but Windows is always. `path` is native, and reading it may take as long as its disk does:
/// not for the interface's thread. The source is the file.
[[nodiscard]] QList<QImage> programIcon(const QString &path);

} // namespace ui
