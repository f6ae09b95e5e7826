// SPDX-License-Identifier: MIT
#include "ui/programentry_unix.h"

#include "ui/programentry.h"

#include <QByteArrayView>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace ui
{

namespace
{

constexpr QByteArrayView kImageMark("\x7f"
                                    "ELF");

/// Where Snaps have their commands: of Debian and its children, and of Fedora, Arch and others.
constexpr std::array kSnapCommands{"/snap/bin"_L1, "/var/lib/snapd/snap/bin"_L1};

} // namespace

QByteArray beginningOf(const QString &path, qsizetype size)
{
    QFile file(path);
    // Before it is opened: a pipe would be waited for.
    const bool isReadable = QFileInfo(path).isFile() && file.open(QIODevice::ReadOnly);
    return isReadable ? file.read(size) : QByteArray();
}

bool isImage(const QString &path)
{
    return beginningOf(path, kImageMark.size()) == kImageMark;
}

QString snapOfCommand(const QString &directory, const QString &command)
{
    // A command leads to snapd, its alias to the command.
    const QFileInfo target(QFileInfo(directory + u'/' + command).symLinkTarget());
    const QString name = target.path() == directory ? target.fileName() : command;
    return name.section(u'.', 0, 0);
}

QString programEntryOf(const QString &nameOrFile)
{
    if (!nameOrFile.contains(u'/'))
        return nameOrFile;
    const QFileInfo info(nameOrFile);
    const QString path = QDir::cleanPath(info.absoluteFilePath());
    const QString directory = QFileInfo(path).path();
    if (std::find(kSnapCommands.begin(), kSnapCommands.end(), directory) != kSnapCommands.end())
        return snapOfCommand(directory, info.fileName());
    if (path.contains(QStringLiteral("/flatpak/exports/bin/")))
        return info.fileName();
    if (isImage(nameOrFile))
        return info.canonicalFilePath();
    return info.isRelative() && info.exists() ? path : nameOrFile;
}

} // namespace ui
