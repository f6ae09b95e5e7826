// SPDX-License-Identifier: MIT
#include "app/logwriter.h"

#include "engine/snapshot.h"
#include "ui/logline.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using engine::Message;

namespace app
{

namespace
{

constexpr QFileDevice::Permissions kPrivate = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

QString olderName(const QString &path, int age)
{
    return path + u'.' + QString::number(age);
}

void removeFile(const QString &path)
{
    // What cannot be removed can be emptied.
    if (!QFile::remove(path))
        QFile::resize(path, 0);
}

} // namespace

LogWriter::LogWriter(const QString &path, std::chrono::milliseconds retryDelay)
    : m_file(path)
    , m_retry(this) // moves to another thread with it
{
    m_retry.setSingleShot(true);
    m_retry.setInterval(retryDelay);
    connect(&m_retry, &QTimer::timeout, this, &LogWriter::flush);
}

void LogWriter::setLimits(const std::optional<LogLimits> &limits)
{
    m_limits = limits;
    if (m_limits) {
        trim();
        return;
    }
    m_retry.stop();
    m_file.close();
    m_waiting.clear();
    m_lost = 0;
    setProblem({});
}

void LogWriter::write(const QByteArray &lines, std::uint64_t lost)
{
    if (!m_limits)
        return;
    m_lost += lost;
    m_waiting += lines;
    if (m_waiting.size() > kMaximumWaitingLog)
        loseOldest();
    if (!m_retry.isActive())
        flush();
}

void LogWriter::flush()
{
    if (m_lost > 0 && open()) {
        const QString text = u"%1 lines were lost here"_s.arg(std::exchange(m_lost, 0));
        const QString line =
            ui::logLine(QDateTime::currentMSecsSinceEpoch(), engine::EventLevel::Warning, text);
        m_waiting.prepend((std::exchange(m_isCut, false) ? u"\n"_s + line : line).toUtf8() + '\n');
    }
    while (!m_waiting.isEmpty()) {
        if (!open() || !writeSome()) {
            m_file.close();
            setProblem(m_error);
            m_retry.start();
            return;
        }
    }
    setProblem({});
}

bool LogWriter::open()
{
    // Somebody may have moved it away, as tools that rotate logs do.
    if (m_file.isOpen() && m_file.exists())
        return true;
    m_file.close();
    const QFileInfo info(m_file.fileName());
    const QString folder = info.absolutePath();
    if (!QFileInfo(folder).isDir() && !QDir().mkpath(folder)) {
        m_error = Message(QT_TRANSLATE_NOOP("engine::Message", "%1 cannot be made"),
                          QDir::toNativeSeparators(folder));
        return false;
    }
    // Opening a pipe or a device could wait for ever.
    if (info.exists() && !info.isFile()) {
        m_error = Message(QT_TRANSLATE_NOOP("engine::Message", "%1 is not a regular file"),
                          QDir::toNativeSeparators(info.filePath()));
        return false;
    }
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered, kPrivate)) {
        m_error = Message::verbatim(m_file.errorString());
        return false;
    }
    return true;
}

/// As many of the waiting lines as fit.
bool LogWriter::writeSome()
{
    const qint64 room = m_limits->fileSize - m_file.size();
    qsizetype size = m_waiting.size();
    if (size > room) {
        const qsizetype lastEnd = room > 0 ? m_waiting.lastIndexOf('\n', room - 1) : -1;
        size = lastEnd + 1;
        if (size == 0 && m_file.size() > 0) {
            rotate();
            return true;
        }
        if (size == 0)
            size = m_waiting.indexOf('\n') + 1;
    }
    const qint64 written = m_file.write(m_waiting.constData(), size);
    if (written == size) {
        m_waiting.remove(0, size);
        return true;
    }
    m_error = Message::verbatim(m_file.errorString());
    if (written <= 0)
        return false;
    m_isCut = m_waiting.at(written - 1) != '\n';
    m_lost += m_isCut ? 1 : 0;
    m_waiting.remove(0, m_isCut ? m_waiting.indexOf('\n', written) + 1 : written);
    return false;
}

void LogWriter::rotate()
{
    m_file.close();
    const QString path = m_file.fileName();
    // One more, in case the number was larger before.
    for (int age = m_limits->files; QFile::exists(olderName(path, age)); ++age)
        QFile::remove(olderName(path, age));
    QFile::remove(m_limits->files > 1 ? olderName(path, m_limits->files - 1) : path);
    for (int age = m_limits->files - 1; age > 1; --age)
        QFile::rename(olderName(path, age - 1), olderName(path, age));
    if (m_limits->files > 1)
        QFile::rename(path, olderName(path, 1));
    // Where it cannot be renamed, the limit still holds.
    if (QFile::exists(path))
        removeFile(path);
}

/// After the limits became smaller.
void LogWriter::trim()
{
    const QString path = m_file.fileName();
    bool isTooOld = false;
    for (int age = 1;; ++age) {
        const QFileInfo older(olderName(path, age));
        if (!older.isFile())
            break;
        isTooOld = isTooOld || age >= m_limits->files || older.size() > m_limits->fileSize;
        if (isTooOld)
            removeFile(older.filePath());
    }
    if (const QFileInfo current(path); current.isFile() && current.size() > m_limits->fileSize)
        cut();
}

/// Leaves the last whole lines that may stay.
void LogWriter::cut()
{
    m_file.close();
    const QString path = m_file.fileName();
    QByteArray kept;
    if (QFile file(path); file.open(QIODevice::ReadOnly)) {
        // One more: where that is the end of a line, the next one is whole.
        const qint64 room = std::min(m_limits->fileSize, kMaximumKept) + 1;
        if (file.seek(std::max(file.size() - room, qint64{0})))
            kept = file.read(room);
        kept.remove(0, kept.indexOf('\n') + 1);
    }
    if (!QFile::resize(path, 0) || kept.isEmpty()) {
        QFile::remove(path);
        return;
    }
    if (open() && m_file.write(kept) == kept.size())
        return;
    m_file.close();
    removeFile(path);
}

void LogWriter::loseOldest()
{
    // Half, or every further line would cost a move of all.
    const qsizetype end = m_waiting.indexOf('\n', m_waiting.size() - kMaximumWaitingLog / 2) + 1;
    m_lost += static_cast<std::uint64_t>(QByteArrayView(m_waiting).first(end).count('\n'));
    m_waiting.remove(0, end);
}

void LogWriter::setProblem(const Message &problem)
{
    if (problem == m_problem)
        return;
    m_problem = problem;
    Q_EMIT problemChanged(m_problem);
}

} // namespace app
