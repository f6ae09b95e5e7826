// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/activity.h"
#include "engine/net/deadline_queue.h"
#include "engine/net/poller.h"
#include "engine/relay/live_connection.h"
#include "engine/relay/relay_services.h"

#include <QByteArray>

#include <memory>

namespace engine
{

/// One end of a relay as it is handed over.
struct RelayEnd {
    net::Socket socket;    ///< registered with the poller
    net::ReadyFlags ready; ///< readiness already reported and not yet used up
    bool ended = false;    ///< its FIN has already been read
};

/// Moves bytes between a client and its target until both have finished: back-pressure both ways, half-close
/// in either direction, a reset passed on. Holds no buffer while nothing is waiting to be sent.
class TcpRelay final : public LiveConnection, private net::PollHandler, private net::Deadline
{
public:
    /// `early` are bytes the client sent ahead of the reply.
    TcpRelay(RelayServices &services, Registry::Record &record, RelayEnd client, RelayEnd target,
             QByteArray early);
    ~TcpRelay() override;

    /// To be called once, after construction; may end the connection.
    void start();
    void close(const Error &reason) override;
    void followLimits() override { scheduleDeadline(); }

private:
    /// One of the two directions, from the end it reads to the end it writes.
    struct Flow {
        net::Socket &from;
        net::Socket &to;
        QByteArray backlog;         ///< read but not yet sent
        std::unique_ptr<Pipe> pipe; ///< the same, inside the kernel
        bool readable = false;
        bool writable = true;
        bool peerClosed = false; ///< a FIN waits behind what is left to read
        bool urgent = false;     ///< no short cuts: reads stop at the urgent mark
        bool bulk = false;
        bool ended = false;    ///< all was read
        bool finished = false; ///< all was sent, and the FIN too

        [[nodiscard]] bool hasPending() const { return !backlog.isEmpty() || (pipe && pipe->size() > 0); }
    };
    enum class Step : std::uint8_t { Progress, Wait, Dead };

    void onReady(net::Descriptor descriptor, net::ReadyFlags ready) override;
    void onDeadline() override;
    void note(Flow &reading, Flow &writing, net::ReadyFlags ready);
    void pump();
    Step pumpFlow(Flow &flow);
    Step flush(Flow &flow);
    Step readBulk(Flow &flow, std::size_t &budget);
    Step readSmall(Flow &flow, std::size_t &budget);
    Step sendOrKeep(Flow &flow, std::span<const std::uint8_t> bytes);
    Step finishFlow(Flow &flow);
    Step readFailed(Flow &flow, int osError);
    Step writeFailed(Flow &flow, int osError);
    void noteBroken(const net::Socket &end, int osError);
    [[nodiscard]] bool endedByReset(const Flow &reading);
    [[nodiscard]] bool isHalfClosed() const { return m_up.finished || m_down.finished; }
    [[nodiscard]] std::chrono::milliseconds timeout() const;
    void moved(const Flow &flow, std::size_t bytes);
    void scheduleDeadline();
    void end(const Error &error, bool reset);

    RelayServices &m_services;
    net::Socket m_client;
    net::Socket m_target;
    Flow m_up;
    Flow m_down;
    net::Activity m_activity;
    Error m_broken; ///< why the relay is going down
};

} // namespace engine
