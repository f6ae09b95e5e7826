// SPDX-License-Identifier: MIT
#include "ui/ruledelegate.h"

#include "ui/actioncombo.h"
#include "ui/colors.h"
#include "ui/profilestore.h"
#include "ui/rulemodel.h"

#include <QApplication>
#include <QStyle>

namespace ui
{

namespace
{

/// A combo box must fit into the row.
constexpr int kRowPadding = 10;

} // namespace

RuleDelegate::RuleDelegate(const ProfileStore &store, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_store(store)
{
}

QWidget *RuleDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &, const QModelIndex &) const
{
    auto *combo = new ActionCombo(m_store.profile(), parent);
    combo->setObjectName(QStringLiteral("ruleActionEditor"));
    combo->setAccessibleName(tr("Action"));
    auto *delegate = const_cast<RuleDelegate *>(this);
    connect(combo, &QComboBox::activated, delegate, [delegate, combo] {
        Q_EMIT delegate->commitData(combo);
        Q_EMIT delegate->closeEditor(combo);
    });
    return combo;
}

void RuleDelegate::setEditorData(QWidget *editor, const QModelIndex &index) const
{
    auto *combo = qobject_cast<ActionCombo *>(editor);
    combo->setAction(index.data(RuleModel::ActionRole).value<engine::Action>());
}

void RuleDelegate::setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const
{
    const auto *combo = qobject_cast<ActionCombo *>(editor);
    model->setData(index, QVariant::fromValue(combo->action()), RuleModel::ActionRole);
}

QSize RuleDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(option.fontMetrics.height() + kRowPadding);
    return size;
}

void RuleDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    const bool isName = index.column() == static_cast<int>(RuleColumn::Name);
    if (isName && !option->features.testFlag(QStyleOptionViewItem::HasCheckIndicator)) {
        // The name stands below the others, which have a check box before them.
        const QStyle *style = option->widget != nullptr ? option->widget->style() : QApplication::style();
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize =
            QSize(style->pixelMetric(QStyle::PM_IndicatorWidth, option, option->widget), 1);
    }
    if (isName && index.data(RuleModel::ShadowedRole).toBool())
        option->decorationSize = QSize(option->fontMetrics.height(), option->fontMetrics.height());
    const bool isActive = index.data(RuleModel::ActiveRole).toBool();
    const auto action = index.data(RuleModel::ActionRole).value<engine::Action>();
    const bool isAction = index.column() == static_cast<int>(RuleColumn::Action);
    if (!isActive || index.data(RuleModel::IsAnyRole).toBool())
        option->palette.setColor(QPalette::Text, toneColor(Tone::Muted, option->palette));
    else if (isAction && action.kind == engine::Action::Kind::Block)
        option->palette.setColor(QPalette::Text, toneColor(Tone::Bad, option->palette));
    else if (isAction && action.kind == engine::Action::Kind::Proxy)
        option->palette.setColor(QPalette::Text, toneColor(Tone::Busy, option->palette));
}

} // namespace ui
