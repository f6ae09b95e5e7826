// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/net/deadline_queue.h"

#include <QHash>

namespace engine
{

/// Makes an address that gives wrong passwords wait longer and longer before the next one is looked at.
/// Bounded in size; forgets an address that has kept still for a while. Engine thread only.
class LoginPenalties
{
public:
    explicit LoginPenalties(const net::Clock &clock)
        : m_clock(clock)
    {
    }

    /// How long a login from there has to wait.
    [[nodiscard]] std::chrono::milliseconds delay(const Address &client) const;
    void failed(const Address &client);
    void succeeded(const Address &client) { m_failures.remove(client); }

private:
    struct Failures {
        int count = 0;
        net::TimePoint last;
    };

    [[nodiscard]] bool isForgotten(const Failures &failures) const;
    void makeRoom();

    const net::Clock &m_clock;
    QHash<Address, Failures> m_failures;
};

} // namespace engine
