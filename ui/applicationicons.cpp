// SPDX-License-Identifier: MIT
#include "ui/applicationicons.h"

#include "ui/background.h"
#include "ui/desktopentries.h"
#include "ui/icons.h"
#include "ui/programicon.h"

#include <QDir>

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
    connect(&m_reading, &QFutureWatcherBase::finished, this, &ApplicationIcons::takeEntries);
    connect(&m_readingFile, &QFutureWatcherBase::finished, this, &ApplicationIcons::takeFile);
}

QIcon ApplicationIcons::icon(const QString &name, const QString &path)
{
    const Wanted wanted{name, path};
    const auto known = m_icons.constFind(wanted);
    if (known != m_icons.cend())
        return known->isNull() ? m_any : *known;
    if (!name.isEmpty() && m_wanted.size() < kMaximumIcons && !m_wanted.contains(wanted)) {
        m_wanted << wanted;
        m_turn.start(0);
    }
    return m_any;
}

void ApplicationIcons::lookUpNext()
{
    if (m_wanted.isEmpty() || m_readingFile.isRunning())
        return;
    if (!m_hasEntries) {
        readEntries();
        return;
    }
    const Wanted &wanted = m_wanted.constFirst();
    const QIcon ofTheme = themeIcon(wanted.name);
    const QIcon icon = ofTheme.isNull() ? entryIcon(wanted.name) : ofTheme;
    if (icon.isNull() && !wanted.path.isEmpty())
        readFile(wanted);
    else
        keepFirst(icon);
}

/// What was found of the first that is wanted, and on to the next.
void ApplicationIcons::keepFirst(const QIcon &icon)
{
    if (m_icons.size() >= kMaximumIcons)
        m_icons.clear();
    m_icons.insert(m_wanted.takeFirst(), icon);
    if (!icon.isNull())
        Q_EMIT found();
    if (!m_wanted.isEmpty())
        m_turn.start(0);
}

/// Once, and away from the interface's thread: there may be hundreds, on a slow disk.
void ApplicationIcons::readEntries()
{
    if (!m_reading.isRunning())
        m_reading.setFuture(inBackground(readDesktopIcons));
}

void ApplicationIcons::takeEntries()
{
    m_entries = m_reading.result();
    m_hasEntries = true;
    m_turn.start(0);
}

void ApplicationIcons::readFile(const Wanted &wanted)
{
    m_readingFile.setFuture(inBackground([path = wanted.path] { return programIcon(path); }));
}

void ApplicationIcons::takeFile()
{
    QIcon icon;
    for (const QImage &image : m_readingFile.result())
        icon.addPixmap(QPixmap::fromImage(image));
    keepFirst(icon);
}

QIcon ApplicationIcons::entryIcon(const QString &name) const
{
    const QString icon = m_entries.value(name);
    if (QDir::isAbsolutePath(icon))
        return QIcon(QPixmap(icon)); // null where there is no such picture
    return icon.isEmpty() ? QIcon() : themeIcon(icon);
}

} // namespace ui
