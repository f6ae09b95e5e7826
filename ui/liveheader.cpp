// SPDX-License-Identifier: MIT
#include "ui/liveheader.h"

#include <QScopedValueRollback>
#include <QStyle>
#include <QStyleOptionHeader>

#include <algorithm>

namespace ui
{

LiveHeader::LiveHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setHighlightSections(false);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setSectionsMovable(true);
    connect(this, &QHeaderView::sortIndicatorChanged, this, &LiveHeader::makeRoomForSign);
    connect(this, &QHeaderView::sectionResized, this, [this](int section, int, int width) {
        // It is about to be hidden.
        if (section != m_filling || width > 0)
            fill();
    });
}

void LiveHeader::setContentsWidth(int section, int width)
{
    m_contentsWidths.insert(section, width);
}

void LiveHeader::setFilling(int section)
{
    m_filling = section;
    m_leastWidth = sectionSize(section);
    setSectionResizeMode(section, QHeaderView::Fixed);
    fill();
}

void LiveHeader::restore(const QByteArray &state)
{
    if (state.isEmpty() || !restoreState(state) || m_filling < 0)
        return;
    // A state of before, when the section was as wide as it was made, holds that, too.
    setSectionResizeMode(m_filling, QHeaderView::Fixed);
    fill();
}

void LiveHeader::resizeEvent(QResizeEvent *event)
{
    QHeaderView::resizeEvent(event);
    fill();
}

void LiveHeader::fill()
{
    if (m_filling < 0 || m_isFilling || isSectionHidden(m_filling))
        return;
    const QScopedValueRollback guard(m_isFilling, true);
    const int others = length() - sectionSize(m_filling);
    const int least = std::max(m_leastWidth, sectionSizeHint(m_filling));
    resizeSection(m_filling, std::max(least, viewport()->width() - others));
}

/// A heading that was shown whole stays so.
void LiveHeader::makeRoomForSign(int section)
{
    if (section < 0 || section >= count() || isSectionHidden(section))
        return;
    const int width = sectionSize(section);
    if (width >= plainSize(section).width())
        resizeSection(section, std::max(width, sectionSizeHint(section)));
}

QSize LiveHeader::sectionSizeFromContents(int section) const
{
    const bool hasSign = isSortIndicatorShown() && section == sortIndicatorSection();
    const QSize size = hasSign ? QHeaderView::sectionSizeFromContents(section) : plainSize(section);
    return size.expandedTo({m_contentsWidths.value(section), 0});
}

/// QHeaderView's own has room for the sign in every section, so that all together are far wider.
QSize LiveHeader::plainSize(int section) const
{
    QFont bold = font(); // as sections that are pressed are
    bold.setBold(true);
    QStyleOptionHeader option;
    initStyleOption(&option);
    option.section = section;
    option.fontMetrics = QFontMetrics(bold);
    option.text = model()->headerData(section, Qt::Horizontal).toString();
    return style()->sizeFromContents(QStyle::CT_HeaderSection, &option, QSize(), this);
}

} // namespace ui
