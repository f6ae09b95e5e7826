// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/message.h"
#include "engine/profile.h"

#include <QHash>
#include <QStringList>

namespace app
{

/// Passwords of the profile's servers, by id, and what kept others from being read. Never to be logged.
struct ServerPasswords {
    QHash<QString, QByteArray> byId;
    QList<engine::Message> problems; ///< one sentence each
};

/// Reads the files that the servers name as "passwordFile".
[[nodiscard]] ServerPasswords readPasswordFiles(const engine::Profile &profile);

/// The first line of a file that nobody but its owner may read. The error is one sentence.
[[nodiscard]] engine::Expected<QByteArray, engine::Message> readPasswordFile(const QString &path);

} // namespace app
