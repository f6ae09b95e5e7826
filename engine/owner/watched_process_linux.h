// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <cstdint>
#include <optional>

namespace engine
{

/// A process whose directory /proc/PID is kept open: it stays this process's whoever gets the number next,
/// and one or two looks into it tell whether the process still runs what it ran. Takes two descriptors.
class WatchedProcess
{
public:
    /// Nothing when the process is gone or does not let itself be told apart.
    [[nodiscard]] static std::optional<WatchedProcess> of(std::int64_t processId);
    ~WatchedProcess();
    WatchedProcess(WatchedProcess &&other) noexcept;
    WatchedProcess &operator=(WatchedProcess &&other) noexcept;
    Q_DISABLE_COPY(WatchedProcess)

    /// It lives and has not become another program since it is watched.
    [[nodiscard]] bool isSame() const;

private:
    WatchedProcess() = default;

    /// The beginning; empty when the process has ended.
    [[nodiscard]] QByteArray readArguments() const;

    int m_directory = -1;
    int m_arguments = -1;    ///< where the executable does not tell: an interpreter's, another user's
    QByteArray m_executable; ///< empty when we may not look
    QByteArray m_argumentsThen;
};

} // namespace engine
