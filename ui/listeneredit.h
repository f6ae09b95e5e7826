// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/snapshot.h"

#include <QString>
#include <QStringList>

// Listeners and local users as text for people, and what a change of them needs to know. No widgets.

namespace ui
{

/// What the engine finds wrong in `after` and not in `before`, in English, without where it stands.
[[nodiscard]] QStringList newProblems(const engine::Profile &before, const engine::Profile &after);

/// "Office", "Office 2", ...: the first that is the name of no listener.
[[nodiscard]] QString freeListenerName(const engine::Profile &profile, const QString &name);
/// The profile's listener with that name and endpoint; null when there is none.
[[nodiscard]] const engine::ListenerProfile *findListener(const engine::Profile &profile, const QString &name,
                                                          const engine::Endpoint &endpoint);
/// The one that the status is of.
[[nodiscard]] const engine::ListenerProfile *findListener(const engine::Profile &profile,
                                                          const engine::ListenerStatus &status);
[[nodiscard]] const engine::UserProfile *findUser(const engine::Profile &profile, const QString &name);
/// Puts the user in the place of the one of that name, or at the end.
void putUser(engine::Profile &profile, const engine::UserProfile &user);

/// The IPv4 blocks of local networks: RFC 1918 section 3 and RFC 3927 section 2.1.
[[nodiscard]] const QList<engine::AddressRange> &privateRanges();
[[nodiscard]] bool isPrivate(const engine::Address &address);

/// "Name and password", "None"
[[nodiscard]] QString loginText(const engine::ListenerProfile &listener);
/// "All", "10.0.0.0/8, 192.168.0.0/16"
[[nodiscard]] QString clientsText(const engine::ListenerProfile &listener);
/// Who can reach the address, in a sentence.
[[nodiscard]] QString reachText(const engine::Address &address);
[[nodiscard]] QString udpFilteringText(engine::UdpFiltering filtering);

} // namespace ui
