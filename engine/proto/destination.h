// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace engine
{

/// A target as a client names it: either an address or a name, and a port. The name is as it came, neither
/// decoded nor resolved, but known to be printable (see isAcceptableHostName).
struct Destination {
    Address address;
    QByteArray name; ///< empty when `address` is set
    std::uint16_t port = 0;
    /// A name whose address the rules asked for in vain. Nobody here looks it up again: they would not see
    /// the answer.
    bool isUnresolved = false;
    /// Of a name that was looked up for the rules, the addresses besides `address` that they let go directly,
    /// too: whichever answers first may be taken.
    QList<Address> alternatives{};

    [[nodiscard]] bool isName() const { return !name.isEmpty(); }
    [[nodiscard]] QString host() const { return isName() ? QString::fromUtf8(name) : address.toString(); }
    /// The address that it is, also one that was written as a name; nothing for a name that has to be looked
    /// up.
    [[nodiscard]] std::optional<Address> literal() const
    {
        return isName() ? Address::fromLiteral(host()) : std::optional(address);
    }
    bool operator==(const Destination &) const = default;
};

/// The same, by its address where the name is the text of one: what servers and rules are asked about.
[[nodiscard]] Destination withoutDisguise(const Destination &destination);

/// A host as a profile or a person writes it: an address when it is a literal, else a name.
[[nodiscard]] Destination destinationOf(const QString &host, std::uint16_t port);

/// Longest name SOCKS5 can carry, and DNS allows.
inline constexpr std::size_t kMaximumHostNameLength = 255;

/// Whether a name may go on to resolver, log and interface: valid UTF-8 without control characters, spaces,
/// NUL, and without the invisible ones that would make the log show something else than was asked for.
[[nodiscard]] bool isAcceptableHostName(QByteArrayView name);

} // namespace engine
