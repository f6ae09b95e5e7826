// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/poller.h"

#include <QAbstractEventDispatcher>

#include <memory>

namespace engine::net
{

/// The dispatcher that the engine's thread should run with, made before the thread starts. Null where Qt's
/// own is the best there is.
[[nodiscard]] std::unique_ptr<QAbstractEventDispatcher> makeNativeDispatcher();

/// The poller that goes with this thread's dispatcher; null when it is one of Qt's own, which means the
/// portable one. Owned by the dispatcher.
[[nodiscard]] Poller *nativePollerOfThisThread();

/// A poller for threads that run with Qt's own dispatcher: on QSocketNotifier, and on Windows on what Qt
/// builds that from.
[[nodiscard]] std::unique_ptr<Poller> makePortablePoller();

} // namespace engine::net
