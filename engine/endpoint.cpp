// SPDX-License-Identifier: MIT
#include "engine/endpoint.h"

#include <QHashFunctions>
#include <QNetworkInterface>

#include <algorithm>
#include <cstring>

namespace engine
{

namespace
{

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<std::uint16_t> portFromString(QStringView text)
{
    const bool digitsOnly =
        !text.isEmpty() && text.size() <= 5 &&
        std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (!digitsOnly)
        return std::nullopt;
    const uint value = text.toUInt();
    if (value > 65535)
        return std::nullopt;
    return static_cast<std::uint16_t>(value);
}

std::optional<std::uint32_t> dottedQuad(QStringView text)
{
    std::uint32_t value = 0;
    int parts = 0;
    for (const QStringView part : text.split(u'.')) {
        const std::optional<std::uint16_t> octet = part.size() <= 3 ? portFromString(part) : std::nullopt;
        // A leading zero means octal to some programs and decimal to others: such a text is no literal.
        if (!octet || *octet > 255 || (part.size() > 1 && part.front() == u'0') || ++parts > 4)
            return std::nullopt;
        value = (value << 8) | *octet;
    }
    return parts == 4 ? std::optional(value) : std::nullopt;
}

/// An address and a length that its family has, whatever bits are set.
std::optional<AddressRange> prefixFromString(QStringView text)
{
    const qsizetype slash = text.indexOf(u'/');
    const std::optional<Address> network = Address::fromLiteral(slash < 0 ? text : text.first(slash));
    if (!network)
        return std::nullopt;
    const std::uint8_t bits = network->isV4() ? 32 : 128;
    if (slash < 0)
        return AddressRange{*network, bits};
    // "::ffff:10.0.0.0/104" is 10.0.0.0/8: the first 96 bits of a mapped address say that it is one.
    const int skipped = network->isV4() && text.contains(u':') ? 96 : 0;
    const std::optional<std::uint16_t> length = portFromString(text.mid(slash + 1));
    if (!length || *length < skipped || *length > skipped + bits)
        return std::nullopt;
    return AddressRange{*network, static_cast<std::uint8_t>(*length - skipped)};
}

Address firstOf(const AddressRange &range)
{
    std::array<std::uint8_t, 16> bytes{};
    std::ranges::copy(range.network.bytes(), bytes.begin());
    for (std::size_t bit = range.prefixLength; bit < 8 * bytes.size(); ++bit)
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
    return range.network.isV4() ? Address::fromV4Bytes(std::span(bytes).first<4>())
                                : Address::fromV6Bytes(bytes, range.network.scopeId());
}

} // namespace

Address Address::fromV4(std::uint32_t hostOrder)
{
    Address address;
    address.m_family = Family::V4;
    for (int i = 0; i < 4; ++i)
        address.m_bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(hostOrder >> (24 - 8 * i));
    return address;
}

Address Address::fromV4Bytes(std::span<const std::uint8_t, 4> networkOrder)
{
    Address address;
    address.m_family = Family::V4;
    std::copy(networkOrder.begin(), networkOrder.end(), address.m_bytes.begin());
    return address;
}

Address Address::fromV6Bytes(std::span<const std::uint8_t, 16> networkOrder, std::uint32_t scopeId)
{
    if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), networkOrder.begin()))
        return fromV4Bytes(networkOrder.last<4>());
    Address address;
    address.m_family = Family::V6;
    address.m_scopeId = scopeId;
    std::copy(networkOrder.begin(), networkOrder.end(), address.m_bytes.begin());
    return address;
}

Address Address::fromHostAddress(const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol)
        return fromV4(address.toIPv4Address());
    if (address.protocol() != QAbstractSocket::IPv6Protocol)
        return {};
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    const QString scope = address.scopeId();
    const int index = scope.isEmpty() ? 0 : QNetworkInterface::interfaceIndexFromName(scope);
    return fromV6Bytes(std::span<const std::uint8_t, 16>(bytes.c, 16), static_cast<std::uint32_t>(index));
}

