// SPDX-License-Identifier: MIT
#pragma once

#include <utility>
#include <variant>

namespace engine
{

/// An error on its way into an Expected, so that T and E may be the same type.
template <typename E> struct Unexpected {
    E error;
};
template <typename E> Unexpected(E) -> Unexpected<E>;

/// A value or the reason why there is none. C++20 has no std::expected; this is the part of it we use.
template <typename T, typename E> class [[nodiscard]] Expected
{
public:
    Expected(T value)
        : m_content(std::in_place_index<0>, std::move(value))
    {
    }
    Expected(Unexpected<E> unexpected)
        : m_content(std::in_place_index<1>, std::move(unexpected.error))
    {
    }

    [[nodiscard]] bool hasValue() const { return m_content.index() == 0; }
    explicit operator bool() const { return hasValue(); }

    [[nodiscard]] const T &value() const & { return std::get<0>(m_content); }
    [[nodiscard]] T &value() & { return std::get<0>(m_content); }
    [[nodiscard]] T &&value() && { return std::get<0>(std::move(m_content)); }
    [[nodiscard]] const E &error() const { return std::get<1>(m_content); }

    const T &operator*() const & { return value(); }
    T &operator*() & { return value(); }
    const T *operator->() const { return &value(); }
    T *operator->() { return &value(); }

private:
    std::variant<T, E> m_content;
};

} // namespace engine
