// SPDX-License-Identifier: MIT
#include "ui/trayhost.h"

#include <QSystemTrayIcon>

namespace ui
{

class TrayHost::Watch
{
};

/// The shell has one always; Qt adds the icon again when the shell is started again.
TrayHost::TrayHost(QObject *parent)
    : QObject(parent)
{
    set(QSystemTrayIcon::isSystemTrayAvailable());
}

TrayHost::~TrayHost() = default;

void TrayHost::set(bool isPresent)
{
    m_isKnown = true;
    m_isPresent = isPresent;
}

} // namespace ui
