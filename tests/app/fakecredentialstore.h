// SPDX-License-Identifier: MIT
#pragma once

#include "app/credentialstore.h"

#include <QHash>
#include <QStringList>

#include <utility>
#include <vector>

/// A store in memory that can be away, say no, or take its time.
class FakeCredentialStore : public app::CredentialStore
{
public:
    void find(Done done) override
    {
        answer([this, done = std::move(done)] {
            done(isThere ? std::nullopt
                         : std::optional(
                               app::CredentialProblem{app::CredentialError::NoStore,
                                                      engine::Message::verbatim(QStringLiteral("a test"))}));
        });
    }

    void read(const QString &key, Read done) override
    {
        reads << key;
        answer([this, key, done = std::move(done)] {
            if (problem)
                done(engine::Unexpected{*problem});
            else if (secrets.contains(key))
                done(secrets.value(key));
            else
                done(engine::Unexpected{app::CredentialProblem{app::CredentialError::NotFound, {}}});
        });
    }

    void write(const QString &key, const QByteArray &secret, Done done) override
    {
        ++writes;
        answer([this, key, secret, done = std::move(done)] {
            if (refusesWrites && !problem) {
                done(app::CredentialProblem{app::CredentialError::Denied, {}});
                return;
            }
            if (!problem)
                secrets.insert(key, secret);
            done(problem);
        });
    }

    void remove(const QString &key, Done done) override
    {
        ++removals;
        answer([this, key, done = std::move(done)] {
            if (!problem)
                secrets.remove(key);
            done(problem);
        });
    }

    /// Gives the answers that were held back, in their order.
    void release()
    {
        isHeld = false;
        for (auto &one : std::exchange(m_held, {}))
            answer(std::move(one));
    }

    QHash<QString, QByteArray> secrets;
    QStringList reads; ///< keys
    int writes = 0;
    int removals = 0;
    std::optional<app::CredentialProblem> problem;
    bool refusesWrites = false; ///< though it tells what it has
    bool isThere = true;
    bool isHeld = false;

private:
    void answer(std::function<void()> one)
    {
        if (isHeld)
            m_held.push_back(std::move(one));
        else
            QMetaObject::invokeMethod(this, std::move(one), Qt::QueuedConnection);
    }

    std::vector<std::function<void()>> m_held;
};
