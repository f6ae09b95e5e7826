// SPDX-License-Identifier: MIT
#pragma once

#include "engine/message.h"

#include <QString>

// What the entries of a rule's fields mean.

namespace engine
{

/// What keeps an entry of a rule's hosts from matching anything. Empty for a name, "*", a name with "*" for
/// the labels at an end, an address, a block and a range.
[[nodiscard]] Message faultOfHostEntry(const QString &entry);

/// What keeps an entry of the clients of a rule or a listener from being an address or a block.
[[nodiscard]] Message faultOfClientEntry(const QString &entry);

/// What keeps an entry of a rule's applications from matching any: empty for a name, a path of this system or
/// of Windows, or either with wildcards. Profiles go from one system to the other.
[[nodiscard]] Message faultOfApplicationEntry(const QString &entry);

/// Whether a rule that lists the text is for the one host of that name or address: the text is no pattern,
/// block or range, and a rule can list it. Clients choose the names that they ask for.
[[nodiscard]] bool isOneHost(const QString &text);
/// Whether a rule that lists the text is for the one program of that name or path: the text is no pattern,
/// and a rule can list it.
[[nodiscard]] bool isOneProgram(const QString &text);
/// Whether rules take both for the same name: those of Windows differ neither in case nor in ".exe".
[[nodiscard]] bool isSameProgramName(const QString &a, const QString &b);

} // namespace engine
