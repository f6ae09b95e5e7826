// SPDX-License-Identifier: MIT
#pragma once

#include "ui/connectionrecord.h"

#include <QHash>
#include <QString>

#include <chrono>
#include <cstdint>
#include <list>

namespace ui
{

/// How long an ended connection stays in sight. A failure has a reason to be read.
inline constexpr std::chrono::seconds kClosedLinger{4};
inline constexpr std::chrono::seconds kFailedLinger{15};
/// Rows of ended connections in sight at once, of either kind; under a storm the oldest leave early.
inline constexpr std::size_t kMaximumLingering = 1'000;

/// Which rows stand for connections that have ended, and until when. A program that tries again and again
/// makes one row: each attempt that ends like the one before joins it.
class EndedRows
{
public:
    /// The row that a connection joins, which stays for as long again; null: there is none.
    [[nodiscard]] ConnectionRecord *join(const engine::Connection &connection, std::int64_t nowMs);
    /// A row begins its time in sight. `record` stays where it is until it is taken or removed.
    void add(ConnectionRecord &record, std::int64_t nowMs);
    void remove(const ConnectionRecord &record);
    void clear();
    /// The next row whose time is over; null: there is none.
    [[nodiscard]] ConnectionRecord *takeExpired(std::int64_t nowMs);

private:
    /// Who asked for what, and how it ended.
    struct Key {
        QString who;
        QString target;
        engine::ErrorCode error = engine::ErrorCode::None;
        engine::ConnectionState state = engine::ConnectionState::Closed;

        bool operator==(const Key &) const = default;
        friend std::size_t qHash(const Key &key, std::size_t seed) noexcept
        {
            return qHashMulti(seed, key.who, key.target, static_cast<int>(key.error),
                              static_cast<int>(key.state));
        }
    };
    struct Entry {
        Key key;
        ConnectionRecord *record = nullptr;
        std::int64_t untilMs = 0;
    };
    using Entries = std::list<Entry>;

    [[nodiscard]] static Key keyOf(const engine::Connection &connection);
    [[nodiscard]] Entries &entriesOf(engine::ConnectionState state);

    Entries m_closed; ///< the first to leave first
    Entries m_failed;
    QHash<Key, Entries::iterator> m_byKey;
};

} // namespace ui
