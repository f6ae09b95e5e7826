// SPDX-License-Identifier: MIT
#pragma once

#include "app/profilefile.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <optional>

namespace app
{

/// What was changed, and the profile that says so.
struct PasswordChange {
    QJsonObject json;
    bool isNewUser = false;
    bool isAskedFor = false; ///< some listener asks for a password
};

/// The entry of the server with this id in the profile `json`, unless there is a user of that name. The
/// profile need not be valid.
[[nodiscard]] std::optional<QJsonObject> findServerEntry(const QByteArray &json, const QString &id);
/// What makes a password in the credential store useless for this entry: one sentence, without a full stop.
[[nodiscard]] std::optional<QString> findServerProblem(const QJsonObject &server);

/// The profile `json` with the password of the user `name`, who is added if need be. Only the result has to
/// be valid: a listener that asks for a password nobody has yet is how one begins. Errors are lines.
[[nodiscard]] engine::Expected<PasswordChange, QStringList>
setPassword(const QByteArray &json, const QString &name, const engine::PasswordHash &password);

/// `--set-password NAME`: reads the password of a user or a server, writes the profile or the credential
/// store, says what it did. A running instance takes the profile up at once. Needs a QCoreApplication that is
/// not running yet. The process's exit code.
[[nodiscard]] int runSetPassword(const ProfileFile &file, const QString &name);

} // namespace app
