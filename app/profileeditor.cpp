// SPDX-License-Identifier: MIT
#include "app/profileeditor.h"

#include "app/platform.h"
#include "app/serverpasswords.h"
#include "engine/engine.h"
#include "engine/profile_json.h"

#include <QJsonDocument>

#include <utility>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Profile;
using engine::ProfileDocument;
using engine::Unexpected;

namespace app
{

namespace
{

Expected<ProfileDocument, QStringList> validated(const QJsonObject &json)
{
    const auto document = engine::parseProfile(QJsonDocument(json).toJson(QJsonDocument::Compact));
    if (document)
        return *document;
    QStringList lines;
    for (const engine::ProfileError &error : document.error())
        lines += error.toString();
    return Unexpected{lines};
}

} // namespace

ProfileEditor::ProfileEditor(engine::Engine &engine, ProfileFile file, std::optional<engine::Endpoint> listen,
                             QObject *parent)
    : ui::ProfileStore(parent)
    , m_engine(engine)
    , m_file(std::move(file))
    , m_listen(std::move(listen))
{
}

QStringList ProfileEditor::load()
{
    const auto document = m_file.load();
    if (!document)
        return document.error();
    const auto profile = inForce(document->profile);
    if (!profile)
        return profile.error();
    adopt(*document, *profile);
    return {};
}

QStringList ProfileEditor::reload()
{
    QStringList problems = load();
    if (problems.isEmpty()) {
        m_engine.applyProfile(m_profile);
        Q_EMIT profileChanged();
    }
    return problems;
}

QStringList ProfileEditor::change(const Profile &profile)
{
    if (profile == m_profile)
        return {};
    const auto document = validated(engine::profileToJson(asWritten(profile), m_document.json));
    if (!document)
        return document.error();
    const auto changed = inForce(document->profile);
    if (!changed)
        return changed.error();
    if (const std::optional<QString> problem = m_file.save(document->json))
        return {*problem};
    adopt(*document, *changed);
    m_engine.applyProfile(m_profile);
    Q_EMIT profileChanged();
    return {};
}

std::optional<QString> ProfileEditor::exportTo(const QString &path, ui::ExportUsers users) const
{
    QJsonObject json = m_document.json;
    if (users == ui::ExportUsers::LeaveOut)
        json.remove("users"_L1);
    return m_file.saveCopy(path, json);
}

Expected<QByteArray, QString> ProfileEditor::readForImport(const QString &path) const
{
    return ProfileFile(path).read();
}

void ProfileEditor::setPassword(const QString &serverId, const QByteArray &password,
                                std::function<void(const QString &problem)> done)
{
    if (password.isEmpty())
        m_givenPasswords.remove(serverId);
    else
        m_givenPasswords.insert(serverId, password);
    passPasswords();
    QMetaObject::invokeMethod(
        this, [done = std::move(done)] { done({}); }, Qt::QueuedConnection);
}

QByteArray ProfileEditor::password(const QString &serverId) const
{
    return m_givenPasswords.value(serverId, m_filedPasswords.value(serverId));
}

Expected<Profile, QStringList> ProfileEditor::inForce(const Profile &written) const
{
    if (!m_listen)
        return written;
    auto profile = withListenEndpoint(written, *m_listen);
    if (!profile)
        return Unexpected{QStringList{u"--listen: "_s + profile.error()}};
    return *profile;
}

/// The endpoint that was given for this run stays out of the file.
Profile ProfileEditor::asWritten(Profile profile) const
{
    const QList<engine::ListenerProfile> &written = m_document.profile.listeners;
    if (m_listen && !profile.listeners.isEmpty() && !written.isEmpty() &&
        profile.listeners.front().endpoint() == *m_listen) {
        profile.listeners.front().address = written.front().address;
        profile.listeners.front().port = written.front().port;
    }
    return profile;
}

void ProfileEditor::adopt(const ProfileDocument &document, const Profile &profile)
{
    m_document = document;
    m_profile = profile;
    ServerPasswords passwords = readPasswordFiles(m_profile);
    for (const QString &problem : passwords.problems)
        printLine(stderr, u"hosier: "_s + problem);
    m_filedPasswords = std::move(passwords.byId);
    passPasswords();
}

void ProfileEditor::passPasswords()
{
    QHash<QString, QByteArray> passwords = m_filedPasswords;
    passwords.insert(m_givenPasswords);
    m_engine.setServerPasswords(passwords);
}

} // namespace app
