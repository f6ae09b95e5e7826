// SPDX-License-Identifier: MIT
#pragma once

#include "engine/error.h"

#include <QByteArray>

#include <cstddef>
#include <cstdint>
#include <span>

namespace engine
{

using Bytes = std::span<const std::uint8_t>;

/// Valid as long as the array is, unchanged.
[[nodiscard]] inline Bytes bytesOf(const QByteArray &bytes)
{
    return {reinterpret_cast<const std::uint8_t *>(bytes.constData()),
            static_cast<std::size_t>(bytes.size())};
}

/// What a parser made of the bytes it was shown from the start of a message. Parsers do no I/O and keep no
/// state: show them everything again when more has come.
template <typename T> struct Parsed {
    enum class Status : std::uint8_t { NeedMore, Done, Bad };

    Status status = Status::NeedMore;
    std::size_t size = 0;              ///< bytes of the message when Done
    T value{};                         ///< when Done
    ErrorCode error = ErrorCode::None; ///< when Bad

    [[nodiscard]] bool needsMore() const { return status == Status::NeedMore; }
    [[nodiscard]] bool isBad() const { return status == Status::Bad; }

    static Parsed needMore() { return {}; }
    static Parsed bad(ErrorCode code) { return {Status::Bad, 0, {}, code}; }
    static Parsed done(T value, std::size_t size)
    {
        return {Status::Done, size, std::move(value), ErrorCode::None};
    }
};

} // namespace engine
