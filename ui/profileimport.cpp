// SPDX-License-Identifier: MIT
#include "ui/profileimport.h"

#include "engine/profile_json.h"
#include "ui/messagetext.h"
#include "ui/ppxtext.h"
#include "ui/profileedit.h"
#include "ui/uniquetexts.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;
using engine::Action;
using engine::Profile;
using engine::ServerProfile;

namespace ui
{

namespace
{

struct ImportText {
    Q_DECLARE_TR_FUNCTIONS(ui::ProfileImport)
};

/// What is kept for one may be given to the other.
bool isSamePlace(const ServerProfile &a, const ServerProfile &b)
{
    return a.host == b.host && a.port == b.port && a.protocol == b.protocol && a.tls == b.tls &&
           a.certificateSha256 == b.certificateSha256;
}

/// Puts what a Proxifier profile holds into a profile.
class PpxMerge
{
public:
    PpxMerge(const ImportTarget &target, ImportMode mode)
        : m_profile(target.profile)
        , m_mode(mode)
        , m_ids(u'-',
                [&target](const QString &id) { return hasId(target.profile, id) || target.hasPassword(id); })
        , m_names(u' ', [names = mode == ImportMode::Add ? shownNames(target.profile) : QSet<QString>()](
                            const QString &name) { return names.contains(name.toLower()); })
    {
    }

    Profile merged(const PpxProfile &ppx);

private:
    template <typename Entry> void rename(Entry &entry);
    [[nodiscard]] Action renamed(const Action &action) const;
    void keepActions();

    Profile m_profile;
    ImportMode m_mode;
    UniqueTexts m_ids;
    UniqueTexts m_names;
    QHash<QString, QString> m_newIds; ///< by those in the file
};

template <typename Entry> void PpxMerge::rename(Entry &entry)
{
    entry.name = m_names.take(entry.name.isEmpty() ? ImportText::tr("Imported") : entry.name);
    const QString id = m_ids.take(freeId({}, entry.name));
    m_newIds.insert(entry.id, id);
    entry.id = id;
}

Action PpxMerge::renamed(const Action &action) const
{
    return action.kind == Action::Kind::Proxy ? Action::byWayOf(m_newIds.value(action.proxy)) : action;
}

/// What went by way of a server that is gone must not go another way.
void PpxMerge::keepActions()
{
    const auto block = [](Action &action) {
        if (action.kind == Action::Kind::Proxy)
            action = Action::block();
    };
    block(m_profile.defaultAction);
    if (m_profile.unidentifiedApplications)
        block(*m_profile.unidentifiedApplications);
}

Profile PpxMerge::merged(const PpxProfile &ppx)
{
    if (m_mode == ImportMode::Replace) {
        m_profile.servers.clear();
        m_profile.routes.clear();
        m_profile.rules.clear();
        keepActions();
    }
    for (ServerProfile server : ppx.servers) {
        rename(server);
        m_profile.servers.append(server);
    }
    for (engine::RouteProfile route : ppx.routes) {
        rename(route);
        for (QString &member : route.members)
            member = m_newIds.value(member);
        m_profile.routes.append(route);
    }
    for (engine::RuleProfile rule : ppx.rules) {
        rule.action = renamed(rule.action);
        m_profile.rules.append(rule);
    }
    if (m_mode == ImportMode::Replace && ppx.defaultAction)
        m_profile.defaultAction = renamed(*ppx.defaultAction);
    return std::move(m_profile);
}

/// Makes a profile from a stranger one that can be told about.
class ProfileReader
{
public:
    explicit ProfileReader(const ImportTarget &target)
        : m_target(target)
    {
    }

    ImportedFile read(const QByteArray &content);

private:
    QByteArray withUsers(const QByteArray &content);
    void renameServers(Profile &profile);
    void tellOfListeners(const Profile &profile);
    void tellOfPasswords(const Profile &profile);
    void tellOfParts(const Profile &profile);
    void add(const QString &place, ImportOutcome outcome, const QString &text);

