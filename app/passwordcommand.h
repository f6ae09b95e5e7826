// SPDX-License-Identifier: MIT
#pragma once

#include "app/profilefile.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace app
{

/// What was changed, and the profile that says so.
struct PasswordChange {
    QJsonObject json;
    bool isNewUser = false;
    bool isAskedFor = false; ///< some listener asks for a password
};

/// The profile `json` with a hash of `utf8Password` for the user `name`, who is added if need be. Only the
/// result has to be valid: a listener that asks for a password nobody has yet is how one begins. Errors are
/// lines.
[[nodiscard]] engine::Expected<PasswordChange, QStringList>
setPassword(const QByteArray &json, const QString &name, const QByteArray &utf8Password);

/// `--set-password NAME`: reads the password, writes the profile, says what it did. The process's exit code.
[[nodiscard]] int runSetPassword(const ProfileFile &file, const QString &name);

} // namespace app
