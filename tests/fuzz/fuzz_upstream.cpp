// SPDX-License-Identifier: MIT
#include "engine/limits.h"
#include "engine/outbound/handshake.h"
#include "engine/proto/udp.h"
#include "engine/proto/upstream.h"

#include "tests/fuzz/invariant.h"

#include <algorithm>
#include <array>

using namespace engine;

namespace
{

using Kind = HandshakeStep::Kind;

/// More steps than any server has to say.
constexpr int kEnough = 64;

void checkSocks4Reply(Bytes bytes)
{
    const auto parsed = fuzz::checkParser(upstream::parseSocks4Reply, bytes);
    FUZZ_REQUIRE(parsed.size == 0 || parsed.value.bound.address.isV4());
}

void checkSocks5Reply(Bytes bytes)
{
    const auto parsed = upstream::parseSocks5Reply(bytes);
    // A refusal is understood whatever stands in the place of its address, so that it has no end of its own.
    if (parsed.size != 0 && parsed.value.code != 0 && parsed.value.bound == Destination())
        return;
    (void)fuzz::checkParser(upstream::parseSocks5Reply, bytes);
    if (parsed.size == 0)
        return;
    const Destination &bound = parsed.value.bound;
    FUZZ_REQUIRE(bound.isName() == bound.address.isNull());
    FUZZ_REQUIRE(!bound.isName() || isAcceptableHostName(bound.name));
}

void checkStep(const HandshakeStep &step, Bytes shown)
{
    FUZZ_REQUIRE(step.size <= shown.size());
    FUZZ_REQUIRE((step.kind == Kind::Failed) == step.error.isError());
    FUZZ_REQUIRE(step.kind != Kind::NeedMore || step.size == 0);
    FUZZ_REQUIRE((step.kind != Kind::Continue && step.kind != Kind::Done) || step.size != 0);
    FUZZ_REQUIRE(step.kind == Kind::Continue || step.message.isEmpty());
    FUZZ_REQUIRE(step.kind == Kind::Failed || !step.isServersFault);
}

/// How a handshake ended, and how many bytes it understood until then.
struct Outcome {
    Kind kind = Kind::NeedMore;
    std::size_t size = 0;
    Error error;

    bool operator==(const Outcome &) const = default;
};

/// Shows the answer in chunks, as a tunnel does.
Outcome run(Handshake &handshake, Bytes answer, std::size_t chunk)
{
    Outcome outcome;
    int steps = 0;
    (void)handshake.start();
    for (std::size_t known = chunk;; known += chunk) {
        known = std::min(known, answer.size());
        // A block of its own, so that reading past it is seen.
        std::vector<std::uint8_t> shown(answer.begin() + static_cast<std::ptrdiff_t>(outcome.size),
                                        answer.begin() + static_cast<std::ptrdiff_t>(known));
        HandshakeStep step = handshake.read(shown);
        checkStep(step, shown);
        while (step.kind == Kind::Continue) {
            FUZZ_REQUIRE(++steps < kEnough);
            outcome.size += step.size;
            shown.erase(shown.begin(), shown.begin() + static_cast<std::ptrdiff_t>(step.size));
            step = handshake.read(shown);
            checkStep(step, shown);
        }
        outcome.size += step.size;
        outcome.kind = step.kind;
        outcome.error = step.error;
        if (step.kind != Kind::NeedMore || known == answer.size())
            return outcome;
    }
}

/// However its answer is cut, a handshake ends in the same way and at the same byte.
void checkHandshake(ServerProtocol protocol, bool login, Bytes answer, std::size_t chunk)
{
    ServerProfile server;
    server.protocol = protocol;
    server.username = login ? QStringLiteral("bob") : QString();
    const Destination target{{}, "www.example.org", 443};
    const auto make = [&] {
        return makeHandshake(server, "secret", socks5::Command::Connect, target);
    };
    const Outcome whole = run(*make(), answer, std::max<std::size_t>(answer.size(), 1));
    FUZZ_REQUIRE(run(*make(), answer, chunk) == whole);
    FUZZ_REQUIRE(run(*make(), answer, 1) == whole);
}

/// What comes by UDP from a server, through up to a whole chain of them: as if each header were taken off by
/// itself, and always the datagram's own end.
void checkDatagram(Bytes datagram, std::size_t headers)
{
    // A block of its own, so that reading past it is seen.
    const std::vector<std::uint8_t> block(datagram.begin(), datagram.end());
    const auto whole = socks5::unwrapDatagram(block, headers);
    if (headers == 0) {
        FUZZ_REQUIRE(whole && whole->payload.size() == block.size());
        return;
    }
    const auto outer = socks5::unwrapDatagram(block, 1);
    const auto inner = outer ? socks5::unwrapDatagram(outer->payload, headers - 1) : std::nullopt;
    FUZZ_REQUIRE(whole.has_value() == inner.has_value());
    if (!whole)
        return;
    FUZZ_REQUIRE(whole->payload.data() == inner->payload.data());
    FUZZ_REQUIRE(whole->payload.data() + whole->payload.size() == block.data() + block.size());
    const Destination &source = whole->source;
    FUZZ_REQUIRE(source.isName() == source.address.isNull());
}

} // namespace

/// The first byte chooses the message or the handshake, the second how its answer is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr std::array kProtocols{ServerProtocol::Socks4, ServerProtocol::Socks4a, ServerProtocol::Socks5,
                                    ServerProtocol::Http};
    if (size < 2)
        return 0;
    const Bytes bytes(data + 2, std::min<std::size_t>(size - 2, 2048));
    const unsigned choice = data[0] % 13U;
    switch (choice) {
    case 0:
        checkSocks4Reply(bytes);
        break;
    case 1:
        (void)fuzz::checkParser(upstream::parseMethodReply, bytes);
        break;
    case 2:
        (void)fuzz::checkParser(upstream::parseLoginReply, bytes);
        break;
    case 3:
        checkSocks5Reply(bytes);
        break;
    case 12:
        checkDatagram(bytes, data[1] % (kMaximumChainLength + 1U));
        break;
    default:
        checkHandshake(kProtocols[choice % 4], choice >= 8, bytes, 1U + data[1] % 64U);
        break;
    }
    return 0;
}
