// SPDX-License-Identifier: MIT
#pragma once

#include <QStatusBar>

namespace ui
{

/// A status bar whose messages give way when room is short; the whole text is its tool tip and accessible
/// name.
class StatusBar : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusBar(QWidget *parent = nullptr);

    /// The message as there is room for it beside what always stands in the bar.
    [[nodiscard]] QString shownMessage() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] QList<QWidget *> shownWidgets() const;
    [[nodiscard]] QRect messageRect() const;
};

} // namespace ui
