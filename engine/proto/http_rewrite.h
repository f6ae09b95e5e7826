// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/http.h"

// Heads as the other side is to see them. Nothing is added that tells of the proxy or of the client (Via,
// X-Forwarded-For).
namespace engine::http
{

/// Whether the client means to send another request on the connection.
[[nodiscard]] bool keepsAlive(const MessageHead &head);
/// Whether the client asks for another protocol in a way that can be passed on.
[[nodiscard]] bool wantsUpgrade(const RequestHead &head);
/// A request in origin form, with the Host of its target.
[[nodiscard]] QByteArray makeForwardedRequest(const RequestHead &head);
[[nodiscard]] QByteArray makeForwardedResponse(const ResponseHead &head, bool keepAlive);

} // namespace engine::http
