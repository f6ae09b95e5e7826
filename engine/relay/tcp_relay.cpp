// SPDX-License-Identifier: MIT
#include "engine/relay/tcp_relay.h"

#include "engine/proto/parsed.h"

#include <algorithm>
#include <utility>

namespace engine
{

namespace
{

/// Bytes one direction may move before the other connections get their turn.
constexpr std::size_t kBudgetPerTurn = std::size_t{1024} * 1024;
/// A read this large makes a direction "bulk"; below it copying is cheaper than splicing.
constexpr std::size_t kBulkThreshold = std::size_t{32} * 1024;
constexpr std::size_t kSpliceSize = std::size_t{1024} * 1024;

} // namespace

TcpRelay::TcpRelay(RelayServices &services, Registry::Record &record, RelayEnd client, RelayEnd target,
                   QByteArray early)
    : LiveConnection(record)
    , m_services(services)
    , m_client(std::move(client.socket))
    , m_target(std::move(target.socket))
    , m_up{m_client, m_target, std::move(early), {}}
    , m_down{m_target, m_client, {}, {}}
{
    m_services.poller.setHandler(m_client.descriptor(), *this);
    m_services.poller.setHandler(m_target.descriptor(), *this);
    note(m_up, m_down, client.ready);
    note(m_down, m_up, target.ready);
    m_up.writable = true;
    m_down.writable = true;
    m_up.ended = client.ended;
    m_down.ended = target.ended;
}

TcpRelay::~TcpRelay()
{
    m_services.deadlines.cancel(*this);
}

void TcpRelay::start()
{
    m_activity.begin(m_services.deadlines.now());
    m_services.registry.setState(m_record, ConnectionState::Open);
    scheduleDeadline();
    // What the portable poller does not report again unless asked. Costs nothing with epoll.
    if (!m_up.readable)
        m_services.poller.rearm(m_client.descriptor(), net::Ready::Readable);
    if (!m_down.readable)
        m_services.poller.rearm(m_target.descriptor(), net::Ready::Readable);
    pump();
}

void TcpRelay::close(const Error &reason)
{
    end(reason, true);
}

void TcpRelay::onReady(net::Descriptor descriptor, net::ReadyFlags ready)
{
    const bool isClient = descriptor == m_client.descriptor();
    Flow &reading = isClient ? m_up : m_down;
    note(reading, isClient ? m_down : m_up, ready);
    if (ready.testFlag(net::Ready::Broken) && endedByReset(reading))
        return;
    m_activity.note();
    pump();
}

/// A reset after the FIN: nobody reads that end any more, so nobody would meet the error.
bool TcpRelay::endedByReset(const Flow &reading)
{
    const int osError = reading.ended ? reading.from.takeError() : 0;
    if (osError == 0)
        return false;
    noteBroken(reading.from, osError);
    end(m_broken, true);
    return true;
}

/// What an event of one end means for the flow that reads it and the flow that writes it.
void TcpRelay::note(Flow &reading, Flow &writing, net::ReadyFlags ready)
{
    reading.readable |= ready.testFlag(net::Ready::Readable);
    reading.peerClosed |= ready.testFlag(net::Ready::PeerClosed);
    reading.urgent |= ready.testFlag(net::Ready::Urgent);
    writing.writable |= ready.testFlag(net::Ready::Writable);
}

void TcpRelay::pump()
{
    const bool wasHalfClosed = isHalfClosed();
    // A direction that broke leaves the other one its last bytes: a server that answers "no" and closes while
    // the client still sends must be heard.
    const bool alive = pumpFlow(m_up) != Step::Dead && pumpFlow(m_down) != Step::Dead;
    if (!alive) {
        end(m_broken, true);
        return;
    }
    if (m_up.finished && m_down.finished) {
        end(m_broken, m_broken.isError());
        return;
    }
    if (!wasHalfClosed && isHalfClosed()) {
        m_services.registry.setState(m_record, ConnectionState::HalfClosed);
        scheduleDeadline();
    }
}

TcpRelay::Step TcpRelay::pumpFlow(Flow &flow)
{
    std::size_t budget = kBudgetPerTurn;
    for (;;) {
        if (flow.finished)
            return Step::Wait;
        Step step = Step::Wait;
        if (flow.hasPending())
            step = flush(flow);
        else if (flow.ended)
            step = finishFlow(flow);
        else if (!flow.readable)
            return Step::Wait;
        else if (budget == 0) {
            m_services.poller.continueLater(flow.from.descriptor(), net::Ready::Readable);
            return Step::Wait;
        } else
            step = flow.bulk && !flow.urgent ? readBulk(flow, budget) : readSmall(flow, budget);
        if (step != Step::Progress)
            return step;
    }
}

TcpRelay::Step TcpRelay::flush(Flow &flow)
{
    if (!flow.writable)
        return Step::Wait;
    if (flow.backlog.isEmpty()) {
        const net::IoResult result = flow.pipe->drainTo(flow.to);
        if (result.status == net::IoStatus::Failed)
            return writeFailed(flow, result.osError);
        moved(flow, result.bytes);
        if (result.status == net::IoStatus::WouldBlock || result.status == net::IoStatus::End) {
            flow.writable = false;
            m_services.poller.rearm(flow.to.descriptor(), net::Ready::Writable);
            return Step::Wait;
        }
        return Step::Progress;
    }
    const QByteArray bytes = std::exchange(flow.backlog, {});
    return sendOrKeep(flow, bytesOf(bytes));
}

TcpRelay::Step TcpRelay::readBulk(Flow &flow, std::size_t &budget)
{
    if (!flow.pipe)
        flow.pipe = m_services.pipes.take();
    if (!flow.pipe) {
        flow.bulk = false;
        return Step::Progress;
    }
    const net::IoResult result = flow.pipe->fillFrom(flow.from, kSpliceSize);
    switch (result.status) {
    case net::IoStatus::Done:
        budget -= std::min(budget, result.bytes);
        if (result.bytes < kBulkThreshold / 8)
            flow.bulk = false;
        return Step::Progress;
    case net::IoStatus::WouldBlock:
        flow.readable = false;
        m_services.pipes.giveBack(std::move(flow.pipe));
        m_services.poller.rearm(flow.from.descriptor(), net::Ready::Readable);
        return Step::Wait;
    case net::IoStatus::End:
        flow.ended = true;
        return Step::Progress;
    case net::IoStatus::Failed:
        return readFailed(flow, result.osError);
    }
    Q_UNREACHABLE();
    return Step::Dead;
}

TcpRelay::Step TcpRelay::readSmall(Flow &flow, std::size_t &budget)
{
    if (flow.pipe)
        m_services.pipes.giveBack(std::move(flow.pipe));
    auto &buffer = m_services.copyBuffer;
    const net::IoResult result = flow.from.receive(buffer);
    switch (result.status) {
    case net::IoStatus::Done:
        budget -= std::min(budget, result.bytes);
        flow.bulk = result.bytes >= kBulkThreshold;
        // A short read has emptied the socket, so asking again would only cost a call, unless a FIN or an
        // urgent mark stands behind it.
        if (result.bytes < buffer.size() && !flow.peerClosed && !flow.urgent) {
            flow.readable = false;
            m_services.poller.rearm(flow.from.descriptor(), net::Ready::Readable);
        }
        return sendOrKeep(flow, std::span(buffer).first(result.bytes));
    case net::IoStatus::WouldBlock:
        flow.readable = false;
        m_services.poller.rearm(flow.from.descriptor(), net::Ready::Readable);
        return Step::Wait;
    case net::IoStatus::End:
        flow.ended = true;
        return Step::Progress;
    case net::IoStatus::Failed:
        return readFailed(flow, result.osError);
    }
    Q_UNREACHABLE();
    return Step::Dead;
}

/// Sends bytes, or keeps those that the receiver does not take now.
TcpRelay::Step TcpRelay::sendOrKeep(Flow &flow, std::span<const std::uint8_t> bytes)
{
    while (!bytes.empty() && flow.writable) {
        const net::IoResult result = flow.to.send(bytes);
        if (result.status == net::IoStatus::Failed)
            return writeFailed(flow, result.osError);
        moved(flow, result.bytes);
        if (result.status == net::IoStatus::WouldBlock) {
            flow.writable = false;
            m_services.poller.rearm(flow.to.descriptor(), net::Ready::Writable);
        }
        bytes = bytes.subspan(result.bytes);
    }
    if (bytes.empty())
        return Step::Progress;
    flow.backlog =
        QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size()));
    return Step::Wait;
}

