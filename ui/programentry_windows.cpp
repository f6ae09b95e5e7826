// SPDX-License-Identifier: MIT
#include "ui/programentry_windows.h"

#include "engine/limits.h"
#include "ui/programentry.h"

#include <QDir>
#include <QFileInfo>

#include <vector>

#include <windows.h>

using namespace Qt::StringLiterals;

namespace ui
{

namespace
{

/// By way of a junction, such as the folder "current" of Scoop's apps, or of a symbolic link. Where a path
/// without any differs from the file's, in its case, that is as it was typed.
bool isReachedByLink(const QString &file)
{
    QString path = QDir::cleanPath(QFileInfo(file).absoluteFilePath());
    while (!QDir(path).isRoot()) {
        const QFileInfo part(path);
        if (part.isJunction() || part.isSymbolicLink())
            return true;
        path = part.absolutePath();
    }
    return false;
}

/// By its path, or by a drive that stands for a folder of a server. The file is not touched.
bool isOfServer(const QString &file)
{
    constexpr auto kServer = "//"_L1;
    constexpr qsizetype kDriveLength = 3; // "C:/"
    const QString path = QFileInfo(file).absoluteFilePath();
    if (QDir::fromNativeSeparators(file).startsWith(kServer) || path.startsWith(kServer))
        return true;
    const QString drive = QDir::toNativeSeparators(path.left(kDriveLength));
    return ::GetDriveTypeW(reinterpret_cast<const wchar_t *>(drive.utf16())) == DRIVE_REMOTE;
}

/// A look at what other machines have may take long, and this is done while people type.
bool isHere(const QString &file)
{
    return !isOfServer(file) && QFileInfo(file).isFile();
}

} // namespace

QString withoutNamespace(const QString &path)
{
    constexpr auto kNetwork = R"(\\?\UNC\)"_L1;
    constexpr auto kLocal = R"(\\?\)"_L1;
    if (path.startsWith(kNetwork))
        return uR"(\\)"_s + path.sliced(kNetwork.size());
    return path.startsWith(kLocal) ? path.sliced(kLocal.size()) : path;
}

QString imagePathOf(const QString &file)
{
    const QString native = QDir::toNativeSeparators(file);
    // Without a right to any of what is in it.
    const HANDLE opened = ::CreateFileW(reinterpret_cast<const wchar_t *>(native.utf16()), 0,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (opened == INVALID_HANDLE_VALUE)
        return {};
    std::vector<wchar_t> path(engine::kMaximumNtPath);
    const DWORD size = ::GetFinalPathNameByHandleW(opened, path.data(), static_cast<DWORD>(path.size()),
                                                   FILE_NAME_NORMALIZED | VOLUME_NAME_DOS);
    ::CloseHandle(opened);
    if (size >= path.size())
        return {};
    return withoutNamespace(QString::fromWCharArray(path.data(), static_cast<qsizetype>(size)));
}

QString programEntryOf(const QString &nameOrFile)
{
    const bool hasFolder = nameOrFile.contains(u'\\') || nameOrFile.contains(u'/');
    if (!hasFolder || !isHere(nameOrFile) || !isReachedByLink(nameOrFile))
        return nameOrFile;
    const QString path = imagePathOf(nameOrFile);
    return path.isEmpty() ? nameOrFile : path;
}

} // namespace ui
