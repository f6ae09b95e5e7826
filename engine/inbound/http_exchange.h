// SPDX-License-Identifier: MIT
#pragma once

#include "engine/error.h"
#include "engine/expected.h"
#include "engine/proto/http_body.h"

#include <QByteArray>

namespace engine
{

/// One request and its response (RFC 9112): what their heads agree on, and where each of them ends. Knows
/// bytes and no sockets; both buffers belong to the caller, and what is moved to is empty before.
class HttpExchange
{
public:
    HttpExchange() = default; ///< no request
    explicit HttpExchange(const http::RequestHead &head);

    /// As the target is to see it.
    [[nodiscard]] const QByteArray &requestHead() const { return m_requestHead; }
    /// The client expects no body, also behind an error.
    [[nodiscard]] bool isHead() const { return m_method == "HEAD"; }
    /// May be sent once more when the target hung up without an answer.
    [[nodiscard]] bool isRepeatable() const { return m_isRepeatable; }
    [[nodiscard]] bool isRequestDone() const { return m_requestBody.isDone(); }

    /// The final head went to the client: from here on no error can be answered.
    [[nodiscard]] bool hasResponse() const { return m_hasResponse; }
    [[nodiscard]] bool isResponseDone() const
    {
        return m_hasResponse && !m_isTunnel && m_responseBody.isDone();
    }
    /// The response ends with the connection and not before.
    [[nodiscard]] bool isUntilClose() const { return m_hasResponse && m_responseBody.isUntilClose(); }
    /// The target switched protocols: what follows is none of ours.
    [[nodiscard]] bool isTunnel() const { return m_isTunnel; }
    [[nodiscard]] bool keepsClient() const { return m_keepsClient; }
    [[nodiscard]] bool keepsTarget() const { return m_keepsTarget; }

    /// Moves what belongs to the request's body; false if there is none of it.
    [[nodiscard]] Expected<bool, Error> takeRequest(QByteArray &in, QByteArray &out);
    /// Moves what the client is to get; false if more must come first. `isSent`: the target has all of the
    /// request that was taken.
    [[nodiscard]] Expected<bool, Error> takeResponse(QByteArray &in, QByteArray &out, bool isSent);

private:
    [[nodiscard]] Expected<bool, Error> takeHead(QByteArray &in, QByteArray &out, bool isSent);
    void beginResponse(const http::ResponseHead &head, QByteArray &out, bool isSent);

    QByteArray m_method;
    QByteArray m_requestHead;
    http::BodyWatch m_requestBody;
    http::BodyWatch m_responseBody;
    bool m_wantsKeepAlive = false;
    bool m_wantsUpgrade = false;
    bool m_isRepeatable = false;
    bool m_hasResponse = false;
    bool m_keepsClient = false;
    bool m_keepsTarget = false;
    bool m_isTunnel = false;
};

} // namespace engine
