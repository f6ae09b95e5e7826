// SPDX-License-Identifier: MIT
#include "ui/logmodel.h"

#include "ui/eventtext.h"
#include "ui/filterwords.h"
#include "ui/format.h"
#include "ui/logline.h"

#include <QDateTime>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace ui
{

LogModel::LogModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

int LogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int LogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kLogColumns;
}

QVariant LogModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Line &line = lineAt(index.row());
    if (role == LevelRole)
        return static_cast<int>(levelOf(line));
    if (role == Qt::ToolTipRole && index.column() == static_cast<int>(LogColumn::Message))
        return textOf(line);
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<LogColumn>(index.column())) {
    case LogColumn::Time:
        return QDateTime::fromMSecsSinceEpoch(line.event.at).toString(QStringLiteral("HH:mm:ss.zzz"));
    case LogColumn::Level:
        return levelText(levelOf(line));
    case LogColumn::Message:
        return textOf(line);
    }
    return {};
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (static_cast<LogColumn>(section)) {
    case LogColumn::Time:
        return tr("Time", "column");
    case LogColumn::Level:
        return tr("Level", "column");
    case LogColumn::Message:
        return tr("Message", "column");
    }
    return {};
}

void LogModel::append(const QList<engine::Event> &events, std::uint64_t dropped)
{
    if (events.isEmpty() && dropped == 0)
        return;
    const qint64 at = events.isEmpty() ? QDateTime::currentMSecsSinceEpoch() : events.first().at;
    take({events, dropped, 0, at});
}

void LogModel::appendUnlisted(std::uint64_t connections)
{
    if (connections > 0)
        take({{}, 0, connections, QDateTime::currentMSecsSinceEpoch()});
}

void LogModel::take(const Batch &batch)
{
    m_waiting.push_back(batch);
    m_waitingLines += m_waiting.back().lines();
    while (m_waitingLines - m_waiting.front().lines() >= kLogLines) {
        m_waitingLines -= m_waiting.front().lines();
        m_waiting.pop_front();
    }
    flush();
}

void LogModel::clear()
{
    beginResetModel();
    m_first += m_lines.size();
    m_lines.clear();
    m_waiting.clear();
    m_waitingLines = 0;
    m_shown.clear();
    endResetModel();
    Q_EMIT waitingChanged(0);
}

void LogModel::setPaused(bool paused)
{
    m_paused = paused;
    flush();
}

void LogModel::setVisible(bool visible)
{
    m_visible = visible;
    flush();
}

void LogModel::setMinimumLevel(engine::EventLevel level)
{
    m_level = level;
    refilter();
}

void LogModel::setFilter(const QString &text)
{
    if (text == m_filter)
        return;
    m_filter = text;
    m_words = filterWords(text);
    refilter();
}

void LogModel::translateAgain()
{
    for (const Line &line : m_lines)
        line.text.clear();
    refilter();
}

void LogModel::setApplication(const QString &application)
{
    if (application == m_application)
        return;
    m_application = application;
    refilter();
}

QString LogModel::lineTextAt(int row) const
{
    const Line &line = lineAt(row);
    return QStringLiteral("%1  %2  %3")
        .arg(QDateTime::fromMSecsSinceEpoch(line.event.at).toString(Qt::ISODateWithMs),
             levelText(levelOf(line)), withoutControls(textOf(line)));
}

std::deque<LogModel::Line> LogModel::takeWaiting()
{
    std::deque<Line> lines;
    for (const Batch &batch : std::exchange(m_waiting, {})) {
        engine::Event told;
        told.at = batch.at;
        if (batch.dropped > 0)
            lines.push_back({told, batch.dropped, 0, {}});
        if (batch.unlisted > 0)
            lines.push_back({told, 0, batch.unlisted, {}});
        for (const engine::Event &event : batch.events)
            lines.push_back({event, 0, 0, {}});
    }
    m_waitingLines = 0;
    if (lines.size() > kLogLines)
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kLogLines));
    return lines;
}

/// Moves the waiting lines into the ring, unless they have to go on waiting.
void LogModel::flush()
{
    if (m_paused || !m_visible || m_waiting.empty()) {
        Q_EMIT waitingChanged(waitingCount());
        return;
    }
    Q_EMIT updateStarted();
    std::deque<Line> waiting = takeWaiting();
    const std::size_t wanted = m_lines.size() + waiting.size();
    const std::size_t leaving = std::min(m_lines.size(), wanted > kLogLines ? wanted - kLogLines : 0);
    const auto stays = std::lower_bound(m_shown.begin(), m_shown.end(), m_first + leaving);
    const int left = static_cast<int>(std::distance(m_shown.begin(), stays));
    if (left > 0)
        beginRemoveRows({}, 0, left - 1);
    m_shown.erase(m_shown.begin(), stays);
    m_lines.erase(m_lines.begin(), m_lines.begin() + static_cast<std::ptrdiff_t>(leaving));
    m_first += leaving;
    if (left > 0)
        endRemoveRows();

    std::vector<std::uint64_t> entering;
    std::uint64_t number = m_first + m_lines.size();
    for (const Line &line : waiting) {
        if (matches(line))
            entering.push_back(number);
        ++number;
    }
    const int row = rowCount();
    if (!entering.empty())
        beginInsertRows({}, row, row + static_cast<int>(entering.size()) - 1);
    std::move(waiting.begin(), waiting.end(), std::back_inserter(m_lines));
    m_shown.insert(m_shown.end(), entering.begin(), entering.end());
    if (!entering.empty())
        endInsertRows();
    Q_EMIT updateFinished(left);
    Q_EMIT waitingChanged(0);
}

void LogModel::refilter()
{
    beginResetModel();
    m_shown.clear();
    std::uint64_t number = m_first;
    for (const Line &line : m_lines) {
        if (matches(line))
            m_shown.push_back(number);
        ++number;
    }
    endResetModel();
}

bool LogModel::matches(const Line &line) const
{
    if (levelOf(line) < m_level || (!m_application.isEmpty() && line.event.application != m_application))
        return false;
    return std::all_of(m_words.begin(), m_words.end(), [&line](const QString &word) {
        return textOf(line).contains(word, Qt::CaseInsensitive);
    });
}

const LogModel::Line &LogModel::lineAt(int row) const
{
    return m_lines.at(m_shown.at(static_cast<std::size_t>(row)) - m_first);
}

const QString &LogModel::textOf(const Line &line)
{
    if (!line.text.isEmpty())
        return line.text;
    if (line.dropped > 0)
        line.text = tr("%1 events came too fast and were dropped").arg(countText(line.dropped));
    else if (line.unlisted > 0)
        line.text =
            tr("%n more ended connection(s) did not fit into the list of connections", nullptr,
               static_cast<int>(std::min<std::uint64_t>(line.unlisted, std::numeric_limits<int>::max())));
    else
        line.text = eventText(line.event);
    return line.text;
}

engine::EventLevel LogModel::levelOf(const Line &line)
{
    return line.dropped > 0 || line.unlisted > 0 ? engine::EventLevel::Warning : line.event.level;
}

} // namespace ui
