// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace engine
{

/// What keeps an entry of a rule's hosts from matching anything, as the source text of a message in which %1
/// stands for the entry. Null for a name, "*", a name with "*" for the labels at an end, an address, a block
/// and a range.
[[nodiscard]] const char *faultOfHostEntry(const QString &entry);

} // namespace engine
