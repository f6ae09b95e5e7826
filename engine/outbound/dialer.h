// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/deadline_queue.h"
#include "engine/net/poller.h"
#include "engine/outbound/resolver.h"
#include "engine/proto/destination.h"

#include <functional>
#include <vector>

namespace engine
{

/// A connection to a target.
struct Dialed {
    net::Socket socket;    ///< still registered with the poller; give it a new handler
    Endpoint peer;         ///< the address that answered
    Endpoint local;        ///< our end of it: what BND.ADDR and BND.PORT say
    net::ReadyFlags ready; ///< readiness that was reported while dialling
    Destination bound{};   ///< by way of a server: what it says of its own end, which may be a name
    QStringList servers{}; ///< names of all that it goes through, in order; empty: directly
};

/// What a dialer needs of its surroundings.
struct DialServices {
    net::Poller &poller;
    net::DeadlineQueue &deadlines;
    Resolver &resolver;
    /// Whether connecting there would lead back to this engine's own listeners.
    std::function<bool(const Endpoint &)> isOwnListener;
};

/// Connects to one destination: resolves its name and tries the addresses as RFC 8305 (happy eyeballs) says,
/// each a little later than the one before, until the first answers. Destroying it gives up without a
/// callback. The time for all of it is the caller's to watch.
class Dialer final : private net::PollHandler, private net::Deadline
{
public:
    using Callback = std::function<void(Expected<Dialed, Error>)>;

    Dialer(DialServices &services, Callback callback);
    ~Dialer();
    Q_DISABLE_COPY_MOVE(Dialer)

    /// Once per dialer. The callback may come from within this call and may destroy the dialer.
    void dial(const Destination &destination);
    /// True while the name is being resolved: what a deadline that passes now should be blamed on.
    [[nodiscard]] bool isResolving() const { return m_lookup != 0; }

private:
    struct Attempt {
        net::Socket socket;
        Endpoint peer;
    };

    void onReady(net::Descriptor descriptor, net::ReadyFlags ready) override;
    void onDeadline() override;
    void tryAddresses(const QList<Address> &addresses);
    void tryNext();
    Error startAttempt(const Endpoint &peer);
    void succeed(Attempt attempt, net::ReadyFlags ready);
    void failAttempt(const Error &error);
    void report(Expected<Dialed, Error> result);
    void dropAttempts();

    DialServices &m_services;
    Callback m_callback;
    LookupId m_lookup = 0;
    std::uint16_t m_port = 0;
    std::vector<Address> m_waiting; ///< still to be tried, in reverse order
    std::vector<Attempt> m_attempts;
    Error m_error; ///< the most telling failure so far
};

/// RFC 8305 section 4: the families take turns, beginning with the one the system prefers. Bounded in number.
[[nodiscard]] QList<Address> interleaveFamilies(const QList<Address> &addresses);

} // namespace engine
