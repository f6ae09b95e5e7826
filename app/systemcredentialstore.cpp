// SPDX-License-Identifier: MIT
#include "app/systemcredentialstore.h"

#include <QTimer>

#include <utility>

namespace app
{

namespace
{

/// How long the end of the program waits for what is being written.
constexpr std::chrono::milliseconds kLeaveTimeout{1'000};

CredentialStore::Read withoutSecret(CredentialStore::Done done)
{
    return [done = std::move(done)](const CredentialStore::Secret &secret) {
        done(secret ? std::nullopt : std::optional(secret.error()));
    };
}

} // namespace

/// The part that lives on the thread.
class SystemCredentialStore::Worker : public QObject
{
public:
    explicit Worker(std::unique_ptr<CredentialBackend> backend)
        : m_backend(std::move(backend))
    {
        m_backend->setParent(this); // It follows to the thread.
    }
    ~Worker() override { m_backend->setParent(nullptr); }
    Q_DISABLE_COPY_MOVE(Worker)

    void run(Kind kind, const Request &request, const CredentialBackend::Answer &answer)
    {
        const int changes = kind == Kind::Change ? 1 : 0;
        m_changes += changes;
        request(*m_backend, [this, changes, answer](const Secret &secret) {
            m_changes -= changes;
            answer(secret);
            if (m_isLeaving && m_changes == 0)
                thread()->quit();
        });
    }

    void leave()
    {
        m_isLeaving = true;
        if (m_changes == 0)
            thread()->quit();
        else
            QTimer::singleShot(kLeaveTimeout, this, [this] { thread()->quit(); });
    }

private:
    std::unique_ptr<CredentialBackend> m_backend;
    int m_changes = 0; ///< that have no answer yet
    bool m_isLeaving = false;
};

SystemCredentialStore::SystemCredentialStore(std::unique_ptr<CredentialBackend> backend,
                                             std::chrono::milliseconds timeout, QObject *parent)
    : CredentialStore(parent)
    , m_worker(new Worker(std::move(backend)))
    , m_timeout(timeout)
{
    m_thread.setObjectName(QStringLiteral("credentials"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
}

SystemCredentialStore::~SystemCredentialStore()
{
    if (!m_thread.isRunning()) {
        delete m_worker;
        return;
    }
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker] { worker->leave(); }, Qt::QueuedConnection);
    m_thread.wait();
}

void SystemCredentialStore::find(Done done)
{
    ask(
        Kind::Question,
        [](CredentialBackend &backend, const CredentialBackend::Answer &answer) { backend.find(answer); },
        withoutSecret(std::move(done)));
}

void SystemCredentialStore::read(const QString &key, Read done)
{
    ask(
        Kind::Question,
        [key](CredentialBackend &backend, const CredentialBackend::Answer &answer) {
            backend.read(key, answer);
        },
        done);
}

void SystemCredentialStore::write(const QString &key, const QByteArray &secret, Done done)
{
    ask(
        Kind::Change,
        [key, secret](CredentialBackend &backend, const CredentialBackend::Answer &answer) {
            backend.write(key, secret, answer);
        },
        withoutSecret(std::move(done)));
}

void SystemCredentialStore::remove(const QString &key, Done done)
{
    ask(
        Kind::Change,
        [key](CredentialBackend &backend, const CredentialBackend::Answer &answer) {
            backend.remove(key, answer);
        },
        withoutSecret(std::move(done)));
}

/// The thread never outlives us, so that its answers may name us.
void SystemCredentialStore::ask(Kind kind, Request request, const Read &done)
{
    if (!m_thread.isRunning())
        m_thread.start();
    const quint64 id = ++m_lastId;
    m_waiting.insert(id, done);
    QTimer::singleShot(m_timeout, this, [this, id] {
        finish(id, engine::Unexpected{CredentialProblem{CredentialError::TimedOut, {}}});
    });
    const CredentialBackend::Answer answer = [this, id](const Secret &secret) {
        QMetaObject::invokeMethod(
            this, [this, id, secret] { finish(id, secret); }, Qt::QueuedConnection);
    };
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker, kind, request = std::move(request), answer] {
            worker->run(kind, request, answer);
        },
        Qt::QueuedConnection);
}

void SystemCredentialStore::finish(quint64 id, const Secret &secret)
{
    if (const Read done = m_waiting.take(id))
        done(secret);
}

} // namespace app
