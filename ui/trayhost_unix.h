// SPDX-License-Identifier: MIT
#pragma once

#include "ui/trayhost.h"

#include <QDBusConnection>
#include <QDBusServiceWatcher>
#include <QTimer>

namespace ui
{

/// A host on the bus goes before a tray of the X server; the one that Qt serves is the one that counts.
class TrayHost::Watch : public QObject
{
    Q_OBJECT

public:
    explicit Watch(TrayHost &host);

private Q_SLOTS:
    void ask();

private:
    enum class Kind { None, Bus, Selection };

    void setOnBus(bool isOnBus);
    void decide();

    TrayHost &m_host;
    QDBusConnection m_bus = QDBusConnection::sessionBus();
    QDBusServiceWatcher m_watcher;
    QTimer m_selection;
    Kind m_kind = Kind::None;
    bool m_isServed = false; ///< Qt shows icons in what m_kind names
    bool m_isOnBus = false;
    int m_asked = 0;
};

} // namespace ui
