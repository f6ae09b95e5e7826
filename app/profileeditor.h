// SPDX-License-Identifier: MIT
#pragma once

#include "app/passwordkeeper.h"
#include "app/profilefile.h"
#include "engine/endpoint.h"
#include "ui/profilestore.h"

#include <optional>

namespace app
{

/// The profile of the running program: its file, what of it is in force, and the passwords of its servers.
class ProfileEditor : public ui::ProfileStore
{
    Q_OBJECT

public:
    /// `listen` takes the place of the first listener's endpoint while the program runs; the file keeps its
    /// own.
    ProfileEditor(engine::Engine &engine, ProfileFile file, std::optional<engine::Endpoint> listen,
                  CredentialStore &store, QObject *parent = nullptr);

    /// Reads the file for start(). What is wrong otherwise, one line each.
    [[nodiscard]] QList<engine::Message> load();
    /// Starts the engine with the profile. Its listeners may wait for passwords, see startEngine().
    void start();
    /// Begins to speak to the credential store.
    void askForPasswords() { m_keeper.askStore(); }
    /// Reads the file again and puts it in force. What is wrong otherwise, one line each; then nothing has
    /// changed.
    [[nodiscard]] QList<engine::Message> reload();

    [[nodiscard]] const engine::Profile &profile() const override { return m_profile; }
    [[nodiscard]] QStringList change(const engine::Profile &profile) override;
    [[nodiscard]] QStringList importProfile(const engine::Profile &profile) override;
    [[nodiscard]] std::optional<QString> exportTo(const QString &path, ui::ExportUsers users) const override;
    [[nodiscard]] engine::Expected<QByteArray, QString> readForImport(const QString &path) const override;
    [[nodiscard]] bool hasCredentialStore() const override { return m_keeper.hasStore(); }
    void setPassword(const QString &serverId, const QByteArray &password,
                     std::function<void(const QString &problem)> done) override;
    void
    setPasswords(const QHash<QString, QByteArray> &passwords,
                 std::function<void(const QStringList &serverIds, const QString &problem)> done) override;
    [[nodiscard]] QByteArray password(const QString &serverId) const override;
    [[nodiscard]] bool isPasswordInMemoryAlone(const QString &serverId) const override
    {
        return m_keeper.isInMemoryAlone(serverId);
    }
    [[nodiscard]] bool awaitsPassword(const QString &serverId) const override
    {
        return m_keeper.awaits(serverId);
    }
    [[nodiscard]] QStringList missingPasswords() const override { return m_keeper.missing(); }

private:
    [[nodiscard]] engine::Expected<engine::Profile, QList<engine::Message>>
    inForce(const engine::Profile &written) const;
    [[nodiscard]] engine::Profile asWritten(engine::Profile profile) const;
    [[nodiscard]] QList<engine::Message> takeUpOthersChange();
    void adopt(const engine::ProfileDocument &document, const engine::Profile &profile,
               PasswordKeeper::Reading reading);
    void givePasswords();
    void followServers(const QList<engine::ServerProfile> &before, const QList<engine::ServerProfile> &after);

    engine::Engine &m_engine;
    ProfileFile m_file;
    std::optional<engine::Endpoint> m_listen;
    engine::ProfileDocument m_document; ///< as it stands in the file
    engine::Profile m_profile;
    PasswordKeeper m_keeper;
    bool m_isChanging = false; ///< passwords go to the engine with the profile they are for
};

} // namespace app
