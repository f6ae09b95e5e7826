// SPDX-License-Identifier: MIT
#pragma once

#include "app/credentialstore.h"
#include "engine/profile.h"

#include <QHash>
#include <QStringList>
#include <QTimer>

#include <memory>
#include <utility>

namespace engine
{
class Engine;
}

namespace app
{

/// Whether a server's password is looked for in the credential store: it logs in with one, and names no file.
[[nodiscard]] bool usesStore(const engine::ServerProfile &server);

/// The passwords of the profile's servers while the program runs: from the files that the profile names, from
/// the credential store, and those given in this session, which are kept in memory where there is no store.
/// Never to be logged.
class PasswordKeeper : public QObject
{
    Q_OBJECT

public:
    /// What setPassword() answers with: one sentence without a full stop, or nothing.
    using Done = std::function<void(const engine::Message &problem)>;
    /// What setPasswords() answers with: those that the store does not have, and one sentence likewise; or
    /// nothing.
    using DoneAll = std::function<void(const QStringList &serverIds, const engine::Message &problem)>;
    enum class Reading : std::uint8_t { New, All };

    /// The store has to outlive the keeper, and to give no answer once that is gone: they end together, with
    /// no event loop between. `profilePath` is canonical.
    PasswordKeeper(CredentialStore &store, QString profilePath,
                   std::chrono::milliseconds patience = kCredentialPatience, QObject *parent = nullptr);
    /// Asks the store for all that is still to be written and removed, without waiting for an answer.
    ~PasswordKeeper() override;

    /// Reads the files that this profile names, and asks the store for the passwords of other servers that
    /// log in: those it was not asked for before, or all. Before askStore() they wait for that.
    void setProfile(const engine::Profile &profile, Reading reading = Reading::New);
    /// Begins to speak to the store. settled() follows within the patience, or has come when this returns.
    void askStore();
    /// Whether the store has still to tell something.
    [[nodiscard]] bool isWaiting() const { return !m_queue.isEmpty() || !m_asked.isEmpty(); }
    [[nodiscard]] bool hasStore() const { return m_hasStore; }

    [[nodiscard]] QHash<QString, QByteArray> passwords() const;
    /// Empty when none is known.
    [[nodiscard]] QByteArray password(const QString &serverId) const;
    /// Whether the one in use is in memory alone: the store has refused it, or there was none.
    [[nodiscard]] bool isInMemoryAlone(const QString &serverId) const;
    /// Whether the store has still to tell this one.
    [[nodiscard]] bool awaits(const QString &serverId) const;
    /// Servers whose password the store did not tell, because there is no store or it said no, and that got
    /// none since; by id. No others: whoever is known to have no password lacks none.
    [[nodiscard]] const QStringList &missing() const { return m_missing; }
    /// Uses this one from now on, and keeps it in the store if there is one. An empty one is forgotten.
    /// `done` is called later.
    void setPassword(const QString &serverId, const QByteArray &password, Done done);
    /// The same for many servers. Once the store has refused one, it is asked for no other of them. Where
    /// there are none, it is not asked for anything, and `done` is called at once.
    void setPasswords(const QHash<QString, QByteArray> &passwords, DoneAll done);
    /// Servers are gone for good, or are others now.
    void forget(const QList<engine::ServerProfile> &servers);
    /// Servers that use the store have the ids now: they have no password yet, and get none that the store
    /// may have of older servers.
    void startAnew(const QStringList &serverIds);
    /// A server that uses the store has another id now. It has to be the same one in all that decides who is
    /// told the password.
    void move(const QString &from, const QString &to);

Q_SIGNALS:
    void changed();
    void missingChanged();
    /// Once: the store has told what it knows for the start, or took too long.
    void settled();
    void storeFound(bool hasStore);
    /// A sentence without a full stop.
    void problemFound(const engine::Message &problem);

private:
    /// Where a password is besides the memory.
    enum class Place : std::uint8_t { Nowhere, OnItsWay, Store };
    struct Kept {
        QByteArray password;
        Place place = Place::OnItsWay;
    };
    /// Passwords that go to the store one after the other: each may bring up a prompt.
    struct Batch {
        QList<std::pair<QString, QByteArray>> left; ///< by id
        DoneAll done;
        bool isFirstAsked = false; ///< the store has been told of the first one left, and has not answered
    };

    void leaveOut(const QString &serverId);
    void use(const QString &serverId, const QByteArray &password);
    [[nodiscard]] bool isInUse(const std::pair<QString, QByteArray> &one) const;
    [[nodiscard]] bool isBeingStored(const QString &serverId) const;
    void setPlace(const std::pair<QString, QByteArray> &one, Place place);
    void storeNext(const std::shared_ptr<Batch> &batch);
    void store(const std::pair<QString, QByteArray> &one, const CredentialStore::Done &done);
    void giveUpStoring(const std::shared_ptr<Batch> &batch, const engine::Message &problem);
    void withStore(CredentialStore::Done next);
    void askNext();
    void takeAnswer(const QString &serverId, const CredentialStore::Secret &secret);
    void giveUp(const QString &serverId, const CredentialProblem &problem);
    void settle();
    void finishMove(const QString &from, const QString &to, const CredentialStore::Secret &secret);
    void removeMoved(const QString &from);
    void giveUpMoving(const std::pair<QString, QByteArray> &one, const CredentialProblem &problem);
    void setMissing(const QStringList &ids);
    void takeFromMissing(const QString &serverId);
    [[nodiscard]] QString keyOf(const QString &serverId) const;

    CredentialStore &m_store;
    QString m_profilePath;
    QTimer m_patience;
    QHash<QString, QByteArray> m_filed;
    QHash<QString, Kept> m_kept;
    QStringList m_known;               ///< ids the store was asked for, or need not be
    QStringList m_queue;               ///< ids to ask for, one after the other: each may bring up a prompt
    QString m_asked;                   ///< the id whose answer is awaited
    QStringList m_moving;              ///< ids whose password is on its way from another one
    QHash<QString, QString> m_movedOn; ///< where it goes instead: the server has got another id again
    QList<std::shared_ptr<Batch>> m_batches; ///< not all of which is done
    QStringList m_missing;
    bool m_isAsking = false; ///< a question is under way, even if its answer is wanted no more
    bool m_hasBegun = false;
    bool m_isSettled = false;
    bool m_hasStore = false;
};

/// Starts the engine with the passwords known so far. Its listeners open once the keeper has settled, so that
/// no connection fails for a password that is about to come; sooner when the user says so. Call askStore()
/// after it.
void startEngine(engine::Engine &engine, const engine::Profile &profile, PasswordKeeper &keeper);

} // namespace app
