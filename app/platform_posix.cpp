// SPDX-License-Identifier: MIT
#include "app/platform.h"

#include <algorithm>
#include <csignal>

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace app
{

namespace
{

/// Some systems grant a thousand million; tables that large help nobody.
constexpr rlim_t kMaximumDescriptors = 1U << 20U;

/// RuntimeDirectory= of hosier.service, whose /tmp is its own. Commands of its user find it there.
const QString kServiceDirectory = u"/run/hosier"_s;

bool isOwnDirectory(const QString &path)
{
    struct stat info {
    };
    return ::lstat(QFile::encodeName(path).constData(), &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == ::getuid() && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

} // namespace

void preparePlatform()
{
    // splice() to a closed socket raises SIGPIPE whatever its flags say.
    std::signal(SIGPIPE, SIG_IGN);
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kMaximumDescriptors));
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void enterConsole()
{
    // A terminal that the program was started from is there.
}

bool leaveConsole()
{
    return false; // Who wants to be without a terminal starts the program so.
}

QStringList programArguments(int argc, char **argv)
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments += QString::fromLocal8Bit(argv[i]);
    return arguments;
}

bool hasDisplay()
{
    // A platform chosen by hand (offscreen, vnc) may need no display server.
    return !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") || !qEnvironmentVariableIsEmpty("DISPLAY") ||
           !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

/// A service may have been started without the environment of a login, and before one made /run/user: a
/// command must look where such a one would be, hence more than one place.
QString configurationRoot()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
}

/// XDG Base Directory Specification 0.8; QStandardPaths knows it from Qt 6.7 on.
QString stateDirectory()
{
    QString root = qEnvironmentVariable("XDG_STATE_HOME");
    if (!QDir::isAbsolutePath(root))
        root = QDir::homePath() + u"/.local/state"_s;
    return QDir::cleanPath(root) + u"/hosier"_s;
}

bool isOpenToOthers(const QString &path)
{
    constexpr QFileDevice::Permissions kOthers =
        QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    return bool(QFileInfo(path).permissions() & kOthers);
}

void giveToOwnerOf(const QString &path, int descriptor)
{
    struct stat info {
    };
    // Some file systems, and roots without all privileges, cannot: the file is worth more than its owner.
    if (::geteuid() == 0 && ::stat(QFile::encodeName(path).constData(), &info) == 0)
        static_cast<void>(!::fchown(descriptor, info.st_uid, info.st_gid));
}

void flushDirectory(const QString &path)
{
    const int directory = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory == -1)
        return;
    ::fsync(directory);
    ::close(directory);
}

QStringList instanceDirectories()
{
    const QString user = QString::number(::getuid());
    const QString fallback = u"/tmp/hosier-"_s + user;
    ::mkdir(QFile::encodeName(fallback).constData(), S_IRWXU);
    QStringList directories;
    for (const QString &path :
         {qEnvironmentVariable("XDG_RUNTIME_DIR"), u"/run/user/"_s + user, kServiceDirectory, fallback}) {
        const QString clean = QDir::cleanPath(path);
        if (!path.isEmpty() && isOwnDirectory(clean) && !directories.contains(clean))
            directories += clean;
    }
    return directories;
}

void removeDeadLock(const QString &)
{
    // QLockFile's own lock on the file died with the process: it needs no help.
}

/// The directories are the user's alone.
QString userKey()
{
    return {};
}

void passForegroundOn()
{
    // Window managers decide by themselves.
}

} // namespace app
