// SPDX-License-Identifier: MIT
#include "engine/inbound/http_forward.h"

#include <algorithm>
#include <utility>

namespace engine
{

namespace
{

using Io = HttpEnd::Io;

/// Steps until the other connections get their turn: about a megabyte each way.
constexpr int kStepsPerTurn = 64;

} // namespace

HttpForward::HttpForward(SessionServices &services, Registry::Record &record, RelayEnd client,
                         RelayEnd target, QByteArray input)
    : LiveConnection(record)
    , m_services(services)
    , m_client{std::move(client.socket), std::move(input), {}}
    , m_target{std::move(target.socket), {}, {}}
{
    m_client.ended = client.ended;
    m_client.note(client.ready);
    m_target.note(target.ready);
    m_services.poller.setHandler(m_client.socket.descriptor(), *this);
    m_services.poller.setHandler(m_target.socket.descriptor(), *this);
}

HttpForward::~HttpForward()
{
    m_services.deadlines.cancel(*this);
}

void HttpForward::start()
{
    // What the portable poller does not report again unless asked. Costs nothing with epoll.
    for (const HttpEnd *end : {&m_client, &m_target}) {
        if (!end->readable)
            m_services.poller.rearm(end->socket.descriptor(), net::Ready::Readable);
    }
    awaitRequest();
    pump();
}

void HttpForward::close(const Error &reason)
{
    end(reason, true);
}

void HttpForward::onReady(net::Descriptor descriptor, net::ReadyFlags ready)
{
    (descriptor == m_client.socket.descriptor() ? m_client : m_target).note(ready);
    pump();
}

void HttpForward::pump()
{
    if (m_isPumping)
        return;
    m_isPumping = true;
    m_activity.note();
    int steps = 0;
    while (m_state != State::Done && step()) {
        if (++steps == kStepsPerTurn) {
            m_client.continueLater(m_services.poller);
            m_target.continueLater(m_services.poller);
            break;
        }
    }
    m_isPumping = false;
}

/// Does what can be done at once; says whether there may be more.
bool HttpForward::step()
{
    switch (m_state) {
    case State::ReadingRequest:
        return readRequest();
    case State::Dialing:
        if (receive(m_client) == Io::Broken)
            end({ErrorCode::ClientGone, {}}, true);
        return false;
    case State::Exchanging:
        return exchange();
    case State::Closing:
        return finish();
    case State::Done:
        return false;
    }
    Q_UNREACHABLE();
    return false;
}

bool HttpForward::readRequest()
{
    using Status = Parsed<http::RequestHead>::Status;
    // RFC 9112 section 2.2: some clients end a body with a line that is not part of it.
    while (!m_isFirst && m_client.in.startsWith("\r\n"))
        m_client.in.remove(0, 2);
    if (hasNewLine()) {
        const auto parsed = http::parseRequestHead(bytesOf(m_client.in));
        if (parsed.status == Status::Done) {
            beginRequest(parsed.value, parsed.size);
            return true;
        }
        if (parsed.status == Status::Bad) {
            m_exchange = {};
            refuse({parsed.error, {}});
            return true;
        }
    }
    if (m_client.ended) {
        end({m_client.in.isEmpty() ? ErrorCode::None : ErrorCode::ClientGone, {}}, false);
        return false;
    }
    // A target that speaks unasked, or hangs up, has no part in the next request.
    if (!m_isFirst && m_target.socket.isOpen() && (receive(m_target) != Io::Wait || m_target.ended))
        dropTarget();
    const Io io = receive(m_client);
    if (io == Io::Broken)
        end({ErrorCode::ClientGone, {}}, true);
    return io == Io::Progress;
}

/// A head is read from its start each time, so only when it can have become whole or wrong.
bool HttpForward::hasNewLine()
{
    const qsizetype from = std::min(std::exchange(m_seen, m_client.in.size()), m_client.in.size());
    return m_client.in.size() >= kMaximumHttpHeadSize || m_client.in.indexOf('\n', from) >= 0;
}

void HttpForward::beginRequest(const http::RequestHead &head, std::size_t size)
{
    m_exchange = HttpExchange(head);
    m_seen = 0;
    const bool isTunnel = head.form == http::TargetForm::Authority;
    const Destination destination = head.destination;
    // The head's views end here, and the password in it.
    std::fill_n(m_client.in.begin(), size, '\0');
    m_client.in.remove(0, static_cast<qsizetype>(size));

    m_record.info.targetHost = destination.host();
    m_record.info.targetPort = destination.port;
    m_services.registry.markChanged(m_record);
    if (isTunnel) {
        refuse({ErrorCode::CommandUnsupported,
                Message(QT_TRANSLATE_NOOP("engine::Message", "CONNECT needs a connection of its own"))});
        return;
    }
    if (isDecided(destination)) {
        beginExchange();
        return;
    }
    m_state = State::Dialing;
    m_services.deadlines.schedule(*this, m_services.host.profile().limits.connectTimeout);
    m_decider =
        std::make_unique<Decider>(m_services, m_record, [this](const Action &action, const Destination &on) {
            m_services.registry.countHit(m_record);
            decided(action, on);
        });
    m_decider->decide(Transport::Tcp, destination);
}

/// The session has decided on the first request and dialled for it. That holds unless there are other rules
/// by now.
bool HttpForward::isDecided(const Destination &destination)
{
    if (!std::exchange(m_isFirst, false))
        return false;
    const Address &resolved = m_record.info.resolved;
    m_origin = resolved.isNull() ? destination : Destination{resolved, {}, destination.port};
    m_origin.isUnresolved = m_record.info.isUnresolved;
    m_originHost = m_record.info.targetHost;
    m_action = m_record.action;
    return m_record.rules == m_services.host.rulesNumber();
}

/// Whether what the target is connected to is what was decided on. Directly, that is any of the host's
/// addresses that the rules let this request go to, in whatever order they come.
bool HttpForward::isConnectedTo(const Action &action, const Destination &destination) const
{
    if (!m_target.socket.isOpen() || action != m_action || m_record.info.targetHost != m_originHost ||
        destination.port != m_origin.port)
        return false;
    if (action.kind != Action::Kind::Direct || destination.isName())
        return destination == m_origin;
    const Address &dialed = m_record.info.dialed.address;
    return destination.address == dialed || destination.alternatives.contains(dialed);
}

void HttpForward::decided(const Action &action, const Destination &destination)
{
    m_isReused = isConnectedTo(action, destination);
    m_origin = destination;
    m_originHost = m_record.info.targetHost;
    m_action = action;
    if (action.kind == Action::Kind::Block)
        refuse({ErrorCode::BlockedByRule, Message::verbatim(m_record.info.rule)});
    else if (m_isReused)
        beginExchange();
    else
        dial();
    pump();
}

void HttpForward::dial()
{
    dropTarget();
    m_record.info.dialed = {};
    m_services.registry.markChanged(m_record);
    m_isReused = false;
    m_state = State::Dialing;
    m_services.deadlines.schedule(*this, m_services.host.profile().limits.connectTimeout);
    m_connector = std::make_unique<Connector>(
        m_services.connecting, [this](Expected<Dialed, Error> result) { dialed(std::move(result)); });
    m_connector->connect(m_action, m_origin);
}

void HttpForward::dialed(Expected<Dialed, Error> result)
{
    if (result) {
        m_target.socket = std::move(result->socket);
        m_target.note(result->ready);
        m_services.poller.setHandler(m_target.socket.descriptor(), *this);
        if (!m_target.readable)
            m_services.poller.rearm(m_target.socket.descriptor(), net::Ready::Readable);
        m_record.info.dialed = result->peer;
        m_record.info.servers = result->servers;
        m_services.registry.markChanged(m_record);
        if (const Error refusal = m_services.host.whyNotAllowedNow(m_record); refusal.isError())
            refuse(refusal);
        else
            beginExchange();
    } else {
        refuse(result.error());
    }
    pump();
}

/// Closing with input unread would reset the connection and could take the last bytes with it.
bool HttpForward::finish()
{
    const bool hadMore = !m_client.out.isEmpty();
    const Io sent = flush(m_client);
    if (sent == Io::Broken) {
        end(m_error, true);
        return false;
    }
    if (!m_client.out.isEmpty())
        return sent == Io::Progress;
    if (hadMore)
        m_client.socket.shutdownWrite();
    m_client.in.clear();
    const Io read = receive(m_client);
    if (read == Io::Broken || m_client.ended)
        end(m_error, false);
    return read == Io::Progress;
}

HttpEnd::Io HttpForward::receive(HttpEnd &end)
{
    return end.receive(m_services.poller);
}

HttpEnd::Io HttpForward::flush(HttpEnd &end)
{
    std::size_t sent = 0;
    const Io io = end.flush(m_services.poller, sent);
    // Pages of our own are nobody's traffic.
    if (sent > 0 && m_state == State::Exchanging)
        m_services.registry.addBytes(m_record, &end == &m_target ? sent : 0, &end == &m_client ? sent : 0);
    return io;
}

/// What goes wrong within an exchange is answered as long as no answer has begun.
void HttpForward::fail(const Error &error)
{
    if (m_exchange.hasResponse())
        end(error, true);
    else
        refuse(error);
}

/// Answers the request at hand, whose answer has not begun, and closes.
void HttpForward::refuse(const Error &error)
{
    m_client.out += http::makeErrorPage(error, !m_exchange.isHead());
    enterClosing(error);
}

void HttpForward::enterClosing(const Error &error)
{
    m_error = error;
    m_state = State::Closing;
    m_decider.reset();
    m_connector.reset();
    dropTarget();
    m_services.deadlines.schedule(*this, kRefusalLinger);
    if (m_client.out.isEmpty())
        m_client.socket.shutdownWrite();
}

void HttpForward::onDeadline()
{
    switch (m_state) {
    case State::ReadingRequest:
        if (m_client.in.isEmpty())
            end({}, false);
        else
            refuse({ErrorCode::HandshakeTimedOut, {}});
        break;
    case State::Dialing:
        refuse({isResolving() ? ErrorCode::NameLookupTimedOut : ErrorCode::ConnectionTimedOut, {}});
        break;
    case State::Exchanging:
        if (m_activity.isIdle(m_services.deadlines.now(), m_services.host.profile().limits.idleTimeout))
            end({ErrorCode::IdleTimedOut, {}}, true);
        else
            scheduleIdleCheck();
        return;
    case State::Closing:
        end(m_error, m_error.isError());
        return;
    case State::Done:
        return;
    }
    pump();
}

bool HttpForward::isResolving() const
{
    return (m_decider && m_decider->isResolving()) || (m_connector && m_connector->isResolving());
}

void HttpForward::dropTarget()
{
    if (!m_target.socket.isOpen())
        return;
    m_services.poller.remove(m_target.socket.descriptor());
    m_target = {};
}

void HttpForward::end(const Error &error, bool reset)
{
    if (m_state == State::Done)
        return;
    m_state = State::Done;
    m_services.deadlines.cancel(*this);
    m_decider.reset();
    m_connector.reset();
    m_services.poller.remove(m_client.socket.descriptor());
    if (reset)
        m_client.socket.reset();
    else
        m_client.socket.close();
    dropTarget();
    m_services.host.connectionEnded(*this, m_record, error);
}

} // namespace engine
