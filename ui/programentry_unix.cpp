// SPDX-License-Identifier: MIT
#include "ui/programentry.h"

#include <QFile>
#include <QFileInfo>

namespace ui
{

namespace
{

bool isScript(const QString &path)
{
    QFile file(path);
    return QFileInfo(path).isFile() && file.open(QIODevice::ReadOnly) && file.read(2) == "#!";
}

} // namespace

QString programEntryOf(const QString &nameOrFile)
{
    if (!nameOrFile.contains(u'/'))
        return nameOrFile;
    const QFileInfo info(nameOrFile);
    const QString path = info.absoluteFilePath();
    if (path.startsWith(QStringLiteral("/snap/bin/")))
        return info.fileName().section(u'.', 0, 0);
    if (path.contains(QStringLiteral("/flatpak/exports/bin/")))
        return info.fileName();
    const QString target = info.canonicalFilePath();
    return target.isEmpty() || isScript(target) ? nameOrFile : target;
}

} // namespace ui
