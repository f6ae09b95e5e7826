// SPDX-License-Identifier: MIT
#include "engine/limits.h"
#include "engine/proto/udp.h"
#include "engine/relay/udp_reassembly.h"

#include "tests/fuzz/invariant.h"

#include <array>

using namespace engine;

namespace
{

void checkHeader(Bytes bytes)
{
    const auto parsed = fuzz::checkParser(socks5::parseUdpHeader, bytes);
    if (parsed.size == 0)
        return;
    const Destination &destination = parsed.value.destination;
    FUZZ_REQUIRE(destination.isName() == destination.address.isNull());
    if (destination.isName())
        return;
    // What comes from there bears the header that leads there.
    std::array<std::uint8_t, socks5::kMaximumAddressHeaderSize> header;
    const std::size_t size = socks5::writeUdpHeader(header, {destination.address, destination.port});
    FUZZ_REQUIRE(size == socks5::udpHeaderSize(destination.address));
    const auto again = socks5::parseUdpHeader(Bytes(header).first(size));
    FUZZ_REQUIRE(again.size == size && again.value.destination == destination);
}

/// Three bytes a fragment: FRAG, how long after the one before, how large.
void checkReassembly(Bytes script)
{
    UdpReassembly reassembly;
    net::TimePoint now;
    std::size_t given = 0; // since the last first fragment
    for (; script.size() >= 3; script = script.subspan(3)) {
        const std::uint8_t fragment = script[0];
        now += std::chrono::milliseconds(script[1] * 40);
        const std::vector<std::uint8_t> payload(script[2] * 100U, fragment);
        given = (fragment & 0x7f) == 1 ? payload.size() : given + payload.size();
        const socks5::UdpHeader header{fragment, {Address::fromV4(script[1] & 1), {}, 53}};
        const auto whole = reassembly.add(header, payload, now);
        FUZZ_REQUIRE(!whole || (fragment & socks5::kLastFragment));
        FUZZ_REQUIRE(!whole || reassembly.isEmpty());
        if (!whole)
            continue;
        const auto size = static_cast<std::size_t>(whole->payload.size());
        FUZZ_REQUIRE(size <= kMaximumReassemblySize && size == given);
        FUZZ_REQUIRE(whole->destination == header.destination);
    }
    reassembly.expire(now + kReassemblyTimeout);
    FUZZ_REQUIRE(reassembly.isEmpty());
}

} // namespace

/// The first byte chooses: a header, or a script of fragments.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const Bytes bytes(data + 1, std::min<std::size_t>(size - 1, 1024));
    if (data[0] % 2 == 0)
        checkHeader(bytes);
    else
        checkReassembly(bytes);
    return 0;
}
