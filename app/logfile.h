// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"
#include "ui/logstorage.h"
#include "ui/messagetext.h"
#include "ui/settings.h"

#include <QThread>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace engine
{
class Engine;
}

namespace app
{

class LogWriter;

/// Where the log of a profile lies: "hosier.log" for the default one, "hosier-NAME.log" for others, in the
/// system's place for state.
[[nodiscard]] QString logPath(const QString &profilePath, bool isDefaultProfile);

/// Writes the engine's events to a file as the settings want it, on a thread of its own: neither a slow disk
/// nor one that is gone makes the interface wait. What would take too much memory meanwhile is lost and
/// counted.
class LogFile : public ui::LogStorage
{
    Q_OBJECT

public:
    /// Engine and settings must outlive it.
    LogFile(engine::Engine &engine, QString path, const ui::Settings &settings, QObject *parent = nullptr);
    /// Writes what it was given, unless that takes too long.
    ~LogFile() override;

    [[nodiscard]] QString path() const override { return m_path; }
    [[nodiscard]] QString problem() const override { return ui::messageText(m_problem); }

    /// A line of the program's own, in English.
    void append(engine::EventLevel level, const QString &text);

private:
    void takeDelta(const engine::Delta &delta);
    void applySettings();
    void send(const QByteArray &lines);

    const ui::Settings &m_settings;
    QString m_path;
    engine::Message m_problem;
    ui::LogFileSettings m_wanted;
    std::uint64_t m_lost = 0;
    std::shared_ptr<std::atomic<qsizetype>> m_underWay; ///< bytes given to the writer and not yet taken
    QThread *m_thread;                                  ///< outlives a writer that hangs
    LogWriter *m_writer;                                ///< lives on m_thread
};

} // namespace app
