// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QObject>
#include <QString>

#include <functional>

namespace ui
{

struct Notification;

/// Messages that the desktop shows without a tray icon: by freedesktop.org's notification service. Windows
/// has its own by way of the icon, so there are none of these there. It never waits for the service.
class DesktopNotices : public QObject
{
    Q_OBJECT

public:
    explicit DesktopNotices(QObject *parent = nullptr);
    ~DesktopNotices() override;

    /// In the place of the last message of that kind. `orElse` is called if nothing shows it.
    void show(const Notification &notification, const std::function<void()> &orElse);

Q_SIGNALS:
    /// A message of this program was clicked.
    void clicked();

private Q_SLOTS:
    void takeAction(quint32 id, const QString &action);

private:
    QHash<int, quint32> m_shown; ///< by Notice: the service's number of the last one
};

} // namespace ui
