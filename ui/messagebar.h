// SPDX-License-Identifier: MIT
#pragma once

#include "ui/pagebar.h"

namespace ui
{

/// A strip above a list that tells what came of a change, until it is dismissed.
class MessageBar : public PageBar
{
    Q_OBJECT

public:
    /// The names of its parts begin with `objectName`.
    explicit MessageBar(const QString &objectName, QWidget *parent = nullptr);

    /// Empty: there is nothing to tell.
    void tell(const QString &text);
};

} // namespace ui
