// SPDX-License-Identifier: MIT
#include "options.h"

#include <charconv>
#include <stdexcept>

namespace bench
{

namespace
{

constexpr double kMostSeconds = 3600;

} // namespace

Options::Options(std::span<char *const> arguments)
{
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const std::string name = arguments[i];
        if (!name.starts_with("--") || i + 1 >= arguments.size())
            throw std::invalid_argument("expected --NAME VALUE at '" + name + "'");
        if (!m_values.emplace(name.substr(2), arguments[i + 1]).second)
            throw std::invalid_argument(name + " given twice");
    }
}

std::optional<Endpoint> Options::endpoint(const std::string &name)
{
    const std::string *text = find(name);
    return text ? std::optional(parseEndpoint(*text)) : std::nullopt;
}

Endpoint Options::requiredEndpoint(const std::string &name)
{
    const std::optional<Endpoint> found = endpoint(name);
    if (!found)
        throw std::invalid_argument("--" + name + " ADDRESS:PORT is missing");
    return *found;
}

std::uint64_t Options::integer(const std::string &name, std::uint64_t fallback, std::uint64_t least,
                               std::uint64_t most)
{
    const std::string *text = find(name);
    if (!text)
        return fallback;
    std::uint64_t value = 0;
    const char *end = text->data() + text->size();
    const auto [rest, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc{} || rest != end || value < least || value > most)
        throw std::invalid_argument("--" + name + " must be from " + std::to_string(least) + " to " +
                                    std::to_string(most));
    return value;
}

std::chrono::milliseconds Options::seconds(const std::string &name, double fallback)
{
    double value = fallback;
    if (const std::string *text = find(name)) {
        const char *end = text->data() + text->size();
        const auto [rest, error] = std::from_chars(text->data(), end, value);
        if (error != std::errc{} || rest != end || !(value >= 0 && value <= kMostSeconds))
            throw std::invalid_argument("--" + name + " must be seconds from 0 to 3600");
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(value * 1000));
}

std::string Options::word(const std::string &name, const std::string &fallback,
                          const std::set<std::string> &allowed)
{
    const std::string *text = find(name);
    if (text && !allowed.contains(*text))
        throw std::invalid_argument("--" + name + " cannot be '" + *text + "'");
    return text ? *text : fallback;
}

void Options::rejectUnknown() const
{
    for (const auto &[name, value] : m_values) {
        if (!m_asked.contains(name))
            throw std::invalid_argument("unknown option --" + name);
    }
}

const std::string *Options::find(const std::string &name)
{
    m_asked.insert(name);
    const auto found = m_values.find(name);
    return found == m_values.end() ? nullptr : &found->second;
}

} // namespace bench
