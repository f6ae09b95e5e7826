// SPDX-License-Identifier: MIT
#include "ui/desktopentries.h"

#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

#include <algorithm>
#include <array>

namespace ui
{

namespace
{

constexpr int kMaximumEntries = 4'000;
constexpr qint64 kMaximumEntrySize = qint64{256} * 1'024;
/// What starts programs of others: its name says nothing of whose icon it is.
constexpr std::array kStarters{"env", "flatpak", "snap", "sh", "bash", "python3", "perl", "java", "pkexec"};

struct DesktopEntry {
    QString program; ///< short name of the executable
    QString icon;
};

QString programOf(const QString &command)
{
    const QString program = QFileInfo(QProcess::splitCommand(command).value(0)).fileName();
    const bool isStarter = std::any_of(kStarters.begin(), kStarters.end(), [&program](const char *starter) {
        return program == QLatin1String(starter);
    });
    return isStarter ? QString() : program;
}

DesktopEntry readEntry(const QString &path)
{
    DesktopEntry entry;
    QFile file(path);
    if (file.size() > kMaximumEntrySize || !file.open(QIODevice::ReadOnly))
        return entry;
    bool isMain = false;
    while (!file.atEnd()) {
        const QString line = QString::fromUtf8(file.readLine(kMaximumEntrySize)).trimmed();
        if (line.startsWith(u'['))
            isMain = line == QStringLiteral("[Desktop Entry]");
        const qsizetype sign = isMain ? line.indexOf(u'=') : -1;
        if (sign < 0)
            continue;
        const QString key = line.left(sign).trimmed();
        if (key == QStringLiteral("Exec"))
            entry.program = programOf(line.sliced(sign + 1).trimmed());
        else if (key == QStringLiteral("Icon"))
            entry.icon = line.sliced(sign + 1).trimmed();
    }
    return entry;
}

} // namespace

QHash<QString, QString> readDesktopIcons()
{
    QHash<QString, QString> icons;
    int read = 0;
    // The first folder has the last word, as for who starts them.
    for (const QString &folder : QStandardPaths::standardLocations(QStandardPaths::ApplicationsLocation)) {
        QDirIterator files(folder, {QStringLiteral("*.desktop")}, QDir::Files | QDir::Readable,
                           QDirIterator::Subdirectories);
        while (files.hasNext() && read < kMaximumEntries) {
            ++read;
            const QString path = files.next();
            const DesktopEntry entry = readEntry(path);
            if (entry.icon.isEmpty())
                continue;
            for (const QString &name : {entry.program, QFileInfo(path).completeBaseName()}) {
                if (!name.isEmpty() && !icons.contains(name))
                    icons.insert(name, entry.icon);
            }
        }
    }
    return icons;
}

} // namespace ui
