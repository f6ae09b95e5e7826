// SPDX-License-Identifier: MIT
#include "ui/trafficgraph.h"

#include "ui/colors.h"
#include "ui/format.h"
#include "ui/proxystatus.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyleOptionFocusRect>

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
/// Those with a label, the most telling first.
constexpr std::array kTimeLabels{0, kTimeDivisions, kTimeDivisions / 2};
/// Between two labels at least, in pixels.
constexpr double kLabelGap = 6.0;
/// By how much of the range an arrow key leads on.
constexpr double kCursorStep = 1.0 / 60;
/// Longer without a sample than any pace of deltas: nothing moves.
constexpr std::int64_t kStaleMs = 2'500;

struct GraphText {
    Q_DECLARE_TR_FUNCTIONS(ui::TrafficGraph)
};

QString agoText(std::chrono::milliseconds ago)
{
    const auto seconds = std::chrono::round<std::chrono::seconds>(ago);
    if (seconds.count() == 0)
        return GraphText::tr("now");
    if (seconds.count() < 60)
        return GraphText::tr("%1 s ago").arg(seconds.count());
    if (seconds.count() % 60 == 0)
        return GraphText::tr("%1 min ago").arg(seconds.count() / 60);
    return GraphText::tr("%1 ago", "a duration").arg(durationText(seconds));
}

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
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
}

void TrafficGraph::setHistory(const TrafficHistory *history)
{
    m_history = history;
    refresh();
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
    const TrafficRates now = rates();
    QString text = tr("Now %1 down, %2 up").arg(rateText(now.down), rateText(now.up));
    if (m_cursor) {
        const std::optional<TrafficSample> then = sampleAgo(cursorAgo());
        const QString moment = agoText(cursorAgo());
        text = then ? tr("%1: %2 down, %3 up", "moment, rates")
                          .arg(moment, rateText(then->down), rateText(then->up))
                    : moment + u'\n' + tr("Nothing is known");
    }
    if (text != accessibleDescription())
        setAccessibleDescription(text);
}

QRectF TrafficGraph::plotArea() const
{
    const int line = fontMetrics().height();
    const double labels = fontMetrics().horizontalAdvance(rateText(1000.0 * 1024.0)) + 8.0;
    return QRectF(rect()).adjusted(8 + labels, line + 14.0, -8, -line - 8.0);
}

void TrafficGraph::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const TrafficAxis axis = trafficAxis(peak());
    const QRectF plot = plotArea();
    paintLegend(painter, QRectF(8, 4, width() - 16, fontMetrics().height()));
    if (plot.width() < 20 || plot.height() < 20)
        return;
    painter.fillRect(plot, palette().color(QPalette::Base));
    paintGrid(painter, plot, axis);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(plot.adjusted(0, -2, 0, 1));
    paintCurve(painter, plot, axis.maximum, Direction::Down);
    paintCurve(painter, plot, axis.maximum, Direction::Up);
    painter.setClipping(false);
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (m_cursor)
        paintCursor(painter, plot);
    if (hasFocus()) {
        QStyleOptionFocusRect option;
        option.initFrom(this);
        option.rect = rect().adjusted(1, 1, -1, -1);
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &option, &painter, this);
    }
}

void TrafficGraph::paintLegend(QPainter &painter, const QRectF &area) const
{
    const TrafficRates now = rates();
    const std::array texts{tr("Down %1", "traffic legend: rate").arg(rateText(now.down)),
                           tr("Up %1", "traffic legend: rate").arg(rateText(now.up))};
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
    }
    painter.setPen(label);
    for (const TimeLabel &time : timeLabels())
        painter.drawText(time.rect, Qt::AlignCenter, time.text);
}

QList<TimeLabel> TrafficGraph::timeLabels() const
{
    const QRectF plot = plotArea();
    QList<TimeLabel> labels;
    for (const int division : kTimeLabels) {
        const TimeLabel label = timeLabel(plot, division);
        const QRectF kept = label.rect.adjusted(-kLabelGap, 0, kLabelGap, 0);
        if (std::none_of(labels.cbegin(), labels.cend(),
                         [&kept](const TimeLabel &other) { return other.rect.intersects(kept); }))
            labels << label;
    }
    return labels;
}

