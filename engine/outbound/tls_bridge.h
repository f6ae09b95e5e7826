// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/deadline_queue.h"
#include "engine/net/poller.h"
#include "engine/profile.h"

#include <QByteArray>
#include <QSslSocket>

#include <functional>
#include <memory>
#include <vector>

namespace engine
{

/// A TLS connection made to look like any other socket: its plain text comes and goes at one end of a pair of
/// connected sockets, whose other end is handed out. So relays, handshakes and chains need not know of TLS.
/// TLS cannot be half-closed through QSslSocket: when the near end has finished sending, the connection stays
/// open until the far end has, too. A reset of either end is one at the other. An end without TLS's good-bye
/// passes for an end, because many servers never say it: QSslSocket does not tell the two apart.
class TlsBridge final : public QObject, private net::PollHandler, private net::Deadline
{
    Q_OBJECT

public:
    using Opened = std::function<void(Expected<net::Socket, Error>)>;
    using Finished = std::function<void(TlsBridge &)>;

    /// Takes a connected socket that the poller does not know. `finished` is the last call; it may come from
    /// within open() and from within any event of this object, which has to survive it.
    TlsBridge(net::Poller &poller, net::DeadlineQueue &deadlines, net::Socket socket, Finished finished);
    ~TlsBridge() override;

    /// Begins the TLS handshake. The callback gets the handed-out end, which the poller does not know.
    void open(const ServerProfile &server, Opened opened);
    /// Ends it without a callback.
    void abandon();

private:
    void onReady(net::Descriptor descriptor, net::ReadyFlags ready) override;
    void onDeadline() override;
    void connectSignals();
    void encrypted();
    void handOut();
    void pump();
    [[nodiscard]] bool readNear();
    [[nodiscard]] bool writeNear();
    [[nodiscard]] qint64 unsent() const;
    void closeFarEnd();
    void passOnReset();
    void failOpening(const Message &detail);
    void finish();

    net::Poller &m_poller;
    net::DeadlineQueue &m_deadlines;
    net::Socket m_socket; ///< until the TLS socket has taken it
    net::Socket m_far;    ///< a second descriptor of it: the TLS socket does not tell of a reset
    net::Socket m_near;   ///< our end of the pair
    QSslSocket m_ssl;
    QByteArray m_pinned;
    QByteArray m_toNear; ///< decrypted, and not yet taken by the near end
    Opened m_opened;
    Finished m_finished;
    bool m_nearReadable = false;
    bool m_nearWritable = true;
    bool m_nearEnded = false;
    bool m_isClosing = false; ///< nobody is at the near end any more
    bool m_isFinished = false;
};

/// Keeps the bridges that are in use.
class TlsBridges
{
public:
    TlsBridges(net::Poller &poller, net::DeadlineQueue &deadlines)
        : m_poller(poller)
        , m_deadlines(deadlines)
    {
    }

    /// A new bridge over a connection, to be opened by the caller. It lives until it has finished.
    [[nodiscard]] TlsBridge &make(net::Socket socket);

private:
    void release(const TlsBridge &bridge);

    net::Poller &m_poller;
    net::DeadlineQueue &m_deadlines;
    std::vector<std::unique_ptr<TlsBridge>> m_bridges;
};

} // namespace engine
