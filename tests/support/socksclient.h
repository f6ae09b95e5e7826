// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/rawsocket.h"

#include <QByteArray>

// SOCKS as a client writes it, byte for byte from the specifications and independent of the engine's own
// code.
namespace test
{

inline constexpr int kConnect = 1;
inline constexpr int kBind = 2;
inline constexpr int kUdpAssociate = 3;

[[nodiscard]] QByteArray socks4Request(const engine::Endpoint &target, const QByteArray &userId = {},
                                       int command = kConnect);
[[nodiscard]] QByteArray socks4aRequest(const QByteArray &name, int port, const QByteArray &userId = {},
                                        int command = kConnect);
[[nodiscard]] QByteArray socks5Greeting(const QByteArray &methods = QByteArray(1, '\0'));
[[nodiscard]] QByteArray socks5Login(const QByteArray &user, const QByteArray &password);
[[nodiscard]] QByteArray socks5Request(const engine::Endpoint &target, int command = kConnect);
[[nodiscard]] QByteArray socks5Request(const QByteArray &name, int port, int command = kConnect);

struct SocksReply {
    int code = -1; ///< -1 when no whole reply came
    engine::Endpoint bound;
};

[[nodiscard]] SocksReply readSocks4Reply(RawSocket &client, milliseconds timeout = kPatience);
[[nodiscard]] SocksReply readSocks5Reply(RawSocket &client, milliseconds timeout = kPatience);

/// Connects through the proxy with SOCKS5 and without a login, all in one go; closed when that fails.
[[nodiscard]] RawSocket connectThrough(const engine::Endpoint &proxy, const engine::Endpoint &target,
                                       const RawSocket::Options &options = {});
/// The same with a login.
[[nodiscard]] RawSocket connectThrough(const engine::Endpoint &proxy, const engine::Endpoint &target,
                                       const QByteArray &user, const QByteArray &password);

/// Both ends of a relay, as a client and a target hold them.
struct RelayedPair {
    RawSocket client;
    RawSocket target;
    [[nodiscard]] bool isOpen() const { return client.isOpen() && target.isOpen(); }
};
[[nodiscard]] RelayedPair openRelay(const engine::Endpoint &proxy, const RawListener &target,
                                    const RawSocket::Options &options = {});

} // namespace test
