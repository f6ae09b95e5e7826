// SPDX-License-Identifier: MIT
#include "engine/inbound/http_exchange.h"
#include "engine/limits.h"
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

/// What the client gets, what is left over, and whether something was wrong with it.
struct Passed {
    QByteArray out;
    QByteArray left;
    bool isBad = false;
    HttpExchange exchange;
};

Passed passResponse(const http::RequestHead &request, Bytes bytes, std::size_t piece)
{
    Passed passed{{}, {}, false, HttpExchange(request)};
    for (std::size_t at = 0; at < bytes.size() && !passed.isBad; at += piece) {
        const Bytes part = bytes.subspan(at, std::min(piece, bytes.size() - at));
        passed.left.append(QByteArrayView(part.data(), static_cast<qsizetype>(part.size())));
        for (bool more = true; more;) {
            QByteArray out;
            const auto moved = passed.exchange.takeResponse(passed.left, out, true);
            FUZZ_REQUIRE(moved.hasValue() || out.isEmpty());
            passed.isBad = !moved.hasValue();
            more = moved.hasValue() && *moved;
            passed.out += out;
        }
    }
    return passed;
}

/// However a hostile target cuts its answer, the client gets the same of it.
void checkExchange(Bytes bytes)
{
    http::RequestHead request;
    request.method = "GET";
    request.path = "/";
    request.minorVersion = 1;
    request.headers = {{"Connection", "upgrade"}, {"Upgrade", "x"}};
    const Passed whole = passResponse(request, bytes, std::max<std::size_t>(bytes.size(), 1));
    const Passed split = passResponse(request, bytes, 1);
    FUZZ_REQUIRE(whole.isBad == split.isBad);
    FUZZ_REQUIRE(whole.exchange.hasResponse() == split.exchange.hasResponse());
    FUZZ_REQUIRE(whole.exchange.isResponseDone() == split.exchange.isResponseDone());
    // Chunks that turn out wrong do so at once, or after their good part has gone on.
    FUZZ_REQUIRE(whole.isBad ? split.out.startsWith(whole.out)
                             : split.out == whole.out && split.left == whole.left);
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
        checkExchange(bytes);
        break;
    }
    return 0;
}
