// SPDX-License-Identifier: MIT
#include "app/passwordkeeper.h"

#include "app/serverpasswords.h"
#include "engine/engine.h"

#include <algorithm>
#include <utility>

using engine::Message;

namespace app
{

namespace
{

/// Whether a password is of use: no other server is offered one.
bool logsIn(const engine::ServerProfile &server)
{
    return !server.username.isEmpty() && (server.protocol == engine::ServerProtocol::Socks5 ||
                                          server.protocol == engine::ServerProtocol::Http);
}

Message notRemoved(QStringList ids, const Message &problem)
{
    if (ids.size() == 1)
        return Message(QT_TRANSLATE_NOOP("engine::Message", "server %1: its password is not removed: %2"),
                       ids.front(), problem);
    ids.sort();
    return Message(QT_TRANSLATE_NOOP("engine::Message", "servers %1: their passwords are not removed: %2"),
                   ids.join(u", "), problem);
}

} // namespace

bool usesStore(const engine::ServerProfile &server)
{
    return server.passwordFile.isEmpty() && !server.withoutPassword && logsIn(server);
}

PasswordKeeper::PasswordKeeper(CredentialStore &store, QString profilePath,
                               std::chrono::milliseconds patience, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_profilePath(std::move(profilePath))
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(patience);
    connect(&m_patience, &QTimer::timeout, this, &PasswordKeeper::settle);
}

PasswordKeeper::~PasswordKeeper()
{
    const auto nobody = [](const std::optional<CredentialProblem> & /*problem*/) {
    };
    for (const auto &batch : std::as_const(m_batches)) {
        for (qsizetype at = batch->isFirstAsked ? 1 : 0; at < batch->left.size(); ++at) {
            if (isInUse(batch->left.at(at)))
                store(batch->left.at(at), nobody);
        }
    }
    for (const QString &id : std::as_const(m_moving)) {
        if (m_kept.contains(id))
            store({id, m_kept.value(id).password}, nobody);
    }
}

void PasswordKeeper::setProfile(const engine::Profile &profile, Reading reading)
{
    ServerPasswords files = readPasswordFiles(profile);
    for (const Message &problem : files.problems)
        Q_EMIT problemFound(problem);
    m_filed = std::move(files.byId);
    if (reading == Reading::All)
        m_known.removeIf([this](const QString &id) { return !isBeingStored(id); });
    m_queue.clear();
    for (const engine::ServerProfile &server : profile.servers) {
        if (server.withoutPassword)
            leaveOut(server.id);
        if (usesStore(server) && !m_known.contains(server.id) && m_asked != server.id &&
            !isBeingStored(server.id))
            m_queue << server.id;
    }
    QStringList missing;
    for (const engine::ServerProfile &server : profile.servers) {
        if (usesStore(server) && m_missing.contains(server.id) && m_known.contains(server.id))
            missing << server.id;
    }
    setMissing(missing);
    Q_EMIT changed();
    askNext();
}

/// Until the profile wants a password for it again.
void PasswordKeeper::leaveOut(const QString &serverId)
{
    m_kept.remove(serverId);
    m_known.removeAll(serverId);
    if (m_asked == serverId)
        m_asked.clear();
}

void PasswordKeeper::askStore()
{
    if (!m_hasBegun) {
        m_hasBegun = true;
        m_patience.start();
    }
    askNext();
}

QHash<QString, QByteArray> PasswordKeeper::passwords() const
{
    QHash<QString, QByteArray> all;
    for (auto kept = m_kept.cbegin(); kept != m_kept.cend(); ++kept)
        all.insert(kept.key(), kept->password);
    all.insert(m_filed);
    return all;
}

QByteArray PasswordKeeper::password(const QString &serverId) const
{
    return m_filed.value(serverId, m_kept.value(serverId).password);
}

bool PasswordKeeper::isInMemoryAlone(const QString &serverId) const
{
    const auto kept = m_kept.find(serverId);
    return kept != m_kept.end() && kept->place == Place::Nowhere && !m_filed.contains(serverId);
}

bool PasswordKeeper::awaits(const QString &serverId) const
{
    return m_asked == serverId || m_queue.contains(serverId) || m_moving.contains(serverId);
}

void PasswordKeeper::setPassword(const QString &serverId, const QByteArray &password, Done done)
{
    setPasswords({{serverId, password}}, [done = std::move(done)](const QStringList & /*ids*/,
                                                                  const Message &problem) { done(problem); });
}

void PasswordKeeper::setPasswords(const QHash<QString, QByteArray> &passwords, DoneAll done)
{
    if (passwords.isEmpty()) {
        done({}, {});
        return;
    }
    const auto batch = std::make_shared<Batch>();
    batch->done = std::move(done);
    for (auto at = passwords.begin(); at != passwords.end(); ++at) {
        use(at.key(), at.value());
        batch->left.append({at.key(), at.value()});
    }
    m_batches << batch;
    Q_EMIT changed();
    const auto begin = [this, batch] {
        withStore([this, batch](const std::optional<CredentialProblem> &missing) {
            if (!missing)
                storeNext(batch);
            else // The interface has told what it means that there is none.
                giveUpStoring(batch, missing->code == CredentialError::NoStore ? Message()
                                                                               : credentialMessage(*missing));
        });
    };
    // Later: a server that starts anew may get its password at once, and then there is nothing to remove.
    QMetaObject::invokeMethod(this, begin, Qt::QueuedConnection);
}

/// Whatever the store is about to tell of this server is out of date.
void PasswordKeeper::use(const QString &serverId, const QByteArray &password)
{
    m_queue.removeAll(serverId);
    m_moving.removeAll(serverId);
    takeFromMissing(serverId);
    if (m_asked == serverId)
        m_asked.clear();
    if (!m_known.contains(serverId))
        m_known << serverId;
    if (password.isEmpty())
        m_kept.remove(serverId);
    else
        m_kept.insert(serverId, {password, Place::OnItsWay});
}

/// While the store took its time, the server may have got another one, or may be gone.
bool PasswordKeeper::isInUse(const std::pair<QString, QByteArray> &one) const
{
    return m_kept.value(one.first).password == one.second;
}

/// Whether the store has something out of date under this id: a password that is about to go may even be that
/// of another server.
bool PasswordKeeper::isBeingStored(const QString &serverId) const
{
    return std::any_of(m_batches.begin(), m_batches.end(), [&serverId](const auto &batch) {
        return std::any_of(batch->left.begin(), batch->left.end(),
                           [&serverId](const auto &one) { return one.first == serverId; });
    });
}

void PasswordKeeper::setPlace(const std::pair<QString, QByteArray> &one, Place place)
{
    const auto kept = m_kept.find(one.first);
    if (kept != m_kept.end() && kept->password == one.second)
        kept->place = place;
}

void PasswordKeeper::storeNext(const std::shared_ptr<Batch> &batch)
{
    while (!batch->left.isEmpty() && !isInUse(batch->left.front()))
        batch->left.removeFirst();
    if (batch->left.isEmpty()) {
        m_batches.removeOne(batch);
        batch->done({}, {});
        return;
    }
    const auto one = batch->left.front();
    batch->isFirstAsked = true;
    store(one, [this, batch, one](const std::optional<CredentialProblem> &problem) {
        batch->isFirstAsked = false;
        if (problem) {
            giveUpStoring(batch, credentialMessage(*problem));
            return;
        }
        setPlace(one, Place::Store);
        batch->left.removeFirst();
        storeNext(batch);
    });
}

void PasswordKeeper::store(const std::pair<QString, QByteArray> &one, const CredentialStore::Done &done)
{
    if (one.second.isEmpty())
        m_store.remove(keyOf(one.first), done);
    else
        m_store.write(keyOf(one.first), one.second, done);
}

/// As with giveUp(), one problem is that of all.
void PasswordKeeper::giveUpStoring(const std::shared_ptr<Batch> &batch, const Message &problem)
{
    m_batches.removeOne(batch);
    QStringList ids;
    for (const auto &one : std::as_const(batch->left)) {
        setPlace(one, Place::Nowhere);
        if (!problem.isEmpty() && isInUse(one))
            ids << one.first;
    }
    Q_EMIT changed();
    batch->done(ids, problem);
}

void PasswordKeeper::forget(const QList<engine::ServerProfile> &servers)
{
    QStringList stored;
    bool wasKept = false;
    for (const engine::ServerProfile &server : servers) {
        if (usesStore(server))
            stored << server.id;
        else
            wasKept = m_kept.remove(server.id) || wasKept;
    }
    startAnew(stored);
    if (wasKept)
        Q_EMIT changed();
    // A server that takes the id one day is another one.
    for (const engine::ServerProfile &server : servers)
        m_known.removeAll(server.id);
}

void PasswordKeeper::startAnew(const QStringList &serverIds)
{
    if (serverIds.isEmpty())
        return;
    QHash<QString, QByteArray> none;
    for (const QString &id : serverIds)
        none.insert(id, {});
    setPasswords(none, [this](const QStringList &ids, const Message &problem) {
        if (!ids.isEmpty())
            Q_EMIT problemFound(notRemoved(ids, problem));
    });
}

void PasswordKeeper::move(const QString &from, const QString &to)
{
    if (!m_kept.contains(from) && isBeingStored(from)) {
        m_known.removeAll(from);
        startAnew({to}); // It has none: what the store may tell is about to go.
        return;
    }
    if (m_kept.contains(from))
        m_kept.insert(to, m_kept.take(from));
    m_queue.removeAll(from);
    m_known.removeAll(from);
    if (m_asked == from)
        m_asked.clear();
    m_known << to;
    m_moving << to;
    const bool isOnItsWay = m_moving.removeAll(from) > 0;
    if (isOnItsWay)
        m_movedOn.insert(from, to);
    if (m_missing.contains(from)) {
        QStringList missing = m_missing;
        missing[missing.indexOf(from)] = to;
        setMissing(missing);
    }
    Q_EMIT changed();
    if (isOnItsWay)
        return; // The first move's question is still to be answered.
    withStore([this, from, to](const std::optional<CredentialProblem> &missing) {
        if (missing)
            finishMove(from, to, engine::Unexpected{*missing});
        else
            m_store.read(keyOf(from), [this, from, to](const auto &secret) { finishMove(from, to, secret); });
    });
}

void PasswordKeeper::finishMove(const QString &from, const QString &to, const CredentialStore::Secret &secret)
{
    if (m_movedOn.contains(to)) {
        finishMove(from, m_movedOn.take(to), secret);
        return;
    }
    if (m_moving.removeAll(to) == 0) { // Somebody gave it another one meanwhile.
        if (secret)
            removeMoved(from);
        return;
    }
    const Kept kept = m_kept.value(to);
    const bool hasNone = !secret && secret.error().code == CredentialError::NotFound;
    const bool hasNoStore = !secret && secret.error().code == CredentialError::NoStore;
    // One that has not got to the store is newer than what that tells.
    const bool isNewer = !kept.password.isEmpty() && !hasNoStore && (kept.place != Place::Store || hasNone);
    if (!secret && !isNewer) {
        if (hasNone)
            Q_EMIT changed();
        else
            giveUpMoving({to, kept.password}, secret.error());
        return;
    }
    const std::pair one(to, isNewer ? kept.password : *secret);
    m_kept.insert(to, {one.second, Place::OnItsWay});
    Q_EMIT changed();
    store(one, [this, from, one](const std::optional<CredentialProblem> &problem) {
        if (problem) {
            giveUpMoving(one, *problem);
            return;
        }
        setPlace(one, Place::Store);
        removeMoved(from);
    });
}

/// Unless another server has the id now, with a password of its own.
void PasswordKeeper::removeMoved(const QString &from)
{
    if (!m_kept.contains(from))
        store({from, {}}, [](const auto &) {});
}

void PasswordKeeper::giveUpMoving(const std::pair<QString, QByteArray> &one, const CredentialProblem &problem)
{
    setPlace(one, Place::Nowhere);
    Q_EMIT changed();
    if (problem.code == CredentialError::NoStore)
        return; // The interface has told what it means that there is none.
    Q_EMIT problemFound(Message(
        QT_TRANSLATE_NOOP("engine::Message", "server %1: its password is not kept under the new id: %2"),
        one.first, credentialMessage(problem)));
}

/// Looks for the store unless it was there before: it may come later than we do.
void PasswordKeeper::withStore(CredentialStore::Done next)
{
    if (m_hasStore) {
        next(std::nullopt);
        return;
    }
    m_store.find([this, next = std::move(next)](const std::optional<CredentialProblem> &problem) {
        if (m_hasStore == problem.has_value()) {
            m_hasStore = !problem;
            Q_EMIT storeFound(m_hasStore);
        }
        next(problem);
    });
}

void PasswordKeeper::askNext()
{
    if (!m_hasBegun || m_isAsking || (m_isSettled && m_queue.isEmpty()))
        return;
    m_isAsking = true;
    m_asked = m_queue.isEmpty() ? QString() : m_queue.takeFirst();
    if (m_asked.isEmpty() && m_hasStore) {
        m_isAsking = false;
        settle();
        return;
    }
    withStore([this, id = m_asked](const std::optional<CredentialProblem> &missing) {
        if (!missing && !id.isEmpty()) {
            m_store.read(keyOf(id), [this, id](const auto &secret) { takeAnswer(id, secret); });
            return;
        }
        m_isAsking = false;
        if (missing)
            giveUp(std::exchange(m_asked, {}), *missing); // Nobody's, if its answer is wanted no more.
        else
            askNext();
    });
}

void PasswordKeeper::takeAnswer(const QString &serverId, const CredentialStore::Secret &secret)
{
    m_isAsking = false;
    if (std::exchange(m_asked, {}) != serverId) {
        askNext();
        return;
    }
    const bool isMissing = !secret && secret.error().code == CredentialError::NotFound;
    if (!secret && !isMissing) {
        giveUp(serverId, secret.error());
        return;
    }
    m_known << serverId;
    if (secret)
        m_kept.insert(serverId, {*secret, Place::Store});
    else if (m_kept.value(serverId).place == Place::Store)
        m_kept.remove(serverId);
    Q_EMIT changed();
    askNext();
}

/// One problem is that of all: who has said no once is not asked for every other server, too.
void PasswordKeeper::giveUp(const QString &serverId, const CredentialProblem &problem)
{
    m_asked.clear();
    QStringList ids = std::exchange(m_queue, {});
    if (!serverId.isEmpty())
        ids.prepend(serverId);
    m_known << ids;
    QStringList missing = m_missing;
    for (const QString &id : std::as_const(ids)) {
        if (m_kept.contains(id))
            continue;
        missing << id;
        Q_EMIT problemFound(
            Message(QT_TRANSLATE_NOOP("engine::Message", "server %1: its password is not known: %2"), id,
                    credentialMessage(problem)));
    }
    setMissing(missing);
    settle();
}

void PasswordKeeper::setMissing(const QStringList &ids)
{
    if (m_missing == ids)
        return;
    m_missing = ids;
    Q_EMIT missingChanged();
}

void PasswordKeeper::takeFromMissing(const QString &serverId)
{
    QStringList missing = m_missing;
    missing.removeAll(serverId);
    setMissing(missing);
}

void PasswordKeeper::settle()
{
    if (std::exchange(m_isSettled, true))
        return;
    m_patience.stop();
    Q_EMIT settled();
}

QString PasswordKeeper::keyOf(const QString &serverId) const
{
    return credentialKey(m_profilePath, serverId);
}

void startEngine(engine::Engine &engine, const engine::Profile &profile, PasswordKeeper &keeper)
{
    engine.setServerPasswords(keeper.passwords());
    const bool waits = keeper.isWaiting();
    engine.start(profile, !waits);
    if (!waits)
        return;
    auto *opening = new QObject(&keeper);
    QObject::connect(&keeper, &PasswordKeeper::settled, opening, [&engine] { engine.setAccepting(true); });
    QObject::connect(&engine, &engine::Engine::acceptingChanged, opening, &QObject::deleteLater);
}

} // namespace app
