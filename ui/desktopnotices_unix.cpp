// SPDX-License-Identifier: MIT
#include "ui/desktopnotices.h"

#include "ui/notifier.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QVariantMap>

#include <chrono>

using namespace Qt::StringLiterals;

namespace ui
{

namespace
{

/// The bus may have to start the service first.
constexpr std::chrono::milliseconds kServiceTimeout{5'000};
/// freedesktop.org, Desktop Notifications: the server decides how long a message stays, and its urgencies.
constexpr int kServersTime = -1;
constexpr uchar kNormal = 1;
constexpr uchar kLow = 0;

const QString kService = u"org.freedesktop.Notifications"_s;
const QString kPath = u"/org/freedesktop/Notifications"_s;
const QString kDefaultAction = u"default"_s; // a click on the message itself

} // namespace

DesktopNotices::DesktopNotices(QObject *parent)
    : QObject(parent)
{
    // From whomever: with a name, Qt would wait to learn who owns it.
    QDBusConnection::sessionBus().connect({}, kPath, kService, u"ActionInvoked"_s, this,
                                          SLOT(takeAction(quint32, QString)));
}

DesktopNotices::~DesktopNotices() = default;

void DesktopNotices::show(const Notification &notification, const std::function<void()> &orElse)
{
    const int kind = static_cast<int>(notification.notice);
    const QVariantMap hints{{u"desktop-entry"_s, u"hosier"_s},
                            {u"urgency"_s, QVariant::fromValue(notification.isBad ? kNormal : kLow)}};
    QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kService, u"Notify"_s);
    // The body is markup; the title is not.
    call << u"Hosier"_s << m_shown.value(kind, 0) << u"hosier"_s << notification.title
         << notification.text.toHtmlEscaped()
         << QStringList{kDefaultAction,
                        QCoreApplication::translate("ui::TrayIcon", "Show &window").remove(u'&')}
         << hints << kServersTime;
    auto *reply = new QDBusPendingCallWatcher(
        QDBusConnection::sessionBus().asyncCall(call, static_cast<int>(kServiceTimeout.count())), this);
    connect(reply, &QDBusPendingCallWatcher::finished, this,
            [this, kind, orElse](QDBusPendingCallWatcher *done) {
                done->deleteLater();
                const QDBusPendingReply<quint32> answer = *done;
                if (answer.isValid())
                    m_shown.insert(kind, answer.value());
                else
                    orElse();
            });
}

void DesktopNotices::takeAction(quint32 id, const QString &action)
{
    if (action != kDefaultAction || !m_shown.values().contains(id))
        return;
    Q_EMIT clicked();
}

} // namespace ui
