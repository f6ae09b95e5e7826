// SPDX-License-Identifier: MIT
#include "ui/routemenu.h"

#include "ui/format.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"

#include <QAction>

#include <algorithm>
#include <utility>

namespace ui
{

namespace
{

/// A valid profile has no route that leads back to itself, so this ends.
bool leadsThrough(const engine::Profile &profile, const QString &id, const QString &wanted)
{
    const engine::RouteProfile *route = findRoute(profile, id);
    return route != nullptr &&
           std::any_of(route->members.begin(), route->members.end(), [&](const QString &member) {
               return member == wanted || leadsThrough(profile, member, wanted);
           });
}

} // namespace

QString whyNoMember(const engine::Profile &profile, const QString &routeId, const QString &id)
{
    const engine::RouteProfile *route = findRoute(profile, routeId);
    const QString name = shownNameOf(profile, id);
    const QString routeName = shownNameOf(profile, routeId);
    if (route == nullptr)
        return RouteMenu::tr("There is no such route any more.");
    if (id == routeId)
        return RouteMenu::tr("\"%1\" cannot be a member of itself.").arg(name);
    if (route->members.contains(id))
        return RouteMenu::tr("\"%1\" already belongs to \"%2\".").arg(name, routeName);
    if (leadsThrough(profile, id, routeId))
        return RouteMenu::tr("\"%1\" leads through \"%2\", which would then lead back to itself.")
            .arg(name, routeName);
    return {};
}

RouteMenu::RouteMenu(const ProfileStore &store, std::function<QStringList()> selected, QWidget *parent)
    : QMenu(tr("Add &to route"), parent)
    , m_store(store)
    , m_selected(std::move(selected))
{
    setObjectName(QStringLiteral("routeMenu"));
    setToolTipsVisible(true);
    menuAction()->setObjectName(QStringLiteral("serverAddToRoute"));
    connect(this, &QMenu::aboutToShow, this, &RouteMenu::fill);
}

void RouteMenu::fill()
{
    clear();
    const engine::Profile &profile = m_store.profile();
    const QStringList ids = m_selected();
    for (const engine::RouteProfile &route : profile.routes) {
        QAction *action =
            addAction(menuText(route.shownName()), this, [this, id = route.id] { Q_EMIT chosen(id); });
        action->setObjectName(QStringLiteral("addTo-") + route.id);
        QStringList reasons;
        for (const QString &id : ids)
            reasons << whyNoMember(profile, route.id, id);
        action->setEnabled(reasons.contains(QString()));
        action->setToolTip(action->isEnabled() ? QString() : reasons.join(u'\n'));
    }
}

} // namespace ui
