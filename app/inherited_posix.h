// SPDX-License-Identifier: MIT
#pragma once

namespace app
{

/// Closes every descriptor beyond standard error. Async-signal-safe.
void closeInheritedDescriptors();

} // namespace app
