// SPDX-License-Identifier: MIT
#include "app/crashnote.h"

#include "app/platform.h"
#include "app/profilefile.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QSysInfo>

using namespace Qt::StringLiterals;

namespace app
{

namespace
{

/// Enough to tell the profiles of one user apart.
constexpr int kKeyLength = 8;

} // namespace

QString crashNotePath(const QString &profilePath)
{
    const QByteArray key =
        QCryptographicHash::hash(canonicalPath(profilePath).toUtf8(), QCryptographicHash::Sha256)
            .toHex()
            .left(kKeyLength);
    return stateDirectory() + u"/crash-"_s + QString::fromLatin1(key) + u".txt"_s;
}

QString takeCrashNote(const QString &notePath)
{
    const QFileInfo note(notePath);
    if (!note.isFile() || note.size() == 0)
        return {};
    QDir folder = note.absoluteDir();
    const QString stem = note.completeBaseName();
    const QString time = note.lastModified().toUTC().toString(u"yyyyMMdd-HHmmss"_s);
    QString taken = folder.filePath(u"%1-%2.txt"_s.arg(stem, time));
    QFile::remove(taken);
    if (!QFile::rename(notePath, taken))
        return notePath;
    // The time in the name sorts them.
    QStringList kept = folder.entryList({stem + u"-*.txt"_s}, QDir::Files, QDir::Name);
    while (kept.size() > kKeptCrashNotes)
        folder.remove(kept.takeFirst());
    return taken;
}

QByteArray crashNoteHead()
{
    return u"Hosier %1, Qt %2, %3 (%4)\n"_s
        .arg(QCoreApplication::applicationVersion(), QString::fromLatin1(qVersion()),
             QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture())
        .toUtf8();
}

} // namespace app
