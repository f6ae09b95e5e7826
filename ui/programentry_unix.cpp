// SPDX-License-Identifier: MIT
#include "ui/programentry.h"

#include <QByteArrayView>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace ui
{

namespace
{

constexpr QByteArrayView kImageMark("\x7f"
                                    "ELF");

/// Whether the system runs the file itself, and tells it by where it really lies. A script, an archive or
/// another file that an interpreter reads is told by the path that it was begun by, links and all.
bool isImage(const QString &path)
{
    QFile file(path);
    // Before it is opened: a pipe would be waited for.
    return QFileInfo(path).isFile() && file.open(QIODevice::ReadOnly) &&
           file.read(kImageMark.size()) == kImageMark;
}

} // namespace

QString programEntryOf(const QString &nameOrFile)
{
    if (!nameOrFile.contains(u'/'))
        return nameOrFile;
    const QFileInfo info(nameOrFile);
    const QString path = QDir::cleanPath(info.absoluteFilePath());
    if (path.startsWith(QStringLiteral("/snap/bin/")))
        return info.fileName().section(u'.', 0, 0);
    if (path.contains(QStringLiteral("/flatpak/exports/bin/")))
        return info.fileName();
    if (isImage(nameOrFile))
        return info.canonicalFilePath();
    return info.isRelative() && info.exists() ? path : nameOrFile;
}

} // namespace ui
