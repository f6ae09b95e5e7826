// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

namespace app
{

/// A bypass list as Windows takes it: patterns with "*" that are compared with the host as text, separated by
/// ";". Blocks of addresses become as many patterns as they take. Blocks of IPv6 that patterns cannot say
/// (any but single addresses and those in the first group, such as fe80::/10) are left out.
[[nodiscard]] QString windowsBypassList(const QStringList &entries);

} // namespace app
