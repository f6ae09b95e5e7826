// SPDX-License-Identifier: MIT
#include "ui/attempts.h"

#include <utility>

namespace ui
{

using engine::ConnectionState;

bool Attempts::isAttempt(const ConnectionRecord &record)
{
    const engine::Connection &connection = record.connection;
    return record.endedAtMs == 0 && !record.gone && connection.state < ConnectionState::Open &&
           connection.bytesDown == 0 && connection.bytesUp == 0 && !connection.targetHost.isEmpty();
}

AttemptGroup &Attempts::groupOf(const engine::Connection &connection)
{
    AttemptKey key{whoAsks(connection), connection.target(), connection.rule};
    AttemptGroup &group = m_groups[key];
    if (group.members.empty())
        group.key = std::move(key);
    return group;
}

void Attempts::remove(ConnectionRecord &record)
{
    AttemptGroup *group = std::exchange(record.attempts, nullptr);
    group->members.erase(record.connection.id);
    if (group->members.empty())
        m_groups.erase(AttemptKey(group->key));
}

} // namespace ui
