// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QPointF>
#include <QPolygonF>
#include <QRectF>
#include <QString>
#include <QWidget>

#include <chrono>
#include <optional>

namespace ui
{

class ProxyStatus;
class TrafficHistory;
struct TrafficRates;
struct TrafficSample;

/// The upper end of the axis and into how many equal parts it is cut, so that every line stands at a round
/// number of bytes per second.
struct TrafficAxis {
    double maximum = 0;
    int divisions = 1;
};
[[nodiscard]] TrafficAxis trafficAxis(double peak);

/// A moment below the graph, and where it is written.
struct TimeLabel {
    QRectF rect;
    QString text;
};

/// A scrolling graph of what goes down and up. Under the mouse, or wherever the arrow keys have led, it tells
/// the values of that moment.
class TrafficGraph : public QWidget
{
    Q_OBJECT

public:
    explicit TrafficGraph(const ProxyStatus &status, QWidget *parent = nullptr);

    /// Shows these rates, which must stay until others are set; null: those of everything.
    void setHistory(const TrafficHistory *history);
    void setRange(std::chrono::seconds range);
    [[nodiscard]] std::chrono::seconds range() const { return m_range; }
    /// Whether nothing moved in all the time that it looks back, with what is too new to be drawn.
    [[nodiscard]] bool isFlat() const;
    /// Where the curves are.
    [[nodiscard]] QRectF plotArea() const;
    /// Now, the oldest moment shown and the middle between them, as far as there is room for them side by
    /// side.
    [[nodiscard]] QList<TimeLabel> timeLabels() const;
    /// Redraws when anybody can see it.
    void refresh();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    enum class Direction { Down, Up };

    void paintLegend(QPainter &painter, const QRectF &area) const;
    [[nodiscard]] TimeLabel timeLabel(const QRectF &plot, int division) const;
    void paintGrid(QPainter &painter, const QRectF &plot, const TrafficAxis &axis) const;
    void paintCurve(QPainter &painter, const QRectF &plot, double maximum, Direction direction) const;
    void paintCursor(QPainter &painter, const QRectF &plot) const;
    void setCursorAt(std::optional<double> share);
    [[nodiscard]] const TrafficHistory &history() const;
    [[nodiscard]] TrafficRates rates() const;
    /// What moved at that moment; nothing before the first sample.
    [[nodiscard]] std::optional<TrafficSample> sampleAgo(std::chrono::milliseconds ago) const;
    [[nodiscard]] std::chrono::milliseconds cursorAgo() const;
    [[nodiscard]] QPolygonF curve(const QRectF &plot, double maximum, Direction direction) const;
    [[nodiscard]] double peak() const;
    [[nodiscard]] double secondsAgo(const TrafficSample &sample) const;
    [[nodiscard]] QPen pen(Direction direction) const;
    void describe();

    const ProxyStatus &m_status;
    const TrafficHistory *m_history = nullptr;
    std::chrono::seconds m_range{60};
    std::optional<double> m_cursor; ///< share of the range before now: 0 is now, 1 the oldest moment shown
};

} // namespace ui
