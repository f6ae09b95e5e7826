// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <QObject>
#include <QStringList>

#include <functional>

namespace ui
{

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
    /// one line each in English; then nothing has changed. The password of a server that has another id now
    /// goes with it, that of a server that is gone is forgotten.
    [[nodiscard]] virtual QStringList change(const engine::Profile &profile) = 0;

    /// Whether the system has a place for passwords. False until it is found; credentialStoreChanged()
    /// follows.
    [[nodiscard]] virtual bool hasCredentialStore() const = 0;
    /// Uses a server's password and keeps it in the credential store, or until the program ends where there
    /// is none; an empty one is forgotten. `done` is called later with what went wrong with the store, in
    /// English without a full stop, or with an empty text.
    virtual void setPassword(const QString &serverId, const QByteArray &password,
                             std::function<void(const QString &problem)> done) = 0;
    /// The password in use for a server, empty when there is none. Never to be shown or logged.
    [[nodiscard]] virtual QByteArray password(const QString &serverId) const = 0;

Q_SIGNALS:
    void profileChanged();
    void credentialStoreChanged();
    /// What keeps a server's password from being known or kept, in English without a full stop.
    void passwordProblem(const QString &problem);
};

} // namespace ui
