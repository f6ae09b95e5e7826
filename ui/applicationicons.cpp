// SPDX-License-Identifier: MIT
#include "ui/applicationicons.h"

#include "ui/desktopentries.h"
#include "ui/icons.h"

#include <QDir>
#include <QPromise>
#include <QThreadPool>

#include <memory>

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
    if (!m_hasEntries) {
        readEntries();
        return;
    }
    const QString name = m_wanted.takeFirst();
    if (m_icons.size() >= kMaximumIcons)
        m_icons.clear();
    const QIcon ofTheme = themeIcon(name);
    const QIcon icon = ofTheme.isNull() ? entryIcon(name) : ofTheme;
    m_icons.insert(name, icon);
    if (!icon.isNull())
        Q_EMIT found();
    if (!m_wanted.isEmpty())
        m_turn.start(0);
}

/// Once, and away from the interface's thread: there may be hundreds, on a slow disk.
void ApplicationIcons::readEntries()
{
    if (m_reading.isRunning())
        return;
    const auto promise = std::make_shared<QPromise<QHash<QString, QString>>>();
    promise->start();
    m_reading.setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise] {
        promise->addResult(readDesktopIcons());
        promise->finish();
    });
}

void ApplicationIcons::takeEntries()
{
    m_entries = m_reading.result();
    m_hasEntries = true;
    m_turn.start(0);
}

QIcon ApplicationIcons::entryIcon(const QString &name) const
{
    const QString icon = m_entries.value(name);
    if (QDir::isAbsolutePath(icon))
        return QIcon(QPixmap(icon)); // null where there is no such picture
    return icon.isEmpty() ? QIcon() : themeIcon(icon);
}

} // namespace ui
