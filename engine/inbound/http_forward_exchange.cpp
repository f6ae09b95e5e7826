// SPDX-License-Identifier: MIT
#include "engine/inbound/http_forward.h"

#include <algorithm>
#include <utility>

namespace engine
{

namespace
{

using Io = HttpEnd::Io;

} // namespace

// From the request to the end of its response.

void HttpForward::beginExchange()
{
    m_state = State::Exchanging;
    m_target.out = m_exchange.requestHead();
    m_activity.begin(m_services.deadlines.now());
    m_services.registry.setState(m_record, ConnectionState::Open);
    scheduleIdleCheck();
}

void HttpForward::followLimits()
{
    if (m_state == State::Exchanging)
        scheduleIdleCheck();
    else if (m_state == State::ReadingRequest)
        awaitRequest();
}

void HttpForward::scheduleIdleCheck()
{
    m_services.deadlines.schedule(*this,
                                  net::Activity::checkInterval(m_services.host.profile().limits.idleTimeout));
}

bool HttpForward::exchange()
{
    const bool sent = sendRequest();
    if (m_state != State::Exchanging)
        return m_state != State::Done;
    const bool received = receiveResponse();
    return m_state != State::Done && (sent || received || m_state != State::Exchanging);
}

bool HttpForward::sendRequest()
{
    const Io io = flush(m_target);
    if (io == Io::Broken) {
        // What it answered before it hung up is still to be read.
        m_target.broken = true;
        m_target.out.clear();
        m_target.readable = true;
    }
    if (!m_target.out.isEmpty())
        return io == Io::Progress;
    // Also read when there is nothing to send: a client that goes away is noticed.
    const Io read = receive(m_client);
    if (read == Io::Broken || (m_client.ended && m_client.in.isEmpty() && !m_exchange.isRequestDone())) {
        end({ErrorCode::ClientGone, {}}, true);
        return false;
    }
    return takeRequest() || read == Io::Progress || io == Io::Progress;
}

bool HttpForward::takeRequest()
{
    return !m_target.broken && hasMoved(m_exchange.takeRequest(m_client.in, m_target.out));
}

bool HttpForward::takeResponse()
{
    const bool isSent = m_target.out.isEmpty() && !m_target.broken;
    return hasMoved(m_exchange.takeResponse(m_target.in, m_client.out, isSent));
}

bool HttpForward::hasMoved(const Expected<bool, Error> &moved)
{
    if (!moved.hasValue())
        fail(moved.error());
    return moved.hasValue() && *moved;
}

bool HttpForward::receiveResponse()
{
    const Io io = flush(m_client);
    if (io == Io::Broken) {
        end({ErrorCode::ClientGone, {}}, true);
        return false;
    }
    if (!m_client.out.isEmpty())
        return io == Io::Progress;
    if (m_exchange.isTunnel() && m_target.in.isEmpty() && m_target.out.isEmpty()) {
        becomeTunnel();
        return false;
    }
    if (m_exchange.isResponseDone()) {
        endExchange();
        return true;
    }
    if (takeResponse())
        return true;
    if (m_state != State::Exchanging)
        return m_state != State::Done;
    const Io read = receive(m_target);
    if (read == Io::Broken)
        targetEnded(
            {ErrorCode::ConnectionReset, Message(QT_TRANSLATE_NOOP("engine::Message", "by the target"))});
    else if (read == Io::Wait && m_target.ended)
        targetEnded(
            {ErrorCode::ConnectionAborted, Message(QT_TRANSLATE_NOOP("engine::Message", "by the target"))});
    else
        return read == Io::Progress || io == Io::Progress;
    return m_state != State::Done;
}

void HttpForward::targetEnded(const Error &error)
{
    // RFC 9112 section 9.3.1: it hung up while the request was on its way, and never saw it.
    const bool wasUnseen = m_isReused && !m_exchange.hasResponse() && m_target.in.isEmpty();
    if (m_exchange.isUntilClose() && error.code == ErrorCode::ConnectionAborted)
        endExchange();
    else if (wasUnseen && m_exchange.isRepeatable())
        dial();
    else
        fail(error);
}

void HttpForward::endExchange()
{
    if (!m_exchange.keepsClient()) {
        enterClosing({});
        return;
    }
    // Bytes behind the response belong to no request.
    if (!m_exchange.keepsTarget() || m_target.ended || !m_target.in.isEmpty())
        dropTarget();
    m_state = State::ReadingRequest;
    m_seen = 0;
    awaitRequest();
}

/// No longer than any connection may be silent.
void HttpForward::awaitRequest()
{
    m_services.deadlines.schedule(*this,
                                  std::min(kHttpKeepAlive, m_services.host.profile().limits.idleTimeout));
}

/// From here on the bytes are of a protocol that is none of ours.
void HttpForward::becomeTunnel()
{
    m_state = State::Done;
    m_services.deadlines.cancel(*this);
    m_services.host.startRelay(*this, m_record, handOver(m_client), handOver(m_target),
                               std::move(m_client.in));
}

RelayEnd HttpForward::handOver(HttpEnd &end)
{
    net::ReadyFlags ready;
    ready.setFlag(net::Ready::Readable, end.readable);
    ready.setFlag(net::Ready::PeerClosed, end.peerClosed);
    ready.setFlag(net::Ready::Urgent, end.urgent);
    return {std::move(end.socket), ready, end.ended};
}

} // namespace engine
