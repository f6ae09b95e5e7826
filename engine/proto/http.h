// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/destination.h"
#include "engine/proto/login.h"
#include "engine/proto/parsed.h"

#include <optional>
#include <vector>

// RFC 9110 and RFC 9112 as a proxy reads them, and RFC 7617 for the login. Read strictly: what two readers
// could understand in two ways is refused, since the target may be the other reader (request smuggling).
namespace engine::http
{

/// Views into the bytes that were parsed.
struct Header {
    QByteArrayView name;
    QByteArrayView value; ///< without the white space around it
};

/// RFC 9112 section 3.2. The other two forms ask the proxy itself, see OwnRequest.
enum class TargetForm : std::uint8_t {
    Authority, ///< CONNECT host:port
    Absolute,  ///< GET http://host/path
};

/// RFC 9112 section 6.3: how the end of the body is known.
enum class Framing : std::uint8_t {
    NoBody,
    Length,
    Chunked,
    UntilClose, ///< responses only
};

/// What requests and responses have in common.
struct MessageHead {
    std::uint8_t minorVersion = 1;
    Framing framing = Framing::NoBody;
    std::uint64_t contentLength = 0; ///< when framed by Length
    std::vector<Header> headers;     ///< all of them, in their order

    [[nodiscard]] const Header *find(QByteArrayView name) const;
    /// Whether one of the headers of this name, a list with commas, has the word.
    [[nodiscard]] bool lists(QByteArrayView name, QByteArrayView word) const;
};

struct RequestHead : MessageHead {
    QByteArray method;
    TargetForm form = TargetForm::Authority;
    Destination destination;
    QByteArray path; ///< of an absolute form, as the target wants to see it: "/" at least
};

struct ResponseHead : MessageHead {
    int status = 0;
    QByteArray reason;
};

/// Everything from the request line to the empty line behind the headers.
[[nodiscard]] Parsed<RequestHead> parseRequestHead(Bytes bytes);

/// A request to the proxy itself, in the origin form of RFC 9112 section 3.2.1: "GET /path". It has no body.
struct OwnRequest {
    QByteArray method;
    QByteArray path;
    QByteArray host; ///< of the header Host, without the port; empty when there is none
};

/// For a head that parseRequestHead() cannot read.
[[nodiscard]] Parsed<OwnRequest> parseOwnRequest(Bytes bytes);

/// The whole answer that brings a PAC file. No cache may keep it, and no web page may run or read it.
[[nodiscard]] QByteArray makePacAnswer(const QByteArray &pac, bool withBody);

/// The head of the answer to a request by this method, with the framing that follows from both.
[[nodiscard]] Parsed<ResponseHead> parseResponseHead(Bytes bytes, QByteArrayView requestMethod);

/// Whether a header speaks to the proxy only and must not reach the target: the hop-by-hop headers of RFC
/// 9110 section 7.6.1, those that Connection names, and everything called Proxy-*.
[[nodiscard]] bool isForTheProxyOnly(const MessageHead &head, const Header &header);

/// User and password of a Proxy-Authorization header; nothing when it is of another scheme or malformed.
[[nodiscard]] std::optional<Login> parseBasicCredentials(QByteArrayView value);

/// What a CONNECT is answered with once the target is connected.
[[nodiscard]] QByteArrayView connectionEstablished();

/// The whole of an answer that is not the target's. The status comes from the error's row; the detail, when
/// there is one, stands behind its text. The client may hear only the head (HEAD has no body).
[[nodiscard]] QByteArray makeErrorPage(const Error &error, bool withBody = true);

} // namespace engine::http
