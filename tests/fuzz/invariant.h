// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/parsed.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

// What must hold whatever the input is. Unlike an assert it also stands in a release build.
#define FUZZ_REQUIRE(condition)                                                                              \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);              \
            std::abort();                                                                                    \
        }                                                                                                    \
    } while (false)

namespace fuzz
{

/// A part of a message is never Done and wrong only the way the whole is wrong; what follows a message
/// changes nothing. Returns what the parser made of all the bytes.
template <typename Parse> auto checkParser(Parse parse, engine::Bytes bytes)
{
    const auto whole = parse(bytes);
    using Status = typename decltype(whole)::Status;
    FUZZ_REQUIRE(whole.size <= bytes.size());
    FUZZ_REQUIRE((whole.status == Status::Done) == (whole.size != 0));
    FUZZ_REQUIRE((whole.status == Status::Bad) == (whole.error != engine::ErrorCode::None));
    const std::size_t end = whole.status == Status::Done ? whole.size : bytes.size();
    bool wasBad = false;
    for (std::size_t length = 0; length < end; ++length) {
        // A block of its own, so that reading past the part is seen.
        const std::vector<std::uint8_t> copy(bytes.begin(),
                                             bytes.begin() + static_cast<std::ptrdiff_t>(length));
        const auto part = parse(engine::Bytes(copy));
        FUZZ_REQUIRE(part.status != Status::Done);
        FUZZ_REQUIRE(part.status == Status::Bad ? whole.status == Status::Bad && part.error == whole.error
                                                : !wasBad);
        wasBad = part.status == Status::Bad;
    }
    if (whole.status == Status::Done) {
        const std::vector<std::uint8_t> copy(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end));
        const auto alone = parse(engine::Bytes(copy));
        FUZZ_REQUIRE(alone.status == Status::Done && alone.size == whole.size);
    }
    return whole;
}

} // namespace fuzz
