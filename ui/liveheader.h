// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QHeaderView>

namespace ui
{

/// Headings that keep room for the sign of the order only where it is, and of which one may take what room
/// the others leave. Nothing in it depends on rows, however many there are.
class LiveHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit LiveHeader(QWidget *parent = nullptr);

    /// As wide is what the column may hold, whatever its heading says: see sectionSizeHint().
    void setContentsWidth(int section, int width);
    /// The section takes what room the others leave, wherever it is moved to, and never less than it has now:
    /// QHeaderView's stretched ones shrink to next to nothing.
    void setFilling(int section);
    /// As restoreState(); nothing for an empty state.
    void restore(const QByteArray &state);

protected:
    [[nodiscard]] QSize sectionSizeFromContents(int section) const override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void fill();
    void makeRoomForSign(int section);
    [[nodiscard]] QSize plainSize(int section) const;

    QHash<int, int> m_contentsWidths; ///< by section, where there is one
    int m_filling = -1;               ///< section; none: negative
    int m_leastWidth = 0;             ///< of m_filling
    bool m_isFilling = false;
};

} // namespace ui
