// SPDX-License-Identifier: MIT
#include "ui/settingsmenu.h"

#include "ui/listeneredit.h"
#include "ui/proxystatus.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>
#include <utility>

namespace ui
{

namespace
{

const char *objectNameOf(ClientTool tool)
{
    switch (tool) {
    case ClientTool::PosixShell:
        return "copyForEnvironment";
    case ClientTool::PowerShell:
        return "copyForPowerShell";
    case ClientTool::CommandPrompt:
        return "copyForCommandPrompt";
    case ClientTool::Curl:
        return "copyForCurl";
    case ClientTool::Git:
        return "copyForGit";
    case ClientTool::Ssh:
        return "copyForSsh";
    case ClientTool::Apt:
        return "copyForApt";
    case ClientTool::Npm:
        return "copyForNpm";
    case ClientTool::Pac:
        return "copyForPac";
    }
    return "";
}

/// A profile's listener may ask for any port: then its name has to do.
bool asksForLogin(const engine::Profile &profile, const engine::ListenerStatus &status)
{
    const engine::ListenerProfile *listener = findListener(profile, status);
    return listener != nullptr && listener->authentication == engine::Authentication::Password;
}

} // namespace

std::optional<ProxyAddress> localProxy(const ProxyStatus &status, const engine::Profile &profile)
{
    std::optional<ProxyAddress> best;
    for (const engine::ListenerStatus &listener : status.listeners()) {
        if (listener.state != engine::ListenerState::Listening)
            continue;
        const ProxyAddress proxy{reachableEndpoint(listener), listener.protocols,
                                 asksForLogin(profile, listener), defaultBypassList()};
        if (!best || (best->asksForLogin && !proxy.asksForLogin))
            best = proxy;
    }
    return best;
}

SettingsMenu::SettingsMenu(Proxy proxy, QWidget *parent)
    : QMenu(tr("Copy settings &for"), parent)
    , m_proxy(std::move(proxy))
{
    setObjectName(QStringLiteral("settingsMenu"));
    menuAction()->setObjectName(QStringLiteral("actionCopySettings"));
    setToolTipsVisible(true);
    for (const ClientTool tool : kClientTools) {
        QAction *action = addAction(toolName(tool), this, [this, tool] { copy(tool); });
        action->setObjectName(QLatin1String(objectNameOf(tool)));
        action->setData(static_cast<int>(tool));
    }
    connect(this, &QMenu::aboutToShow, this, &SettingsMenu::adapt);
    adapt();
}

void SettingsMenu::adapt()
{
    const std::optional<ProxyAddress> proxy = m_proxy();
    for (QAction *action : actions()) {
        const auto tool = static_cast<ClientTool>(action->data().toInt());
        const QString problem = proxy ? whyNoSettings(tool, *proxy) : tr("No listener is open.");
        action->setEnabled(problem.isEmpty());
        action->setToolTip(problem);
        action->setStatusTip(problem);
    }
}

void SettingsMenu::copy(ClientTool tool)
{
    const std::optional<ProxyAddress> proxy = m_proxy();
    if (!proxy)
        return;
    QGuiApplication::clipboard()->setText(settingsFor(tool, *proxy));
    Q_EMIT copied(whereSettingsGo(tool, *proxy));
}

} // namespace ui