/// At its line, and not far outside of the plot.
TimeLabel TrafficGraph::timeLabel(const QRectF &plot, int division) const
{
    const QString text = agoText(std::chrono::milliseconds(m_range) * division / kTimeDivisions);
    const double width = fontMetrics().horizontalAdvance(text) + 4.0;
    const double x = plot.right() - plot.width() * division / kTimeDivisions;
    const double left = std::min(std::max(x - width / 2, plot.left() - 4), plot.right() - width + 4);
    return {QRectF(left, plot.bottom() + 4, width, fontMetrics().height()), text};
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

void TrafficGraph::paintCursor(QPainter &painter, const QRectF &plot) const
{
    const std::optional<TrafficSample> sample = sampleAgo(cursorAgo());
    const double x = std::round(plot.right() - *m_cursor * plot.width()) - 0.5;
    painter.setPen(toneColor(Tone::Muted, palette()));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    QStringList lines{agoText(cursorAgo())};
    if (sample)
        lines << tr("Down %1", "traffic legend: rate").arg(rateText(sample->down))
              << tr("Up %1", "traffic legend: rate").arg(rateText(sample->up));
    else
        lines << tr("Nothing is known");
    const QString text = lines.join(u'\n');
    const QSizeF size = QSizeF(fontMetrics().size(0, text)) + QSizeF(12, 6);
    // On the side with more room, and within the plot.
    const double left = *m_cursor > 0.5 ? x + 6 : x - 6 - size.width();
    const QRectF box(QPointF(std::round(left) + 0.5, std::round(plot.top()) + 2.5), size);
    painter.setPen(
        mixed(palette().color(QPalette::ToolTipBase), palette().color(QPalette::ToolTipText), 0.4));
    painter.setBrush(palette().color(QPalette::ToolTipBase));
    painter.drawRect(box);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(palette().color(QPalette::ToolTipText));
    painter.drawText(box.adjusted(6, 3, -6, -3), Qt::AlignLeft | Qt::AlignTop, text);
}

/// One point a pixel at most, the highest of those that share it: an hour costs no more than a minute.
QPolygonF TrafficGraph::curve(const QRectF &plot, double maximum, Direction direction) const
{
    const double range = std::chrono::duration<double>(m_range).count();
    QPolygonF points;
    for (const TrafficSample &sample : history().samples(m_range)) {
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
    for (const TrafficSample &sample : history().samples(m_range)) {
        if (secondsAgo(sample) <= range)
            peak = std::max({peak, sample.down, sample.up});
    }
    return peak;
}

bool TrafficGraph::isFlat() const
{
    const TrafficSample newest = history().unfinished(m_range);
    const bool moves = newest.down > 0 || newest.up > 0;
    const double range = std::chrono::duration<double>(m_range).count();
    return peak() <= 0 && !(moves && secondsAgo(newest) <= range);
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

const TrafficHistory &TrafficGraph::history() const
{
    return m_history != nullptr ? *m_history : m_status.traffic();
}

TrafficRates TrafficGraph::rates() const
{
    if (m_history == nullptr)
        return m_status.rates();
    return m_status.nowMs() - m_history->lastMs() > kStaleMs ? TrafficRates() : m_history->current();
}

std::chrono::milliseconds TrafficGraph::cursorAgo() const
{
    const double ago = m_cursor.value_or(0) * static_cast<double>(std::chrono::milliseconds(m_range).count());
    return std::chrono::milliseconds(std::llround(ago));
}

/// A sample tells of the time up to it: the first one at or after the moment. The latest may be a little old.
std::optional<TrafficSample> TrafficGraph::sampleAgo(std::chrono::milliseconds ago) const
{
    const std::int64_t moment = m_status.nowMs() - ago.count();
    const TrafficHistory::Samples &samples = history().samples(m_range);
    const auto at =
        std::lower_bound(samples.begin(), samples.end(), moment,
                         [](const TrafficSample &sample, std::int64_t ms) { return sample.atMs < ms; });
    if (at == samples.end())
        return samples.empty() ? std::nullopt : std::optional(samples.back());
    if (at == samples.begin() && at->atMs - moment > kStaleMs)
        return std::nullopt;
    return *at;
}

void TrafficGraph::setCursorAt(std::optional<double> share)
{
    if (share)
        share = std::clamp(*share, 0.0, 1.0);
    if (share == m_cursor)
        return;
    m_cursor = share;
    refresh();
}

void TrafficGraph::mouseMoveEvent(QMouseEvent *event)
{
    const QRectF plot = plotArea();
    const bool inside = plot.width() > 0 && plot.contains(event->position());
    setCursorAt(inside ? std::optional((plot.right() - event->position().x()) / plot.width()) : std::nullopt);
}

void TrafficGraph::leaveEvent(QEvent *)
{
    setCursorAt(std::nullopt);
}

void TrafficGraph::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        setCursorAt(m_cursor ? *m_cursor + kCursorStep : 0.0);
        break;
    case Qt::Key_Right:
        setCursorAt(m_cursor ? *m_cursor - kCursorStep : 0.0);
        break;
    case Qt::Key_Home:
        setCursorAt(1.0);
        break;
    case Qt::Key_End:
        setCursorAt(0.0);
        break;
    case Qt::Key_Escape:
        if (m_cursor) {
            setCursorAt(std::nullopt);
            break;
        }
        [[fallthrough]];
    default:
        QWidget::keyPressEvent(event);
    }
}

void TrafficGraph::focusOutEvent(QFocusEvent *event)
{
    setCursorAt(std::nullopt);
    QWidget::focusOutEvent(event);
    update();
}

} // namespace ui
