// SPDX-License-Identifier: MIT
#include "app/platform.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <thread>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QStandardPaths>

#include <fcntl.h>
#include <sys/file.h>
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

/// A lock file is there for a moment before it is locked,
constexpr std::chrono::seconds kLockMaking{5};
/// and another one after that: QLockFile lets go of it first and removes it then, whosever it is by that
/// time.
constexpr std::chrono::milliseconds kLockRemoval{50};
/// The same where the process that it names is there, which may be that one, held up in between.
constexpr std::chrono::milliseconds kLockRemovalByLiving{1'000};

/// Either way: a clock may have been set.
bool isPastMaking(const struct stat &lock)
{
    return std::abs(std::time(nullptr) - lock.st_mtime) >= kLockMaking.count();
}

/// Whether `name` is still that of `file`.
bool isNamed(const QByteArray &name, const struct stat &file)
{
    struct stat named {
    };
    return ::lstat(name.constData(), &named) == 0 && named.st_dev == file.st_dev &&
           named.st_ino == file.st_ino;
}

/// Whether the file of a QLockFile names another process that is there, whatever that is.
bool namesAnother(const QString &lock)
{
    qint64 process = 0;
    QString host;
    QString program;
    return QLockFile(lock).getLockInfo(&process, &host, &program) && process != ::getpid() &&
           (::kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM);
}

/// Nobody else may write there.
bool isDirectoryOf(uid_t user, const QString &path)
{
    struct stat info {
    };
    return ::lstat(QFile::encodeName(path).constData(), &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == user && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

QString loginDirectory(uid_t user)
{
    return u"/run/user/"_s + QString::number(user);
}

/// Whose profile it is. Root may have written the file itself into another one's directory.
uid_t ownerOf(const QString &path)
{
    for (const QString &one : {path, QFileInfo(path).absolutePath()}) {
        struct stat info {
        };
        if (::stat(QFile::encodeName(one).constData(), &info) == 0 && info.st_uid != 0)
            return info.st_uid;
    }
    return 0;
}

/// For a user without any other.
QString fallbackDirectory(uid_t user)
{
    return u"/tmp/hosier-"_s + QString::number(user);
}

QStringList directoriesOf(uid_t user, const QStringList &paths)
{
    QStringList directories;
    for (const QString &path : paths) {
        const QString clean = QDir::cleanPath(path);
        if (!path.isEmpty() && isDirectoryOf(user, clean) && !directories.contains(clean))
            directories += clean;
    }
    return directories;
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

/// Names differ by their case, and files have one.
QString foldedPath(const QString &path)
{
    return path;
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
    const uid_t user = ::getuid();
    const QString fallback = fallbackDirectory(user);
    ::mkdir(QFile::encodeName(fallback).constData(), S_IRWXU);
    return directoriesOf(
        user, {qEnvironmentVariable("XDG_RUNTIME_DIR"), loginDirectory(user), kServiceDirectory, fallback});
}

QStringList instanceDirectoriesOfOwner(const QString &path)
{
    const uid_t user = ::geteuid() == 0 ? ownerOf(path) : 0;
    if (user == 0)
        return {};
    return directoriesOf(user, {loginDirectory(user), kServiceDirectory, fallbackDirectory(user)});
}

/// Whoever has a QLockFile has flock() on its file, which dies with the process. QLockFile tries that only
/// when the file names a process that is gone: not when the number is another Hosier's now, as in a container
/// where they are few and low, and perhaps our own, nor when a power cut left the file empty.
void removeDeadLock(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    const int file = ::open(name.constData(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file == -1)
        return;
    struct stat info {
    };
    if (::fstat(file, &info) == 0 && isPastMaking(info) && ::flock(file, LOCK_EX | LOCK_NB) == 0) {
        std::this_thread::sleep_for(namesAnother(path) ? kLockRemovalByLiving : kLockRemoval);
        // Another start may have removed it before we had it, and have one of its own there.
        if (isNamed(name, info))
            ::unlink(name.constData());
    }
    ::close(file);
}

bool isLockHeld(const QString &path)
{
    const int file = ::open(QFile::encodeName(path).constData(),
                            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file == -1)
        return false;
    struct stat info {
    };
    const bool isFile = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);
    // Not to be locked while it is being made: its owner would go on without a lock.
    const bool isHeld =
        isFile && (!isPastMaking(info) || (::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK));
    ::close(file);
    return isHeld;
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
