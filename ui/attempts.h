// SPDX-License-Identifier: MIT
#pragma once

#include "ui/connectionrecord.h"

#include <QHash>
#include <QString>

#include <cstddef>
#include <map>
#include <unordered_map>

namespace ui
{

/// Who asked for what, and which rule decided it.
struct AttemptKey {
    QString who;
    QString target;
    QString rule;

    bool operator==(const AttemptKey &) const = default;
};

struct AttemptGroup {
    AttemptKey key;
    std::map<engine::ConnectionId, ConnectionRecord *> members; ///< the newest is last

    [[nodiscard]] ConnectionRecord *newest() const { return members.rbegin()->second; }
};

/// Which connections wait for the same: attempts of one application at one target by one rule, none of which
/// is open yet. The table shows the newest of them, with their number.
class Attempts
{
public:
    /// Whether it asked for something and has neither got it nor been told that it will not.
    [[nodiscard]] static bool isAttempt(const ConnectionRecord &record);
    /// The group that a record belongs to by what it is now; made when it is the first.
    [[nodiscard]] AttemptGroup &groupOf(const engine::Connection &connection);
    /// Takes a record out of the group it is in.
    void remove(ConnectionRecord &record);

private:
    struct Hash {
        std::size_t operator()(const AttemptKey &key) const noexcept
        {
            return qHashMulti(0, key.who, key.target, key.rule);
        }
    };

    std::unordered_map<AttemptKey, AttemptGroup, Hash> m_groups; ///< nodes: addresses stay
};

} // namespace ui
