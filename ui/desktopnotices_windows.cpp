// SPDX-License-Identifier: MIT
#include "ui/desktopnotices.h"

namespace ui
{

DesktopNotices::DesktopNotices(QObject *parent)
    : QObject(parent)
{
}

DesktopNotices::~DesktopNotices() = default;

void DesktopNotices::show(const Notification &, const std::function<void()> &orElse)
{
    orElse();
}

void DesktopNotices::takeAction(quint32, const QString &)
{
}

} // namespace ui
