// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <algorithm>
#include <cstdint>
#include <deque>

namespace ui
{

/// Lines the log keeps; older ones leave.
inline constexpr std::size_t kLogLines = 10'000;

enum class LogColumn : int { Time, Level, Message };
inline constexpr int kLogColumns = 3;

/// The engine's events as a ring of lines, filtered by level and text.
class LogModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        LevelRole = Qt::UserRole, ///< engine::EventLevel as int
    };

    explicit LogModel(QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Adds events, after a line that tells how many were lost before them, if any.
    void append(const QList<engine::Event> &events, std::uint64_t dropped);
    /// Adds a line that tells how many ended connections the list of connections does not hold.
    void appendUnlisted(std::uint64_t connections);
    void clear();
    /// Paused, new lines wait (at most kLogLines of them) until it goes on. This is the user's wish.
    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return m_paused; }
    /// The same while nobody looks: lines wait without any work for the view.
    void setVisible(bool visible);
    [[nodiscard]] int waitingCount() const { return static_cast<int>(std::min(m_waitingLines, kLogLines)); }
    void setMinimumLevel(engine::EventLevel level);
    [[nodiscard]] engine::EventLevel minimumLevel() const { return m_level; }
    /// Shows only lines that hold every word of the text.
    void setFilter(const QString &text);
    [[nodiscard]] const QString &filter() const { return m_filter; }
    /// Another language is in use: the texts of lines are made again when they are asked for.
    void translateAgain();
    /// Shows only lines about this application; an empty name: whatever they are about.
    void setApplication(const QString &application);
    [[nodiscard]] const QString &application() const { return m_application; }
    /// What the line is about; empty: no application, or an unknown one.
    [[nodiscard]] QString applicationAt(int row) const { return lineAt(row).event.application; }
    [[nodiscard]] bool isFiltered() const
    {
        return m_level > engine::EventLevel::Debug || !m_words.isEmpty() || !m_application.isEmpty();
    }
    /// Lines kept, whatever the filter.
    [[nodiscard]] int totalCount() const { return static_cast<int>(m_lines.size()); }

    /// "2026-11-23T10:08:41.123  Info  curl (4242) – ...": one line of a saved log.
    [[nodiscard]] QString lineTextAt(int row) const;

Q_SIGNALS:
    /// Around each batch of new lines. `left` is how many rows will have left at the top.
    void updateStarted();
    void updateFinished(int left);
    void waitingChanged(int waiting);

private:
    struct Line {
        engine::Event event;
        std::uint64_t dropped = 0;  ///< when not 0, the line tells of lost events instead
        std::uint64_t unlisted = 0; ///< the same of connections that are not listed
        mutable QString text;       ///< made when first asked for
    };

    /// What came while it could not be shown, as it came: to keep it costs nothing worth mentioning.
    struct Batch {
        QList<engine::Event> events;
        std::uint64_t dropped = 0;
        std::uint64_t unlisted = 0;
        std::int64_t at = 0; ///< when it came, ms since 1970
        [[nodiscard]] std::size_t lines() const
        {
            return static_cast<std::size_t>(events.size()) + (dropped > 0 ? 1 : 0) + (unlisted > 0 ? 1 : 0);
        }
    };

    void take(const Batch &batch);
    [[nodiscard]] std::deque<Line> takeWaiting();
    void flush();
    void refilter();
    [[nodiscard]] bool matches(const Line &line) const;
    [[nodiscard]] const Line &lineAt(int row) const;
    static const QString &textOf(const Line &line);
    static engine::EventLevel levelOf(const Line &line);

    std::deque<Line> m_lines;
    std::deque<Batch> m_waiting;
    std::size_t m_waitingLines = 0;    ///< of all batches, of which the last kLogLines count
    std::deque<std::uint64_t> m_shown; ///< numbers of the lines that pass the filter
    std::uint64_t m_first = 0;         ///< number of m_lines.front(); numbers are never reused
    QString m_filter;
    QString m_application;
    QStringList m_words;
    engine::EventLevel m_level = engine::EventLevel::Debug;
    bool m_paused = false;
    bool m_visible = true;
};

} // namespace ui
