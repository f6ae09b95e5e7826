// SPDX-License-Identifier: MIT
#include "ui/rowfilter.h"

#include "ui/filterwords.h"

#include <QTreeView>

#include <algorithm>
#include <utility>

namespace ui
{

RowFilter::RowFilter(QTreeView &view, int columns, HasWord hasWord)
    : QObject(&view)
    , m_view(view)
    , m_columns(columns)
    , m_hasWord(std::move(hasWord))
{
    const QAbstractItemModel *model = view.model();
    connect(model, &QAbstractItemModel::rowsInserted, this, &RowFilter::follow);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &RowFilter::follow);
    connect(model, &QAbstractItemModel::modelReset, this, &RowFilter::follow);
    connect(model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first) {
        if (first.column() < m_columns)
            follow();
    });
}

void RowFilter::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    m_words = filterWords(text);
    apply();
}

void RowFilter::follow()
{
    if (!m_words.isEmpty())
        apply();
}

void RowFilter::apply()
{
    m_shown = 0;
    m_hidden = 0;
    static_cast<void>(applyToChildren({}));
    if (m_hidden > 0)
        deselectHidden();
    Q_EMIT applied();
}

/// Whether any is shown.
bool RowFilter::applyToChildren(const QModelIndex &parent)
{
    bool anyShown = false;
    for (int row = 0; row < m_view.model()->rowCount(parent); ++row)
        anyShown = applyTo(m_view.model()->index(row, 0, parent)) || anyShown;
    return anyShown;
}

bool RowFilter::applyTo(const QModelIndex &row)
{
    const bool isSection = !row.flags().testFlag(Qt::ItemNeverHasChildren);
    const bool isShown = isSection ? applyToChildren(row) || m_words.isEmpty() : matches(row);
    if (!isSection)
        ++(isShown ? m_shown : m_hidden);
    if (m_view.isRowHidden(row.row(), row.parent()) == isShown)
        m_view.setRowHidden(row.row(), row.parent(), !isShown);
    return isShown;
}

bool RowFilter::matches(const QModelIndex &row) const
{
    QString shown;
    for (int column = 0; column < m_columns; ++column)
        shown += row.siblingAtColumn(column).data(Qt::DisplayRole).toString() + u'\n';
    return std::all_of(m_words.begin(), m_words.end(), [&](const QString &word) {
        return shown.contains(word, Qt::CaseInsensitive) || (m_hasWord && m_hasWord(row, word));
    });
}

/// So that nothing is done to a row that nobody sees.
void RowFilter::deselectHidden()
{
    QItemSelectionModel *selection = m_view.selectionModel();
    const auto isHidden = [this](const QModelIndex &index) {
        return index.isValid() && m_view.isRowHidden(index.row(), index.parent());
    };
    const QModelIndexList selected = selection->selectedRows();
    for (const QModelIndex &row : selected) {
        if (isHidden(row))
            selection->select(row, QItemSelectionModel::Deselect | QItemSelectionModel::Rows);
    }
    if (isHidden(selection->currentIndex()))
        selection->clearCurrentIndex();
}

} // namespace ui
