// SPDX-License-Identifier: MIT
#include "engine/outbound/resolver.h"

#include "engine/limits.h"
#include "engine/net/socket.h"
#include "engine/outbound/name_lookup.h"

#include <algorithm>
#include <utility>

namespace engine
{

namespace
{

/// Of the descriptors this process may open: each lookup under way has one.
constexpr std::size_t kDescriptorShare = 8;

LookupPool::Size sizeForThisSystem()
{
    const auto share = static_cast<std::size_t>(std::max(net::descriptorLimit(), 0)) / kDescriptorShare;
    return {std::clamp<std::size_t>(share, 1, kMaximumLookupThreads), kLookupThreadIdleTime};
}

} // namespace

SystemResolver::SystemResolver()
    : SystemResolver(lookUpName, sizeForThisSystem())
{
}

SystemResolver::SystemResolver(LookupPool::LookUp lookUp, const LookupPool::Size &size)
    : m_pool(std::move(lookUp), size,
             [this] { QMetaObject::invokeMethod(this, &SystemResolver::takeAnswers, Qt::QueuedConnection); })
{
}

LookupId SystemResolver::lookUp(const QByteArray &name, Callback callback)
{
    Waiter waiter{++m_lastId, std::move(callback)};
    const LookupId id = waiter.id;
    m_names.insert(id, name);
    const bool isKnown = m_pending.contains(name);
    if (!isKnown && m_pending.size() >= kMaximumPendingLookups)
        failLater(std::move(waiter),
                  {ErrorCode::NameLookupFailed,
                   Message(QT_TRANSLATE_NOOP("engine::Message", "too many others are under way"))});
    else if (!isKnown && !m_pool.ask(name))
        failLater(std::move(waiter), {ErrorCode::NameLookupFailed,
                                      Message(QT_TRANSLATE_NOOP("engine::Message", "no thread for it"))});
    else
        m_pending[name].push_back(std::move(waiter));
    return id;
}

void SystemResolver::cancel(LookupId id)
{
    const QByteArray name = m_names.take(id);
    const auto found = m_pending.find(name);
    if (found == m_pending.end())
        return;
    std::erase_if(*found, [id](const Waiter &waiter) { return waiter.id == id; });
    if (found->empty() && m_pool.withdraw(name))
        m_pending.erase(found);
}

void SystemResolver::takeAnswers()
{
    for (const LookupPool::Answer &answer : m_pool.takeAnswers()) {
        const std::vector<Waiter> waiters = m_pending.take(answer.name);
        for (const Waiter &waiter : waiters) {
            // A callback may have cancelled the ones behind it.
            if (m_names.remove(waiter.id))
                waiter.callback(answer.addresses);
        }
    }
}

void SystemResolver::failLater(Waiter waiter, const Error &error)
{
    QMetaObject::invokeMethod(
        this,
        [this, waiter = std::move(waiter), error] {
            if (m_names.remove(waiter.id))
                waiter.callback(Unexpected{error});
        },
        Qt::QueuedConnection);
}

} // namespace engine
