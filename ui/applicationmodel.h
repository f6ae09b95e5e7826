// SPDX-License-Identifier: MIT
#pragma once

#include "ui/applicationrow.h"

#include <QAbstractTableModel>

#include <unordered_map>
#include <vector>

namespace ui
{

/// Applications and what they do, as rows. Each delta becomes a handful of signals, and none at all while the
/// table is not shown: then only the sums are kept.
class ApplicationModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        KindRole = Qt::UserRole, ///< ApplicationKind as int
        LiveRole,                ///< bool: it has open connections
        ProgramRole,             ///< the name of the program, also where the row has that of a script
        PathRole,                ///< of its executable; empty while it is not known
    };

    explicit ApplicationModel(QObject *parent = nullptr);
    ApplicationModel(Clock clock, QObject *parent);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

    void applyDelta(const engine::Delta &delta);
    /// In place of the delta while the engine sends events alone.
    void applyEvents(const QList<engine::Event> &events) { m_ledger.applyEvents(events); }
    /// Connections are no longer sent.
    void suspend() { m_ledger.suspend(); }
    /// Time has passed: rates fade.
    void refresh();
    /// The sums themselves, kept up to date whether shown or not.
    [[nodiscard]] const ApplicationLedger &ledger() const { return m_ledger; }
    /// Whether the table can be seen.
    void setShown(bool shown);
    /// Shows only rows that hold every word of the text.
    void setFilter(const QString &text);
    [[nodiscard]] const QString &filter() const { return m_filter; }

    /// The record shown in a row, which must exist.
    [[nodiscard]] const ApplicationRecord &recordAt(int row) const;
    /// One line for the clipboard.
    [[nodiscard]] QString rowTextAt(int row) const;
    /// Of the applications in these rows.
    [[nodiscard]] QList<engine::ConnectionId> liveConnectionsOf(const QList<int> &rows) const;
    /// Whatever the filter.
    [[nodiscard]] int totalCount() const { return static_cast<int>(m_ledger.records().size()); }

Q_SIGNALS:
    /// Rows may have come or gone.
    void updated();

private:
    using Order = std::vector<std::uint64_t>; ///< numbers of applications, by row

    void publish();
    [[nodiscard]] Order wantedOrder() const;
    void removeAllBut(const Order &wanted);
    void appendMissing(const Order &wanted);
    void rearrange(const Order &wanted);

    Clock m_clock;
    ApplicationLedger m_ledger;
    Order m_order;
    /// What is shown: a copy, as the sums go on while it is not shown and applications may be forgotten.
    std::unordered_map<std::uint64_t, ApplicationRecord> m_shownRecords;
    QString m_filter;
    QStringList m_words;
    ApplicationColumn m_sortColumn = ApplicationColumn::Name;
    bool m_descending = false;
    bool m_isShown = false;
};

} // namespace ui
