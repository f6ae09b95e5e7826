// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace app
{

/// While it lives, a crash of this process leaves a note at the path: what ended it, when, in which version,
/// and where in the code. Nothing of what the program worked on stands in it. One object at a time.
/// Before the note is written, the `successor` is started, a program with its arguments, when there is one:
/// it inherits nothing but the environment and the working directory. crashnote_posix.cpp: signals such as
/// SIGSEGV and SIGABRT, on any thread; a stack that overflows only on the thread that made this object.
/// crashnote_windows.cpp: exceptions that nobody handles, and abort().
class CrashGuard
{
public:
    explicit CrashGuard(const QString &notePath, const QStringList &successor = {});
    ~CrashGuard();
    CrashGuard(const CrashGuard &) = delete;
    CrashGuard &operator=(const CrashGuard &) = delete;
};

/// Notes of earlier crashes that are kept beside the last one.
inline constexpr int kKeptCrashNotes = 5;

/// Where a crash of the program with this profile leaves its note.
[[nodiscard]] QString crashNotePath(const QString &profilePath);

/// Takes the note that the last run has left: moves it to a name with the time in it, so that it is found
/// once, and removes all but the newest of those. Its new path; empty when there is none.
[[nodiscard]] QString takeCrashNote(const QString &notePath);

/// The first lines of a note: the program and what it runs on.
[[nodiscard]] QByteArray crashNoteHead();

} // namespace app
