// SPDX-License-Identifier: MIT
#pragma once

#include "ui/attempts.h"
#include "ui/clock.h"
#include "ui/connectionrecord.h"
#include "ui/endedrows.h"
#include "ui/seenapplications.h"

#include <QAbstractTableModel>
#include <QList>
#include <QStringList>

#include <chrono>
#include <unordered_map>
#include <vector>

namespace ui
{

/// Time constant of the smoothed rates.
inline constexpr std::chrono::milliseconds kRateSmoothing{1'000};

/// The live connections and those that ended a moment ago. Any number of ended ones that are alike make one
/// row with a count, and so do those of one application to one target that are not open yet. It filters and
/// sorts by itself and turns each delta into a handful of signals, whatever the number of rows: one insertion
/// or removal at the end, one change of layout, one change of data. Text is made only for the cells that are
/// asked for.
class ConnectionModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        StateRole = Qt::UserRole, ///< engine::ConnectionState as int, as people see it
        ProgramRole,              ///< short name of the program; empty while it is not known
        PathRole,                 ///< of its executable; empty while it is not known
    };

    explicit ConnectionModel(QObject *parent = nullptr);
    ConnectionModel(Clock clock, QObject *parent);
    ~ConnectionModel() override;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

    void applyDelta(const engine::Delta &delta);
    /// Time has passed: durations grow, rates fade, ended connections leave.
    void refresh();
    /// Shows only rows that hold every word of the text.
    void setFilter(const QString &text);
    [[nodiscard]] const QString &filter() const { return m_filter; }

    /// The record shown in a row, which must exist.
    [[nodiscard]] const ConnectionRecord &recordAt(int row) const;
    /// The connections that a row stands for and that can be closed; of ended ones the last.
    [[nodiscard]] QList<engine::ConnectionId> connectionsAt(int row) const;
    /// The row of a connection; -1 when it is not shown.
    [[nodiscard]] int rowOf(engine::ConnectionId id) const;
    /// One line for the clipboard.
    [[nodiscard]] QString rowTextOf(const ConnectionRecord &record) const;
    /// Known connections whatever the filter: live and lingering.
    [[nodiscard]] int totalCount() const { return static_cast<int>(m_records.size()); }
    [[nodiscard]] int liveCount() const { return m_live; }
    /// Whether a program of the same name but another path has connected as well.
    [[nodiscard]] bool sharesProgramName(const engine::Connection &connection) const;
    [[nodiscard]] const SeenApplications &applications() const { return m_applications; }

Q_SIGNALS:
    /// Around each batch of changes, for a view that keeps its place.
    void updateStarted();
    void updateFinished();

private:
    ConnectionRecord &recordFor(engine::ConnectionId id);
    void put(const engine::Connection &connection, double seconds, bool rateKnown);
    void change(const engine::ConnectionChange &change, double seconds);
    void end(const engine::Connection &connection);
    void repeat(ConnectionRecord &record, const engine::Connection &connection);
    void setRates(ConnectionRecord &record, std::uint64_t down, std::uint64_t up, double seconds);
    void fadeRates(double seconds);
    void dropAllBut(const QList<engine::Connection> &kept);
    void drop(ConnectionRecord &record);
    void expire();
    void regroup(ConnectionRecord &record);
    void joinAttempts(ConnectionRecord &record, AttemptGroup &group);
    void leaveAttempts(ConnectionRecord &record);
    void exchangeRows(ConnectionRecord &shown, ConnectionRecord &other);
    void rematch(ConnectionRecord &record);
    void place(ConnectionRecord &record);

    void publish();
    [[nodiscard]] std::vector<ConnectionRecord *> newOrder(bool *sameOrder) const;
    void insertAtEnd(std::vector<ConnectionRecord *> &&order);
    void rearrange(std::vector<ConnectionRecord *> &&order);
    void remapPersistentIndexes(const std::vector<ConnectionRecord *> &before);
    void numberRows();
    void forgetGone();

    Clock m_clock;
    std::unordered_map<engine::ConnectionId, ConnectionRecord> m_records; ///< nodes: addresses stay
    std::vector<ConnectionRecord *> m_order;                              ///< what is shown, by row
    std::vector<ConnectionRecord *> m_entering;
    std::vector<engine::ConnectionId> m_gone;
    EndedRows m_ended;
    Attempts m_attempts;
    QString m_filter;
    QStringList m_words;
    ConnectionColumn m_sortColumn = ConnectionColumn::Time;
    bool m_descending = false;
    bool m_resort = false;
    int m_live = 0;
    SeenApplications m_applications;
    std::uint64_t m_update = 0;
    std::int64_t m_elapsedMs = 0; ///< of the last delta
    std::int64_t m_fadedAtMs = 0; ///< monotonic
};

} // namespace ui
