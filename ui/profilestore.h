// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/profile.h"

#include <QHash>
#include <QObject>
#include <QStringList>

#include <cstdint>
#include <functional>
#include <optional>

namespace ui
{

/// Whether the hashes of local users' passwords go along.
enum class ExportUsers : std::uint8_t { LeaveOut, Include };

/// The profile as the interface sees and changes it. The program implements it; lives on the interface's
/// thread.
class ProfileStore : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// The one in force.
    [[nodiscard]] virtual const engine::Profile &profile() const = 0;
    /// Validates the changed profile, writes it to its file and puts it in force. What is wrong otherwise,
    /// one line each in the interface's language; then nothing has changed, unless somebody else has changed
    /// the file: that is in force instead. A server's password stays, or
    /// goes to its new id, only while host, port, protocol, TLS and certificate are the same; every other one
    /// is forgotten.
    [[nodiscard]] virtual QStringList change(const engine::Profile &profile) = 0;
    /// The same, and keeps the profile as it stood in its file, under a name that only the next import that
    /// succeeds uses again.
    [[nodiscard]] virtual QStringList importProfile(const engine::Profile &profile) = 0;

    /// Writes the profile as it stands in its file to another one, atomically. What is wrong otherwise, in
    /// the interface's language; then that file is what it was.
    [[nodiscard]] virtual std::optional<QString> exportTo(const QString &path, ExportUsers users) const = 0;
    /// The content of a file to import, a byte more than a profile may have at most; or what is wrong,
    /// likewise.
    [[nodiscard]] virtual engine::Expected<QByteArray, QString> readForImport(const QString &path) const = 0;

    /// Whether the system has a place for passwords. False until it is found; credentialStoreChanged()
    /// follows.
    [[nodiscard]] virtual bool hasCredentialStore() const = 0;
    /// Uses a server's password and keeps it in the credential store, or until the program ends where there
    /// is none; an empty one is forgotten. `done` is called later with what went wrong with the store,
    /// in the interface's language without a full stop, or with an empty text.
    virtual void setPassword(const QString &serverId, const QByteArray &password,
                             std::function<void(const QString &problem)> done) = 0;
    /// The same for many servers, which come into use together. `done` is called once, with those that the
    /// store did not take, in no special order.
    virtual void
    setPasswords(const QHash<QString, QByteArray> &passwords,
                 std::function<void(const QStringList &serverIds, const QString &problem)> done) = 0;
    /// The password in use for a server, empty when there is none. Never to be shown or logged.
    [[nodiscard]] virtual QByteArray password(const QString &serverId) const = 0;
    /// Whether the one in use is gone when the program ends: the credential store has refused it, or there
    /// was none.
    [[nodiscard]] virtual bool isPasswordInMemoryAlone(const QString &serverId) const = 0;
    /// Whether the credential store has still to tell a server's password, which takes as long as a person
    /// does who unlocks it.
    [[nodiscard]] virtual bool awaitsPassword(const QString &serverId) const = 0;
    /// Servers that log in and whose password is not known: there is no credential store, or it told none,
    /// and none was given since. By id, in no special order.
    [[nodiscard]] virtual QStringList missingPasswords() const = 0;

Q_SIGNALS:
    void profileChanged();
    /// A password may be another one, awaited no more, or refused by the store, with the profile as it is. A
    /// change of that brings its own.
    void passwordsChanged();
    void missingPasswordsChanged();
    void credentialStoreChanged();
    /// What keeps a server's password from being known or kept, in the interface's language
    /// without a full stop.
    void passwordProblem(const QString &problem);
};

} // namespace ui
