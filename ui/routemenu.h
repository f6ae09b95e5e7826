// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QMenu>
#include <QStringList>

#include <functional>

namespace ui
{

class ProfileStore;

/// Why a server or route cannot become a member of the route, in a sentence; empty when it can.
[[nodiscard]] QString whyNoMember(const engine::Profile &profile, const QString &routeId, const QString &id);

/// "Add to route": makes what is selected members of a route, as dragging it there does.
class RouteMenu : public QMenu
{
    Q_OBJECT

public:
    RouteMenu(const ProfileStore &store, std::function<QStringList()> selected, QWidget *parent);

    /// Lists the routes, those apart that can take none of what is selected.
    void fill();

Q_SIGNALS:
    void chosen(const QString &routeId);

private:
    const ProfileStore &m_store;
    std::function<QStringList()> m_selected;
};

} // namespace ui
