// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>

#include <cstdint>
#include <optional>

// What the texts that Linux keeps about a process say. No I/O.
namespace engine
{

/// The beginning of /proc/PID/stat (proc(5)).
struct ProcessStat {
    QByteArray name; ///< of the command, at most 15 bytes
    std::int64_t parentId = 0;
    std::uint64_t startTime = 0; ///< clock ticks since the system started
    char state = 0; ///< as ps shows it; 'Z': it has ended, and its parent has not asked about it yet

    bool operator==(const ProcessStat &) const = default;
};
[[nodiscard]] std::optional<ProcessStat> parseProcessStat(const QByteArray &text);

/// The target of /proc/PID/exe without what the kernel adds to the name of a file that was replaced.
[[nodiscard]] QByteArray withoutDeletedMark(const QByteArray &path);

/// The parts of /proc/PID/cmdline and /proc/PID/environ, each of which ends in a zero byte. The last one may
/// have been cut off and does not count then.
[[nodiscard]] QList<QByteArray> zeroTerminated(const QByteArray &text);

/// What the environment of a process says of a variable; empty when it says nothing.
[[nodiscard]] QByteArray environmentValue(const QList<QByteArray> &environment, const QByteArray &name);

/// Whether an executable of this name runs scripts that others wrote.
[[nodiscard]] bool isInterpreter(const QByteArray &program);

/// The script that an interpreter was told to run, as it was told: relative to the directory where it began.
/// Empty for other programs, and for code that was given on the command line.
[[nodiscard]] QByteArray scriptArgument(const QByteArray &program, const QList<QByteArray> &arguments);

/// The name of a Flatpak, from /.flatpak-info as the process sees it; empty when there is none.
[[nodiscard]] QByteArray flatpakNameOfInfo(const QByteArray &info);
/// The same from /proc/PID/cgroup: ".../app-flatpak-org.example.App-1234.scope".
[[nodiscard]] QByteArray flatpakNameOfControlGroup(const QByteArray &groups);

/// NAME of "/snap/NAME/..."; empty for other paths.
[[nodiscard]] QByteArray snapNameOfPath(const QByteArray &path);

/// The file of an AppImage that the executable came out of; empty for other programs, which an AppImage may
/// have started with its own environment.
[[nodiscard]] QByteArray appImagePath(const QByteArray &executable, const QList<QByteArray> &environment);

} // namespace engine
