// SPDX-License-Identifier: MIT
#include "engine/inbound/login_penalties.h"

#include "engine/limits.h"

#include <algorithm>

namespace engine
{

std::chrono::milliseconds LoginPenalties::delay(const Address &client) const
{
    const auto found = m_failures.constFind(client);
    if (found == m_failures.constEnd() || found->count < kFreeLoginFailures || isForgotten(*found))
        return std::chrono::milliseconds(0);
    std::chrono::milliseconds delay = kFirstLoginDelay;
    for (int i = kFreeLoginFailures; i < found->count && delay < kLongestLoginDelay; ++i)
        delay *= 2;
    return std::min(delay, kLongestLoginDelay);
}

void LoginPenalties::failed(const Address &client)
{
    if (!m_failures.contains(client))
        makeRoom();
    Failures &failures = m_failures[client];
    failures.count = isForgotten(failures) ? 1 : failures.count + 1;
    failures.last = m_clock.now();
}

bool LoginPenalties::isForgotten(const Failures &failures) const
{
    return failures.last + kLoginFailureLifetime <= m_clock.now();
}

/// The one that has kept still longest goes, when none is to be forgotten anyway.
void LoginPenalties::makeRoom()
{
    if (m_failures.size() < kMaximumLoginPenalties)
        return;
    m_failures.removeIf([this](const auto &entry) { return isForgotten(entry.value()); });
    if (m_failures.size() < kMaximumLoginPenalties)
        return;
    const auto oldest =
        std::min_element(m_failures.begin(), m_failures.end(),
                         [](const Failures &a, const Failures &b) { return a.last < b.last; });
    m_failures.erase(oldest);
}

} // namespace engine
