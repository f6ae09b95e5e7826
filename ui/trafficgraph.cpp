// SPDX-License-Identifier: MIT
#include "ui/trafficgraph.h"

#include "ui/colors.h"
#include "ui/format.h"
#include "ui/proxystatus.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>

namespace ui
{

namespace
{

constexpr double kSmallestAxis = 1'024.0;
/// The highest curve leaves this much room above it.
constexpr double kHeadroom = 1.05;
constexpr int kTimeDivisions = 4;

} // namespace

TrafficAxis trafficAxis(double peak)
{
    const double wanted = std::max(peak * kHeadroom, kSmallestAxis);
    const double power = std::exp2(std::ceil(std::log2(wanted)));
    // 3/4 of a power of two cuts into three round parts, a power of two into four.
    if (power > kSmallestAxis && wanted <= power * 0.75)
        return {power * 0.75, 3};
    return {power, 4};
}

TrafficGraph::TrafficGraph(const ProxyStatus &status, QWidget *parent)
    : QWidget(parent)
    , m_status(status)
{
    setObjectName(QStringLiteral("trafficGraph"));
    setAccessibleName(tr("Traffic graph"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void TrafficGraph::setRange(std::chrono::seconds range)
{
    m_range = range;
    refresh();
}

void TrafficGraph::refresh()
{
    if (!isVisible())
        return;
    describe();
    update();
}

QSize TrafficGraph::sizeHint() const
{
    return fontMetrics().size(0, QStringLiteral("0")) * 12 + QSize(240, 0);
}

QSize TrafficGraph::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 24, fontMetrics().height() * 5};
}

void TrafficGraph::showEvent(QShowEvent *event)
{
    describe();
    QWidget::showEvent(event);
}

void TrafficGraph::describe()
{
    const TrafficRates rates = m_status.rates();
    const QString text = tr("Now %1 down, %2 up").arg(rateText(rates.down), rateText(rates.up));
    if (text != accessibleDescription())
        setAccessibleDescription(text);
}

void TrafficGraph::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const int line = fontMetrics().height();
    const QRectF inside = QRectF(rect()).adjusted(8, 4, -8, -4);
    const TrafficAxis axis = trafficAxis(peak());
    const double labels = fontMetrics().horizontalAdvance(rateText(1000.0 * 1024.0)) + 8.0;
    const QRectF plot = inside.adjusted(labels, line + 10.0, 0, -line - 4.0);
    paintLegend(painter, QRectF(inside.left(), inside.top(), inside.width(), line));
    if (plot.width() < 20 || plot.height() < 20)
        return;
    painter.fillRect(plot, palette().color(QPalette::Base));
    paintGrid(painter, plot, axis);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(plot.adjusted(0, -2, 0, 1));
    paintCurve(painter, plot, axis.maximum, Direction::Down);
    paintCurve(painter, plot, axis.maximum, Direction::Up);
}

void TrafficGraph::paintLegend(QPainter &painter, const QRectF &area) const
{
    const TrafficRates rates = m_status.rates();
    const std::array texts{tr("Down %1", "traffic legend: rate").arg(rateText(rates.down)),
                           tr("Up %1", "traffic legend: rate").arg(rateText(rates.up))};
    const double sample = area.height() * 1.4;
    double x = area.left();
    for (const Direction direction : {Direction::Down, Direction::Up}) {
        const QString &text = texts.at(direction == Direction::Down ? 0 : 1);
        painter.setPen(pen(direction));
        painter.drawLine(QPointF(x, area.center().y()), QPointF(x + sample, area.center().y()));
        painter.setPen(palette().color(QPalette::WindowText));
        const double width = std::min(area.width() / 2 - sample - 8, area.right() - x - sample - 6);
        painter.drawText(QRectF(x + sample + 6, area.top(), width, area.height()),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(width)));
        x += area.width() / 2;
    }
}

