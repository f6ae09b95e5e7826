// SPDX-License-Identifier: MIT
#include "ui/endedrows.h"

namespace ui
{

using engine::Connection;
using engine::ConnectionState;

namespace
{

std::int64_t leavesAt(ConnectionState state, std::int64_t nowMs)
{
    const std::chrono::milliseconds linger = state == ConnectionState::Failed ? kFailedLinger : kClosedLinger;
    return nowMs + linger.count();
}

} // namespace

ConnectionRecord *EndedRows::join(const Connection &connection, std::int64_t nowMs)
{
    const auto found = m_byKey.constFind(keyOf(connection));
    if (found == m_byKey.cend())
        return nullptr;
    const Entries::iterator entry = *found;
    Entries &entries = entriesOf(entry->key.state);
    entry->untilMs = leavesAt(entry->key.state, nowMs);
    entries.splice(entries.end(), entries, entry);
    return entry->record;
}

void EndedRows::add(ConnectionRecord &record, std::int64_t nowMs)
{
    const Key key = keyOf(record.connection);
    Entries &entries = entriesOf(key.state);
    entries.push_back({key, &record, leavesAt(key.state, nowMs)});
    m_byKey.insert(key, std::prev(entries.end()));
}

void EndedRows::remove(const ConnectionRecord &record)
{
    const auto found = m_byKey.constFind(keyOf(record.connection));
    if (found == m_byKey.cend() || (*found)->record != &record)
        return;
    entriesOf((*found)->key.state).erase(*found);
    m_byKey.erase(found);
}

void EndedRows::clear()
{
    m_byKey.clear();
    m_closed.clear();
    m_failed.clear();
}

ConnectionRecord *EndedRows::takeExpired(std::int64_t nowMs)
{
    for (Entries *entries : {&m_closed, &m_failed}) {
        if (entries->empty() || (entries->size() <= kMaximumLingering && entries->front().untilMs > nowMs))
            continue;
        ConnectionRecord *record = entries->front().record;
        m_byKey.remove(entries->front().key);
        entries->pop_front();
        return record;
    }
    return nullptr;
}

/// The application's processes come and go while it tries, and the addresses of a name take turns: neither
/// makes another storm of it.
EndedRows::Key EndedRows::keyOf(const Connection &connection)
{
    return {whoAsks(connection), connection.target(), connection.error.code, shownState(connection)};
}

EndedRows::Entries &EndedRows::entriesOf(ConnectionState state)
{
    return state == ConnectionState::Failed ? m_failed : m_closed;
}

} // namespace ui