    const ImportTarget &m_target;
    QList<ImportLine> m_lines;
};

void ProfileReader::add(const QString &place, ImportOutcome outcome, const QString &text)
{
    m_lines.append({place, outcome, text});
}

/// What is exported without its users comes back to them.
QByteArray ProfileReader::withUsers(const QByteArray &content)
{
    const QString key = u"users"_s;
    if (content.size() > engine::kMaximumProfileSize || m_target.profile.users.isEmpty())
        return content;
    const QJsonDocument document = QJsonDocument::fromJson(content);
    if (!document.isObject() || document.object().contains(key))
        return content;
    QJsonObject json = document.object();
    json.insert(key, engine::profileToJson(m_target.profile).value(key));
    add(u"$.users"_s, ImportOutcome::Changed,
        ImportText::tr("The file has no users: those of the profile in force stay."));
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

void ProfileReader::renameServers(Profile &profile)
{
    UniqueTexts ids(u'-', [&](const QString &id) {
        return hasId(profile, id) || hasId(m_target.profile, id) || m_target.hasPassword(id);
    });
    for (qsizetype at = 0; at < profile.servers.size(); ++at) {
        ServerProfile server = profile.servers.at(at);
        const ServerProfile *known = findServer(m_target.profile, server.id);
        if (known != nullptr ? isSamePlace(*known, server) : !m_target.hasPassword(server.id))
            continue;
        const QString was = server.id;
        server.id = ids.take(was);
        putServer(profile, was, server);
        add(u"$.servers[%1].id"_s.arg(at), ImportOutcome::Changed,
            ImportText::tr(
                "The id is now %1: %2 is that of another server, whose password this one must not get.")
                .arg(server.id, was));
    }
}

void ProfileReader::tellOfListeners(const Profile &profile)
{
    for (qsizetype at = 0; at < profile.listeners.size(); ++at) {
        const engine::ListenerProfile &listener = profile.listeners.at(at);
        if (!listener.address.isLoopback() && listener.authentication == engine::Authentication::None)
            add(u"$.listeners[%1]"_s.arg(at), ImportOutcome::Warning,
                ImportText::tr("Whoever can reach %1 may use this proxy without a password.")
                    .arg(listener.endpoint().toString()));
    }
}

void ProfileReader::tellOfPasswords(const Profile &profile)
{
    for (qsizetype at = 0; at < profile.servers.size(); ++at) {
        const ServerProfile &server = profile.servers.at(at);
        const ServerProfile *known = findServer(m_target.profile, server.id);
        const QString place = u"$.servers[%1]"_s.arg(at);
        if (!server.passwordFile.isEmpty() &&
            (known == nullptr || known->passwordFile != server.passwordFile))
            add(place + u".passwordFile"_s, ImportOutcome::Warning,
                ImportText::tr("The server \"%1\" (%2) is sent what the file %3 on this computer holds.")
                    .arg(server.shownName(), server.host, server.passwordFile));
        else if (!server.username.isEmpty() && server.passwordFile.isEmpty() && !server.withoutPassword &&
                 !m_target.hasPassword(server.id))
            add(place, ImportOutcome::LeftOut,
                ImportText::tr(
                    "The password of the server \"%1\" is in no file: enter it on the page Servers.")
                    .arg(server.shownName()));
    }
}

void ProfileReader::tellOfParts(const Profile &profile)
{
    const auto tell = [this](const QString &key, const QString &text) {
        add(u"$."_s + key, ImportOutcome::Taken, text);
    };
    QStringList listeners;
    for (const engine::ListenerProfile &listener : profile.listeners)
        listeners << listener.endpoint().toString();
    tell(u"listeners"_s, ImportText::tr("Listeners: %1").arg(listeners.join(u", "_s)));
    tell(u"users"_s, ImportText::tr("Users: %1").arg(profile.users.size()));
    tell(u"servers"_s, ImportText::tr("Servers: %1").arg(profile.servers.size()));
    tell(u"routes"_s, ImportText::tr("Routes: %1").arg(profile.routes.size()));
    tell(u"rules"_s, ImportText::tr("Rules: %1").arg(profile.rules.size()));
}

ImportedFile ProfileReader::read(const QByteArray &content)
{
    const auto document = engine::parseProfile(withUsers(content));
    ImportedFile file;
    if (!document) {
        for (const engine::ProfileError &error : document.error())
            file.lines.append({error.path, ImportOutcome::Wrong, messageText(error.message)});
        return file;
    }
    file.kind = ImportKind::Profile;
    file.profile = document->profile;
    tellOfListeners(file.profile);
    renameServers(file.profile);
    tellOfPasswords(file.profile);
    // What must be seen stands first.
    std::stable_partition(m_lines.begin(), m_lines.end(),
                          [](const ImportLine &line) { return line.outcome == ImportOutcome::Warning; });
    tellOfParts(file.profile);
    file.lines = m_lines;
    return file;
}

ImportOutcome outcomeOf(PpxFinding finding)
{
    switch (ppxOutcome(finding)) {
    case PpxOutcome::Taken:
        return ImportOutcome::Taken;
    case PpxOutcome::Changed:
        return ImportOutcome::Changed;
    case PpxOutcome::LeftOut:
        break;
    }
    return ImportOutcome::LeftOut;
}

QString linePlace(qint64 line)
{
    return line > 0 ? ImportText::tr("line %1").arg(line) : QString();
}

ImportedFile readProxifier(const QByteArray &content, const PpxContext &context)
{
    ImportedFile file;
    auto ppx = readPpx(content, context);
    if (!ppx) {
        file.lines.append(
            {linePlace(ppx.error().xml.line), ImportOutcome::Wrong, ppxProblemText(ppx.error())});
        return file;
    }
    file.kind = ImportKind::Proxifier;
    file.ppx = *std::move(ppx);
    return file;
}

/// As a shell on Windows writes it.
bool isUtf16(const QByteArray &content)
{
    return content.startsWith("\xff\xfe") || content.startsWith("\xfe\xff");
}

/// Without UTF-8's mark and blanks before it.
QByteArrayView beginning(const QByteArray &content)
{
    const QByteArrayView view(content);
    return view.sliced(view.startsWith("\xef\xbb\xbf") ? 3 : 0).trimmed();
}

bool isXml(const QByteArray &content)
{
    return isUtf16(content) || beginning(content).startsWith('<');
}

/// Whichever kind it was meant to be.
bool isEmptyFile(const QByteArray &content)
{
    constexpr qsizetype markLength = 2;
    return isUtf16(content) ? content.size() == markLength : beginning(content).isEmpty();
}

} // namespace

ImportedFile readImport(const QByteArray &content, const ImportTarget &target, const PpxContext &context)
{
    if (isEmptyFile(content)) {
        ImportedFile file;
        file.lines.append({{}, ImportOutcome::Wrong, ImportText::tr("The file is empty.")});
        return file;
    }
    return isXml(content) ? readProxifier(content, context) : ProfileReader(target).read(content);
}

QList<ImportLine> importLines(const ImportedFile &file, ImportMode mode)
{
    QList<ImportLine> lines = file.lines;
    for (PpxLine line : file.ppx.report) {
        if (mode == ImportMode::Add && line.finding == PpxFinding::DefaultTaken)
            line.finding = PpxFinding::DefaultKept;
        lines.append({linePlace(line.line), outcomeOf(line.finding), ppxLineText(line)});
    }
    return lines;
}

Profile withImport(const ImportedFile &file, const ImportTarget &target, ImportMode mode)
{
    switch (file.kind) {
    case ImportKind::Profile:
        return file.profile;
    case ImportKind::Proxifier:
        return PpxMerge(target, mode).merged(file.ppx);
    case ImportKind::Unusable:
        break;
    }
    return target.profile;
}

} // namespace ui
