// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile_json.h"
#include "ui/profilestore.h"

#include <QHash>
#include <QJsonDocument>

/// A profile without a file: validated as the program does, and remembered how often it was changed.
class FakeProfileStore : public ui::ProfileStore
{
public:
    [[nodiscard]] const engine::Profile &profile() const override { return m_profile; }

    [[nodiscard]] QStringList change(const engine::Profile &profile) override
    {
        if (!failure.isEmpty())
            return {failure};
        const auto document = engine::parseProfile(QJsonDocument(engine::profileToJson(profile)).toJson());
        if (!document) {
            QStringList lines;
            for (const engine::ProfileError &error : document.error())
                lines += error.toString();
            return lines;
        }
        put(document->profile);
        ++changes;
        return {};
    }

    /// As after a reload: whatever it is.
    void put(const engine::Profile &profile)
    {
        m_profile = profile;
        Q_EMIT profileChanged();
    }

    [[nodiscard]] bool hasCredentialStore() const override { return false; }
    void setPassword(const QString &serverId, const QByteArray &password,
                     std::function<void(const QString &problem)> done) override
    {
        m_passwords.insert(serverId, password);
        done({});
    }
    [[nodiscard]] QByteArray password(const QString &serverId) const override
    {
        return m_passwords.value(serverId);
    }

    QString failure; ///< when it is not empty, no change succeeds
    int changes = 0;

private:
    engine::Profile m_profile;
    QHash<QString, QByteArray> m_passwords;
};
