// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "engine/proto/destination.h"
#include "engine/proto/parsed.h"
#include "engine/proto/socks5.h"

#include <memory>

namespace engine
{

/// What one look at a server's answer led to.
struct HandshakeStep {
    enum class Kind : std::uint8_t {
        NeedMore, ///< show it all again when more has come
        Continue, ///< send `message`, then there may be more to read
        Done,     ///< the server has done what was asked
        Failed,
    };

    Kind kind = Kind::NeedMore;
    std::size_t size = 0;        ///< bytes of the answer that were understood
    QByteArray message{};        ///< to be sent
    Destination bound{};         ///< when Done: what the server says of its end
    Error error{};               ///< when Failed
    bool isServersFault = false; ///< when Failed: the server is to blame, not the target
};

/// Asks one server for one thing. Does no I/O; reads exactly the server's answer and nothing of what the
/// target may send behind it.
class Handshake
{
public:
    virtual ~Handshake() = default;

    /// What is sent first.
    [[nodiscard]] virtual QByteArray start() = 0;
    /// `bytes` is all that was received and not yet understood.
    [[nodiscard]] virtual HandshakeStep read(Bytes bytes) = 0;
    /// Whether what is awaited now depends on the target, and not on the server alone.
    [[nodiscard]] virtual bool awaitsTarget() const = 0;
};

/// The handshake for a server's protocol. The password may be empty.
[[nodiscard]] std::unique_ptr<Handshake> makeHandshake(const ServerProfile &server,
                                                       const QByteArray &password, socks5::Command command,
                                                       const Destination &destination);

/// Whether a server can be asked for that at all.
[[nodiscard]] Error whyNotSayable(const ServerProfile &server, socks5::Command command,
                                  const Destination &destination);

/// Longest answer of a server that is read: heads of HTTP proxies that explain themselves.
inline constexpr std::size_t kMaximumHandshakeAnswer = std::size_t{16} * 1024;

} // namespace engine
