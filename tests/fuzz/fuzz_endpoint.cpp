// SPDX-License-Identifier: MIT
#include "engine/endpoint.h"

#include "tests/fuzz/invariant.h"

using namespace engine;

/// What is read can be written, and reads as the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QString text = QString::fromUtf8(reinterpret_cast<const char *>(data),
                                           static_cast<qsizetype>(std::min<std::size_t>(size, 256)));

    if (const auto address = Address::fromLiteral(text)) {
        FUZZ_REQUIRE(!address->isNull());
        FUZZ_REQUIRE(Address::fromLiteral(address->toString()) == address);
        FUZZ_REQUIRE(Address::fromHostAddress(address->toHostAddress()) == *address);
    }
    if (const auto endpoint = Endpoint::fromString(text)) {
        FUZZ_REQUIRE(!endpoint->isNull());
        FUZZ_REQUIRE(Endpoint::fromString(endpoint->toString()) == endpoint);
        FUZZ_REQUIRE(!Address::fromLiteral(text));
    }
    if (const auto range = AddressRange::fromString(text)) {
        FUZZ_REQUIRE(range->prefixLength <= 8 * range->network.bytes().size());
        FUZZ_REQUIRE(range->contains(range->network));
        FUZZ_REQUIRE(AddressRange::fromString(range->toString()) == range);
    }
    return 0;
}
