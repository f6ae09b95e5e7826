// SPDX-License-Identifier: MIT
#include "app/crashtext.h"

#include <algorithm>

namespace app
{

namespace
{

constexpr std::size_t kMaximumNumber = 64; // digits of any number at base 2

} // namespace

void CrashText::put(std::string_view text)
{
    const std::size_t count = std::min(text.size(), m_text.size() - m_size);
    std::copy_n(text.data(), count, m_text.data() + m_size);
    m_size += count;
}

void CrashText::putNumber(std::uint64_t value, unsigned base, int width)
{
    std::array<char, kMaximumNumber> digits{};
    std::size_t at = digits.size();
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
        --width;
    } while (at > 0 && (value > 0 || width > 0));
    put({digits.data() + at, digits.size() - at});
}

void CrashText::putTime(const CrashTime &time)
{
    const auto field = [this](std::string_view before, unsigned value, int width) {
        put(before);
        putNumber(value, 10, width);
    };
    field("", time.year, 4);
    field("-", time.month, 2);
    field("-", time.day, 2);
    field("T", time.hour, 2);
    field(":", time.minute, 2);
    field(":", time.second, 2);
    put("Z");
}

} // namespace app
