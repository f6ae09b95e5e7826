// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/profile_json.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <optional>

namespace app
{

/// What tells a profile from others, however its path is written; also for a file that does not exist yet. A
/// key, not to be shown.
[[nodiscard]] QString canonicalPath(const QString &path);

/// A profile as it was before the last change.
struct ProfileBackup {
    QJsonObject json;
    QDateTime until; ///< when the change was made
};

/// The profile on disk. Blocking file access: a profile is small, and read and written only when the user
/// asks.
class ProfileFile
{
public:
    /// An empty path is the default place, where a missing file stands for the built-in profile.
    explicit ProfileFile(const QString &path = {});

    /// hosier/profile.json where the user's configuration is.
    [[nodiscard]] static QString defaultPath();
    /// What Hosier does before anybody configured it: SOCKS on 127.0.0.1:1080 for this machine, directly.
    [[nodiscard]] static engine::Profile builtIn();

    [[nodiscard]] const QString &path() const { return m_path; }
    [[nodiscard]] QString backupPath() const;
    [[nodiscard]] QString importBackupPath() const;

    /// The file's bytes; those of the built-in profile when the default file does not exist. Errors are
    /// lines.
    [[nodiscard]] engine::Expected<QByteArray, engine::Message> read() const;
    /// Read and validated. The errors are lines: "$.listeners[0].port: must be ..." or why the file was not
    /// read.
    [[nodiscard]] engine::Expected<engine::ProfileDocument, QList<engine::Message>> load() const;
    /// Writes atomically, keeping what was there as the backup; nothing changes when it fails. A broken
    /// profile is kept under another name instead: the backup is always one that was in force. The error is
    /// a line.
    [[nodiscard]] std::optional<engine::Message> save(const QJsonObject &json) const;
    /// Whether the file could be read and holds no valid profile.
    [[nodiscard]] bool isBroken() const;
    /// Nothing where there is none that holds a valid profile.
    [[nodiscard]] std::optional<ProfileBackup> backup() const;
    /// Keeps what is there where only the next import writes again. What the import before kept is set aside
    /// until it is known what became of this one: one of the two below is to follow. The error is a line;
    /// then nothing has changed.
    [[nodiscard]] std::optional<engine::Message> backUpForImport() const;
    /// This import has changed nothing: what the one before kept is kept again. The error is a line.
    [[nodiscard]] std::optional<engine::Message> takeBackImportBackup() const;
    /// This import has succeeded.
    void finishImportBackup() const;
    /// Writes another file atomically, for the owner's eyes alone. It may not be this one or a backup of
    /// it. The error is a line.
    [[nodiscard]] std::optional<engine::Message> saveCopy(const QString &path, const QJsonObject &json) const;

private:
    [[nodiscard]] std::optional<engine::Message> keep(const QByteArray &content) const;
    [[nodiscard]] QString earlierImportBackupPath() const;

    QString m_path;
    bool m_isDefault;
};

/// `profile` with another endpoint for its first listener. Refuses to open a proxy to the network by
/// accident, as the validator does. The error is a line.
[[nodiscard]] engine::Expected<engine::Profile, engine::Message>
withListenEndpoint(engine::Profile profile, const engine::Endpoint &endpoint);

} // namespace app
