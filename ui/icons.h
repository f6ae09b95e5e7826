// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"
#include "ui/proxystatus.h"

#include <QIcon>
#include <QPalette>
#include <QString>

namespace ui
{

/// The program's own icon.
[[nodiscard]] QIcon applicationIcon();
/// The same sock as a sign of how the proxy fares: with an arrow, hollow, or with a warning sign.
[[nodiscard]] QIcon proxyIcon(ProxyState state);
/// A line drawing of resources/icons/ui in the text colour of the palette in force when it is painted.
[[nodiscard]] QIcon symbolIcon(const QString &name);
/// A small sign for a state of a connection; its shape tells as much as its colour.
[[nodiscard]] QPixmap statePixmap(engine::ConnectionState state, const QPalette &palette, int size,
                                  double devicePixelRatio);
/// The same for a level of the log.
[[nodiscard]] QPixmap levelPixmap(engine::EventLevel level, const QPalette &palette, int size,
                                  double devicePixelRatio);

} // namespace ui
