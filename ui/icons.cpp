// SPDX-License-Identifier: MIT
#include "ui/icons.h"

#include "ui/colors.h"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPixmapCache>

#include <array>
#include <cmath>

// Outside the namespace: the macro declares a function of the resource compiler.
static void initializeResources()
{
    Q_INIT_RESOURCE(hosier);
}

namespace ui
{

namespace
{

constexpr std::array kRenderedSizes{16, 22, 24, 32, 48, 64, 128, 256};
constexpr std::array kSymbolSizes{16, 24, 32, 48, 64};

QString resource(const QString &name, int size)
{
    initializeResources();
    return QStringLiteral(":/hosier/%1-%2.png").arg(name).arg(size);
}

QIcon renderedIcon(const QString &name)
{
    QIcon icon;
    for (const int size : kRenderedSizes)
        icon.addFile(resource(name, size), QSize(size, size));
    return icon;
}

/// Paints an alpha mask in the palette's text colour, so that one drawing serves light and dark.
class SymbolEngine : public QIconEngine
{
public:
    explicit SymbolEngine(QString name)
        : m_name(std::move(name))
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const double ratio = painter->device()->devicePixelRatioF();
        QPixmap image = pixmap(rect.size() * ratio, mode, state);
        image.setDevicePixelRatio(ratio);
        painter->drawPixmap(rect, image);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QApplication::palette();
        const QColor color =
            mode == QIcon::Disabled
                ? palette.color(QPalette::Disabled, QPalette::WindowText)
                : palette.color(mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::WindowText);
        const QString key = QStringLiteral("hosier-symbol/%1/%2x%3/%4")
                                .arg(m_name)
                                .arg(size.width())
                                .arg(size.height())
                                .arg(color.rgba());
        QPixmap result;
        if (!QPixmapCache::find(key, &result)) {
            result = tinted(size, color);
            QPixmapCache::insert(key, result);
        }
        return result;
    }

    [[nodiscard]] QIconEngine *clone() const override { return new SymbolEngine(m_name); }

private:
    [[nodiscard]] QPixmap tinted(const QSize &size, const QColor &color) const
    {
        const int wanted = std::min(size.width(), size.height());
        int best = kSymbolSizes.back();
        for (auto at = kSymbolSizes.rbegin(); at != kSymbolSizes.rend(); ++at) {
            if (*at >= wanted)
                best = *at;
        }
        QPixmap image(size);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawPixmap(QRect((size.width() - wanted) / 2, (size.height() - wanted) / 2, wanted, wanted),
                           QPixmap(resource(QStringLiteral("ui/") + m_name, best)));
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(image.rect(), color);
        return image;
    }

    QString m_name;
};

/// A transparent pixmap with a painter whose unit square is the whole of it.
template <typename Draw> QPixmap drawn(int size, double ratio, const Draw &draw)
{
    const int pixels = static_cast<int>(std::lround(size * ratio));
    QPixmap image(pixels, pixels);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(pixels, pixels);
    draw(painter);
    painter.end();
    image.setDevicePixelRatio(ratio);
    return image;
}

QPen signPen(const QColor &color, double width = 0.11)
{
    return {color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin};
}

void drawCross(QPainter &painter, const QColor &color)
{
    painter.setPen(signPen(color, 0.15));
    painter.drawLine(QPointF(0.26, 0.26), QPointF(0.74, 0.74));
    painter.drawLine(QPointF(0.74, 0.26), QPointF(0.26, 0.74));
}

void drawState(QPainter &painter, engine::ConnectionState state, const QPalette &palette)
{
    using engine::ConnectionState;
    const QRectF circle(0.22, 0.22, 0.56, 0.56);
    switch (state) {
    case ConnectionState::Handshake:
    case ConnectionState::Authenticating:
    case ConnectionState::Connecting:
        // A ring that is not closed yet.
        painter.setPen(signPen(toneColor(Tone::Busy, palette)));
        painter.drawArc(circle, 90 * 16, -270 * 16);
        break;
    case ConnectionState::Open:
        painter.setPen(Qt::NoPen);
        painter.setBrush(toneColor(Tone::Good, palette));
        painter.drawEllipse(circle);
        break;
    case ConnectionState::HalfClosed:
        painter.setPen(signPen(toneColor(Tone::Good, palette), 0.09));
        painter.drawEllipse(circle);
        painter.setPen(Qt::NoPen);
        painter.setBrush(toneColor(Tone::Good, palette));
        painter.drawPie(circle, 90 * 16, 180 * 16);
        break;
    case ConnectionState::Closed:
        painter.setPen(signPen(toneColor(Tone::Muted, palette), 0.09));
        painter.drawEllipse(circle);
        break;
    case ConnectionState::Failed:
        drawCross(painter, toneColor(Tone::Bad, palette));
        break;
    }
}

void drawWarning(QPainter &painter, const QColor &color, const QColor &background)
{
    QPainterPath triangle;
    triangle.moveTo(0.5, 0.14);
    triangle.lineTo(0.92, 0.86);
    triangle.lineTo(0.08, 0.86);
    triangle.closeSubpath();
    painter.setPen(signPen(color, 0.08));
    painter.setBrush(color);
    painter.drawPath(triangle);
    painter.setPen(signPen(background, 0.12));
    painter.drawLine(QPointF(0.5, 0.4), QPointF(0.5, 0.58));
    painter.drawPoint(QPointF(0.5, 0.74));
}

void drawLevel(QPainter &painter, engine::EventLevel level, const QPalette &palette)
{
    switch (level) {
    case engine::EventLevel::Debug:
        painter.setPen(Qt::NoPen);
        painter.setBrush(toneColor(Tone::Muted, palette));
        painter.drawEllipse(QRectF(0.42, 0.42, 0.16, 0.16));
        break;
    case engine::EventLevel::Info:
        painter.setPen(signPen(toneColor(Tone::Busy, palette), 0.12));
        painter.drawPoint(QPointF(0.5, 0.24));
        painter.drawLine(QPointF(0.5, 0.44), QPointF(0.5, 0.78));
        break;
    case engine::EventLevel::Warning:
        drawWarning(painter, toneColor(Tone::Warning, palette), palette.color(QPalette::Base));
        break;
    case engine::EventLevel::Error:
        drawCross(painter, toneColor(Tone::Bad, palette));
        break;
    }
}

} // namespace

QIcon applicationIcon()
{
    return renderedIcon(QStringLiteral("hosier"));
}

QIcon proxyIcon(ProxyState state)
{
    switch (state) {
    case ProxyState::On:
        return renderedIcon(QStringLiteral("tray-on"));
    case ProxyState::Off:
    case ProxyState::Opening:
        return renderedIcon(QStringLiteral("tray-off"));
    case ProxyState::Partial:
    case ProxyState::Failed:
        return renderedIcon(QStringLiteral("tray-error"));
    }
    return {};
}

QIcon symbolIcon(const QString &name)
{
    return QIcon(new SymbolEngine(name));
}

QPixmap statePixmap(engine::ConnectionState state, const QPalette &palette, int size, double devicePixelRatio)
{
    return drawn(size, devicePixelRatio,
                 [state, &palette](QPainter &painter) { drawState(painter, state, palette); });
}

QPixmap levelPixmap(engine::EventLevel level, const QPalette &palette, int size, double devicePixelRatio)
{
    return drawn(size, devicePixelRatio,
                 [level, &palette](QPainter &painter) { drawLevel(painter, level, palette); });
}

} // namespace ui
