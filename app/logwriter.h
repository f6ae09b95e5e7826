// SPDX-License-Identifier: MIT
#pragma once

#include "engine/message.h"

#include <QByteArray>
#include <QFile>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <cstdint>
#include <optional>

namespace app
{

/// How much of the log is kept on the disk.
struct LogLimits {
    qint64 fileSize = 0; ///< bytes; a longer line has a file to itself
    int files = 1;       ///< with the one being written

    bool operator==(const LogLimits &) const = default;
};

/// Bytes that wait while the file cannot be written; of more, the oldest lines are lost, and counted.
inline constexpr qsizetype kMaximumWaitingLog = qsizetype{1} << 20U;

/// Bytes that are kept of a file that is larger than a new limit allows: they are read at once.
inline constexpr qint64 kMaximumKept = qint64{4} << 20U;

/// Writes lines to a file. When that would grow beyond its limit it becomes "NAME.1", the one before "NAME.2"
/// and so on. A file that cannot be written is tried again later; meanwhile lines wait. Lives on any thread
/// with an event loop.
class LogWriter : public QObject
{
    Q_OBJECT

public:
    /// The pause until a file is tried again that could not be written.
    static constexpr std::chrono::milliseconds kRetryDelay{30'000};

    LogWriter(const QString &path, std::chrono::milliseconds retryDelay);

    /// What lies on the disk keeps to them at once. Of a file being written that is too large only the last
    /// lines stay, at most kMaximumKept bytes; of older files those go that are too many, and one that is too
    /// large with all that are older, so that what is left has no gap.
    /// Nothing: no file is written any more, and what waits is forgotten.
    void setLimits(const std::optional<LogLimits> &limits);
    /// Whole lines, each with its end. `lost` lines were lost before them.
    void write(const QByteArray &lines, std::uint64_t lost);

Q_SIGNALS:
    /// Why the file cannot be written, in the system's words; empty when it can again.
    void problemChanged(const engine::Message &problem);

private:
    void flush();
    [[nodiscard]] bool open();
    [[nodiscard]] bool writeSome();
    void rotate();
    void trim();
    void cut();
    void loseOldest();
    void setProblem(const engine::Message &problem);

    QFile m_file;
    QTimer m_retry;
    std::optional<LogLimits> m_limits;
    QByteArray m_waiting;
    std::uint64_t m_lost = 0;
    engine::Message m_problem;
    engine::Message m_error; ///< of the last attempt
    bool m_isCut = false;    ///< the file ends within a line
};

} // namespace app
