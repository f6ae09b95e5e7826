// SPDX-License-Identifier: MIT
#include "ui/applicationicons.h"

#include "ui/icons.h"

namespace ui
{

namespace
{

/// Names that are remembered, and that wait. No screen shows as many.
constexpr qsizetype kMaximumIcons = 256;

QIcon themeIcon(const QString &name)
{
    for (const QString &candidate : {name, name.toLower()}) {
        if (QIcon::hasThemeIcon(candidate))
            return QIcon::fromTheme(candidate);
    }
    return {};
}

} // namespace

ApplicationIcons::ApplicationIcons(QObject *parent)
    : QObject(parent)
    , m_any(symbolIcon(QStringLiteral("program")))
{
    m_turn.setSingleShot(true);
    connect(&m_turn, &QTimer::timeout, this, &ApplicationIcons::lookUpNext);
}

QIcon ApplicationIcons::icon(const QString &name)
{
    const auto known = m_icons.constFind(name);
    if (known != m_icons.cend())
        return known->isNull() ? m_any : *known;
    if (!name.isEmpty() && m_wanted.size() < kMaximumIcons && !m_wanted.contains(name)) {
        m_wanted << name;
        m_turn.start(0);
    }
    return m_any;
}

void ApplicationIcons::lookUpNext()
{
    if (m_wanted.isEmpty())
        return;
    const QString name = m_wanted.takeFirst();
    if (m_icons.size() >= kMaximumIcons)
        m_icons.clear();
    const QIcon icon = themeIcon(name);
    m_icons.insert(name, icon);
    if (!icon.isNull())
        Q_EMIT found();
    if (!m_wanted.isEmpty())
        m_turn.start(0);
}

} // namespace ui
