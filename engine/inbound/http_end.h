// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/poller.h"
#include "engine/proto/parsed.h"

#include <QByteArray>

namespace engine
{

/// One of the two connections of an HTTP client's requests, with what was read of it and what it is to get.
/// Both buffers are bounded: nothing is read beyond a head's length, and nothing written ahead of a send.
struct HttpEnd {
    enum class Io : std::uint8_t { Progress, Wait, Broken };

    net::Socket socket{};
    QByteArray in{};  ///< read and not yet understood
    QByteArray out{}; ///< understood and not yet sent
    bool readable = false;
    bool writable = true;
    bool peerClosed = false;
    bool urgent = false;
    bool ended = false;  ///< all was read
    bool broken = false; ///< takes nothing any more

    void note(net::ReadyFlags ready);
    /// Has its readiness reported again after the other descriptors had their turn.
    void continueLater(net::Poller &poller) const;
    [[nodiscard]] Io receive(net::Poller &poller);
    [[nodiscard]] Io flush(net::Poller &poller, std::size_t &sent);
};

} // namespace engine
