// SPDX-License-Identifier: MIT
#pragma once

#include "app/systemproxy.h"

#include <functional>

namespace app
{

/// Names of what dials or tunnels, each of which has settings of its own. Blocks; on the backend's thread.
using ConnectionLister = std::function<QStringList()>;

/// WinINet's settings, of the local network and of the connections that `list` tells each time anew. Those
/// set together stay together until they are put back: one made meanwhile is set the next time, and one that
/// is gone counts as it was written.
[[nodiscard]] std::unique_ptr<SystemProxyBackend> makeWindowsProxy(const ConnectionLister &list);

} // namespace app