TcpRelay::Step TcpRelay::finishFlow(Flow &flow)
{
    m_services.pipes.giveBack(std::move(flow.pipe));
    flow.to.shutdownWrite();
    flow.finished = true;
    return Step::Wait;
}

TcpRelay::Step TcpRelay::readFailed(Flow &flow, int osError)
{
    noteBroken(flow.from, osError);
    return Step::Dead;
}

TcpRelay::Step TcpRelay::writeFailed(Flow &flow, int osError)
{
    noteBroken(flow.to, osError);
    // It is the system that is at its end, not the receiver: there is no error to come that would end the
    // relay.
    if (errorCodeFromOs(osError) == ErrorCode::OutOfMemory)
        return Step::Dead;
    flow.backlog.clear();
    flow.pipe.reset();
    flow.ended = true;
    flow.finished = true;
    // What the broken end still sent before it broke can be read; then its error ends the relay.
    Flow &other = &flow == &m_up ? m_down : m_up;
    if (other.finished)
        return Step::Dead;
    other.readable = true;
    return pumpFlow(other) == Step::Dead ? Step::Dead : Step::Wait;
}

/// Keeps the first reason, and whose it was.
void TcpRelay::noteBroken(const net::Socket &end, int osError)
{
    if (!m_broken.isError())
        m_broken = {errorCodeFromOs(osError),
                    &end == &m_client ? Message(QT_TRANSLATE_NOOP("engine::Message", "by the client"))
                                      : Message(QT_TRANSLATE_NOOP("engine::Message", "by the target"))};
}

