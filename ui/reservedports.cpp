// SPDX-License-Identifier: MIT
#include "ui/reservedports.h"

#include <algorithm>
#include <limits>

namespace ui
{

namespace
{

/// 0: it is none.
std::uint16_t readPort(const QByteArray &text)
{
    const bool isDigits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return isDigits ? text.toUShort() : std::uint16_t{0};
}

std::optional<PortRange> readRow(const QByteArray &line)
{
    QList<QByteArray> fields = line.simplified().split(' ');
    if (fields.constLast() == "*")
        fields.removeLast();
    if (fields.size() != 2)
        return std::nullopt;
    const PortRange range{readPort(fields[0]), readPort(fields[1])};
    if (range.first == 0 || range.last < range.first)
        return std::nullopt;
    return range;
}

} // namespace

QList<PortRange> parseReservedPorts(const QByteArray &output)
{
    QList<PortRange> ranges;
    const QList<QByteArray> lines = output.split('\n');
    for (const QByteArray &line : lines) {
        if (const std::optional<PortRange> range = readRow(line))
            ranges.append(*range);
    }
    return ranges;
}

std::optional<PortRange> findReservedRange(const QList<PortRange> &ranges, std::uint16_t port)
{
    const auto found = std::find_if(ranges.begin(), ranges.end(),
                                    [port](const PortRange &range) { return range.contains(port); });
    return found == ranges.end() ? std::nullopt : std::optional(*found);
}

std::uint16_t firstUnreserved(const QList<PortRange> &ranges, std::uint16_t from)
{
    std::uint16_t port = from;
    while (const std::optional<PortRange> range = findReservedRange(ranges, port)) {
        if (range->last == std::numeric_limits<std::uint16_t>::max())
            return 0;
        port = static_cast<std::uint16_t>(range->last + 1);
    }
    return port;
}

} // namespace ui
