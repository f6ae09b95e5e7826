// SPDX-License-Identifier: MIT
#include "ui/colors.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ui
{

namespace
{

/// WCAG 2, level AA for text.
constexpr double kReadableContrast = 4.5;

double luminance(const QColor &color)
{
    const auto linear = [](float channel) {
        const double value = static_cast<double>(channel);
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

QColor hue(Tone tone, const QPalette &palette, QPalette::ColorRole role)
{
    switch (tone) {
    case Tone::Good:
        return QColor::fromHsl(145, 150, 100);
    case Tone::Busy:
        return QColor::fromHsl(212, 190, 120);
    case Tone::Warning:
        return QColor::fromHsl(36, 210, 110);
    case Tone::Bad:
        return QColor::fromHsl(3, 180, 125);
    case Tone::Muted:
        return mixed(palette.color(role),
                     palette.color(role == QPalette::Base ? QPalette::Text : QPalette::WindowText), 0.62);
    case Tone::Down:
        return QColor::fromHsl(178, 180, 95);
    case Tone::Up:
        return QColor::fromHsl(30, 210, 115);
    }
    return {};
}

} // namespace

double contrast(const QColor &a, const QColor &b)
{
    const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
    return (light + 0.05) / (dark + 0.05);
}

QColor mixed(const QColor &under, const QColor &over, double share)
{
    const auto channel = [share](int from, int to) {
        return static_cast<int>(std::lround(from + (to - from) * share));
    };
    return {channel(under.red(), over.red()), channel(under.green(), over.green()),
            channel(under.blue(), over.blue())};
}

QColor toneColor(Tone tone, const QPalette &palette, QPalette::ColorRole role)
{
    const QColor background = palette.color(role);
    const QColor target = luminance(background) > 0.18 ? QColor(Qt::black) : QColor(Qt::white);
    const QColor wanted = hue(tone, palette, role);
    QColor color = wanted;
    for (int step = 1; step <= 20 && contrast(color, background) < kReadableContrast; ++step)
        color = mixed(wanted, target, step / 20.0);
    return color;
}

} // namespace ui
