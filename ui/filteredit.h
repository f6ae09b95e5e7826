// SPDX-License-Identifier: MIT
#pragma once

#include <QLineEdit>

namespace ui
{

/// A field that filters a list: cleared by its button or by Escape. Where there is room, it says what it
/// filters.
class FilterEdit : public QLineEdit
{
    Q_OBJECT

public:
    FilterEdit(const QString &objectName, const QString &text, const QString &toolTip, int characters,
               QWidget *parent);

    /// What it is called, and shows while it is empty.
    void setTitle(const QString &title);
    [[nodiscard]] QSize sizeHint() const override;
};

} // namespace ui
