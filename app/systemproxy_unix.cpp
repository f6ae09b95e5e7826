// SPDX-License-Identifier: MIT
#include "app/platform.h"
#include "app/systemproxy_environment.h"
#include "app/systemproxy_gnome.h"
#include "app/systemproxy_kde.h"
#include "app/systemproxykeeper.h"

#include <algorithm>
#include <array>

#include <QStandardPaths>

using namespace Qt::StringLiterals;
using ui::SystemProxyProblem;

namespace app
{

namespace
{

/// Names in XDG_CURRENT_DESKTOP of desktops whose proxy settings are GNOME's.
constexpr std::array<QLatin1StringView, 10> kGnomeDesktops{
    "gnome"_L1,    "gnome-classic"_L1, "gnome-flashback"_L1, "unity"_L1,   "ubuntu"_L1, "x-cinnamon"_L1,
    "cinnamon"_L1, "mate"_L1,          "budgie"_L1,          "pantheon"_L1};

bool isAnyOf(const QStringList &desktops, auto &names)
{
    return std::any_of(desktops.begin(), desktops.end(), [&names](const QString &desktop) {
        return std::find(names.begin(), names.end(), desktop.toLower()) != names.end();
    });
}

FoundBackend found(const QString &name, const QString &tool)
{
    if (!tool.isEmpty() && QStandardPaths::findExecutable(tool).isEmpty())
        return {nullptr, SystemProxyProblem::ToolMissing, engine::Message::verbatim(tool)};
    return {makeSystemProxyBackend(name), SystemProxyProblem::None, {}};
}

} // namespace

FoundBackend findSystemProxyBackend()
{
    constexpr std::array kKdeDesktops{"kde"_L1};
    const QString current = qEnvironmentVariable("XDG_CURRENT_DESKTOP");
    const QStringList desktops = current.split(u':', Qt::SkipEmptyParts);
    if (isAnyOf(desktops, kKdeDesktops))
        return found(u"kde"_s, {});
    if (isAnyOf(desktops, kGnomeDesktops))
        return found(u"gnome"_s, u"gsettings"_s);
    if (EnvironmentProxy::hasManager())
        return found(u"environment"_s, u"systemctl"_s);
    return {nullptr, SystemProxyProblem::UnknownDesktop, engine::Message::verbatim(desktops.value(0))};
}

std::unique_ptr<SystemProxyBackend> makeSystemProxyBackend(const QString &name)
{
    const QString configuration = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation);
    if (name == "gnome"_L1)
        return std::make_unique<GnomeProxy>();
    if (name == "kde"_L1)
        return std::make_unique<KdeProxy>(configuration);
    if (name == "environment"_L1)
        return std::make_unique<EnvironmentProxy>(configuration);
    return nullptr;
}

QString systemProxyLockPath()
{
    return systemProxyDirectory() + u"/system-proxy.lock"_s;
}

} // namespace app
