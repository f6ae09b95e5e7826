// SPDX-License-Identifier: MIT
#pragma once

#include "app/commandline.h"

#include <QString>
#include <QStringList>

#include <cstdint>

namespace app
{

/// The program and the arguments that ask, when this process has crashed, whether it is to be started again
/// as it was: `hosier --after-crash=PID` and what this process was started with. Needs an application object.
[[nodiscard]] QStringList afterCrashCommand();

/// `arguments` of a start with --after-crash, without the program's name: those of the crashed one.
[[nodiscard]] QStringList argumentsBeforeCrash(const QStringList &arguments);

/// `--after-crash`: waits for the end of the crashed process, which may take as long as the system writes its
/// memory to a file, then asks and starts the program anew if that is wanted. It leaves no note and asks
/// nothing when it crashes itself. The process's exit code.
[[nodiscard]] int runAfterCrash(int &argc, char **argv, const CommandLine &commandLine);

/// Sees the end of the process that has started this one. In aftercrash_posix.cpp and _windows.cpp.
class CrashedProcess
{
public:
    explicit CrashedProcess(std::int64_t processId);
    ~CrashedProcess();
    CrashedProcess(const CrashedProcess &) = delete;
    CrashedProcess &operator=(const CrashedProcess &) = delete;

    [[nodiscard]] bool hasEnded() const;

private:
    std::int64_t m_processId;
    void *m_handle = nullptr; ///< the system's, on Windows
};

} // namespace app
