// SPDX-License-Identifier: MIT
#include "engine/inbound/login_verifier.h"

#include "engine/limits.h"
#include "engine/profile_json.h"

#include <QMessageAuthenticationCode>
#include <QRandomGenerator>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace engine
{

namespace
{

constexpr int kSecretSize = 32;

QByteArray randomBytes(int size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator::system()->generate(bytes.begin(), bytes.end());
    return bytes;
}

/// What an unknown user's password is compared with: costs the same as a known one's.
const PasswordHash &decoyHash(const QList<UserProfile> &users)
{
    static const PasswordHash fallback{kPasswordIterations, QByteArray(16, '\1'), QByteArray(64, '\0')};
    return users.isEmpty() ? fallback : users.front().password;
}

} // namespace

struct LoginVerifier::Inbox {
    std::mutex mutex;
    LoginVerifier *owner = nullptr; ///< null once it is gone
    std::vector<Answer> answers;

    void deliver(Answer answer)
    {
        const std::lock_guard lock(mutex);
        if (!owner)
            return;
        answers.push_back(std::move(answer));
        if (answers.size() == 1)
            QMetaObject::invokeMethod(owner, &LoginVerifier::takeAnswers, Qt::QueuedConnection);
    }
};

LoginVerifier::LoginVerifier(Worker &worker, const net::Clock &clock)
    : m_worker(worker)
    , m_clock(clock)
    , m_penalties(clock)
    , m_secret(randomBytes(kSecretSize))
    , m_inbox(std::make_shared<Inbox>())
{
    m_inbox->owner = this;
}

LoginVerifier::~LoginVerifier()
{
    const std::lock_guard lock(m_inbox->mutex);
    m_inbox->owner = nullptr;
}

LoginId LoginVerifier::verify(const Address &client, const Login &login, const QList<UserProfile> &users,
                              Callback callback)
{
    const QString name = QString::fromUtf8(login.user);
    const auto user = std::find_if(users.begin(), users.end(),
                                   [&name](const UserProfile &candidate) { return candidate.name == name; });
    const bool userExists = user != users.end();
    const PasswordHash hash = userExists ? user->password : decoyHash(users);
    const QByteArray key = keyOf(login, hash, userExists);

    if (userExists && isRemembered(key)) {
        callback(Result::Accepted);
        return 0;
    }
    const auto pending = m_pending.find(key);
    if (pending != m_pending.end())
        return addWaiter(*pending, std::move(callback));
    if (isFullFor(client)) {
        callback(Result::Busy);
        return 0;
    }
    Pending &added = m_pending[key];
    added.client = client;
    const LoginId id = addWaiter(added, std::move(callback));
    const std::chrono::milliseconds delay = m_penalties.delay(client);
    if (delay.count() == 0)
        derive(key, login.password, hash, userExists);
    else
        QTimer::singleShot(delay, this, [this, key, password = login.password, hash, userExists]() mutable {
            derive(key, std::exchange(password, {}), hash, userExists);
        });
    return id;
}

LoginId LoginVerifier::addWaiter(Pending &pending, Callback callback)
{
    m_waiting.insert(++m_lastId);
    pending.waiters.push_back({m_lastId, std::move(callback)});
    return m_lastId;
}

void LoginVerifier::cancel(LoginId id)
{
    if (!m_waiting.remove(id))
        return;
    // The derivation goes on and its place stays taken: a client that hangs up gains nothing by it.
    for (Pending &pending : m_pending)
        std::erase_if(pending.waiters, [id](const Waiter &waiter) { return waiter.id == id; });
}

bool LoginVerifier::isFullFor(const Address &client) const
{
    const auto fromClient =
        std::count_if(m_pending.begin(), m_pending.end(),
                      [&client](const Pending &pending) { return pending.client == client; });
    return m_pending.size() >= kMaximumPendingLogins || fromClient >= kMaximumPendingLoginsPerAddress;
}

QByteArray LoginVerifier::keyOf(const Login &login, const PasswordHash &hash, bool userExists) const
{
    QMessageAuthenticationCode code(QCryptographicHash::Sha256, m_secret);
    // The user's length keeps "ab"+"c" apart from "a"+"bc"; the hash makes a changed password a new key.
    code.addData(QByteArray::number(login.user.size()) + ':' + login.user);
    code.addData(login.password);
    code.addData(hash.salt);
    code.addData(hash.hash);
    // A user that was renamed keeps the hash: the old name must not be let in by the new one's answer, or the
    // other way round.
    code.addData(userExists ? "1" : "0", 1);
    return code.result();
}

bool LoginVerifier::isRemembered(const QByteArray &key)
{
    const auto found = m_remembered.find(key);
    if (found == m_remembered.end())
        return false;
    if (*found > m_clock.now())
        return true;
    m_remembered.erase(found);
    return false;
}

void LoginVerifier::remember(const QByteArray &key)
{
    if (m_remembered.size() >= kMaximumCachedLogins)
        m_remembered.clear();
    m_remembered.insert(key, m_clock.now() + kLoginCacheLifetime);
}

void LoginVerifier::derive(const QByteArray &key, QByteArray password, const PasswordHash &hash,
                           bool userExists)
{
    // A copy of its own: filling one that the session still shares would leave the password in the other.
    password.detach();
    m_worker.run([inbox = m_inbox, key, password = std::move(password), hash, userExists]() mutable {
        const bool matches = verifyPassword(password, hash);
        password.fill('\0');
        inbox->deliver({key, matches && userExists});
    });
}

void LoginVerifier::takeAnswers()
{
    std::vector<Answer> answers;
    {
        const std::lock_guard lock(m_inbox->mutex);
        answers.swap(m_inbox->answers);
    }
    for (const Answer &answer : answers) {
        if (answer.accepted)
            remember(answer.key);
        // Taken out first: a callback may start or cancel others.
        const Pending pending = m_pending.take(answer.key);
        if (answer.accepted)
            m_penalties.succeeded(pending.client);
        else
            m_penalties.failed(pending.client);
        for (const Waiter &waiter : pending.waiters) {
            // A callback may have cancelled the ones behind it.
            if (m_waiting.remove(waiter.id))
                waiter.callback(answer.accepted ? Result::Accepted : Result::Rejected);
        }
    }
}

} // namespace engine
