// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/message.h"
#include "engine/profile.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>

namespace engine
{

/// One thing wrong in a profile: where ("$.listeners[0].port") and what.
struct ProfileError {
    QString path;
    Message message;

    [[nodiscard]] Message toMessage() const { return withContext(path, message); }
    bool operator==(const ProfileError &) const = default;
};

/// A profile's size limit in bytes; larger input is refused before it is parsed.
inline constexpr qsizetype kMaximumProfileSize = qsizetype{4} * 1024 * 1024;

/// A profile read from JSON: what the engine uses, and the document it stood in.
struct ProfileDocument {
    Profile profile;
    QJsonObject json;
};

/// Reads and validates a profile (design: version 1). All errors are reported, not only the first. Any
/// thread.
[[nodiscard]] Expected<ProfileDocument, QList<ProfileError>> parseProfile(const QByteArray &json);

/// Writes `profile` back over `base`, keeping the keys of `base` that Profile has no member for. Any thread.
[[nodiscard]] QJsonObject profileToJson(const Profile &profile, const QJsonObject &base = {});

/// A PBKDF2 hash of a new password with a fresh salt. Takes about half a second. Any thread.
[[nodiscard]] PasswordHash hashPassword(const QByteArray &utf8Password);

/// Whether the password belongs to the hash; compares in constant time. As slow as hashPassword(). Any
/// thread.
[[nodiscard]] bool verifyPassword(const QByteArray &utf8Password, const PasswordHash &hash);

/// Iterations of new hashes (OWASP's figure for PBKDF2-HMAC-SHA-512), and the range accepted in a profile.
inline constexpr int kPasswordIterations = 210'000;
inline constexpr int kMinimumPasswordIterations = 1'000;
inline constexpr int kMaximumPasswordIterations = 5'000'000;

} // namespace engine
