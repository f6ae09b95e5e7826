// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "connection.h"

namespace bench
{

// One JSON object on one line of standard output.
class JsonLine
{
public:
    explicit JsonLine(std::string_view mode) { add("mode", mode); }

    void add(std::string_view name, std::string_view text) { addRaw(name, quote(text)); }
    void add(std::string_view name, const char *text) { add(name, std::string_view(text)); }
    void add(std::string_view name, double number) { addRaw(name, format(number)); }
    void add(std::string_view name, std::integral auto number) { addRaw(name, std::to_string(number)); }
    void add(std::string_view name, const Failures &failures);
    void print() const;

private:
    void addRaw(std::string_view name, const std::string &value);
    [[nodiscard]] static std::string quote(std::string_view text);
    [[nodiscard]] static std::string format(double number);

    std::string m_fields;
};

} // namespace bench
