// SPDX-License-Identifier: MIT
#include "ui/theme.h"

#include "ui/colors.h"
#include "ui/indicatorstyle.h"
#include "ui/placeholders.h"

#include <QApplication>
#include <QStyle>
#include <QStyleFactory>
#include <QToolTip>

namespace ui
{

namespace
{

constexpr auto kFusion = "fusion";

/// What the rest of a palette is mixed from.
struct Shades {
    QColor window;
    QColor base;
    QColor button;
    QColor text;
    QColor highlight;
    QColor highlightedText;
    QColor link;
};

Shades shadesOf(Theme theme)
{
    if (theme == Theme::Dark)
        return {QColor(0x2b, 0x2d, 0x30), QColor(0x1f, 0x21, 0x23), QColor(0x38, 0x3b, 0x3f),
                QColor(0xe6, 0xe7, 0xe9), QColor(0x2f, 0x65, 0xca), QColor(Qt::white),
                QColor(0x7a, 0xb0, 0xff)};
    return {QColor(0xf3, 0xf4, 0xf5), QColor(Qt::white), QColor(0xea, 0xeb, 0xed), QColor(0x1b, 0x1d, 0x1f),
            QColor(0x2f, 0x65, 0xca), QColor(Qt::white), QColor(0x0b, 0x57, 0xd0)};
}

/// The style and the tool tips' colours that the platform has chosen, as they were before the first change.
struct SystemLook {
    QString style = QApplication::style()->name();
    QPalette toolTips = QToolTip::palette();
};

const SystemLook &systemLook()
{
    static const SystemLook look;
    return look;
}

void setStyle(const QString &name)
{
    if (name.compare(QLatin1String(kFusion), Qt::CaseInsensitive) == 0) {
        if (qobject_cast<IndicatorStyle *>(QApplication::style()) == nullptr)
            QApplication::setStyle(new IndicatorStyle);
    } else if (QApplication::style()->name().compare(name, Qt::CaseInsensitive) != 0) {
        QApplication::setStyle(QStyleFactory::create(name));
    }
}

} // namespace

QPalette themePalette(Theme theme)
{
    const Shades shades = shadesOf(theme);
    QPalette palette(shades.text, shades.button, shades.button.lighter(150), shades.button.darker(160),
                     shades.button.darker(125), shades.text, shades.text, shades.base, shades.window);
    palette.setColor(QPalette::AlternateBase, mixed(shades.base, shades.text, 0.04));
    palette.setColor(QPalette::Shadow, QColor(Qt::black));
    palette.setColor(QPalette::Highlight, shades.highlight);
    palette.setColor(QPalette::HighlightedText, shades.highlightedText);
    palette.setColor(QPalette::Link, shades.link);
    palette.setColor(QPalette::LinkVisited, mixed(shades.link, shades.text, 0.3));
    palette.setColor(QPalette::ToolTipBase, shades.button);
    palette.setColor(QPalette::ToolTipText, shades.text);
    palette.setColor(QPalette::PlaceholderText, mixed(shades.base, shades.text, 0.66));
    const QColor faint = mixed(shades.window, shades.text, 0.45);
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, faint);
    palette.setColor(QPalette::Disabled, QPalette::Base, shades.window);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, mixed(shades.window, shades.text, 0.15));
    return palette;
}

void applyTheme(Theme theme)
{
    const SystemLook &look = systemLook();
    if (theme == Theme::System) {
        setStyle(look.style);
        QApplication::setPalette(QPalette());
        QApplication::setPalette(withReadablePlaceholders(QApplication::palette()));
        QToolTip::setPalette(look.toolTips);
        return;
    }
    const QPalette palette = themePalette(theme);
    setStyle(QLatin1String(kFusion));
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

} // namespace ui
