// SPDX-License-Identifier: MIT
#include "ui/applicationdelegate.h"

#include "ui/applicationmodel.h"
#include "ui/colors.h"
#include "ui/icons.h"

namespace ui
{

ApplicationDelegate::ApplicationDelegate(ApplicationIcons &icons, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_icons(icons)
    , m_unidentified(symbolIcon(QStringLiteral("unidentified")))
    , m_client(symbolIcon(QStringLiteral("client")))
{
}

void ApplicationDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const auto kind = static_cast<ApplicationKind>(index.data(ApplicationModel::KindRole).toInt());
    if (index.column() == static_cast<int>(ApplicationColumn::Name)) {
        const int size = option->fontMetrics.height();
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = QSize(size, size);
        option->icon = kind == ApplicationKind::Program
                           ? m_icons.icon(index.data(ApplicationModel::ProgramRole).toString(),
                                          index.data(ApplicationModel::PathRole).toString())
                       : kind == ApplicationKind::Unidentified ? m_unidentified
                                                               : m_client;
    }
    if (!index.data(ApplicationModel::LiveRole).toBool())
        option->palette.setColor(QPalette::Text, toneColor(Tone::Muted, option->palette));
}

} // namespace ui
