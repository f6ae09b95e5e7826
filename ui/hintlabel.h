// SPDX-License-Identifier: MIT
#pragma once

#include <QLabel>

namespace ui
{

/// A quiet text over a widget that has nothing to show: what to expect, or why there is nothing. It takes no
/// room of its own.
class HintLabel : public QLabel
{
    Q_OBJECT

public:
    HintLabel(const QString &objectName, QWidget *over);

    /// Empty: there is something to show.
    void setHint(const QString &text);

    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fit();
};

} // namespace ui
