// SPDX-License-Identifier: MIT
#include "ui/format.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include <array>
#include <cmath>

namespace ui
{

namespace
{

struct Format {
    Q_DECLARE_TR_FUNCTIONS(ui::Format)
};

constexpr std::array kByteUnits{
    QT_TRANSLATE_NOOP("ui::Format", "%1 B"),   QT_TRANSLATE_NOOP("ui::Format", "%1 KiB"),
    QT_TRANSLATE_NOOP("ui::Format", "%1 MiB"), QT_TRANSLATE_NOOP("ui::Format", "%1 GiB"),
    QT_TRANSLATE_NOOP("ui::Format", "%1 TiB"), QT_TRANSLATE_NOOP("ui::Format", "%1 PiB"),
    QT_TRANSLATE_NOOP("ui::Format", "%1 EiB"),
};

constexpr std::array kRateUnits{
    QT_TRANSLATE_NOOP("ui::Format", "%1 B/s"),   QT_TRANSLATE_NOOP("ui::Format", "%1 KiB/s"),
    QT_TRANSLATE_NOOP("ui::Format", "%1 MiB/s"), QT_TRANSLATE_NOOP("ui::Format", "%1 GiB/s"),
    QT_TRANSLATE_NOOP("ui::Format", "%1 TiB/s"), QT_TRANSLATE_NOOP("ui::Format", "%1 PiB/s"),
    QT_TRANSLATE_NOOP("ui::Format", "%1 EiB/s"),
};

/// Picks the unit after rounding, so that 1023.7 KiB reads "1.0 MiB" and never "1024 KiB".
template <std::size_t N> QString scaled(double value, const std::array<const char *, N> &units)
{
    std::size_t unit = 0;
    while (unit + 1 < N && std::round(value) >= 1024.0) {
        value /= 1024.0;
        ++unit;
    }
    const int decimals = unit > 0 && std::round(value * 10.0) < 100.0 ? 1 : 0;
    return Format::tr(units[unit]).arg(QLocale().toString(value, 'f', decimals));
}

} // namespace

QString bytesText(std::uint64_t bytes)
{
    return scaled(static_cast<double>(bytes), kByteUnits);
}

QString rateText(double bytesPerSecond)
{
    return scaled(std::isfinite(bytesPerSecond) && bytesPerSecond > 0 ? bytesPerSecond : 0.0, kRateUnits);
}

QString durationText(std::chrono::milliseconds duration)
{
    using namespace std::chrono;
    const QLocale locale;
    const qint64 ms = std::max<qint64>(duration.count(), 0);
    const qint64 seconds = ms / 1'000;
    if (ms < 1'000)
        return Format::tr("%1 ms").arg(locale.toString(ms));
    if (ms < 9'950)
        return Format::tr("%1 s").arg(locale.toString(static_cast<double>(ms) / 1'000.0, 'f', 1));
    if (seconds < 60)
        return Format::tr("%1 s").arg(locale.toString(seconds));
    if (seconds < 3'600)
        return Format::tr("%1 min %2 s").arg(locale.toString(seconds / 60), locale.toString(seconds % 60));
    if (seconds < 86'400)
        return Format::tr("%1 h %2 min")
            .arg(locale.toString(seconds / 3'600), locale.toString(seconds / 60 % 60));
    return Format::tr("%1 d %2 h")
        .arg(locale.toString(seconds / 86'400), locale.toString(seconds / 3'600 % 24));
}

QStringList shortenedList(const QStringList &texts)
{
    const qsizetype more = texts.size() - kMaximumListed;
    if (more <= 0)
        return texts;
    return texts.first(kMaximumListed)
           << Format::tr("%n more", "names or lines that are not shown", static_cast<int>(more));
}

QString menuText(QString name)
{
    return name.replace(u'&', QStringLiteral("&&"));
}

QString withoutMnemonic(QString text)
{
    // Where the alphabet has no such letter, one is added in brackets.
    static const QRegularExpression added(QStringLiteral("\\s*\\(&\\w\\)"));
    return text.remove(added).remove(u'&');
}

QString countText(std::uint64_t count)
{
    return QLocale().toString(static_cast<qulonglong>(count));
}

} // namespace ui