void TcpRelay::moved(const Flow &flow, std::size_t bytes)
{
    if (bytes == 0)
        return;
    if (&flow == &m_up)
        m_services.registry.addBytes(m_record, bytes, 0);
    else
        m_services.registry.addBytes(m_record, 0, bytes);
}

std::chrono::milliseconds TcpRelay::timeout() const
{
    return isHalfClosed() ? m_services.limits->halfClosedTimeout : m_services.limits->idleTimeout;
}

void TcpRelay::scheduleDeadline()
{
    std::chrono::milliseconds wait = net::Activity::checkInterval(timeout());
    if (isHalfClosed())
        wait = std::min(wait, kHalfClosedCheckInterval);
    m_services.deadlines.schedule(*this, wait);
}

void TcpRelay::onDeadline()
{
    // Not every poller reports a reset of an end that has already sent its FIN.
    if ((m_up.finished && endedByReset(m_up)) || (m_down.finished && endedByReset(m_down)))
        return;
    if (m_activity.isIdle(m_services.deadlines.now(), timeout()))
        end({isHalfClosed() ? ErrorCode::HalfClosedTimedOut : ErrorCode::IdleTimedOut, {}}, true);
    else
        scheduleDeadline();
}

void TcpRelay::end(const Error &error, bool reset)
{
    if (!m_client.isOpen())
        return;
    m_services.deadlines.cancel(*this);
    m_services.poller.remove(m_client.descriptor());
    m_services.poller.remove(m_target.descriptor());
    m_services.pipes.giveBack(std::move(m_up.pipe));
    m_services.pipes.giveBack(std::move(m_down.pipe));
    if (reset) {
        m_client.reset();
        m_target.reset();
    } else {
        m_client.close();
        m_target.close();
    }
    m_services.host.connectionEnded(*this, m_record, error);
}

} // namespace engine
