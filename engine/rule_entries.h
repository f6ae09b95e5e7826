// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <cstdint>

// What the entries of a rule's fields mean.

namespace engine
{

/// What keeps a text from being an entry of a rule's hosts.
enum class HostFlaw : std::uint8_t {
    None,
    Block,     ///< with a slash, and no block of addresses
    Space,     ///< it holds one
    Wildcards, ///< "*" elsewhere than for whole labels at an end
    Range,     ///< begins as a range of addresses, and is none
};

[[nodiscard]] HostFlaw flawOfHost(const QString &entry);

/// Whether a rule that lists the text is for the one host of that name or address: the text is no pattern,
/// block or range, and a rule can list it. Clients choose the names that they ask for.
[[nodiscard]] bool isOneHost(const QString &text);
/// Whether a rule that lists the text is for the one program of that name or path: no pattern.
[[nodiscard]] bool isOneProgram(const QString &text);

} // namespace engine
