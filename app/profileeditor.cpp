// SPDX-License-Identifier: MIT
#include "app/profileeditor.h"

#include "app/platform.h"
#include "engine/engine.h"
#include "engine/profile_json.h"
#include "ui/messagetext.h"
#include "ui/profileedit.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QScopedValueRollback>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using engine::Expected;
using engine::Message;
using engine::Profile;
using engine::ProfileDocument;
using engine::ServerProfile;
using engine::Unexpected;
using ui::isSameParty;

namespace app
{

namespace
{

Expected<ProfileDocument, QList<Message>> validated(const QJsonObject &json)
{
    const auto document = engine::parseProfile(QJsonDocument(json).toJson(QJsonDocument::Compact));
    if (document)
        return *document;
    QList<Message> lines;
    for (const engine::ProfileError &error : document.error())
        lines += error.toMessage();
    return Unexpected{lines};
}

std::optional<QString> toText(const std::optional<Message> &problem)
{
    return problem ? std::optional(ui::messageText(*problem)) : std::nullopt;
}

const ServerProfile *findServer(const QList<ServerProfile> &servers, const QString &id)
{
    const auto found = std::find_if(servers.begin(), servers.end(),
                                    [&id](const ServerProfile &server) { return server.id == id; });
    return found == servers.end() ? nullptr : &*found;
}

/// The interface tells it in its own words, where the passwords were given.
void logNotStored(const QStringList &serverIds, const Message &problem)
{
    for (const QString &id : serverIds)
        printLine(stderr,
                  u"hosier: server %1: its password is not stored: %2"_s.arg(id, problem.toEnglish()));
}

} // namespace

ProfileEditor::ProfileEditor(engine::Engine &engine, ProfileFile file, std::optional<engine::Endpoint> listen,
                             CredentialStore &store, QObject *parent)
    : ui::ProfileStore(parent)
    , m_engine(engine)
    , m_file(std::move(file))
    , m_listen(listen)
    , m_keeper(store, canonicalPath(m_file.path()))
{
    connect(&m_keeper, &PasswordKeeper::changed, this, [this] {
        if (!m_isChanging)
            givePasswords();
    });
    connect(&m_keeper, &PasswordKeeper::storeFound, this, &ProfileEditor::credentialStoreChanged);
    connect(&m_keeper, &PasswordKeeper::missingChanged, this, &ProfileEditor::missingPasswordsChanged);
    connect(&m_keeper, &PasswordKeeper::missingChanged, this, &ProfileEditor::passwordsChanged);
    connect(&m_keeper, &PasswordKeeper::problemFound, this, [this](const Message &problem) {
        printLine(stderr, u"hosier: "_s + problem.toEnglish());
        Q_EMIT passwordProblem(ui::messageText(problem));
    });
}

QList<Message> ProfileEditor::load()
{
    const auto document = m_file.load();
    if (!document)
        return document.error();
    const auto profile = inForce(document->profile);
    if (!profile)
        return profile.error();
    adopt(*document, *profile, PasswordKeeper::Reading::All);
    return {};
}

void ProfileEditor::start()
{
    startEngine(m_engine, m_profile, m_keeper);
}

QList<Message> ProfileEditor::reload()
{
    const QScopedValueRollback isChanging(m_isChanging, true);
    QList<Message> problems = load();
    if (problems.isEmpty()) {
        m_engine.applyProfile(m_profile, m_keeper.passwords());
        Q_EMIT profileChanged();
    }
    return problems;
}

QStringList ProfileEditor::change(const Profile &profile)
{
    if (profile == m_profile)
        return {};
    if (const QList<Message> problems = takeUpOthersChange(); !problems.isEmpty())
        return ui::messageTexts(problems);
    const auto document = validated(engine::profileToJson(asWritten(profile), m_document.json));
    if (!document)
        return ui::messageTexts(document.error());
    const auto changed = inForce(document->profile);
    if (!changed)
        return ui::messageTexts(changed.error());
    if (const std::optional<Message> problem = m_file.save(document->json))
        return {ui::messageText(*problem)};
    const QScopedValueRollback isChanging(m_isChanging, true);
    followServers(m_profile.servers, changed->servers);
    adopt(*document, *changed, PasswordKeeper::Reading::New);
    m_engine.applyProfile(m_profile, m_keeper.passwords());
    Q_EMIT profileChanged();
    return {};
}

/// What others have written meanwhile must not be undone by a change of what was there before. What is
/// missing or no profile is not theirs to keep: it is written anew.
QList<Message> ProfileEditor::takeUpOthersChange()
{
    if (!QFileInfo::exists(m_file.path()))
        return {};
    // To read all of a large profile's rules takes longer than to see that nothing is new.
    const Expected<QByteArray, Message> content = m_file.read();
    if (!content || QJsonDocument::fromJson(*content).object() == m_document.json || m_file.isBroken())
        return {};
    QList<Message> problems = reload();
    if (problems.isEmpty())
        problems << Message(QT_TRANSLATE_NOOP(
            "engine::Message", "The profile's file was changed by another program meanwhile. It is in force "
                               "now; please make your change once more."));
    return problems;
}

QStringList ProfileEditor::importProfile(const Profile &profile)
{
    // First: what cannot be kept is not to be replaced.
    if (const std::optional<Message> problem = m_file.backUpForImport())
        return {ui::messageText(*problem)};
    QStringList problems = change(profile);
    if (problems.isEmpty())
        m_file.finishImportBackup();
    else if (const std::optional<Message> problem = m_file.takeBackImportBackup())
        problems << ui::messageText(*problem);
    return problems;
}

std::optional<QString> ProfileEditor::exportTo(const QString &path, ui::ExportUsers users) const
{
    QJsonObject json = m_document.json;
    if (users == ui::ExportUsers::LeaveOut)
        json.remove("users"_L1);
    return toText(m_file.saveCopy(path, json));
}

Expected<QByteArray, QString> ProfileEditor::readForImport(const QString &path) const
{
    auto content = ProfileFile(path).read();
    if (!content)
        return Unexpected{ui::messageText(content.error())};
    return *std::move(content);
}

void ProfileEditor::setPassword(const QString &serverId, const QByteArray &password,
                                std::function<void(const QString &problem)> done)
{
    const bool isGiven = !password.isEmpty();
    m_keeper.setPassword(serverId, password,
                         [serverId, isGiven, done = std::move(done)](const Message &problem) {
                             if (isGiven && !problem.isEmpty())
                                 logNotStored({serverId}, problem);
                             done(ui::messageText(problem));
                         });
}

void ProfileEditor::setPasswords(
    const QHash<QString, QByteArray> &passwords,
    std::function<void(const QStringList &serverIds, const QString &problem)> done)
{
    m_keeper.setPasswords(passwords,
                          [done = std::move(done)](const QStringList &ids, const Message &problem) {
                              logNotStored(ids, problem);
                              done(ids, ui::messageText(problem));
                          });
}

void ProfileEditor::givePasswords()
{
    m_engine.setServerPasswords(m_keeper.passwords());
    Q_EMIT passwordsChanged();
}

QByteArray ProfileEditor::password(const QString &serverId) const
{
    return m_keeper.password(serverId);
}

Expected<Profile, QList<Message>> ProfileEditor::inForce(const Profile &written) const
{
    if (!m_listen)
        return written;
    auto profile = withListenEndpoint(written, *m_listen);
    if (!profile)
        return Unexpected{QList<Message>{withContext(u"--listen"_s, profile.error())}};
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

void ProfileEditor::adopt(const ProfileDocument &document, const Profile &profile,
                          PasswordKeeper::Reading reading)
{
    m_document = document;
    m_profile = profile;
    m_keeper.setProfile(m_profile, reading);
}

/// Of a change made in the interface: a file that somebody edits may lack a server for a while. Nothing is
/// told who asked for the change. It may be the import of a stranger's profile, so a password stays with an
/// id only while that is told to the same party, and goes to another id only when the server is the same in
/// all that decides it. The server dialog, which holds the password, gives it again where its user moves a
/// server.
void ProfileEditor::followServers(const QList<ServerProfile> &before, const QList<ServerProfile> &after)
{
    QStringList moved;
    QList<ServerProfile> gone;
    for (qsizetype at = 0; at < before.size(); ++at) {
        const ServerProfile &was = before.at(at);
        if (const ServerProfile *now = findServer(after, was.id)) {
            if (!isSameParty(was, *now) && !usesStore(*now))
                gone << was;
            continue;
        }
        const ServerProfile *there = at < after.size() ? &after.at(at) : nullptr;
        if (there != nullptr && findServer(before, there->id) == nullptr && isSameParty(was, *there) &&
            usesStore(was) && usesStore(*there)) {
            m_keeper.move(was.id, there->id);
            moved << there->id;
        } else {
            gone << was;
        }
    }
    m_keeper.forget(gone);
    QStringList anew;
    for (const ServerProfile &now : after) {
        const ServerProfile *was = findServer(before, now.id);
        const bool isKept = was != nullptr && isSameParty(*was, now) && usesStore(*was);
        if (usesStore(now) && !isKept && !moved.contains(now.id))
            anew << now.id;
    }
    m_keeper.startAnew(anew);
}

} // namespace app
