// SPDX-License-Identifier: MIT
#include "engine/limits.h"
#include "engine/proto/http_body.h"
#include "engine/proto/http_rewrite.h"

#include "tests/fuzz/invariant.h"

#include <algorithm>

using namespace engine;

namespace
{

void checkHead(Bytes bytes)
{
    const auto parsed = fuzz::checkParser(http::parseRequestHead, bytes);
    if (parsed.size == 0)
        return;
    const http::RequestHead &head = parsed.value;
    const QByteArrayView text(bytes.data(), static_cast<qsizetype>(parsed.size));
    FUZZ_REQUIRE(text.endsWith("\r\n\r\n"));
    FUZZ_REQUIRE(!text.contains('\0'));
    FUZZ_REQUIRE(std::count(text.begin(), text.end(), '\n') == std::count(text.begin(), text.end(), '\r'));
    FUZZ_REQUIRE(head.headers.size() <= kMaximumHttpHeaders);
    FUZZ_REQUIRE(head.destination.port != 0);
    FUZZ_REQUIRE(head.destination.isName() == head.destination.address.isNull());
    FUZZ_REQUIRE(!head.destination.isName() || isAcceptableHostName(head.destination.name));
    FUZZ_REQUIRE((head.form == http::TargetForm::Absolute) == head.path.startsWith('/'));
    FUZZ_REQUIRE((head.form == http::TargetForm::Authority) == (head.method == "CONNECT"));
    for (const http::Header &header : head.headers) {
        FUZZ_REQUIRE(!header.name.isEmpty());
        FUZZ_REQUIRE(!http::isForTheProxyOnly(head, header) || head.find(header.name));
    }
    // What a message's end hangs on is said in one way only.
    FUZZ_REQUIRE(!head.find("Content-Length") || !head.find("Transfer-Encoding"));
    FUZZ_REQUIRE((head.framing == http::Framing::Chunked) == (head.find("Transfer-Encoding") != nullptr));
}

/// What goes on is a head that ends where we say, and frames its body as the client's did.
void checkForwarded(Bytes bytes)
{
    const auto parsed = http::parseRequestHead(bytes);
    if (parsed.size == 0 || parsed.value.form != http::TargetForm::Absolute)
        return;
    QByteArray forwarded = http::makeForwardedRequest(parsed.value);
    FUZZ_REQUIRE(!forwarded.toLower().contains("\nproxy-"));
    // As a target would read it: the form is all that differs.
    forwarded.insert(forwarded.indexOf(' ') + 1, "http://target");
    const auto again = http::parseRequestHead({reinterpret_cast<const std::uint8_t *>(forwarded.constData()),
                                               static_cast<std::size_t>(forwarded.size())});
    FUZZ_REQUIRE(again.size == static_cast<std::size_t>(forwarded.size()));
    FUZZ_REQUIRE(again.value.framing == parsed.value.framing);
    FUZZ_REQUIRE(again.value.contentLength == parsed.value.contentLength);
}

void checkResponse(Bytes bytes)
{
    const auto parsed =
        fuzz::checkParser([](Bytes part) { return http::parseResponseHead(part, "GET"); }, bytes);
    if (parsed.size == 0)
        return;
    const Bytes rest = bytes.subspan(parsed.size);
    http::BodyWatch whole(parsed.value.framing, parsed.value.contentLength);
    http::BodyWatch split(parsed.value.framing, parsed.value.contentLength);
    const std::size_t taken = whole.take(rest);
    std::size_t takenSplit = 0;
    for (std::size_t i = 0; i < rest.size(); ++i)
        takenSplit += split.take(rest.subspan(i, 1));
    FUZZ_REQUIRE(taken == takenSplit);
    FUZZ_REQUIRE(whole.isDone() == split.isDone() && whole.isBad() == split.isBad());
}

void checkCredentials(Bytes bytes)
{
    const QByteArrayView value(bytes.data(), static_cast<qsizetype>(bytes.size()));
    const auto login = http::parseBasicCredentials(value);
    FUZZ_REQUIRE(!login || (!login->user.isEmpty() && !login->user.contains(':')));
}

} // namespace

/// The first byte chooses what is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const Bytes bytes(data + 1, std::min<std::size_t>(size - 1, 1024));
    switch (data[0] % 4) {
    case 0:
        checkCredentials(bytes);
        break;
    case 1:
        checkHead(bytes);
        break;
    case 2:
        checkForwarded(bytes);
        break;
    case 3:
        checkResponse(bytes);
        break;
    }
    return 0;
}
