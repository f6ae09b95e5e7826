// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QList>
#include <QStringList>

#include <cstdint>
#include <optional>

namespace ui
{

/// Ports in a row that the system lets no program listen on.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 0; ///< not less than `first`

    [[nodiscard]] bool contains(std::uint16_t port) const { return first <= port && port <= last; }
    bool operator==(const PortRange &) const = default;
};

/// What `netsh interface ipv4 show excludedportrange protocol=tcp` has printed: a table whose rows are two
/// numbers, and an asterisk where the administrator keeps them, below and above text in the system's
/// language. Everything else is passed over.
[[nodiscard]] QList<PortRange> parseReservedPorts(const QByteArray &output);

/// The range that the port is in.
[[nodiscard]] std::optional<PortRange> findReservedRange(const QList<PortRange> &ranges, std::uint16_t port);

/// The first port from `from` on that is in no range; 0 when there is none.
[[nodiscard]] std::uint16_t firstUnreserved(const QList<PortRange> &ranges, std::uint16_t from);

/// The program and its arguments that print the ranges for IPv4 or IPv6; empty where the system has none. In
/// reservedports_windows.cpp and _none.cpp.
[[nodiscard]] QStringList reservedPortsCommand(bool isV6);

} // namespace ui
