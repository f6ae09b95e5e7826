// SPDX-License-Identifier: MIT
#pragma once

#include "engine/inbound/login_penalties.h"
#include "engine/mailbox.h"
#include "engine/net/deadline_queue.h"
#include "engine/profile.h"
#include "engine/proto/login.h"
#include "engine/worker.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <functional>
#include <vector>

namespace engine
{

using LoginId = std::uint64_t;

/// Checks user names and passwords on a helper thread. A password that was right is remembered as a keyed
/// digest, so that a program with many connections waits once; wrong ones are derived each time, unknown
/// users too, so that neither can be told by its time. An address that gives many wrong ones waits longer and
/// longer. Engine thread only.
class LoginVerifier final : public QObject
{
public:
    enum class Result : std::uint8_t { Accepted, Rejected, Busy };
    using Callback = std::function<void(Result)>;

    LoginVerifier(Worker &worker, const net::Clock &clock);
    ~LoginVerifier() override;

    /// The callback may come from within this call.
    LoginId verify(const Address &client, const Login &login, const QList<UserProfile> &users,
                   Callback callback);
    /// The callback will not come any more.
    void cancel(LoginId id);

private:
    struct Waiter {
        LoginId id;
        Callback callback;
    };
    struct Pending {
        Address client; ///< who asked first
        std::vector<Waiter> waiters;
    };
    struct Answer {
        QByteArray key;
        bool accepted;
    };
    struct Inbox; ///< outlives this object while the helper thread still works for it

    LoginId addWaiter(Pending &pending, Callback callback);
    [[nodiscard]] QByteArray keyOf(const Login &login, const PasswordHash &hash, bool userExists) const;
    [[nodiscard]] bool isRemembered(const QByteArray &key);
    void remember(const QByteArray &key);
    [[nodiscard]] bool isFullFor(const Address &client) const;
    void derive(const QByteArray &key, QByteArray password, const PasswordHash &hash, bool userExists);
    void takeAnswers();

    Worker &m_worker;
    const net::Clock &m_clock;
    LoginPenalties m_penalties;
    QByteArray m_secret; ///< of this process, for the keys
    QHash<QByteArray, net::TimePoint> m_remembered;
    QHash<QByteArray, Pending> m_pending;
    QSet<LoginId> m_waiting; ///< whose callback is still to come
    std::shared_ptr<Inbox> m_inbox;
    LoginId m_lastId = 0;
};

} // namespace engine