void TrafficGraph::paintGrid(QPainter &painter, const QRectF &plot, const TrafficAxis &axis) const
{
    const QColor grid = mixed(palette().color(QPalette::Base), palette().color(QPalette::Text), 0.16);
    const QColor label = toneColor(Tone::Muted, palette(), QPalette::Window);
    const int line = fontMetrics().height();
    // On a low plot every other line goes without its label.
    const int step = plot.height() / axis.divisions < line * 1.1 ? axis.divisions : 1;
    for (int division = 0; division <= axis.divisions; ++division) {
        const double share = static_cast<double>(division) / axis.divisions;
        const double y = std::round(plot.bottom() - share * plot.height()) + 0.5;
        painter.setPen(grid);
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        if (division % step != 0)
            continue;
        painter.setPen(label);
        painter.drawText(QRectF(0, y - line / 2.0, plot.left() - 6, line), Qt::AlignRight | Qt::AlignVCenter,
                         rateText(axis.maximum * share));
    }
    for (int division = 0; division <= kTimeDivisions; ++division) {
        const double share = static_cast<double>(division) / kTimeDivisions;
        const double x = std::round(plot.right() - share * plot.width()) - 0.5;
        painter.setPen(grid);
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        if (division % 2 != 0)
            continue;
        const auto ago = std::chrono::milliseconds(m_range) * division / kTimeDivisions;
        const QString text = division == 0 ? tr("now") : tr("%1 s ago").arg(ago.count() / 1'000);
        const double width = fontMetrics().horizontalAdvance(text) + 4.0;
        const double left = std::clamp(x - width / 2, plot.left() - 4, plot.right() - width + 4);
        painter.setPen(label);
        painter.drawText(QRectF(left, plot.bottom() + 4, width, line), Qt::AlignCenter, text);
    }
}

void TrafficGraph::paintCurve(QPainter &painter, const QRectF &plot, double maximum,
                              Direction direction) const
{
    const QPolygonF line = curve(plot, maximum, direction);
    if (line.size() < 2)
        return;
    if (direction == Direction::Down) {
        QPolygonF filled = line;
        filled << QPointF(line.last().x(), plot.bottom()) << QPointF(line.first().x(), plot.bottom());
        QColor fill = pen(direction).color();
        fill.setAlphaF(0.18F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawPolygon(filled);
        painter.setBrush(Qt::NoBrush);
    }
    painter.setPen(pen(direction));
    painter.drawPolyline(line);
}

/// One point a pixel at most, the highest of those that share it: five minutes cost no more than one.
QPolygonF TrafficGraph::curve(const QRectF &plot, double maximum, Direction direction) const
{
    const double range = std::chrono::duration<double>(m_range).count();
    QPolygonF points;
    for (const TrafficSample &sample : m_status.traffic().samples()) {
        const double ago = secondsAgo(sample);
        if (ago > range * 1.1)
            continue;
        const double rate = direction == Direction::Down ? sample.down : sample.up;
        const QPointF point(plot.right() - ago / range * plot.width(),
                            plot.bottom() - rate / maximum * plot.height());
        if (!points.isEmpty() && point.x() - points.last().x() < 1.0)
            points.last().setY(std::min(points.last().y(), point.y()));
        else
            points << point;
    }
    return points;
}

double TrafficGraph::peak() const
{
    const double range = std::chrono::duration<double>(m_range).count();
    double peak = 0;
    for (const TrafficSample &sample : m_status.traffic().samples()) {
        if (secondsAgo(sample) <= range)
            peak = std::max({peak, sample.down, sample.up});
    }
    return peak;
}

double TrafficGraph::secondsAgo(const TrafficSample &sample) const
{
    return static_cast<double>(m_status.nowMs() - sample.atMs) / 1'000.0;
}

QPen TrafficGraph::pen(Direction direction) const
{
    QPen pen(toneColor(direction == Direction::Down ? Tone::Down : Tone::Up, palette()), 1.6);
    // Told apart by more than colour: what goes up is dashed.
    if (direction == Direction::Up)
        pen.setDashPattern({3, 1.6});
    return pen;
}

} // namespace ui