std::optional<Address> Address::fromLiteral(QStringView text)
{
    if (text.startsWith(u'[') && text.endsWith(u']')) {
        text = text.mid(1, text.size() - 2);
        if (!text.contains(u':'))
            return std::nullopt;
    }
    if (text.isEmpty() || text.size() > 64)
        return std::nullopt;
    if (!text.contains(u':')) {
        const std::optional<std::uint32_t> value = dottedQuad(text);
        return value ? std::optional(fromV4(*value)) : std::nullopt;
    }
    // Qt reads no further than a NUL, and what stands behind it would be lost.
    if (text.contains(QChar(0)))
        return std::nullopt;
    QHostAddress parsed;
    if (!parsed.setAddress(text.toString()))
        return std::nullopt;
    const Address address = fromHostAddress(parsed);
    // "fe80::1%eth9" without such an interface must not become fe80::1 on any interface.
    if (address.isNull() || (text.contains(u'%') && address.toHostAddress().scopeId().isEmpty()))
        return std::nullopt;
    return address;
}

bool Address::isLoopback() const
{
    if (isV4())
        return m_bytes[0] == 127;
    return isV6() && m_bytes[15] == 1 &&
           std::all_of(m_bytes.begin(), m_bytes.end() - 1, [](auto b) { return b == 0; });
}

bool Address::isUnspecified() const
{
    const std::span<const std::uint8_t> all = bytes();
    return !isNull() && std::all_of(all.begin(), all.end(), [](auto b) { return b == 0; });
}

std::span<const std::uint8_t> Address::bytes() const
{
    const std::size_t size = isV4() ? 4 : isV6() ? 16 : 0;
    return std::span(m_bytes).first(size);
}

QHostAddress Address::toHostAddress() const
{
    if (isV4()) {
        return QHostAddress(static_cast<quint32>(m_bytes[0]) << 24 | static_cast<quint32>(m_bytes[1]) << 16 |
                            static_cast<quint32>(m_bytes[2]) << 8 | m_bytes[3]);
    }
    if (!isV6())
        return {};
    QHostAddress address(m_bytes.data());
    if (m_scopeId != 0)
        address.setScopeId(QNetworkInterface::interfaceNameFromIndex(static_cast<int>(m_scopeId)));
    return address;
}

QString Address::toString() const
{
    return isNull() ? QString() : toHostAddress().toString();
}

QString Endpoint::toString() const
{
    if (isNull())
        return {};
    const QString pattern = address.isV6() ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2");
    return pattern.arg(address.toString()).arg(port);
}

std::optional<Endpoint> Endpoint::fromString(QStringView text)
{
    const qsizetype colon = text.lastIndexOf(u':');
    if (colon <= 0)
        return std::nullopt;
    const QStringView host = text.first(colon);
    // "::1:80" is an address of its own, so an IPv6 address needs its brackets here.
    if (host.contains(u':') && !host.startsWith(u'['))
        return std::nullopt;
    const std::optional<Address> address = Address::fromLiteral(host);
    const std::optional<std::uint16_t> port = portFromString(text.mid(colon + 1));
    if (!address || !port)
        return std::nullopt;
    return Endpoint{*address, *port};
}

bool AddressRange::contains(const Address &address) const
{
    if (address.family() != network.family() || address.isNull())
        return false;
    const auto ours = network.bytes();
    const auto theirs = address.bytes();
    const std::size_t wholeBytes = prefixLength / 8U;
    if (!std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(wholeBytes), theirs.begin()))
        return false;
    const unsigned rest = prefixLength % 8U;
    if (rest == 0)
        return true;
    const unsigned mask = (0xff00U >> rest) & 0xffU;
    return ((ours[wholeBytes] ^ theirs[wholeBytes]) & mask) == 0;
}

QString AddressRange::toString() const
{
    return QStringLiteral("%1/%2").arg(network.toString()).arg(prefixLength);
}

std::optional<AddressRange> AddressRange::fromString(QStringView text)
{
    const std::optional<AddressRange> range = prefixFromString(text);
    return range && range->network == firstOf(*range) ? range : std::nullopt;
}

std::optional<AddressRange> AddressRange::around(QStringView text)
{
    std::optional<AddressRange> range = prefixFromString(text);
    if (range)
        range->network = firstOf(*range);
    return range;
}

std::size_t qHash(const Address &address, std::size_t seed) noexcept
{
    const auto bytes = address.bytes();
    return qHashBits(bytes.data(), bytes.size(), seed ^ address.scopeId());
}

} // namespace engine
