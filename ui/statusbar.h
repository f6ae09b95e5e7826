// SPDX-License-Identifier: MIT
#pragma once

#include <QStatusBar>

namespace ui
{

/// A status bar whose messages give way when room is short; the whole text is its tool tip and accessible
/// name. The status tips of its window's actions cover a message, and do not end it as in QStatusBar.
class StatusBar : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusBar(QWidget *parent = nullptr);

    /// The message, or the tip that covers it, as there is room for it beside what always stands in the bar.
    [[nodiscard]] QString shownMessage() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void takeMessage(const QString &message);
    void setTip(const QString &tip);
    void showTip();
    void describe();
    [[nodiscard]] QString shownText() const;
    [[nodiscard]] QList<QWidget *> shownWidgets() const;
    [[nodiscard]] QRect messageRect() const;

    QString m_message; ///< without tips
    QString m_tip;
    bool m_showsTip = false; ///< QStatusBar is being given the tip as a message
};

} // namespace ui
