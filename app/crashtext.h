// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace app
{

/// A point in time as a note tells it, in UTC.
struct CrashTime {
    unsigned year = 0;
    unsigned month = 0; ///< 1 to 12
    unsigned day = 0;   ///< 1 to 31
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
};

/// Lines of a note, put together in a crash: asks for no memory, takes no lock and calls nothing of the
/// system's, as signal-safety(7) wants it. What is too long is cut off.
class CrashText
{
public:
    void put(std::string_view text);
    /// `base` is 2 to 16; padded with zeros to `width`.
    void putNumber(std::uint64_t value, unsigned base, int width = 0);
    /// As ISO 8601 has it: "2026-01-31T09:05:00Z".
    void putTime(const CrashTime &time);

    [[nodiscard]] std::string_view text() const { return {m_text.data(), m_size}; }
    void clear() { m_size = 0; }

    static constexpr std::size_t kMaximum = 1'024;

private:
    std::array<char, kMaximum> m_text{};
    std::size_t m_size = 0;
};

} // namespace app
