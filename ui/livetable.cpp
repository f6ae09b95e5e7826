// SPDX-License-Identifier: MIT
#include "ui/livetable.h"

#include "ui/applicationicons.h"
#include "ui/colors.h"
#include "ui/connectionmodel.h"
#include "ui/icons.h"
#include "ui/liveheader.h"
#include "ui/logmodel.h"

#include <QEvent>
#include <QStyle>
#include <QtMath>

#include <algorithm>

namespace ui
{

namespace
{

constexpr int kRowPadding = 6;
constexpr int kCellPadding = 12;

} // namespace

LiveTable::LiveTable(QWidget *parent)
    : QTableView(parent)
    , m_headings(new LiveHeader(this))
{
    setHorizontalHeader(m_headings);
    m_headings->setSectionsClickable(true);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerItem);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTextElideMode(Qt::ElideRight);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    fitRowHeight();
}

void LiveTable::setColumnWidths(std::initializer_list<int> characters)
{
    int column = 0;
    for (const int width : characters)
        horizontalHeader()->resizeSection(column++, width * fontMetrics().averageCharWidth() + kCellPadding);
}

int LiveTable::signedCellWidth(const QString &text) const
{
    // On both sides of the sign and of the text, as QCommonStyle sets them.
    const int margin = style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, this) + 1;
    const int textWidth = qCeil(QFontMetricsF(font()).horizontalAdvance(text));
    constexpr int kRounding = 1; // of Windows' style
    return fontMetrics().height() + textWidth + 4 * margin + kRounding;
}

QList<int> LiveTable::selectedRows() const
{
    QList<int> rows;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange &range : selection) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows << row;
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

void LiveTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitRowHeight();
}

void LiveTable::fitRowHeight()
{
    const int height = fontMetrics().height() + kRowPadding;
    verticalHeader()->setMinimumSectionSize(height);
    verticalHeader()->setDefaultSectionSize(height);
}

QIcon LiveDelegate::sign(const QStyleOptionViewItem &option, int key) const
{
    const int size = option.fontMetrics.height();
    const double ratio = option.widget != nullptr ? option.widget->devicePixelRatioF() : 1.0;
    const qint64 paletteKey = option.widget != nullptr ? option.widget->palette().cacheKey() : 0;
    if (paletteKey != m_paletteKey || size != m_size || ratio != m_ratio) {
        m_signs.fill({});
        m_paletteKey = paletteKey;
        m_size = size;
        m_ratio = ratio;
    }
    QIcon &icon = m_signs.at(static_cast<std::size_t>(key));
    if (icon.isNull()) {
        const QPalette palette = option.widget != nullptr ? option.widget->palette() : option.palette;
        const QPixmap pixmap = makeSign(key, palette, size, ratio);
        icon.addPixmap(pixmap);
        icon.addPixmap(pixmap, QIcon::Selected);
    }
    return icon;
}

ConnectionDelegate::ConnectionDelegate(ApplicationIcons &icons, QObject *parent)
    : LiveDelegate(parent)
    , m_icons(icons)
{
}

void ConnectionDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    using engine::ConnectionState;
    QStyledItemDelegate::initStyleOption(option, index);
    const int key = index.data(ConnectionModel::StateRole).toInt();
    const auto state = static_cast<ConnectionState>(key);
    const bool isState = index.column() == static_cast<int>(ConnectionColumn::State);
    const QString program = index.column() == static_cast<int>(ConnectionColumn::Application)
                                ? index.data(ConnectionModel::ProgramRole).toString()
                                : QString();
    if (!program.isEmpty()) {
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = m_icons.icon(program, index.data(ConnectionModel::PathRole).toString());
        option->decorationSize = QSize(option->fontMetrics.height(), option->fontMetrics.height());
    }
    if (isState) {
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = sign(*option, key);
        option->decorationSize = QSize(option->fontMetrics.height(), option->fontMetrics.height());
    }
    const auto color = [option](Tone tone) {
        option->palette.setColor(QPalette::Text, toneColor(tone, option->palette));
    };
    if (state == ConnectionState::Failed && isState)
        color(Tone::Bad);
    else if (state == ConnectionState::Closed || state == ConnectionState::Failed)
        color(Tone::Muted);
    else if (state < ConnectionState::Open && isState)
        color(Tone::Busy);
}

QPixmap ConnectionDelegate::makeSign(int key, const QPalette &palette, int size, double ratio) const
{
    return statePixmap(static_cast<engine::ConnectionState>(key), palette, size, ratio);
}

void LogDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    using engine::EventLevel;
    QStyledItemDelegate::initStyleOption(option, index);
    const int key = index.data(LogModel::LevelRole).toInt();
    const auto level = static_cast<EventLevel>(key);
    const auto column = static_cast<LogColumn>(index.column());
    if (column == LogColumn::Level) {
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = sign(*option, key);
        option->decorationSize = QSize(option->fontMetrics.height(), option->fontMetrics.height());
    }
    const auto color = [option](Tone tone) {
        option->palette.setColor(QPalette::Text, toneColor(tone, option->palette));
    };
    if (column == LogColumn::Time || level == EventLevel::Debug)
        color(Tone::Muted);
    else if (column == LogColumn::Level && level >= EventLevel::Warning)
        color(level == EventLevel::Error ? Tone::Bad : Tone::Warning);
}

QPixmap LogDelegate::makeSign(int key, const QPalette &palette, int size, double ratio) const
{
    return levelPixmap(static_cast<engine::EventLevel>(key), palette, size, ratio);
}

} // namespace ui
