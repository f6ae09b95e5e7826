// SPDX-License-Identifier: MIT
#pragma once

#include "ui/applicationicons.h"

#include <QStyledItemDelegate>

namespace ui
{

/// Draws applications, each with its icon.
class ApplicationDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    ApplicationDelegate(ApplicationIcons &icons, QObject *parent);

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;

private:
    ApplicationIcons &m_icons;
    QIcon m_unidentified;
    QIcon m_client;
};

} // namespace ui
