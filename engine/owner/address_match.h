// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

#include <algorithm>

namespace engine
{

/// Systems keep the scope of an address apart from it, and often do not tell.
[[nodiscard]] inline bool isSameButForScope(const Address &left, const Address &right)
{
    const auto a = left.bytes();
    const auto b = right.bytes();
    return left.family() == right.family() && std::equal(a.begin(), a.end(), b.begin(), b.end());
}

[[nodiscard]] inline bool isSameButForScope(const Endpoint &left, const Endpoint &right)
{
    return left.port == right.port && isSameButForScope(left.address, right.address);
}

/// Whether a socket bound to an address can be the one that has another. One on [::] takes IPv4 too, unless
/// it was told otherwise, which systems do not tell.
[[nodiscard]] inline bool isBoundFor(const Address &bound, const Address &wanted)
{
    return isSameButForScope(bound, wanted) || (bound.isUnspecified() && (bound.isV6() || wanted.isV4()));
}

} // namespace engine
