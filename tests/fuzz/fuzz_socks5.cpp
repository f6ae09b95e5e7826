// SPDX-License-Identifier: MIT
#include "engine/proto/socks5.h"

#include "tests/fuzz/invariant.h"

using namespace engine;

namespace
{

void checkDestination(const Destination &destination)
{
    FUZZ_REQUIRE(destination.isName() == destination.address.isNull());
    FUZZ_REQUIRE(!destination.isName() || isAcceptableHostName(destination.name));
    FUZZ_REQUIRE(!destination.host().isEmpty());
    if (destination.isName())
        return;
    // An address goes out in a reply as it came in.
    const socks5::ReplyBytes reply = socks5::makeReply(0, {destination.address, destination.port});
    const Bytes wire(reply.data(), static_cast<std::size_t>(reply.size()));
    const auto again = socks5::parseDestination(wire.subspan(3));
    FUZZ_REQUIRE(again.size == wire.size() - 3);
    FUZZ_REQUIRE(again.value == destination);
}

void checkGreeting(Bytes bytes)
{
    const auto parsed = fuzz::checkParser(socks5::parseGreeting, bytes);
    FUZZ_REQUIRE(parsed.size == 0 || parsed.size == 2U + bytes[1]);
}

void checkLogin(Bytes bytes)
{
    const auto parsed = fuzz::checkParser(socks5::parseLogin, bytes);
    if (parsed.size == 0)
        return;
    FUZZ_REQUIRE(!parsed.value.user.isEmpty());
    FUZZ_REQUIRE(parsed.size ==
                 3U + static_cast<std::size_t>(parsed.value.user.size() + parsed.value.password.size()));
}

void checkRequest(Bytes bytes)
{
    const auto parsed = fuzz::checkParser(socks5::parseRequest, bytes);
    if (parsed.size == 0)
        return;
    const auto command = static_cast<int>(parsed.value.command);
    FUZZ_REQUIRE(command >= 1 && command <= 3);
    checkDestination(parsed.value.destination);
}

} // namespace

/// The first byte chooses the message.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const Bytes bytes(data + 1, std::min<std::size_t>(size - 1, 1024));
    switch (data[0] % 4) {
    case 0:
        checkGreeting(bytes);
        break;
    case 1:
        checkLogin(bytes);
        break;
    case 2:
        checkRequest(bytes);
        break;
    case 3:
        if (const auto parsed = fuzz::checkParser(socks5::parseDestination, bytes); parsed.size != 0)
            checkDestination(parsed.value);
        break;
    }
    return 0;
}
