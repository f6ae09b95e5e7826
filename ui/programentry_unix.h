// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

namespace ui
{

/// The Snap that a command in the directory of such commands belongs to: "firefox.geckodriver" is firefox's,
/// and so is a link to that beside it, whatever it is called.
[[nodiscard]] QString snapOfCommand(const QString &directory, const QString &command);

/// The first bytes of a file; empty when it cannot be read. Waits for no pipe.
[[nodiscard]] QByteArray beginningOf(const QString &path, qsizetype size);
/// Whether the system runs the file itself, and tells it by where it really lies. A script, an archive or
/// another file that an interpreter reads is told by the path that it was begun by, links and all.
[[nodiscard]] bool isImage(const QString &path);

} // namespace ui
