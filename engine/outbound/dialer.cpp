// SPDX-License-Identifier: MIT
#include "engine/outbound/dialer.h"

#include "engine/limits.h"

#include <algorithm>

namespace engine
{

namespace
{

/// With several addresses the user is told the most specific failure: "refused" says more than "unreachable".
int tellingness(ErrorCode code)
{
    switch (code) {
    case ErrorCode::ConnectionRefused:
        return 4;
    case ErrorCode::LoopDetected:
    case ErrorCode::PermissionDenied:
    case ErrorCode::NoLocalPort:
        return 3;
    case ErrorCode::ConnectionTimedOut:
        return 2;
    case ErrorCode::None:
        return 0;
    default:
        return 1;
    }
}

Error dialError(int osError, const Address &peer)
{
    const ErrorCode code = dialErrorFromOs(osError);
    // The system says the same where no address of ours leads there, or memory is short. Then nothing goes
    // there by UDP either, which has ports of its own.
    if (code == ErrorCode::NoLocalPort && !net::localAddressTowards(peer))
        return {errorCodeFromOs(osError), {}};
    return {code, {}};
}

} // namespace

QList<Address> interleaveFamilies(const QList<Address> &addresses)
{
    if (addresses.isEmpty())
        return {};
    QList<Address> preferred;
    QList<Address> other;
    for (const Address &address : addresses)
        (address.family() == addresses.front().family() ? preferred : other).append(address);
    QList<Address> mixed;
    for (qsizetype i = 0; i < std::max(preferred.size(), other.size()); ++i) {
        if (i < preferred.size())
            mixed.append(preferred[i]);
        if (i < other.size())
            mixed.append(other[i]);
    }
    return mixed.first(std::min<qsizetype>(mixed.size(), kMaximumAddressesPerName));
}

Dialer::Dialer(DialServices &services, Callback callback)
    : m_services(services)
    , m_callback(std::move(callback))
{
}

Dialer::~Dialer()
{
    if (m_lookup != 0)
        m_services.resolver.cancel(m_lookup);
    dropAttempts();
}

void Dialer::dial(const Destination &destination)
{
    m_port = destination.port;
    // A name that is an address in disguise is one.
    if (const std::optional<Address> literal = destination.literal()) {
        tryAddresses(interleaveFamilies(QList{*literal} + destination.alternatives));
        return;
    }
    if (destination.isUnresolved) {
        report(Unexpected{Error{ErrorCode::NameNotFound, {}}});
        return;
    }
    m_lookup = m_services.resolver.lookUp(destination.name, [this](const Resolver::Addresses &result) {
        m_lookup = 0;
        if (result)
            tryAddresses(interleaveFamilies(*result));
        else
            report(Unexpected{result.error()});
    });
}

void Dialer::tryAddresses(const QList<Address> &addresses)
{
    m_waiting.assign(addresses.rbegin(), addresses.rend());
    tryNext();
}

/// Starts attempts until one is under way; reports failure when nothing is left.
void Dialer::tryNext()
{
    while (!m_waiting.empty()) {
        const Endpoint peer{m_waiting.back(), m_port};
        m_waiting.pop_back();
        const Error error = startAttempt(peer);
        if (error.isError()) {
            failAttempt(error);
            continue;
        }
        if (!m_waiting.empty())
            m_services.deadlines.schedule(*this, kConnectionAttemptDelay);
        return;
    }
    if (m_attempts.empty())
        report(Unexpected{m_error});
}

Error Dialer::startAttempt(const Endpoint &peer)
{
    if (m_services.isOwnListener(peer))
        return {ErrorCode::LoopDetected, {}};
    Expected<net::Socket, Error> socket = net::Socket::openTcp(peer.address.family());
    if (!socket)
        return socket.error();
    // Before it connects: a failure that comes at once would otherwise pass unseen on Windows. What a poller
    // may think of an unconnected socket is not asked for before this turn ends.
    if (!m_services.poller.add(socket->descriptor(), *this))
        return {ErrorCode::OutOfMemory, {}};
    const net::IoResult result = socket->connectTo(peer);
    if (result.status == net::IoStatus::Failed) {
        m_services.poller.remove(socket->descriptor());
        return dialError(result.osError, peer.address);
    }
    m_attempts.push_back({std::move(*socket), peer});
    return {};
}

void Dialer::onReady(net::Descriptor descriptor, net::ReadyFlags ready)
{
    const auto found =
        std::find_if(m_attempts.begin(), m_attempts.end(), [descriptor](const Attempt &attempt) {
            return attempt.socket.descriptor() == descriptor;
        });
    if (found == m_attempts.end())
        return;
    if (!(ready & (net::Ready::Writable | net::Ready::Broken))) {
        // The portable poller reports data of the target on its own; it will be asked again after the
        // hand-over.
        return;
    }
    Attempt attempt = std::move(*found);
    m_attempts.erase(found);
    if (const int error = attempt.socket.takeError()) {
        m_services.poller.remove(descriptor);
        attempt.socket.close();
        failAttempt(dialError(error, attempt.peer.address));
        m_services.deadlines.cancel(*this);
        tryNext();
        return;
    }
    succeed(std::move(attempt), ready);
}

void Dialer::onDeadline()
{
    tryNext();
}

void Dialer::succeed(Attempt attempt, net::ReadyFlags ready)
{
    m_services.deadlines.cancel(*this);
    dropAttempts();
    const Endpoint local = attempt.socket.localEndpoint();
    if (local == attempt.peer) {
        // A port of the ephemeral range that nobody listens on can end up connected to itself.
        m_services.poller.remove(attempt.socket.descriptor());
        attempt.socket.reset();
        report(Unexpected{Error{ErrorCode::ConnectionRefused, {}}});
        return;
    }
    report(Dialed{std::move(attempt.socket), attempt.peer, local, ready});
}

/// The last thing a dialer does: the callback may destroy it, and with it the callback's own place.
void Dialer::report(Expected<Dialed, Error> result)
{
    const Callback callback = std::exchange(m_callback, {});
    callback(std::move(result));
}

void Dialer::failAttempt(const Error &error)
{
    if (tellingness(error.code) >= tellingness(m_error.code))
        m_error = error;
}

void Dialer::dropAttempts()
{
    m_services.deadlines.cancel(*this);
    for (Attempt &attempt : m_attempts) {
        m_services.poller.remove(attempt.socket.descriptor());
        attempt.socket.close();
    }
    m_attempts.clear();
}

} // namespace engine
