// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/error.h"
#include "engine/expected.h"

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QObject>

#include <functional>
#include <vector>

class QHostInfo;

namespace engine
{

using LookupId = std::uint64_t;

/// Turns names into addresses without blocking. Engine thread only.
class Resolver
{
public:
    using Addresses = Expected<QList<Address>, Error>;
    using Callback = std::function<void(const Addresses &)>;

    virtual ~Resolver() = default;
    /// The callback comes later, never from within this call; in the order the system prefers (RFC 6724).
    virtual LookupId lookUp(const QByteArray &name, Callback callback) = 0;
    /// The callback will not come any more.
    virtual void cancel(LookupId id) = 0;
};

/// The system's resolver through QHostInfo. Lookups of one name that overlap are one lookup.
class SystemResolver final : public QObject, public Resolver
{
    Q_OBJECT

public:
    ~SystemResolver() override;
    LookupId lookUp(const QByteArray &name, Callback callback) override;
    void cancel(LookupId id) override;

private Q_SLOTS:
    void onLookedUp(const QHostInfo &info);

private:
    struct Waiter {
        LookupId id;
        Callback callback;
    };
    struct Pending {
        int hostInfoId = -1;
        std::vector<Waiter> waiters;
    };

    void start(const QByteArray &name, Pending &pending);
    void abort(const Pending &pending);
    void finish(const QByteArray &name, const Addresses &result);
    void failLater(Waiter waiter, ErrorCode code);

    QHash<QByteArray, Pending> m_pending;
    QHash<LookupId, QByteArray> m_names;
    QHash<int, QByteArray> m_nameByHostInfoId;
    LookupId m_lastId = 0;
};

} // namespace engine
