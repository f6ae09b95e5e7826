// SPDX-License-Identifier: MIT
#include "json.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace bench
{

void JsonLine::add(std::string_view name, const Failures &failures)
{
    std::string object;
    for (const auto &[text, count] : failures) {
        object += object.empty() ? "" : ",";
        object += quote(text) + ":" + std::to_string(count);
    }
    addRaw(name, "{" + object + "}");
}

void JsonLine::print() const
{
    std::printf("{%s}\n", m_fields.c_str());
    std::fflush(stdout);
}

void JsonLine::addRaw(std::string_view name, const std::string &value)
{
    m_fields += m_fields.empty() ? "" : ",";
    m_fields += quote(name) + ":" + value;
}

std::string JsonLine::quote(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return quoted + "\"";
}

std::string JsonLine::format(double number)
{
    if (!std::isfinite(number))
        return "null";
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.6g", number);
    return text.data();
}

} // namespace bench
