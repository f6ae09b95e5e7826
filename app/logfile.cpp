// SPDX-License-Identifier: MIT
#include "app/logfile.h"

#include "app/logwriter.h"
#include "app/platform.h"
#include "engine/engine.h"
#include "ui/eventtext.h"
#include "ui/logline.h"

#include <QDateTime>
#include <QDeadlineTimer>
#include <QFileInfo>

#include <optional>
#include <utility>

using namespace Qt::StringLiterals;
using engine::EventLevel;

namespace app
{

namespace
{

/// Bytes on their way to a writer that does not keep up.
constexpr qsizetype kMaximumUnderWay = qsizetype{4} << 20U;
/// How long quitting waits for the last lines.
constexpr std::chrono::milliseconds kStopPatience{2'000};
constexpr qint64 kMebibyte = qint64{1} << 20U;

std::optional<LogLimits> limitsOf(const ui::LogFileSettings &settings)
{
    if (!settings.isOn)
        return std::nullopt;
    return LogLimits{settings.megabytes * kMebibyte, settings.files};
}

} // namespace

QString logPath(const QString &profilePath, bool isDefaultProfile)
{
    const QString name = isDefaultProfile ? u"hosier.log"_s
                                          : u"hosier-%1.log"_s.arg(QFileInfo(profilePath).completeBaseName());
    return stateDirectory() + u'/' + name;
}

LogFile::LogFile(engine::Engine &engine, QString path, const ui::Settings &settings, QObject *parent)
    : ui::LogStorage(parent)
    , m_settings(settings)
    , m_path(std::move(path))
    , m_underWay(std::make_shared<std::atomic<qsizetype>>(0))
    , m_thread(new QThread)
    , m_writer(new LogWriter(m_path, LogWriter::kRetryDelay))
{
    m_thread->setObjectName(u"log file"_s);
    m_writer->moveToThread(m_thread);
    connect(m_thread, &QThread::finished, m_writer, &QObject::deleteLater);
    connect(m_writer, &LogWriter::problemChanged, this, [this](const engine::Message &problem) {
        m_problem = problem;
        Q_EMIT problemChanged();
    });
    connect(&engine, &engine::Engine::delta, this, &LogFile::takeDelta);
    connect(&m_settings, &ui::Settings::logFileChanged, this, &LogFile::applySettings);
    m_thread->start();
    applySettings();
}

LogFile::~LogFile()
{
    m_writer->disconnect(this);
    QMetaObject::invokeMethod(
        m_writer, [thread = m_thread] { thread->quit(); }, Qt::QueuedConnection);
    // A disk that hangs must not keep the program from ending; the process takes the thread with it.
    if (m_thread->wait(QDeadlineTimer(kStopPatience)))
        delete m_thread;
}

void LogFile::takeDelta(const engine::Delta &delta)
{
    if (!m_wanted.isOn)
        return;
    QByteArray lines;
    if (delta.droppedEvents > 0)
        lines += ui::logLine(QDateTime::currentMSecsSinceEpoch(), EventLevel::Warning,
                             u"%1 events came too fast and were dropped"_s.arg(delta.droppedEvents))
                     .toUtf8() +
                 '\n';
    for (const engine::Event &event : delta.events) {
        if (event.level >= m_wanted.level)
            lines += ui::logLine(event.at, event.level, ui::eventText(event)).toUtf8() + '\n';
    }
    send(lines);
}

void LogFile::append(EventLevel level, const QString &text)
{
    if (m_wanted.isOn && level >= m_wanted.level)
        send(ui::logLine(QDateTime::currentMSecsSinceEpoch(), level, text).toUtf8() + '\n');
}

void LogFile::applySettings()
{
    m_wanted = m_settings.logFile();
    QMetaObject::invokeMethod(
        m_writer, [writer = m_writer, limits = limitsOf(m_wanted)] { writer->setLimits(limits); },
        Qt::QueuedConnection);
}

void LogFile::send(const QByteArray &lines)
{
    if (lines.isEmpty())
        return;
    if (m_underWay->load() + lines.size() > kMaximumUnderWay) {
        m_lost += static_cast<std::uint64_t>(lines.count('\n'));
        return;
    }
    m_underWay->fetch_add(lines.size());
    QMetaObject::invokeMethod(
        m_writer,
        [writer = m_writer, lines, lost = std::exchange(m_lost, 0), underWay = m_underWay] {
            underWay->fetch_sub(lines.size());
            writer->write(lines, lost);
        },
        Qt::QueuedConnection);
}

} // namespace app
