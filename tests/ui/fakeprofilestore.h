// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile_json.h"
#include "ui/messagetext.h"
#include "ui/profileedit.h"
#include "ui/profilestore.h"

#include <QHash>
#include <QJsonDocument>

#include <algorithm>
#include <utility>

/// A profile without a file: what it refuses, the engine's own reader refuses, unless it is told to fail.
class FakeProfileStore : public ui::ProfileStore
{
public:
    [[nodiscard]] const engine::Profile &profile() const override { return m_profile; }

    [[nodiscard]] QStringList change(const engine::Profile &profile) override
    {
        if (!failure.isEmpty())
            return {failure};
        engine::Profile whole = profile;
        if (whole.listeners.isEmpty())
            whole.listeners = {someListener()};
        const auto read = engine::parseProfile(QJsonDocument(engine::profileToJson(whole)).toJson());
        if (!read) {
            QStringList lines;
            for (const engine::ProfileError &error : read.error())
                lines << ui::messageText(error.toMessage());
            return lines;
        }
        ++changes;
        followIds(profile.servers);
        put(profile);
        return {};
    }

    [[nodiscard]] QStringList importProfile(const engine::Profile &profile) override
    {
        if (!backupProblem.isEmpty())
            return {backupProblem};
        const engine::Profile before = m_profile;
        const QStringList problems = change(profile);
        if (problems.isEmpty())
            backups.append(before);
        return problems;
    }

    /// As after a reload: whatever it is.
    void put(const engine::Profile &profile)
    {
        m_profile = profile;
        Q_EMIT profileChanged();
    }

    [[nodiscard]] std::optional<QString> exportTo(const QString &path, ui::ExportUsers users) const override
    {
        exports.append({path, users});
        return failure.isEmpty() ? std::nullopt : std::optional(failure);
    }

    [[nodiscard]] engine::Expected<QByteArray, QString> readForImport(const QString &path) const override
    {
        if (!files.contains(path))
            return engine::Unexpected{QStringLiteral("cannot read %1").arg(path)};
        return files.value(path);
    }

    [[nodiscard]] bool hasCredentialStore() const override { return credentialStore; }

    void setPassword(const QString &serverId, const QByteArray &password,
                     std::function<void(const QString &)> done) override
    {
        ++storings;
        if (passwordProblem.isEmpty() && password.isEmpty())
            passwords.remove(serverId);
        else if (passwordProblem.isEmpty())
            passwords.insert(serverId, password);
        QMetaObject::invokeMethod(
            this, [done = std::move(done), problem = passwordProblem] { done(problem); },
            Qt::QueuedConnection);
    }

    void setPasswords(const QHash<QString, QByteArray> &given,
                      std::function<void(const QStringList &, const QString &)> done) override
    {
        passwords.insert(given);
        QMetaObject::invokeMethod(
            this,
            [done = std::move(done), problem = passwordProblem,
             refused = passwordProblem.isEmpty() ? QStringList() : given.keys()] { done(refused, problem); },
            Qt::QueuedConnection);
    }

    [[nodiscard]] QByteArray password(const QString &serverId) const override
    {
        return passwords.value(serverId);
    }

    [[nodiscard]] bool isPasswordInMemoryAlone(const QString &serverId) const override
    {
        return inMemoryAlone.contains(serverId);
    }
    [[nodiscard]] bool awaitsPassword(const QString &serverId) const override
    {
        return awaited.contains(serverId);
    }
    [[nodiscard]] QStringList missingPasswords() const override { return missing; }

    void setMissing(const QStringList &ids)
    {
        missing = ids;
        Q_EMIT missingPasswordsChanged();
    }

    QStringList awaited;       ///< servers whose password is still to be told
    QStringList inMemoryAlone; ///< servers whose password the store does not have
    QStringList missing;       ///< servers whose password is not known
    QHash<QString, QByteArray> passwords;
    QHash<QString, QByteArray> files; ///< what readForImport() finds
    mutable QList<std::pair<QString, ui::ExportUsers>> exports;
    QList<engine::Profile> backups;
    QString backupProblem;   ///< not empty: what importProfile() fails with
    QString passwordProblem; ///< not empty: what setPassword() fails with
    QString failure;         ///< not empty: what change() and exportTo() fail with
    bool credentialStore = true;
    int changes = 0;
    int storings = 0; ///< passwords that setPassword() was given

private:
    /// Passwords go with their server, and are forgotten when it is another one.
    void followIds(const QList<engine::ServerProfile> &after)
    {
        const QList<engine::ServerProfile> before = m_profile.servers;
        for (qsizetype at = 0; at < before.size(); ++at) {
            const engine::ServerProfile &was = before.at(at);
            const auto hasId = [&was](const engine::ServerProfile &server) {
                return server.id == was.id;
            };
            const auto now = std::find_if(after.begin(), after.end(), hasId);
            if (!passwords.contains(was.id) || (now != after.end() && ui::isSameParty(was, *now)))
                continue;
            const QByteArray password = passwords.take(was.id);
            if (now == after.end() && before.size() == after.size() && ui::isSameParty(was, after.at(at)))
                passwords.insert(after.at(at).id, password);
        }
    }

    /// The reader wants one; tests of servers have no use for it.
    static engine::ListenerProfile someListener()
    {
        engine::ListenerProfile listener;
        listener.name = QStringLiteral("Local");
        listener.address = engine::Address::fromV4(0x7f000001);
        listener.port = 1'080;
        return listener;
    }

    engine::Profile m_profile;
};

inline engine::ServerProfile fakeServer(const QString &id, const QString &name)
{
    engine::ServerProfile server;
    server.id = id;
    server.name = name;
    server.host = id + QStringLiteral(".example.org");
    server.port = 1'080;
    return server;
}
