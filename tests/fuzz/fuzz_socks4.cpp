// SPDX-License-Identifier: MIT
#include "engine/proto/socks4.h"

#include "tests/fuzz/invariant.h"

using namespace engine;

namespace
{

/// The request as a client would write it.
std::vector<std::uint8_t> serialise(const socks4::Request &request)
{
    const Destination &target = request.destination;
    std::vector<std::uint8_t> bytes{socks4::kVersion, static_cast<std::uint8_t>(request.command),
                                    static_cast<std::uint8_t>(target.port >> 8),
                                    static_cast<std::uint8_t>(target.port & 0xff)};
    const Address address = target.isName() ? Address::fromV4(1) : target.address;
    bytes.insert(bytes.end(), address.bytes().begin(), address.bytes().end());
    bytes.insert(bytes.end(), request.userId.begin(), request.userId.end());
    bytes.push_back(0);
    if (target.isName()) {
        bytes.insert(bytes.end(), target.name.begin(), target.name.end());
        bytes.push_back(0);
    }
    return bytes;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    // More than the longest message and what may follow it teaches nothing.
    const Bytes bytes(data, std::min<std::size_t>(size, 1024));
    const auto parsed = fuzz::checkParser(socks4::parseRequest, bytes);
    if (parsed.status != Parsed<socks4::Request>::Status::Done)
        return 0;

    const socks4::Request &request = parsed.value;
    FUZZ_REQUIRE(request.userId.size() <= static_cast<qsizetype>(socks4::kMaximumUserIdLength));
    FUZZ_REQUIRE(request.is4a == request.destination.isName());
    FUZZ_REQUIRE(request.is4a ? isAcceptableHostName(request.destination.name)
                              : request.destination.address.isV4());
    const std::vector<std::uint8_t> written = serialise(request);
    FUZZ_REQUIRE(written.size() == parsed.size);
    const auto again = socks4::parseRequest(written);
    FUZZ_REQUIRE(again.size == written.size());
    FUZZ_REQUIRE(again.value.destination == request.destination && again.value.userId == request.userId &&
                 again.value.command == request.command);
    return 0;
}
