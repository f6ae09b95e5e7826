// SPDX-License-Identifier: MIT
#include "ui/trayicon.h"

#include "ui/actions.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/notifier.h"
#include "ui/trayhost.h"

#include <QAction>
#include <QActionGroup>
#include <QSettings>

#include <algorithm>
#include <chrono>
#include <utility>

namespace ui
{

namespace
{

/// A tool tip is a call into the system's shell: no need to make five a second.
constexpr std::chrono::milliseconds kToolTipInterval{1'000};
constexpr std::chrono::milliseconds kHintTime{8'000};
/// Of the line in the tool tip that names the profile.
constexpr qsizetype kProfileLength = 28;
/// What is cut to less says nothing.
constexpr qsizetype kShortestLine = 12;

const QString kMissingKey = QStringLiteral("tray/missingTold");
const QString kHintKey = QStringLiteral("tray/hintShown");

qsizetype roomFor(const QString &text)
{
    return TrayIcon::kToolTipLength - text.size() - 1;
}

QString shortened(const QString &line, qsizetype length)
{
    return line.size() <= length ? line : line.left(length - 1) + u'\u2026';
}

void addLine(QString &text, const QString &line)
{
    text += u'\n' + line;
}

} // namespace

TrayIcon::TrayIcon(const ProxyStatus &status, const Actions &actions, const ProfileStore &store,
                   RuleModel &rules, const TrayHost &host, QObject *parent)
    : QObject(parent)
    , m_status(status)
    , m_host(host)
    , m_routeMenu(store, rules, tr("Ser&vers"))
    , m_showHide(new QAction(tr("Show &window"), &m_menu))
{
    m_menu.setObjectName(QStringLiteral("trayMenu"));
    m_showHide->setObjectName(QStringLiteral("actionShowHide"));
    m_menu.addAction(m_showHide);
    m_menu.setDefaultAction(m_showHide);
    m_menu.addAction(actions.proxyOn);
    m_modeMenu.setTitle(tr("&Mode"));
    m_modeMenu.menuAction()->setObjectName(QStringLiteral("actionMode"));
    m_modeMenu.addActions(actions.modes->actions());
    m_menu.addMenu(&m_modeMenu);
    m_menu.addAction(actions.systemProxy);
    m_routeMenu.menuAction()->setObjectName(QStringLiteral("actionServers"));
    m_menu.addMenu(&m_routeMenu);
    m_menu.addSeparator();
    m_menu.addAction(actions.closeAll);
    m_menu.addAction(actions.copyEnvironment);
    m_menu.addSeparator();
    m_menu.addAction(actions.startAtLogin);
    m_menu.addAction(actions.quit);
    connect(&m_routeMenu, &DefaultRouteMenu::serversRequested, this, &TrayIcon::serversRequested);
    connect(m_showHide, &QAction::triggered, this, &TrayIcon::toggleWindowRequested);
    connect(&m_host, &TrayHost::changed, this, &TrayIcon::makeIcon);
    // On X11 a press on the icon counts as one on its message too while that is shown, and tells of the
    // message first: what the press on the icon does must not be done twice. So the message waits for the
    // icon.
    m_messageClick.setSingleShot(true);
    connect(&m_messageClick, &QTimer::timeout, this, &TrayIcon::showWindowRequested);
    connect(&m_status, &ProxyStatus::stateChanged, this, &TrayIcon::showState);
    connect(&m_status, &ProxyStatus::trafficChanged, this, &TrayIcon::showTraffic);
    showState();
}

TrayIcon::~TrayIcon() = default;

void TrayIcon::show()
{
    m_isWanted = true;
    makeIcon();
}

void TrayIcon::hide()
{
    m_isWanted = false;
    if (m_icon != nullptr)
        m_icon->hide();
}

/// Once made, Qt brings it back itself when its host returns.
void TrayIcon::makeIcon()
{
    if (!m_isWanted || !m_host.isPresent())
        return;
    if (m_icon == nullptr) {
        m_icon = std::make_unique<QSystemTrayIcon>(proxyIcon(m_shown));
        m_icon->setObjectName(QStringLiteral("trayIcon"));
        m_icon->setContextMenu(&m_menu);
        m_icon->setToolTip(m_toolTip);
        connect(m_icon.get(), &QSystemTrayIcon::activated, this, &TrayIcon::activate);
        connect(m_icon.get(), &QSystemTrayIcon::messageClicked, &m_messageClick, qOverload<>(&QTimer::start));
    }
    m_icon->show();
}

bool TrayIcon::isAvailable() const
{
    return m_host.isPresent() && m_icon != nullptr && m_icon->isVisible();
}

bool TrayIcon::isMissingUntold() const
{
    return !isAvailable() && !QSettings().value(kMissingKey, false).toBool();
}

void TrayIcon::setMissingTold()
{
    QSettings().setValue(kMissingKey, true);
}

void TrayIcon::setWindowShown(bool shown)
{
    m_showHide->setText(shown ? tr("Hide &window") : tr("Show &window"));
}

bool TrayIcon::canNotify() const
{
    return isAvailable() && QSystemTrayIcon::supportsMessages();
}

void TrayIcon::notify(const Notification &notification)
{
    m_icon->showMessage(notification.title, notification.text,
                        notification.isBad ? QSystemTrayIcon::Warning : QSystemTrayIcon::Information,
                        static_cast<int>(kHintTime.count()));
}

void TrayIcon::hintOnce()
{
    QSettings settings;
    if (settings.value(kHintKey, false).toBool() || !canNotify())
        return;
    settings.setValue(kHintKey, true);
    m_icon->showMessage(tr("Hosier is still running"),
                        tr("Click the sock in the tray to see the window again; quit from its menu."),
                        applicationIcon(), static_cast<int>(kHintTime.count()));
}

void TrayIcon::showState()
{
    const ProxyState state = m_status.state();
    if (state != m_shown && m_icon != nullptr)
        m_icon->setIcon(proxyIcon(state));
    m_shown = state;
    showToolTip();
}

void TrayIcon::showTraffic()
{
    if (!m_sinceToolTip.isValid() || m_sinceToolTip.hasExpired(kToolTipInterval.count()))
        showToolTip();
}

void TrayIcon::showToolTip()
{
    m_sinceToolTip.start();
    const QString text = makeToolTip();
    if (text == m_toolTip)
        return;
    m_toolTip = text;
    if (m_icon != nullptr)
        m_icon->setToolTip(text);
}

/// What matters most comes first, and listeners as far as there is room.
QString TrayIcon::makeToolTip() const
{
    const TrafficRates rates = m_status.rates();
    const QString traffic =
        tr("%1 live, %2 down, %3 up")
            .arg(countText(m_status.totals().live), rateText(rates.down), rateText(rates.up));
    QString text = tr("Hosier: %1", "proxy state").arg(m_status.title());
    if (!m_status.profileName().isEmpty())
        addLine(text, shortened(tr("Profile: %1").arg(m_status.profileName()), kProfileLength));
    addLine(text, traffic);
    if (m_status.state() == ProxyState::Off)
        return text;
    QStringList listeners = m_status.description().split(u'\n');
    if (m_status.state() == ProxyState::On && m_status.description().size() > roomFor(text))
        listeners = m_status.headline().split(QStringLiteral(", "));
    // Why the first one failed may be long: its beginning is better than nothing.
    listeners.first() = shortened(listeners.first(), std::max(roomFor(text), kShortestLine));
    for (const QString &listener : std::as_const(listeners)) {
        if (listener.size() > roomFor(text))
            break;
        addLine(text, listener);
    }
    return text;
}

void TrayIcon::activate(QSystemTrayIcon::ActivationReason reason)
{
    m_messageClick.stop();
    if (reason == QSystemTrayIcon::Trigger)
        Q_EMIT toggleWindowRequested();
}

} // namespace ui
