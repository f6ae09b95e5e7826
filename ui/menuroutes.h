// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QStringList>

namespace ui
{

/// Chains and groups that a menu offers at most, and servers besides.
inline constexpr qsizetype kMenuRoutes = 20;
inline constexpr qsizetype kMenuServers = 20;

/// What a menu offers to send connections by way of.
struct MenuRoutes {
    QStringList ids;      ///< routes before servers
    bool hasMore = false; ///< than are offered

    bool operator==(const MenuRoutes &) const = default;
};

/// The first ones of the profile. The one in use takes the last one's place if it is not among them.
[[nodiscard]] MenuRoutes menuRoutes(const engine::Profile &profile, const QString &inUse = {});

} // namespace ui
