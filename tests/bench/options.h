// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "net.h"

namespace bench
{

// "--name value" pairs. Every getter throws std::invalid_argument with a text for the user.
class Options
{
public:
    explicit Options(std::span<char *const> arguments);

    [[nodiscard]] std::optional<Endpoint> endpoint(const std::string &name);
    [[nodiscard]] Endpoint requiredEndpoint(const std::string &name);
    [[nodiscard]] std::uint64_t integer(const std::string &name, std::uint64_t fallback, std::uint64_t least,
                                        std::uint64_t most);
    [[nodiscard]] std::chrono::milliseconds seconds(const std::string &name, double fallback);
    [[nodiscard]] std::string word(const std::string &name, const std::string &fallback,
                                   const std::set<std::string> &allowed);
    // Call when all have been read: names nobody asked for are mistakes.
    void rejectUnknown() const;

private:
    [[nodiscard]] const std::string *find(const std::string &name);

    std::map<std::string, std::string> m_values;
    std::set<std::string> m_asked;
};

} // namespace bench
