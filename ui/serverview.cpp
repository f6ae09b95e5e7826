// SPDX-License-Identifier: MIT
#include "ui/serverview.h"

#include "ui/colors.h"
#include "ui/icons.h"
#include "ui/liveheader.h"
#include "ui/servermodel.h"

#include <QHeaderView>
#include <QResizeEvent>

#include <algorithm>
#include <array>
#include <utility>

namespace ui
{

namespace
{

constexpr int kRowPadding = 8;
constexpr int kCellPadding = 12;
/// Of the columns, in characters. The health takes what is left, too: it says why a server does not work.
constexpr std::array<int, kServerColumns> kWidths{24, 14, 28, 20, 11, 11, 10};
constexpr int kNoColumn = -1; // to sort by

bool isAbove(const QModelIndex &a, const QModelIndex &b)
{
    return std::pair(a.internalId(), a.row()) < std::pair(b.internalId(), b.row());
}

} // namespace

QSize ServerDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return {LiveDelegate::sizeHint(option, index).width(), option.fontMetrics.height() + kRowPadding};
}

void ServerDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const QVariant stored = index.data(ServerModel::StateRole);
    const auto column = static_cast<ServerColumn>(index.column());
    if (!stored.isValid())
        return;
    const auto state = static_cast<ServerState>(stored.toInt());
    const auto color = [option](Tone tone) {
        option->palette.setColor(QPalette::Text, toneColor(tone, option->palette));
    };
    if (column == ServerColumn::Health) {
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = sign(*option, stored.toInt());
        option->decorationSize = QSize(option->fontMetrics.height(), option->fontMetrics.height());
        if (state == ServerState::Down)
            color(Tone::Bad);
        else if (state == ServerState::Unknown)
            color(Tone::Muted);
    } else if (column > ServerColumn::Health && state == ServerState::Checking) {
        color(Tone::Muted);
    }
}

QPixmap ServerDelegate::makeSign(int key, const QPalette &palette, int size, double ratio) const
{
    using engine::ConnectionState;
    switch (static_cast<ServerState>(key)) {
    case ServerState::Unknown:
        return statePixmap(ConnectionState::Closed, palette, size, ratio);
    case ServerState::Checking:
        return statePixmap(ConnectionState::Connecting, palette, size, ratio);
    case ServerState::Works:
        return statePixmap(ConnectionState::Open, palette, size, ratio);
    case ServerState::Limited:
        return levelPixmap(engine::EventLevel::Warning, palette, size, ratio);
    case ServerState::Down:
        return statePixmap(ConnectionState::Failed, palette, size, ratio);
    }
    return {};
}

ServerView::ServerView(QWidget *parent)
    : QTreeView(parent)
    , m_headings(new LiveHeader(this))
{
    setHeader(m_headings);
    m_headings->setStretchLastSection(false);
    setItemDelegate(new ServerDelegate(this));
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setItemsExpandable(false);
    setRootIsDecorated(false);
    setIndentation(fontMetrics().averageCharWidth() * 2);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setExpandsOnDoubleClick(false);
    setTextElideMode(Qt::ElideRight);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setDragEnabled(true);
    setAcceptDrops(true);
    setDropIndicatorShown(true);
    setDragDropMode(QAbstractItemView::DragDrop);
    setDefaultDropAction(Qt::CopyAction);
}

void ServerView::openSections()
{
    expandAll();
    for (int row = 0; row < model()->rowCount(); ++row)
        setFirstColumnSpanned(row, {}, true);
    for (int column = 0; column < kServerColumns; ++column)
        m_headings->resizeSection(
            column,
            kWidths.at(static_cast<std::size_t>(column)) * fontMetrics().averageCharWidth() + kCellPadding);
    m_headings->setFilling(static_cast<int>(ServerColumn::Health));
    offerSorting();
    setSortingEnabled(true);
}

/// Rows are as in the profile at first, and again after the third click on a heading.
void ServerView::offerSorting()
{
    m_headings->setSortIndicator(kNoColumn, Qt::AscendingOrder);
    m_headings->setSortIndicatorShown(true);
    m_headings->setSortIndicatorClearable(true);
    m_headings->setSectionsClickable(true);
}

void ServerView::restoreColumns(const QByteArray &state)
{
    m_headings->restore(state);
    // A state of before, when the address shared what was left, holds that, too.
    m_headings->setSectionResizeMode(static_cast<int>(ServerColumn::Address), QHeaderView::Interactive);
    // Likewise one of before, when rows could not be sorted; it names a column all the same.
    if (!m_headings->isSortIndicatorShown())
        offerSorting();
}

QStringList ServerView::selectedIds() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(), isAbove);
    QStringList ids;
    for (const QModelIndex &row : std::as_const(rows))
        ids << row.data(ServerModel::IdRole).toString();
    return ids;
}

void ServerView::selectIds(const QStringList &ids)
{
    const auto *servers = qobject_cast<const ServerModel *>(model());
    if (servers == nullptr)
        return;
    QModelIndexList found;
    for (const QString &id : ids) {
        if (const QModelIndex index = servers->indexOf(id); index.isValid())
            found << index;
    }
    const QModelIndex last = found.isEmpty() ? QModelIndex() : found.constLast();
    if (last.isValid())
        selectionModel()->setCurrentIndex(last, QItemSelectionModel::NoUpdate);
    std::sort(found.begin(), found.end(), isAbove);
    QItemSelection rows;
    QModelIndex above;
    for (const QModelIndex &index : std::as_const(found)) {
        // Each range costs time whenever the selection is asked for.
        if (above.isValid() && index == above.siblingAtRow(above.row() + 1))
            rows.last() = QItemSelectionRange(rows.last().topLeft(), index);
        else
            rows.select(index, index);
        above = index;
    }
    selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    if (last.isValid())
        scrollTo(last);
}

/// A message that opens above the list takes room from its end, where what was just added stands.
void ServerView::resizeEvent(QResizeEvent *event)
{
    const QRect row = visualRect(currentIndex());
    QTreeView::resizeEvent(event);
    const bool wasInSight = row.isValid() && row.top() >= 0 && row.bottom() < event->oldSize().height();
    if (wasInSight && row.bottom() >= event->size().height())
        scrollTo(currentIndex());
}

} // namespace ui
