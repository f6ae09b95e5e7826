// SPDX-License-Identifier: MIT
#pragma once

#include "engine/outbound/lookup_pool.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QObject>

#include <functional>
#include <vector>

namespace engine
{

using LookupId = std::uint64_t;

/// Turns names into addresses without blocking. Engine thread only.
class Resolver
{
public:
    using Addresses = LookupPool::Addresses;
    using Callback = std::function<void(const Addresses &)>;

    virtual ~Resolver() = default;
    /// The callback comes later, never from within this call; in the order the system prefers (RFC 6724).
    virtual LookupId lookUp(const QByteArray &name, Callback callback) = 0;
    /// The callback will not come any more.
    virtual void cancel(LookupId id) = 0;
};

/// The system's resolver, on threads of its own: names whose name server is silent hold up no others.
/// Lookups of one name that overlap are one lookup, also when nobody waited for the first any more.
class SystemResolver final : public QObject, public Resolver
{
    Q_OBJECT

public:
    SystemResolver();
    /// For tests: asks somebody else.
    SystemResolver(LookupPool::LookUp lookUp, const LookupPool::Size &size);
    LookupId lookUp(const QByteArray &name, Callback callback) override;
    void cancel(LookupId id) override;
    /// How many there are now.
    [[nodiscard]] std::size_t threads() const { return m_pool.threads(); }

private:
    struct Waiter {
        LookupId id;
        Callback callback;
    };

    void takeAnswers();
    void failLater(Waiter waiter, const Error &error);

    QHash<QByteArray, std::vector<Waiter>> m_pending; ///< by name; nobody may wait any more
    QHash<LookupId, QByteArray> m_names;
    LookupId m_lastId = 0;
    LookupPool m_pool; ///< goes first: it wakes this object
};

} // namespace engine
