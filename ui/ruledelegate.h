// SPDX-License-Identifier: MIT
#pragma once

#include <QStyledItemDelegate>

namespace ui
{

class ProfileStore;

/// Draws rules, and edits the action of one in its cell.
class RuleDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    RuleDelegate(const ProfileStore &store, QObject *parent);

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const override;
    void setEditorData(QWidget *editor, const QModelIndex &index) const override;
    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    const ProfileStore &m_store;
};

} // namespace ui
