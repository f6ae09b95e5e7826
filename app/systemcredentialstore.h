// SPDX-License-Identifier: MIT
#pragma once

#include "app/credentialbackend.h"

#include <QHash>
#include <QThread>

namespace app
{

/// A credential store on a thread of its own: some of what the stores' libraries do blocks.
class SystemCredentialStore : public CredentialStore
{
    Q_OBJECT

public:
    explicit SystemCredentialStore(std::unique_ptr<CredentialBackend> backend,
                                   std::chrono::milliseconds timeout = kCredentialTimeout,
                                   QObject *parent = nullptr);
    /// Leaves a moment to what is being written or removed.
    ~SystemCredentialStore() override;

    void find(Done done) override;
    void read(const QString &key, Read done) override;
    void write(const QString &key, const QByteArray &secret, Done done) override;
    void remove(const QString &key, Done done) override;

private:
    class Worker;
    using Request = std::function<void(CredentialBackend &, const CredentialBackend::Answer &)>;
    enum class Kind : std::uint8_t { Question, Change };

    void ask(Kind kind, Request request, const Read &done);
    void finish(quint64 id, const Secret &secret);

    QThread m_thread;
    Worker *m_worker; ///< lives on m_thread, and ends with it
    std::chrono::milliseconds m_timeout;
    QHash<quint64, Read> m_waiting;
    quint64 m_lastId = 0;
};

} // namespace app
