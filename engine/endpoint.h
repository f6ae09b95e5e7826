// SPDX-License-Identifier: MIT
#pragma once

#include <QHostAddress>
#include <QMetaType>
#include <QString>

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace engine
{

/// An IPv4 or IPv6 address as a plain value of 24 bytes: unlike QHostAddress it lives in no heap block, and
/// thousands of idle connections each hold three. IPv4-mapped IPv6 addresses are always stored as IPv4.
class Address
{
public:
    enum class Family : std::uint8_t { None, V4, V6 };

    Address() = default;
    static Address fromV4(std::uint32_t hostOrder);
    static Address fromV4Bytes(std::span<const std::uint8_t, 4> networkOrder);
    static Address fromV6Bytes(std::span<const std::uint8_t, 16> networkOrder, std::uint32_t scopeId = 0);
    static Address fromHostAddress(const QHostAddress &address);
    /// A literal such as "192.0.2.1", "2001:db8::1", "fe80::1%eth0" or "[::1]"; nothing for a name.
    /// Abbreviated IPv4 forms ("127.1", "0x7f000001") are names here, as they are for curl's SOCKS code.
    static std::optional<Address> fromLiteral(QStringView text);

    [[nodiscard]] Family family() const { return m_family; }
    [[nodiscard]] bool isNull() const { return m_family == Family::None; }
    [[nodiscard]] bool isV4() const { return m_family == Family::V4; }
    [[nodiscard]] bool isV6() const { return m_family == Family::V6; }
    [[nodiscard]] bool isLoopback() const;
    [[nodiscard]] bool isUnspecified() const;
    /// The 4 or 16 bytes in network order.
    [[nodiscard]] std::span<const std::uint8_t> bytes() const;
    [[nodiscard]] std::uint32_t scopeId() const { return m_scopeId; }
    [[nodiscard]] QHostAddress toHostAddress() const;
    [[nodiscard]] QString toString() const;

    bool operator==(const Address &) const = default;
    auto operator<=>(const Address &) const = default; // NOLINT(modernize-use-nullptr): a false one

private:
    std::array<std::uint8_t, 16> m_bytes{};
    std::uint32_t m_scopeId = 0;
    Family m_family = Family::None;
};

/// Address and port.
struct Endpoint {
    Address address;
    std::uint16_t port = 0;

    [[nodiscard]] bool isNull() const { return address.isNull(); }
    /// "192.0.2.1:80" or "[2001:db8::1]:80"; empty when null.
    [[nodiscard]] QString toString() const;
    /// Reads what toString() writes; "*:1080" and ":1080" are not endpoints.
    static std::optional<Endpoint> fromString(QStringView text);

    bool operator==(const Endpoint &) const = default;
    auto operator<=>(const Endpoint &) const = default; // NOLINT(modernize-use-nullptr): a false one
};

/// A block of addresses in CIDR notation.
struct AddressRange {
    Address network;
    std::uint8_t prefixLength = 0;

    [[nodiscard]] bool contains(const Address &address) const;
    [[nodiscard]] QString toString() const;
    /// "10.0.0.0/8", "::1/128" or a single address. Bits beyond the prefix must be zero.
    static std::optional<AddressRange> fromString(QStringView text);
    /// The same, whatever bits are set: "10.0.0.1/8" lies in 10.0.0.0/8.
    static std::optional<AddressRange> around(QStringView text);

    bool operator==(const AddressRange &) const = default;
};

[[nodiscard]] std::size_t qHash(const Address &address, std::size_t seed = 0) noexcept;

} // namespace engine

Q_DECLARE_METATYPE(engine::Endpoint)
