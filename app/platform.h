// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <cstdio>

// What differs between systems and belongs to no class: platform_posix.cpp, platform_windows.cpp.

namespace app
{

/// First of all in main(): as many descriptors as the system grants, no death by a closed pipe, a console to
/// print to. A program without an event loop may call it too.
void preparePlatform();

/// Gives the console that preparePlatform() has found back as it was. What is printed later goes nowhere,
/// unless the stream was redirected; Ctrl+C and the console's end are no longer about this process. By itself
/// when the process ends by exit(). Nothing where a terminal is left otherwise. Whether there was a console.
bool leaveConsole();

/// Takes the console that was left, if it is still there.
void enterConsole();

/// The arguments as text, the program's name first. Works without an application object.
[[nodiscard]] QStringList programArguments(int argc, char **argv);

/// Whether an interface could show itself.
[[nodiscard]] bool hasDisplay();

/// Where programs keep their configuration, each in a directory of its own. Ours stays beside the program on
/// Windows when a file `portable.txt` lies there.
[[nodiscard]] QString configurationRoot();

/// Our own place for what is neither configuration nor worth a backup: logs, notes of crashes. Beside the
/// configuration on Windows. It need not exist yet.
[[nodiscard]] QString stateDirectory();

/// What all spellings of a path have in common where the system takes them for the same: on Windows, which
/// knows no case and may have a second name of old for a file. A key, not to be shown.
[[nodiscard]] QString foldedPath(const QString &path);

/// Whether other users may read or write a file, as far as its mode tells. Access lists of Windows are not
/// looked at: there it is never so.
[[nodiscard]] bool isOpenToOthers(const QString &path);

/// When root writes a file: gives the open one to whoever owns the one at `path`, if there is one, so that
/// they can still read it. Nothing for other writers, nor where files have no owners to be given to.
void giveToOwnerOf(const QString &path, int descriptor);

/// Has the names of a directory's files written to the disk, so that a rename or a removal outlasts a power
/// cut.
void flushDirectory(const QString &path);

/// Where the running instance's socket and lock file may be, best first; each is this user's alone.
/// Directories that do not exist yet are made. Not empty unless nothing at all is writable.
[[nodiscard]] QStringList instanceDirectories();

/// For root: where the instance of whoever owns the file at `path`, or its directory when the file is root's,
/// may be, when that is somebody else. Empty otherwise. They are for asking only, as their owner may put
/// anything there.
[[nodiscard]] QStringList instanceDirectoriesOfOwner(const QString &path);

/// Removes the lock file of a process that is gone, where QLockFile cannot tell for sure by itself: the
/// number of a dead process soon belongs to another one, perhaps to us. Keeps that of a living one.
void removeDeadLock(const QString &path);
/// Whether some process has the lock file at `path`, where another user may have put anything. Only looks:
/// it makes, removes and waits for nothing.
[[nodiscard]] bool isLockHeld(const QString &path);

/// What tells this user's instances from others' where names of sockets are shared. A user's sessions, of
/// which Windows may have several at once, are not told apart: they share the profile and the machine's
/// ports.
[[nodiscard]] QString userKey();

/// Lets another process of this session bring its window to the front in this one's stead, as a start by the
/// user may. Windows only grants that from process to process; elsewhere nothing is to be done.
void passForegroundOn();

/// Writes one line of UTF-8 at once and flushes it.
void printLine(std::FILE *stream, const QString &line);

} // namespace app
