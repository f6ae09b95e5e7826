// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <QPolygonF>
#include <QRectF>
#include <QWidget>

#include <chrono>

namespace ui
{

class ProxyStatus;
struct TrafficSample;

/// The upper end of the axis and into how many equal parts it is cut, so that every line stands at a round
/// number of bytes per second.
struct TrafficAxis {
    double maximum = 0;
    int divisions = 1;
};
[[nodiscard]] TrafficAxis trafficAxis(double peak);

/// A scrolling graph of what goes down and up.
class TrafficGraph : public QWidget
{
    Q_OBJECT

public:
    explicit TrafficGraph(const ProxyStatus &status, QWidget *parent = nullptr);

    void setRange(std::chrono::seconds range);
    [[nodiscard]] std::chrono::seconds range() const { return m_range; }
    /// Redraws when anybody can see it.
    void refresh();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    enum class Direction { Down, Up };

    void paintLegend(QPainter &painter, const QRectF &area) const;
    void paintGrid(QPainter &painter, const QRectF &plot, const TrafficAxis &axis) const;
    void paintCurve(QPainter &painter, const QRectF &plot, double maximum, Direction direction) const;
    [[nodiscard]] QPolygonF curve(const QRectF &plot, double maximum, Direction direction) const;
    [[nodiscard]] double peak() const;
    [[nodiscard]] double secondsAgo(const TrafficSample &sample) const;
    [[nodiscard]] QPen pen(Direction direction) const;
    void describe();

    const ProxyStatus &m_status;
    std::chrono::seconds m_range{60};
};

} // namespace ui
