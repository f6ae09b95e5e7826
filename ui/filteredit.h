// SPDX-License-Identifier: MIT
#pragma once

#include <QLineEdit>

namespace ui
{

/// A field that filters a list: cleared by its button or by Escape.
class FilterEdit : public QLineEdit
{
    Q_OBJECT

public:
    FilterEdit(const QString &objectName, const QString &text, const QString &toolTip, int characters,
               QWidget *parent);
};

} // namespace ui
