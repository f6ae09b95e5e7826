// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QSet>
#include <QString>
#include <QStringList>

// Changes of a profile's servers and routes that touch more than one of its parts. No widgets.

namespace ui
{

/// The name of a server or route; the id itself when there is none.
[[nodiscard]] QString shownNameOf(const engine::Profile &profile, const QString &id);
[[nodiscard]] const engine::ServerProfile *findServer(const engine::Profile &profile, const QString &id);
[[nodiscard]] const engine::RouteProfile *findRoute(const engine::Profile &profile, const QString &id);
/// Whether a password given to one is told to nobody else by giving it to the other.
[[nodiscard]] bool isSameParty(const engine::ServerProfile &a, const engine::ServerProfile &b);
[[nodiscard]] bool hasId(const engine::Profile &profile, const QString &id);
/// Those of all servers and routes, in lower case.
[[nodiscard]] QSet<QString> shownNames(const engine::Profile &profile);
/// An id made of the name's letters and digits that no server or route has. `own` may be taken again.
[[nodiscard]] QString freeId(const engine::Profile &profile, const QString &name, const QString &own = {});
/// "Office", "Office 2", ...: the first that no server or route shows.
[[nodiscard]] QString freeName(const engine::Profile &profile, const QString &name);

/// What sends connections by way of a server or route, one text for people each, as 'Rule "Work"'. What is
/// itself among `ids` does not count.
[[nodiscard]] QStringList usesOf(const engine::Profile &profile, const QStringList &ids);
/// Those of `ids` that can be removed together: nothing but others of them uses one.
[[nodiscard]] QStringList removableOf(const engine::Profile &profile, QStringList ids);
/// Makes all that names one id name another.
void replaceReferences(engine::Profile &profile, const QString &from, const QString &to);
/// Puts the server in the place of the one with that id, or at the end when there is none, and takes
/// references along when its id is another.
void putServer(engine::Profile &profile, const QString &id, const engine::ServerProfile &server);
void putRoute(engine::Profile &profile, const QString &id, const engine::RouteProfile &route);
void removeAll(engine::Profile &profile, const QStringList &ids);

} // namespace ui
