// SPDX-License-Identifier: MIT
#include "ui/trayhost_unix.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QGuiApplication>
#include <QSystemTrayIcon>

#include <xcb/xcb.h>

#include <chrono>
#include <cstdlib>

using namespace Qt::StringLiterals;

namespace ui
{

namespace
{

constexpr std::chrono::milliseconds kBusTimeout{2'000};
/// The X server tells of a tray that comes only whoever watches all of the screen.
constexpr std::chrono::milliseconds kSelectionInterval{3'000};

/// freedesktop.org, StatusNotifierItem, as the desktops have it: under KDE's name.
const QString kWatcher = u"org.kde.StatusNotifierWatcher"_s;
const QString kWatcherPath = u"/StatusNotifierWatcher"_s;

template <typename Reply> using Owned = std::unique_ptr<Reply, decltype(&std::free)>;

xcb_atom_t atomOf(xcb_connection_t *connection, const QByteArray &name)
{
    const Owned<xcb_intern_atom_reply_t> atom(
        xcb_intern_atom_reply(
            connection,
            xcb_intern_atom(connection, 0, static_cast<std::uint16_t>(name.size()), name.constData()),
            nullptr),
        &std::free);
    return atom == nullptr ? xcb_atom_t{XCB_ATOM_NONE} : atom->atom;
}

/// freedesktop.org, System Tray Protocol: the tray owns a selection of the screen's.
bool hasSelectionOwner()
{
    // Qt's offscreen platform has the interface too, but may have no connection.
    const auto *x11 = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    xcb_connection_t *connection = x11 != nullptr ? x11->connection() : nullptr;
    if (connection == nullptr)
        return false;
    static const xcb_atom_t atom = atomOf(connection, "_NET_SYSTEM_TRAY_S0"_ba);
    const Owned<xcb_get_selection_owner_reply_t> owner(
        xcb_get_selection_owner_reply(connection, xcb_get_selection_owner(connection, atom), nullptr),
        &std::free);
    return owner != nullptr && owner->owner != XCB_NONE;
}

} // namespace

TrayHost::Watch::Watch(TrayHost &host)
    : m_host(host)
    , m_watcher(kWatcher, m_bus,
                QDBusServiceWatcher::WatchForRegistration | QDBusServiceWatcher::WatchForUnregistration)
{
    connect(&m_selection, &QTimer::timeout, this, &Watch::decide);
    m_selection.setInterval(kSelectionInterval);
    connect(&m_watcher, &QDBusServiceWatcher::serviceRegistered, this, &Watch::ask);
    connect(&m_watcher, &QDBusServiceWatcher::serviceUnregistered, this, [this] {
        ++m_asked;
        setOnBus(false);
    });
    if (!m_bus.isConnected()) {
        setOnBus(false);
        return;
    }
    // From whomever: with a name, Qt would wait to learn who owns it.
    for (const QString &signal : {u"StatusNotifierHostRegistered"_s, u"StatusNotifierHostUnregistered"_s})
        m_bus.connect({}, kWatcherPath, kWatcher, signal, this, SLOT(ask()));
    ask();
}

/// A watcher may be there before the host that shows what it watches.
void TrayHost::Watch::ask()
{
    QDBusMessage call = QDBusMessage::createMethodCall(kWatcher, kWatcherPath,
                                                       u"org.freedesktop.DBus.Properties"_s, u"Get"_s);
    call << kWatcher << u"IsStatusNotifierHostRegistered"_s;
    call.setAutoStartService(false);
    auto *reply =
        new QDBusPendingCallWatcher(m_bus.asyncCall(call, static_cast<int>(kBusTimeout.count())), this);
    connect(reply, &QDBusPendingCallWatcher::finished, this,
            [this, asked = ++m_asked](QDBusPendingCallWatcher *finished) {
                finished->deleteLater();
                const QDBusPendingReply<QDBusVariant> answer = *finished;
                if (asked == m_asked)
                    setOnBus(answer.isValid() && answer.value().variant().toBool());
            });
}

void TrayHost::Watch::setOnBus(bool isOnBus)
{
    m_isOnBus = isOnBus;
    decide();
}

void TrayHost::Watch::decide()
{
    const bool isSelected =
        m_kind != Kind::Bus && !(m_kind == Kind::None && m_isOnBus) && hasSelectionOwner();
    if (m_kind == Kind::None && (m_isOnBus || isSelected)) {
        m_kind = m_isOnBus ? Kind::Bus : Kind::Selection;
        // The first question: Qt keeps the answer. Not every platform shows icons.
        m_isServed = QSystemTrayIcon::isSystemTrayAvailable();
    }
    if (m_kind == Kind::Bus)
        m_selection.stop();
    else if (QGuiApplication::platformName() == "xcb"_L1 && !m_selection.isActive())
        m_selection.start();
    m_host.set(m_isServed && (m_kind == Kind::Bus ? m_isOnBus : isSelected));
}

TrayHost::TrayHost(QObject *parent)
    : QObject(parent)
    , m_watch(std::make_unique<Watch>(*this))
{
}

TrayHost::~TrayHost() = default;

void TrayHost::set(bool isPresent)
{
    if (m_isKnown && m_isPresent == isPresent)
        return;
    m_isKnown = true;
    m_isPresent = isPresent;
    Q_EMIT changed();
}

} // namespace ui
