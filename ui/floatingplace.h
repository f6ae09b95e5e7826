// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QRect>
#include <QTimer>

class QDockWidget;
class QMainWindow;

namespace ui
{

/// Where a dock floats: where it did last, and the first time over the end of the window's pages, where it
/// covers no other dock, no tab and no button of the page. Qt lets it float the first time right over where
/// it was, and goes by its last size, not by its last place. The dock owns it.
class FloatingPlace : public QObject
{
    Q_OBJECT

public:
    /// `side` of the pages, the first time.
    FloatingPlace(QDockWidget &dock, const QMainWindow &window, Qt::AlignmentFlag side);

    /// Takes the dock there, if it floats: at once, as it comes there of itself a moment later.
    void apply();
    /// Where it is, if it floats: for when it is to be docked. Where it rests for a while is remembered as
    /// well.
    void remember();

    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void takeFloating(bool floating);
    void applyUnlessPlaced();
    void settle();
    [[nodiscard]] QRect firstPlace() const;

    QDockWidget &m_dock;
    const QMainWindow &m_window;
    const Qt::AlignmentFlag m_side;
    QTimer m_settling;
    QRect m_place;           ///< null: it has not floated yet
    bool m_isPlaced = false; ///< it floats, and where it is meant to
    bool m_isDoubleClicked = false;
};

} // namespace ui
