// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

namespace test
{

/// Bytes that look like nothing and are the same for the same seed.
[[nodiscard]] QByteArray patternBytes(qsizetype size, quint32 seed = 1);

} // namespace test
