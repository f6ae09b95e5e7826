// SPDX-License-Identifier: MIT
#pragma once

#include <QLabel>

#include <functional>

namespace ui
{

/// A quiet text over a widget that has nothing to show: what to expect, or why there is nothing. It takes no
/// room of its own.
class HintLabel : public QLabel
{
    Q_OBJECT

public:
    /// `room` is where in the widget it may be; the whole of it, unless given.
    HintLabel(const QString &objectName, QWidget *over, std::function<QRect()> room = {});

    /// Empty: there is something to show.
    void setHint(const QString &text);

    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fit();

    const std::function<QRect()> m_room;
};

} // namespace ui
